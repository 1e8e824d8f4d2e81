/** The reads of D1 that are about cases: lists, one of them with all that belongs to it, and what the sweep looks for. */
import {
  and,
  asc,
  desc,
  eq,
  getTableColumns,
  inArray,
  isNotNull,
  isNull,
  lt,
  sql,
  type SQL,
} from "drizzle-orm";
import type { DrizzleD1Database } from "drizzle-orm/d1";
import type { CasesQuery } from "./case.ts";
import type { TenantId } from "./ids.ts";
import { MAX_CASE_NOTES, MAX_FINDINGS_OF_CASE } from "./limits.ts";
import { type Cursor, unindexed } from "./queries.ts";
import { ofWorkload } from "./queries-rollups.ts";
import type { RollupKey } from "./rollup.ts";
import {
  caseChecklist,
  caseFindings,
  caseNotes,
  caseOutbox,
  cases,
  caseSignals,
  caseTimeline,
  episodes,
  findings,
  ledger,
  signals,
} from "./tables.ts";
import type { EpochMs } from "./time.ts";

const OF_CASE = sql`${caseFindings.tenant} = ${cases.tenant} and ${caseFindings.case} = ${cases.id}`;
const OPEN = sql`select count(*) from ${caseFindings} cross join ${findings} where ${OF_CASE}
  and ${findings.tenant} = ${cases.tenant} and ${findings.id} = ${caseFindings.finding}
  and ${findings.status} = 'open'`;

const OPEN_FINDING = sql`${unindexed(findings.status)} = 'open'`;

/** Columns that stand in the selected expression itself, drizzle writes without their table. */
const SIGNAL_OF_CASE = sql`${caseSignals.tenant} = ${cases.tenant} and ${caseSignals.case} = ${cases.id}`;

/** With the numbers of what is linked. */
const COLUMNS = {
  row: getTableColumns(cases),
  findings: sql<number>`(select count(*) from ${caseFindings} where ${OF_CASE})`,
  open: sql<number>`(${OPEN})`,
  signals: sql<number>`(select count(*) from ${caseSignals} where ${SIGNAL_OF_CASE})`,
};

/** The constant stands in the condition of partial indexes too. */
const NOT_CLOSED = sql`${cases.status} <> 'closed'`;

type CaseFilters = Omit<CasesQuery, "status" | "sort" | "limit" | "cursor">;

/** What narrows a list of cases, but for their status. */
function matching(tenant: TenantId, query: CaseFilters, now: EpochMs): SQL[] {
  const where = [eq(cases.tenant, tenant)];
  if (query.priority.length > 0) where.push(inArray(cases.priority, query.priority));
  if (query.assignee === "none") where.push(isNull(cases.assignee));
  else if (query.assignee) where.push(eq(cases.assignee, query.assignee));
  if (query.team) where.push(eq(cases.team, query.team));
  if (query.label) {
    const label = sql`select 1 from json_each(${cases.labels}) where value = ${query.label}`;
    where.push(sql`exists (${label})`);
  }
  if (query.overdue) where.push(NOT_CLOSED, lt(cases.dueAt, now));
  if (query.q) {
    const text = query.q.toLowerCase();
    where.push(sql`(instr(${cases.search}, ${text}) > 0 or lower(${cases.id}) = ${text})`);
  }
  return where;
}

/** Columns that a list is sorted by; what is equal in the first is in the order of numbers. */
const SORTS = {
  created: { by: cases.n, order: desc },
  updated: { by: cases.updatedAt, order: desc },
  priority: { by: cases.priority, order: asc },
  due: { by: cases.dueAt, order: asc },
} as const;

/** In the order that `sort` says; a cursor is a case's number and what it is sorted by. One more row tells of a next page. */
export function selectCases(
  db: DrizzleD1Database,
  tenant: TenantId,
  query: CasesQuery,
  cursor: Cursor | null,
  now: EpochMs,
) {
  const where = matching(tenant, query, now);
  if (query.status.length > 0) where.push(inArray(cases.status, query.status));
  if (query.sort === "due") where.push(isNotNull(cases.dueAt));
  if (query.status.length > 0 && !query.status.includes("closed")) where.push(NOT_CLOSED);
  const { by, order } = SORTS[query.sort];
  const numbered = by === cases.n;
  if (cursor !== null) {
    const [n, value] = cursor;
    const after = sql.raw(order === desc ? "<" : ">");
    // Text is compared with a column of numbers as the number that it is.
    where.push(
      numbered ? sql`${cases.n} ${after} ${n}` : sql`(${by}, ${cases.n}) ${after} (${value}, ${n})`,
    );
  }
  return db
    .select(COLUMNS)
    .from(cases)
    .where(and(...where))
    .orderBy(...(numbered ? [order(by)] : [order(by), order(cases.n)]))
    .limit(query.limit + 1);
}

