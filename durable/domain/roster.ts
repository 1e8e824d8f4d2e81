/**
 * What D1 is told of a host's agents: at once what people act upon (who there is, who is silent, what it enforces),
 * and now and then how it goes on. Pure.
 */
import type { AgentId } from "../../schema/ids.ts";
import { AGENT_REFRESH_MS } from "../../schema/limits.ts";
import type { EpochMs } from "../../schema/time.ts";
import type { Draft } from "./draft.ts";
import type { Agent, HostState } from "./model.ts";

/** What D1 has been told of an agent. */
export interface ToldAgent {
  id: AgentId;
  lastContactAt: EpochMs;
  shape: string;
}

/** What people act upon: while that is the same, D1 can wait. */
export function agentShape(agent: Agent): string {
  const { kind, version, ruleset, intervalMs, silentSince, goneAt, peers } = agent;
  return JSON.stringify([
    kind,
    version,
    ruleset,
    intervalMs,
    silentSince ?? null,
    goneAt ?? null,
    peers?.ruleset ?? null,
  ]);
}

/** When D1 should be told of it again; never, where it knows. */
export function tellAgentAt(agent: Agent): EpochMs {
  const { told, lastContactAt } = agent;
  if (told === undefined || told.shape !== agentShape(agent)) return 0;
  return lastContactAt > told.lastContactAt ? told.at + AGENT_REFRESH_MS : Number.POSITIVE_INFINITY;
}

/** Whether D1 knows all of them, but for how they went on. */
export function isRosterTold({ agents }: Pick<HostState, "agents">): boolean {
  return [...agents.values()].every((agent) => tellAgentAt(agent) > 0);
}

export function noteTold(draft: Draft, told: readonly ToldAgent[], now: EpochMs): void {
  for (const { id, lastContactAt, shape } of told) {
    const agent = draft.agents.get(id);
    if (agent !== undefined) draft.saveAgent({ ...agent, told: { lastContactAt, shape, at: now } });
  }
}
