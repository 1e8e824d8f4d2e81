/** Rulesets: overrides, hashes, and rules as the API shows them. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ruleViewSchema } from "../../../schema/rules-api.ts";
import { ruleId } from "../../../schema/ids.ts";
import {
  SEVERITIES,
  type Rule,
  type RuleException,
  type RuleOverride,
} from "../../../schema/rule.ts";
import { RULE_PACK } from "../../../schema/rules/pack.ts";
import { compileRuleset } from "../../../workers/rules/engine.ts";
import { EMPTY_CONFIG, type TenantConfig } from "../../../durable/domain/tenant.ts";
import { defaultRuleset, rulesetOf } from "../../../durable/ruleset.ts";
import { ruleView } from "../../../workers/rules/view.ts";
import { exec } from "./events.ts";

const [first, second] = RULE_PACK;
if (first === undefined || second === undefined) throw new Error("the pack is empty");

/** The ruleset of a tenant that has changed this. */
const changed = (more: Partial<TenantConfig>) => rulesetOf({ ...EMPTY_CONFIG, ...more });

const BY = { updatedBy: "ada", updatedAt: Date.UTC(2026, 10, 24) };

/** The same rule with its keys in the opposite order. */
const reversed = (rule: Rule): Rule =>
  Object.fromEntries(Object.entries(rule).toReversed()) as unknown as Rule; // same keys, same values

const OWN: Rule = { ...second, id: ruleId("my-own"), title: "Mine" };

const EXCEPTION: RuleException = {
  id: "x1",
  rule: first.id,
  when: "true",
  reason: "a test",
  createdBy: "ada",
  createdAt: 0,
  until: Date.UTC(2027, 0, 1),
};

describe("hash", () => {
  test("is that of the pack, whatever the version and the order of keys", () => {
    const { hash } = defaultRuleset();
    expect(hash).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(changed({ version: 7 }).hash).toBe(hash);
    const one = changed({ customRules: [OWN] }).hash;
    expect(one).not.toBe(hash);
    expect(changed({ customRules: [reversed(OWN)] }).hash).toBe(one);
  });

  test("covers what is excepted from the rules, until when; not why, nor by whom", () => {
    const one = changed({ exceptions: [EXCEPTION] }).hash;
    expect(one).not.toBe(defaultRuleset().hash);
    expect(changed({ exceptions: [{ ...EXCEPTION, id: "x2", reason: "else" }] }).hash).toBe(one);
    expect(changed({ exceptions: [{ ...EXCEPTION, when: "false" }] }).hash).not.toBe(one);
    expect(changed({ exceptions: [{ ...EXCEPTION, until: 1 }] }).hash).not.toBe(one);
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
        const { hash } = changed({ rules: { [id]: { ...change, ...BY } } });
        const same =
          (change.severity ?? rule.severity) === rule.severity &&
          (change.quietPeriodMs ?? rule.quietPeriodMs) === rule.quietPeriodMs &&
          (change.enabled ?? rule.enabled) === rule.enabled;
        expect(hash === defaultRuleset().hash).toBe(same);
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
    const { rules, version } = changed({ rules: { [first.id]: override }, version: 4 });
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
    const off = changed({ rules: { "compiler-in-container": { enabled: false, ...BY } } });
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
    const { hash } = changed({
      rules: { "no-such-rule": { enabled: false, ...BY }, constructor: { enabled: false, ...BY } },
    });
    expect(hash).toBe(defaultRuleset().hash);
  });
});

describe("custom rules", () => {
  test("come after the pack's, and find what they look for", () => {
    const ruleset = changed({ customRules: [OWN] });
    expect(ruleset.rules).toEqual([...RULE_PACK, OWN]);
  });

  test("give way to a rule of the pack that has taken their id", () => {
    const ruleset = changed({ customRules: [{ ...OWN, id: first.id }] });
    expect(ruleset).toEqual({ ...defaultRuleset(), version: 1 });
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
    expect(ruleView(OWN, null).builtIn).toBe(false);
  });
});
