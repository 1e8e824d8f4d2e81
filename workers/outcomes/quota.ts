/** How many events a tenant may send on a day (UTC), and has sent. */
import { drizzle } from "drizzle-orm/d1";
import type { TenantId } from "../../schema/ids.ts";
import { selectReceivedOn } from "../../schema/queries-intake.ts";
import type { EpochMs } from "../../schema/time.ts";
import type { Env } from "../env.ts";
import { BUFFER, dayOf } from "./buffer.ts";

/** Null where there is none; a quota that is not a number is none, and wrangler.toml says so. */
export function dailyQuota(env: Env): number | null {
  const quota = Number(env.LULL_DAILY_EVENT_QUOTA ?? "");
  return Number.isFinite(quota) && quota > 0 ? Math.floor(quota) : null;
}

/** As of what D1 held after this isolate's last flush, and what the isolate has counted since. */
export async function receivedToday(env: Env, tenant: TenantId, now: EpochMs): Promise<number> {
  const day = dayOf(now);
  const known = BUFFER.receivedOn(tenant, day);
  if (known !== null) return known;
  const [row] = await selectReceivedOn(drizzle(env.DB), tenant, day);
  BUFFER.learnDay(tenant, day, row?.received ?? 0);
  return BUFFER.receivedOn(tenant, day) ?? 0;
}
