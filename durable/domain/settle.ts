/**
 * Ownership and episode numbers, settled in D1: an actor opens a finding it does not know as episode 1
 * and learns while draining what D1 holds of it. Then what it has seen is told again on top of that, so
 * that a finding is never open twice and no event is counted twice.
 */
import type { FindingId } from "../../schema/ids.ts";
import { MAX_TAKEOVERS } from "../../schema/limits.ts";
import type { EpochMs } from "../../schema/time.ts";
import type { Draft } from "./draft.ts";
import { claimFixed } from "./fixed.ts";
import type {
  Finding,
  FixClaim,
  Observation,
  OutboxMessage,
  Sample,
  StoredDoc,
  StoredFinding,
} from "./model.ts";
import { describe, observe, observeWithin } from "./observe.ts";
import { resolveDue, retire } from "./resolve.ts";
import { ruleSeverityOf } from "./rise.ts";

/** Findings whose number and owner D1 has not confirmed yet. */
export function unsettled(findings: Iterable<Finding>): Finding[] {
  return [...findings].filter((finding) => !finding.settled);
}

/** Applies what D1 holds (`stored`) of the unsettled findings that were `asked` for. */
export function settle(
  draft: Draft,
  asked: readonly FindingId[],
  stored: readonly StoredFinding[],
  now: EpochMs,
): void {
  const rows = new Map(stored.map((row) => [row.finding.id, row]));
  for (const id of asked) {
    const finding = draft.findings.get(id);
    if (finding === undefined || finding.settled) continue;
    draft.unasked.add(id);
    const row = rows.get(id);
    if (row === undefined) draft.saveFinding(confirmed(finding));
    else continueFrom(draft, finding, row, now);
  }
  // Nothing ends before it is settled, so some may be overdue.
  resolveDue(draft, now);
}

/** Nobody else knows it: it is what this actor has seen. */
function confirmed(finding: Finding): Finding {
  const settled = { ...finding, settled: true };
  delete settled.onlyLate;
  return settled;
}

/** Puts D1's finding in the place of the provisional one, and tells the provisional episodes again. */
function continueFrom(draft: Draft, provisional: Finding, row: StoredFinding, now: EpochMs): void {
  const episodes = provisionalEpisodes(draft, provisional);
  forgetMessages(draft, provisional.id);
  const base = taken(draft, provisional, row);
  draft.saveFinding(base);
  draft.ruleset = provisional.ruleset;
  claimAgain(draft, provisional.id, provisional.regressed?.fixed, now);
  const [first, ...others] = episodes;
  if (first !== undefined) {
    const seen = observationOf(first);
    const open = draft.findings.get(base.id);
    // The former owner may know of gaps that this one does not: its open episode is never ended from here.
    if (open?.status === "open") observeWithin(draft, open, seen, first.reporters, now);
    else observe(draft, seen, first.reporters, now);
  }
  // Before the others: it may lie in what would else be a silence between them.
  tellLate(draft, provisional, now);
  retireAgain(draft, first, now);
  for (const episode of others) {
    observe(draft, observationOf(episode), episode.reporters, now);
    retireAgain(draft, episode, now);
  }
  claimAgain(draft, provisional.id, provisional.fixed, now);
  if (base.claim !== null && base.status === "open") moved(draft, base, now);
}

/** A provisional episode that has ended did so by its rule: what was silent then is no silence. */
function retireAgain(draft: Draft, told: Finding | undefined, now: EpochMs): void {
  const current = told === undefined ? undefined : draft.findings.get(told.id);
  if (told?.resolution !== "rule_retired" || current?.status !== "open") return;
  retire(draft, current, now, Math.max(told.resolvedAt ?? now, current.lastSeenAt));
}

/** What somebody has said of a finding while this actor did not know whose it is. */
function claimAgain(draft: Draft, id: FindingId, fixed: FixClaim | undefined, now: EpochMs): void {
  const finding = draft.findings.get(id);
  if (fixed !== undefined && finding !== undefined) claimFixed(draft, finding, fixed, now);
}

/**
 * What this actor has seen so far, an episode each, oldest first. Only a retired rule ends a provisional
 * episode, so there is nearly always one.
 */
function provisionalEpisodes(draft: Draft, provisional: Finding): Finding[] {
  const ended = messagesOf(draft, provisional.id)
    .filter((message) => message.type === "finding.resolved")
    .map((message) => message.finding);
  return provisional.status === "open" ? [...ended, provisional] : ended;
}

/** A finding that this owner has resolved and forgotten, as D1 holds it. */
export function recall(draft: Draft, { finding, resource }: StoredDoc, now: EpochMs): Finding {
  const { version, totalCount, lateCount } = finding;
  const flushed = { version, totalCount, lateCount, shape: "", at: now };
  const recalled: Finding = { ...finding, settled: true, claim: null, flushed };
  describe(draft, resource);
  draft.saveFinding(recalled);
  return recalled;
}

/** D1's finding as this actor goes on with it. */
function taken(draft: Draft, provisional: Finding, { finding, owner }: StoredFinding): Finding {
  const { version, totalCount, lateCount } = finding;
  const isOwn = owner === draft.owner;
  const others = finding.takeovers.filter((takeover) => takeover.from !== owner);
  return {
    ...finding,
    settled: true,
    claim: isOwn ? null : { owner, version },
    takeovers: isOwn
      ? finding.takeovers
      : [...others, { from: owner, totalCount, lateCount }].slice(-MAX_TAKEOVERS),
    version: version + provisional.version,
    flushed: { version, totalCount, lateCount, shape: "", at: 0 },
  };
}

