/**
 * Agents that hold back repeats of what they have reported: their silence is one only after two such windows,
 * since a repeat that is held back comes within one.
 */
import type { AgentFormat } from "../../schema/event.ts";
import type { AgentId } from "../../schema/ids.ts";
import { SUPPRESSION_MS } from "../../schema/limits.ts";
import type { DurationMs } from "../../schema/time.ts";
import type { Agent } from "./model.ts";

const WINDOWS = 2;

/** The least quiet period of what an agent of this format reports. */
export function leastQuietPeriod(format: AgentFormat): DurationMs {
  return WINDOWS * (SUPPRESSION_MS[format] ?? 0);
}

/** The quiet period of a finding that these agents report, whose rule says `quietPeriodMs`. */
export function quietPeriodWith(
  agents: ReadonlyMap<AgentId, Agent>,
  reporters: readonly AgentId[],
  quietPeriodMs: DurationMs,
): DurationMs {
  return reporters.reduce((most, id) => {
    const agent = agents.get(id);
    return agent === undefined ? most : Math.max(most, leastQuietPeriod(agent.kind));
  }, quietPeriodMs);
}
