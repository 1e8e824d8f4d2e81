/**
 * Agents that enforce another ruleset than their peers. The fleet is compared elsewhere (workers/peers.ts); an
 * actor is told what most peers of its agent enforce, and compares with each contact: so the finding stays open for
 * as long as the agent reports the odd ruleset, and is quiet only under that agent's own eyes. Pure.
 */
import { ruleId, type AgentId } from "../../schema/ids.ts";
import { DRIFT_NOTE_MS, MIN_PEERS } from "../../schema/limits.ts";
import type { EpochMs } from "../../schema/time.ts";
import { agentEvent, agentName, type AgentRule } from "./agent-rule.ts";
import type { Draft } from "./draft.ts";
import type { Agent } from "./model.ts";
import { observe } from "./observe.ts";

export const AGENT_RULESET_DRIFT = ruleId("agent-ruleset-drift");

/** What most agents of the same kind enforce. */
export interface Majority {
  ruleset: string;
  /** How many of them do. */
  hosts: number;
  /** Of how many. */
  of: number;
}

/** What more than half of the agents of a kind enforce; null where there is no such ruleset, or too few agents. */
export function majorityOf(hosts: ReadonlyMap<string, number>): Majority | null {
  const of = [...hosts.values()].reduce((sum, n) => sum + n, 0);
  const most = [...hosts].find(([, n]) => n * 2 > of);
  return most === undefined || of < MIN_PEERS ? null : { ruleset: most[0], hosts: most[1], of };
}

/** As an actor is told. */
export interface Peers extends Majority {
  rule: AgentRule;
  /** When the agent was last seen to differ. */
  notedAt?: EpochMs;
}

/** Takes over what the peers of an agent enforce; null: there is no telling. */
export function notePeers(draft: Draft, id: AgentId, peers: Peers | null, now: EpochMs): void {
  const agent = draft.agents.get(id);
  if (agent === undefined) return;
  const { peers: before, ...rest } = agent;
  if (peers === null) return draft.saveAgent(rest);
  const notedAt = before?.notedAt;
  const told = { ...rest, peers: notedAt === undefined ? peers : { ...peers, notedAt } };
  draft.saveAgent(told);
  noteDrift(draft, told, now);
}

/** Whether the agent is known to enforce something else than its peers. */
export function drifts({ ruleset, peers }: Pick<Agent, "ruleset" | "peers">): boolean {
  return peers !== undefined && ruleset !== null && ruleset !== peers.ruleset;
}

/** Opens or extends the finding, as of the agent's last contact. */
export function noteDrift(draft: Draft, agent: Agent, now: EpochMs): void {
  const { peers, lastContactAt: at } = agent;
  if (peers === undefined || !drifts(agent)) return;
  if (peers.notedAt !== undefined && at < peers.notedAt + DRIFT_NOTE_MS) return;
  draft.saveAgent({ ...agent, peers: { ...peers, notedAt: at } });
  const seen = agentEvent(draft.owner, AGENT_RULESET_DRIFT, peers.rule, agent, {
    at,
    subject: `${agentName(agent)} enforced another ruleset than its peers`,
    action: "agent_ruleset_drift",
    message: `It enforces ${agent.ruleset}; ${peers.hosts} of ${peers.of} ${agent.kind} agents enforce ${peers.ruleset}.`,
  });
  observe(draft, seen, [agent.id], now);
}
