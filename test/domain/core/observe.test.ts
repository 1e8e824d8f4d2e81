/** What events do to a finding: they open, extend and reopen it, or come too late. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MAX_AGENTS_PER_HOST } from "../../../schema/limits.ts";
import { agentId } from "../../../schema/ids.ts";
import {
  Actor,
  AUDITD,
  BEAT,
  contact,
  FALCO,
  findingId,
  HOUR,
  made,
  MINUTE,
  observation,
  QUIET,
  SECOND,
  report,
  resource,
  signalObservation,
  T0,
} from "./fixtures.ts";

/** An actor whose finding was last seen at T0 and is known to D1. */
function opened(): Actor {
  const actor = new Actor();
  actor.events(T0, observation(T0));
  actor.settleFresh(T0);
  actor.flush(T0);
  return actor;
}

describe("the first event", () => {
  test("opens the finding as a provisional first episode, and D1 is to be told", () => {
    const actor = new Actor();
    const { events } = actor.events(T0, observation(T0, { count: 3 }));
    expect(actor.finding()).toMatchObject({
      status: "open",
      episode: 1,
      settled: false,
      count: 3,
      totalCount: 3,
      reporters: [FALCO],
      flushed: null,
    });
    expect(actor.messages()).toEqual(["finding.opened"]);
    expect(events).toEqual([
      { type: "finding.opened", findingId: findingId(), episode: 1, count: 3 },
    ]);
  });
});

describe("a further event", () => {
  test("extends the episode without a message: only transitions are urgent", () => {
    const actor = opened();
    actor.events(T0 + MINUTE, observation(T0 + MINUTE, { subject: "cc1 ran" }));
    expect(actor.finding()).toMatchObject({
      count: 2,
      totalCount: 2,
      firstSeenAt: T0,
      lastSeenAt: T0 + MINUTE,
      subject: "cc1 ran",
      version: 2,
    });
    expect(actor.messages()).toEqual([]);
  });

  test("that is older counts, and moves only the beginning", () => {
    const actor = opened();
    actor.events(T0 + MINUTE, observation(T0 - MINUTE, { subject: "old ran" }));
    expect(actor.finding()).toMatchObject({
      count: 2,
      firstSeenAt: T0 - MINUTE,
      lastSeenAt: T0,
      subject: "gcc ran",
    });
  });

  test("from another agent adds a reporter, of which the latest are remembered", () => {
    const actor = opened();
    const names = Array.from({ length: MAX_AGENTS_PER_HOST + 3 }, (_, n) => agentId(`agent-${n}`));
    for (const name of names) {
      actor.tell(report(contact(T0, { agentId: name }), [observation(T0)]), T0);
    }
    expect(actor.finding().reporters).toEqual(names.slice(-MAX_AGENTS_PER_HOST));
    expect(actor.state.agents.size).toBe(MAX_AGENTS_PER_HOST);
  });

  test("from an agent with a new id at each restart finds room: the one silent for longest goes", () => {
    const actor = new Actor();
    for (let n = 0; n <= MAX_AGENTS_PER_HOST; n++)
      actor.beat(T0 + n, { agentId: agentId(`a${n}`) });
    expect([...actor.state.agents.keys()]).not.toContain("a0");
    expect([...actor.state.agents.keys()]).toContain(`a${MAX_AGENTS_PER_HOST}`);
  });

  test("just in time keeps the episode open, though the alarm is overdue", () => {
    const actor = opened();
    actor.events(T0 + HOUR, observation(T0 + QUIET));
    const { resolvedAt, count, episode } = actor.finding();
    expect({ resolvedAt, count, episode }).toEqual({
      // It has paused for as long before, so that twice as much is asked of it now.
      resolvedAt: T0 + QUIET + 2 * (QUIET - SECOND),
      count: 2,
      episode: 1,
    });
  });

  test("after the deadline, before the alarm, ends the episode at its deadline and opens the next", () => {
    const actor = opened();
    actor.events(T0 + QUIET + MINUTE, observation(T0 + QUIET + 1));
    expect(actor.messages()).toEqual(["finding.resolved", "finding.reopened"]);
    const [ended] = actor.state.outbox;
    expect(ended).toMatchObject({ finding: { episode: 1, resolvedAt: T0 + QUIET, count: 1 } });
    expect(actor.finding()).toMatchObject({
      status: "open",
      episode: 2,
      count: 1,
      totalCount: 2,
      previousEndAt: T0 + QUIET,
    });
  });

  test("after the deadline extends the episode while its quiet is not proven", () => {
    const actor = opened();
    actor.beat(T0 + MINUTE);
    const late = T0 + 5 * QUIET;
    actor.tell(report(contact(late), [observation(late)]), late);
    expect(actor.finding()).toMatchObject({ episode: 1, count: 2, status: "open" });
  });

  test("after the deadline extends the episode while D1 may know more of it", () => {
    const actor = new Actor();
    actor.events(T0, observation(T0));
    actor.events(T0 + HOUR, observation(T0 + HOUR));
    expect(actor.finding()).toMatchObject({ episode: 1, count: 2, settled: false });
  });
});

