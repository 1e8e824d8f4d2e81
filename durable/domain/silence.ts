/**
 * Agents that were expected and have not come: their host gets a finding of its own, `agent-silent`, reported
 * by those agents alone. So it is proven gone only while they are in contact again. Pure.
 */
import { ruleId } from "../../schema/ids.ts";
import { LATE_LOOK_MS } from "../../schema/limits.ts";
import { formatInstant, type EpochMs } from "../../schema/time.ts";
import { agentEvent, agentName, type AgentRule } from "./agent-rule.ts";
import { tolerance } from "./coverage.ts";
import type { Draft } from "./draft.ts";
import type { Agent, HostState } from "./model.ts";
import { observe } from "./observe.ts";

export const AGENT_SILENT = ruleId("agent-silent");

const SECOND_MS = 1_000;

/** From when on an agent is silent if it does not report before; never, where nobody knows when to expect it. */
export function silentFrom(agent: Agent): EpochMs {
  const { intervalMs, silentSince, goneAt, awaitedFrom = 0 } = agent;
  return intervalMs === null || silentSince !== undefined || goneAt !== undefined
    ? Number.POSITIVE_INFINITY
    : Math.max(agent.lastContactAt, awaitedFrom) + tolerance(agent) + 1;
}

/**
 * Agents whose silence nobody has noted yet, the first first: a journal that is decided again must come to the
 * same, whatever order the agents were loaded in.
 */
export function newlySilent(state: Pick<HostState, "agents">, now: EpochMs): Agent[] {
  return [...state.agents.values()]
    .filter((agent) => silentFrom(agent) <= now)
    .toSorted((a, b) => silentFrom(a) - silentFrom(b) || (a.id < b.id ? -1 : 1));
}

/**
 * Notes who is silent, and opens or extends the finding; without a rule in force it is noted only. An agent that
 * is back since the finding opened proves nothing of the one that fell silent now.
 */
export function noteSilence(draft: Draft, rule: AgentRule | null, now: EpochMs): void {
  for (const agent of newlySilent(draft, now)) {
    // Whoever looks this late was not there to be told: the agent gets the time again.
    if (agent.awaitedFrom === undefined && now > silentFrom(agent) + LATE_LOOK_MS) {
      draft.saveAgent({ ...agent, awaitedFrom: now });
      continue;
    }
    const silentSince = agent.lastContactAt;
    const silent = { ...agent, silentSince };
    draft.saveAgent(silent);
    draft.events.push({ type: "agent.silent", agentId: agent.id });
    draft.enqueue({ type: "agent.silent", at: now, agent: silent, silentSince });
    // A container whose host nobody names is no host.
    if (rule === null || !draft.owner.startsWith("host:")) continue;
    const every = Math.round((agent.intervalMs ?? 0) / SECOND_MS);
    const seen = agentEvent(draft.owner, AGENT_SILENT, rule, agent, {
      at: silentFrom(agent),
      subject: `${agentName(agent)} fell silent`,
      action: "agent_silent",
      message: `Last contact ${formatInstant(agent.lastContactAt)}; one was due every ${every} s.`,
    });
    observe(draft, seen, [agent.id], now);
  }
  awaitThoseAway(draft);
}

/** The finding waits for those who are away, if any are, and for nobody else. */
function awaitThoseAway(draft: Draft): void {
  for (const finding of draft.open(({ ruleId: rule }) => rule === AGENT_SILENT)) {
    const reporters = finding.reporters.filter(
      (id) => draft.agents.get(id)?.silentSince !== undefined,
    );
    if (reporters.length === 0 || reporters.length === finding.reporters.length) continue;
    draft.saveFinding({ ...finding, reporters });
  }
}

/** An agent has come back. Where others are still away, the finding waits for those. */
export function noteReturn(draft: Draft, agent: Agent, now: EpochMs): void {
  const { silentSince, goneAt, awaitedFrom, ...back } = agent;
  if (silentSince === undefined && goneAt === undefined && awaitedFrom === undefined) return;
  draft.saveAgent(back);
  if (silentSince === undefined) return;
  draft.events.push({ type: "agent.recovered", agentId: agent.id });
  draft.enqueue({ type: "agent.recovered", at: now, agent: back, silentSince });
  awaitThoseAway(draft);
}
