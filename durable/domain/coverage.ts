/**
 * Coverage arithmetic: when was an agent watching, and for how long has it been quiet under its eyes.
 * Pure; intervals are half-open in spirit, ascending and disjoint in fact.
 */
import {
  GAP_INTERVALS,
  MAX_CONTACT_INTERVALS,
  MAX_HEARTBEAT_INTERVAL_MS,
  MAX_LEARNED_GAPS,
  MIN_HEARTBEAT_INTERVAL_MS,
} from "../../schema/limits.ts";
import type { DurationMs, EpochMs } from "../../schema/time.ts";
import type { Agent, Contact, ContactInterval } from "./model.ts";
import { isHeartbeat, withTally } from "./tally.ts";

/** What an agent without declared interval may be silent for and still count as one contact span. */
const ASSUMED_INTERVAL_MS: DurationMs = 60_000;

/** How long an agent may be silent before that is a gap. */
export function tolerance(agent: Pick<Agent, "intervalMs">): DurationMs {
  return GAP_INTERVALS * (agent.intervalMs ?? ASSUMED_INTERVAL_MS);
}

/** Records a sign of life. A contact that reports drops proves nothing of the span before it. */
export function recordContact(known: Agent | undefined, contact: Contact): Agent {
  const base: Agent = known ?? {
    id: contact.agentId,
    kind: contact.kind,
    version: null,
    ruleset: null,
    intervalMs: null,
    firstContactAt: contact.at,
    lastContactAt: contact.at,
    heartbeats: 0,
    dropped: 0,
    intervals: [],
  };
  const beats = contact.beat === true ? withBeat(base.beats, contact.at) : base.beats;
  const intervalMs =
    contact.intervalMs ?? (contact.beat === true ? learned(base, beats) : base.intervalMs);
  const heartbeats = Number(isHeartbeat(contact));
  return {
    ...base,
    ...(beats === undefined ? {} : { beats }),
    kind: contact.kind,
    version: contact.version ?? base.version,
    ...rulesetAfter(base, contact),
    intervalMs,
    firstContactAt: Math.min(base.firstContactAt, contact.at),
    lastContactAt: Math.max(base.lastContactAt, contact.at),
    heartbeats: base.heartbeats + heartbeats,
    dropped: base.dropped + contact.dropped,
    recent: withTally(base.recent, [contact.at, heartbeats, contact.dropped]),
    intervals: addInstant(
      base.intervalMs === null && intervalMs !== null ? instants(base.intervals) : base.intervals,
      contact.at,
      contact.dropped > 0,
      tolerance({ intervalMs }),
    ),
  };
}

/** What it enforces, by its newest word, and since when. */
function rulesetAfter(base: Agent, { ruleset, at }: Contact): Partial<Agent> {
  if (ruleset === null || ruleset === base.ruleset || at < base.lastContactAt) return {};
  return { ruleset, rulesetSince: at };
}

type Beats = NonNullable<Agent["beats"]>;

/** Notes one more liveness event. Two that come closer than any interval are one, sent or told twice. */
function withBeat(known: Beats | undefined, at: EpochMs): Beats {
  if (known === undefined) return { lastAt: at, gaps: [] };
  const gap = at - known.lastAt;
  if (gap < MIN_HEARTBEAT_INTERVAL_MS) return known;
  return { lastAt: at, gaps: [...known.gaps, gap].slice(-MAX_LEARNED_GAPS) };
}

/**
 * The interval that its liveness events keep: the lower median of the last distances, so that neither an
 * outage (one long distance) nor a restart (one short one) is taken for it. A declared interval stays.
 */
function learned(agent: Agent, beats: Beats | undefined): DurationMs | null {
  const declared = agent.intervalMs !== null && (agent.beats?.gaps.length ?? 0) === 0;
  if (declared || beats === undefined || beats.gaps.length === 0) return agent.intervalMs;
  const middle = beats.gaps.toSorted((a, b) => a - b)[(beats.gaps.length - 1) >> 1];
  return Math.min(MAX_HEARTBEAT_INTERVAL_MS, middle ?? MAX_HEARTBEAT_INTERVAL_MS);
}

/**
 * With its first heartbeat an agent says how often it can be expected. The contacts before were joined by
 * an assumption, so that they prove nothing but the last instant, and those at which events were lost.
 */