/** How many there are under the filters that are not closed, by status; and of these, the overdue and one member's. */
export function selectCaseCounts(
  db: DrizzleD1Database,
  tenant: TenantId,
  query: CaseFilters,
  member: string,
  now: EpochMs,
) {
  const alive = inArray(cases.status, ["open", "in_progress", "fixed"]);
  return db
    .select({
      status: cases.status,
      n: sql<number>`count(*)`,
      overdue: sql<number>`coalesce(sum(${cases.dueAt} < ${now}), 0)`,
      own: sql<number>`coalesce(sum(${cases.assignee} = ${member}), 0)`,
    })
    .from(cases)
    .where(and(...matching(tenant, query, now), alive))
    .groupBy(cases.status);
}

export function selectCase(db: DrizzleD1Database, tenant: TenantId, id: string) {
  return db
    .select(COLUMNS)
    .from(cases)
    .where(and(eq(cases.tenant, tenant), eq(cases.id, id)))
    .limit(1);
}

/** The one that such a request has made. */
export function selectCaseByKey(db: DrizzleD1Database, tenant: TenantId, idempotency: string) {
  return db
    .select({ id: cases.id, digest: cases.digest })
    .from(cases)
    .where(and(eq(cases.tenant, tenant), eq(cases.idempotency, idempotency)))
    .limit(1);
}

/** The latest of each of these roll-ups, closed or not. */
export function selectCasesOfRollups(
  db: DrizzleD1Database,
  tenant: TenantId,
  keys: readonly string[],
) {
  const latest = sql`(select max(latest.n) from ${cases} as latest
    where latest.tenant = ${cases.tenant} and latest.rollup = ${cases.rollup})`;
  return db
    .select(COLUMNS)
    .from(cases)
    .where(
      and(
        eq(cases.tenant, tenant),
        sql`${cases.rollup} is not null`,
        inArray(cases.rollup, valuesOf(keys)),
        sql`${cases.n} = ${latest}`,
      ),
    );
}

/** The open findings of a roll-up, each with the status of the case that it is in. */
export function selectOpenOfRollup(db: DrizzleD1Database, tenant: TenantId, key: RollupKey) {
  return db
    .select({ id: findings.id, caseStatus: cases.status })
    .from(findings)
    .leftJoin(cases, and(eq(cases.tenant, findings.tenant), eq(cases.id, findings.caseId)))
    .where(and(...ofWorkload(tenant, key), eq(unindexed(findings.rule), key.rule), OPEN_FINDING))
    .limit(MAX_FINDINGS_OF_CASE);
}

/** Of a case, whole, in the order in which they were linked. */
export function selectFindingsOfCase(db: DrizzleD1Database, tenant: TenantId, id: string) {
  return db
    .select({
      id: findings.id,
      owner: findings.owner,
      status: findings.status,
      mutedUntil: findings.mutedUntil,
      caseId: findings.caseId,
      doc: findings.doc,
    })
    .from(caseFindings)
    .crossJoin(findings)
    .where(
      and(
        eq(caseFindings.tenant, tenant),
        eq(caseFindings.case, id),
        eq(findings.tenant, tenant),
        eq(findings.id, caseFindings.finding),
      ),
    )
    .orderBy(asc(caseFindings.linkedAt), asc(caseFindings.finding))
    .limit(MAX_FINDINGS_OF_CASE);
}

export function selectSignalsOfCase(db: DrizzleD1Database, tenant: TenantId, id: string) {
  return db
    .select({ doc: signals.doc })
    .from(caseSignals)
    .crossJoin(signals)
    .where(
      and(
        eq(caseSignals.tenant, tenant),
        eq(caseSignals.case, id),
        eq(signals.tenant, tenant),
        eq(signals.id, caseSignals.signal),
      ),
    )
    .limit(MAX_FINDINGS_OF_CASE);
}

export function selectNotes(db: DrizzleD1Database, tenant: TenantId, id: string) {
  return db
    .select()
    .from(caseNotes)
    .where(and(eq(caseNotes.tenant, tenant), eq(caseNotes.case, id)))
    .orderBy(asc(caseNotes.createdAt), asc(caseNotes.id))
    .limit(MAX_CASE_NOTES);
}

export function selectChecklist(db: DrizzleD1Database, tenant: TenantId, id: string) {
  return db
    .select()
    .from(caseChecklist)
    .where(and(eq(caseChecklist.tenant, tenant), eq(caseChecklist.case, id)))
    .orderBy(asc(caseChecklist.position), asc(caseChecklist.id));
}

