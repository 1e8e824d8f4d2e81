/**
 * What the tenant's rules say now, by its configuration. A change is told to the actors that D1 knows of;
 * one that opens a finding asks by itself once D1 knows it, so that no change falls in between.
 */
import type { RuleId, TenantId } from "../schema/ids.ts";
import { currentConfig } from "./current-config.ts";
import { stepsOf } from "../schema/rule.ts";
import type { AgentRule } from "./domain/agent-rule.ts";
import type { RuleChange } from "./domain/model.ts";
import { builtInRule, ruleOf, ruleState } from "./domain/rules.ts";
import type { TenantConfig } from "./domain/tenant.ts";
import type { HostIdentity } from "./host-storage.ts";
import { findingId } from "./identity.ts";
import { errorText, log } from "./log.ts";
import { rulesetOf } from "./ruleset.ts";

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

/** Whether findings may resolve on silence alone, as of a version of the configuration. */
export interface CoverageModeAt {
  strict: boolean;
  version: number;
}

function modeOf({ coverage, version }: TenantConfig): CoverageModeAt {
  return { strict: coverage === "strict", version };
}

export async function coverageMode(
  namespace: DurableObjectNamespace,
  tenant: TenantId,
): Promise<CoverageModeAt> {
  return modeOf(await currentConfig(namespace, tenant));
}

export function rulesInForce(
  tenant: TenantId,
  config: TenantConfig,
  ids: ReadonlySet<RuleId>,
): { changes: RuleChange[]; coverage: CoverageModeAt } {
  const hash = hashAt(tenant, config);
  const changes = Array.from(ids, (id) => ({ ...ruleState(config, id), hash }));
  return { changes, coverage: modeOf(config) };
}

/**
 * A rule about agents as it is in force, with the finding that it makes of this host; null where it is disabled.
 * Where the TenantActor does not answer it is the pack's: what the tenant has changed follows.
 */
export async function agentRule(
  namespace: DurableObjectNamespace,
  { tenant, owner }: HostIdentity,
  id: RuleId,
): Promise<AgentRule | null> {
  const { rule, version } = await currentRule(namespace, tenant, id);
  if (rule === null || !rule.enabled) return null;
  const { title, severity, quietPeriodMs } = rule;
  const finding = findingId(tenant, id, owner);
  const steps = stepsOf(rule.rises);
  return { findingId: finding, title, severity, ...steps, quietPeriodMs, rulesVersion: version };
}

async function currentRule(namespace: DurableObjectNamespace, tenant: TenantId, id: RuleId) {
  try {
    const config = await currentConfig(namespace, tenant);
    return { rule: ruleOf(config, id), version: config.version };
  } catch (error) {
    log("warn", "rule.not_asked", { tenant, rule: id, error: errorText(error) });
    return { rule: builtInRule(id), version: 0 };
  }
}
