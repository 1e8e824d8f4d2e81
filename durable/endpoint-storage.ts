/**
 * The SQLite storage of an EndpointActor: its deliveries with their attempts, its sealed secrets, and what it must
 * remember. Append-only migrations, as in host-storage.ts.
 */
import type { Happening, HappeningType } from "../schema/happening.ts";
import {
  DEAD_RETENTION_MS,
  DELIVERED_RETENTION_MS,
  MAX_KEPT_ATTEMPTS,
  MAX_KEPT_DELIVERIES,
  MAX_SECRETS,
  MAX_TOLD_FINDINGS,
} from "../schema/limits.ts";
import type { EpochMs } from "../schema/time.ts";
import type {
  AttemptOutcome,
  AttemptView,
  DeadReason,
  DeliveriesQuery,
  DeliveryStatus,
} from "../schema/webhooks.ts";
import { CLOSED, type Breaker, type Waiting } from "./domain/delivery.ts";
import { migrateStorage } from "./migrate-storage.ts";
import { TicketStorage } from "./ticket-storage.ts";

/** Append only: a migration that has run anywhere is never changed. */
const MIGRATIONS: readonly string[] = [
  `CREATE TABLE identity (
     tenant TEXT NOT NULL, endpoint TEXT NOT NULL, breaker TEXT NOT NULL, disabling_since INTEGER);
   CREATE TABLE secrets (n INTEGER PRIMARY KEY, sealed TEXT NOT NULL, until INTEGER);
   CREATE TABLE deliveries (
     seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, event TEXT NOT NULL, type TEXT NOT NULL,
     key TEXT NOT NULL, status TEXT NOT NULL, dead_reason TEXT, occurred_at INTEGER NOT NULL,
     created_at INTEGER NOT NULL, since INTEGER NOT NULL, tries INTEGER NOT NULL, next_at INTEGER NOT NULL,
     attempts INTEGER NOT NULL, last_at INTEGER, last_outcome TEXT, last_status INTEGER, finished_at INTEGER,
     happening TEXT NOT NULL);
   CREATE INDEX deliveries_status ON deliveries (status, seq);
   CREATE INDEX deliveries_finished ON deliveries (status, finished_at);
   CREATE INDEX deliveries_created ON deliveries (created_at);
   CREATE INDEX deliveries_key ON deliveries (key, seq);
   CREATE TABLE attempts (
     delivery TEXT NOT NULL, n INTEGER NOT NULL, doc TEXT NOT NULL, PRIMARY KEY (delivery, n)) WITHOUT ROWID;
   CREATE TABLE told (finding TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;`,
  `CREATE TABLE credential (one INTEGER PRIMARY KEY CHECK (one = 1), sealed TEXT NOT NULL, purpose TEXT NOT NULL);`,
  `ALTER TABLE deliveries ADD COLUMN progress TEXT NOT NULL DEFAULT '{}';
   CREATE TABLE tickets (
     "case" TEXT PRIMARY KEY, ref TEXT, key TEXT, url TEXT, state TEXT NOT NULL, creating INTEGER, told TEXT,
     made_at INTEGER, changed_at INTEGER NOT NULL, copied INTEGER NOT NULL) WITHOUT ROWID;
   CREATE UNIQUE INDEX tickets_ref ON tickets (ref) WHERE ref IS NOT NULL;
   CREATE INDEX tickets_dirty ON tickets (copied) WHERE copied = 0;
   CREATE TABLE account (one INTEGER PRIMARY KEY CHECK (one = 1), id TEXT NOT NULL);`,
];

/** Which endpoint of which tenant the actor stands for. */
export interface EndpointIdentity {
  tenant: string;
  endpoint: string;
}

/** A delivery as it is stored. */
export interface DeliveryRow extends Record<string, SqlStorageValue> {
  seq: number;
  id: string;
  event: string;
  type: HappeningType;
  key: string;
  status: DeliveryStatus;
  dead_reason: DeadReason | null;
  occurred_at: number;
  created_at: number;
  since: number;
  tries: number;
  next_at: number;
  attempts: number;
  last_at: number | null;
  last_outcome: AttemptOutcome | null;
  last_status: number | null;
  finished_at: number | null;
  happening: string;
  /** JSON: how far its steps have come; see ticket-storage.ts. */
  progress: string;
}

