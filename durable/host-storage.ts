/**
 * The SQLite storage of a HostActor: append-only migrations, a journal of commands, and the entities that
 * they lead to, saved now and then. Both are JSON, since an actor reads all of them once, when it wakes.
 */
import {
  BATCH_MEMORY_COUNT,
  BATCH_MEMORY_MS,
  MAX_JOURNAL_CHARS,
  MAX_JOURNAL_ROW_CHARS,
  MAX_JOURNAL_ROWS,
} from "../schema/limits.ts";
import type { BatchId, OwnerId, TenantId } from "../schema/ids.ts";
import type { EpochMs } from "../schema/time.ts";
import { emptyState } from "./domain/decide.ts";
import type {
  Agent,
  Command,
  Effect,
  Finding,
  HostState,
  OutboxMessage,
  Resource,
  Signal,
} from "./domain/model.ts";
import { migrateStorage } from "./migrate-storage.ts";
import type { JournalEntry } from "./domain/journal.ts";
import { dueFrom } from "./domain/quiet.ts";
import { upgradeFinding } from "./domain/upgrade.ts";

/** Append only: a migration that has run anywhere is never changed. */
const MIGRATIONS: readonly string[] = [
  `CREATE TABLE identity (tenant TEXT NOT NULL, owner TEXT NOT NULL, next_seq INTEGER NOT NULL);
   CREATE TABLE resources (id TEXT PRIMARY KEY, doc TEXT NOT NULL) WITHOUT ROWID;
   CREATE TABLE findings (id TEXT PRIMARY KEY, doc TEXT NOT NULL) WITHOUT ROWID;
   CREATE TABLE signals (id TEXT PRIMARY KEY, doc TEXT NOT NULL) WITHOUT ROWID;
   CREATE TABLE agents (id TEXT PRIMARY KEY, doc TEXT NOT NULL) WITHOUT ROWID;
   CREATE TABLE outbox (seq INTEGER PRIMARY KEY, doc TEXT NOT NULL);
   CREATE TABLE journal (
     seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, batch TEXT, digest TEXT, command TEXT NOT NULL);
   CREATE TABLE batches (id TEXT PRIMARY KEY, digest TEXT NOT NULL, applied_at INTEGER NOT NULL) WITHOUT ROWID;`,
];

/** In place of the time of a row whose command goes on in the next one. */
const GOES_ON = -1;

type Doc = { id: string; doc: string };
type JournalRow = { at: number; batch: string | null; digest: string | null; command: string };

/** Which tenant and owner the actor stands for; written with its first commit. */
export interface HostIdentity {
  tenant: TenantId;
  owner: OwnerId;
}

