/**
 * Agents that were expected and have not come: their host gets a finding of its own, `agent-silent`, reported
 * by those agents alone. So it is proven gone only while they are in contact again. Pure.
 */
import { ruleId, type FindingId } from "../../schema/ids.ts";
import type { Severity } from "../../schema/rule.ts";
import { formatInstant, type DurationMs, type EpochMs } from "../../schema/time.ts";
import { tolerance } from "./coverage.ts";
import type { Draft } from "./draft.ts";
import type { Agent, HostState, Observation } from "./model.ts";
import { observe } from "./observe.ts";

export const AGENT_SILENT = ruleId("agent-silent");

/** The rule as it is in force, with the finding that it makes of this host. */
export interface SilenceRule {
  findingId: FindingId;
  title: string;
  severity: Severity;
  quietPeriodMs: DurationMs;
  rulesVersion: number;
}

/** From when on an agent is silent if it does not report before; never, where nobody knows when to expect it. */
export function silentFrom(agent: Agent): EpochMs {
  const { intervalMs, silentSince, goneAt } = agent;
  return intervalMs === null || silentSince !== undefined || goneAt !== undefined
    ? Number.POSITIVE_INFINITY
    : agent.lastContactAt + tolerance(agent) + 1;
}

/** Agents whose silence nobody has noted yet. */
export function newlySilent(state: Pick<HostState, "agents">, now: EpochMs): Agent[] {
  return [...state.agents.values()].filter((agent) => silentFrom(agent) <= now);
}

/** Notes who is silent, and opens or extends the finding; without a rule in force it is noted only. */
export function noteSilence(draft: Draft, rule: SilenceRule | null, now: EpochMs): void {
  for (const agent of newlySilent(draft, now)) {
    draft.saveAgent({ ...agent, silentSince: agent.lastContactAt });
    draft.events.push({ type: "agent.silent", agentId: agent.id });
    // A container whose host nobody names is no host.
    if (rule !== null && draft.owner.startsWith("host:")) {
      observe(draft, observationOf(draft, agent, rule), [agent.id], now);
    }
  }
}

function observationOf(draft: Draft, agent: Agent, rule: SilenceRule): Observation {
  const at = silentFrom(agent);
  return {
    findingId: rule.findingId,
    ruleId: AGENT_SILENT,
    resourceId: draft.owner,
    title: rule.title,
    subject: `${agent.id === agent.kind ? agent.id : `${agent.kind} (${agent.id})`} fell silent`,
    severity: rule.severity,
    quietPeriodMs: rule.quietPeriodMs,
    rulesVersion: rule.rulesVersion,
    count: 1,
    firstAt: at,
    lastAt: at,
    samples: [
      {
        at,
        agent: agent.kind,
        kind: "host",
        action: "agent_silent",
        message: `Last contact ${formatInstant(agent.lastContactAt)}; one was due every ${Math.round((agent.intervalMs ?? 0) / 1_000)} s.`,
      },
    ],
    occurrences: [[at, 1]],
  };
}

/** An agent has come back. Where others are still away, the finding waits for those. */
export function noteReturn(draft: Draft, agent: Agent): void {
  if (agent.silentSince === undefined && agent.goneAt === undefined) return;
  const { silentSince, goneAt: _, ...back } = agent;
  draft.saveAgent(back);
  if (silentSince === undefined) return;
  draft.events.push({ type: "agent.recovered", agentId: agent.id });
  const away = [...draft.agents.values()].filter((one) => one.silentSince !== undefined);
  if (away.length === 0) return;
  const ids = new Set(away.map(({ id }) => id));
  for (const finding of draft.open(({ ruleId: rule }) => rule === AGENT_SILENT)) {
    const reporters = finding.reporters.filter((id) => ids.has(id));
    if (reporters.length > 0) draft.saveFinding({ ...finding, reporters });
  }
}
