/**
 * When a HostActor must wake next, and what a drain takes. Pure.
 * One alarm serves all: deadlines, the outbox, refreshes of D1, and forgetting.
 */
import {
  BATCH_MEMORY_MS,
  DRAIN_BATCH,
  DRAIN_RETRY_MAX_MS,
  DRAIN_RETRY_MS,
  MAX_REFRESH_MS,
  MIN_REFRESH_MS,
  REFRESH_FRACTION,
} from "../../schema/limits.ts";
import type { RuleId } from "../../schema/ids.ts";
import type { EpochMs } from "../../schema/time.ts";
import type { Agent, Decision, Finding, HostState, OutboxMessage } from "./model.ts";
import { dueFrom, quietStatus, unwatchedFrom, type QuietStatus } from "./quiet.ts";
import { risesAt } from "./rise.ts";
import { isRosterTold, tellAgentAt } from "./roster.ts";
import { silentFrom } from "./silence.ts";
import { forgettableAt, pendingIds, signalForgettableAt } from "./resolve.ts";

const NEVER = Number.POSITIVE_INFINITY;

/** How long to wait after the n-th failed drain in a row. */
export function drainBackoff(failures: number): number {
  return Math.min(DRAIN_RETRY_MAX_MS, DRAIN_RETRY_MS * 2 ** Math.max(0, failures - 1));
}

/** When D1 should learn what has changed without a transition; never, where it knows. */
export function refreshAt(finding: Finding): EpochMs {
  if (finding.flushed === null || finding.flushed.version >= finding.version) return NEVER;
  const every = Math.max(MIN_REFRESH_MS, finding.quietPeriodMs / REFRESH_FRACTION);
  // Half of a quiet period that is shorter than the refresh: else lists would show it past its deadline.
  return finding.flushed.at + Math.min(MAX_REFRESH_MS, every, finding.quietPeriodMs / 2);
}

/** The earliest instant at which there is something to do; infinite if there is nothing. */
export function nextWakeAt(state: HostState, now: EpochMs): EpochMs {
  let next = drainAt(state, now);
  // What waits in the outbox is not forgotten yet, however old it is.
  const pending = pendingIds(state.outbox);
  for (const finding of state.findings.values()) {
    next = Math.min(next, Math.max(refreshAt(finding), state.drain.notBefore));
    if (!pending.has(finding.id)) next = Math.min(next, forgettableAt(finding));
    if (finding.status === "open") next = Math.min(next, deadlineWake(state, finding, now));
  }
  for (const signal of state.signals.values()) {
    if (!pending.has(signal.id)) next = Math.min(next, signalForgettableAt(signal));
  }
  for (const agent of state.agents.values()) {
    next = Math.min(next, Math.max(now, silentFrom(agent)), agentDrainAt(state, agent, now));
  }
  // With a finding that nobody can prove quiet there is nothing to do until someone reports.
  if (next === NEVER && isIdle(state)) next = lastContactAt(state) + BATCH_MEMORY_MS;
  return next;
}

/** When the outbox is to be drained: at once, or a moment after the drain before. */
function drainAt(state: HostState, now: EpochMs): EpochMs {
  return state.outbox.length === 0 ? NEVER : soonest(state, now);
}

function agentDrainAt(state: HostState, agent: Agent, now: EpochMs): EpochMs {
  return Math.max(soonest(state, now), tellAgentAt(agent));
}

function soonest({ drain }: HostState, now: EpochMs): EpochMs {
  return Math.max(now, drain.spacedUntil, drain.notBefore);
}

function deadlineWake(state: HostState, finding: Finding, now: EpochMs): EpochMs {
  // The drain that settles it looks by itself.
  if (!finding.settled) return NEVER;
  const quiet = quietStatus(finding, state.agents, now);
  if (quiet.complete) return now;
  const unwatched = finding.unverified ? null : unwatchedFrom(finding, state.agents);
  return Math.min(
    deadlineOf(quiet, now),
    Math.max(now, Math.min(unwatched ?? NEVER, risesAt(finding))),
  );
}