export class HostStorage {
  readonly #storage: DurableObjectStorage;
  readonly #sql: SqlStorage;
  #ready = false;
  /** Batches that stand in the journal only, with their digests. */
  readonly #recent = new Map<string, string>();
  #journalRows = 0;
  #journalChars = 0;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
    this.#sql = storage.sql;
  }

  /** Brings the schema up to date; a fresh actor writes nothing until its first commit. */
  migrate(): void {
    if (this.#ready) return;
    migrateStorage(this.#storage, MIGRATIONS);
    this.#ready = true;
  }

  /** Null for an actor that has never committed (or has deleted itself). */
  identity(): HostIdentity | null {
    if (!this.#ready && !this.#exists()) return null;
    this.migrate();
    const row = this.#sql
      .exec<{ tenant: string; owner: string }>("SELECT tenant, owner FROM identity")
      .toArray()[0];
    // Written by `begin` from branded values.
    return row === undefined
      ? null
      : { tenant: row.tenant as TenantId, owner: row.owner as OwnerId };
  }

  #exists(): boolean {
    return (
      this.#sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'identity'").toArray().length > 0
    );
  }

  begin(identity: HostIdentity): void {
    this.migrate();
    this.#sql.exec(
      "INSERT INTO identity (tenant, owner, next_seq) VALUES (?, ?, 1)",
      identity.tenant,
      identity.owner,
    );
  }

  load(owner: OwnerId): HostState {
    const read = <T extends { id: K }, K extends string>(table: string) =>
      new Map<K, T>(
        this.#sql
          .exec<Doc>(`SELECT id, doc FROM ${table}`)
          .toArray()
          // Written by `#apply` from the same type.
          .map((row) => [row.id as K, JSON.parse(row.doc) as T]),
      );
    const outbox = this.#sql
      .exec<{ doc: string }>("SELECT doc FROM outbox ORDER BY seq")
      .toArray()
      .map((row) => JSON.parse(row.doc) as OutboxMessage);
    const stored = read<Finding, Finding["id"]>("findings");
    const findings = new Map(Array.from(stored, ([id, finding]) => [id, upgradeFinding(finding)]));
    const open = [...findings.values()].filter((finding) => finding.status === "open");
    return {
      ...emptyState(owner),
      resources: read<Resource, Resource["id"]>("resources"),
      findings,
      signals: read<Signal, Signal["id"]>("signals"),
      agents: read<Agent, Agent["id"]>("agents"),
      outbox,
      nextSeq: this.#sql.exec<{ next_seq: number }>("SELECT next_seq FROM identity").one().next_seq,
      dueFrom: open.reduce(
        (least, finding) => Math.min(least, dueFrom(finding)),
        Number.POSITIVE_INFINITY,
      ),
    };
  }

  /** What was decided since the entities were last saved, oldest first. */
  journal(): JournalEntry[] {
    const rows = this.#sql
      .exec<JournalRow>("SELECT at, batch, digest, command FROM journal ORDER BY seq")
      .toArray();
    this.#recent.clear();
    for (const { batch, digest } of rows) {
      if (batch !== null && digest !== null) this.#recent.set(batch, digest);
    }
    this.#journalChars = rows.reduce((chars, row) => chars + row.command.length, 0);
    const entries: JournalEntry[] = [];
    let begun = "";
    for (const { at, command } of rows) {
      begun += command;
      if (at === GOES_ON) continue;
      // Written by `append` from this type.
      entries.push({ at, command: JSON.parse(begun) as Command });
      begun = "";
    }
    this.#journalRows = entries.length;
    return entries;
  }

  /** Makes a command durable, with the batch that it came by, whole or not at all: one row, or a few where one cannot hold it. */
  append(entry: JournalEntry, batch: { id: BatchId; digest: string } | null): void {
    const command = JSON.stringify(entry.command);
    const pieces = piecesOf(command, MAX_JOURNAL_ROW_CHARS);
    const last = pieces.length - 1;
    const write = (piece: string, i: number) =>
      this.#sql.exec(
        "INSERT INTO journal (at, batch, digest, command) VALUES (?, ?, ?, ?)",
        i === last ? entry.at : GOES_ON,
        i === last ? (batch?.id ?? null) : null,
        i === last ? (batch?.digest ?? null) : null,
        piece,
      );
    if (last === 0) write(command, 0);
    else this.#storage.transactionSync(() => pieces.forEach(write));
    this.#journalRows++;
    this.#journalChars += command.length;
    if (batch !== null) this.#recent.set(batch.id, batch.digest);
  }

  get journalIsFull(): boolean {
    return this.#journalRows >= MAX_JOURNAL_ROWS || this.#journalChars >= MAX_JOURNAL_CHARS;
  }

  /** Saves the entities, and empties the journal that led to them; whole or not at all. */
  checkpoint(effects: Iterable<Effect>, nextSeq: number): void {
    this.#storage.transactionSync(() => {
      for (const effect of effects) this.#apply(effect);
      this.#sql.exec("UPDATE identity SET next_seq = ?", nextSeq);
      this.#sql.exec(
        `INSERT OR IGNORE INTO batches (id, digest, applied_at)
           SELECT batch, digest, at FROM journal WHERE batch IS NOT NULL`,
      );
      this.#sql.exec("DELETE FROM journal");
    });
    this.#recent.clear();
    this.#journalRows = 0;
    this.#journalChars = 0;
  }

  /** The digest of a batch that has been applied, or null. Call after the journal was read. */
  appliedBatch(id: BatchId): string | null {
    const recent = this.#recent.get(id);
    if (recent !== undefined) return recent;
    if (!this.#ready && !this.#exists()) return null;
    this.migrate();
    const row = this.#sql
      .exec<{ digest: string }>("SELECT digest FROM batches WHERE id = ?", id)
      .toArray()[0];
    return row?.digest ?? null;
  }

  /** Forgets batches older than the published window, and the oldest of too many. */
  pruneBatches(now: EpochMs): void {
    this.#sql.exec("DELETE FROM batches WHERE applied_at < ?", now - BATCH_MEMORY_MS);
    this.#sql.exec(
      `DELETE FROM batches WHERE id IN
         (SELECT id FROM batches ORDER BY applied_at DESC LIMIT -1 OFFSET ?)`,
      BATCH_MEMORY_COUNT,
    );
  }

  #apply(effect: Effect): void {
    switch (effect.type) {
      case "saveFinding":
        return this.#save("findings", effect.finding);
      case "dropFinding":
        return this.#drop("findings", effect.id);
      case "saveResource":
        return this.#save("resources", effect.resource);
      case "dropResource":
        return this.#drop("resources", effect.id);
      case "saveSignal":
        return this.#save("signals", effect.signal);
      case "dropSignal":
        return this.#drop("signals", effect.id);
      case "saveAgent":
        return this.#save("agents", effect.agent);
      case "dropAgent":
        return this.#drop("agents", effect.id);
      case "enqueue":
        this.#sql.exec(
          "INSERT OR REPLACE INTO outbox (seq, doc) VALUES (?, ?)",
          effect.message.seq,
          JSON.stringify(effect.message),
        );
        return;
      case "dequeue":
        this.#sql.exec("DELETE FROM outbox WHERE seq = ?", effect.seq);
    }
  }

  #save(table: string, entity: { id: string }): void {
    this.#sql.exec(
      `INSERT INTO ${table} (id, doc) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET doc = excluded.doc`,
      entity.id,
      JSON.stringify(entity),
    );
  }

  #drop(table: string, id: string): void {
    this.#sql.exec(`DELETE FROM ${table} WHERE id = ?`, id);
  }

  /** Deletes everything, the alarm too, in one write; the next report begins anew. */
  async deleteAll(): Promise<void> {
    this.#ready = false;
    this.#recent.clear();
    this.#journalRows = 0;
    this.#journalChars = 0;
    await Promise.all([this.#storage.deleteAlarm(), this.#storage.deleteAll()]);
  }
}

/** Text in pieces of at most `max` characters, none of which ends within a surrogate pair: alone, a half would not survive. */
function piecesOf(text: string, max: number): string[] {
  const pieces: string[] = [];
  let at = 0;
  do {
    const last = text.charCodeAt(at + max - 1);
    const end = at + (last >= 0xd800 && last <= 0xdbff ? max - 1 : max);
    pieces.push(text.slice(at, end));
    at = end;
  } while (at < text.length);
  return pieces;
}
