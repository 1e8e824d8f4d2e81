/** Tells the actors that hold a rule's findings open what has become of the rule. */
import { drizzle } from "drizzle-orm/d1";
import { parseResourceId, type TenantId } from "../schema/ids.ts";
import { selectOwnersOfRule } from "../schema/queries.ts";
import type { RuleChange } from "../durable/domain/model.ts";
import { errorText, log } from "../durable/log.ts";
import type { Env } from "./env.ts";

/**
 * Tells at most `limit` of them, as D1 knows them, and says how many those were. What fails is logged: the
 * change has been made. Who was not told follows the rule with the next event of a finding, or is told by the
 * sweep where the rule is out of force.
 */
export async function tellOwners(
  env: Env,
  tenant: TenantId,
  change: RuleChange,
  limit: number,
): Promise<number> {
  try {
    const { ruleId, version, enabled } = change;
    // What has been seen since a rule went out of force is of one that came after it.
    const before = enabled ? null : version;
    const owners = await selectOwnersOfRule(drizzle(env.DB), tenant, ruleId, before, limit);
    const told = await Promise.allSettled(
      owners
        .map(({ owner }) => parseResourceId(owner))
        .filter((owner) => owner !== null)
        .map((owner) => env.HOST_ACTOR.getByName(`${tenant}/${owner}`).applyRule(change)),
    );
    const failed = told.filter((result) => result.status === "rejected");
    if (failed.length > 0) logUntold(tenant, change, failed.length, failed[0]?.reason);
    return owners.length;
  } catch (error) {
    logUntold(tenant, change, null, error);
    return limit;
  }
}

function logUntold(
  tenant: TenantId,
  { ruleId }: RuleChange,
  failed: number | null,
  error: unknown,
): void {
  log("warn", "rule.change_not_told", { tenant, rule: ruleId, failed, error: errorText(error) });
}
