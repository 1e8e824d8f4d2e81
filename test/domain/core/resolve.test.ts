/** How episodes end, what a change of a rule does, and what is forgotten when. */
import { describe, expect, test } from "vitest";
import { MAX_AGENTS_PER_HOST, RESOLVED_RETENTION_MS } from "../../../schema/limits.ts";
import { agentId, ruleId } from "../../../schema/ids.ts";
import { forgettableAt } from "../../../durable/domain/resolve.ts";
import { nextWakeAt } from "../../../durable/domain/schedule.ts";
import {
  Actor,
  BEAT,
  contact,
  DAY,
  HOUR,
  MINUTE,
  observation,
  QUIET,
  report,
  resource,
  RULE,
  signalObservation,
  T0,
  findingId,
} from "./fixtures.ts";

function opened(): Actor {
  const actor = new Actor();
  const command = { ...report(contact(T0), [observation(T0)]), resources: [resource()] };
  actor.tell(command, T0);
  actor.settleFresh(T0);
  actor.flush(T0);
  return actor;
}

describe("an episode ends", () => {
  test("at its deadline, however late the alarm", () => {
    const actor = opened();
    actor.wake(T0 + QUIET - 1);
    expect(actor.finding().status).toBe("open");
    actor.wake(T0 + DAY);
    expect(actor.finding()).toMatchObject({
      status: "resolved",
      resolution: "quiet_unverified",
      resolvedAt: T0 + QUIET,
      coverage: null,
    });
    expect(actor.messages()).toEqual(["finding.resolved"]);
  });

  test("once: another alarm finds nothing to do", () => {
    const actor = opened();
    actor.wake(T0 + DAY);
    expect(actor.wake(T0 + DAY).effects).toEqual([]);
  });

  test("not while its agent is silent, and later by as long as that lasted", () => {
    const actor = opened();
    actor.beats(T0, T0 + 2 * MINUTE);
    actor.wake(T0 + HOUR);
    expect(actor.finding().status).toBe("open");
    actor.beats(T0 + HOUR, T0 + HOUR + QUIET);
    expect(actor.finding()).toMatchObject({
      resolution: "quiet",
      resolvedAt: T0 + HOUR + QUIET - 2 * MINUTE,
    });
    expect(actor.finding().coverage).toBeLessThan(1);
  });

  test("not before it is settled: D1 may know of newer events", () => {
    const actor = new Actor();
    actor.events(T0, observation(T0));
    actor.wake(T0 + HOUR);
    expect(actor.finding().status).toBe("open");
    actor.settleFresh(T0 + HOUR);
    actor.wake(T0 + HOUR);
    expect(actor.finding()).toMatchObject({ status: "resolved", resolvedAt: T0 + QUIET });
    expect(actor.messages()).toEqual(["finding.opened", "finding.resolved"]);
  });

  test("unverified where its only reporter is one agent too many to be remembered", () => {
    const actor = new Actor();
    for (let n = 0; n < MAX_AGENTS_PER_HOST; n++) {
      const needed = contact(T0, { agentId: agentId(`a${n}`), intervalMs: BEAT });
      actor.tell(report(needed, [observation(T0, { findingId: findingId(2) })]), T0);
    }
    const extra = contact(T0, { agentId: agentId("extra"), intervalMs: BEAT });
    actor.tell(report(extra, [observation(T0)]), T0);
    actor.settleFresh(T0);
    actor.wake(T0 + QUIET);
    expect(actor.finding().resolution).toBe("quiet_unverified");
  });
});

