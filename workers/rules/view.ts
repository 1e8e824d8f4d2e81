/** A rule as the API shows it. */
import type { RuleView } from "../../schema/rules-api.ts";
import { applyOverride, riseView, type Rule, type RuleOverride } from "../../schema/rule.ts";
import { formatDuration, formatInstant } from "../../schema/time.ts";
import { builtInRule } from "../../durable/domain/rules.ts";

/**
 * Shows a rule as it is in force. `rule` is the rule without the override; `overrides` in the
 * result says what that was, for the fields that the tenant has changed, and who changed them.
 */
export function ruleView(rule: Rule, override: RuleOverride | null): RuleView {
  const effective = applyOverride(rule, override);
  return {
    id: rule.id,
    title: rule.title,
    class: rule.class,
    severity: effective.severity,
    rises: (effective.rises ?? []).map(riseView),
    scope: [...rule.scope],
    enabled: effective.enabled,
    builtIn: builtInRule(rule.id) !== null,
    quietPeriod: formatDuration(effective.quietPeriodMs),
    quietPeriodReason: rule.quietPeriodReason,
    phrase: rule.phrase,
    why: rule.why,
    good: rule.good,
    remediation: rule.remediation,
    references: rule.references.map((reference) => ({ ...reference })),
    tags: [...rule.tags],
    matchers: rule.matchers.map((matcher) => ({ ...matcher })),
    overrides: override === null ? null : changedFrom(rule, override),
  };
}

function changedFrom(rule: Rule, override: RuleOverride): NonNullable<RuleView["overrides"]> {
  return {
    ...(override.severity === undefined ? {} : { severity: rule.severity }),
    ...(override.rises === undefined ? {} : { rises: (rule.rises ?? []).map(riseView) }),
    ...(override.quietPeriodMs === undefined
      ? {}
      : { quietPeriod: formatDuration(rule.quietPeriodMs) }),
    ...(override.enabled === undefined ? {} : { enabled: rule.enabled }),
    updatedBy: override.updatedBy,
    updatedAt: formatInstant(override.updatedAt),
  };
}
