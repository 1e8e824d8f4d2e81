/** What every minute's cron does for the counts: writes what waits, and forgets what is past its retention. */
import { drizzle } from "drizzle-orm/d1";
import { INTAKE_MEMORY_MS, MAX_OUTCOME_HOURS } from "../../schema/limits.ts";
import { forgetIntake } from "../../schema/queries-intake.ts";
import type { EpochMs } from "../../schema/time.ts";
import { errorText, log } from "../../durable/log.ts";
import type { Env } from "../env.ts";
import { dayOf, hourOf } from "./buffer.ts";
import { flushOutcomes } from "./flush.ts";

const HOUR_MS = 3_600_000;

export async function keepOutcomes(env: Env, now: EpochMs): Promise<void> {
  await flushOutcomes(env, now);
  try {
    await forgetIntake(drizzle(env.DB), {
      hours: hourOf(now) - MAX_OUTCOME_HOURS * HOUR_MS,
      days: dayOf(now) - INTAKE_MEMORY_MS,
      flushes: now - INTAKE_MEMORY_MS,
    });
  } catch (error) {
    log("warn", "outcomes.not_forgotten", { error: errorText(error) });
  }
}
