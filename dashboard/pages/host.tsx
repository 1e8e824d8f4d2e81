/** `/coverage/:id`: who watches one host, live, and what that leaves open. */
import type { HostCoverage } from "../../schema/coverage.ts";
import type { FindingSummary } from "../../schema/finding.ts";
import {
  agentName,
  gapLength,
  GAP_REASON_WORDS,
  hostSentence,
  hostState,
  placeOf,
  unverifiedWords,
} from "../format/coverage.ts";
import { counted } from "../format/number.ts";
import { epoch, span } from "../format/time.ts";
import { cut, visible } from "../format/visible.ts";
import { ActLink } from "../parts/act.tsx";
import { Crumbs } from "../parts/crumbs.tsx";
import { Frame } from "../parts/frame.tsx";
import { AgentFacts } from "../parts/host-agents.tsx";
import { AgentMark } from "../parts/host-rows.tsx";
import { HostStrip } from "../parts/host-strip.tsx";
import { FindingTable } from "../parts/rows.tsx";
import { paths } from "../paths.ts";
import type { View } from "../view.ts";

export interface HostPageProps {
  view: View;
  host: HostCoverage;
  /** Some of the open ones on the host and its containers: what Lull itself says of its agents first. */
  findings: readonly FindingSummary[];
}

/** Characters of the sentence that stay above the fold on a phone. */
const LONGEST_SENTENCE = 240;

function Head({ host }: HostPageProps) {
  const { state, words } = hostState(host.agents);
  const sentence = hostSentence(host);
  const unverified = unverifiedWords(host.findings);
  return (
    <header class="finding-head">
      <p class="marks">
        <AgentMark state={state} words={words} />
        <span class="mono dim clip" title={visible(host.id)}>
          {visible(host.id)}
        </span>
      </p>
      <h1 dir="auto">
        <bdi title={sentence.length > LONGEST_SENTENCE ? sentence : undefined}>
          {cut(sentence, LONGEST_SENTENCE)}
        </bdi>
        <span class="standing">{unverified !== null && `; ${unverified}`}.</span>
      </h1>
    </header>
  );
}

function Findings({ host, findings, view }: HostPageProps) {
  const { open } = host.findings;
  return (
    <section class="overview-list">
      <header>
        <h2>Open findings</h2>
        {open > 0 && (
          <a href={paths.findings(placeOf(host.id))}>
            {findings.length < open ? `All ${counted(open, "open finding")}` : "As a list"}
          </a>
        )}
      </header>
      {findings.length === 0 ? (
        <p class="dim">Nothing is open on this host or its containers.</p>
      ) : (
        <FindingTable findings={findings} view={view} caption="Open findings on this host" />
      )}
    </section>
  );
}

function Gaps({ host, view }: HostPageProps) {
  const gaps = host.agents
    .flatMap((agent) => agent.gaps.map((gap) => ({ agent, gap })))
    .toSorted((a, b) => epoch(b.gap.from) - epoch(a.gap.from));
  return (
    <section class="host-gaps">
      <h2>Gaps of the last day</h2>
      {gaps.length === 0 ? (
        <p class="dim">None: its agents came whenever they were expected.</p>
      ) : (
        <div class="scroll">
          <table class="plain">
            <thead>
              <tr>
                <th scope="col">From</th>
                <th class="gap-end" scope="col">
                  To
                </th>
                <th scope="col">Length</th>
                <th scope="col">Agent</th>
                <th scope="col">Reason</th>
              </tr>
            </thead>
            <tbody>
              {gaps.map(({ agent, gap }) => (
                <tr>
                  <td class="num-left" title={view.zone.exact(epoch(gap.from))}>
                    {view.zone.short(epoch(gap.from))}
                  </td>
                  <td class="gap-end num-left">
                    {gap.to === null ? "lasts" : view.zone.short(epoch(gap.to))}
                  </td>
                  <td class="num-left">{span(gapLength(gap, view.now))}</td>
                  <td>
                    <bdi class="clip gap-agent" title={visible(agent.id)}>
                      {agentName(agent)}
                    </bdi>
                  </td>
                  <td>{GAP_REASON_WORDS[gap.reason]}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function OutOfService({ host, view }: HostPageProps) {
  return (
    <section class="panel">
      <h2>Out of service?</h2>
      <p>
        <ActLink view={view} href={paths.hostGone(host.id)}>
          This host is out of service
        </ActLink>{" "}
        <span class="dim">shows first what saying so does.</span>
      </p>
      <p>
        <a href={paths.apiHost(host.id)} title="Needs an API token">
          As JSON
        </a>
      </p>
    </section>
  );
}

export function HostPage(props: HostPageProps) {
  const { host, view } = props;
  const here = paths.host(host.id);
  return (
    <Frame view={view} title={cut(visible(host.host), 120)} active="coverage">
      <Crumbs href={paths.coverage()} word="Coverage" />
      <div
        id="live"
        hx-get={here}
        hx-trigger="every 10s"
        hx-select="#live"
        hx-select-oob="#as-of"
        hx-swap="outerMorph"
      >
        <Head {...props} />
        <HostStrip host={host} view={view} />
        <div class="columns">
          <div class="wide">
            <Findings {...props} />
            <Gaps {...props} />
          </div>
          <aside class="side" aria-label="Agents of this host">
            {host.agents.map((agent) => (
              <AgentFacts agent={agent} view={view} />
            ))}
            <OutOfService {...props} />
          </aside>
        </div>
      </div>
    </Frame>
  );
}
