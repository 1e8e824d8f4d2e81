/**
 * A tenant's configuration as it is now. Actors ask for it whenever something hangs on it; what an isolate has read
 * before is not sent again while its version is the same.
 */
import type { TenantId } from "../schema/ids.ts";
import type { TenantConfig } from "./domain/tenant.ts";
import { tenantClient } from "./tenant-actor.ts";

const KNOWN = new Map<TenantId, TenantConfig>();
const MAX_KNOWN = 200;

/** Always asks the TenantActor; throws what that throws. */
export async function currentConfig(
  namespace: DurableObjectNamespace,
  tenant: TenantId,
): Promise<TenantConfig> {
  const client = tenantClient(namespace, tenant);
  const known = KNOWN.get(tenant);
  const newer =
    known === undefined ? await client.config() : await client.configSince(known.version);
  if (newer === null) return known ?? client.config();
  if (KNOWN.size >= MAX_KNOWN) KNOWN.clear();
  KNOWN.set(tenant, newer);
  return newer;
}
