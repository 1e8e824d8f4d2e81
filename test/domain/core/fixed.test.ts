/** Somebody says that a finding is fixed: what verifies it, what disproves it, and who carries it. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { FixClaim, StoredDoc } from "../../../durable/domain/model.ts";
import { REGRESSION_WINDOW_MS, RESOLVED_RETENTION_MS } from "../../../schema/limits.ts";
import {
  Actor,
  DAY,
  findingId,
  HOST,
  MINUTE,
  observation,
  OTHER_HOST,
  QUIET,
  resource,
  SECOND,
  T0,
} from "./fixtures.ts";

const ann = (at: number): FixClaim => ({ at, by: "Ann", note: "patched" });

function opened(owner = HOST): Actor {
  const actor = new Actor(owner);
  actor.events(T0, observation(T0));
  actor.settleFresh(T0);
  actor.flush(T0);
  return actor;
}

function claim(actor: Actor, at: number, now = at) {
  return actor.tell({ type: "fixed", id: findingId(), fixed: ann(at) }, now);
}

/** As after a drain, as JSON keeps it. */
function storedOf(actor: Actor): StoredDoc {
  return structuredClone({ finding: actor.finding(), resource: resource() });
}

describe("a finding that is said to be fixed", () => {
  test("says who said so, and D1 learns it", () => {
    const actor = opened();
    claim(actor, T0 + SECOND);
    expect(actor.finding()).toMatchObject({ status: "open", fixed: ann(T0 + SECOND) });
    expect(actor.messages()).toEqual(["finding.fixed"]);
  });

  test("resolves as any other when it stays quiet, and keeps the claim", () => {
    const actor = opened();
    claim(actor, T0 + SECOND);
    actor.wake(T0 + QUIET);
    expect(actor.finding()).toMatchObject({ status: "resolved", fixed: ann(T0 + SECOND) });
  });

  test("regresses with the first newer event, once, and the claim is used up", () => {
    const actor = opened();
    claim(actor, T0 + SECOND);
    actor.flush(T0 + SECOND);
    const decision = actor.events(T0 + MINUTE, observation(T0 + MINUTE));
    expect(decision.events).toMatchObject([{ type: "finding.regressed", episode: 1, count: 1 }]);
    expect(actor.finding()).toMatchObject({
      status: "open",
      episode: 1,
      count: 2,
      regressed: { at: T0 + MINUTE, fixed: ann(T0 + SECOND) },
    });
    expect(actor.finding().fixed).toBeUndefined();
    actor.events(T0 + 2 * MINUTE, observation(T0 + 2 * MINUTE));
    expect(actor.messages()).toEqual(["finding.regressed"]);
    expect(actor.finding().regressed?.at).toBe(T0 + MINUTE);
  });

  test("does not regress with events of before, however late they come", () => {
    const actor = opened();
    claim(actor, T0 + MINUTE);
    actor.events(T0 + 2 * MINUTE, observation(T0 + SECOND), observation(T0 + MINUTE));
    expect(actor.finding()).toMatchObject({ count: 3, fixed: ann(T0 + MINUTE) });
    actor.wake(T0 + MINUTE + QUIET);
    actor.events(T0 + DAY, observation(T0 + 2 * SECOND));
    expect(actor.finding()).toMatchObject({ status: "resolved", lateCount: 1 });
    expect(actor.finding().regressed).toBeUndefined();
  });

  test("regresses at once where a newer event is there already", () => {
    const actor = opened();
    actor.events(T0 + MINUTE, observation(T0 + MINUTE));
    claim(actor, T0 + SECOND, T0 + MINUTE);
    expect(actor.finding().regressed).toEqual({ at: T0 + MINUTE, fixed: ann(T0 + SECOND) });
  });

  test("keeps the first of two claims; one that is taken back makes room", () => {
    const actor = opened();
    claim(actor, T0 + SECOND);
    expect(claim(actor, T0 + 2 * SECOND).effects).toEqual([]);
    expect(actor.finding().fixed).toEqual(ann(T0 + SECOND));
    actor.tell({ type: "unfixed", id: findingId() }, T0 + 3 * SECOND);
    expect(actor.finding().fixed).toBeUndefined();
    expect(actor.tell({ type: "unfixed", id: findingId() }, T0 + 3 * SECOND).effects).toEqual([]);
    claim(actor, T0 + 4 * SECOND);
    expect(actor.messages()).toEqual(["finding.fixed", "finding.unfixed", "finding.fixed"]);
  });

  test("may be claimed again after it has regressed", () => {
    const actor = opened();
    claim(actor, T0 + SECOND);
    actor.events(T0 + MINUTE, observation(T0 + MINUTE));
    claim(actor, T0 + 2 * MINUTE);
    expect(actor.finding()).toMatchObject({
      fixed: ann(T0 + 2 * MINUTE),
      regressed: { at: T0 + MINUTE },
    });
    actor.events(T0 + 3 * MINUTE, observation(T0 + 3 * MINUTE));
    expect(actor.finding().regressed).toEqual({
      at: T0 + 3 * MINUTE,
      fixed: ann(T0 + 2 * MINUTE),
    });
  });
});

