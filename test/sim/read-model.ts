/**
 * D1 in memory, with the guards of durable/projection.ts: a row changes only for a newer version from the
 * owner that it names, or from one that takes it over and has read it before; an episode is inserted once,
 * and only by the owner. Rows leave as JSON, as from D1.
 */
import type { AgentDoc } from "../../durable/domain/agent-view.ts";
import type { Finding, Resource, StoredFinding } from "../../durable/domain/model.ts";
import type { FindingDoc, SignalDoc } from "../../durable/domain/view.ts";
import type { ReadModel } from "../../durable/host-drain.ts";
import type { FindingId, OwnerId, SignalId } from "../../schema/ids.ts";
import type { EpochMs } from "../../schema/time.ts";
import { Outage } from "./trouble.ts";
import { insist } from "./violation.ts";

export interface Row {
  owner: OwnerId;
  finding: Finding;
  resource: Resource;
  deadlineAt: EpochMs | null;
}

export type EpisodeRow = Pick<
  Finding,
  "episode" | "count" | "firstSeenAt" | "lastSeenAt" | "resolvedAt" | "resolution" | "version"
>;

/** What of it tells of the episode. */
export function withoutVersion(row: EpisodeRow): Omit<EpisodeRow, "version"> {
  const { episode, count, firstSeenAt, lastSeenAt, resolvedAt, resolution } = row;
  return { episode, count, firstSeenAt, lastSeenAt, resolvedAt, resolution };
}

export interface SignalRow {
  version: number;
  count: number;
}

type Write =
  | { type: "finding" | "refresh"; owner: OwnerId; doc: string }
  | { type: "episode"; owner: OwnerId; finding: string }
  | { type: "signal"; doc: string }
  | { type: "agent" };

/** Guards that a mutant can do without. */
export interface Guards {
  claim: boolean;
  episodeOwner: boolean;
}

export const ALL_GUARDS: Guards = { claim: true, episodeOwner: true };

export class Database {
  readonly rows = new Map<FindingId, Row>();
  readonly episodes = new Map<FindingId, Map<number, EpisodeRow>>();
  readonly signals = new Map<SignalId, SignalRow>();
  isDown = false;
  /** What was written since somebody looked. */
  readonly touched = new Set<FindingId>();
  readonly #guards: Guards;
  readonly #onEnd: (owner: OwnerId, finding: Finding) => void;

  constructor(guards: Guards, onEnd: (owner: OwnerId, finding: Finding) => void) {
    this.#guards = guards;
    this.#onEnd = onEnd;
  }

  episodesOf(id: FindingId): EpisodeRow[] {
    return [...(this.episodes.get(id)?.values() ?? [])];
  }

  /** Everything, for comparison. */
  dump(): string {
    const episodes = [...this.episodes].map(([id, of]) => [id, [...of]]);
    return JSON.stringify([[...this.rows], episodes, [...this.signals]]);
  }

  apply(write: Write): number {
    if (write.type === "episode") return this.#insertEpisode(write.owner, write.finding);
    if (write.type === "signal") return this.#putSignal(write.doc);
    if (write.type === "agent") return 1;
    const { finding, quiet, resource } = JSON.parse(write.doc) as FindingDoc;
    const row = this.rows.get(finding.id);
    if (row === undefined ? write.type === "refresh" : !this.#mayChange(row, write, finding)) {
      return 0;
    }
    const deadlineAt = finding.status === "open" ? quiet.deadlineAt : null;
    this.rows.set(finding.id, { owner: write.owner, finding, resource, deadlineAt });
    this.touched.add(finding.id);
    return 1;
  }

  #mayChange(row: Row, write: Pick<Write, "type"> & { owner: OwnerId }, finding: Finding): boolean {
    if (row.owner === write.owner) return row.finding.version < finding.version;
    if (!this.#guards.claim) return true;
    const { claim } = finding;
    return (
      write.type === "finding" &&
      claim !== null &&
      row.owner === claim.owner &&
      row.finding.version === claim.version
    );
  }

  #insertEpisode(owner: OwnerId, json: string): number {
    const finding = JSON.parse(json) as Finding;
    if (this.#guards.episodeOwner && this.rows.get(finding.id)?.owner !== owner) return 0;
    const known = this.episodes.get(finding.id) ?? new Map<number, EpisodeRow>();
    this.episodes.set(finding.id, known);
    const { episode, count, firstSeenAt, lastSeenAt, resolvedAt, resolution, version } = finding;
    const row = { episode, count, firstSeenAt, lastSeenAt, resolvedAt, resolution, version };
    const before = known.get(episode);
    if (before !== undefined) {
      // Told again after a drain whose end was lost: the same, then.
      insist(JSON.stringify(before) === JSON.stringify(row), "an episode has two ends", () => {
        return `${finding.id}: ${JSON.stringify(before)} and ${JSON.stringify(row)}`;
      });
      return 0;
    }
    this.#onEnd(owner, finding);
    known.set(episode, row);
    this.touched.add(finding.id);
    return 1;
  }

  #putSignal(json: string): number {
    const { signal } = JSON.parse(json) as SignalDoc;
    const row = this.signals.get(signal.id);
    if (row !== undefined && row.version >= signal.version) return 0;
    this.signals.set(signal.id, { version: signal.version, count: signal.count });
    return 1;
  }
}

/** Called around each access, with what it is about to do or has done; it may throw, or do other things. */
export type Around = (when: "before" | "after") => Promise<void>;

/** The database as one actor reaches it. */
export class SimReadModel implements ReadModel<Write> {
  readonly #database: Database;
  readonly #owner: OwnerId;
  readonly #around: Around;

  constructor(database: Database, owner: OwnerId, around: Around) {
    this.#database = database;
    this.#owner = owner;
    this.#around = around;
  }

  async stored(ids: readonly FindingId[]): Promise<StoredFinding[]> {
    await this.#reach();
    const found = ids.flatMap((id) => this.#database.rows.get(id) ?? []);
    const copies = JSON.parse(JSON.stringify(found)) as Row[];
    await this.#around("after");
    return copies.map(({ owner, finding }) => ({ owner, finding }));
  }

  async write(statements: Write[]): Promise<number[]> {
    await this.#reach();
    const changed = statements.map((one) => this.#database.apply(one));
    await this.#around("after");
    return changed;
  }

  async #reach(): Promise<void> {
    await this.#around("before");
    if (this.#database.isDown) throw new Outage();
  }

  finding(doc: FindingDoc): Write {
    return { type: "finding", owner: this.#owner, doc: JSON.stringify(doc) };
  }

  refresh(doc: FindingDoc): Write {
    return { type: "refresh", owner: this.#owner, doc: JSON.stringify(doc) };
  }

  episode(finding: Finding): Write {
    return { type: "episode", owner: this.#owner, finding: JSON.stringify(finding) };
  }

  signal(doc: SignalDoc): Write {
    return { type: "signal", doc: JSON.stringify(doc) };
  }

  /** Nothing here depends on agents. */
  agent(_doc: AgentDoc): Write {
    return { type: "agent" };
  }
}
