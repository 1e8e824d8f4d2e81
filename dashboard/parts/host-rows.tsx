/** Hosts as rows: one line each, the whole row leads to the host. */
import type { AgentView, HostCoverage } from "../../schema/coverage.ts";
import {
  AGENT_STATE_MEANING,
  agentName,
  type AgentState,
  gapsOf,
  hostState,
  intervalWords,
  placeOf,
} from "../format/coverage.ts";
import { count, exactCount } from "../format/number.ts";
import { epoch } from "../format/time.ts";
import { visible } from "../format/visible.ts";
import { paths } from "../paths.ts";
import type { View } from "../view.ts";
import { StateMark } from "./marks.tsx";
import { Ruleset } from "./ruleset.tsx";
import { Moment } from "./time.tsx";
import { WatchLine } from "./watch-line.tsx";

const SHAPES = { watching: "resolved", silent: "silent", no_heartbeats: "unverified" } as const;

export function AgentMark(props: { state: AgentState; words: string }) {
  const { state, words } = props;
  return <StateMark shape={SHAPES[state]} title={AGENT_STATE_MEANING[state]} text={words} word />;
}

/** The one that came last, since any of them may be watching. */
function lastContact(agents: readonly AgentView[]): number {
  return Math.max(...agents.map((agent) => epoch(agent.lastContactAt)));
}

function Agents(props: { agents: readonly AgentView[] }) {
  const names = props.agents.map(agentName).join(", ");
  const ids = props.agents.map((agent) => `${agentName(agent)} (${visible(agent.id)})`).join(", ");
  return <bdi title={ids}>{names}</bdi>;
}

function Rulesets(props: { agents: readonly AgentView[] }) {
  const { agents } = props;
  const drifting = agents.find((agent) => agent.drift !== null);
  const told = agents.filter((agent) => agent.ruleset !== null);
  const shown = drifting ?? told[0];
  if (shown === undefined) return <span class="dim">not said</span>;
  const more = told.length - 1;
  return (
    <>
      <Ruleset agent={shown} />
      {more > 0 && drifting === undefined && <span class="dim"> and {more} more</span>}
    </>
  );
}

/** One of them; all of them on hover. */
function Every(props: { agents: readonly AgentView[] }) {
  const told = props.agents.filter((agent) => agent.interval !== null);
  const [first] = told;
  if (first === undefined)
    return (
      <td class="c-every num dim" title={AGENT_STATE_MEANING.no_heartbeats}>
        none
      </td>
    );
  const all = told.map((agent) => `${agentName(agent)} every ${intervalWords(agent)}`).join(", ");
  return (
    <td class="c-every num" title={`Heartbeats, declared or learned: ${all}`}>
      {intervalWords(first)}
    </td>
  );
}

function Row(props: { host: HostCoverage; view: View }) {
  const { host, view } = props;
  const { agents, findings } = host;
  const { state, words } = hostState(agents);
  const gaps = gapsOf(agents, view.now);
  const dropped = agents.reduce((sum, agent) => sum + agent.dropped, 0);
  const name = visible(host.host);
  return (
    <tr class="row" data-row>
      <td class="c-state">
        <AgentMark state={state} words={words} />
      </td>
      <td class="c-headline">
        <span class="one-line">
          <a class="row-link" href={paths.host(host.id)} title={name} dir="auto">
            <bdi>{name}</bdi>
          </a>
          {agents.some((agent) => agent.drift !== null) && (
            <span class="drift of-narrow">drifts</span>
          )}
        </span>
      </td>
      <td class="c-agents">
        <Agents agents={agents} />
      </td>
      <td class="c-last num">
        <Moment at={lastContact(agents)} as="ago" view={view} />
      </td>
      <Every agents={agents} />
      <td class="c-strip">
        <WatchLine agents={agents} view={view} />
      </td>
      <td class={gaps.count === "0" ? "c-gaps num dim" : "c-gaps num"} title={gaps.words}>
        {gaps.count}
        <span class="unit"> {gaps.count === "1" ? "gap" : "gaps"}</span>
      </td>
      <td
        class={dropped === 0 ? "c-dropped num dim" : "c-dropped num is-bad"}
        title={`${exactCount(dropped)} events that its agents say they lost, since their first contact`}
      >
        {count(dropped)}
        <span class="unit"> dropped</span>
      </td>
      <td class="c-ruleset">
        <Rulesets agents={agents} />
      </td>
      <td class={findings.open === 0 ? "c-open num dim" : "c-open num"}>
        {findings.open === 0 ? (
          "0"
        ) : (
          <a href={paths.findings(placeOf(host.id))} title={`Open findings on ${name}`}>
            {exactCount(findings.open)}
          </a>
        )}
        <span class="unit"> open</span>
      </td>
      <td class={findings.unverified === 0 ? "c-unverified num dim" : "c-unverified num"}>
        {exactCount(findings.unverified)}
        <span class="unit"> unverified</span>
      </td>
    </tr>
  );
}

const COLUMNS = [
  ["c-state", "State", "The worst of its agents"],
  ["c-headline", "Host", undefined],
  ["c-agents", "Agents", undefined],
  ["c-last num", "Last contact", "Of any of its agents; up to 15 minutes old while all is well"],
  ["c-every num", "Every", "Between heartbeats"],
  [
    "c-strip",
    "Last 24 h",
    "Or since its first contact. Solid: in contact. Hatched: a gap. A line for each agent",
  ],
  ["c-gaps num", "Gaps", "In the last day"],
  ["c-dropped num", "Dropped", "Events that its agents say they lost, since their first contact"],
  ["c-ruleset", "Ruleset", "What its agents say they enforce"],
  ["c-open num", "Open", "Findings on the host and its containers"],
  ["c-unverified num", "Unverified", "Of these, the ones that nobody is watching"],
] as const;

export function HostTable(props: { hosts: readonly HostCoverage[]; view: View }) {
  return (
    <table class="findings hosts">
      <caption class="visually-hidden">Hosts and who watches them</caption>
      <thead>
        <tr>
          {COLUMNS.map(([name, word, title]) => (
            <th class={name} scope="col" title={title}>
              {word}
            </th>
          ))}
        </tr>
      </thead>
      <tbody id="rows">
        {props.hosts.map((host) => (
          <Row host={host} view={props.view} />
        ))}
      </tbody>
    </table>
  );
}
