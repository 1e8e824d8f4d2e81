/** The quiet period that follows from how a finding has behaved so far. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { longestPause, quietPeriodOf } from "../../../durable/domain/cadence.ts";
import { MAX_CADENCE_QUIET_PERIOD_MS } from "../../../schema/limits.ts";
import { Actor, HOUR, MINUTE, observation, QUIET, SECOND, T0 } from "./fixtures.ts";

const DAY = 24 * HOUR;
const WEEK = 7 * DAY;

/** Settled and told to D1, with events at these times, each told when it happens. */
function seen(...times: number[]): Actor {
  const actor = new Actor();
  for (const at of times) {
    actor.wake(T0 + at);
    actor.events(T0 + at, observation(T0 + at));
    actor.settleFresh(T0 + at);
    actor.flush(T0 + at);
  }
  return actor;
}

describe("a finding", () => {
  test("with one event must be quiet for as long as its rule says", () => {
    expect(quietPeriodOf(seen(0).finding())).toEqual({ ms: QUIET, basis: "rule" });
  });

  test("that comes every hour is not believed after ten minutes: it must be quiet for two hours", () => {
    const actor = seen(0, HOUR);
    expect(actor.finding()).toMatchObject({ episode: 2, quietPeriodMs: 2 * HOUR });
    expect(quietPeriodOf(actor.finding()).basis).toBe("cadence");
    actor.wake(T0 + 3 * HOUR - 1);
    expect(actor.finding().status).toBe("open");
    actor.wake(T0 + 3 * HOUR);
    expect(actor.finding()).toMatchObject({ status: "resolved", resolvedAt: T0 + 3 * HOUR });
  });

  test("keeps what it has learned for the episodes to come", () => {
    const actor = seen(0, WEEK, WEEK + MINUTE, 4 * WEEK, 4 * WEEK + MINUTE);
    expect(longestPause(actor.finding())).toBe(3 * WEEK - MINUTE);
  });

  test("that comes once a year is not waited for: a rule's cap is fourteen of its periods", () => {
    expect(seen(0, 365 * DAY).finding().quietPeriodMs).toBe(14 * QUIET);
  });

  test("of a rule with a long period is waited for thirty days at the most", () => {
    const weekly = { ...seen(0, 365 * DAY).finding(), rulePeriodMs: WEEK };
    expect(quietPeriodOf(weekly).ms).toBe(MAX_CADENCE_QUIET_PERIOD_MS);
  });

  test("that never pauses for long stays with its rule, however long it is open", () => {
    const times = Array.from({ length: 3_000 }, (_, i) => i * (QUIET / 3));
    expect(quietPeriodOf(seen(...times).finding())).toEqual({ ms: QUIET, basis: "rule" });
  });

  test("is never quiet within twice the time for which its agent holds back repeats", () => {
    const actor = new Actor();
    actor.events(T0, observation(T0, { leastQuietPeriodMs: 2 * HOUR }));
    expect(quietPeriodOf(actor.finding())).toEqual({ ms: 2 * HOUR, basis: "suppression" });
    actor.events(T0 + SECOND, observation(T0 + SECOND));
    expect(actor.finding().quietPeriodMs).toBe(2 * HOUR);
  });

  test("and by its rule and its pauses again when another agent reports it anew", () => {
    const actor = new Actor();
    const told = (at: number, more = {}) => observation(at, { quietPeriodMs: MINUTE, ...more });
    actor.events(T0, told(T0, { leastQuietPeriodMs: 2 * HOUR }));
    actor.settleFresh(T0);
    actor.wake(T0 + 2 * HOUR);
    actor.events(T0 + 3 * HOUR, told(T0 + 3 * HOUR));
    expect(quietPeriodOf(actor.finding())).toEqual({ ms: 14 * MINUTE, basis: "cadence" });
  });
});

test("in whatever order events arrive, and however often they are told, the pause is the same", () => {
  const gaps = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 30 });
  const order = gaps.chain((list) => {
    let at = 0;
    const times = list.map((gap) => (at += gap * SECOND));
    return fc.tuple(
      fc.constant(times),
      fc.shuffledSubarray(times, { minLength: times.length, maxLength: times.length }),
    );
  });
  fc.assert(
    fc.property(order, ([times, shuffled]) => {
      const pauseOf = (list: readonly number[]) => {
        const actor = new Actor();
        // Before it is settled nothing ends.
        for (const at of list) actor.events(T0 + HOUR, observation(T0 + at));
        return longestPause(actor.finding());
      };
      const steps = times.map((at, i) => at - (times[i - 1] ?? at) - (i === 0 ? 0 : SECOND));
      expect(pauseOf(shuffled)).toBe(Math.max(0, ...steps));
    }),
  );
});
