/**
 * D1 in memory, with the guards of durable/projection.ts: a row changes only for a newer version from the
 * owner that it names, or from one that takes it over and has read it before; an episode is inserted once,
 * and only by the owner. Rows leave as JSON, as from D1.
 */
import type { AgentDoc } from "../../durable/domain/agent-view.ts";
import type { Finding, StoredFinding } from "../../durable/domain/model.ts";
import type { FindingDoc, SignalDoc } from "../../durable/domain/view.ts";
import type { ReadModel } from "../../durable/host-drain.ts";
import type { FindingId, OwnerId } from "../../schema/ids.ts";

export interface Row {
  owner: OwnerId;
  finding: Finding;
}

export type EpisodeRow = Pick<
  Finding,
  "episode" | "count" | "firstSeenAt" | "lastSeenAt" | "resolvedAt" | "resolution" | "version"
>;

type Write =
  | { type: "finding" | "refresh"; owner: OwnerId; doc: string }
  | { type: "episode"; owner: OwnerId; finding: string };

/** Guards that a mutant can do without. */
export interface Guards {
  claim: boolean;
  episodeOwner: boolean;
}

export const ALL_GUARDS: Guards = { claim: true, episodeOwner: true };

export class Database {
  readonly rows = new Map<FindingId, Row>();
  readonly episodes = new Map<FindingId, Map<number, EpisodeRow>>();
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
    return JSON.stringify([[...this.rows], [...this.episodes].map(([id, of]) => [id, [...of]])]);
  }

  apply(write: Write): number {
    if (write.type === "episode") return this.#insertEpisode(write.owner, write.finding);
    const { finding } = JSON.parse(write.doc) as FindingDoc;
    const row = this.rows.get(finding.id);
    if (row === undefined ? write.type === "refresh" : !this.#mayChange(row, write, finding)) {
      return 0;
    }
    this.rows.set(finding.id, { owner: write.owner, finding });
    return 1;
  }

  #mayChange(row: Row, write: Write, finding: Finding): boolean {
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
    if (known.has(finding.episode)) return 0;
    this.#onEnd(owner, finding);
    const { episode, count, firstSeenAt, lastSeenAt, resolvedAt, resolution, version } = finding;
    known.set(episode, {
      episode,
      count,
      firstSeenAt,
      lastSeenAt,
      resolvedAt,
      resolution,
      version,
    });
    return 1;
  }
}

/** Called around each access, with what it is about to do or has done; it may throw, or do other things. */
export type Around = (when: "before" | "after") => Promise<void>;

/** The database as one actor reaches it. */
export class SimReadModel implements ReadModel<Write | null> {
  readonly #database: Database;
  readonly #owner: OwnerId;
  readonly #around: Around;

  constructor(database: Database, owner: OwnerId, around: Around) {
    this.#database = database;
    this.#owner = owner;
    this.#around = around;
  }

  async stored(ids: readonly FindingId[]): Promise<StoredFinding[]> {
    await this.#around("before");
    const found = ids.flatMap((id) => this.#database.rows.get(id) ?? []);
    const copies = JSON.parse(JSON.stringify(found)) as Row[];
    await this.#around("after");
    return copies;
  }

  async write(statements: (Write | null)[]): Promise<number[]> {
    await this.#around("before");
    const changed = statements.map((one) => (one === null ? 1 : this.#database.apply(one)));
    await this.#around("after");
    return changed;
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

  /** Signals have no owner and no episodes: nothing here depends on them. */
  signal(_doc: SignalDoc): null {
    return null;
  }

  /** Nor have agents. */
  agent(_doc: AgentDoc): null {
    return null;
  }
}
