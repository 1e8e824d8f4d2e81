/** The order of deliveries, their retries, and the breaker: for any receiver and any moment. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  BREAKER_FAILURES,
  BREAKER_PAUSE_MAX_MS,
  BREAKER_PAUSE_MS,
  MAX_ATTEMPTS_AT_ONCE,
  MAX_DELIVERY_AGE_MS,
  MAX_RETRY_AFTER_MS,
  RETRY_DELAYS_MS,
} from "../../../schema/limits.ts";
import {
  breakerAfter,
  CLOSED,
  isOpen,
  retryAfter,
  turn,
  type Breaker,
  type Waiting,
} from "../../../durable/domain/delivery.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const waitingAt = (seq: number, key: string, fields: Partial<Waiting> = {}): Waiting => ({
  seq,
  key,
  since: 0,
  tries: 0,
  nextAt: 0,
  ...fields,
});

describe("retries", () => {
  test("come after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h, and then no more", () => {
    const waits: number[] = [];
    for (let tries = 0; ; tries++) {
      const retry = retryAfter({ tries }, null, 0, 0);
      if (!retry.again) {
        expect(retry.why).toBe("attempts");
        break;
      }
      expect(retry.tries).toBe(tries + 1);
      waits.push(retry.nextAt);
    }
    const hours = [2, 5, 10, 14, 20, 24].map((hour) => hour * HOUR);
    expect(waits).toEqual([5 * SECOND, 5 * MINUTE, 30 * MINUTE, ...hours]);
    expect(waits).toHaveLength(RETRY_DELAYS_MS.length - 1);
  });

  test("jitter makes a wait longer by at most a tenth, never shorter", () => {
    fc.assert(
      fc.property(
        fc.nat(RETRY_DELAYS_MS.length - 2),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.nat(),
        (tries, jitter, now) => {
          const retry = retryAfter({ tries }, null, jitter, now);
          const delay = RETRY_DELAYS_MS[tries + 1] ?? 0;
          if (!retry.again) throw new Error("there is one more");
          expect(retry.nextAt).toBeGreaterThanOrEqual(now + delay);
          expect(retry.nextAt).toBeLessThanOrEqual(now + Math.round(delay * 1.1));
        },
      ),
    );
  });

  test("Retry-After makes a wait longer, never shorter, and by a day at the most", () => {
    expect(retryAfter({ tries: 0 }, 90 * SECOND, 0, 0)).toMatchObject({ nextAt: 90 * SECOND });
    expect(retryAfter({ tries: 1 }, SECOND, 0, 0)).toMatchObject({ nextAt: 5 * MINUTE });
    expect(retryAfter({ tries: 0 }, 99 * 24 * HOUR, 0, 0)).toMatchObject({
      nextAt: MAX_RETRY_AFTER_MS,
    });
  });

  test("all attempts are made before a delivery is given up for its age", () => {
    const longest = RETRY_DELAYS_MS.reduce((sum, delay) => sum + delay * 1.1, 0);
    expect(longest).toBeLessThan(MAX_DELIVERY_AGE_MS);
  });
});

describe("a turn", () => {
  test("of one key only the oldest is attempted, even if only a later one is due", () => {
    const waiting = [waitingAt(1, "a", { nextAt: 10 }), waitingAt(2, "a"), waitingAt(3, "b")];
    const { start, wakeAt } = turn(waiting, new Set(), CLOSED, 5);
    expect(start.map(({ seq }) => seq)).toEqual([3]);
    expect(wakeAt).toBe(10);
  });

  test("nothing of a key is begun while an attempt of it is under way", () => {
    const { start, wakeAt } = turn([waitingAt(1, "a")], new Set(["a"]), CLOSED, 5);
    expect(start).toEqual([]);
    expect(wakeAt).toBe(Number.POSITIVE_INFINITY);
  });

  test("what has grown too old is given up before anything else", () => {
    const old = waitingAt(1, "a");
    const { expired, start } = turn([old], new Set(), CLOSED, MAX_DELIVERY_AGE_MS);
    expect(expired).toEqual([old]);
    expect(start).toEqual([]);
  });

  test("for any queue: one a key, bounded, due, and never later than the next thing to do", () => {
    fc.assert(
      fc.property(queues, fc.nat(50), fc.nat(60), breakers, (waiting, busyKeys, now, breaker) => {
        const keys = [...new Set(waiting.map(({ key }) => key))];
        const busy = new Set(keys.slice(0, busyKeys % 4));
        const { start, wakeAt } = turn(waiting, busy, breaker, now);
        const heads = keys.map((key) => waiting.find((one) => one.key === key));
        expect(start.length + busy.size).toBeLessThanOrEqual(
          Math.max(busy.size, isOpen(breaker) ? 1 : MAX_ATTEMPTS_AT_ONCE),
        );
        for (const one of start) {
          expect(heads).toContain(one);
          expect(busy.has(one.key)).toBe(false);
          expect(one.nextAt).toBeLessThanOrEqual(now);
          if (isOpen(breaker)) expect(breaker.pausedUntil).toBeLessThanOrEqual(now);
        }
        expect(wakeAt).toBeGreaterThanOrEqual(now);
        const rest = heads.filter((one) => one !== undefined && !start.includes(one));
        for (const one of rest) {
          if (one === undefined || busy.has(one.key)) continue;
          const notBefore = isOpen(breaker) ? breaker.pausedUntil : 0;
          expect(wakeAt).toBeLessThanOrEqual(Math.max(now, one.nextAt, notBefore));
        }
      }),
    );
  });
});

describe("the breaker", () => {
  test("opens after five failures in a row, pauses twice as long each time, and closes with a success", () => {
    let breaker: Breaker = CLOSED;
    for (let i = 1; i < BREAKER_FAILURES; i++) breaker = breakerAfter(breaker, false, 0);
    expect(isOpen(breaker)).toBe(false);
    const pauses: number[] = [];
    for (let i = 0; i < 7; i++) {
      breaker = breakerAfter(breaker, false, 0);
      expect(isOpen(breaker)).toBe(true);
      pauses.push(breaker.pausedUntil);
    }
    expect(pauses.slice(0, 3)).toEqual([1, 2, 4].map((times) => times * BREAKER_PAUSE_MS));
    expect(pauses.at(-1)).toBe(BREAKER_PAUSE_MAX_MS);
    expect(breakerAfter(breaker, true, 0)).toEqual(CLOSED);
  });

  test("lets one attempt at a time through", () => {
    const open = { failures: BREAKER_FAILURES, pausedUntil: 10 };
    const waiting = [waitingAt(1, "a"), waitingAt(2, "b"), waitingAt(3, "c")];
    expect(turn(waiting, new Set(), open, 9)).toMatchObject({ start: [], wakeAt: 10 });
    expect(turn(waiting, new Set(), open, 10).start).toHaveLength(1);
    expect(turn(waiting, new Set(["a"]), open, 10).start).toEqual([]);
  });
});

describe("whatever a receiver does", () => {
  test("every delivery arrives, in order of its key, or is given up in time", () => {
    const steps = fc.array(fc.constantFrom("ok", "fail", "later"), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(fc.array(fc.nat(3), { minLength: 1, maxLength: 12 }), steps, (keys, answers) => {
        const { arrived, dead } = play(keys, answers);
        expect([...arrived, ...dead].toSorted((a, b) => a - b)).toEqual(keys.map((_, i) => i + 1));
        for (const key of new Set(keys)) {
          const ofKey = arrived.filter((seq) => keys[seq - 1] === key);
          expect(ofKey).toEqual(ofKey.toSorted((a, b) => a - b));
        }
      }),
      { numRuns: 300 },
    );
  });
});

/** Plays a queue against a receiver whose answers repeat, in virtual time. */
function play(keys: readonly number[], answers: readonly string[]) {
  let waiting = keys.map((key, i) => waitingAt(i + 1, String(key)));
  let breaker: Breaker = CLOSED;
  let now = 0;
  let asked = 0;
  const arrived: number[] = [];
  const dead: number[] = [];
  for (let steps = 0; waiting.length > 0; steps++) {
    if (steps > 20_000) throw new Error("it never ends");
    const next = turn(waiting, new Set(), breaker, now);
    const gone = (seq: number) => (waiting = waiting.filter((one) => one.seq !== seq));
    for (const { seq } of next.expired) {
      dead.push(seq);
      gone(seq);
    }
    for (const one of next.start) {
      const answer = answers[asked++ % answers.length];
      breaker = breakerAfter(breaker, answer === "ok", now);
      const retry = retryAfter(one, answer === "later" ? HOUR : null, 0.5, now);
      if (answer === "ok") arrived.push(one.seq);
      else if (!retry.again) dead.push(one.seq);
      if (answer === "ok" || !retry.again) gone(one.seq);
      else waiting = waiting.map((it) => (it === one ? { ...it, ...retry } : it));
    }
    if (next.start.length + next.expired.length === 0) now = next.wakeAt;
    expect(now).toBeLessThan(MAX_DELIVERY_AGE_MS * (keys.length + 1));
  }
  return { arrived, dead };
}

const queues = fc
  .array(
    fc.record({ key: fc.constantFrom("a", "b", "c", "d", "e", "f", "g", "h"), nextAt: fc.nat(50) }),
  )
  .map((entries) => entries.map(({ key, nextAt }, i) => waitingAt(i + 1, key, { nextAt })));

const breakers = fc.record({ failures: fc.nat(2 * BREAKER_FAILURES), pausedUntil: fc.nat(60) });
