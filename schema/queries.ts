/**
 * The reads of the D1 model that the API and the dashboard share. Every list is a keyset walk along an
 * index of the tenant; D1 bills the rows that are read.
 */
import {
  and,
  asc,
  desc,
  eq,
  getTableColumns,
  gt,
  inArray,
  isNotNull,
  isNull,
  lt,
  lte,
  or,
  sql,
  type SQL,
} from "drizzle-orm";
import type { DrizzleD1Database } from "drizzle-orm/d1";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import type { FindingsQuery, Grouping, SignalsQuery } from "./api.ts";
import { decodeText, encodeText } from "./base64url.ts";
import { containerResourceId, hostResourceId, parseResourceId, type TenantId } from "./ids.ts";
import { episodes, findings, signals } from "./tables.ts";
import type { EpochMs } from "./time.ts";

/** Where a page ended: the sort value and the id of its last row. */
export type Cursor = [value: number, id: string];

export function encodeCursor([value, id]: Cursor): string {
  return encodeText(JSON.stringify([value, id]));
}

/** Null if it is not one of ours. */
export function decodeCursor(text: string): Cursor | null {
  try {
    const [value, id] = JSON.parse(decodeText(text)) as unknown[];
    return typeof value === "number" && typeof id === "string" ? [value, id] : null;
  } catch {
    return null;
  }
}

/** A resource by its id, a container by any spelling of its id, or a host by its name. */
export function resourceIds(text: string): string[] {
  const id = parseResourceId(text);
  if (id !== null && text.startsWith("host:")) return [hostResourceId(text.slice(5))];
  if (id !== null && text.startsWith("container:")) return [containerResourceId(text.slice(10))];
  return [containerResourceId(text), hostResourceId(text)];
}

/** Matches any part of the text as it stands. Not by LIKE: D1 takes patterns of 50 bytes at the most. */
function contains(column: SQLiteColumn, text: string): SQL {
  return sql`instr(${column}, ${text.toLowerCase()}) > 0`;
}

type FindingFilters = Omit<FindingsQuery, "limit" | "cursor" | "groupBy" | "sort">;

/** The conditions of a findings list but for its page. */
export function findingConditions(tenant: TenantId, query: FindingFilters, now: EpochMs): SQL[] {
  const conditions: SQL[] = query.host
    ? [eq(unindexed(findings.tenant), tenant), onHost(tenant, query.host)]
    : [eq(findings.tenant, tenant)];
  const equal = (column: SQLiteColumn, value: string | undefined) => {
    if (value !== undefined && value !== "") conditions.push(eq(column, value));
  };
  if (query.status.length > 0) conditions.push(inArray(findings.status, query.status));
  if (query.severity.length > 0) conditions.push(inArray(findings.severity, query.severity));
  equal(findings.rule, query.rule);
  equal(findings.resourceType, query.resourceType);
  if (query.resource) conditions.push(inArray(findings.resource, resourceIds(query.resource)));
  equal(findings.namespace, query.namespace);
  equal(findings.workload, query.workload);
  equal(findings.service, query.service);
  // The constant stands in the partial index's condition too: a bound parameter would not match it.
  if (query.muted === "true")
    conditions.push(sql`${findings.mutedUntil} > 0`, gt(findings.mutedUntil, now));
  if (query.muted === "false") conditions.push(lte(findings.mutedUntil, now));
  if (query.regressed === "true") conditions.push(isNotNull(findings.regressedAt));
  if (query.regressed === "false") conditions.push(isNull(findings.regressedAt));
  if (query.case) conditions.push(isNotNull(findings.caseId), eq(findings.caseId, query.case));
  if (query.q) conditions.push(contains(findings.search, query.q));
  return conditions;
}

/**
 * A host is asked for by its name or by its id: two walks. The tenant stands in both, and is hidden outside,
 * or SQLite, which knows nothing of how large tenants are, walks the whole tenant instead.
 */
function onHost(tenant: TenantId, host: string): SQL {
  const ofTenant = eq(findings.tenant, tenant);
  const byName = and(ofTenant, eq(findings.host, host));
  const either = or(byName, and(ofTenant, eq(findings.owner, hostResourceId(host))));
  if (either === undefined) throw new Error("two conditions make one");
  return either;
}

/** As the column, but no index will be chosen for its sake: SQLite likes an order better than a filter. */
export function unindexed(column: SQLiteColumn): SQL {
  return sql`+${column}`;
}

const SORTS = {
  opened: { column: findings.openedAt, descending: true },
  lastSeen: { column: findings.lastSeenAt, descending: true },
  severity: { column: findings.severityRank, descending: false },
  deadline: { column: findings.deadlineAt, descending: false },
} as const;

