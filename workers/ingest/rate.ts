/**
 * How often a key may ask for something, by the platform's binding. Asking it costs a call and, on the single
 * node, a write that all requests of a key queue for (measured: half of the rate of one-event posts). So an
 * isolate asks for every {@link REQUESTS_PER_TICKET}th request of a key, and the binding counts those.
 */
import { MAX_RATED_KEYS, RATE_BLOCK_MS, REQUESTS_PER_TICKET } from "../../schema/limits.ts";
import type { EpochMs } from "../../schema/time.ts";

interface Rated {
  /** Requests that the last ticket still covers. */
  left: number;
  /** A key that was refused is not asked for again until then. */
  blockedUntil: EpochMs;
}

export class KeyRates {
  readonly #keys = new Map<string, Rated>();

  /** Whether the key may go on; `ask` takes a ticket. Throws what `ask` throws, and covers the request then. */
  async admits(key: string, now: EpochMs, ask: () => Promise<boolean>): Promise<boolean> {
    const rated = this.#of(key);
    if (rated.left > 0) {
      rated.left--;
      return true;
    }
    if (now < rated.blockedUntil) return false;
    // Taken before the answer: what comes meanwhile is covered, or refused a moment later.
    rated.left = REQUESTS_PER_TICKET - 1;
    if (await ask()) return true;
    rated.left = 0;
    rated.blockedUntil = now + RATE_BLOCK_MS;
    return false;
  }

  #of(key: string): Rated {
    let rated = this.#keys.get(key);
    if (rated === undefined) {
      if (this.#keys.size >= MAX_RATED_KEYS) this.#keys.clear();
      this.#keys.set(key, (rated = { left: 0, blockedUntil: 0 }));
    }
    return rated;
  }
}
