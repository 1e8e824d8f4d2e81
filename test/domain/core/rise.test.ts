/** Severity that rises with the time that a finding lasts, and with its spread. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Observation } from "../../../durable/domain/model.ts";
import { nextWakeAt } from "../../../durable/domain/schedule.ts";
import { rollupKeyOf, rollupKeyText } from "../../../schema/rollup-key.ts";
import type { RiseStep } from "../../../schema/rule.ts";
import {
  Actor,
  contact,
  DAY,
  findingId,
  HOST,
  HOUR,
  made,
  MINUTE,
  observation,
  OTHER_HOST,
  QUIET,
  report,
  resource,
  RULE,
  SECOND,
  T0,
} from "./fixtures.ts";

const AFTER = 30 * MINUTE;
const LASTS: RiseStep[] = [{ afterMs: AFTER, severity: "high" }];
const SPREADS: RiseStep[] = [
  { resources: 3, severity: "high" },
  { resources: 10, severity: "critical" },
];

/** An event under a rule of severity medium with these steps. */
function event(at: number, rises = LASTS, more: Partial<Observation> = {}): Observation {
  return observation(at, { severity: "medium", rises, ...more });
}

function opened(rises = LASTS, severity: Observation["severity"] = "medium"): Actor {
  const actor = new Actor();
  const seen = [event(T0, rises, { severity })];
  const resources = [resource({ workload: "api", workloadKind: "Deployment" })];
  actor.tell({ ...report(contact(T0), seen), resources }, T0);
  actor.settleFresh(T0);
  actor.flush(T0);
  return actor;
}

/** Events that keep it open from one instant to another. */
function goOn(actor: Actor, from: number, to: number, rises = LASTS): void {
  for (let at = from; at <= to; at += QUIET - SECOND) actor.events(at, event(at, rises));
}

const RISEN = { basis: "persistence", at: T0 + AFTER, from: "medium" } as const;

describe("a finding that lasts", () => {
  test("rises at the wake that is armed for it, and says so once", () => {
    const actor = opened();
    goOn(actor, T0 + MINUTE, T0 + AFTER - MINUTE);
    actor.flush(T0 + AFTER - MINUTE);
    expect(nextWakeAt(actor.state, T0 + AFTER - MINUTE)).toBe(T0 + AFTER);
    expect(actor.finding().severity).toBe("medium");
    actor.wake(T0 + AFTER);
    expect(actor.finding()).toMatchObject({ severity: "high", risen: RISEN });
    expect(actor.messages()).toEqual(["finding.changed"]);
    expect(actor.wake(T0 + AFTER + MINUTE).effects).toEqual([]);
  });

  test("rises with an event, where the alarm is late, and says when it was due", () => {
    const actor = opened();
    goOn(actor, T0 + MINUTE, T0 + AFTER + 5 * MINUTE);
    expect(actor.finding()).toMatchObject({ severity: "high", risen: RISEN });
    goOn(actor, T0 + AFTER + 6 * MINUTE, T0 + HOUR);
    actor.wake(T0 + HOUR);
    expect(actor.messages()).toEqual(["finding.changed"]);
  });

  test("has resolved before, if it was quiet before, whenever that is noticed", () => {
    const actor = opened();
    actor.wake(T0 + HOUR);
    expect(actor.finding()).toMatchObject({ status: "resolved", severity: "medium" });
    expect(actor.finding().risen).toBeUndefined();
    expect(actor.messages()).toEqual(["finding.resolved"]);
  });

  test("has risen before it resolved, where nobody looked in between", () => {
    const actor = opened([{ afterMs: QUIET / 2, severity: "critical" }]);
    actor.wake(T0 + HOUR);
    expect(actor.finding()).toMatchObject({ status: "resolved", severity: "critical" });
    expect(actor.messages()).toEqual(["finding.changed", "finding.resolved"]);
  });

  test("goes by its first event, also one that comes later", () => {
    const actor = opened();
    goOn(actor, T0 + MINUTE, T0 + AFTER - 10 * MINUTE);
    const at = T0 + AFTER - 10 * MINUTE;
    actor.events(at, event(T0 - HOUR));
    expect(actor.finding()).toMatchObject({
      severity: "high",
      risen: { ...RISEN, at: T0 - HOUR + AFTER },
    });
  });

  test("rises step by step", () => {
    const steps: RiseStep[] = [...LASTS, { afterMs: 2 * AFTER, severity: "critical" }];
    const actor = opened(steps);
    goOn(actor, T0 + MINUTE, T0 + 2 * AFTER - MINUTE, steps);
    expect(nextWakeAt(actor.state, T0 + 2 * AFTER - MINUTE)).toBeLessThanOrEqual(T0 + 2 * AFTER);
    actor.wake(T0 + 2 * AFTER);
    expect(actor.finding()).toMatchObject({
      severity: "critical",
      risen: { at: T0 + 2 * AFTER, from: "medium" },
    });
    expect(actor.messages()).toEqual(["finding.changed", "finding.changed"]);
  });

  test("is not changed by a step that is no worse than its rule", () => {
    const actor = opened([{ afterMs: MINUTE, severity: "low" }]);
    expect(nextWakeAt(actor.state, T0)).toBe(T0 + QUIET);
    expect(actor.wake(T0 + 2 * MINUTE).effects).toEqual([]);
  });

  test("begins the next episode as bad as its rule says", () => {
    const actor = opened();
    goOn(actor, T0 + MINUTE, T0 + HOUR);
    actor.wake(T0 + 4 * HOUR);
    expect(actor.finding()).toMatchObject({ status: "resolved", severity: "high" });
    actor.events(T0 + 5 * HOUR, event(T0 + 5 * HOUR));
    expect(actor.finding()).toMatchObject({ episode: 2, severity: "medium", rises: LASTS });
    expect(actor.finding().risen).toBeUndefined();
  });

  test("waits for D1, which may know of an earlier first event", () => {
    const actor = new Actor();
    actor.events(T0, event(T0 - HOUR, LASTS, { lastAt: T0, count: 2 }));
    actor.wake(T0);
    expect(actor.finding().severity).toBe("medium");
    actor.settleFresh(T0);
    expect(actor.finding()).toMatchObject({ severity: "high" });
    expect(actor.messages()).toEqual(["finding.opened", "finding.changed"]);
  });

  test("is certified with what the rule says", () => {
    const actor = opened();
    goOn(actor, T0 + MINUTE, T0 + HOUR);
    actor.wake(T0 + 4 * HOUR);
    const ended = actor.state.outbox.find(({ type }) => type === "finding.resolved");
    expect(ended).toMatchObject({ facts: { rule: { severity: "medium" } } });
  });
});

