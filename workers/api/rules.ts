/** Reading and changing the rules of a tenant. A change goes through the TenantActor. */
import { MAX_OWNERS_TOLD } from "../../schema/limits.ts";
import type { RulePatch, RuleView } from "../../schema/api.ts";
import { selectOwnersOfRule } from "../../schema/queries.ts";
import { RULE_PACK } from "../../schema/rules/pack.ts";
import { drizzle } from "drizzle-orm/d1";
import { parseResourceId, type TenantId } from "../../schema/ids.ts";
import type { EpochMs } from "../../schema/time.ts";
import { errorText, log } from "../../durable/log.ts";
import type { Env } from "../env.ts";
import { ruleView } from "../rules/view.ts";
import { changeTenant, type Tenant } from "../tenant.ts";

export function listRules(tenant: Tenant): RuleView[] {
  return RULE_PACK.map((rule) => ruleView(rule, tenant.config.rules[rule.id] ?? null));
}

export function findRule(tenant: Tenant, id: string): RuleView | null {
  const rule = RULE_PACK.find((candidate) => candidate.id === id);
  return rule === undefined ? null : ruleView(rule, tenant.config.rules[rule.id] ?? null);
}

/** Null if there is no such rule. Findings that are open under it follow the change. */
export async function patchRule(
  env: Env,
  tenantId: TenantId,
  id: string,
  patch: RulePatch,
  by: string,
  now: EpochMs,
): Promise<RuleView | null> {
  if (!RULE_PACK.some((rule) => rule.id === id)) return null;
  const changed = await changeTenant(env, tenantId, now, (client) =>
    client.overrideRule(
      id,
      {
        ...(patch.severity === undefined ? {} : { severity: patch.severity }),
        ...(patch.quietPeriod === undefined ? {} : { quietPeriodMs: patch.quietPeriod }),
        ...(patch.enabled === undefined ? {} : { enabled: patch.enabled }),
      },
      by,
      now,
    ),
  );
  await tellActors(env, changed, id);
  return findRule(changed, id);
}

async function tellActors(env: Env, tenant: Tenant, id: string): Promise<void> {
  const rule = tenant.engine.ruleset.rules.find((candidate) => candidate.id === id);
  if (rule === undefined) return;
  const owners = await selectOwnersOfRule(drizzle(env.DB), tenant.id, id, MAX_OWNERS_TOLD);
  const change = {
    ruleId: rule.id,
    version: tenant.config.version,
    severity: rule.severity,
    quietPeriodMs: rule.quietPeriodMs,
    enabled: rule.enabled,
  };
  const told = await Promise.allSettled(
    owners
      .map(({ owner }) => parseResourceId(owner))
      .filter((owner) => owner !== null)
      .map((owner) => env.HOST_ACTOR.getByName(`${tenant.id}/${owner}`).applyRule(change)),
  );
  const failed = told.filter((result) => result.status === "rejected");
  if (failed.length > 0) {
    log("warn", "rule.change_not_told", {
      tenant: tenant.id,
      rule: id,
      failed: failed.length,
      error: errorText(failed[0]?.reason),
    });
  }
}
