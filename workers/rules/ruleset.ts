/**
 * The ruleset in force: the built-in pack with a tenant's overrides.
 * Contract: the same rules give the same hash, whatever the order of their keys.
 */
import { createHash } from "node:crypto";
import { applyOverride, type Rule, type RuleOverride, type Ruleset } from "../../schema/rule.ts";
import { RULE_PACK } from "../../schema/rules/pack.ts";

/** Applies overrides by rule id; an override of a rule that is not in the pack has no effect. */
export function buildRuleset(
  pack: readonly Rule[],
  overrides: Readonly<Record<string, RuleOverride>>,
  version: number,
): Ruleset {
  const rules = pack.map((rule) =>
    applyOverride(rule, Object.hasOwn(overrides, rule.id) ? (overrides[rule.id] ?? null) : null),
  );
  return { version, hash: hashRules(rules), rules };
}

/** The built-in pack as it is: what a tenant has before it changes anything. */
export function defaultRuleset(): Ruleset {
  return buildRuleset(RULE_PACK, {}, 0);
}

/** A rule's canonical JSON; rules are never changed in place, and the pack's are hashed again and again. */
const CANONICAL = new WeakMap<Rule, string>();

function hashRules(rules: readonly Rule[]): string {
  const text = `[${rules.map(canonicalRule).join(",")}]`;
  return `sha256:${createHash("sha256").update(text).digest("hex")}`;
}

function canonicalRule(rule: Rule): string {
  let text = CANONICAL.get(rule);
  if (text === undefined) CANONICAL.set(rule, (text = canonicalJson(rule)));
  return text;
}

/** JSON with the keys of every object in order of their code units. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