describe("a change of the rule", () => {
  const change = { type: "applyRule", ruleId: RULE, version: 2, enabled: true } as const;
  const rule = { ...change, severity: "medium", quietPeriodMs: QUIET } as const;

  function risen(): Actor {
    const actor = opened();
    goOn(actor, T0 + MINUTE, T0 + AFTER + MINUTE);
    actor.flush(T0 + AFTER + MINUTE);
    return actor;
  }
  const NOW = T0 + AFTER + 2 * MINUTE;

  test("takes back what it does not say any more", () => {
    const actor = risen();
    actor.tell(rule, NOW);
    expect(actor.finding()).toMatchObject({ severity: "medium", rulesVersion: 2 });
    expect(actor.finding().rises).toBeUndefined();
    expect(actor.messages()).toEqual(["finding.changed"]);
  });

  test("reaches a finding that is due by it at once", () => {
    const actor = risen();
    actor.tell({ ...rule, rises: [{ afterMs: MINUTE, severity: "critical" }] }, NOW);
    expect(actor.finding()).toMatchObject({ severity: "critical", risen: { at: T0 + MINUTE } });
    expect(actor.messages()).toEqual(["finding.changed"]);
  });

  test("changes what it has risen from, and makes it no better than what it has risen to", () => {
    const actor = risen();
    actor.tell({ ...rule, severity: "low", rises: LASTS }, NOW);
    expect(actor.finding()).toMatchObject({ severity: "high", risen: { from: "low" } });
    actor.tell({ ...rule, version: 3, severity: "critical", rises: LASTS }, NOW);
    expect(actor.finding().severity).toBe("critical");
    expect(actor.finding().risen).toBeUndefined();
  });

  test("that says the same changes nothing, but outdates what came in between", () => {
    const actor = risen();
    const before = actor.finding();
    actor.tell({ ...rule, version: 3, rises: LASTS }, NOW);
    expect(actor.finding()).toEqual({ ...before, rulesVersion: 3 });
    expect(actor.messages()).toEqual([]);
    const outdated = { rulesVersion: 2, quietPeriodMs: 5 * QUIET };
    actor.events(NOW, observation(NOW, { ...outdated, rises: LASTS }));
    expect(actor.finding()).toMatchObject({ rulePeriodMs: QUIET, rulesVersion: 3 });
  });

  test("comes with an event as well, but not with one of before", () => {
    const actor = risen();
    actor.events(NOW, event(NOW, [], { rulesVersion: 0, severity: "info" }));
    expect(actor.finding()).toMatchObject({ severity: "high", risen: RISEN });
    const { rises: _, ...bare } = event(NOW, [], { rulesVersion: 2, severity: "low" });
    actor.events(NOW, bare);
    expect(actor.finding()).toMatchObject({ severity: "low" });
    expect(actor.finding().risen).toBeUndefined();
    expect(actor.messages()).toEqual(["finding.changed"]);
  });

  test("that is gone leaves its findings what they have", () => {
    const actor = risen();
    actor.tell({ ...change, severity: null, quietPeriodMs: null, enabled: false }, NOW);
    expect(actor.finding()).toMatchObject({ status: "resolved", severity: "high", risen: RISEN });
  });
});

