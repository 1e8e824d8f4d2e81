/** A tenant that lets nothing resolve on silence alone. */
import { describe, expect, test } from "vitest";
import { pendingOnCoverage } from "../../../durable/domain/strict.ts";
import { Actor, BEAT, MINUTE, observation, QUIET, T0 } from "./fixtures.ts";

/** An open finding that D1 knows, of an agent that sends no heartbeats. */
function opened(): Actor {
  const actor = new Actor();
  actor.events(T0, observation(T0));
  actor.settleFresh(T0);
  actor.flush(T0);
  return actor;
}

const strict = (actor: Actor, on: boolean, version: number, now: number) =>
  actor.tell({ type: "applyCoverage", strict: on, version }, now);

describe("under strict coverage, a finding", () => {
  test("without heartbeats stays open, unverified, and D1 hears of it", () => {
    const actor = opened();
    strict(actor, true, 2, T0);
    expect(actor.messages()).toEqual(["finding.unverified"]);
    actor.wake(T0 + 10 * QUIET);
    expect(actor.finding()).toMatchObject({ status: "open", unverified: true });
  });

  test("resolves on silence when that is enough again", () => {
    const actor = opened();
    strict(actor, true, 2, T0);
    strict(actor, false, 3, T0 + 10 * QUIET);
    expect(actor.finding()).toMatchObject({
      status: "resolved",
      resolution: "quiet_unverified",
      resolvedAt: T0 + QUIET,
    });
  });

  test("is watched when its agent begins to send heartbeats, and then resolves as quiet", () => {
    const actor = opened();
    strict(actor, true, 2, T0);
    const from = T0 + 10 * QUIET;
    actor.beats(from, from + QUIET + BEAT);
    expect(actor.finding()).toMatchObject({ status: "resolved", resolution: "quiet" });
  });

  test("of an agent that sends heartbeats is as it was", () => {
    const actor = opened();
    actor.beat(T0);
    actor.flush(T0);
    strict(actor, true, 2, T0);
    expect(actor.messages()).toEqual([]);
    actor.beats(T0 + BEAT, T0 + QUIET + BEAT);
    expect(actor.finding()).toMatchObject({ status: "resolved", resolution: "quiet" });
  });

  test("that is reopened is under it too", () => {
    const actor = opened();
    actor.wake(T0 + QUIET);
    strict(actor, true, 2, T0 + QUIET);
    actor.events(T0 + 2 * QUIET, observation(T0 + 2 * QUIET));
    strict(actor, true, 2, T0 + 2 * QUIET);
    actor.wake(T0 + 100 * QUIET);
    expect(actor.finding()).toMatchObject({ status: "open", episode: 2 });
  });

  test("follows no older word", () => {
    const actor = opened();
    strict(actor, true, 3, T0);
    strict(actor, false, 2, T0 + 10 * QUIET);
    expect(actor.finding().status).toBe("open");
  });
});

describe("what has been silent for long enough when it", () => {
  test("is confirmed by D1 waits until the tenant has been asked", () => {
    const actor = new Actor();
    actor.events(T0 + 2 * QUIET, observation(T0));
    actor.settleFresh(T0 + 2 * QUIET);
    expect(actor.finding().status).toBe("open");
    expect(pendingOnCoverage(actor.state, T0 + 2 * QUIET)).toBe("resolves");
    strict(actor, true, 2, T0 + 2 * QUIET);
    actor.wake(T0 + 2 * QUIET);
    expect(actor.finding().status).toBe("open");
  });

  test("reopens does so, too", () => {
    const actor = opened();
    actor.wake(T0 + QUIET);
    actor.events(T0 + 4 * QUIET, observation(T0 + QUIET + MINUTE));
    expect(actor.finding()).toMatchObject({ status: "open", episode: 2 });
    expect(pendingOnCoverage(actor.state, T0 + 4 * QUIET)).toBe("resolves");
  });

  test("gets a shorter quiet period does so, too", () => {
    const actor = opened();
    const change = { ruleId: actor.finding().ruleId, version: 2, severity: "high" } as const;
    const shorter = { ...change, quietPeriodMs: MINUTE, enabled: true };
    actor.tell({ type: "applyRule", ...shorter }, T0 + 2 * MINUTE);
    expect(actor.finding().status).toBe("open");
    actor.wake(T0 + 2 * MINUTE);
    expect(actor.finding()).toMatchObject({ status: "resolved", resolvedAt: T0 + MINUTE });
  });
});

test("what hangs on the tenant's word is told, and nothing else", () => {
  const actor = opened();
  expect(pendingOnCoverage(actor.state, T0 + QUIET - 1)).toBeNull();
  expect(pendingOnCoverage(actor.state, T0 + QUIET)).toBe("resolves");
  strict(actor, true, 2, T0 + MINUTE);
  expect(pendingOnCoverage(actor.state, T0 + QUIET)).toBe("stays");
});
