/**
 * What the cron does about mutes: announces their ends, closes those that have expired, tells what has not been
 * told, and goes on with what a crash (or the size of it) has left undone. What fails of one mute does not hold up the others.
 */
import { and, eq, isNull } from "drizzle-orm";
import { drizzle, type DrizzleD1Database } from "drizzle-orm/d1";
import { SWEEP_MUTE_NEWS, SWEEP_MUTE_PAGES, SWEEP_MUTES } from "../../schema/limits.ts";
import {
  selectExpired,
  selectPending,
  selectToAnnounce,
  selectUntold,
  type MuteRow,
} from "../../schema/queries-mutes.ts";
import { mutes } from "../../schema/tables.ts";
import type { EpochMs } from "../../schema/time.ts";
import { errorText, log } from "../../durable/log.ts";
import type { Env } from "../env.ts";
import { applyMute, tenantOf } from "./apply.ts";
import { expireMute } from "./close.ts";
import { logExpiring, tellExpiring, tellMute } from "./news.ts";

export async function sweepMutes(env: Env, now: EpochMs): Promise<void> {
  const db = drizzle(env.DB);
  for (const mute of await selectToAnnounce(db, now, SWEEP_MUTES))
    await attempt(mute, () => announce(env, db, mute, now));
  for (const mute of await selectExpired(db, now, SWEEP_MUTES))
    await attempt(mute, () => expireMute(env, tenantOf(mute), mute, now));
  for (const mute of await selectUntold(db, SWEEP_MUTE_NEWS))
    await attempt(mute, () => tellMute(env, tenantOf(mute), mute.id, now));
  let left = SWEEP_MUTE_PAGES;
  for (const mute of await selectPending(db, SWEEP_MUTES)) {
    if (left <= 0) return;
    await attempt(mute, async () => {
      left -= await applyMute(env, tenantOf(mute), mute.id, left, now);
    });
  }
}

async function attempt(mute: MuteRow, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    const { tenant, id } = mute;
    log("warn", "mute.not_swept", { tenant, mute: id, error: errorText(error) });
  }
}

/** Once: who comes second finds it announced, and endpoints know it by its id. */
async function announce(
  env: Env,
  db: DrizzleD1Database,
  mute: MuteRow,
  now: EpochMs,
): Promise<void> {
  const { tenant, id } = mute;
  await tellExpiring(env, tenantOf(mute), mute, now);
  const announced = await db
    .update(mutes)
    .set({ announcedAt: now })
    .where(and(eq(mutes.tenant, tenant), eq(mutes.id, id), isNull(mutes.announcedAt)))
    .returning({ id: mutes.id });
  if (announced.length > 0) logExpiring(mute);
}
