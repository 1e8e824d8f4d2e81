/** Who owns a finding, which episode it is, and which of its events D1 counts already. */
import { describe, expect, test } from "vitest";
import type { Finding, StoredFinding } from "../../../durable/domain/model.ts";
import { unsettled } from "../../../durable/domain/settle.ts";
import { MAX_TAKEOVERS } from "../../../schema/limits.ts";
import { hostResourceId } from "../../../schema/ids.ts";
import {
  Actor,
  AUDITD,
  FALCO,
  finding,
  findingId,
  HOST,
  HOUR,
  made,
  MINUTE,
  observation,
  OTHER_HOST,
  QUIET,
  RULE,
  T0,
} from "./fixtures.ts";

/** D1's row, eight events seen before T0. */
function row(more: Partial<Finding> = {}, owner = OTHER_HOST): StoredFinding {
  return {
    owner,
    finding: finding({
      episode: 3,
      count: 8,
      totalCount: 20,
      lateCount: 1,
      firstSeenAt: T0 - HOUR,
      lastSeenAt: T0 - MINUTE,
      reporters: [AUDITD],
      version: 50,
      ...more,
    }),
  };
}

const ENDED = { status: "resolved", resolution: "quiet", resolvedAt: T0 - 1 } as const;

/** An actor that has seen two events, and then learns what D1 holds. */
function told(stored: StoredFinding[], at = T0): Actor {
  const actor = new Actor();
  actor.events(T0, observation(at, { count: 2 }));
  actor.tell({ type: "settle", asked: [findingId()], stored }, T0);
  return actor;
}

/** As after a drain. */
function reload(actor: Actor): StoredFinding {
  return { owner: actor.state.owner, finding: structuredClone(actor.finding()) };
}

test("a finding that D1 does not know is what it seemed: the first episode", () => {
  const actor = told([]);
  expect(actor.finding()).toMatchObject({ settled: true, episode: 1, count: 2, claim: null });
  expect(actor.messages()).toEqual(["finding.opened"]);
});

test("only what was asked for is settled: a finding may have opened since", () => {
  const actor = new Actor();
  actor.events(T0, observation(T0), observation(T0, { id: findingId(2) }));
  actor.tell({ type: "settle", asked: [findingId()], stored: [] }, T0);
  expect(unsettled(actor.state.findings.values()).map(({ id }) => id)).toEqual([findingId(2)]);
});

describe("after a resolved episode", () => {
  test("newer events are the next one, and the message says reopened", () => {
    const actor = told([row(ENDED, HOST)]);
    expect(actor.finding()).toMatchObject({
      status: "open",
      episode: 4,
      count: 2,
      totalCount: 22,
      lateCount: 1,
      previousEndAt: T0 - 1,
      claim: null,
    });
    expect(actor.finding().version).toBeGreaterThan(50);
    expect(actor.messages()).toEqual(["finding.reopened"]);
    expect(actor.state.outbox).toMatchObject([{ finding: { episode: 4 } }]);
  });

  test("events not newer than its end are late, and nothing opens", () => {
    const actor = told([row({ ...ENDED, resolvedAt: T0 }, HOST)]);
    expect(actor.finding()).toMatchObject({
      status: "resolved",
      episode: 3,
      count: 8,
      totalCount: 20,
      lateCount: 3,
      lateSeenAt: T0,
    });
    expect(actor.messages()).toEqual([]);
    // D1 is told of them by the next refresh.
    expect(actor.finding().version).toBeGreaterThan(made(actor.finding().flushed).version);
  });

  test("of another owner, the row is claimed as it was read", () => {
    expect(told([row(ENDED)]).finding().claim).toEqual({ owner: OTHER_HOST, version: 50 });
  });
});

