/** Coverage: which contacts join into a span, what tears one, and what several agents see together. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { recordContact, tolerance, watchedSince } from "../../../durable/domain/coverage.ts";
import type { Agent } from "../../../durable/domain/model.ts";
import { MAX_CONTACT_INTERVALS } from "../../../schema/limits.ts";
import { AUDITD, BEAT, HOUR, MINUTE, SECOND, T0, agent, contact, made } from "./fixtures.ts";

type Mark = number | { at: number; dropped?: number; intervalMs?: number | null };

/** An agent after these contacts, in this order; heartbeats unless told otherwise. */
function after(...marks: Mark[]): Agent {
  let known: Agent | undefined;
  for (const mark of marks) {
    const { at, ...more } = typeof mark === "number" ? { at: mark } : mark;
    known = recordContact(known, contact(T0 + at, { intervalMs: BEAT, ...more }));
  }
  return made(known);
}

/** Its intervals, told from T0. */
function spans(of: Agent) {
  return of.intervals.map(({ from, to, after: why }) => [from - T0, to - T0, why]);
}

describe("a contact", () => {
  test("joins the one before it within three heartbeat intervals", () => {
    expect(spans(after(0, MINUTE, 4 * MINUTE))).toEqual([[0, 4 * MINUTE, "start"]]);
  });

  test("begins a new span when it comes later than that", () => {
    expect(spans(after(0, 3 * MINUTE + 1))).toEqual([
      [0, 0, "start"],
      [3 * MINUTE + 1, 3 * MINUTE + 1, "no_contact"],
    ]);
  });

  test("that comes late closes the hole it falls into", () => {
    expect(spans(after(0, 5 * MINUTE, 3 * MINUTE))).toEqual([[0, 5 * MINUTE, "start"]]);
  });

  test("from before all others becomes the start", () => {
    expect(spans(after(10 * MINUTE, 0))).toEqual([
      [0, 0, "start"],
      [10 * MINUTE, 10 * MINUTE, "no_contact"],
    ]);
  });

  test("within a span changes nothing", () => {
    expect(spans(after(0, 2 * MINUTE, MINUTE))).toEqual([[0, 2 * MINUTE, "start"]]);
  });

  test("is counted, and is a heartbeat only if it declares an interval", () => {
    const known = after(0, { at: SECOND, intervalMs: null }, { at: 2 * SECOND, dropped: 7 });
    expect(known).toMatchObject({
      heartbeats: 2,
      dropped: 7,
      firstContactAt: T0,
      lastContactAt: T0 + 2 * SECOND,
      intervalMs: BEAT,
    });
  });
});

describe("liveness events that declare no interval", () => {
  /** An agent that has sent them at these times; nothing but that is known of it. */
  const learnt = (...times: number[]) => {
    let known: Agent | undefined;
    for (const at of times) {
      known = recordContact(known, contact(T0 + at, { intervalMs: null, beat: true }));
    }
    return made(known);
  };

  test("teach the interval that they keep, from the second on", () => {
    expect(learnt(0).intervalMs).toBeNull();
    expect(learnt(0, 15 * MINUTE)).toMatchObject({ intervalMs: 15 * MINUTE, heartbeats: 2 });
  });

  test("join into one span as heartbeats do, once the interval is known", () => {
    expect(spans(learnt(0, 15 * MINUTE, 30 * MINUTE, 60 * MINUTE))).toEqual([
      [0, 60 * MINUTE, "start"],
    ]);
  });

  test("keep it through an outage and through a restart", () => {
    const every = [0, 15, 30, 45].map((minutes) => minutes * MINUTE);
    expect(learnt(...every, 45 * MINUTE + 20 * HOUR).intervalMs).toBe(15 * MINUTE);
    expect(learnt(...every, 47 * MINUTE).intervalMs).toBe(15 * MINUTE);
  });

  test("follow a new interval after some of it", () => {
    const before = [0, 15, 30, 45].map((minutes) => minutes * MINUTE);
    const later = [46, 47, 48].map((minutes) => minutes * MINUTE);
    expect(learnt(...before, ...later).intervalMs).toBe(MINUTE);
  });

  test("that are told twice count once", () => {
    expect(learnt(0, 1, 15 * MINUTE, 15 * MINUTE + 5).intervalMs).toBe(15 * MINUTE);
  });

  test("leave an interval alone that was declared", () => {
    const declared = recordContact(undefined, contact(T0, { intervalMs: BEAT }));
    const one = recordContact(declared, contact(T0 + MINUTE, { intervalMs: null, beat: true }));
    const two = recordContact(one, contact(T0 + HOUR, { intervalMs: null, beat: true }));
    expect(two.intervalMs).toBe(BEAT);
  });
});

describe("lost events", () => {
  test("void the span between the last contact and the report of them", () => {
    expect(spans(after(0, MINUTE, { at: 2 * MINUTE, dropped: 1 }, 3 * MINUTE))).toEqual([
      [0, MINUTE, "start"],
      [2 * MINUTE, 3 * MINUTE, "dropped"],
    ]);
  });

  test("that are reported late void the whole span up to them", () => {
    expect(spans(after(0, MINUTE, 3 * MINUTE, { at: 2 * MINUTE, dropped: 1 }))).toEqual([
      [0, 0, "start"],
      [2 * MINUTE, 3 * MINUTE, "dropped"],
    ]);
  });

  test("reported at the instant of a heartbeat count too", () => {
    expect(spans(after(0, { at: 0, dropped: 1 }, MINUTE))).toEqual([[0, MINUTE, "dropped"]]);
  });

  test("are never joined over by a contact that comes late", () => {
    expect(spans(after(0, { at: 2 * MINUTE, dropped: 1 }, MINUTE))).toEqual([
      [0, MINUTE, "start"],
      [2 * MINUTE, 2 * MINUTE, "dropped"],
    ]);
  });
});

