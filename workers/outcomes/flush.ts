/** Writes the isolate's counts to D1: some seconds after the first of them, and with every sweep. */
import { OUTCOMES_FLUSH_MS } from "../../schema/limits.ts";
import type { EpochMs } from "../../schema/time.ts";
import { errorText, log } from "../../durable/log.ts";
import type { Env } from "../env.ts";
import { BUFFER, type Flush } from "./buffer.ts";
import { writeFlush } from "./write.ts";

/** When the next flush is meant to happen; the request that planned it may be cut off before. */
let plannedAt: EpochMs = 0;

/** Plans a flush after the request, where none is planned. Never throws. */
export function planFlush(env: Env, waitUntil: (promise: Promise<unknown>) => void, now: EpochMs) {
  if (BUFFER.isFull) {
    waitUntil(flushOutcomes(env, now));
    return;
  }
  // One that is overdue was planned by a request that is gone.
  if (plannedAt > now - OUTCOMES_FLUSH_MS && plannedAt <= now + OUTCOMES_FLUSH_MS) return;
  plannedAt = now + OUTCOMES_FLUSH_MS;
  waitUntil(
    scheduler.wait(OUTCOMES_FLUSH_MS).then(() => {
      plannedAt = 0;
      return flushOutcomes(env, Date.now());
    }),
  );
}

export async function flushOutcomes(env: Env, now: EpochMs): Promise<void> {
  for (const flush of BUFFER.take(now, () => crypto.randomUUID())) {
    // One after the other: where one fails, so will the next.
    // oxlint-disable-next-line no-await-in-loop
    if (!(await wrote(env, flush))) return;
  }
}

async function wrote(env: Env, flush: Flush): Promise<boolean> {
  try {
    const days = await writeFlush(env.DB, flush);
    BUFFER.confirm(flush.id);
    for (const { tenant, day, received } of days) BUFFER.learnDay(tenant, day, received);
    return true;
  } catch (error) {
    log("warn", "outcomes.not_written", {
      flush: flush.id,
      counters: flush.counters.length,
      error: errorText(error),
    });
    return false;
  }
}
