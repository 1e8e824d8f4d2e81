/**
 * Ownership and episode numbers, settled in D1: an actor opens a finding it does not know as episode 1
 * and learns while draining what D1 holds of it. Then the episode is renumbered, or what another owner
 * holds open is taken over, so that a finding is never open twice.
 */
import type { FindingId } from "../../schema/ids.ts";
import type { EpochMs } from "../../schema/time.ts";
import type { Draft } from "./draft.ts";
import { mergeOccurrences, mergeSamples } from "./evidence.ts";
import type { Finding, OutboxMessage, Sample, StoredFinding } from "./model.ts";

/** Findings whose number and owner D1 has not confirmed yet. */
export function unsettled(findings: Iterable<Finding>): Finding[] {
  return [...findings].filter((finding) => !finding.settled);
}

/** Applies what D1 holds (`stored`) of the unsettled findings that were `asked` for. */
export function settle(
  draft: Draft,
  asked: readonly FindingId[],
  stored: readonly StoredFinding[],
): void {
  const rows = new Map(stored.map((row) => [row.finding.id, row]));
  for (const id of asked) {
    const finding = draft.findings.get(id);
    if (finding === undefined || finding.settled) continue;
    const row = rows.get(id);
    if (row === undefined) draft.saveFinding({ ...finding, settled: true });
    else settleWith(draft, finding, row);
  }
}

function settleWith(draft: Draft, finding: Finding, row: StoredFinding): void {
  const before = row.finding;
  const late = before.resolvedAt !== null && endOfFirstEpisode(draft, finding) <= before.resolvedAt;
  if (late && finding.episode === 1) return absorbLate(draft, finding, row);
  const claim = row.owner === draft.owner ? null : { owner: row.owner, version: before.version };
  const continues = (snapshot: Finding): Finding => ({
    ...(before.status === "open" ? joined(before, snapshot) : following(before, snapshot, late)),
    settled: true,
    claim,
  });
  for (const message of messagesOf(draft, finding.id)) {
    if (late && message.finding.episode === 1) draft.dequeue(new Set([message.seq]));
    else draft.replaceMessage(retold(message, before, continues(message.finding)));
  }
  draft.saveFinding(continues(finding));
  if (claim !== null && before.status === "open") movedEvent(draft, finding);
}

type FindingMessage = Extract<OutboxMessage, { finding: Finding }>;

function messagesOf(draft: Draft, id: FindingId): FindingMessage[] {
  return draft.outbox.filter(
    (message): message is FindingMessage => "finding" in message && message.finding.id === id,
  );
}

/** The newest event of the finding's provisional first episode. */
function endOfFirstEpisode(draft: Draft, finding: Finding): EpochMs {
  const snapshots = messagesOf(draft, finding.id).map((message) => message.finding);
  const first = [...snapshots, finding].filter((snapshot) => snapshot.episode === 1);
  return Math.max(...first.map((snapshot) => snapshot.lastSeenAt));
}

/** A provisional episode after a resolved one: the next number. */
function following(before: Finding, snapshot: Finding, firstIsLate: boolean): Finding {
  return {
    ...snapshot,
    episode: snapshot.episode + before.episode - (firstIsLate ? 1 : 0),
    totalCount: snapshot.totalCount + before.totalCount,
    lateCount: snapshot.lateCount + before.lateCount,
    previousEndAt: snapshot.previousEndAt ?? before.resolvedAt,
    version: snapshot.version + before.version,
  };
}

/** A provisional first episode that is really one that is open already: both are one. */
function joined(before: Finding, snapshot: Finding): Finding {
  const shifted: Finding = {
    ...snapshot,
    episode: snapshot.episode + before.episode - 1,
    totalCount: snapshot.totalCount + before.totalCount,
    lateCount: snapshot.lateCount + before.lateCount,
    version: snapshot.version + before.version,
  };
  if (snapshot.episode > 1) return shifted;
  return {
    ...shifted,
    firstSeenAt: Math.min(before.firstSeenAt, snapshot.firstSeenAt),
    lastSeenAt: Math.max(before.lastSeenAt, snapshot.lastSeenAt),
    count: snapshot.count + before.count,
    previousEndAt: before.previousEndAt,
    reporters: [...new Set([...before.reporters, ...snapshot.reporters])],
    occurrences: mergeOccurrences(before.occurrences, snapshot.occurrences.buckets),
    samples: mergeSamples(before.samples, samplesOf(snapshot)),
  };
}

/** Each of its samples once: of a few events the first are also the latest. */
function samplesOf(snapshot: Finding): Sample[] {
  const { first, latest } = snapshot.samples;
  const seen = new Set(first.map((sample) => JSON.stringify(sample)));
  return [...first, ...latest.filter((sample) => !seen.has(JSON.stringify(sample)))];
}

/** A message tells what D1 now knows: an opening that continues something is no opening. */
function retold(message: FindingMessage, before: Finding, finding: Finding): FindingMessage {
  if (message.type !== "finding.opened") return { ...message, finding };
  return {
    ...message,
    type: before.status === "open" ? "finding.moved" : "finding.reopened",
    finding,
  };
}

/** All that was seen is older than the end of the last episode: it counts as late and opens nothing. */
function absorbLate(draft: Draft, finding: Finding, row: StoredFinding): void {
  draft.dequeue(new Set(messagesOf(draft, finding.id).map((message) => message.seq)));
  const { finding: before, owner } = row;
  draft.saveFinding({
    ...before,
    settled: true,
    claim: owner === draft.owner ? null : { owner, version: before.version },
    lateCount: before.lateCount + finding.count + finding.lateCount,
    version: before.version + finding.version,
    flushed: { version: before.version, totalCount: before.totalCount, shape: "", at: 0 },
  });
  draft.events.push({
    type: "finding.late",
    findingId: finding.id,
    episode: before.episode,
    count: finding.count,
  });
}

/** D1 holds these rows for other owners: retry as a takeover what is new, let go of the rest. */
export function yieldTo(draft: Draft, stored: readonly StoredFinding[], now: EpochMs): void {
  for (const row of stored) {
    const finding = draft.findings.get(row.finding.id);
    if (finding === undefined) continue;
    if (finding.flushed === null) {
      draft.saveFinding({ ...finding, settled: false, claim: null });
      continue;
    }
    const untold = finding.totalCount - finding.flushed.totalCount;
    draft.dequeue(new Set(messagesOf(draft, finding.id).map((message) => message.seq)));
    if (untold > 0) reclaim(draft, finding, untold, now);
    else draft.dropFinding(finding.id);
    movedEvent(draft, finding);
  }
}

/** The finding has moved, and yet events came here since: they open it anew, to be settled again. */
function reclaim(draft: Draft, finding: Finding, untold: number, now: EpochMs): void {
  const provisional: Finding = {
    ...finding,
    status: "open",
    resolvedAt: null,
    resolution: null,
    coverage: null,
    episode: 1,
    settled: false,
    claim: null,
    firstSeenAt: finding.lastSeenAt,
    count: untold,
    totalCount: untold,
    lateCount: 0,
    previousEndAt: null,
    version: 1,
    flushed: null,
  };
  draft.saveFinding(provisional);
  draft.enqueue({ type: "finding.opened", at: now, finding: provisional });
}

function movedEvent(draft: Draft, finding: Finding): void {
  draft.events.push({
    type: "finding.moved",
    findingId: finding.id,
    episode: finding.episode,
    count: finding.count,
  });
}
