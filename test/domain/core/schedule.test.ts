/** When an actor wakes, how long it waits after a failure, and what one drain takes. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { HostState } from "../../../durable/domain/model.ts";
import {
  drainBackoff,
  isForgettable,
  nextWakeAt,
  planDrain,
  refreshAt,
  wakeAfter,
} from "../../../durable/domain/schedule.ts";
import {
  BATCH_MEMORY_MS,
  DRAIN_SPACING_MS,
  DRAIN_BATCH,
  DRAIN_RETRY_MAX_MS,
  DRAIN_RETRY_MS,
  MAX_REFRESH_MS,
  MIN_REFRESH_MS,
  RESOLVED_RETENTION_MS,
} from "../../../schema/limits.ts";
import {
  Actor,
  contact,
  DAY,
  finding,
  findingId,
  HOUR,
  MINUTE,
  observation,
  QUIET,
  report,
  signalObservation,
  T0,
} from "./fixtures.ts";

const NEVER = Number.POSITIVE_INFINITY;

function opened(): Actor {
  const actor = new Actor();
  actor.events(T0, observation(T0));
  actor.settleFresh(T0);
  actor.flush(T0);
  return actor;
}

describe("the next wake", () => {
  test("is at once when something comes into the outbox", () => {
    const actor = new Actor();
    actor.events(T0, observation(T0));
    expect(nextWakeAt(actor.state, T0)).toBe(T0);
  });

  test("is a moment after a drain for what came since, so that more comes along", () => {
    const actor = opened();
    actor.events(T0 + 1, observation(T0 + 1, { id: findingId(2) }));
    expect(nextWakeAt(actor.state, T0 + 1)).toBe(T0 + DRAIN_SPACING_MS);
    expect(nextWakeAt(actor.state, T0 + MINUTE)).toBe(T0 + MINUTE);
  });

  test("is the deadline of an open finding", () => {
    expect(nextWakeAt(opened().state, T0)).toBe(T0 + QUIET);
  });

  test("is when D1 is due to learn of repeats", () => {
    const actor = opened();
    actor.events(T0 + 1, observation(T0 + 1));
    expect(nextWakeAt(actor.state, T0 + 1)).toBe(T0 + MIN_REFRESH_MS);
  });

  test("is when a resolved finding may be forgotten, and then the actor itself", () => {
    const actor = opened();
    actor.wake(T0 + QUIET);
    actor.flush(T0 + QUIET);
    expect(nextWakeAt(actor.state, T0 + QUIET)).toBe(T0 + QUIET + RESOLVED_RETENTION_MS);
    actor.wake(T0 + QUIET + RESOLVED_RETENTION_MS);
    const end = T0 + BATCH_MEMORY_MS;
    expect(nextWakeAt(actor.state, T0 + 2 * HOUR)).toBe(end);
    expect(isForgettable(actor.state, end - 1)).toBe(false);
    expect(isForgettable(actor.state, end)).toBe(true);
  });

  test("is when an agent that sends heartbeats has been silent for too long", () => {
    const actor = opened();
    actor.beat(T0 + MINUTE);
    actor.flush(T0 + MINUTE);
    expect(nextWakeAt(actor.state, T0 + MINUTE)).toBe(T0 + 4 * MINUTE + 1);
  });

  test("is never with a finding that nobody can prove quiet, however long that lasts", () => {
    const actor = opened();
    actor.beat(T0 + MINUTE);
    actor.wake(T0 + 4 * MINUTE + 1);
    actor.tell({ type: "silence", rule: null }, T0 + 4 * MINUTE + 1);
    actor.flush(T0 + 4 * MINUTE + 1);
    for (const now of [T0 + HOUR, T0 + DAY, T0 + 3 * DAY]) {
      actor.wake(now);
      expect(nextWakeAt(actor.state, now)).toBe(NEVER);
    }
  });

  test("waits for the next try while D1 cannot be reached, whatever else is overdue", () => {
    const actor = new Actor();
    const command = report(contact(T0), [observation(T0)], [signalObservation(T0)]);
    actor.tell(command, T0);
    const now = T0 + 10 * DAY;
    actor.wake(now);
    actor.tell({ type: "drainFailed" }, now);
    expect(nextWakeAt(actor.state, now)).toBe(now + DRAIN_RETRY_MS);
  });

  test("of an actor that knows nothing is never", () => {
    expect(nextWakeAt(new Actor().state, T0)).toBe(NEVER);
  });
});

test("the wake armed after a decision is never later than the one that is due", () => {
  const step = fc.record({
    pause: fc.nat({ max: 3 * QUIET }),
    ago: fc.nat({ max: QUIET }),
    id: fc.integer({ min: 1, max: 3 }),
    what: fc.constantFrom("event", "beat", "wake", "flush", "settle", "fail"),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const actor = new Actor();
      let now = T0;
      let armed = NEVER;
      for (const { pause, ago, id, what } of steps) {
        now += pause;
        const rule =
          id === 3 ? { rises: [{ afterMs: 2 * QUIET, severity: "critical" as const }] } : {};
        if (what === "event")
          actor.events(now, observation(now - ago, { id: findingId(id), ...rule }));
        if (what === "beat") actor.beat(now);
        if (what === "wake") actor.wake(now);
        if (what === "fail") actor.tell({ type: "drainFailed" }, now);
        if (what === "settle") actor.settleFresh(now, findingId(id));
        if (what === "flush") actor.flush(now);
        // After its own work an actor arms by all it knows; after a report, by what that changed.
        const arms = what === "event" || what === "beat";
        const by =
          arms && actor.last !== null ? wakeAfter(actor.last, now) : nextWakeAt(actor.state, now);
        armed = arms ? Math.min(armed, by) : by;
        const due = nextWakeAt(actor.state, now);
        if (due < NEVER) expect(armed).toBeLessThanOrEqual(Math.max(due, now));
      }
    }),
  );
});

test("a failed drain is tried again after 5 s, doubled each time up to a quarter of an hour", () => {
  expect([1, 2, 3].map(drainBackoff)).toEqual([5_000, 10_000, 20_000]);
  expect(drainBackoff(1_000)).toBe(DRAIN_RETRY_MAX_MS);
  const actor = new Actor();
  actor.events(T0, observation(T0));
  actor.tell({ type: "drainFailed" }, T0);
  expect(planDrain(actor.state, T0 + DRAIN_RETRY_MS - 1)).toBeNull();
  expect(planDrain(actor.state, T0 + DRAIN_RETRY_MS)).not.toBeNull();
  actor.flush(T0 + DRAIN_RETRY_MS);
  expect(actor.state.drain).toMatchObject({ failures: 0, notBefore: 0 });
});

describe("a refresh of D1", () => {
  const told = { version: 1, totalCount: 1, lateCount: 0, shape: "", at: T0 };

  test("is due only for what D1 does not know", () => {
    expect(refreshAt(finding({ flushed: null }))).toBe(NEVER);
    expect(refreshAt(finding({ flushed: told }))).toBe(NEVER);
  });

  test("comes within a hundredth of the quiet period, or half of a short one, at least once an hour", () => {
    const after = (quietPeriodMs: number) =>
      refreshAt(finding({ version: 2, flushed: told, quietPeriodMs })) - T0;
    expect(after(MINUTE)).toBe(MINUTE / 2);
    expect(after(HOUR)).toBe(MIN_REFRESH_MS);
    expect(after(DAY)).toBe(DAY / 100);
    expect(after(30 * DAY)).toBe(MAX_REFRESH_MS);
  });
});

describe("a drain", () => {
  /** As many findings as given, each opened; the first is resolved and reopened as well. */
  function full(count: number): HostState {
    const actor = new Actor();
    for (let n = 1; n <= count; n++) actor.events(T0, observation(T0, { id: findingId(n) }));
    for (let n = 1; n <= count; n++) actor.settleFresh(T0, findingId(n));
    actor.events(T0 + HOUR, observation(T0 + HOUR, { id: findingId(1) }));
    return actor.state;
  }

  test("takes messages in order, up to its limit", () => {
    const { outbox } = full(DRAIN_BATCH * 2);
    const plan = planDrain(full(DRAIN_BATCH * 2), T0 + HOUR);
    expect(plan?.messages.slice(0, DRAIN_BATCH)).toEqual(outbox.slice(0, DRAIN_BATCH));
    expect(plan?.messages.length).toBeLessThan(outbox.length);
  });

  test("takes all messages of a finding together: its row tells of all of them", () => {
    const plan = planDrain(full(DRAIN_BATCH * 2), T0 + HOUR);
    const types = plan?.messages
      .filter((message) => "finding" in message && message.finding.id === findingId(1))
      .map((message) => message.type);
    expect(types).toEqual(["finding.opened", "finding.resolved", "finding.reopened"]);
  });

  test("takes refreshes that are due, but not of a finding that has a message", () => {
    const actor = opened();
    actor.events(T0 + 1, observation(T0 + 1));
    const due = T0 + MIN_REFRESH_MS;
    expect(planDrain(actor.state, due - 1)).toBeNull();
    expect(planDrain(actor.state, due)?.refreshes).toHaveLength(1);
    actor.wake(T0 + HOUR);
    expect(planDrain(actor.state, T0 + HOUR)).toMatchObject({
      messages: [{ type: "finding.resolved" }],
      refreshes: [],
    });
  });
});