describe("what another owner holds open", () => {
  test("is taken over, and goes on as one episode", () => {
    const actor = told([row()]);
    expect(actor.finding()).toMatchObject({
      status: "open",
      episode: 3,
      count: 10,
      totalCount: 22,
      lateCount: 1,
      firstSeenAt: T0 - HOUR,
      lastSeenAt: T0,
      reporters: [AUDITD, FALCO],
      claim: { owner: OTHER_HOST, version: 50 },
      takeovers: [{ from: OTHER_HOST, totalCount: 20, lateCount: 1 }],
    });
    expect(actor.messages()).toEqual(["finding.moved"]);
    expect(made(actor.last).events).toMatchObject([
      { type: "finding.repeated" },
      { type: "finding.moved" },
    ]);
  });

  test("is never ended by the silence of its new owner: the former one may know of gaps", () => {
    const actor = told([row({ lastSeenAt: T0 - HOUR })]);
    expect(actor.finding()).toMatchObject({ status: "open", episode: 3, count: 10 });
  });

  test("stays open for its quiet period after the newest event of either", () => {
    const actor = told([row({ lastSeenAt: T0 + 5 * MINUTE })]);
    actor.wake(T0 + QUIET);
    expect(actor.finding().status).toBe("open");
    actor.wake(T0 + 5 * MINUTE + QUIET);
    expect(actor.finding().resolvedAt).toBe(T0 + 5 * MINUTE + QUIET);
  });

  test("that is overdue ends with the takeover, dated by its deadline", () => {
    const actor = new Actor();
    actor.events(T0, observation(T0));
    actor.tell({ type: "settle", asked: [findingId()], stored: [row()] }, T0 + HOUR);
    actor.wake(T0 + HOUR);
    expect(actor.finding()).toMatchObject({
      status: "resolved",
      episode: 3,
      resolvedAt: T0 + QUIET,
    });
  });

  test("counts older events as late if they belong to an episode before", () => {
    const actor = told([row({ previousEndAt: T0 })], T0 - MINUTE);
    expect(actor.finding()).toMatchObject({ count: 8, lateCount: 3, episode: 3 });
  });

  test("remembers a bounded number of former owners, each once", () => {
    const takeovers = Array.from({ length: MAX_TAKEOVERS }, (_, n) => ({
      from: n === 2 ? OTHER_HOST : hostResourceId(`old-${n}`),
      totalCount: n,
      lateCount: 0,
    }));
    const kept = told([row({ takeovers })]).finding().takeovers;
    expect(kept).toHaveLength(MAX_TAKEOVERS);
    expect(kept.filter(({ from }) => from === OTHER_HOST)).toEqual([
      { from: OTHER_HOST, totalCount: 20, lateCount: 1 },
    ]);
  });
});

describe("a rule that was retired before the finding was settled", () => {
  test("ends it all the same", () => {
    const actor = new Actor();
    actor.events(T0, observation(T0));
    const rule = {
      ruleId: RULE,
      version: 2,
      severity: "high",
      quietPeriodMs: QUIET,
      enabled: false,
    } as const;
    actor.tell({ type: "applyRule", ...rule }, T0 + 1);
    actor.tell({ type: "settle", asked: [findingId()], stored: [row()] }, T0 + 2);
    expect(actor.finding()).toMatchObject({
      status: "resolved",
      resolution: "rule_retired",
      episode: 3,
      count: 9,
    });
  });
});

test("events that only a retired rule had made late are told at their time, not as late", () => {
  const actor = new Actor();
  actor.events(T0, observation(T0 - MINUTE));
  const rule = {
    ruleId: RULE,
    version: 2,
    severity: "high",
    quietPeriodMs: QUIET,
    enabled: false,
  } as const;
  actor.tell({ type: "applyRule", ...rule }, T0 + 2);
  actor.events(T0 + 3, observation(T0 + 1));
  const stored = [row({ ...ENDED, resolvedAt: T0 })];
  actor.tell({ type: "settle", asked: [findingId()], stored }, T0 + 4);
  expect(actor.finding()).toMatchObject({
    episode: 4,
    count: 1,
    lastSeenAt: T0 + 1,
    lateCount: 2,
    resolution: "rule_retired",
  });
});

