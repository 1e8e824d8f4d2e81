/**
 * A tenant's configuration with its compiled ruleset, cached in the isolate for seconds, so that intake
 * neither asks the TenantActor nor compiles CEL for each batch.
 */
import type { TenantId } from "../schema/ids.ts";
import { TENANT_CACHE_MS } from "../schema/limits.ts";
import type { EpochMs } from "../schema/time.ts";
import { RULE_PACK } from "../schema/rules/pack.ts";
import type { TenantConfig } from "../durable/domain/tenant.ts";
import { tenantClient, type TenantClient } from "../durable/tenant-actor.ts";
import { log } from "../durable/log.ts";
import type { Env } from "./env.ts";
import { compileRuleset, type RuleEngine } from "./rules/engine.ts";
import { buildRuleset } from "./rules/ruleset.ts";

export interface Tenant {
  id: TenantId;
  config: TenantConfig;
  engine: RuleEngine;
}

interface Cached {
  loadedAt: EpochMs;
  tenant: Tenant;
}

const cache = new Map<TenantId, Cached>();
/** Compiled rulesets by what they were built from: an unchanged configuration is not compiled again. */
const engines = new Map<string, RuleEngine>();
const MAX_CACHED = 200;

/**
 * The tenant as of at most {@link TENANT_CACHE_MS} ago. What is cached is the value, never its promise:
 * workerd lets no request wait for the I/O of another one.
 */
export async function loadTenant(env: Env, id: TenantId, now: EpochMs): Promise<Tenant> {
  const cached = cache.get(id);
  if (cached !== undefined && now - cached.loadedAt < TENANT_CACHE_MS && now >= cached.loadedAt) {
    return cached.tenant;
  }
  return remember(id, now, await client(env, id).config());
}

/** Runs a change on the TenantActor; this isolate sees it at once. */
export async function changeTenant(
  env: Env,
  id: TenantId,
  now: EpochMs,
  change: (tenant: TenantClient) => Promise<TenantConfig>,
): Promise<Tenant> {
  return remember(id, now, await change(client(env, id)));
}

export function client(env: Env, id: TenantId): TenantClient {
  return tenantClient(env.TENANT_ACTOR, id);
}

/** A configuration that was asked for earlier may arrive later: the newer version stays. */
function remember(id: TenantId, loadedAt: EpochMs, config: TenantConfig): Tenant {
  const known = cache.get(id)?.tenant;
  const tenant =
    known !== undefined && known.config.version >= config.version ? known : assemble(id, config);
  if (cache.size >= MAX_CACHED) cache.clear();
  cache.set(id, { loadedAt, tenant });
  return tenant;
}

function assemble(id: TenantId, config: TenantConfig): Tenant {
  const key = JSON.stringify(config.rules);
  let engine = engines.get(key);
  if (engine === undefined) {
    engine = compileRuleset(buildRuleset(RULE_PACK, config.rules, config.version));
    for (const failure of engine.failures) {
      log("error", "rule.does_not_compile", {
        tenant: id,
        rule: failure.ruleId,
        error: failure.message,
      });
    }
    if (engines.size >= MAX_CACHED) engines.clear();
    engines.set(key, engine);
  }
  return { id, config, engine };
}
