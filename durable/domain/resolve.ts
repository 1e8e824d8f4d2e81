/**
 * How an episode ends by quiet, and what is forgotten afterwards.
 * Contract: never resolved before the quiet period is complete and, where agents send heartbeats, proven.
 */
import type { FindingId, SignalId } from "../../schema/ids.ts";
import { RESOLVED_RETENTION_MS, SIGNAL_RETENTION_MS } from "../../schema/limits.ts";
import type { EpochMs } from "../../schema/time.ts";
import { episodeFacts } from "./certificate.ts";
import type { Draft } from "./draft.ts";
import type { Finding, OutboxMessage, Signal } from "./model.ts";
import { rise } from "./rise.ts";
import { coverageShare, dueFrom, quietStatus, resolutionOf, type QuietStatus } from "./quiet.ts";

/** Ends the current episode at its deadline. */
export function resolveQuiet(
  draft: Draft,
  finding: Finding,
  quiet: QuietStatus,
  now: EpochMs,
): Finding {
  return end(
    draft,
    finding,
    {
      resolvedAt: quiet.deadlineAt,
      resolution: resolutionOf(quiet),
      coverage: coverageShare(finding, quiet),
    },
    now,
  );
}

/**
 * Ends the current episode because its rule is no longer in force: nothing is said about the behaviour. `at`: since
 * when that has been so.
 */
export function retire(draft: Draft, finding: Finding, now: EpochMs, at = now): Finding {
  const how: End = { resolvedAt: at, resolution: "rule_retired", coverage: null };
  return end(draft, finding, how, now);
}

/** Ends the current episode because its container is gone: nothing is said about the behaviour. */
export function endGone(draft: Draft, finding: Finding, goneAt: EpochMs, now: EpochMs): Finding {
  const how: End = { resolvedAt: goneAt, resolution: "resource_gone", coverage: null };
  return end(draft, finding, how, now);
}

type End = Pick<Finding, "resolvedAt" | "resolution" | "coverage">;

function end(draft: Draft, finding: Finding, how: End, now: EpochMs): Finding {
  const ended = rise(draft, finding, how.resolvedAt ?? now, now);
  const resolved: Finding = {
    ...ended,
    ...how,
    status: "resolved",
    unverified: false,
    version: ended.version + 1,
  };
  draft.saveFinding(resolved);
  const facts = episodeFacts(draft, resolved, now);
  draft.enqueue({ type: "finding.resolved", at: now, finding: resolved, facts });
  draft.events.push({
    type: "finding.resolved",
    findingId: resolved.id,
    episode: resolved.episode,
    count: resolved.count,
  });
  return resolved;
}

/**
 * Resolves every open finding whose quiet period is complete; cheap while nothing can be due. One that is
 * not settled waits: D1 may know of newer events. One that nobody has asked its tenant about waits, where silence
 * is all there is. Its end is dated by its deadline all the same.
 */
export function resolveDue(draft: Draft, now: EpochMs): void {
  if (now < draft.dueFrom) return;
  for (const finding of draft.open((one) => one.settled && dueFrom(one) <= now)) {
    const quiet = quietStatus(finding, draft.agents, now);
    if (!quiet.complete || (quiet.basis === "silence" && draft.unasked.has(finding.id))) continue;
    const goneAt = goneBefore(draft, finding, quiet.deadlineAt ?? now);
    if (goneAt === null) resolveQuiet(draft, finding, quiet, now);
    else endGone(draft, finding, goneAt, now);
  }
  draft.recomputeDue(dueFrom);
}

/** When its container went without having been quiet for long enough; null: it did not. */
function goneBefore(draft: Draft, finding: Finding, deadlineAt: EpochMs): EpochMs | null {
  const goneAt = draft.resources.get(finding.resourceId)?.goneAt;
  if (goneAt === undefined || goneAt < finding.lastSeenAt || goneAt >= deadlineAt) return null;
  return goneAt;
}

/** Forgets what D1 holds for good: resolved findings past their retention, old signals, bare resources. */
export function forget(draft: Draft, now: EpochMs): void {
  const pending = pendingIds(draft.outbox);
  for (const finding of draft.findings.values()) {
    if (pending.has(finding.id) || forgettableAt(finding) > now) continue;
    keepSeenAt(draft, finding);
    draft.dropFinding(finding.id);
  }
  for (const signal of draft.signals.values()) {
    if (!pending.has(signal.id) && signalForgettableAt(signal) <= now) draft.dropSignal(signal.id);
  }
  const used = new Set([
    ...[...draft.findings.values()].map((finding) => finding.resourceId),
    ...[...draft.signals.values()].map((signal) => signal.resourceId),
  ]);
  for (const id of draft.resources.keys()) if (!used.has(id)) draft.dropResource(id);
}

/** What the finding knew of its resource's latest sign of life outlives it. */
function keepSeenAt(draft: Draft, finding: Finding): void {
  const resource = draft.resources.get(finding.resourceId);
  const seenAt = newestEventAt(finding);
  if (resource !== undefined && resource.seenAt < seenAt)
    draft.saveResource({ ...resource, seenAt });
}

/** Late ones included. */
export function newestEventAt({ lastSeenAt, lateSeenAt }: Finding): EpochMs {
  return Math.max(lastSeenAt, lateSeenAt ?? 0);
}

/** What D1 or an endpoint has still to be told of. */
export function pendingIds(outbox: readonly OutboxMessage[]): Set<FindingId | SignalId> {
  return new Set(
    outbox.flatMap((message): (FindingId | SignalId)[] => {
      if ("finding" in message) return [message.finding.id];
      return "signal" in message ? [message.signal.id] : [];
    }),
  );
}

/** When a finding may be dropped; never, while it is open or D1 does not hold its latest version. */
export function forgettableAt(finding: Finding): EpochMs {
  const safe = finding.status === "resolved" && finding.flushed?.version === finding.version;
  return safe && finding.resolvedAt !== null
    ? Math.max(finding.resolvedAt, finding.flushed?.at ?? 0) + RESOLVED_RETENTION_MS
    : Number.POSITIVE_INFINITY;
}

/** A signal's repeats arrive within the batch memory of its hour; after that it only takes space. */
export function signalForgettableAt(signal: Pick<Signal, "lastSeenAt" | "toldAt">): EpochMs {
  return Math.max(signal.lastSeenAt, signal.toldAt ?? 0) + SIGNAL_RETENTION_MS;
}