/** One more row than asked for tells whether there is a next page. */
export function selectFindings(
  db: DrizzleD1Database,
  tenant: TenantId,
  query: FindingsQuery,
  cursor: Cursor | null,
  now: EpochMs,
) {
  const { column, descending } = SORTS[query.sort];
  const conditions = findingConditions(tenant, query, now);
  if (query.sort === "deadline") conditions.push(isNotNull(findings.deadlineAt));
  // Of one resource or host there are few rows: better read those and sort them than walk the tenant's in order.
  const few = Boolean(query.resource) || Boolean(query.host);
  const by = few ? unindexed(column) : column;
  if (cursor !== null) conditions.push(after(by, findings.id, descending, cursor));
  const order = descending ? [desc(by), desc(findings.id)] : [asc(by), asc(findings.id)];
  return db
    .select({
      id: findings.id,
      sortValue: column,
      mutedUntil: findings.mutedUntil,
      caseId: findings.caseId,
      doc: findings.doc,
    })
    .from(findings)
    .where(and(...conditions))
    .orderBy(...order)
    .limit(query.limit + 1);
}

/** The keyset condition as a row value, which SQLite answers from the index. */
function after(
  column: SQLiteColumn | SQL,
  id: SQLiteColumn,
  descending: boolean,
  [value, last]: Cursor,
): SQL {
  return descending
    ? sql`(${column}, ${id}) < (${value}, ${last})`
    : sql`(${column}, ${id}) > (${value}, ${last})`;
}

const GROUP_COLUMNS: Record<Grouping, SQLiteColumn> = {
  rule: findings.rule,
  workload: findings.workload,
  resource: findings.resource,
  host: findings.host,
};

/** Groups by worst severity, then by key; the cursor is over rank and key. */
export function selectGroups(
  db: DrizzleD1Database,
  tenant: TenantId,
  query: FindingsQuery,
  grouping: Grouping,
  cursor: Cursor | null,
  now: EpochMs,
) {
  const column = GROUP_COLUMNS[grouping];
  const rank = sql<number>`min(${findings.severityRank})`;
  const conditions = [...findingConditions(tenant, query, now), isNotNull(unindexed(column))];
  const selected = db
    .select({
      key: sql<string>`${column}`,
      findings: sql<number>`count(*)`,
      open: sql<number>`sum(${findings.status} = 'open')`,
      resources: sql<number>`count(distinct ${findings.resource})`,
      namespaces: sql<number>`count(distinct ${findings.namespace})`,
      count: sql<number>`sum(${findings.count})`,
      severityRank: rank,
      oldestOpenedAt: sql<number>`min(${findings.openedAt})`,
      lastSeenAt: sql<number>`max(${findings.lastSeenAt})`,
      // Of any of the group's rows: its label is the same in all.
      doc: findings.doc,
    })
    .from(findings)
    .where(and(...conditions))
    .groupBy(unindexed(column));
  const paged =
    cursor === null
      ? selected
      : selected.having(sql`(${rank}, ${column}) > (${cursor[0]}, ${cursor[1]})`);
  return paged.orderBy(asc(rank), asc(column)).limit(query.limit + 1);
}

/** Counts by status, severity and whether anyone is watching, under the filters but for status. */
export function selectCounts(
  db: DrizzleD1Database,
  tenant: TenantId,
  query: FindingFilters,
  now: EpochMs,
) {
  return db
    .select({
      status: findings.status,
      severity: findings.severity,
      unverified: sql<number>`sum(${findings.deadlineAt} is null)`,
      n: sql<number>`count(*)`,
    })
    .from(findings)
    .where(and(...findingConditions(tenant, { ...query, status: [] }, now)))
    .groupBy(unindexed(findings.status), unindexed(findings.severity));
}

export function countOpenedSince(
  db: DrizzleD1Database,
  tenant: TenantId,
  query: FindingFilters,
  since: EpochMs,
  now: EpochMs,
) {
  return db
    .select({ n: sql<number>`count(*)` })
    .from(findings)
    .where(and(...findingConditions(tenant, query, now), gt(findings.openedAt, since)));
}

export function selectFinding(db: DrizzleD1Database, tenant: TenantId, id: string) {
  return db
    .select({
      owner: findings.owner,
      mutedUntil: findings.mutedUntil,
      caseId: findings.caseId,
      doc: findings.doc,
    })
    .from(findings)
    .where(and(eq(findings.tenant, tenant), eq(findings.id, id)))
    .limit(1);
}

/** The resolved history of a finding, newest first. */
export function selectEpisodes(
  db: DrizzleD1Database,
  tenant: TenantId,
  finding: string,
  limit: number,
  cursor: Cursor | null,
) {
  const conditions = [eq(episodes.tenant, tenant), eq(episodes.finding, finding)];
  if (cursor !== null) conditions.push(lt(episodes.episode, cursor[0]));
  // A page of certificates would be half a megabyte.
  const {
    certificateClaims: _,
    certificateKid: __,
    certificateJws: ___,
    ...columns
  } = getTableColumns(episodes);
  return db
    .select(columns)
    .from(episodes)
    .where(and(...conditions))
    .orderBy(desc(episodes.episode))
    .limit(limit + 1);
}

