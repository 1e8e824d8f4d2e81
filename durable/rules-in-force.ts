/**
 * What the tenant's rules say now, from the TenantActor. A change is told to the actors that D1 knows of;
 * one that opens a finding asks by itself once D1 knows it, so that no change falls in between.
 */
import type { RuleId, TenantId } from "../schema/ids.ts";
import type { RuleChange } from "./domain/model.ts";
import { ruleState } from "./domain/rules.ts";
import type { TenantConfig } from "./domain/tenant.ts";
import { rulesetOf } from "./ruleset.ts";
import { tenantClient } from "./tenant-actor.ts";

/** A hash is of a quarter of a megabyte, and every drain that opens a finding asks for it. */
const HASHES = new Map<TenantId, { version: number; hash: string }>();
const MAX_HASHES = 1_000;

function hashAt(tenant: TenantId, config: TenantConfig): string {
  const known = HASHES.get(tenant);
  if (known?.version === config.version) return known.hash;
  const { version, hash } = rulesetOf(config);
  if (HASHES.size >= MAX_HASHES) HASHES.clear();
  HASHES.set(tenant, { version, hash });
  return hash;
}

export async function rulesInForce(
  namespace: DurableObjectNamespace,
  tenant: TenantId,
  ids: ReadonlySet<RuleId>,
): Promise<RuleChange[]> {
  const config = await tenantClient(namespace, tenant).config();
  const hash = hashAt(tenant, config);
  return Array.from(ids, (id) => ({ ...ruleState(config, id), hash }));
}
