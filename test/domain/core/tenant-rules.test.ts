/** Changes of rules and exceptions as they are planned: what is refused, and what actors must hear. */
import { describe, expect, test } from "vitest";
import {
  MAX_CUSTOM_RULES,
  MAX_CUSTOM_RULES_CHARS,
  MAX_EXCEPTIONS,
  MAX_EXCEPTIONS_CHARS,
} from "../../../schema/limits.ts";
import { ruleId } from "../../../schema/ids.ts";
import type { Rule, RuleException } from "../../../schema/rule.ts";
import { EMPTY_CONFIG, type TenantConfig } from "../../../durable/domain/tenant.ts";
import {
  changeRule,
  createException,
  createRule,
  deleteRule,
  patchBuiltIn,
  type Planned,
} from "../../../durable/domain/tenant-rules.ts";
import { ruleState } from "../../../durable/domain/rules.ts";
import { DAY, HOUR, T0 } from "./fixtures.ts";

const rule = (id: string, more: Partial<Rule> = {}): Rule => ({
  id: ruleId(id),
  title: "Mine",
  class: "posture",
  severity: "low",
  scope: ["host", "container"],
  matchers: [{ on: "event", kind: "process", actions: ["exec"] }],
  quietPeriodMs: HOUR,
  quietPeriodReason: "",
  phrase: "{process} ran",
  why: "",
  good: "",
  remediation: "",
  references: [],
  tags: [],
  enabled: true,
  ...more,
});

const exception = (id: string, more: Partial<RuleException> = {}): RuleException => ({
  id,
  rule: ruleId("mine"),
  when: "true",
  reason: "a test",
  createdBy: "ada",
  createdAt: T0,
  until: T0 + DAY,
  ...more,
});

function made(planned: Planned) {
  if (!planned.ok) throw new Error(planned.refusal.code);
  return planned;
}

const withParts = (more: Partial<TenantConfig>): TenantConfig => ({ ...EMPTY_CONFIG, ...more });
const ONE = withParts({ customRules: [rule("mine")], version: 4 });

describe("there may be", () => {
  test("so many custom rules", () => {
    const customRules = Array.from({ length: MAX_CUSTOM_RULES }, (_, n) => rule(`r${n}`));
    expect(createRule(withParts({ customRules }), rule("one-more"))).toEqual({
      ok: false,
      refusal: { code: "too_many_rules", limit: MAX_CUSTOM_RULES },
    });
    made(createRule(withParts({ customRules: customRules.slice(1) }), rule("one-more")));
  });

  test("so much text in all of them", () => {
    const why = "x".repeat(16_000);
    const customRules = Array.from({ length: 32 }, (_, n) => rule(`r${n}`, { why }));
    expect(JSON.stringify(customRules).length).toBeLessThan(MAX_CUSTOM_RULES_CHARS);
    expect(createRule(withParts({ customRules }), rule("one-more", { why }))).toEqual({
      ok: false,
      refusal: { code: "rules_too_large", limit: MAX_CUSTOM_RULES_CHARS },
    });
  });

  test("so many exceptions, of which the one that ended first makes room", () => {
    const exceptions = Array.from({ length: MAX_EXCEPTIONS }, (_, n) =>
      exception(`x${n}`, { until: T0 + HOUR + ((n + 7) % MAX_EXCEPTIONS) }),
    );
    const config = withParts({ exceptions });
    expect(createException(config, exception("new"), T0)).toEqual({
      ok: false,
      refusal: { code: "too_many_exceptions", limit: MAX_EXCEPTIONS },
    });
    const { config: next } = made(createException(config, exception("new"), T0 + 2 * HOUR));
    const ids = next.exceptions.map(({ id }) => id);
    expect(ids).toHaveLength(MAX_EXCEPTIONS);
    expect(ids.at(-1)).toBe("new");
    expect(ids).not.toContain(`x${MAX_EXCEPTIONS - 7}`);
  });

  test("so much text in all exceptions", () => {
    const when = `"${"x".repeat(1_900)}" == ""`;
    const exceptions = Array.from({ length: 96 }, (_, n) => exception(`x${n}`, { when }));
    expect(createException(withParts({ exceptions }), exception("new", { when }), T0)).toEqual({
      ok: false,
      refusal: { code: "exceptions_too_large", limit: MAX_EXCEPTIONS_CHARS },
    });
  });
});