function instants(intervals: readonly ContactInterval[]): ContactInterval[] {
  const last = intervals.at(-1);
  if (last === undefined) return [];
  const torn = intervals.slice(0, -1).filter(({ after }) => after === "dropped");
  return [...torn.map((one) => ({ ...one, to: one.from })), { ...last, from: last.to }];
}

function addInstant(
  intervals: readonly ContactInterval[],
  at: EpochMs,
  dropped: boolean,
  toleranceMs: DurationMs,
): ContactInterval[] {
  const next = intervals.slice();
  // The interval that begins at or before the instant; contacts mostly come in order, so look from the end.
  let i = next.length - 1;
  while (i >= 0 && intervalAt(next, i).from > at) i--;
  const before = i >= 0 ? intervalAt(next, i) : null;
  if (before !== null && at <= before.to) {
    // Within a known span: only drops change anything, and they void the span up to here.
    if (dropped && at === before.from) next[i] = { ...before, after: "dropped" };
    else if (dropped) {
      next.splice(
        i,
        1,
        { ...before, to: before.from },
        { from: at, to: before.to, after: "dropped" },
      );
    }
    return bounded(next);
  }
  if (before !== null && !dropped && at - before.to <= toleranceMs) {
    next[i] = { ...before, to: at };
  } else {
    const after = dropped ? "dropped" : before === null ? "start" : "no_contact";
    next.splice(++i, 0, { from: at, to: at, after });
  }
  return bounded(joinFollowing(next, i, toleranceMs));
}

/** After interval `i` grew, it may have come within reach of the next one. */
function joinFollowing(
  intervals: ContactInterval[],
  i: number,
  toleranceMs: DurationMs,
): ContactInterval[] {
  const current = intervalAt(intervals, i);
  const following = intervals[i + 1];
  if (following === undefined || following.after === "dropped") return intervals;
  if (following.from - current.to <= toleranceMs) {
    intervals.splice(i, 2, { ...current, to: following.to });
  } else if (following.after === "start") {
    intervals[i + 1] = { ...following, after: "no_contact" };
  }
  return intervals;
}

function intervalAt(intervals: readonly ContactInterval[], i: number): ContactInterval {
  const interval = intervals[i];
  if (interval === undefined) throw new Error(`no contact interval ${i}`);
  return interval;
}

function bounded(intervals: ContactInterval[]): ContactInterval[] {
  return intervals.length > MAX_CONTACT_INTERVALS
    ? intervals.slice(-MAX_CONTACT_INTERVALS)
    : intervals;
}

/** A span of time. */
export interface Span {
  from: EpochMs;
  to: EpochMs;
}

export interface Gap {
  from: EpochMs;
  /** Null while it lasts. */
  to: EpochMs | null;
  reason: "no_contact" | "dropped";
}

/** The spans since `from` in which at least one of the agents was watching, and the holes between them. */
export function watchedSince(
  agents: readonly Agent[],
  from: EpochMs,
): { spans: Span[]; gaps: Gap[] } {
  const pieces = agents
    .flatMap((agent) => clip(agent, from))
    .toSorted((a, b) => a.from - b.from || b.to - a.to);
  const spans: Span[] = [];
  const gaps: Gap[] = [];
  for (const piece of pieces) {
    const last = spans.at(-1);
    if (last !== undefined && piece.from <= last.to) last.to = Math.max(last.to, piece.to);
    else {
      const holeFrom = last?.to ?? from;
      if (piece.from > holeFrom) {
        gaps.push({
          from: holeFrom,
          to: piece.from,
          reason: piece.after === "dropped" ? "dropped" : "no_contact",
        });
      }
      spans.push({ from: piece.from, to: piece.to });
    }
  }
  return { spans, gaps };
}

/** An agent's intervals from the instant on. An event proves that its agent watched when it happened. */
function clip(agent: Agent, from: EpochMs): ContactInterval[] {
  const clipped: ContactInterval[] = [];
  for (const interval of agent.intervals) {
    if (interval.to < from) continue;
    const reaches = clipped.length === 0 && interval.after !== "dropped";
    const begins = reaches && interval.from - from <= tolerance(agent) ? from : interval.from;
    clipped.push({ ...interval, from: Math.max(from, Math.min(begins, interval.from)) });
  }
  return clipped;
}