describe("a finding that spreads", () => {
  const KEY = made(rollupKeyOf(RULE, resource({ workload: "api", workloadKind: "Deployment" })));
  const ROLLUP = rollupKeyText(KEY);
  const spread = (actor: Actor, resources: number, now = T0 + MINUTE, rollup = ROLLUP) =>
    actor.tell({ type: "spread", rollup, resources }, now);

  test("rises with the number of resources that have it, and says so once", () => {
    const actor = opened(SPREADS);
    expect(spread(actor, 2).effects).toEqual([]);
    spread(actor, 3);
    expect(actor.finding()).toMatchObject({
      severity: "high",
      risen: { basis: "spread", at: T0 + MINUTE, from: "medium" },
    });
    expect(spread(actor, 5, T0 + 2 * MINUTE).effects).toEqual([]);
    spread(actor, 12, T0 + 3 * MINUTE);
    expect(actor.finding()).toMatchObject({ severity: "critical", risen: { at: T0 + 3 * MINUTE } });
    expect(actor.messages()).toEqual(["finding.changed", "finding.changed"]);
  });

  test("keeps that while it lasts, and begins its next episode without", () => {
    const actor = opened(SPREADS);
    spread(actor, 3);
    actor.events(T0 + 5 * MINUTE, event(T0 + 5 * MINUTE, SPREADS));
    expect(actor.finding().severity).toBe("high");
    actor.events(T0 + 5 * HOUR, event(T0 + 5 * HOUR, SPREADS));
    expect(actor.finding()).toMatchObject({ episode: 2, severity: "medium" });
  });

  test("is left alone by what happens in other workloads, and under other rules", () => {
    const actor = opened(SPREADS);
    expect(spread(actor, 99, T0, rollupKeyText({ ...KEY, namespace: "else" })).effects).toEqual([]);
    expect(spread(opened(LASTS), 99).effects).toEqual([]);
  });

  test("that has been quiet for long enough has ended instead", () => {
    const actor = opened(SPREADS);
    spread(actor, 3, T0 + HOUR);
    expect(actor.finding()).toMatchObject({ status: "resolved", severity: "medium" });
  });

  test("takes it along to another owner", () => {
    const former = opened(SPREADS);
    spread(former, 3);
    const actor = new Actor(OTHER_HOST);
    const at = T0 + 2 * MINUTE;
    actor.events(at, event(at, SPREADS));
    const finding = structuredClone(former.finding());
    actor.tell({ type: "settle", asked: [findingId()], stored: [{ owner: HOST, finding }] }, at);
    expect(actor.finding()).toMatchObject({
      count: 2,
      severity: "high",
      risen: { from: "medium" },
    });
  });
});

test("when the alarm fires, and in which order events come, changes nothing", () => {
  const STEPS: RiseStep[] = [
    { afterMs: 15 * MINUTE, severity: "high" },
    { afterMs: 40 * MINUTE, severity: "critical" },
  ];
  /** Events that leave no gap of a quiet period, so that it is one episode. */
  const times = Array.from({ length: 8 }, (_, i) => T0 + i * (QUIET - MINUTE));
  const last = times.at(-1) ?? T0;
  const key = fc.array(fc.nat(), { minLength: times.length, maxLength: times.length });
  const wakes = fc.array(fc.integer({ min: 0, max: 90 }), { maxLength: 12 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: times.length }), key, wakes, (n, keys, minutes) => {
      const told = (order: number[], woken: number[]) => {
        const actor = new Actor();
        for (const at of order) actor.events(last, event(at, STEPS));
        actor.settleFresh(last);
        for (const at of woken) actor.wake(at);
        actor.wake(last + DAY);
        const { severity, risen, resolvedAt } = actor.finding();
        const changed = actor.messages().filter((type) => type === "finding.changed").length;
        return { severity, risen, resolvedAt, changed: changed > 0 };
      };
      const some = times.slice(0, n);
      const shuffled = some.toSorted(
        (a, b) => (keys[times.indexOf(a)] ?? 0) - (keys[times.indexOf(b)] ?? 0),
      );
      const woken = minutes.toSorted((a, b) => a - b).map((m) => last + m * MINUTE);
      expect(told(shuffled, woken)).toEqual(told(some, []));
    }),
  );
});
