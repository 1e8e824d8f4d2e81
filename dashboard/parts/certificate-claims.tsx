/** All that a certificate claims, in labelled groups. Nothing is cut: an auditor compares it letter by letter. */
import type { CertificateClaims } from "../../schema/certificate.ts";
import type { QuietPeriodBasis } from "../../schema/finding.ts";
import { formatDuration } from "../../schema/time.ts";
import { RESOLUTION_MEANING, RESOLUTION_WORDS } from "../format/headline.ts";
import { exactCount } from "../format/number.ts";
import { epoch } from "../format/time.ts";
import { visible } from "../format/visible.ts";
import type { View } from "../view.ts";
import { whereLines } from "./where.tsx";

interface Fact {
  label: string;
  value: string;
  mono?: boolean | undefined;
  title?: string;
}

function Group(props: { title: string; facts: readonly Fact[] }) {
  return (
    <section class="claims">
      <h2>{props.title}</h2>
      <dl class="side-facts">
        {props.facts.map((fact) => (
          <div>
            <dt>{visible(fact.label)}</dt>
            <dd class={fact.mono === true ? "mono" : "num"} title={fact.title}>
              {visible(fact.value)}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** An instant to read, and as it is signed in the title. */
function instant(label: string, at: string, view: View): Fact {
  return { label, value: view.zone.exact(epoch(at)), title: at };
}

const PERIOD_BASES: Readonly<Record<QuietPeriodBasis, string>> = {
  rule: "the rule says so",
  cadence: "twice the longest pause before",
  suppression: "an agent holds back repeats",
};

function findingFacts({ rule, finding, tenant }: CertificateClaims): Fact[] {
  return [
    { label: "Rule", value: rule.title },
    { label: "Rule id", value: rule.id, mono: true },
    { label: "Severity", value: rule.severity },
    { label: "Rules version", value: String(rule.rulesVersion) },
    { label: "Ruleset hash", value: rule.rulesetHash ?? "not known", mono: true },
    { label: "Finding", value: finding, mono: true },
    { label: "Tenant", value: tenant },
  ];
}

function resourceFacts({ resource }: CertificateClaims): Fact[] {
  return [
    { label: "Resource", value: resource.id, mono: true },
    ...whereLines(resource).map(({ label, value, mono }) => ({ label, value, mono })),
  ];
}

function episodeFacts({ episode, history }: CertificateClaims, view: View): Fact[] {
  return [
    { label: "Episode", value: String(episode.number) },
    { label: "Events", value: exactCount(episode.count) },
    instant("First event", episode.openedAt, view),
    instant("Last event", episode.lastSeenAt, view),
    instant("Ended", episode.resolvedAt, view),
    instant("Decided", episode.decidedAt, view),
    {
      label: "Resolution",
      value: RESOLUTION_WORDS[episode.resolution],
      title: RESOLUTION_MEANING[episode.resolution],
    },
    { label: "Case", value: episode.case ?? "none", mono: episode.case !== null },
    { label: "Events ever", value: exactCount(history.totalCount) },
    { label: "Late events", value: exactCount(history.lateCount) },
  ];
}

function quietFacts({ quiet }: CertificateClaims, view: View): Fact[] {
  return [
    instant("From", quiet.from, view),
    instant("To", quiet.to, view),
    { label: "Length", value: formatDuration(epoch(quiet.to) - epoch(quiet.from)) },
    {
      label: "Quiet period",
      value: `${formatDuration(quiet.periodMs)}: ${PERIOD_BASES[quiet.periodBasis]}`,
    },
    { label: "The rule’s", value: formatDuration(quiet.rulePeriodMs) },
    { label: "Longest pause", value: formatDuration(quiet.longestPauseMs) },
    {
      label: "Basis",
      value: quiet.basis === "coverage" ? "coverage: heartbeats" : "silence: no heartbeats",
    },
    {
      label: "Watched",
      value: quiet.watchedMs === null ? "not known" : formatDuration(quiet.watchedMs),
    },
    {
      label: "Coverage",
      value: quiet.coverage === null ? "not known" : `${exact(quiet.coverage * 100)} %`,
    },
    ...(quiet.gaps.length === 0
      ? [{ label: "Gaps", value: "none" }]
      : quiet.gaps.map((gap) => ({
          label: "Gap",
          value: `${formatDuration(epoch(gap.to) - epoch(gap.from))} from ${view.zone.exact(epoch(gap.from))}: ${gap.reason === "dropped" ? "events were lost" : "no agent was in contact"}`,
          title: `${gap.from} to ${gap.to}`,
        }))),
  ];
}

/** As signed, to four places of a share. */
function exact(percent: number): string {
  return String(Number(percent.toFixed(2)));
}

export function Claims(props: { claims: CertificateClaims; view: View }) {
  const { claims, view } = props;
  return (
    <div class="claim-groups">
      <div>
        <Group title="Episode" facts={episodeFacts(claims, view)} />
        <Group title="Where" facts={resourceFacts(claims)} />
      </div>
      <div>
        <Group title="Quiet window" facts={quietFacts(claims, view)} />
        <Group title="Finding and rule" facts={findingFacts(claims)} />
      </div>
    </div>
  );
}

const known = (n: number | null): string => (n === null ? "not known" : exactCount(n));

export function AgentTable(props: { agents: CertificateClaims["agents"] }) {
  const { agents } = props;
  if (agents.length === 0) return <p class="dim">No agent is known to have reported it.</p>;
  return (
    <div class="scroll">
      <table class="plain claims-agents">
        <caption class="visually-hidden">
          The agents that reported it, and their heartbeats in the quiet window
        </caption>
        <thead>
          <tr>
            <th scope="col">Agent</th>
            <th scope="col">Kind and version</th>
            <th scope="col">Its own rules</th>
            <th scope="col">Heartbeat</th>
            <th scope="col" class="num">
              Expected
            </th>
            <th scope="col" class="num">
              Received
            </th>
            <th scope="col" class="num">
              Events lost
            </th>
          </tr>
        </thead>
        <tbody>
          {agents.map((agent) => (
            <tr>
              <td class="name">
                <bdi>{visible(agent.id)}</bdi>
              </td>
              <td class="name">
                {visible(
                  [agent.kind, agent.version].filter((it) => it !== null).join(" ") || "not known",
                )}
              </td>
              <td class="name">{visible(agent.ruleset ?? "not known")}</td>
              <td>
                {agent.intervalMs === null
                  ? agent.kind === null
                    ? "not known"
                    : "none"
                  : `every ${formatDuration(agent.intervalMs)}`}
              </td>
              <td class="num">{known(agent.heartbeats.expected)}</td>
              <td class="num">{known(agent.heartbeats.received)}</td>
              <td class="num">{known(agent.dropped)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
