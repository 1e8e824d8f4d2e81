/**
 * What a run knows independently of the core, told in the simplest way: which events each actor has been
 * given, when each agent was in contact, and how many events have been acknowledged. It judges decisions
 * and the database by that.
 */
import type { Decision, Finding, StoredFinding } from "../../durable/domain/model.ts";
import type { AgentId, FindingId, OwnerId } from "../../schema/ids.ts";
import { GAP_INTERVALS } from "../../schema/limits.ts";
import type { EpochMs } from "../../schema/time.ts";
import { BEAT_MS, FINDINGS } from "./cast.ts";
import type { Database } from "./read-model.ts";

/** Something that must never be. `rule` names it, so that a shortened run fails for the same reason. */
export class Violation extends Error {
  readonly rule: string;

  constructor(rule: string, detail: string) {
    super(`${rule}: ${detail}`);
    this.rule = rule;
  }
}

export function insist(holds: boolean, rule: string, detail: () => string): void {
  if (!holds) throw new Violation(rule, detail());
}

interface ContactMark {
  at: EpochMs;
  dropped: boolean;
}

/** What one actor has been told. */
interface Told {
  events: Map<FindingId, EpochMs[]>;
  reporters: Map<FindingId, Set<AgentId>>;
  contacts: Map<AgentId, ContactMark[]>;
  /** Agents that have sent heartbeats, so that their silence would be noticed. */
  beating: Set<AgentId>;
}

export class Oracle {
  readonly #told = new Map<OwnerId, Told>();
  readonly acknowledged = new Map<FindingId, number>();
  /** How often each kind of thing has happened, to see that runs reach it. */
  readonly seen = new Map<string, number>();
  /** What is wrong with an end that its owner has not settled: it counts if it reaches the history. */
  readonly #suspended = new Map<string, Violation>();

  note(what: string): void {
    this.seen.set(what, (this.seen.get(what) ?? 0) + 1);
  }

  #of(owner: OwnerId): Told {
    const told: Told = this.#told.get(owner) ?? {
      events: new Map(),
      reporters: new Map(),
      contacts: new Map(),
      beating: new Set(),
    };
    this.#told.set(owner, told);
    return told;
  }

  /** An actor that deletes itself forgets its agents too, and that they ever sent heartbeats. */
  forget(owner: OwnerId): void {
    this.note("actor forgotten");
    this.#told.delete(owner);
  }

  contact(owner: OwnerId, agent: AgentId, at: EpochMs, dropped: boolean, beats: boolean): void {
    const told = this.#of(owner);
    told.contacts.set(agent, [...(told.contacts.get(agent) ?? []), { at, dropped }]);
    if (beats) told.beating.add(agent);
  }

  events(owner: OwnerId, agent: AgentId, finding: FindingId, times: readonly EpochMs[]): void {
    const { events, reporters } = this.#of(owner);
    events.set(finding, [...(events.get(finding) ?? []), ...times]);
    reporters.set(finding, (reporters.get(finding) ?? new Set()).add(agent));
  }

  acknowledge(finding: FindingId, count: number): void {
    this.acknowledged.set(finding, (this.acknowledged.get(finding) ?? 0) + count);
  }

  /** What D1 tells an actor while it settles is known to it from then on. */
  settled(owner: OwnerId, stored: readonly StoredFinding[]): void {
    const { events, reporters } = this.#of(owner);
    for (const { finding } of stored) {
      // An agent that goes on under a new host name is the same agent.
      reporters.set(
        finding.id,
        (reporters.get(finding.id) ?? new Set()).union(new Set(finding.reporters)),
      );
      events.set(finding.id, [...(events.get(finding.id) ?? []), finding.lastSeenAt]);
    }
  }

  /** Judges the ends of episodes in a decision. */
  judge(owner: OwnerId, decision: Decision, now: EpochMs): void {
    for (const effect of decision.effects) {
      if (effect.type !== "enqueue" || effect.message.type === "signal.raised") continue;
      const { type, finding } = effect.message;
      this.note(type);
      if (type !== "finding.resolved") continue;
      const violation = violationIn(() => this.#judgeEnd(owner, finding, now));
      if (violation === null) continue;
      if (finding.settled) throw violation;
      this.#suspended.set(endKey(owner, finding), violation);
    }
  }

  /** An end reaches the history. */
  ended(owner: OwnerId, finding: Finding): void {
    const violation = this.#suspended.get(endKey(owner, finding));
    if (violation !== undefined) throw violation;
  }

  #judgeEnd(owner: OwnerId, finding: Finding, now: EpochMs): void {
    const { resolution, resolvedAt, lastSeenAt, quietPeriodMs } = finding;
    this.note(`resolution ${resolution}`);
    if (resolution !== "quiet" && resolution !== "quiet_unverified") return;
    const what = () => `${owner} ${JSON.stringify(finding)} at ${now}`;
    insist(resolvedAt !== null && resolvedAt <= now, "resolved in the future", what);
    if (resolvedAt === null) return;
    insist(resolvedAt >= lastSeenAt + quietPeriodMs, "resolved before its quiet period", what);
    const known = this.#of(owner).events.get(finding.id) ?? [];
    insist(
      !known.some((at) => at > lastSeenAt && at <= resolvedAt),
      "resolved with a known event in its quiet window",
      what,
    );
    if (resolution === "quiet") this.#judgeProof(owner, finding, resolvedAt, what);
    else
      insist(
        this.watchersOf(owner, finding.id).length === 0 || this.#wasSilent(owner, finding),
        "called unverified although an agent that reported it sends heartbeats",
        what,
      );
  }

  /** Agents that have reported the finding to this actor and send heartbeats. */
  watchersOf(owner: OwnerId, finding: FindingId): AgentId[] {
    const { reporters, beating } = this.#of(owner);
    return [...(reporters.get(finding) ?? [])].filter((agent) => beating.has(agent));
  }

  /** Whether none of the episode's own reporters sends heartbeats. */
  #wasSilent(owner: OwnerId, finding: Finding): boolean {
    const { beating } = this.#of(owner);
    return !finding.reporters.some((agent) => beating.has(agent));
  }

  #judgeProof(owner: OwnerId, finding: Finding, end: EpochMs, what: () => string): void {
    const watchers = this.watchersOf(owner, finding.id);
    insist(watchers.length > 0, "called verified without an agent that sends heartbeats", what);
    const covered = this.coveredSince(owner, finding, end);
    insist(
      covered >= finding.quietPeriodMs,
      "called verified with a gap in its quiet window",
      () => `covered ${covered} of ${finding.quietPeriodMs}: ${what()}`,
    );
  }

  /** How long the finding has been watched between its last event and `end`. */
  coveredSince(owner: OwnerId, { id, lastSeenAt }: Finding, end: EpochMs): number {
    const watchers = this.watchersOf(owner, id);
    const watched = watchers.flatMap((agent) => this.#watched(owner, agent, lastSeenAt));
    return lengthWithin(watched, lastSeenAt, end);
  }

  /** Between two contacts less than a gap apart an agent was watching, unless the later one reports drops. */
  #watched(owner: OwnerId, agent: AgentId, since: EpochMs): [EpochMs, EpochMs][] {
    const marks = (this.#of(owner).contacts.get(agent) ?? []).toSorted(
      (a, b) => a.at - b.at || Number(b.dropped) - Number(a.dropped),
    );
    const spans: [EpochMs, EpochMs][] = [];
    // The event itself shows that its agent was there.
    let previous = since;
    for (const mark of marks) {
      if (mark.at <= since) continue;
      const start = Math.max(since, previous);
      if (!mark.dropped && mark.at - start <= GAP_INTERVALS * BEAT_MS) spans.push([start, mark.at]);
      previous = mark.at;
    }
    return spans;
  }
}