export function selectSignals(
  db: DrizzleD1Database,
  tenant: TenantId,
  query: SignalsQuery,
  cursor: Cursor | null,
) {
  const conditions: SQL[] = [eq(signals.tenant, tenant)];
  const equal = (column: SQLiteColumn, value: string | undefined) => {
    if (value !== undefined && value !== "") conditions.push(eq(column, value));
  };
  if (query.severity.length > 0) conditions.push(inArray(signals.severity, query.severity));
  equal(signals.rule, query.rule);
  if (query.resource) conditions.push(inArray(signals.resource, resourceIds(query.resource)));
  equal(signals.host, query.host);
  equal(signals.namespace, query.namespace);
  equal(signals.workload, query.workload);
  if (query.q) conditions.push(contains(signals.search, query.q));
  if (cursor !== null) conditions.push(after(signals.firstSeenAt, signals.id, true, cursor));
  return db
    .select({ id: signals.id, sortValue: signals.firstSeenAt, doc: signals.doc })
    .from(signals)
    .where(and(...conditions))
    .orderBy(desc(signals.firstSeenAt), desc(signals.id))
    .limit(query.limit + 1);
}

export function selectSignal(db: DrizzleD1Database, tenant: TenantId, id: string) {
  return db
    .select({ doc: signals.doc })
    .from(signals)
    .where(and(eq(signals.tenant, tenant), eq(signals.id, id)))
    .limit(1);
}

/** Owners of open findings whose deadline passed before the instant, for the sweep. */
export function selectOverdueOwners(db: DrizzleD1Database, before: EpochMs, limit: number) {
  return db
    .selectDistinct({
      tenant: sql<string>`${unindexed(findings.tenant)}`,
      owner: sql<string>`${unindexed(findings.owner)}`,
    })
    .from(findings)
    .where(and(sql`${findings.status} = 'open'`, lt(findings.deadlineAt, before)))
    .limit(limit);
}

/**
 * Owners that hold a rule's findings open, for a change of that rule; `before`: only those of findings that
 * follow a version of the configuration from before that one.
 */
export function selectOwnersOfRule(
  db: DrizzleD1Database,
  tenant: TenantId,
  rule: string,
  before: number | null,
  limit: number,
) {
  const conditions = [
    eq(findings.tenant, tenant),
    eq(findings.rule, rule),
    sql`${findings.status} = 'open'`,
  ];
  if (before !== null)
    conditions.push(sql`${findings.doc} ->> '$.finding.rulesVersion' < ${before}`);
  return db
    .selectDistinct({ owner: sql<string>`${unindexed(findings.owner)}` })
    .from(findings)
    .where(and(...conditions))
    .limit(limit);
}

/**
 * Roll-ups that have spread so far that findings of theirs should rise, over all tenants. A roll-up has a
 * finding for each resource. Reads one index alone: what is open under rules with a step of spread.
 */
export function selectSpreads(db: DrizzleD1Database, limit: number) {
  const resources = sql<number>`count(*)`;
  return db
    .select({
      tenant: findings.tenant,
      // As the index's condition says.
      rollup: sql<string>`${findings.spreadRollup}`,
      resources,
    })
    .from(findings)
    .where(and(sql`${findings.status} = 'open'`, isNotNull(findings.spreadRollup)))
    .groupBy(findings.tenant, findings.spreadRollup)
    .having(sql`${resources} >= min(${findings.spreadNext})`)
    .limit(limit);
}

/** Who holds findings of the roll-up that rise when so many resources have one. */
export function selectOwnersOfSpread(
  db: DrizzleD1Database,
  tenant: TenantId,
  { rollup, resources }: { rollup: string; resources: number },
  limit: number,
) {
  return db
    .selectDistinct({ owner: findings.owner })
    .from(findings)
    .where(
      and(
        eq(findings.tenant, tenant),
        eq(findings.spreadRollup, rollup),
        sql`${findings.status} = 'open'`,
        lte(findings.spreadNext, resources),
      ),
    )
    .limit(limit);
}

/** Who holds an open finding of the resource. */
export function selectOwnersOfResource(
  db: DrizzleD1Database,
  tenant: TenantId,
  resource: string,
  limit: number,
) {
  return db
    .selectDistinct({ owner: sql<string>`${unindexed(findings.owner)}` })
    .from(findings)
    .where(
      and(
        eq(findings.tenant, tenant),
        eq(findings.resource, resource),
        sql`${findings.status} = 'open'`,
      ),
    )
    .limit(limit);
}

/** Who holds any open finding. */
export function selectOpenOwners(db: DrizzleD1Database, tenant: TenantId, limit: number) {
  return db
    .selectDistinct({ owner: sql<string>`${unindexed(findings.owner)}` })
    .from(findings)
    .where(and(eq(findings.tenant, tenant), sql`${findings.status} = 'open'`))
    .limit(limit);
}
