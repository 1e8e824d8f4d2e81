/**
 * Somebody says that a finding is fixed. Quiet verifies it; an event that is newer disproves it, and the finding
 * has regressed. Pure. Contract: the times of the claim and of the events decide, not the order in which they
 * arrive; an event that is not newer than the claim says nothing about it.
 */
import { REGRESSION_WINDOW_MS } from "../../schema/limits.ts";
import type { Doer } from "../../schema/ledger.ts";
import type { EpochMs } from "../../schema/time.ts";
import type { Draft } from "./draft.ts";
import type { Finding, FixClaim, Observation } from "./model.ts";
import { announce } from "./watch.ts";

/** When events were seen. */
type Seen = Pick<Observation, "firstAt" | "lastAt" | "occurrences">;

/** Notes a claim. The first one stands; one that an event has disproved already does not stand at all. */
export function claimFixed(draft: Draft, finding: Finding, claim: FixClaim, now: EpochMs): void {
  const { fixed, regressed, firstSeenAt, lastSeenAt, occurrences } = finding;
  if (fixed !== undefined || (regressed?.fixed.at ?? 0) >= claim.at) return;
  const seen: Seen = {
    firstAt: firstSeenAt,
    lastAt: lastSeenAt,
    occurrences: occurrences.buckets,
  };
  const claimed = disprove({ ...finding, fixed: claim }, seen);
  const type = claimed.fixed === undefined ? "finding.regressed" : "finding.fixed";
  announce(draft, claimed, type, now);
}

/** Takes the claim back, if there is one. */
export function takeFixBack(
  draft: Draft,
  finding: Finding,
  doer: Doer | undefined,
  now: EpochMs,
): void {
  if (finding.fixed === undefined) return;
  const { fixed: _, ...open } = finding;
  announce(draft, open, "finding.unfixed", now, doer);
}

/** The open finding after these events of its episode: a claim that one of them is newer than is disproved. */
export function disprove(finding: Finding, seen: Seen): Finding {
  const claim = finding.fixed ?? finding.regressed?.fixed;
  const at = claim === undefined ? null : firstAfter(seen, claim.at);
  if (claim === undefined || at === null) return finding;
  if (finding.fixed === undefined && at >= (finding.regressed?.at ?? 0)) return finding;
  const { fixed: _, ...open } = finding;
  return { ...open, regressed: { at, fixed: claim } };
}

/** What the next episode, begun by these events, has of a claim that was made before. */
export function fixedBefore(ended: Finding, seen: Seen): Pick<Finding, "fixed" | "regressed"> {
  const { fixed, resolvedAt } = ended;
  if (fixed === undefined) return {};
  const at = firstAfter(seen, fixed.at);
  // They came before anybody said that it was fixed, and are told only now.
  if (at === null) return { fixed };
  const since = Math.max(resolvedAt ?? 0, fixed.at);
  return at - since <= REGRESSION_WINDOW_MS ? { regressed: { at, fixed } } : {};
}

/** The first of the events that is newer than the instant, as exactly as they are kept; null if none is. */
function firstAfter({ firstAt, lastAt, occurrences }: Seen, at: EpochMs): EpochMs | null {
  if (lastAt <= at) return null;
  if (firstAt > at) return firstAt;
  const starts = occurrences.map(([start]) => start).filter((start) => start > at);
  return Math.min(lastAt, ...starts);
}
