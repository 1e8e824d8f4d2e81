/**
 * Which deliveries of an endpoint are to be attempted now, and when the next one is. Pure: jitter is an argument.
 * Contract: of one key only the oldest is attempted, until it has arrived or is given up; what one key waits for
 * holds up no other; an attempt that failed comes again by the schedule, never before `Retry-After`.
 */
import type { DeadReason } from "../../schema/webhooks.ts";
import {
  BREAKER_FAILURES,
  BREAKER_PAUSE_MAX_MS,
  BREAKER_PAUSE_MS,
  MAX_ATTEMPTS_AT_ONCE,
  MAX_DELIVERY_AGE_MS,
  MAX_RETRY_AFTER_MS,
  RETRY_DELAYS_MS,
  RETRY_JITTER,
} from "../../schema/limits.ts";
import type { DurationMs, EpochMs } from "../../schema/time.ts";

/** A delivery that has not arrived. */
export interface Waiting {
  /** In order of arrival, unique. */
  seq: number;
  key: string;
  /** When it was made, or made again by a replay: from then on it grows old. */
  since: EpochMs;
  /** Attempts since then that failed. */
  tries: number;
  nextAt: EpochMs;
}

/** What the attempts of late say of the receiver. */
export interface Breaker {
  /** In a row, of whatever deliveries. */
  failures: number;
  /** When the next attempt may begin, once there are too many of them. */
  pausedUntil: EpochMs;
  /** When the first of the failures was noted; absent: there is none, or it was noted before this was kept. */
  since?: EpochMs;
}

export const CLOSED: Breaker = { failures: 0, pausedUntil: 0 };

export interface Turn {
  /** To be attempted now, the ones that are due for longest first. */
  start: Waiting[];
  /** Given up for their age; what comes after them is looked at in the next turn. */
  expired: Waiting[];
  /** When to look again, if nothing else happens; infinite if nothing waits but what is under way. */
  wakeAt: EpochMs;
}

/** `waiting` in order of `seq`; `busy` are the keys whose attempts are under way. */
export function turn(
  waiting: Iterable<Waiting>,
  busy: ReadonlySet<string>,
  breaker: Breaker,
  now: EpochMs,
): Turn {
  const heads = headsOf(waiting);
  const free = heads.filter(({ key }) => !busy.has(key));
  const expired = free.filter(({ since }) => since + MAX_DELIVERY_AGE_MS <= now);
  if (expired.length > 0) return { start: [], expired, wakeAt: now };
  const paused = isOpen(breaker);
  const notBefore = paused ? breaker.pausedUntil : 0;
  const room = (paused ? 1 : MAX_ATTEMPTS_AT_ONCE) - busy.size;
  const start =
    now < notBefore || room <= 0
      ? []
      : free
          .filter(({ nextAt }) => nextAt <= now)
          .toSorted((a, b) => a.nextAt - b.nextAt || a.seq - b.seq)
          .slice(0, room);
  const started = new Set(start);
  const rest = free.filter((one) => !started.has(one));
  const wakeAt = rest.reduce(
    (least, { nextAt, since }) =>
      Math.min(least, Math.max(nextAt, notBefore), since + MAX_DELIVERY_AGE_MS),
    Number.POSITIVE_INFINITY,
  );
  return { start, expired: [], wakeAt: Math.max(now, wakeAt) };
}

/** The oldest of each key. */
function headsOf(waiting: Iterable<Waiting>): Waiting[] {
  const heads = new Map<string, Waiting>();
  for (const one of waiting) if (!heads.has(one.key)) heads.set(one.key, one);
  return [...heads.values()];
}

/** Whether one attempt at a time is made. */
export function isOpen({ failures }: Breaker): boolean {
  return failures >= BREAKER_FAILURES;
}

/** Any answer that is a success closes it. */
export function breakerAfter(breaker: Breaker, succeeded: boolean, now: EpochMs): Breaker {
  if (succeeded) return CLOSED;
  const failures = breaker.failures + 1;
  const beyond = failures - BREAKER_FAILURES;
  const since = breaker.since ?? now;
  if (beyond < 0) return { failures, pausedUntil: 0, since };
  const pause = Math.min(BREAKER_PAUSE_MAX_MS, BREAKER_PAUSE_MS * 2 ** Math.min(beyond, 20));
  return { failures, pausedUntil: now + pause, since };
}

/** What becomes of a delivery after an attempt that failed: when the next one is, or why there is none. */
export type Retry =
  | { again: true; tries: number; nextAt: EpochMs }
  | { again: false; why: DeadReason };

/** `jitter` from 0 to 1; `retryAfterMs` as the receiver asked for, null where it did not. */
export function retryAfter(
  { tries }: Pick<Waiting, "tries">,
  retryAfterMs: DurationMs | null,
  jitter: number,
  now: EpochMs,
): Retry {
  const failed = tries + 1;
  const delay = RETRY_DELAYS_MS[failed];
  if (delay === undefined) return { again: false, why: "attempts" };
  const asked = Math.min(MAX_RETRY_AFTER_MS, retryAfterMs ?? 0);
  const wait = Math.max(Math.round(delay * (1 + RETRY_JITTER * jitter)), asked);
  return { again: true, tries: failed, nextAt: now + wait };
}
