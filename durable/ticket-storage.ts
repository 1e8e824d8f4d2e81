/**
 * Tickets of a tracker's endpoint, one a case, and how far deliveries have come with their steps. In the actor's SQLite,
 * whose tables endpoint-storage.ts makes. Contract: what may have been made is noted before its request leaves.
 */
import type { EpochMs } from "../schema/time.ts";
import type { TicketRef } from "./channels/tracker.ts";
import type { TicketState, TicketTold } from "./domain/ticket.ts";

export interface TicketRow extends Record<string, SqlStorageValue> {
  case: string;
  /** Null, and key and url with it: it is not known to be there. */
  ref: string | null;
  key: string | null;
  url: string | null;
  state: TicketState;
  /** When the request left that may have made it, as long as nobody knows. */
  creating: number | null;
  /** JSON: what it has been told of its case. */
  told: string | null;
  made_at: number | null;
  changed_at: number;
  /** 0: D1 is to be told. */
  copied: number;
}

/** A ticket that is there. */
export interface Ticket extends TicketRef {
  case: string;
  state: TicketState;
  madeAt: EpochMs;
  changedAt: EpochMs;
}

/** Of one delivery. */
export interface Progress {
  /** Names of steps that are done. */
  done?: string[];
  /** When its comment left, as long as nobody knows whether it has arrived. */
  commentedAt?: EpochMs;
}

export class TicketStorage {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  of(caseId: string): TicketRow | null {
    return this.#rows('SELECT * FROM tickets WHERE "case" = ?', caseId)[0] ?? null;
  }

  byRef(ref: string): TicketRow | null {
    return this.#rows("SELECT * FROM tickets WHERE ref = ?", ref)[0] ?? null;
  }

  /** Null: it is settled that there is none. */
  saveCreating(caseId: string, since: EpochMs | null, now: EpochMs): void {
    this.#sql.exec(
      `INSERT INTO tickets ("case", state, creating, changed_at, copied) VALUES (?, 'open', ?, ?, 1)
       ON CONFLICT ("case") DO UPDATE SET creating = excluded.creating`,
      caseId,
      since,
      now,
    );
  }

  /** It is there. `told`: what it was made with. */
  saveMade(caseId: string, { ref, key, url }: TicketRef, told: TicketTold, now: EpochMs): void {
    this.#sql.exec(
      `INSERT INTO tickets ("case", ref, key, url, state, told, made_at, changed_at, copied)
       VALUES (?1, ?2, ?3, ?4, 'open', ?5, ?6, ?6, 0)
       ON CONFLICT ("case") DO UPDATE SET ref = ?2, key = ?3, url = ?4, creating = NULL, told = coalesce(told, ?5),
         made_at = coalesce(made_at, ?6), changed_at = ?6, copied = 0`,
      caseId,
      ref,
      key,
      url,
      JSON.stringify(told),
      now,
    );
  }

  /** A hook tells of the ticket whose creation was not answered: it need not be looked for. */
  saveRef(caseId: string, { ref, key, url }: TicketRef, now: EpochMs): void {
    const sql = `UPDATE tickets SET ref = ?1, key = ?2, url = ?3, creating = NULL, made_at = ?4, changed_at = ?4,
      copied = 0 WHERE "case" = ?5`;
    this.#sql.exec(sql, ref, key, url, now, caseId);
  }

  saveTold(caseId: string, told: TicketTold): void {
    this.#sql.exec('UPDATE tickets SET told = ? WHERE "case" = ?', JSON.stringify(told), caseId);
  }

  saveState(caseId: string, state: TicketState, now: EpochMs): void {
    this.#sql.exec(
      `UPDATE tickets SET state = ?1, changed_at = ?2, copied = 0 WHERE "case" = ?3 AND state <> ?1`,
      state,
      now,
      caseId,
    );
  }

  /** What D1 does not know yet, the oldest first. */
  uncopied(limit: number): Ticket[] {
    const sql =
      "SELECT * FROM tickets WHERE copied = 0 AND ref IS NOT NULL ORDER BY changed_at LIMIT ?";
    return this.#rows(sql, limit).flatMap((row) => ticketOf(row) ?? []);
  }

  noteCopied({ case: caseId, changedAt }: Ticket): void {
    const sql = 'UPDATE tickets SET copied = 1 WHERE "case" = ? AND changed_at = ?';
    this.#sql.exec(sql, caseId, changedAt);
  }

  progress(seq: number): Progress {
    const sql = "SELECT progress FROM deliveries WHERE seq = ?";
    const [row] = this.#sql.exec<{ progress: string }>(sql, seq).toArray();
    // Written by `saveProgress` from this type.
    return row === undefined ? {} : (JSON.parse(row.progress) as Progress);
  }

  saveProgress(seq: number, progress: Progress): void {
    const sql = "UPDATE deliveries SET progress = ? WHERE seq = ?";
    this.#sql.exec(sql, JSON.stringify(progress), seq);
  }

  /** Of the credential; null: not known yet. */
  account(): string | null {
    const [row] = this.#sql.exec<{ id: string }>("SELECT id FROM account").toArray();
    return row?.id ?? null;
  }

  saveAccount(id: string): void {
    this.#sql.exec("INSERT OR REPLACE INTO account (one, id) VALUES (1, ?)", id);
  }

  #rows(sql: string, ...bindings: SqlStorageValue[]): TicketRow[] {
    return this.#sql.exec<TicketRow>(sql, ...bindings).toArray();
  }
}

/** Null: it is not known to be there. */
export function ticketOf(row: TicketRow): Ticket | null {
  const { ref, key, url, state, made_at: madeAt, changed_at: changedAt } = row;
  if (ref === null || key === null || url === null || madeAt === null) return null;
  return { case: row.case, ref, key, url, state, madeAt, changedAt };
}

export function toldOf({ told }: TicketRow): TicketTold | null {
  // Written from this type.
  return told === null ? null : (JSON.parse(told) as TicketTold);
}
