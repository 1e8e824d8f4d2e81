/** The rules in force for a tenant: the built-in pack with its overrides, and the tenant's own. Pure. */
import { applyOverride, stepsOf, type Rule, type RuleOverride } from "../../schema/rule.ts";
import { RULE_PACK } from "../../schema/rules/pack.ts";
import type { RuleId } from "../../schema/ids.ts";
import type { RuleChange } from "./model.ts";
import type { TenantConfig } from "./tenant.ts";

/** The parts of a configuration that rules come from. */
export type RuleSource = Pick<TenantConfig, "rules" | "customRules">;

const BUILT_IN: ReadonlyMap<string, Rule> = new Map(RULE_PACK.map((rule) => [rule.id, rule]));

/** The pack's rule of that id, as the pack has it. */
export function builtInRule(id: string): Rule | null {
  return BUILT_IN.get(id) ?? null;
}

/** The tenant's changes of a built-in rule; null if there are none. */
export function overrideOf(config: RuleSource, id: string): RuleOverride | null {
  return Object.hasOwn(config.rules, id) ? (config.rules[id] ?? null) : null;
}

/** The tenant's own rule of that id. One that a later pack has taken the id of gives way to the pack's. */
export function customRule(config: RuleSource, id: string): Rule | null {
  if (BUILT_IN.has(id)) return null;
  return config.customRules.find((rule) => rule.id === id) ?? null;
}

/** All rules, enabled or not: the pack's in its order, then the tenant's own. */
export function rulesOf(config: RuleSource): Rule[] {
  return [
    ...RULE_PACK.map((rule) => applyOverride(rule, overrideOf(config, rule.id))),
    ...config.customRules.filter((rule) => !BUILT_IN.has(rule.id)),
  ];
}

/** A rule as it is in force, enabled or not; null if there is none of that id. */
export function ruleOf(config: RuleSource, id: string): Rule | null {
  const builtIn = builtInRule(id);
  return builtIn === null
    ? customRule(config, id)
    : applyOverride(builtIn, overrideOf(config, builtIn.id));
}

/** What actors are told of a rule. One that is not there any more is not in force. */
export function ruleState(config: RuleSource & { version: number }, id: RuleId): RuleChange {
  const rule = ruleOf(config, id);
  return {
    ruleId: id,
    version: config.version,
    severity: rule?.severity ?? null,
    ...stepsOf(rule?.rises),
    quietPeriodMs: rule?.quietPeriodMs ?? null,
    enabled: rule?.enabled ?? false,
  };
}
