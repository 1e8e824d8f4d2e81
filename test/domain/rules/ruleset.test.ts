/** Rulesets: overrides, hashes, and rules as the API shows them. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ruleViewSchema } from "../../../schema/api.ts";
import { SEVERITIES, type Rule, type RuleOverride } from "../../../schema/rule.ts";
import { RULE_PACK } from "../../../schema/rules/pack.ts";
import { compileRuleset } from "../../../workers/rules/engine.ts";
import { buildRuleset, defaultRuleset } from "../../../workers/rules/ruleset.ts";
import { ruleView } from "../../../workers/rules/view.ts";
import { exec } from "./events.ts";

const [first, second] = RULE_PACK;
if (first === undefined || second === undefined) throw new Error("the pack is empty");

const BY = { updatedBy: "ada", updatedAt: Date.UTC(2026, 10, 24) };

/** The same rule with its keys in the opposite order. */
const reversed = (rule: Rule): Rule =>
  Object.fromEntries(Object.entries(rule).toReversed()) as unknown as Rule; // same keys, same values

describe("hash", () => {
  test("is that of the pack, whatever the version and the order of keys", () => {
    const { hash } = defaultRuleset();
    expect(hash).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(buildRuleset(RULE_PACK, {}, 7).hash).toBe(hash);
    expect(buildRuleset(RULE_PACK.map(reversed), {}, 1).hash).toBe(hash);
  });

  test("changes with each override that changes something, and comes back without it", () => {
    const override = fc.record(
      {
        severity: fc.constantFrom(...SEVERITIES),
        quietPeriodMs: fc.integer({ min: 1_000, max: 1e9 }),
        enabled: fc.boolean(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.constantFrom(...RULE_PACK), override, ({ id, ...rule }, change) => {
        const changed = buildRuleset(RULE_PACK, { [id]: { ...change, ...BY } }, 1);
        const same =
          (change.severity ?? rule.severity) === rule.severity &&
          (change.quietPeriodMs ?? rule.quietPeriodMs) === rule.quietPeriodMs &&
          (change.enabled ?? rule.enabled) === rule.enabled;
        expect(changed.hash === defaultRuleset().hash).toBe(same);
      }),
      { numRuns: 50 },
    );
  });
});

describe("overrides", () => {
  test("change severity, quiet period and enabled of their rule only", () => {
    const override: RuleOverride = {
      severity: "critical",
      quietPeriodMs: 3_000,
      enabled: false,
      ...BY,
    };
    const { rules, version } = buildRuleset(RULE_PACK, { [first.id]: override }, 4);
    expect(version).toBe(4);
    expect(rules[0]).toEqual({
      ...first,
      severity: "critical",
      quietPeriodMs: 3_000,
      enabled: false,
    });
    expect(rules.slice(1)).toEqual(RULE_PACK.slice(1));
  });

  test("take a rule out of the engine", () => {
    const gcc = exec("gcc x.c");
    const off = buildRuleset(RULE_PACK, { "compiler-in-container": { enabled: false, ...BY } }, 1);
    expect(
      compileRuleset(defaultRuleset())
        .match(gcc, "container")
        .map(({ id }) => id),
    ).toContain("compiler-in-container");
    expect(
      compileRuleset(off)
        .match(gcc, "container")
        .map(({ id }) => id),
    ).not.toContain("compiler-in-container");
  });

  test("of rules that do not exist have no effect, nor have names of Object's own", () => {
    const { hash } = buildRuleset(
      RULE_PACK,
      { "no-such-rule": { enabled: false, ...BY }, constructor: { enabled: false, ...BY } },
      1,
    );
    expect(hash).toBe(defaultRuleset().hash);
  });
});

describe("view", () => {
  test("of every rule fits the API's schema", () => {
    for (const rule of RULE_PACK)
      expect(ruleViewSchema.parse(ruleView(rule, null))).toEqual(ruleView(rule, null));
  });

  test("shows what is in force, and what the pack says where it was changed", () => {
    const view = ruleView(first, { quietPeriodMs: 3_000, ...BY });
    expect(view.quietPeriod).toBe("3s");
    expect(view.severity).toBe(first.severity);
    expect(view.overrides).toEqual({
      quietPeriod: ruleView(first, null).quietPeriod,
      updatedBy: "ada",
      updatedAt: "2026-11-24T00:00:00.000Z",
    });
    expect(ruleViewSchema.parse(view)).toEqual(view);
  });

  test("tells built-in rules from others", () => {
    expect(ruleView(second, null).builtIn).toBe(true);
    // A rule's id is all that counts here.
    expect(ruleView({ ...second, id: "my-own" as Rule["id"] }, null).builtIn).toBe(false);
  });
});
