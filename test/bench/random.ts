/** Seeded randomness, so that every run and every target sees the same workload. */

export type Random = () => number;

/** Mulberry32: small, fast, and good enough to draw a workload from. */
export function random(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Draws an index by weight. */
export function weighted(weights: readonly number[]): (draw: number) => number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let sum = 0;
  const upTo = weights.map((weight) => (sum += weight) / total);
  return (draw) => {
    const found = upTo.findIndex((limit) => draw < limit);
    return found === -1 ? weights.length - 1 : found;
  };
}

/** Zipf with exponent 1: the first of n comes n times as often as the last. */
export const zipf = (n: number): ((draw: number) => number) =>
  weighted(Array.from({ length: n }, (_, rank) => 1 / (rank + 1)));

export function shuffled<T>(items: readonly T[], draw: Random): T[] {
  const mixed = [...items];
  for (let i = mixed.length - 1; i > 0; i--) {
    const j = Math.floor(draw() * (i + 1));
    [mixed[i], mixed[j]] = [at(mixed, j), at(mixed, i)];
  }
  return mixed;
}

/** An element that must be there. */
export function at<T>(items: readonly T[], index: number): T {
  const item = items[index];
  if (item === undefined) throw new Error(`nothing at ${index} of ${items.length}`);
  return item;
}
