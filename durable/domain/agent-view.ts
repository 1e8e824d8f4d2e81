/** Agents as the API and the dashboard show them, from what an actor holds. Pure. */
import type { AgentView, HostCoverage } from "../../schema/coverage.ts";
import {
  AGENT_GAPS_SHOWN_MS,
  AGENT_REFRESH_MS,
  MAX_AGENT_GAPS_SHOWN,
} from "../../schema/limits.ts";
import { formatDuration, formatInstant, type EpochMs } from "../../schema/time.ts";
import { tolerance, watchedSince, type Gap, type Span } from "./coverage.ts";
import { drifts } from "./drift.ts";
import { displayName } from "./headline.ts";
import type { Agent, HostState } from "./model.ts";
import { quietStatus } from "./quiet.ts";
import { resourceOf } from "./view.ts";

/** What D1 keeps of an agent in its `doc` column. */
export interface AgentDoc {
  agent: Pick<
    Agent,
    | "id"
    | "kind"
    | "version"
    | "ruleset"
    | "rulesetSince"
    | "intervalMs"
    | "firstContactAt"
    | "lastContactAt"
    | "heartbeats"
    | "dropped"
    | "silentSince"
    | "goneAt"
    | "peers"
  >;
  host: string;
  /** Of the last day, the latest of them. */
  spans: Span[];
  gaps: Gap[];
  /** Until when D1 must have been told of it again; null where nobody expects it. */
  dueAt: EpochMs | null;
}

/** What D1 is to hold of an agent at `now`. */
export function agentDoc(state: HostState, agent: Agent, now: EpochMs): AgentDoc {
  const { intervals: _, recent: __, beats: ___, told: ____, ...shown } = agent;
  const since = Math.max(agent.firstContactAt, now - AGENT_GAPS_SHOWN_MS);
  const { spans, gaps } = watchedSince([agent], since);
  const open: Gap[] =
    agent.silentSince === undefined
      ? []
      : [{ from: Math.max(since, agent.silentSince), to: null, reason: "no_contact" }];
  return {
    agent: shown,
    host: displayName(resourceOf(state, state.owner)),
    spans: spans.slice(-MAX_AGENT_GAPS_SHOWN),
    gaps: [...gaps, ...open].slice(-MAX_AGENT_GAPS_SHOWN),
    dueAt: isExpected(agent)
      ? agent.lastContactAt + Math.max(AGENT_REFRESH_MS, tolerance(agent)) + tolerance(agent)
      : null,
  };
}

function isExpected({ intervalMs, silentSince, goneAt }: Agent): boolean {
  return intervalMs !== null && silentSince === undefined && goneAt === undefined;
}

export function agentView({ agent, spans, gaps }: AgentDoc): AgentView {
  return {
    id: agent.id,
    kind: agent.kind,
    version: agent.version,
    state: stateOf(agent),
    interval: agent.intervalMs === null ? null : formatDuration(agent.intervalMs),
    firstContactAt: formatInstant(agent.firstContactAt),
    lastContactAt: formatInstant(agent.lastContactAt),
    silentSince: agent.silentSince === undefined ? null : formatInstant(agent.silentSince),
    heartbeats: agent.heartbeats,
    dropped: agent.dropped,
    ruleset: agent.ruleset,
    drift: driftOf(agent),
    coverage: spans.map(({ from, to }) => ({ from: formatInstant(from), to: formatInstant(to) })),
    gaps: gaps.map(({ from, to, reason }) => ({
      from: formatInstant(from),
      to: to === null ? null : formatInstant(to),
      reason,
    })),
  };
}

function stateOf({ intervalMs, silentSince }: AgentDoc["agent"]): AgentView["state"] {
  if (silentSince !== undefined) return "silent";
  return intervalMs === null ? "no_heartbeats" : "watching";
}

function driftOf(agent: AgentDoc["agent"]): AgentView["drift"] {
  const { peers } = agent;
  if (peers === undefined || !drifts(agent)) return null;
  return { peersRuleset: peers.ruleset, hosts: peers.hosts, of: peers.of };
}

/** What the live actor knows of who watches its host. */
export interface Roster {
  host: string;
  agents: AgentDoc[];
  findings: HostCoverage["findings"];
}

/** Hosts that are out of service have nobody left. */
export function rosterOf(state: HostState, now: EpochMs): Roster {
  const expected = [...state.agents.values()].filter(({ goneAt }) => goneAt === undefined);
  const open = [...state.findings.values()].filter(({ status }) => status === "open");
  const unverified = open.filter(
    (finding) => quietStatus(finding, state.agents, now).deadlineAt === null,
  );
  return {
    host: displayName(resourceOf(state, state.owner)),
    agents: expected.map((agent) => agentDoc(state, agent, now)),
    findings: { open: open.length, unverified: unverified.length },
  };
}
