/**
 * How long a finding must be quiet. A behaviour that has paused for a week before (a weekly job) proves nothing
 * by a day of silence: the quiet period is at least twice the longest pause so far, up to a cap. Pure, and
 * independent of the order in which batches arrive.
 */
import {
  CADENCE_CAP_PERIODS,
  CADENCE_FACTOR,
  MAX_CADENCE_QUIET_PERIOD_MS,
} from "../../schema/limits.ts";
import type { QuietPeriodBasis } from "../../schema/finding.ts";
import type { DurationMs } from "../../schema/time.ts";
import type { Finding, Occurrences } from "./model.ts";

/** Pauses are whole seconds, as occurrences are: nobody wants to read of milliseconds. */
const SECOND_MS = 1_000;

/** What the quiet period of a finding follows from. */
type Timed = Pick<
  Finding,
  "rulePeriodMs" | "leastQuietPeriodMs" | "pauses" | "firstSeenAt" | "lastSeenAt" | "occurrences"
>;

export interface QuietPeriod {
  ms: DurationMs;
  basis: QuietPeriodBasis;
}

/** The quiet period in force, and what it comes from. */
export function quietPeriodOf(finding: Timed): QuietPeriod {
  const rule: QuietPeriod = { ms: finding.rulePeriodMs, basis: "rule" };
  const suppression: QuietPeriod = { ms: finding.leastQuietPeriodMs ?? 0, basis: "suppression" };
  const cap = Math.min(MAX_CADENCE_QUIET_PERIOD_MS, CADENCE_CAP_PERIODS * finding.rulePeriodMs);
  // Within so short a life no pause is long enough to matter: the usual case, and not worth a look.
  const isYoung =
    finding.pauses === undefined &&
    CADENCE_FACTOR * (finding.lastSeenAt - finding.firstSeenAt) <= finding.rulePeriodMs;
  const pause = isYoung ? 0 : longestPause(finding);
  const cadence: QuietPeriod = { ms: Math.min(cap, CADENCE_FACTOR * pause), basis: "cadence" };
  const most = suppression.ms > rule.ms ? suppression : rule;
  return cadence.ms > most.ms ? cadence : most;
}

/** The longest time between two of its events so far, those of earlier episodes included. */
export function longestPause({ pauses, firstSeenAt, occurrences }: Timed): DurationMs {
  const within = longestWithin(occurrences);
  if (pauses === undefined) return within;
  const between = Math.ceil((firstSeenAt - pauses.previousSeenAt) / SECOND_MS) * SECOND_MS;
  return Math.max(within, pauses.longestMs, between);
}

/** A lower bound, since of a bucket only its start is known: neighbours count as no pause. */
function longestWithin({ bucketMs, buckets }: Occurrences): DurationMs {
  let longest = 0;
  for (let i = 1; i < buckets.length; i++) {
    const [before] = buckets[i - 1] ?? [0];
    const [start] = buckets[i] ?? [0];
    longest = Math.max(longest, start - before - bucketMs);
  }
  return longest;
}

/** What the next episode remembers of this one. */
export function pausesAfter(finding: Finding): NonNullable<Finding["pauses"]> {
  return { longestMs: longestPause(finding), previousSeenAt: finding.lastSeenAt };
}

/** The finding with the quiet period that follows from what it is now. */
export function withQuietPeriod(finding: Finding): Finding {
  const { ms } = quietPeriodOf(finding);
  return ms === finding.quietPeriodMs ? finding : { ...finding, quietPeriodMs: ms };
}