function observationOf(episode: Finding): Observation {
  const { id, firstSeenAt, lastSeenAt, occurrences } = episode;
  return {
    findingId: id,
    ruleId: episode.ruleId,
    resourceId: episode.resourceId,
    title: episode.title,
    subject: episode.subject,
    severity: ruleSeverityOf(episode),
    ...(episode.rises === undefined ? {} : { rises: episode.rises }),
    quietPeriodMs: episode.rulePeriodMs,
    ...(episode.leastQuietPeriodMs === undefined
      ? {}
      : { leastQuietPeriodMs: episode.leastQuietPeriodMs }),
    rulesVersion: episode.rulesVersion,
    count: episode.count,
    firstAt: firstSeenAt,
    lastAt: lastSeenAt,
    samples: samplesOf(episode),
    occurrences: occurrences.buckets,
    ...(episode.onlyLate === true ? { late: true } : {}),
  };
}

/**
 * Late or not is for D1's episodes to tell: the end that made these late has not reached it. Of several only the
 * newest is known by its time, so that no silence is known to lie before it.
 */
function tellLate(draft: Draft, provisional: Finding, now: EpochMs): void {
  const { id, lateCount: count, lateSeenAt: lastAt } = provisional;
  if (lastAt === null) return;
  const current = draft.findings.get(id);
  const firstAt = current?.status === "open" ? Math.min(lastAt, current.lastSeenAt) : lastAt;
  const seen = observationOf({ ...provisional, count, samples: { first: [], latest: [] } });
  const occurrences: Observation["occurrences"] = [[lastAt, count]];
  observe(draft, { ...seen, firstAt, lastAt, occurrences }, provisional.reporters, now);
}

/** Each of its samples once: of a few events the first are also the latest. */
function samplesOf(snapshot: Finding): Sample[] {
  const { first, latest } = snapshot.samples;
  const seen = new Set(first.map((sample) => JSON.stringify(sample)));
  return [...first, ...latest.filter((sample) => !seen.has(JSON.stringify(sample)))];
}

type FindingMessage = Extract<OutboxMessage, { finding: Finding }>;

function messagesOf(draft: Draft, id: FindingId): FindingMessage[] {
  return draft.outbox.filter(
    (message): message is FindingMessage => "finding" in message && message.finding.id === id,
  );
}

function forgetMessages(draft: Draft, id: FindingId): void {
  draft.dequeue(new Set(messagesOf(draft, id).map((message) => message.seq)));
}

/** D1 holds these rows for other owners: tell them what they do not count yet, let go of the rest. */
export function yieldTo(draft: Draft, stored: readonly StoredFinding[], now: EpochMs): void {
  for (const row of stored) {
    const finding = draft.findings.get(row.finding.id);
    if (finding === undefined) continue;
    const told = toldCount(draft, finding, row);
    if (told === null) {
      // Nobody knew the finding when this actor asked: all that it counts is its own.
      draft.saveFinding({ ...finding, settled: false, claim: null });
      continue;
    }
    const untold = finding.totalCount + finding.lateCount - told;
    const isClaimUntold = messagesOf(draft, finding.id).some(
      ({ type }) => type === "finding.fixed",
    );
    forgetMessages(draft, finding.id);
    if (untold > 0 || isClaimUntold) reclaim(draft, finding, { untold, isClaimUntold }, now);
    else draft.dropFinding(finding.id);
    movedEvent(draft, finding);
  }
}

/** How many of the events that this actor counts D1 counts too; null if none, and never asked. */
function toldCount(draft: Draft, { flushed }: Finding, row: StoredFinding): number | null {
  const takeover = row.finding.takeovers.find(({ from }) => from === draft.owner);
  const counts = [flushed, takeover]
    .filter((one) => one !== null && one !== undefined)
    .map((one) => one.totalCount + one.lateCount);
  return counts.length > 0 ? Math.max(...counts) : null;
}

/**
 * The finding has moved, and yet events came here since, or somebody said here that it is fixed: that opens it
 * anew, to be settled again.
 */
function reclaim(
  draft: Draft,
  finding: Finding,
  { untold, isClaimUntold }: { untold: number; isClaimUntold: boolean },
  now: EpochMs,
): void {
  const { fixed, regressed, risen: _, spread: __, ...known } = finding;
  // As in lateOf: what is late here need not be late for D1.
  const lastSeenAt = Math.max(finding.lastSeenAt, finding.lateSeenAt ?? 0);
  const provisional: Finding = {
    ...known,
    // Any other claim is in the row that has moved.
    ...(isClaimUntold && fixed !== undefined ? { fixed } : {}),
    ...(isClaimUntold && regressed !== undefined ? { regressed } : {}),
    severity: ruleSeverityOf(finding),
    status: "open",
    resolvedAt: null,
    resolution: null,
    coverage: null,
    episode: 1,
    settled: false,
    claim: null,
    takeovers: [],
    firstSeenAt: lastSeenAt,
    lastSeenAt,
    count: untold,
    totalCount: untold,
    lateCount: 0,
    lateSeenAt: null,
    previousEndAt: null,
    // The rest of it is in the row that has moved.
    occurrences: { ...finding.occurrences, buckets: untold > 0 ? [[lastSeenAt, untold]] : [] },
    version: 1,
    flushed: null,
  };
  draft.saveFinding(provisional);
  draft.enqueue({ type: "finding.opened", at: now, finding: provisional });
}

/** The takeover of an open finding reaches D1 at once, lest two owners go on with it. */
function moved(draft: Draft, base: Finding, now: EpochMs): void {
  const finding = draft.findings.get(base.id) ?? base;
  draft.enqueue({ type: "finding.moved", at: now, finding });
  movedEvent(draft, finding);
}

function movedEvent(draft: Draft, finding: Finding): void {
  draft.events.push({
    type: "finding.moved",
    findingId: finding.id,
    episode: finding.episode,
    count: finding.count,
  });
}