/** After the cursor, the oldest or the newest first. One more row tells of a next page. */
export function selectTimeline(
  db: DrizzleD1Database,
  tenant: TenantId,
  id: string,
  cursor: Cursor | null,
  limit: number,
  first: "oldest" | "newest" = "oldest",
) {
  const { at } = caseTimeline;
  const [order, after] = first === "oldest" ? [asc, sql.raw(">")] : [desc, sql.raw("<")];
  const rest =
    cursor === null
      ? undefined
      : sql`(${at}, ${caseTimeline.id}) ${after} (${cursor[0]}, ${cursor[1]})`;
  return db
    .select()
    .from(caseTimeline)
    .where(and(eq(caseTimeline.tenant, tenant), eq(caseTimeline.case, id), rest))
    .orderBy(order(at), order(caseTimeline.id))
    .limit(limit + 1);
}

/** The resolved episodes of its findings, for its record. */
export function selectEpisodesOfCase(db: DrizzleD1Database, tenant: TenantId, id: string) {
  return db
    .select({ episode: getTableColumns(episodes) })
    .from(caseFindings)
    .crossJoin(episodes)
    .where(
      and(
        eq(caseFindings.tenant, tenant),
        eq(caseFindings.case, id),
        eq(episodes.tenant, tenant),
        eq(episodes.finding, caseFindings.finding),
      ),
    )
    .orderBy(asc(episodes.finding), asc(episodes.episode));
}

/** What the ledger says of it, in the order of the chain. */
export function selectLedgerOfCase(db: DrizzleD1Database, tenant: TenantId, id: string) {
  return db
    .select({ doc: ledger.doc })
    .from(ledger)
    .where(and(eq(ledger.tenant, tenant), eq(ledger.subject, id)))
    .orderBy(asc(unindexed(ledger.seq)));
}

/** These findings with the cases that they are in. */
export function selectWithCases(db: DrizzleD1Database, tenant: TenantId, ids: readonly string[]) {
  return db
    .select({
      id: findings.id,
      status: findings.status,
      mutedUntil: findings.mutedUntil,
      caseId: findings.caseId,
      caseStatus: cases.status,
      doc: findings.doc,
    })
    .from(sql`json_each(${JSON.stringify(ids)}) as asked`)
    .crossJoin(findings)
    .leftJoin(cases, and(eq(cases.tenant, findings.tenant), eq(cases.id, findings.caseId)))
    .where(and(eq(findings.tenant, tenant), eq(findings.id, sql`asked.value`)));
}

/** Which of these signals there are. */
export function selectSignalIds(db: DrizzleD1Database, tenant: TenantId, ids: readonly string[]) {
  return db
    .select({ id: signals.id })
    .from(signals)
    .where(and(eq(signals.tenant, tenant), inArray(signals.id, valuesOf(ids))));
}

/** Of any tenant: said to be fixed, those first that have not been looked at for longest. */
export function selectClaimedCases(db: DrizzleD1Database, limit: number) {
  return db
    .select({ tenant: cases.tenant, id: cases.id })
    .from(cases)
    .where(sql`${cases.status} = 'fixed'`)
    .orderBy(asc(cases.sweptAt))
    .limit(limit);
}

/** Of any tenant: those of which something is still to be done. */
export function selectCasesOnDuty(db: DrizzleD1Database, limit: number) {
  return db
    .select({ tenant: cases.tenant, id: cases.id })
    .from(cases)
    .where(sql`${cases.duty} is not null`)
    .orderBy(asc(cases.sweptAt))
    .limit(limit);
}

/** Of any tenant, or of one case: what is to be told, in the order in which it happened. */
export function selectCaseNews(
  db: DrizzleD1Database,
  of: { tenant: TenantId; id: string } | null,
  limit: number,
) {
  const one =
    of === null ? undefined : and(eq(caseOutbox.tenant, of.tenant), eq(caseOutbox.case, of.id));
  const order =
    of === null ? [asc(caseOutbox.at), asc(caseOutbox.version)] : [asc(caseOutbox.version)];
  return db
    .select()
    .from(caseOutbox)
    .where(one)
    .orderBy(...order)
    .limit(limit);
}

function valuesOf(values: readonly string[]): SQL {
  return sql`(select value from json_each(${JSON.stringify(values)}))`;
}

/** The newest open findings that no case is about. */
export function selectOpenWithoutCase(db: DrizzleD1Database, tenant: TenantId, limit: number) {
  return db
    .select({ doc: findings.doc })
    .from(findings)
    .where(
      and(
        eq(findings.tenant, tenant),
        eq(findings.status, "open"),
        isNull(unindexed(findings.caseId)),
      ),
    )
    .orderBy(desc(findings.openedAt), desc(findings.id))
    .limit(limit);
}
