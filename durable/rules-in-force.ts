/**
 * What the tenant's rules say now, from the TenantActor. A change is told to the actors that D1 knows of;
 * one that opens a finding asks by itself once D1 knows it, so that no change falls in between.
 */
import type { RuleId, TenantId } from "../schema/ids.ts";
import type { RuleChange } from "./domain/model.ts";
import { ruleState } from "./domain/rules.ts";
import { rulesetOf } from "./ruleset.ts";
import { tenantClient } from "./tenant-actor.ts";

export async function rulesInForce(
  namespace: DurableObjectNamespace,
  tenant: TenantId,
  ids: ReadonlySet<RuleId>,
): Promise<RuleChange[]> {
  const config = await tenantClient(namespace, tenant).config();
  const { hash } = rulesetOf(config);
  return Array.from(ids, (id) => ({ ...ruleState(config, id), hash }));
}