function violationIn(judge: () => void): Violation | null {
  try {
    judge();
    return null;
  } catch (error) {
    if (error instanceof Violation) return error;
    throw error;
  }
}

function endKey(owner: OwnerId, { id, version, resolvedAt }: Finding): string {
  return JSON.stringify([owner, id, version, resolvedAt]);
}

function lengthWithin(spans: [EpochMs, EpochMs][], from: EpochMs, to: EpochMs): number {
  let length = 0;
  let reached = from;
  for (const [start, end] of spans.toSorted((a, b) => a[0] - b[0])) {
    const begin = Math.max(start, reached);
    const stop = Math.min(end, to);
    if (stop > begin) length += stop - begin;
    reached = Math.max(reached, Math.min(end, to));
  }
  return length;
}

/** What must hold of the database after every step. */
export function judgeDatabase(database: Database): void {
  for (const [id, { finding }] of database.rows) {
    const episodes = database.episodesOf(id);
    const newest = finding.status === "open" ? finding.episode - 1 : finding.episode;
    insist(
      episodes.every((row) => row.episode <= newest),
      "an episode is open and in the history at once",
      () => `${JSON.stringify(finding)} and ${JSON.stringify(episodes)}`,
    );
  }
}

/** What must hold of the database when nothing is under way any more. */
export function judgeDrained(database: Database, oracle: Oracle): void {
  for (const { id } of FINDINGS) {
    const acknowledged = oracle.acknowledged.get(id) ?? 0;
    const row = database.rows.get(id);
    insist(
      acknowledged === 0 || row !== undefined,
      "acknowledged events are not in D1",
      () => `${id}: ${acknowledged}`,
    );
    if (row === undefined) continue;
    const { finding } = row;
    const episodes = database.episodesOf(id).toSorted((a, b) => a.episode - b.episode);
    const what = () => `${JSON.stringify(row)} with ${JSON.stringify(episodes)}`;
    const ended = finding.status === "open" ? finding.episode - 1 : finding.episode;
    insist(
      episodes.length === ended && episodes.every((one, i) => one.episode === i + 1),
      "not exactly one history row for each episode that ended",
      what,
    );
    const past = episodes.reduce((sum, one) => sum + one.count, 0);
    const counted = past + (finding.status === "open" ? finding.count : 0);
    insist(
      counted + finding.lateCount === acknowledged,
      "counts do not add up",
      () => `${counted} + ${finding.lateCount} late, ${acknowledged} acknowledged: ${what()}`,
    );
    insist(counted === finding.totalCount, "the total is not the sum of the episodes", what);
  }
}
