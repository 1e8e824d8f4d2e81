/** What exceptions hide of a batch, and what actors are told of it. */
import { describe, expect, test } from "vitest";
import type { LullEvent } from "../../../schema/event.ts";
import { parseTenantId, ruleId } from "../../../schema/ids.ts";
import { TENANT_CACHE_MS } from "../../../schema/limits.ts";
import type { Rule, RuleException } from "../../../schema/rule.ts";
import { EMPTY_CONFIG } from "../../../durable/domain/tenant.ts";
import { defaultRuleset, rulesetOf } from "../../../durable/ruleset.ts";
import { coalesce } from "../../../workers/ingest/coalesce.ts";
import { compileRuleset } from "../../../workers/rules/engine.ts";
import { compileExceptions } from "../../../workers/rules/exceptions.ts";
import { exec } from "../rules/events.ts";

const NOW = Date.UTC(2026, 10, 24, 10);
const tenant = parseTenantId("t");
const [pack] = defaultRuleset().rules;
if (tenant === null || pack === undefined) throw new Error("no tenant, or no rules");

const rule = (id: string, more: Partial<Rule>): Rule => ({
  ...pack,
  id: ruleId(id),
  class: "posture",
  scope: ["container"],
  matchers: [{ on: "event", kind: "process", actions: ["exec"], processNames: ["mytool"] }],
  ...more,
});
const customRules = [
  rule("posture-a", {}),
  rule("posture-b", {}),
  rule("both-c", { class: "both" }),
  rule("threat-d", { class: "threat" }),
];

function exception(id: string, more: Partial<RuleException>): RuleException {
  return {
    id,
    rule: ruleId("posture-a"),
    when: "true",
    reason: "a test",
    createdBy: "ada",
    createdAt: NOW - 60_000,
    until: NOW + 1,
    ...more,
  };
}

/** What becomes of events of which each matches the rules that are named. */
function batch(rules: readonly string[], exceptions: RuleException[], events: LullEvent[]) {
  const enabled = customRules.filter(({ id }) => rules.includes(id));
  const { reports, ...rest } = coalesce(
    events.map((event) => ({ type: "event", event: { ...event, time: NOW } })),
    {
      tenant: tenant ?? expect.unreachable(),
      engine: compileRuleset(rulesetOf({ ...EMPTY_CONFIG, customRules: enabled }), false),
      exceptions: compileExceptions(exceptions),
      rulesVersion: 1,
      agent: undefined,
      dropped: 0,
      namedHost: "h",
      intervalMs: null,
      receivedAt: NOW,
    },
  );
  const [report] = reports;
  if (report === undefined) throw new Error("no report");
  return {
    ...rest,
    counts: report.counts,
    observed: report.observations.map(({ ruleId: id, count }) => [id, count]),
    signals: report.signals.map(({ ruleId: id }) => id),
    excepted: report.excepted,
    hits: Object.fromEntries(report.exceptionHits ?? []),
  };
}

const build = exec("mytool build");
const cc = exec("mytool cc");
const IS_CC = 'process.args == ["cc"]';

describe("an event that an exception hides", () => {
  test("from its only rule is ignored, and counted as excepted", () => {
    const all = batch(["posture-a"], [exception("x", { when: IS_CC })], [build, cc, cc]);
    expect(all.counts).toMatchObject({ accepted: 1, ignored: 2, excepted: 2 });
    expect(all.observed).toEqual([["posture-a", 1]]);
    expect(all.hits).toEqual({ x: 2 });
    expect(all.excepted).toHaveLength(1);
  });

  test("from one of its rules counts for the others", () => {
    const both = batch(["posture-a", "posture-b"], [exception("x", {})], [build]);
    expect(both.counts).toMatchObject({ accepted: 1, ignored: 0, excepted: 0 });
    expect(both.observed).toEqual([["posture-b", 1]]);
    expect(both.hits).toEqual({ x: 1 });
  });

  test("raises its signals all the same", () => {
    const hidden = [exception("x", { rule: ruleId("both-c") })];
    const both = batch(["both-c", "threat-d"], hidden, [build]);
    expect(both.counts).toMatchObject({ accepted: 1, excepted: 0 });
    expect(both.observed).toEqual([]);
    expect(both.signals).toEqual(["both-c", "threat-d"]);
  });

  test("is a hit of the first exception that hides it, of those in force", () => {
    const three = [
      exception("ended", { until: NOW }),
      exception("first", {}),
      exception("second", {}),
    ];
    expect(batch(["posture-a"], three, [build]).hits).toEqual({ first: 1 });
  });
});

describe("an exception hides nothing", () => {
  const cases: [string, Partial<RuleException>][] = [
    ["of another rule", { rule: ruleId("posture-b") }],
    ["that has ended", { until: NOW }],
    ["whose condition is false", { when: "false" }],
    ["that does not compile", { when: "proces.name" }],
    ["that cannot be evaluated", { when: "facts.x == 1" }],
    ["of a rule of class threat", { rule: ruleId("threat-d") }],
  ];
  test.each(cases)("%s", (_, more) => {
    const all = batch(["posture-a", "threat-d"], [exception("x", more)], [build]);
    expect(all.counts).toMatchObject({ accepted: 1, ignored: 0, excepted: 0 });
    expect(all.observed).toEqual([["posture-a", 1]]);
    expect([all.excepted, all.hits]).toEqual([undefined, {}]);
  });
});

test("failures are told once, with how often", () => {
  const bad = compileExceptions([
    exception("a", { when: "facts.x == 1" }),
    exception("b", { when: "proces.name" }),
  ]);
  for (let n = 0; n < 3; n++) bad?.hiding(ruleId("posture-a"), build, NOW);
  expect(bad?.takeFailures()).toMatchObject([
    { exception: "b", count: 1 },
    { exception: "a", count: 3 },
  ]);
  expect(bad?.takeFailures()).toEqual([]);
});

test("actors are told since when no edge has let such an event through", () => {
  const two = [
    exception("old", { when: "true", createdAt: NOW - 9_000 }),
    exception("new", { when: IS_CC, createdAt: NOW - 5_000 }),
  ];
  const since = (event: LullEvent[]) => batch(["posture-a"], two, event).excepted?.[0]?.since;
  expect(since([build])).toBe(NOW - 9_000 + TENANT_CACHE_MS);
  expect(since([build, cc])).toBe(NOW - 9_000 + TENANT_CACHE_MS);
  // The latest of those that hid something.
  two.reverse();
  expect(since([build, cc])).toBe(NOW - 5_000 + TENANT_CACHE_MS);
});
