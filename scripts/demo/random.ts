/** Randomness that is the same at every run: a demo is a story, told the same way each time. */

export interface Random {
  /** From `low` to `high`, both included. */
  integer(low: number, high: number): number;
}

/** Mulberry32. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }
  return { integer: (low, high) => low + Math.floor(next() * (high - low + 1)) };
}
