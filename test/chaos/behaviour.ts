/**
 * One deed in one container over time: bursts, and pauses that grow until no quiet period outlasts them. One in four
 * never pauses, so that something is at stake at every moment.
 */
import { at } from "../bench/random.ts";
import type { Random } from "../sim/random.ts";
import type { EpochMs } from "../../schema/time.ts";
import { DEEDS, QUIET_PERIOD_MS, type Deed, type Host } from "./fleet.ts";

/**
 * In quiet periods of the rule. The effective one is twice the longest pause so far and at most fourteen: each of
 * these pauses ends an episode.
 */
const PAUSES = [1.7, 4.3, 10, 15.5];

export class Behaviour {
  readonly host: Host;
  readonly container: string;
  readonly deed: Deed;
  readonly #random: Random;
  readonly #isSteady: boolean;
  #isActive: boolean;
  #untilAt: EpochMs;
  #pauses = 0;

  constructor(host: Host, container: string, deed: Deed, now: EpochMs, random: Random) {
    this.host = host;
    this.container = container;
    this.deed = deed;
    this.#random = random;
    this.#isSteady = random.chance(0.25);
    this.#isActive = this.#isSteady || random.chance(0.5);
    this.#untilAt = now + random.next() * 2 * QUIET_PERIOD_MS;
  }

  /** How many events there are to tell of this moment. */
  eventsAt(now: EpochMs): number {
    if (!this.#isSteady && now >= this.#untilAt) this.#turn(now);
    return this.#isActive && this.#random.chance(0.6) ? 1 + this.#random.int(4) : 0;
  }

  #turn(now: EpochMs): void {
    this.#isActive = !this.#isActive;
    const periods = this.#isActive
      ? 0.2 + 2 * this.#random.next()
      : at(PAUSES, Math.min(this.#pauses++, PAUSES.length - 1)) * (1 + 0.2 * this.#random.next());
    this.#untilAt = now + periods * QUIET_PERIOD_MS;
  }
}

/** All that may happen on a host: each deed that its agent has words for, in some of its containers. */
export function behavioursOf(host: Host, now: EpochMs, random: Random): Behaviour[] {
  return DEEDS.filter((deed) => deed[host.format] !== undefined).flatMap((deed) =>
    host.containers
      .filter(() => random.chance(0.7))
      .map((container) => new Behaviour(host, container, deed, now, random)),
  );
}
