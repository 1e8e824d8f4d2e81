/**
 * One agent as an actor has been told of it, and what follows for the spans in which it was watching. Told
 * again here in the simplest way from docs/architecture.md, since it judges the core: contacts in order of time.
 */
import type { Contact } from "../../durable/domain/model.ts";
import {
  GAP_INTERVALS,
  MAX_CONTACT_INTERVALS,
  MAX_HEARTBEAT_INTERVAL_MS,
  MAX_LEARNED_GAPS,
  MIN_HEARTBEAT_INTERVAL_MS,
} from "../../schema/limits.ts";
import type { AgentId } from "../../schema/ids.ts";
import type { DurationMs, EpochMs } from "../../schema/time.ts";
import { MINUTE } from "./cast.ts";

export interface Span {
  from: EpochMs;
  to: EpochMs;
}

/** A span of an agent; `torn`: it begins where events were lost. */
type OwnSpan = Span & { torn: boolean };

interface Mark {
  at: EpochMs;
  /** How long before, as was known then, another contact may lie. */
  toleranceMs: DurationMs;
  isBeat: boolean;
  dropped: number;
}

export class ToldAgent {
  readonly id: AgentId;
  readonly marks: Mark[] = [];
  readonly spans: OwnSpan[] = [];
  /** How often it is known to come; null: nobody knows. */
  intervalMs: DurationMs | null = null;
  lastAt: EpochMs = Number.NEGATIVE_INFINITY;
  /** Its silence has been noted, and it has not come back. */
  isAway = false;
  /** Since when that has been a finding; null: the rule was off. */
  missedAt: EpochMs | null = null;
  /** Since when it has been given the time again, after nobody had looked in time; null: it has not. */
  awaitedFrom: EpochMs | null = null;
  /** Its host is out of service, by somebody's word. */
  isGone = false;
  readonly #liveness: EpochMs[] = [];

  constructor(id: AgentId) {
    this.id = id;
  }

  get toleranceMs(): DurationMs {
    return GAP_INTERVALS * (this.intervalMs ?? MINUTE);
  }

  /** From when on it is silent, if it does not come before. */
  get silentFrom(): EpochMs {
    const isExpected = this.intervalMs !== null && !this.isAway && !this.isGone;
    const from = Math.max(this.lastAt, this.awaitedFrom ?? this.lastAt);
    return isExpected ? from + this.toleranceMs + 1 : Number.POSITIVE_INFINITY;
  }

  isInContact(now: EpochMs): boolean {
    return now - this.lastAt <= this.toleranceMs;
  }

  tell({ at, intervalMs, beat, dropped }: Contact): void {
    const wasExpected = this.intervalMs !== null;
    this.intervalMs = intervalMs ?? (beat === true ? this.#learned(at) : this.intervalMs);
    const last = this.spans.at(-1);
    // What joined its contacts before it was expected was an assumption; that it lost events then is not.
    if (!wasExpected && this.intervalMs !== null && last !== undefined) {
      const torn = this.spans.slice(0, -1).filter((span) => span.torn);
      const lost = torn.map((span) => ({ ...span, to: span.from }));
      this.spans.splice(0, this.spans.length, ...lost, { ...last, from: last.to });
    }
    this.#join(at, dropped > 0);
    this.#mark({
      at,
      toleranceMs: this.toleranceMs,
      isBeat: intervalMs !== null || beat === true,
      dropped,
    });
    this.lastAt = Math.max(this.lastAt, at);
  }

  /** The lower median of its last distances. */
  #learned(at: EpochMs): DurationMs | null {
    const before = this.#liveness.at(-1);
    if (before === undefined || at - before >= MIN_HEARTBEAT_INTERVAL_MS) this.#liveness.push(at);
    const distances = this.#liveness.slice(1).map((one, i) => one - (this.#liveness[i] ?? one));
    const last = distances.slice(-MAX_LEARNED_GAPS).toSorted((a, b) => a - b);
    const median = last[Math.ceil(last.length / 2) - 1];
    return median === undefined ? this.intervalMs : Math.min(MAX_HEARTBEAT_INTERVAL_MS, median);
  }

  #join(at: EpochMs, torn: boolean): void {
    const last = this.spans.at(-1);
    if (last !== undefined && at <= last.to) {
      // Told of an instant that counts as watched already: what was lost may be from anywhere in that span.
      if (torn && last.from === at) last.torn = true;
      else if (torn) {
        last.to = last.from;
        this.spans.push({ from: at, to: at, torn });
      }
    } else if (last !== undefined && !torn && at - last.to <= this.toleranceMs) last.to = at;
    else this.spans.push({ from: at, to: at, torn });
    if (this.spans.length > MAX_CONTACT_INTERVALS) this.spans.shift();
  }

  #mark(mark: Mark): void {
    let i = this.marks.length;
    while (i > 0 && (this.marks[i - 1]?.at ?? 0) > mark.at) i--;
    this.marks.splice(i, 0, mark);
  }

  /** Its spans since an instant. An event then, or a contact soon after it, tells of what lies between. */
  since(from: EpochMs): Span[] {
    const found: Span[] = [];
    for (const span of this.spans) {
      if (span.to < from) continue;
      const isNear = found.length === 0 && !span.torn && span.from - from <= this.toleranceMs;
      found.push({ from: isNear ? from : Math.max(from, span.from), to: span.to });
    }
    return found;
  }

  /** Heartbeats and lost events after one instant, up to another. */
  within(from: EpochMs, to: EpochMs): { heartbeats: number; dropped: number } {
    const sum = { heartbeats: 0, dropped: 0 };
    for (let i = this.marks.length - 1; i >= 0; i--) {
      const mark = this.marks[i];
      if (mark === undefined || mark.at <= from) break;
      if (mark.at > to) continue;
      sum.heartbeats += Number(mark.isBeat);
      sum.dropped += mark.dropped;
    }
    return sum;
  }

  /**
   * The most that can be called watched since an instant, in whatever order the contacts came: between two of
   * them less than a gap apart, unless the later one reports losses.
   */
  watchedAtMost(since: EpochMs): Span[] {
    const found: Span[] = [];
    for (let i = this.marks.length - 1; i >= 0; i--) {
      const mark = this.marks[i];
      if (mark === undefined || mark.at <= since) break;
      const from = Math.max(since, this.#newestBefore(i) ?? since);
      const toleranceMs = Math.max(mark.toleranceMs, this.toleranceMs);
      if (mark.dropped === 0 && mark.at - from <= toleranceMs) found.push({ from, to: mark.at });
    }
    return found;
  }

  #newestBefore(i: number): EpochMs | undefined {
    return i === 0 ? undefined : this.marks[i - 1]?.at;
  }
}

/** What is in at least one of the spans: ascending, disjoint. */
export function union(spans: readonly Span[]): Span[] {
  const joined: Span[] = [];
  for (const span of spans.toSorted((a, b) => a.from - b.from || b.to - a.to)) {
    const last = joined.at(-1);
    if (last !== undefined && span.from <= last.to) last.to = Math.max(last.to, span.to);
    else joined.push({ ...span });
  }
  return joined;
}

/** How much of a window disjoint spans fill. */
export function lengthWithin(spans: readonly Span[], from: EpochMs, to: EpochMs): DurationMs {
  return spans.reduce(
    (sum, span) => sum + Math.max(0, Math.min(span.to, to) - Math.max(span.from, from)),
    0,
  );
}
