/**
 * What is kept of a finding's events: the first and the latest samples, and how many there were when.
 * Pure, bounded, and independent of the order in which batches arrive.
 */
import {
  FIRST_SAMPLES,
  LATEST_SAMPLES,
  OCCURRENCE_BUCKET_MS,
  OCCURRENCE_BUCKETS,
} from "../../schema/limits.ts";
import type { EpochMs } from "../../schema/time.ts";
import type { Finding, Occurrences, Sample } from "./model.ts";

/** Keeps the earliest and the latest samples of both. */
export function mergeSamples(
  kept: Finding["samples"],
  more: readonly Sample[],
): Finding["samples"] {
  if (more.length === 0) return kept;
  const first = [...kept.first, ...more].toSorted(byTime).slice(0, FIRST_SAMPLES);
  const latest = [...kept.latest, ...more].toSorted(byTime).slice(-LATEST_SAMPLES);
  return { first, latest };
}

function byTime(a: Sample, b: Sample): number {
  return a.at - b.at;
}

export const NO_OCCURRENCES: Occurrences = { bucketMs: OCCURRENCE_BUCKET_MS, buckets: [] };

/** Adds counts; doubles the bucket width until they fit. */
export function mergeOccurrences(
  kept: Occurrences,
  more: readonly (readonly [at: EpochMs, count: number])[],
): Occurrences {
  let width = kept.bucketMs;
  let buckets = sumInto(kept.buckets, more, width);
  while (buckets.length > OCCURRENCE_BUCKETS) {
    width *= 2;
    buckets = sumInto([], buckets, width);
  }
  return { bucketMs: width, buckets };
}

function sumInto(
  kept: readonly [EpochMs, number][],
  more: readonly (readonly [EpochMs, number])[],
  width: number,
): [EpochMs, number][] {
  // Nearly every batch is newer than what is kept: then it only adds at the end.
  const buckets = kept.slice();
  let inOrder = true;
  for (const [at, count] of more) {
    const start = Math.floor(at / width) * width;
    const last = buckets.at(-1);
    if (last !== undefined && last[0] === start)
      buckets[buckets.length - 1] = [start, last[1] + count];
    else {
      if (last !== undefined && start < last[0]) inOrder = false;
      buckets.push([start, count]);
    }
  }
  return inOrder ? buckets : regroup(buckets);
}

function regroup(buckets: readonly [EpochMs, number][]): [EpochMs, number][] {
  const sums = new Map<EpochMs, number>();
  for (const [start, count] of buckets) sums.set(start, (sums.get(start) ?? 0) + count);
  return [...sums].toSorted((a, b) => a[0] - b[0]);
}