describe("one that comes back", () => {
  /** Claimed, quiet, and back so long after its end. */
  function back(after: number): Actor {
    const actor = opened();
    claim(actor, T0 + SECOND);
    actor.wake(T0 + QUIET);
    const at = T0 + QUIET + after;
    actor.events(at, observation(at));
    return actor;
  }

  test("within the window has regressed, and its new episode says which claim that disproves", () => {
    const actor = back(REGRESSION_WINDOW_MS);
    expect(actor.messages()).toEqual(["finding.fixed", "finding.resolved", "finding.regressed"]);
    expect(actor.finding()).toMatchObject({
      status: "open",
      episode: 2,
      regressed: { at: T0 + QUIET + REGRESSION_WINDOW_MS, fixed: ann(T0 + SECOND) },
    });
    expect(actor.finding().fixed).toBeUndefined();
  });

  test("later than that has reopened, and nobody's word is held against it", () => {
    const actor = back(REGRESSION_WINDOW_MS + 1);
    expect(actor.messages().at(-1)).toBe("finding.reopened");
    expect(actor.finding().fixed).toBeUndefined();
    expect(actor.finding().regressed).toBeUndefined();
  });

  test("in an episode after that has reopened: one claim is disproved once", () => {
    const actor = back(DAY);
    const at = T0 + 100 * DAY;
    actor.events(at, observation(at));
    expect(actor.messages().at(-1)).toBe("finding.reopened");
    expect(actor.finding().regressed).toBeUndefined();
  });

  test("before it was said to be fixed has reopened, and the claim stands", () => {
    const actor = opened();
    actor.wake(T0 + QUIET);
    const at = T0 + QUIET + MINUTE;
    claim(actor, at + MINUTE);
    actor.events(at + 2 * MINUTE, observation(at));
    expect(actor.messages().at(-1)).toBe("finding.reopened");
    expect(actor.finding()).toMatchObject({ status: "open", fixed: ann(at + MINUTE) });
  });
});

describe("an owner that has forgotten the finding", () => {
  test("takes the claim all the same, with what D1 holds", () => {
    const before = opened();
    before.wake(T0 + QUIET);
    const actor = new Actor();
    const at = T0 + DAY;
    const stored = storedOf(before);
    actor.tell({ type: "fixed", id: findingId(), fixed: ann(at), stored }, at);
    expect(actor.finding()).toMatchObject({
      status: "resolved",
      count: 1,
      fixed: ann(at),
      version: stored.finding.version + 1,
    });
    expect(actor.state.resources.get(resource().id)).toMatchObject({ namespace: "shop" });
    actor.flush(at);
    actor.wake(at + RESOLVED_RETENTION_MS);
    expect(actor.state.findings.size).toBe(0);
  });

  test("learns from D1 that what it opens anew was said to be fixed", () => {
    const before = opened();
    claim(before, T0 + SECOND);
    before.wake(T0 + QUIET);
    const actor = new Actor();
    const at = T0 + 21 * DAY;
    actor.events(at, observation(at));
    const stored = [{ owner: HOST, finding: storedOf(before).finding }];
    actor.tell({ type: "settle", asked: [findingId()], stored }, at);
    expect(actor.messages()).toEqual(["finding.regressed"]);
    expect(actor.finding()).toMatchObject({ episode: 2, regressed: { at } });
  });

  test("joins a claim that it was told before it knew what D1 holds", () => {
    const before = opened();
    before.wake(T0 + QUIET);
    const actor = new Actor();
    const at = T0 + DAY;
    actor.events(at, observation(at));
    claim(actor, at + SECOND);
    actor.events(at + MINUTE, observation(at + MINUTE));
    const stored = [{ owner: HOST, finding: storedOf(before).finding }];
    actor.tell({ type: "settle", asked: [findingId()], stored }, at + MINUTE);
    expect(actor.finding()).toMatchObject({
      episode: 2,
      count: 2,
      regressed: { at: at + MINUTE, fixed: ann(at + SECOND) },
    });
  });
});

