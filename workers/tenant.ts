/**
 * A tenant's configuration with its compiled ruleset, cached in the isolate for seconds, so that intake
 * neither asks the TenantActor nor compiles CEL for each batch.
 */
import type { TenantId } from "../schema/ids.ts";
import { TENANT_CACHE_MS } from "../schema/limits.ts";
import type { EpochMs } from "../schema/time.ts";
import type { TenantConfig } from "../durable/domain/tenant.ts";
import type { RuleChange } from "../durable/domain/model.ts";
import type { Link } from "../durable/domain/tenant-members.ts";
import type { Refusal } from "../durable/domain/tenant-rules.ts";
import { noteConfig } from "../durable/current-config.ts";
import { tenantClient, type TenantClient } from "../durable/tenant-actor.ts";
import type { Changed } from "../durable/tenant-calls.ts";
import { errorText, log } from "../durable/log.ts";
import { rulesetOf } from "../durable/ruleset.ts";
import type { Env } from "./env.ts";
import { compileRuleset, type RuleEngine } from "./rules/engine.ts";
import { compileExceptions, type Exceptions } from "./rules/exceptions.ts";

export interface Tenant {
  id: TenantId;
  config: TenantConfig;
  engine: RuleEngine;
  /** What posture rules shall not report; null where there is nothing of the kind. */
  exceptions: Exceptions | null;
}

interface Cached {
  loadedAt: EpochMs;
  tenant: Tenant;
}

const cache = new Map<TenantId, Cached>();
/** Compiled rulesets by hash: tenants with the same rules share them. */
const engines = new Map<string, RuleEngine>();
const MAX_CACHED = 200;

/**
 * The tenant as of at most {@link TENANT_CACHE_MS} ago, and at least of a version where one is given. What is cached is the value, never its promise:
 * workerd lets no request wait for the I/O of another one.
 */
export async function loadTenant(
  env: Env,
  id: TenantId,
  now: EpochMs,
  version = 0,
): Promise<Tenant> {
  const cached = cache.get(id);
  if (cached !== undefined && isFresh(cached, now) && cached.tenant.config.version >= version)
    return cached.tenant;
  try {
    if (cached === undefined) return remember(id, now, await client(env, id).config());
    const known = cached.tenant.config;
    return remember(id, now, (await client(env, id).configSince(known.version)) ?? known);
  } catch (error) {
    throw new TenantUnavailable(id, error);
  }
}

function isFresh({ loadedAt }: Cached, now: EpochMs): boolean {
  return now - loadedAt < TENANT_CACHE_MS && now >= loadedAt;
}

/** Nobody can be let in: whatever it was, it is nothing that the client has done, and may be over soon. */
class TenantUnavailable extends Error {
  /** As the platform marks what may be tried again. */
  readonly retryable = true;

  constructor(id: TenantId, cause: unknown) {
    super(`tenant ${id} cannot be read: ${errorText(cause)}`, { cause });
  }
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

/** Signs in by a link; this isolate knows at once that it has been used. Null where it lets nobody in. */
export async function enterTenant(
  env: Env,
  id: TenantId,
  now: EpochMs,
  link: Link,
): Promise<Tenant | null> {
  const config = await client(env, id).enter(link, now);
  return config === null ? null : remember(id, now, config);
}

export function client(env: Env, id: TenantId): TenantClient {
  return tenantClient(env.TENANT_ACTOR, id);
}

/** Runs a change of rules or exceptions on the TenantActor; this isolate sees it at once. */
export async function changeRules(
  env: Env,
  id: TenantId,
  now: EpochMs,
  change: (tenant: TenantClient) => Promise<Changed>,
): Promise<
  { ok: true; tenant: Tenant; told: RuleChange | null } | { ok: false; refusal: Refusal }
> {
  const changed = await change(client(env, id));
  if (!changed.ok) return changed;
  return { ok: true, tenant: remember(id, now, changed.config), told: changed.told };
}

/** A configuration that was asked for earlier may arrive later: the newer version stays. */
function remember(id: TenantId, loadedAt: EpochMs, config: TenantConfig): Tenant {
  const known = cache.get(id)?.tenant;
  const tenant =
    known !== undefined && known.config.version >= config.version ? known : assemble(id, config);
  if (cache.size >= MAX_CACHED) cache.clear();
  cache.set(id, { loadedAt, tenant });
  noteConfig(id, tenant.config, loadedAt);
  return tenant;
}

function assemble(id: TenantId, config: TenantConfig): Tenant {
  const ruleset = rulesetOf(config);
  let engine = engines.get(ruleset.hash);
  if (engine === undefined) {
    engine = compileRuleset(ruleset);
    for (const { ruleId, message } of engine.failures)
      log("error", "rule.does_not_compile", { tenant: id, rule: ruleId, error: message });
    if (engines.size >= MAX_CACHED) engines.clear();
    engines.set(ruleset.hash, engine);
  }
  return { id, config, engine, exceptions: compileExceptions(config.exceptions) };
}
