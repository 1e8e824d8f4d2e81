/** Waiting for a condition with a deadline, for what happens in another process or behind an alarm. */
import { setTimeout as delay } from "node:timers/promises";

export interface Patience {
  /** How long the condition may take. Default 10 s. */
  withinMs?: number;
  /** Pause between two looks. Default 50 ms. */
  everyMs?: number;
}

type Nothing = undefined | null | false;

/**
 * Looks until `probe` returns something other than undefined, null or false, and returns that.
 * A probe that throws counts as "not yet"; at the deadline the last error is the cause of the failure.
 */
export async function eventually<T>(
  what: string,
  probe: () => Promise<T | Nothing> | T | Nothing,
  { withinMs = 10_000, everyMs = 50 }: Patience = {},
): Promise<T> {
  const deadline = performance.now() + withinMs;
  let last: unknown;
  for (;;) {
    try {
      const found: T | Nothing = await probe();
      if (found !== undefined && found !== null && found !== false) return found;
      last = `the last look found ${String(found)}`;
    } catch (error) {
      last = error;
    }
    if (performance.now() >= deadline)
      throw new Error(`not within ${withinMs} ms: ${what}`, { cause: last });
    await delay(everyMs);
  }
}
