/** The SQLite storage of a LedgerActor: the head of the chain, and the entries that D1 lacks or that are recent. */
import type { LedgerEntry, LedgerHead } from "../schema/ledger.ts";
import type { EpochMs } from "../schema/time.ts";
import { migrateStorage } from "./migrate-storage.ts";

/** Append only: a migration that has run anywhere is never changed. */
const MIGRATIONS: readonly string[] = [
  `CREATE TABLE head (tenant TEXT NOT NULL, seq INTEGER NOT NULL, hash TEXT NOT NULL, copied INTEGER NOT NULL);
   CREATE TABLE entries (
     seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, written_at INTEGER NOT NULL, doc TEXT NOT NULL);`,
];

/** Where the chain stands, and up to which entry D1 has it. */
export interface ChainState extends LedgerHead {
  tenant: string;
  copied: number;
}

export class LedgerStorage {
  readonly #storage: DurableObjectStorage;
  readonly #sql: SqlStorage;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
    this.#sql = storage.sql;
    migrateStorage(storage, MIGRATIONS);
  }

  /** Null before the first entry. */
  state(): ChainState | null {
    return (
      this.#sql
        .exec<{ tenant: string; seq: number; hash: string; copied: number }>(
          "SELECT tenant, seq, hash, copied FROM head",
        )
        .toArray()[0] ?? null
    );
  }

  /** Of the ids those that are in the chain, as far as it is remembered. */
  known(ids: readonly string[]): ReadonlySet<string> {
    const rows = this.#sql.exec<{ id: string }>(
      "SELECT id FROM entries WHERE id IN (SELECT value FROM json_each(?))",
      JSON.stringify(ids),
    );
    return new Set([...rows].map(({ id }) => id));
  }

  /** All of them in one transaction; they follow the head. */
  append(entries: readonly LedgerEntry[], now: EpochMs): void {
    const last = entries.at(-1);
    if (last === undefined) return;
    this.#storage.transactionSync(() => {
      for (const entry of entries)
        this.#sql.exec(
          "INSERT INTO entries (seq, id, written_at, doc) VALUES (?, ?, ?, ?)",
          entry.seq,
          entry.id,
          now,
          JSON.stringify(entry),
        );
      const { tenant, seq, hash } = last;
      if (this.state() === null) this.#sql.exec("INSERT INTO head VALUES (?, 0, '', 0)", tenant);
      this.#sql.exec("UPDATE head SET seq = ?, hash = ?", seq, hash);
    });
  }

  /** What D1 lacks, the oldest first. */
  uncopied(limit: number): LedgerEntry[] {
    const rows = this.#sql.exec<{ doc: string }>(
      "SELECT doc FROM entries WHERE seq > (SELECT copied FROM head) ORDER BY seq LIMIT ?",
      limit,
    );
    // Written by `append` from this type.
    return [...rows].map(({ doc }) => JSON.parse(doc) as LedgerEntry);
  }

  markCopied(seq: number): void {
    this.#sql.exec("UPDATE head SET copied = max(copied, ?)", seq);
  }

  /** Lets go of entries that D1 has and that were written before the instant. */
  forget(before: EpochMs): void {
    this.#sql.exec(
      "DELETE FROM entries WHERE seq <= (SELECT copied FROM head) AND written_at < ?",
      before,
    );
  }
}