describe("actors hear that a rule is out of force", () => {
  const forceOf = (planned: Planned) => made(planned).record?.force;

  test("when it is disabled or deleted, and that it is back when it is", () => {
    const off = changeRule(ONE, "mine", { enabled: false });
    expect(forceOf(off)).toMatchObject({ ruleId: "mine", version: 5, enabled: false });
    expect(forceOf(changeRule(made(off).config, "mine", { enabled: true }))).toMatchObject({
      version: 6,
      enabled: true,
    });
    const gone = deleteRule(ONE, "mine");
    expect(forceOf(gone)).toEqual({
      ruleId: "mine",
      version: 5,
      severity: null,
      quietPeriodMs: null,
      enabled: false,
    });
    expect(forceOf(createRule(made(gone).config, rule("mine")))).toMatchObject({ enabled: true });
    const builtIn = patchBuiltIn(ONE, "cgroup-v1-host", { enabled: false }, "ada", T0);
    expect(forceOf(builtIn)).toMatchObject({ ruleId: "cgroup-v1-host", enabled: false });
  });

  test.each<Partial<Rule>>([
    { matchers: [{ on: "event", kind: "process", actions: ["fork"] }] },
    { scope: ["host"] },
    { class: "threat" },
  ])("when events that counted may not count any more: %o", (fields) => {
    expect(forceOf(changeRule(ONE, "mine", fields))).toMatchObject({ version: 5, enabled: false });
    const off = withParts({ customRules: [rule("mine", { enabled: false })] });
    expect(forceOf(changeRule(off, "mine", fields))).toBeNull();
  });

  test.each<Partial<Rule>>([
    { class: "both" },
    { severity: "high" },
    { quietPeriodMs: DAY },
    { title: "Other", tags: ["t"] },
  ])("but not when it looks for the same: %o", (fields) => {
    expect(forceOf(changeRule(ONE, "mine", fields))).toBeNull();
  });

  test("nor when one that never opened findings is changed", () => {
    const threat = withParts({ customRules: [rule("mine", { class: "threat" })] });
    expect(forceOf(changeRule(threat, "mine", { scope: ["host"] }))).toBeNull();
  });
});

test("a change that makes no difference makes no version", () => {
  for (const planned of [
    changeRule(ONE, "mine", { rises: [] }),
    patchBuiltIn(ONE, "cgroup-v1-host", { rises: null }, "ada", T0),
    changeRule(ONE, "mine", { severity: "low", scope: ["host", "container"] }),
    patchBuiltIn(ONE, "cgroup-v1-host", { severity: null }, "ada", T0),
  ])
    expect(planned).toEqual({ ok: true, config: ONE, record: null });
});

describe("steps of severity", () => {
  const high = { afterMs: HOUR, severity: "high" } as const;
  const low = { resources: 3, severity: "low" } as const;

  test("must be worse than the rule, as it is after the change", () => {
    const refused = (at: number) => ({
      ok: false,
      refusal: { code: "rise_not_worse", field: `rises.${at}.severity` },
    });
    expect(createRule(ONE, rule("other", { rises: [high, low] }))).toEqual(refused(1));
    expect(changeRule(ONE, "mine", { rises: [high], severity: "high" })).toEqual(refused(0));
    expect(patchBuiltIn(ONE, "cgroup-v1-host", { rises: [low] }, "ada", T0)).toEqual(refused(0));
    made(changeRule(ONE, "mine", { rises: [high] }));
  });

  test("are told to actors, and go with the rule's other fields", () => {
    const { config, record } = made(changeRule(ONE, "mine", { rises: [high] }));
    expect(record?.detail).toEqual({ rises: [{ after: "1h", severity: "high" }] });
    expect(ruleState(config, ruleId("mine"))).toMatchObject({ rises: [high] });
    const without = made(changeRule(config, "mine", { rises: [] })).config;
    expect(ruleState(without, ruleId("mine"))).not.toHaveProperty("rises");
  });
});

test("what is not there cannot be changed, and ids of Object's own are not there", () => {
  for (const id of ["other", "constructor", "__proto__"]) {
    const refused = { ok: false, refusal: { code: "not_found" } };
    expect(changeRule(ONE, id, { severity: "high" })).toEqual(refused);
    expect(deleteRule(ONE, id)).toEqual(refused);
    expect(patchBuiltIn(ONE, id, { severity: "high" }, "ada", T0)).toEqual(refused);
  }
});
