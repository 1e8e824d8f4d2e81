/**
 * A tenant's configuration, as actors ask for it whenever something hangs on it. What an isolate has read before is
 * not sent again while its version is the same.
 */
import { TENANT_CACHE_MS } from "../schema/limits.ts";
import type { EpochMs } from "../schema/time.ts";
import type { TenantId } from "../schema/ids.ts";
import type { TenantConfig } from "./domain/tenant.ts";
import { tenantClient } from "./tenant-actor.ts";

const KNOWN = new Map<TenantId, { config: TenantConfig; readAt: EpochMs }>();
const MAX_KNOWN = 200;

/** Always asks the TenantActor; throws what that throws. */
export async function currentConfig(
  namespace: DurableObjectNamespace,
  tenant: TenantId,
): Promise<TenantConfig> {
  const client = tenantClient(namespace, tenant);
  const known = KNOWN.get(tenant)?.config;
  const now = Date.now();
  const newer =
    known === undefined ? await client.config() : await client.configSince(known.version);
  return noteConfig(tenant, newer ?? known ?? (await client.config()), now);
}

/** As of at most {@link TENANT_CACHE_MS} ago: for what need not ask each time. */
export async function recentConfig(
  namespace: DurableObjectNamespace,
  tenant: TenantId,
  now: EpochMs,
): Promise<TenantConfig> {
  const known = KNOWN.get(tenant);
  const age = now - (known?.readAt ?? 0);
  if (known !== undefined && age >= 0 && age < TENANT_CACHE_MS) return known.config;
  return currentConfig(namespace, tenant);
}

/** What somebody else in this isolate has read at an instant; answers the newest that is known. */
export function noteConfig(tenant: TenantId, config: TenantConfig, readAt: EpochMs): TenantConfig {
  const known = KNOWN.get(tenant);
  const newest =
    known !== undefined && known.config.version > config.version ? known.config : config;
  if (KNOWN.size >= MAX_KNOWN) KNOWN.clear();
  KNOWN.set(tenant, { config: newest, readAt });
  return newest;
}
