/**
 * Agents that hold back repeats of what they have reported: their silence is one only after two such windows,
 * since a repeat that is held back comes within one.
 */
import type { AgentFormat } from "../../schema/event.ts";
import { SUPPRESSION_MS } from "../../schema/limits.ts";
import type { DurationMs } from "../../schema/time.ts";

const WINDOWS = 2;

/** The least quiet period of what an agent of this format reports. */
export function leastQuietPeriod(format: AgentFormat): DurationMs {
  return WINDOWS * (SUPPRESSION_MS[format] ?? 0);
}