describe("a changed rule", () => {
  const change = (more: object) =>
    ({
      type: "applyRule",
      ruleId: RULE,
      version: 2,
      severity: "high",
      quietPeriodMs: QUIET,
      enabled: true,
      ...more,
    }) as const;

  test("reaches its open findings", () => {
    const actor = opened();
    actor.tell(change({ severity: "low", quietPeriodMs: HOUR }), T0 + MINUTE);
    expect(actor.finding()).toMatchObject({ severity: "low", quietPeriodMs: HOUR, version: 2 });
    actor.wake(T0 + HOUR - 1);
    expect(actor.finding().status).toBe("open");
  });

  test("with a shorter quiet period ends at once what has been quiet for that long", () => {
    const actor = opened();
    const { state } = actor.tell(change({ quietPeriodMs: MINUTE }), T0 + 5 * MINUTE);
    expect(nextWakeAt(state, T0 + 5 * MINUTE)).toBeLessThanOrEqual(T0 + 5 * MINUTE);
    actor.wake(T0 + 5 * MINUTE);
    expect(actor.finding()).toMatchObject({ status: "resolved", resolvedAt: T0 + MINUTE });
  });

  test("with a longer one does not reach what had been quiet for long enough, though no alarm came", () => {
    const actor = opened();
    actor.tell(change({ quietPeriodMs: HOUR }), T0 + QUIET + 1);
    expect(actor.finding()).toMatchObject({ status: "resolved", resolvedAt: T0 + QUIET });
  });

  test("that is the same changes nothing, and leaves other rules alone", () => {
    const actor = opened();
    const before = actor.finding();
    actor.tell(change({}), T0);
    expect(actor.finding()).toEqual({ ...before, rulesVersion: 2 });
    expect(actor.messages()).toEqual([]);
    expect(actor.tell(change({ ruleId: ruleId("other"), enabled: false }), T0).effects).toEqual([]);
  });

  test("that is disabled ends its findings without a claim about the behaviour", () => {
    const actor = opened();
    actor.tell(change({ enabled: false }), T0 + MINUTE);
    expect(actor.finding()).toMatchObject({
      status: "resolved",
      resolution: "rule_retired",
      resolvedAt: T0 + MINUTE,
      coverage: null,
    });
  });

  test("does not touch what is resolved", () => {
    const actor = opened();
    actor.wake(T0 + QUIET);
    expect(actor.tell(change({ severity: "low" }), T0 + HOUR).effects).toEqual([]);
  });
});

describe("a resolved finding", () => {
  function resolved(): Actor {
    const actor = opened();
    actor.wake(T0 + QUIET);
    return actor;
  }

  test("is kept until D1 has it, and for an hour after that, so that late events meet it", () => {
    const actor = resolved();
    expect(forgettableAt(actor.finding())).toBe(Number.POSITIVE_INFINITY);
    actor.wake(T0 + DAY);
    expect(actor.state.findings.size).toBe(1);
    actor.flush(T0 + DAY);
    actor.wake(T0 + DAY + RESOLVED_RETENTION_MS - 1);
    expect(actor.state.findings.size).toBe(1);
    actor.wake(T0 + DAY + RESOLVED_RETENTION_MS);
    expect(actor.state.findings.size).toBe(0);
    expect(actor.state.resources.size).toBe(0);
  });

  test("is kept while D1 lacks a late event", () => {
    const actor = resolved();
    actor.flush(T0 + QUIET);
    actor.events(T0 + HOUR, observation(T0));
    actor.wake(T0 + DAY);
    expect(actor.finding().lateCount).toBe(1);
    actor.flush(T0 + DAY);
    actor.wake(T0 + 2 * DAY);
    expect(actor.state.findings.size).toBe(0);
  });
});

test("a signal is kept for as long as its repeats may come, and while D1 lacks it", () => {
  const actor = new Actor();
  actor.tell(report(contact(T0), [], [signalObservation(T0)]), T0);
  actor.wake(T0 + 2 * DAY);
  expect(actor.state.signals.size).toBe(1);
  actor.flush(T0 + 2 * DAY);
  actor.wake(T0 + 2 * DAY);
  expect(actor.state.signals.size).toBe(0);
});

test("a signal that was told of beyond its horizon is kept for the hour of its receipt", () => {
  const actor = new Actor();
  const told = (at: number, now: number) =>
    actor.tell(report(contact(now), [], [signalObservation(at)]), now);
  told(T0 - 2 * DAY, T0);
  actor.flush(T0);
  actor.wake(T0 + HOUR / 2);
  told(T0 - 2 * DAY, T0 + HOUR / 2);
  expect([...actor.state.signals.values()]).toMatchObject([{ count: 2, version: 2 }]);
});