describe("a late event", () => {
  test("counts as late, and leaves a resolved finding resolved", () => {
    const actor = opened();
    actor.wake(T0 + QUIET);
    const { events } = actor.events(T0 + HOUR, observation(T0 + QUIET, { count: 4 }));
    expect(actor.finding()).toMatchObject({
      status: "resolved",
      count: 1,
      totalCount: 1,
      lateCount: 4,
      lateSeenAt: T0 + QUIET,
    });
    expect(events).toMatchObject([{ type: "finding.late", count: 4 }]);
  });

  test("of an episode that has ended leaves the one that is open alone", () => {
    const actor = opened();
    actor.wake(T0 + QUIET);
    actor.events(T0 + HOUR, observation(T0 + HOUR));
    actor.events(T0 + HOUR, observation(T0 + QUIET));
    expect(actor.finding()).toMatchObject({ episode: 2, count: 1, lateCount: 1 });
  });

  test("is late by a millisecond only: the next one reopens", () => {
    const actor = opened();
    actor.wake(T0 + QUIET);
    actor.events(T0 + HOUR, observation(T0 + QUIET + 1, { quietPeriodMs: 2 * HOUR }));
    expect(actor.finding()).toMatchObject({
      status: "open",
      episode: 2,
      previousEndAt: T0 + QUIET,
    });
  });
});

describe("a reopened finding", () => {
  test("begins anew with its count, reporters and evidence, and keeps its total", () => {
    const actor = opened();
    actor.wake(T0 + QUIET);
    actor.tell(
      report(contact(T0 + HOUR, { agentId: AUDITD }), [observation(T0 + HOUR)]),
      T0 + HOUR,
    );
    expect(actor.finding()).toMatchObject({
      status: "open",
      episode: 2,
      count: 1,
      totalCount: 2,
      reporters: [AUDITD],
      resolvedAt: null,
      resolution: null,
      samples: { first: [{ at: T0 + HOUR }], latest: [{ at: T0 + HOUR }] },
    });
  });
});

test("the order of batches makes no difference while the episode is open", () => {
  const batch = fc.tuple(
    fc.nat({ max: QUIET - 1 }),
    fc.nat({ max: 30_000 }),
    fc.integer({ min: 1, max: 9 }),
  );
  fc.assert(
    fc.property(fc.array(batch, { minLength: 1, maxLength: 12 }), (batches) => {
      const now = T0 + QUIET;
      const outcome = (of: typeof batches) => {
        const actor = new Actor();
        for (const [at, length, count] of of) {
          const lastAt = Math.min(T0 + at + length, now);
          actor.events(now, observation(T0 + at, { lastAt, count: count + 1 }));
        }
        const { count, firstSeenAt, lastSeenAt, occurrences, samples } = actor.finding();
        return { count, firstSeenAt, lastSeenAt, occurrences, samples };
      };
      expect(outcome(batches.toReversed())).toEqual(outcome(batches));
    }),
  );
});

test("no decision touches the state that it starts from", () => {
  const actor = opened();
  const before = structuredClone(actor.state);
  const { state } = actor;
  actor.events(T0 + HOUR, observation(T0 + HOUR));
  actor.wake(T0 + 2 * HOUR);
  expect(state).toEqual(before);
});

describe("a signal", () => {
  test("is raised, and its repeats are counted in the message that waits", () => {
    const actor = new Actor();
    const told = () => actor.tell(report(contact(T0), [], [signalObservation(T0)]), T0);
    told();
    const [first] = actor.state.outbox;
    told();
    expect(actor.state.outbox).toMatchObject([
      { type: "signal.raised", signal: { count: 2, version: 2 } },
    ]);
    // The first message may be under way: its dequeue must not take this one with it.
    expect(actor.state.outbox[0]?.seq).not.toBe(made(first).seq);
  });
});

describe("a resource", () => {
  test("keeps what is known where a newer event is silent", () => {
    const actor = new Actor();
    const tell = (more: Parameters<typeof resource>[0]) =>
      actor.tell({ ...report(contact(T0), [observation(T0)]), resources: [resource(more)] }, T0);
    tell({ image: "shop/api:1", pod: "api-1" });
    tell({ image: "shop/api:2", pod: null, seenAt: T0 + 1, containerId: "c0ffee000001aaaa" });
    tell({ image: "shop/api:0", service: "api", seenAt: T0 - 1, containerId: "c0ffee000001" });
    expect([...actor.state.resources.values()]).toMatchObject([
      { image: "shop/api:2", pod: "api-1", service: "api", containerId: "c0ffee000001aaaa" },
    ]);
  });
});

test("a heartbeat proves the silence of findings that nothing is reported on", () => {
  const actor = opened();
  actor.beats(T0, T0 + QUIET - BEAT);
  expect(actor.finding().status).toBe("open");
  actor.beat(T0 + QUIET);
  expect(actor.finding()).toMatchObject({ status: "resolved", resolution: "quiet", coverage: 1 });
});

describe("an event beyond the late horizon", () => {
  const late = (at: number) => observation(at, { late: true });

  test("opens what nobody knows, for it is the only trace of it; without heartbeats it ends at once", () => {
    const actor = new Actor();
    const { events } = actor.events(T0, late(T0 - 2 * QUIET));
    expect(events.map(({ type }) => type)).toEqual(["finding.opened"]);
    actor.settleFresh(T0);
    actor.wake(T0);
    expect(actor.finding()).toMatchObject({ status: "resolved", resolution: "quiet_unverified" });
    expect(actor.finding()).not.toHaveProperty("onlyLate");
  });

  test("extends an open finding", () => {
    const actor = opened();
    actor.events(T0 + MINUTE, late(T0 - HOUR));
    expect(actor.finding()).toMatchObject({ count: 2, lateCount: 0, lastSeenAt: T0 });
  });

  test("reopens nothing, though it is newer than the end", () => {
    const actor = opened();
    actor.wake(T0 + QUIET);
    expect(actor.finding().status).toBe("resolved");
    const { events } = actor.events(T0 + 30 * QUIET, late(T0 + 2 * QUIET));
    expect(actor.finding()).toMatchObject({ status: "resolved", episode: 1, lateCount: 1 });
    expect(events.map(({ type }) => type)).toEqual(["finding.late"]);
  });
});
