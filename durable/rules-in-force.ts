/**
 * What the tenant's rules say now, from the TenantActor. A change is told to the actors that D1 knows of;
 * one that opens a finding asks by itself once D1 knows it, so that no change falls in between.
 */
import type { RuleId, TenantId } from "../schema/ids.ts";
import { applyOverride } from "../schema/rule.ts";
import { RULE_PACK } from "../schema/rules/pack.ts";
import type { RuleChange } from "./domain/model.ts";
import { tenantClient } from "./tenant-actor.ts";

export async function rulesInForce(
  namespace: DurableObjectNamespace,
  tenant: TenantId,
  ids: ReadonlySet<RuleId>,
): Promise<RuleChange[]> {
  const config = await tenantClient(namespace, tenant).config();
  return RULE_PACK.filter((rule) => ids.has(rule.id)).map((rule) => {
    const { severity, quietPeriodMs, enabled } = applyOverride(rule, config.rules[rule.id] ?? null);
    return { ruleId: rule.id, version: config.version, severity, quietPeriodMs, enabled };
  });
}
