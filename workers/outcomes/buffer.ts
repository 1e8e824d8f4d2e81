/**
 * Counts of outcomes in the isolate's memory, until they are written to D1.
 * Contract: what is taken for writing stays with its flush id until D1 has confirmed it, so that every count
 * is added once, however often the write is tried. What an isolate has not written when it dies is lost to
 * the counts, never to the findings.
 */
import {
  MAX_OUTCOME_COUNTERS,
  OUTCOMES_PER_FLUSH,
  OUTCOMES_RETRY_MS,
} from "../../schema/limits.ts";
import type { Outcome } from "../../schema/outcome.ts";
import type { EpochMs } from "../../schema/time.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Tenants whose day is remembered. */
const MAX_DAYS = 1_000;

/** Whose events were counted. */
export interface Source {
  tenant: string;
  /** Id of the agent key. */
  key: string;
  /** The owner of the host's actor; empty: unknown. */
  host: string;
  /** The agent's id; empty: unknown. */
  agent: string;
  /** The agent's format; empty: unknown. */
  kind: string;
}

export interface Counter extends Source {
  hour: EpochMs;
  outcome: Outcome;
  code: string;
  n: number;
}

export interface Hit {
  tenant: string;
  exception: string;
  n: number;
  lastAt: EpochMs;
}

/** One write to D1. */
export interface Flush {
  id: string;
  at: EpochMs;
  counters: Counter[];
  hits: Hit[];
}

/** A day as D1 had it, and what has been counted here since. */
interface Day {
  day: EpochMs;
  base: number;
  since: number;
}

export const hourOf = (at: EpochMs): EpochMs => at - (at % HOUR_MS);
export const dayOf = (at: EpochMs): EpochMs => at - (at % DAY_MS);
/** What the daily quota counts. */
export const isReceived = (outcome: Outcome): boolean =>
  outcome === "accepted" ||
  outcome === "duplicate" ||
  outcome === "ignored" ||
  outcome === "rejected";

class OutcomeBuffer {
  #counters = new Map<string, Counter>();
  #hits = new Map<string, Hit>();
  /** Taken, and not confirmed. */
  #waiting: Flush[] = [];
  readonly #days = new Map<string, Day>();

  count(source: Source, at: EpochMs, outcome: Outcome, n: number, code = ""): void {
    if (n === 0) return;
    const hour = hourOf(at);
    const { tenant, key, host, agent, kind } = source;
    const name = [tenant, hour, key, host, agent, outcome, code].join("\0");
    const known = this.#counters.get(name);
    if (known === undefined)
      this.#counters.set(name, { tenant, key, host, agent, kind, hour, outcome, code, n });
    else known.n += n;
    const day = this.#days.get(tenant);
    if (day !== undefined && day.day === dayOf(at) && isReceived(outcome)) day.since += n;
  }

  hit(tenant: string, exception: string, n: number, lastAt: EpochMs): void {
    const name = `${tenant}\0${exception}`;
    const known = this.#hits.get(name);
    if (known === undefined) this.#hits.set(name, { tenant, exception, n, lastAt });
    else {
      known.n += n;
      known.lastAt = Math.max(known.lastAt, lastAt);
    }
  }

  get isFull(): boolean {
    return this.#counters.size >= MAX_OUTCOME_COUNTERS;
  }

  /** What is to be written now: what failed before, and what has been counted since. */
  take(now: EpochMs, newId: () => string): readonly Flush[] {
    // D1 forgets flush ids after a day: long before that, a flush that cannot be written is given up.
    this.#waiting = this.#waiting.filter(({ at }) => now - at < OUTCOMES_RETRY_MS);
    const counters = [...this.#counters.values()];
    let hits = [...this.#hits.values()];
    while (counters.length + hits.length > 0) {
      const some = counters.splice(0, OUTCOMES_PER_FLUSH);
      this.#waiting.push({ id: newId(), at: now, counters: some, hits });
      hits = [];
    }
    this.#counters = new Map();
    this.#hits = new Map();
    return [...this.#waiting];
  }

  confirm(id: string): void {
    this.#waiting = this.#waiting.filter((flush) => flush.id !== id);
  }

  /** Null where D1 has not been asked yet. */
  receivedOn(tenant: string, day: EpochMs): number | null {
    const known = this.#days.get(tenant);
    return known?.day === day ? known.base + known.since : null;
  }

  /** What D1 holds of a day. Counts that are under way may be in it or not: then they count twice for a moment. */
  learnDay(tenant: string, day: EpochMs, base: number): void {
    if (this.#days.size >= MAX_DAYS) this.#days.clear();
    this.#days.set(tenant, { day, base, since: this.#unwritten(tenant, day) });
  }

  #unwritten(tenant: string, day: EpochMs): number {
    let n = 0;
    for (const counters of [
      this.#counters.values(),
      ...this.#waiting.map((flush) => flush.counters),
    ])
      for (const one of counters)
        if (one.tenant === tenant && dayOf(one.hour) === day && isReceived(one.outcome)) n += one.n;
    return n;
  }
}

/** The isolate's own. */
export const BUFFER = new OutcomeBuffer();
