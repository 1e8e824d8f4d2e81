/**
 * Lets findings rise whose rule says that spread makes them worse: D1 knows how many resources of a workload have
 * one, and no actor does. Run by the cron; what is not told now is told by the next run.
 */
import { drizzle } from "drizzle-orm/d1";
import { parseResourceId, parseTenantId, type TenantId } from "../schema/ids.ts";
import { SWEEP_OWNERS, SWEEP_SPREADS } from "../schema/limits.ts";
import { selectOwnersOfSpread, selectSpreads } from "../schema/queries.ts";
import { errorText, log } from "../durable/log.ts";
import type { Env } from "./env.ts";

interface Spread {
  rollup: string;
  resources: number;
}

export async function tellSpread(env: Env): Promise<void> {
  let left = SWEEP_OWNERS;
  for (const { tenant: text, ...spread } of await selectSpreads(drizzle(env.DB), SWEEP_SPREADS)) {
    const tenant = parseTenantId(text);
    if (left <= 0) return;
    if (tenant !== null) left -= await tellOwners(env, tenant, spread, left);
  }
}

/** Says how many were told. */
async function tellOwners(
  env: Env,
  tenant: TenantId,
  spread: Spread,
  limit: number,
): Promise<number> {
  const { rollup, resources } = spread;
  const rows = await selectOwnersOfSpread(drizzle(env.DB), tenant, spread, limit);
  const owners = rows.map(({ owner }) => parseResourceId(owner)).filter((owner) => owner !== null);
  const told = await Promise.allSettled(
    owners.map((owner) =>
      env.HOST_ACTOR.getByName(`${tenant}/${owner}`).noteSpread(rollup, resources),
    ),
  );
  const failed = told.filter((result) => result.status === "rejected");
  log(failed.length > 0 ? "warn" : "info", "sweep.spread_told", {
    tenant,
    rollup,
    resources,
    owners: owners.length,
    failed: failed.length,
    error: failed.length > 0 ? errorText(failed[0]?.reason) : undefined,
  });
  return owners.length;
}