/** What an attempt changes of its delivery. */
export interface Settled {
  status: DeliveryStatus;
  deadReason: DeadReason | null;
  tries: number;
  nextAt: EpochMs;
}

/** Deliveries that were made in a span, beyond a `seq`. */
export interface ReplaySpan {
  from: EpochMs;
  to: EpochMs;
  after: number;
  failedOnly: boolean;
}

export class EndpointStorage {
  /** Those of a tracker; there once {@link identity} has been asked. */
  readonly tickets: TicketStorage;
  readonly #storage: DurableObjectStorage;
  readonly #sql: SqlStorage;
  #ready = false;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
    this.#sql = storage.sql;
    this.tickets = new TicketStorage(storage.sql);
  }

  /** Null for an actor that has never begun, or that has deleted itself. */
  identity(): EndpointIdentity | null {
    if (!this.#ready && !this.#exists()) return null;
    this.#migrate();
    return this.#rows<EndpointIdentity & Row>("SELECT tenant, endpoint FROM identity")[0] ?? null;
  }

  begin({ tenant, endpoint }: EndpointIdentity): void {
    this.#migrate();
    const breaker = JSON.stringify(CLOSED);
    const sql = "INSERT INTO identity (tenant, endpoint, breaker) VALUES (?, ?, ?)";
    this.#sql.exec(sql, tenant, endpoint, breaker);
  }

  atomically(change: () => void): void {
    this.#storage.transactionSync(change);
  }

  breaker(): Breaker {
    const [row] = this.#rows<{ breaker: string }>("SELECT breaker FROM identity");
    // Written by `saveBreaker` from this type.
    return row === undefined ? CLOSED : (JSON.parse(row.breaker) as Breaker);
  }

  saveBreaker(breaker: Breaker): void {
    this.#sql.exec("UPDATE identity SET breaker = ?", JSON.stringify(breaker));
  }

  /** Since when the endpoint is to be disabled, until its tenant's configuration says so; else null. */
  disablingSince(): EpochMs | null {
    const sql = "SELECT disabling_since FROM identity";
    return this.#rows<{ disabling_since: number | null }>(sql)[0]?.disabling_since ?? null;
  }

  saveDisabling(since: EpochMs | null): void {
    this.#sql.exec("UPDATE identity SET disabling_since = ?", since);
  }

  /** In force, the newest first; the newest has no end. */
  secrets(now: EpochMs): { sealed: string }[] {
    return this.#rows<{ sealed: string }>(
      "SELECT sealed FROM secrets WHERE until IS NULL OR until > ? ORDER BY n DESC LIMIT ?",
      now,
      MAX_SECRETS,
    );
  }

  /** The former ones end at `until`, where they do not end before. */
  addSecret(sealed: string, until: EpochMs, now: EpochMs): void {
    this.atomically(() => {
      this.#sql.exec("DELETE FROM secrets WHERE until <= ?", now);
      this.#sql.exec("UPDATE secrets SET until = ? WHERE until IS NULL", until);
      this.#sql.exec("INSERT INTO secrets (sealed) VALUES (?)", sealed);
    });
  }

  /** `purpose`: what it is for, and for nothing else. Null: it is forgotten. */
  saveCredential(credential: { sealed: string; purpose: string } | null): void {
    // Whose it is, is asked anew.
    this.#sql.exec("DELETE FROM account");
    if (credential === null) this.#sql.exec("DELETE FROM credential");
    else
      this.#sql.exec(
        "INSERT OR REPLACE INTO credential (one, sealed, purpose) VALUES (1, ?, ?)",
        credential.sealed,
        credential.purpose,
      );
  }

  /** Sealed; null where there is none for that. */
  credential(purpose: string): string | null {
    const sql = "SELECT sealed FROM credential WHERE purpose = ?";
    return this.#rows<{ sealed: string }>(sql, purpose)[0]?.sealed ?? null;
  }

  has(id: string): boolean {
    return this.#rows("SELECT 1 FROM deliveries WHERE id = ?", id).length > 0;
  }

  /** Where `deadReason` is set it is a dead letter from the beginning. */
  insert(id: string, happening: Happening, deadReason: DeadReason | null, now: EpochMs): Waiting {
    const cursor = this.#sql.exec<{ seq: number }>(
      `INSERT INTO deliveries
         (id, event, type, key, status, dead_reason, occurred_at, created_at, since, tries, next_at, attempts,
          finished_at, happening)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, 0, ?, ?) RETURNING seq`,
      id,
      happening.id,
      happening.type,
      happening.key,
      deadReason === null ? "pending" : "dead",
      deadReason,
      happening.at,
      now,
      now,
      now,
      deadReason === null ? null : now,
      JSON.stringify(happening),
    );
    return { seq: cursor.one().seq, key: happening.key, since: now, tries: 0, nextAt: now };
  }

  /** What has not arrived, in order. */
  waiting(): Waiting[] {
    return this.#rows<Record<keyof Waiting, number> & { key: string }>(
      `SELECT seq, key, since, tries, next_at AS nextAt FROM deliveries
       WHERE status = 'pending' ORDER BY seq`,
    );
  }

  bySeq(seq: number): DeliveryRow | null {
    return this.#rows<DeliveryRow>("SELECT * FROM deliveries WHERE seq = ?", seq)[0] ?? null;
  }

  byId(id: string): DeliveryRow | null {
    return this.#rows<DeliveryRow>("SELECT * FROM deliveries WHERE id = ?", id)[0] ?? null;
  }

  /** The newest first, and one more than a page. */
  page(query: DeliveriesQuery, before: number | null): DeliveryRow[] {
    const { status = null, type = null, key = null, limit } = query;
    return this.#rows<DeliveryRow>(
      `SELECT * FROM deliveries
       WHERE (?1 IS NULL OR status = ?1) AND (?2 IS NULL OR type = ?2) AND (?3 IS NULL OR key = ?3)
         AND (?4 IS NULL OR seq < ?4)
       ORDER BY seq DESC LIMIT ?5`,
      status,
      type,
      key,
      before,
      limit + 1,
    );
  }

  /** Notes an attempt: one request. */
  note({ seq, id }: DeliveryRow, attempt: Omit<AttemptView, "n">): void {
    const cursor = this.#sql.exec<{ n: number }>(
      `UPDATE deliveries SET attempts = attempts + 1, last_at = ?, last_outcome = ?, last_status = ?
       WHERE seq = ? RETURNING attempts AS n`,
      Date.parse(attempt.at),
      attempt.outcome,
      attempt.status,
      seq,
    );
    const { n } = cursor.one();
    const doc: AttemptView = { n, ...attempt };
    const sql = "INSERT INTO attempts (delivery, n, doc) VALUES (?, ?, ?)";
    this.#sql.exec(sql, id, n, JSON.stringify(doc));
    const tooOld = n - MAX_KEPT_ATTEMPTS;
    this.#sql.exec("DELETE FROM attempts WHERE delivery = ? AND n <= ?", id, tooOld);
  }

  /** What has become of a delivery. */
  settle({ seq }: DeliveryRow, settled: Settled, now: EpochMs): void {
    const { status, deadReason, tries, nextAt } = settled;
    this.#sql.exec(
      `UPDATE deliveries SET status = ?, dead_reason = ?, tries = ?, next_at = ?, finished_at = ?
       WHERE seq = ?`,
      status,
      deadReason,
      tries,
      nextAt,
      status === "pending" ? null : now,
      seq,
    );
  }

  giveUp(seq: number, why: DeadReason, now: EpochMs): void {
    this.#sql.exec(
      "UPDATE deliveries SET status = 'dead', dead_reason = ?, finished_at = ? WHERE seq = ?",
      why,
      now,
      seq,
    );
  }

  attempts(id: string): AttemptView[] {
    const sql = "SELECT doc FROM attempts WHERE delivery = ? ORDER BY n";
    // Written by `note` from this type; before there were others, each was a POST.
    return this.#rows<{ doc: string }>(sql, id).map(
      ({ doc }) => Object.assign({ step: null, method: "POST" }, JSON.parse(doc)) as AttemptView,
    );
  }

  /** Begins a delivery again, as if it were new: at once, and with all of its attempts. */
  again(id: string, now: EpochMs): void {
    this.#sql.exec(`${AGAIN} WHERE id = ?2`, now, id);
  }

  /** The oldest of those that were made in a span, and are finished. */
  finishedBetween(span: ReplaySpan, limit: number): { seq: number; id: string }[] {
    return this.#rows<{ seq: number; id: string }>(
      `SELECT seq, id FROM deliveries
       WHERE seq > ? AND created_at >= ? AND created_at <= ? AND status IN ('dead', ?)
       ORDER BY seq LIMIT ?`,
      span.after,
      span.from,
      span.to,
      span.failedOnly ? "dead" : "delivered",
      limit,
    );
  }

  /** What waits is due now. */
  hasten(now: EpochMs): void {
    this.#sql.exec(
      "UPDATE deliveries SET next_at = ?1 WHERE status = 'pending' AND next_at > ?1",
      now,
    );
  }

  /** Whether the endpoint has been told that the finding is open. */
  wasTold(finding: string): boolean {
    return this.#rows("SELECT 1 FROM told WHERE finding = ?", finding).length > 0;
  }

  noteTold(finding: string, now: EpochMs): void {
    this.#sql.exec("INSERT OR REPLACE INTO told (finding, at) VALUES (?, ?)", finding, now);
  }

  forgetTold(finding: string): void {
    this.#sql.exec("DELETE FROM told WHERE finding = ?", finding);
  }

  counts(): Record<DeliveryStatus, number> {
    const counts = { pending: 0, delivered: 0, dead: 0 };
    const sql = "SELECT status, count(*) AS n FROM deliveries GROUP BY status";
    for (const { status, n } of this.#rows<{ status: DeliveryStatus; n: number }>(sql))
      counts[status] = n;
    return counts;
  }

  lastAttempts(): { last: EpochMs | null; delivered: EpochMs | null } {
    const [row] = this.#rows<{ last: number | null; delivered: number | null }>(
      `SELECT (SELECT max(last_at) FROM deliveries) AS last,
              (SELECT max(finished_at) FROM deliveries WHERE status = 'delivered') AS delivered`,
    );
    return row ?? { last: null, delivered: null };
  }

  /** Forgets what is past its retention, and the oldest of too much. */
  prune(now: EpochMs): void {
    this.atomically(() => {
      const forgotten =
        this.#forgetFinished("delivered", now - DELIVERED_RETENTION_MS) +
        this.#forgetFinished("dead", now - DEAD_RETENTION_MS);
      if (forgotten > 0)
        this.#sql.exec("DELETE FROM attempts WHERE delivery NOT IN (SELECT id FROM deliveries)");
      this.#sql.exec(
        "DELETE FROM told WHERE finding IN (SELECT finding FROM told ORDER BY at DESC LIMIT -1 OFFSET ?)",
        MAX_TOLD_FINDINGS,
      );
    });
  }

  #forgetFinished(status: DeliveryStatus, before: EpochMs): number {
    return this.#sql.exec(
      `DELETE FROM deliveries WHERE status = ?1 AND (finished_at < ?2 OR seq IN (
         SELECT seq FROM deliveries WHERE status = ?1 ORDER BY finished_at DESC LIMIT -1 OFFSET ?3))`,
      status,
      before,
      MAX_KEPT_DELIVERIES,
    ).rowsWritten;
  }

  async deleteAll(): Promise<void> {
    this.#ready = false;
    await Promise.all([this.#storage.deleteAlarm(), this.#storage.deleteAll()]);
  }

  #exists(): boolean {
    return this.#rows("SELECT 1 FROM sqlite_master WHERE name = 'identity'").length > 0;
  }

  #migrate(): void {
    if (this.#ready) return;
    migrateStorage(this.#storage, MIGRATIONS);
    this.#ready = true;
  }

  #rows<T extends Row>(sql: string, ...bindings: SqlStorageValue[]): T[] {
    return this.#sql.exec<T>(sql, ...bindings).toArray();
  }
}

type Row = Record<string, SqlStorageValue>;

/** A comment that may have been made is looked for before it is made again. */
const AGAIN = `UPDATE deliveries SET
  progress = CASE WHEN attempts > 0 THEN '{"commentedAt":0}' ELSE '{}' END, status = 'pending', dead_reason = NULL, finished_at = NULL, since = ?1, tries = 0, next_at = ?1`;
