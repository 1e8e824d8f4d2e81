/** Evidence: bounded, and the same whatever the order in which batches come. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  mergeOccurrences,
  mergeSamples,
  NO_OCCURRENCES,
} from "../../../durable/domain/evidence.ts";
import type { Finding } from "../../../durable/domain/model.ts";
import { FIRST_SAMPLES, LATEST_SAMPLES, OCCURRENCE_BUCKETS } from "../../../schema/limits.ts";
import { SECOND, T0, sample } from "./fixtures.ts";

const NONE: Finding["samples"] = { first: [], latest: [] };

describe("samples", () => {
  test("are the first and the latest events, in order of time", () => {
    const times = Array.from({ length: 10 }, (_, n) => T0 + n);
    const { first, latest } = mergeSamples(NONE, times.toReversed().map(sample));
    expect(first.map(({ at }) => at)).toEqual(times.slice(0, FIRST_SAMPLES));
    expect(latest.map(({ at }) => at)).toEqual(times.slice(-LATEST_SAMPLES));
  });

  test("stay as they are when there is nothing to add", () => {
    const kept = mergeSamples(NONE, [sample(T0)]);
    expect(mergeSamples(kept, [])).toBe(kept);
  });

  test("do not depend on the order of batches", () => {
    const batches = fc.array(fc.array(fc.nat({ max: 1_000 }), { maxLength: 2 }), { maxLength: 8 });
    fc.assert(
      fc.property(batches, (times) => {
        const all = (list: number[][]) =>
          list.reduce((kept, batch) => mergeSamples(kept, batch.map(sample)), NONE);
        expect(all(times.toReversed())).toEqual(all(times));
      }),
    );
  });
});

describe("occurrences", () => {
  test("are counted by second while they fit", () => {
    const { bucketMs, buckets } = mergeOccurrences(NO_OCCURRENCES, [
      [T0 + 900, 2],
      [T0 + 100, 1],
      [T0 + SECOND, 3],
    ]);
    expect(bucketMs).toBe(SECOND);
    expect(buckets).toEqual([
      [T0, 3],
      [T0 + SECOND, 3],
    ]);
  });

  test("that come late find their place", () => {
    const kept = mergeOccurrences(NO_OCCURRENCES, [[T0 + 5 * SECOND, 1]]);
    expect(mergeOccurrences(kept, [[T0, 1]]).buckets).toEqual([
      [T0, 1],
      [T0 + 5 * SECOND, 1],
    ]);
  });

  test("keep their sum, their order and their bound, over any span of time", () => {
    const counts = fc.array(
      fc.tuple(fc.integer({ min: 0, max: 1e12 }), fc.integer({ min: 1, max: 9 })),
      {
        maxLength: 400,
      },
    );
    fc.assert(
      fc.property(counts, fc.nat({ max: 400 }), (all, cut) => {
        const first = mergeOccurrences(NO_OCCURRENCES, all.slice(0, cut));
        const { bucketMs, buckets } = mergeOccurrences(first, all.slice(cut));
        expect(buckets.length).toBeLessThanOrEqual(OCCURRENCE_BUCKETS);
        const sum = (of: readonly (readonly [number, number])[]) =>
          of.reduce((total, [, count]) => total + count, 0);
        expect(sum(buckets)).toBe(sum(all));
        for (const [i, [start]] of buckets.entries()) {
          expect(start % bucketMs).toBe(0);
          expect(start).toBeLessThan(buckets[i + 1]?.[0] ?? Infinity);
        }
      }),
    );
  });
});
