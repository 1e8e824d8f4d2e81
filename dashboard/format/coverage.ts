/** Who watches which host, in words: states, the sentences of the list and of a host's page. Pure. */
import type { AgentView, CoverageSummary, HostCoverage } from "../../schema/coverage.ts";
import type { GapView } from "../../schema/finding.ts";
import { hostResourceId } from "../../schema/ids.ts";
import { MAX_AGENT_GAPS_SHOWN } from "../../schema/limits.ts";
import type { FindingSummary } from "../../schema/finding.ts";
import { type DurationMs, type EpochMs, parseDuration } from "../../schema/time.ts";
import type { CoverageParams, ListParams } from "../paths.ts";
import { counted, exactCount } from "./number.ts";
import { epoch, span } from "./time.ts";
import { cut, visible } from "./visible.ts";

export type AgentState = AgentView["state"];

export const AGENT_STATE_WORDS: Readonly<Record<AgentState, string>> = {
  watching: "watching",
  silent: "silent",
  no_heartbeats: "no heartbeats",
};

export const AGENT_STATE_MEANING: Readonly<Record<AgentState, string>> = {
  watching: "In contact: its silence about a finding counts",
  silent: "It was expected, and has not come for three intervals",
  no_heartbeats: "Nobody knows when to expect it, so that its silence proves nothing",
};

/** From worst to best: what a host is shown as. */
const WORST_FIRST: readonly AgentState[] = ["silent", "no_heartbeats", "watching"];

export function worstFirst(agents: readonly AgentView[]): AgentView[] {
  return agents.toSorted((a, b) => WORST_FIRST.indexOf(a.state) - WORST_FIRST.indexOf(b.state));
}

/** The worst of its agents; of those that are silent how many: "1 of 2 silent". */
export function hostState(agents: readonly AgentView[]): { state: AgentState; words: string } {
  const state = worstFirst(agents)[0]?.state ?? "silent";
  const n = agents.filter((agent) => agent.state === state).length;
  const word = AGENT_STATE_WORDS[state];
  return {
    state,
    words: state !== "silent" || n === agents.length ? word : `${n} of ${agents.length} ${word}`,
  };
}

/** Characters of a version; what says more is no version. */
const LONGEST_VERSION = 40;

/** "falco 0.41.3" */
export function agentName({ kind, version }: Pick<AgentView, "kind" | "version">): string {
  return version === null ? kind : `${kind} ${cut(visible(version), LONGEST_VERSION)}`;
}

function namesOf(agents: readonly AgentView[]): string {
  const names = agents.map(agentName);
  const last = names.pop() ?? "nobody";
  return names.length === 0 ? last : `${names.join(", ")} and ${last}`;
}

const some = (agents: readonly AgentView[], one: string, many: string) =>
  agents.length === 1 ? one : many;

/** Who watches the host, as one sentence without its full stop. */
export function hostSentence({ host, agents }: HostCoverage): string {
  const name = visible(host);
  const of = (state: AgentState) => agents.filter((agent) => agent.state === state);
  const [watching, silent, unexpected] = [of("watching"), of("silent"), of("no_heartbeats")];
  const fell = `${namesOf(silent)} ${some(silent, "has", "have")} fallen silent`;
  const mute = `${namesOf(unexpected)} ${some(unexpected, "sends", "send")} no heartbeats`;
  const parts = [
    ...(silent.length > 0 ? [fell] : []),
    ...(unexpected.length > 0
      ? [`${mute}, so that ${some(unexpected, "its", "their")} silence proves nothing`]
      : []),
  ];
  if (watching.length === 0) return `Nobody is known to watch ${name}: ${parts.join("; ")}`;
  return [`${name} is watched by ${namesOf(watching)}`, ...parts].join("; ");
}

/** "4 of 6 open findings are unverified"; null where there is none. */
export function unverifiedWords({ open, unverified }: HostCoverage["findings"]): string | null {
  if (unverified === 0) return null;
  if (open === unverified)
    return open === 1
      ? "its open finding is unverified"
      : `all ${exactCount(open)} open findings are unverified`;
  return `${exactCount(unverified)} of ${counted(open, "open finding")} ${unverified === 1 ? "is" : "are"} unverified`;
}

/** What is wrong in a fleet, each with the filter that shows it. */
export function troubles(summary: CoverageSummary): { words: string; params: CoverageParams }[] {
  const { silent, noHeartbeats, drifting } = summary;
  const clause = (n: number, one: string, many: string, params: CoverageParams) =>
    n === 0 ? [] : [{ words: `${exactCount(n)} ${n === 1 ? one : many}`, params }];
  return [
    ...clause(silent, "silent", "silent", { state: "silent" }),
    ...clause(noHeartbeats, "sends no heartbeats", "send no heartbeats", {
      state: "no_heartbeats",
    }),
    ...clause(drifting, "enforces another ruleset", "enforce another ruleset", { drift: "true" }),
  ];
}

/** "1 min"; null where nobody knows. */
export function intervalWords({ interval }: Pick<AgentView, "interval">): string | null {
  const ms = interval === null ? null : parseDuration(interval);
  return ms === null ? interval : span(ms);
}

export const GAP_REASON_WORDS: Readonly<Record<GapView["reason"], string>> = {
  no_contact: "no contact",
  dropped: "it dropped events",
};

export function gapLength(gap: GapView, now: EpochMs): DurationMs {
  return (gap.to === null ? now : epoch(gap.to)) - epoch(gap.from);
}

/** How many, and how long they were in all. */
export function gapsOf(
  agents: readonly Pick<AgentView, "gaps">[],
  now: EpochMs,
): { count: string; words: string } {
  const gaps = agents.flatMap((agent) => agent.gaps);
  if (gaps.length === 0) return { count: "0", words: "No gap in the last day" };
  const isCut = agents.some((agent) => agent.gaps.length >= MAX_AGENT_GAPS_SHOWN);
  const total = gaps.reduce((sum, gap) => sum + gapLength(gap, now), 0);
  return {
    count: `${gaps.length}${isCut ? "+" : ""}`,
    words: `${isCut ? "At least " : ""}${counted(gaps.length, "gap")} in the last day, ${span(total)} in all`,
  };
}

/** "41 of 42 falco agents enforce it" */
export function peersWords({ kind, drift }: Pick<AgentView, "kind" | "drift">): string {
  if (drift === null) return "";
  const { hosts, of } = drift;
  return `${exactCount(hosts)} of ${counted(of, `${kind} agent`)} ${hosts === 1 ? "enforces" : "enforce"}`;
}

/** The filters of findings on the host and its containers, by the id of what owns them. */
export function placeOf(id: string): ListParams {
  return id.startsWith("host:") ? { host: id.slice("host:".length) } : { resource: id };
}

/** The host that a finding's agents watch, by its id: as intake finds it, its own id before its name. */
export function watchedHostOf({ type, id, hostId, host }: FindingSummary["resource"]): string {
  const name = hostId ?? host;
  return type === "host" || name === null ? id : hostResourceId(name);
}
