/** Findings about agents: Lull itself sees what they are about, and no agent reports it. Pure. */
import type { FindingId, OwnerId, RuleId } from "../../schema/ids.ts";
import type { RiseStep, Severity } from "../../schema/rule.ts";
import type { DurationMs, EpochMs } from "../../schema/time.ts";
import type { Agent, Observation } from "./model.ts";

/** A rule about agents as it is in force, with the finding that it makes of this host. */
export interface AgentRule {
  findingId: FindingId;
  title: string;
  severity: Severity;
  rises?: readonly RiseStep[];
  quietPeriodMs: DurationMs;
  rulesVersion: number;
}

/** What people call it. */
export function agentName({ id, kind }: Pick<Agent, "id" | "kind">): string {
  return id === kind ? id : `${kind} (${id})`;
}

interface Seen {
  at: EpochMs;
  subject: string;
  action: string;
  message: string;
}

/** One event of the host about its agent. */
export function agentEvent(
  owner: OwnerId,
  ruleId: RuleId,
  rule: AgentRule,
  agent: Agent,
  { at, subject, action, message }: Seen,
): Observation {
  return {
    ...rule,
    ruleId,
    resourceId: owner,
    subject,
    count: 1,
    firstAt: at,
    lastAt: at,
    samples: [{ at, agent: agent.kind, kind: "host", action, message }],
    occurrences: [[at, 1]],
  };
}