function deadlineOf(quiet: QuietStatus, now: EpochMs): EpochMs {
  // Past its deadline and not proven: only a contact can prove it, and a contact looks by itself.
  return quiet.deadlineAt !== null && quiet.deadlineAt > now ? quiet.deadlineAt : NEVER;
}

/** A lower bound of the next wake after a decision, from what it changed alone. */
export function wakeAfter(decision: Decision, now: EpochMs): EpochMs {
  const { state } = decision;
  let next = drainAt(state, now);
  for (const effect of decision.effects) {
    if (effect.type === "saveAgent") {
      const { agent } = effect;
      next = Math.min(next, Math.max(now, silentFrom(agent)), agentDrainAt(state, agent, now));
    }
    if (effect.type !== "saveFinding") continue;
    const { finding } = effect;
    next = Math.min(next, Math.max(refreshAt(finding), state.drain.notBefore));
    if (finding.status !== "open") continue;
    const unwatched = finding.unverified ? null : unwatchedFrom(finding, state.agents);
    const due = Math.min(dueFrom(finding), unwatched ?? NEVER, risesAt(finding));
    next = Math.min(next, Math.max(now, due));
  }
  if (next === NEVER) next = lastContactAt(state) + BATCH_MEMORY_MS;
  return next;
}

function lastContactAt(state: HostState): EpochMs {
  return Math.max(0, ...[...state.agents.values()].map((agent) => agent.lastContactAt));
}

/** Whether only its agents are left to forget. */
function isIdle(state: HostState): boolean {
  return state.agents.size > 0 && state.findings.size === 0 && state.signals.size === 0;
}

/** Whether the actor holds nothing that D1 does not, and no batch could still be repeated to it. */
export function isForgettable(state: HostState, now: EpochMs): boolean {
  return (
    state.findings.size === 0 &&
    state.signals.size === 0 &&
    state.outbox.length === 0 &&
    isRosterTold(state) &&
    now >= lastContactAt(state) + BATCH_MEMORY_MS
  );
}

/** What one drain writes: messages in order, and findings due for a refresh. */
export interface DrainPlan {
  messages: OutboxMessage[];
  refreshes: Finding[];
  agents: Agent[];
}

/**
 * The oldest messages, and what else there is of their findings: one row tells of all of them, and were
 * it taken over between two drains, an ended episode would never reach the history.
 */
function firstMessages(outbox: HostState["outbox"]): OutboxMessage[] {
  const first = outbox.slice(0, DRAIN_BATCH);
  const ids = pendingIds(first);
  const more = outbox
    .slice(DRAIN_BATCH)
    .filter((message) => "finding" in message && ids.has(message.finding.id));
  return [...first, ...more];
}

/** The next drain; null if there is nothing to write yet. */
export function planDrain(state: HostState, now: EpochMs): DrainPlan | null {
  if (now < state.drain.notBefore) return null;
  const messages = firstMessages(state.outbox);
  const told = new Set(
    state.outbox.map((message) => ("finding" in message ? message.finding.id : null)),
  );
  const refreshes = [...state.findings.values()]
    .filter((finding) => refreshAt(finding) <= now && !told.has(finding.id))
    .slice(0, Math.max(0, DRAIN_BATCH - messages.length));
  const agents = [...state.agents.values()].filter((agent) => tellAgentAt(agent) <= now);
  const isEmpty = messages.length + refreshes.length + agents.length === 0;
  return isEmpty ? null : { messages, refreshes, agents };
}

/** Rules of findings that D1 does not know yet, or knows of another owner. */
export function openedRules(outbox: HostState["outbox"]): ReadonlySet<RuleId> {
  const opened = new Set<RuleId>();
  for (const message of outbox) {
    if (!("finding" in message) || message.type === "finding.resolved") continue;
    opened.add(message.finding.ruleId);
  }
  return opened;
}
