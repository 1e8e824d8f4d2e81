/**
 * The ruleset in force for a tenant, and its hash.
 * Contract: the same rules with the same exceptions give the same hash, whatever the order of their keys.
 */
import { createHash } from "node:crypto";
import type { Rule, RuleException, Ruleset } from "../schema/rule.ts";
import { canonicalJson } from "./domain/canonical.ts";
import { rulesOf } from "./domain/rules.ts";
import { EMPTY_CONFIG, type TenantConfig } from "./domain/tenant.ts";

/** The parts of a configuration that a ruleset is made of. */
export type RulesetSource = Pick<TenantConfig, "version" | "rules" | "customRules" | "exceptions">;

/** An override of a rule that is not in the pack has no effect. */
export function rulesetOf(config: RulesetSource): Ruleset {
  const rules = rulesOf(config);
  return { version: config.version, hash: hashOf(rules, config.exceptions), rules };
}

/** The built-in pack as it is: what a tenant has before it changes anything. */
export function defaultRuleset(): Ruleset {
  return rulesetOf({ ...EMPTY_CONFIG, version: 0 });
}

/** A rule's canonical JSON; rules are never changed in place, and the pack's are hashed again and again. */
const CANONICAL = new WeakMap<Rule, string>();

function hashOf(rules: readonly Rule[], exceptions: readonly RuleException[]): string {
  const parts = rules.map(canonicalRule);
  // What is excepted, until when; not why, nor by whom.
  for (const { rule, when, until } of exceptions) parts.push(canonicalJson({ rule, when, until }));
  return `sha256:${createHash("sha256")
    .update(`[${parts.join(",")}]`)
    .digest("hex")}`;
}

function canonicalRule(rule: Rule): string {
  let text = CANONICAL.get(rule);
  if (text === undefined) CANONICAL.set(rule, (text = canonicalJson(rule)));
  return text;
}
