/** The reads of the ledger in D1. */
import { and, asc, desc, eq, gt, gte, lt, lte, sql, type SQL } from "drizzle-orm";
import type { DrizzleD1Database } from "drizzle-orm/d1";
import type { AuditQuery } from "./audit.ts";
import type { TenantId } from "./ids.ts";
import { unindexed, type Cursor } from "./queries.ts";
import { ledger } from "./tables.ts";

/** What is asked for, but for its page and form. */
export type LedgerFilters = Omit<AuditQuery, "limit" | "cursor" | "format">;

function conditionsOf(tenant: TenantId, filters: LedgerFilters): SQL[] {
  const { actor, action, subject, from, to, q, fromSeq, toSeq } = filters;
  const conditions: SQL[] = [eq(ledger.tenant, tenant)];
  if (actor) conditions.push(eq(ledger.actor, actor));
  if (action) conditions.push(eq(ledger.action, action));
  if (subject) conditions.push(eq(ledger.subject, subject));
  // With both ends of a span SQLite likes the index of instants better than that of the filter.
  const at = actor || action || subject ? unindexed(ledger.at) : sql`${ledger.at}`;
  if (from !== undefined) conditions.push(gte(at, from));
  if (to !== undefined) conditions.push(lt(ledger.at, to));
  if (q) conditions.push(sql`instr(${ledger.search}, ${q.toLowerCase()}) > 0`);
  if (fromSeq !== undefined) conditions.push(gte(ledger.seq, fromSeq));
  if (toSeq !== undefined) conditions.push(lte(ledger.seq, toSeq));
  return conditions;
}

/** Newest first; the cursor is over when it happened and the number. One more row than asked for tells of a next page. */
export function selectLedger(
  db: DrizzleD1Database,
  tenant: TenantId,
  query: AuditQuery,
  cursor: Cursor | null,
) {
  const conditions = conditionsOf(tenant, query);
  if (cursor !== null)
    conditions.push(sql`(${ledger.at}, ${ledger.seq}) < (${cursor[0]}, ${Number(cursor[1])})`);
  return db
    .select({ seq: ledger.seq, at: ledger.at, doc: ledger.doc })
    .from(ledger)
    .where(and(...conditions))
    .orderBy(desc(ledger.at), desc(ledger.seq))
    .limit(query.limit + 1);
}

/** In the order of the chain, after the number. */
export function selectChain(
  db: DrizzleD1Database,
  tenant: TenantId,
  filters: LedgerFilters,
  after: number,
  limit: number,
) {
  return db
    .select({ seq: ledger.seq, doc: ledger.doc })
    .from(ledger)
    .where(and(...conditionsOf(tenant, filters), gt(ledger.seq, after)))
    .orderBy(asc(ledger.seq))
    .limit(limit);
}