describe("a finding that moves to another owner", () => {
  test("takes the claim along", () => {
    const former = opened();
    claim(former, T0 + SECOND);
    const actor = new Actor(OTHER_HOST);
    actor.events(T0 + MINUTE, observation(T0 + MINUTE));
    const stored = [{ owner: HOST, finding: storedOf(former).finding }];
    actor.tell({ type: "settle", asked: [findingId()], stored }, T0 + MINUTE);
    expect(actor.finding().regressed).toEqual({ at: T0 + MINUTE, fixed: ann(T0 + SECOND) });
  });

  test("takes along one that D1 had not been told, too", () => {
    const former = opened();
    const actor = new Actor(OTHER_HOST);
    actor.events(T0 + MINUTE, observation(T0 + MINUTE));
    const before = [{ owner: HOST, finding: storedOf(former).finding }];
    actor.tell({ type: "settle", asked: [findingId()], stored: before }, T0 + MINUTE);
    actor.flush(T0 + MINUTE);

    claim(former, T0 + 2 * MINUTE);
    const moved = [{ owner: OTHER_HOST, finding: storedOf(actor).finding }];
    former.tell({ type: "refused", stored: moved }, T0 + 3 * MINUTE);
    former.tell({ type: "settle", asked: [findingId()], stored: moved }, T0 + 3 * MINUTE);
    expect(former.finding()).toMatchObject({ count: 2, fixed: ann(T0 + 2 * MINUTE) });
    expect(former.finding().occurrences.buckets.every(([, count]) => count > 0)).toBe(true);
  });

  test("takes along no claim that D1 knew before it moved", () => {
    const former = opened();
    claim(former, T0 + SECOND);
    former.flush(T0 + SECOND);
    const other = new Actor(OTHER_HOST);
    other.events(T0 + MINUTE, observation(T0 + MINUTE));
    const stored = [{ owner: HOST, finding: storedOf(former).finding }];
    other.tell({ type: "settle", asked: [findingId()], stored }, T0 + MINUTE);
    const moved = [{ owner: OTHER_HOST, finding: storedOf(other).finding }];
    former.tell({ type: "refused", stored: moved }, T0 + 2 * MINUTE);
    expect(former.state.findings.size).toBe(0);
  });
});

/** The claim at one instant, events at others: all of them have happened, and are told in any order. */
test("the order in which claim and events arrive changes nothing", () => {
  const minutes = fc.uniqueArray(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(
      minutes,
      fc.integer({ min: 1, max: 9 }),
      fc.infiniteStream(fc.nat()),
      (at, c, r) => {
        const end = T0 + QUIET - 1;
        const tells = [
          ...at.map((m) => (actor: Actor) => {
            actor.events(end, observation(T0 + m * MINUTE));
          }),
          (actor: Actor) => {
            claim(actor, T0 + c * MINUTE + SECOND, end);
          },
        ];
        const told = (order: typeof tells) => {
          const actor = opened();
          for (const tell of order) tell(actor);
          const { fixed, regressed, count, firstSeenAt, lastSeenAt } = actor.finding();
          return { fixed, regressed, count, firstSeenAt, lastSeenAt };
        };
        const shuffled = tells
          .map((tell) => ({ tell, key: r.next().value }))
          .toSorted((a, b) => a.key - b.key);
        expect(told(shuffled.map(({ tell }) => tell))).toEqual(told(tells));
      },
    ),
  );
});