describe("the first heartbeat", () => {
  const batch = (at: number) => ({ at, intervalMs: null });

  test("takes back what batches were assumed to prove", () => {
    const known = after(batch(0), batch(3 * MINUTE), {
      at: 3 * MINUTE + 5_000,
      intervalMs: 10_000,
    });
    expect(spans(known)).toEqual([[3 * MINUTE, 3 * MINUTE + 5_000, "start"]]);
  });

  test("does not cover the drops before it", () => {
    const known = after({ at: 0, intervalMs: null, dropped: 1 }, batch(SECOND), 2 * SECOND);
    expect(spans(known)).toEqual([[SECOND, 2 * SECOND, "dropped"]]);
  });
});

test("an agent that declares nothing may be silent for three minutes", () => {
  expect(tolerance({ intervalMs: null })).toBe(3 * MINUTE);
  expect(tolerance({ intervalMs: 10_000 })).toBe(30_000);
});

describe("what is kept of contacts", () => {
  const mark = fc.record({
    at: fc.integer({ min: 0, max: 100 }).map((n) => n * 30 * SECOND),
    dropped: fc.oneof(
      { weight: 5, arbitrary: fc.constant(0) },
      { arbitrary: fc.constant(1), weight: 1 },
    ),
  });

  test("is ascending, disjoint and bounded, in whatever order they come", () => {
    fc.assert(
      fc.property(fc.array(mark, { minLength: 1, maxLength: 150 }), (marks) => {
        const { intervals } = after(...marks);
        expect(intervals.length).toBeLessThanOrEqual(MAX_CONTACT_INTERVALS);
        for (const [i, { from, to }] of intervals.entries()) {
          expect(from).toBeLessThanOrEqual(to);
          const next = intervals[i + 1];
          if (next !== undefined) expect(to).toBeLessThanOrEqual(next.from);
        }
      }),
    );
  });

  test("does not depend on their order, without drops", () => {
    const times = fc.uniqueArray(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(times, (minutes) => {
        const inOrder = minutes.toSorted((a, b) => a - b).map((n) => n * MINUTE);
        expect(spans(after(...minutes.map((n) => n * MINUTE)))).toEqual(spans(after(...inOrder)));
      }),
    );
  });

  test("never covers the time just before a report of drops", () => {
    fc.assert(
      fc.property(fc.array(mark, { minLength: 1, maxLength: 60 }), (marks) => {
        const { intervals } = after(...marks);
        for (const { at, dropped } of marks) {
          if (dropped === 0) continue;
          const covers = intervals.some(({ from, to }) => from < T0 + at && T0 + at <= to);
          expect(covers).toBe(false);
        }
      }),
    );
  });

  test("loses the oldest spans first, which only shortens what was watched", () => {
    const marks = Array.from({ length: MAX_CONTACT_INTERVALS + 10 }, (_, n) => n * HOUR);
    const known = after(...marks);
    expect(known.intervals).toHaveLength(MAX_CONTACT_INTERVALS);
    expect(known.intervals[0]?.from).toBe(T0 + 10 * HOUR);
  });
});

describe("what was watched since an instant", () => {
  test("reaches back to the instant from a contact soon after it: an event shows its agent was there", () => {
    const { spans: watched, gaps } = watchedSince([agent([[T0 + MINUTE, T0 + HOUR]])], T0);
    expect(watched).toEqual([{ from: T0, to: T0 + HOUR }]);
    expect(gaps).toEqual([]);
  });

  test("does not reach back over three heartbeat intervals", () => {
    const { gaps } = watchedSince([agent([[T0 + 4 * MINUTE, T0 + HOUR]])], T0);
    expect(gaps).toEqual([{ from: T0, to: T0 + 4 * MINUTE, reason: "no_contact" }]);
  });

  test("does not reach back over drops", () => {
    const { gaps } = watchedSince([agent([[T0 + MINUTE, T0 + HOUR, "dropped"]])], T0);
    expect(gaps).toEqual([{ from: T0, to: T0 + MINUTE, reason: "dropped" }]);
  });

  test("is what at least one of several agents saw", () => {
    const one = agent([
      [T0, T0 + 10 * MINUTE],
      [T0 + 30 * MINUTE, T0 + HOUR],
    ]);
    const other = agent([[T0 + 5 * MINUTE, T0 + 20 * MINUTE, "no_contact"]], { id: AUDITD });
    expect(watchedSince([one, other], T0)).toEqual({
      spans: [
        { from: T0, to: T0 + 20 * MINUTE },
        { from: T0 + 30 * MINUTE, to: T0 + HOUR },
      ],
      gaps: [{ from: T0 + 20 * MINUTE, to: T0 + 30 * MINUTE, reason: "no_contact" }],
    });
  });

  test("is nothing without agents, and nothing of what ended before", () => {
    expect(watchedSince([], T0)).toEqual({ spans: [], gaps: [] });
    expect(watchedSince([agent([[T0 - HOUR, T0 - 1]])], T0)).toEqual({ spans: [], gaps: [] });
  });
});

test("losses of before the first heartbeat are still losses after it", () => {
  const known = after(
    { at: 0, dropped: 3, intervalMs: null },
    { at: 10 * MINUTE, intervalMs: null },
    { at: HOUR, intervalMs: HOUR },
  );
  expect(watchedSince([known], T0 - 30 * MINUTE).spans).toEqual([
    { from: T0, to: T0 },
    { from: T0 + 10 * MINUTE, to: T0 + HOUR },
  ]);
});