describe("an owner that D1 refuses", () => {
  test("lets go of a finding that has moved", () => {
    const actor = told([]);
    actor.flush(T0);
    actor.tell({ type: "refused", stored: [row()] }, T0);
    expect(actor.state.findings.size).toBe(0);
  });

  test("tells what has come since it last told D1, and nothing else", () => {
    const actor = told([]);
    actor.flush(T0);
    actor.events(T0 + MINUTE, observation(T0 + MINUTE, { count: 3 }));
    actor.tell({ type: "refused", stored: [row()] }, T0 + MINUTE);
    expect(actor.finding()).toMatchObject({ settled: false, episode: 1, count: 3, totalCount: 3 });
    actor.tell({ type: "settle", asked: [findingId()], stored: [row()] }, T0 + MINUTE);
    expect(actor.finding()).toMatchObject({ episode: 3, count: 11, totalCount: 23 });
  });

  test("tells its late events too, at their time: the end that made them late is not D1's", () => {
    const actor = told([]);
    actor.flush(T0);
    actor.wake(T0 + QUIET);
    actor.events(T0 + HOUR, observation(T0 + QUIET));
    actor.tell({ type: "refused", stored: [row()] }, T0 + HOUR);
    expect(actor.finding()).toMatchObject({ status: "open", count: 1, lastSeenAt: T0 + QUIET });
    expect(actor.messages()).toEqual(["finding.opened"]);
  });

  test("does not tell again what it had written before it crashed", () => {
    const actor = told([]);
    // It has never heard that its write was done; another owner has found it in D1.
    const takeovers = [{ from: HOST, totalCount: 2, lateCount: 0 }];
    actor.tell({ type: "refused", stored: [row({ takeovers })] }, T0);
    expect(actor.state.findings.size).toBe(0);
  });

  test("of a finding that nobody knew when it asked asks again", () => {
    const actor = told([]);
    actor.tell({ type: "refused", stored: [row()] }, T0);
    expect(actor.finding()).toMatchObject({ settled: false, count: 2 });
    expect(actor.messages()).toEqual(["finding.opened"]);
  });

  test("after it has lost a race counts what it had joined only once", () => {
    const actor = told([row()]);
    const newer = row({ version: 51, count: 9, totalCount: 21 });
    actor.tell({ type: "refused", stored: [newer] }, T0);
    expect(actor.finding()).toMatchObject({ settled: false, count: 2, totalCount: 2 });
    actor.tell({ type: "settle", asked: [findingId()], stored: [newer] }, T0);
    expect(actor.finding()).toMatchObject({
      count: 11,
      totalCount: 23,
      claim: { owner: OTHER_HOST, version: 51 },
    });
  });
});

test("two owners that take a finding from each other lose and double nothing", () => {
  const [mine, theirs] = [new Actor(HOST), new Actor(OTHER_HOST)];
  const asked = [findingId()];
  mine.events(T0, observation(T0));
  mine.settleFresh(T0);
  mine.flush(T0);
  let d1 = reload(mine);
  let events = 1;
  for (let round = 1; round <= 10; round++) {
    const [next, former] = round % 2 === 1 ? [theirs, mine] : [mine, theirs];
    const now = T0 + round * MINUTE;
    next.events(now, observation(now));
    if (next.state.findings.get(findingId())?.settled === true) {
      next.tell({ type: "refused", stored: [d1] }, now);
    }
    next.tell({ type: "settle", asked, stored: [d1] }, now);
    next.flush(now);
    d1 = reload(next);
    events++;
    former.events(now, observation(now));
    former.tell({ type: "refused", stored: [d1] }, now);
    former.tell({ type: "settle", asked, stored: [d1] }, now);
    former.flush(now);
    d1 = reload(former);
    events++;
  }
  expect(d1.finding).toMatchObject({ episode: 1, count: events, totalCount: events });
});

describe("events beyond the late horizon, of a finding that this actor does not know", () => {
  /** After D1's episode, which ended just before T0. */
  function seen(...observations: ReturnType<typeof observation>[]): Actor {
    const actor = new Actor();
    actor.events(T0 + 2, ...observations);
    actor.tell({ type: "settle", asked: [findingId()], stored: [row(ENDED, HOST)] }, T0 + 2);
    return actor;
  }

  test("are late where D1 holds it resolved", () => {
    const actor = seen(observation(T0, { late: true }));
    expect(actor.finding()).toMatchObject({ status: "resolved", episode: 3, lateCount: 2 });
  });

  test("reopen it together with one that is news", () => {
    const actor = seen(observation(T0, { late: true }), observation(T0 + 1));
    expect(actor.finding()).toMatchObject({ status: "open", episode: 4, count: 2 });
  });
});
