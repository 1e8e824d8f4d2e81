/**
 * The cron sweep: finds in D1 the findings whose deadline has passed while they still stand open, and
 * wakes their actors. It repairs what an alarm missed, through the same code.
 */
import { drizzle } from "drizzle-orm/d1";
import { SWEEP_GRACE_MS, SWEEP_OWNERS } from "../schema/limits.ts";
import { selectOverdueOwners } from "../schema/queries.ts";
import type { EpochMs } from "../schema/time.ts";
import { errorText, log } from "../durable/log.ts";
import type { Env } from "./env.ts";

export async function sweep(env: Env, now: EpochMs): Promise<void> {
  const overdue = await selectOverdueOwners(drizzle(env.DB), now - SWEEP_GRACE_MS, SWEEP_OWNERS);
  const woken = await Promise.allSettled(
    overdue.map(({ tenant, owner }) => env.HOST_ACTOR.getByName(`${tenant}/${owner}`).wake()),
  );
  const failed = woken.filter((result) => result.status === "rejected");
  if (overdue.length === 0) return;
  log(failed.length > 0 ? "warn" : "info", "sweep", {
    owners: overdue.length,
    failed: failed.length,
    error: failed.length > 0 ? errorText(failed[0]?.reason) : undefined,
  });
}
