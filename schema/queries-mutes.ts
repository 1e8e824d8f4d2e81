/** The reads of D1 that are about mutes: what is in force, what each hides, and what happened meanwhile. */
import { and, asc, desc, eq, gt, isNull, lte, sql, type SQL } from "drizzle-orm";
import type { DrizzleD1Database } from "drizzle-orm/d1";
import type { TenantId } from "./ids.ts";
import { MUTE_WARNING_MS, MUTE_WARNING_PARTS } from "./limits.ts";
import type { MutesQuery } from "./mutes-api.ts";
import type { Cursor } from "./queries.ts";
import { findings, mutedFindings, mutes } from "./tables.ts";
import type { EpochMs } from "./time.ts";

export type MuteRow = typeof mutes.$inferSelect;

/** The constants stand in the partial indexes' conditions too. */
const IN_FORCE = sql`${mutes.endedAt} is null`;
const ENDED = sql`${mutes.endedAt} is not null`;

/** With the document of the finding that it is of, where it is of one. One more row tells of a next page. */
function selectMutesWhere(db: DrizzleD1Database, condition: SQL | undefined) {
  return db
    .select({ mute: mutes, doc: findings.doc })
    .from(mutes)
    .leftJoin(findings, and(eq(findings.tenant, mutes.tenant), eq(findings.id, mutes.finding)))
    .where(condition);
}

export function selectMutes(
  db: DrizzleD1Database,
  tenant: TenantId,
  query: MutesQuery,
  cursor: Cursor | null,
) {
  const ofTenant = eq(mutes.tenant, tenant);
  if (query.state === "in_force") {
    const from = cursor === null ? undefined : sql`(${mutes.until}, ${mutes.id}) > ${pair(cursor)}`;
    return selectMutesWhere(db, and(ofTenant, IN_FORCE, from))
      .orderBy(asc(mutes.until), asc(mutes.id))
      .limit(query.limit + 1);
  }
  const before =
    cursor === null ? undefined : sql`(${mutes.endedAt}, ${mutes.id}) < ${pair(cursor)}`;
  return selectMutesWhere(db, and(ofTenant, ENDED, before))
    .orderBy(desc(mutes.endedAt), desc(mutes.id))
    .limit(query.limit + 1);
}

function pair([value, id]: Cursor): SQL {
  return sql`(${value}, ${id})`;
}

export function selectMute(db: DrizzleD1Database, tenant: TenantId, id: string) {
  return selectMutesWhere(db, and(eq(mutes.tenant, tenant), eq(mutes.id, id))).limit(1);
}

/** The latest mute of the finding's own, in force or not. */
export function selectLatestOwnMute(db: DrizzleD1Database, tenant: TenantId, finding: string) {
  return db
    .select()
    .from(mutes)
    .where(and(eq(mutes.tenant, tenant), eq(mutes.finding, finding)))
    .orderBy(desc(mutes.createdAt))
    .limit(1);
}

/** The mute that hides the finding for longest. */
export function selectMuteOf(
  db: DrizzleD1Database,
  tenant: TenantId,
  finding: string,
  now: EpochMs,
) {
  return db
    .select({ mute: mutes })
    .from(mutedFindings)
    .innerJoin(mutes, and(eq(mutes.tenant, tenant), eq(mutes.id, mutedFindings.mute)))
    .where(
      and(
        eq(mutedFindings.tenant, tenant),
        eq(mutedFindings.finding, finding),
        gt(mutedFindings.until, now),
      ),
    )
    .orderBy(desc(mutedFindings.until))
    .limit(1);
}

/** How many are in force, and how many of them end before the instant. */
export function selectMuteCounts(
  db: DrizzleD1Database,
  tenant: TenantId,
  now: EpochMs,
  soon: EpochMs,
) {
  return db
    .select({
      inForce: sql<number>`count(*)`,
      endingSoon: sql<number>`count(case when ${mutes.until} <= ${soon} then 1 end)`,
    })
    .from(mutes)
    .where(and(eq(mutes.tenant, tenant), IN_FORCE, gt(mutes.until, now)));
}

/** What happened while each of them hid, so far. A cross join is done in the order in which it stands. */
export function selectMeanwhile(db: DrizzleD1Database, tenant: TenantId, ids: readonly string[]) {
  const open = sql`(${findings.status} = 'open')`;
  const newest = sql`case when ${findings.totalCount} > ${mutedFindings.baseTotalCount} then ${findings.lastSeenAt} end`;
  return db
    .select({
      mute: mutedFindings.mute,
      findings: sql<number>`count(*)`,
      open: sql<number>`sum(${open})`,
      events: sql<number>`sum(max(0, ${findings.totalCount} - ${mutedFindings.baseTotalCount}))`,
      episodesOpened: sql<number>`sum(max(0, ${findings.episode} - ${mutedFindings.baseEpisode}))`,
      episodesResolved: sql<number>`sum(max(0, ${findings.episode} - ${open} - ${mutedFindings.baseEnded}))`,
      newestEventAt: sql<number | null>`max(${newest})`,
    })
    .from(sql`json_each(${JSON.stringify(ids)}) as asked`)
    .crossJoin(mutedFindings)
    .crossJoin(findings)
    .where(
      and(
        eq(mutedFindings.tenant, tenant),
        eq(mutedFindings.mute, sql`asked.value`),
        eq(findings.tenant, tenant),
        eq(findings.id, mutedFindings.finding),
      ),
    )
    .groupBy(mutedFindings.mute);
}

/** What had happened of a finding before the mute hid it. */
export function selectBase(db: DrizzleD1Database, tenant: TenantId, mute: string, finding: string) {
  return db
    .select()
    .from(mutedFindings)
    .where(
      and(
        eq(mutedFindings.tenant, tenant),
        eq(mutedFindings.mute, mute),
        eq(mutedFindings.finding, finding),
      ),
    )
    .limit(1);
}

/** The findings that it hides or has hidden, open ones first, then the newest. */
export function selectHiddenBy(
  db: DrizzleD1Database,
  tenant: TenantId,
  mute: string,
  limit: number,
) {
  return db
    .select({ mutedUntil: findings.mutedUntil, caseId: findings.caseId, doc: findings.doc })
    .from(mutedFindings)
    .crossJoin(findings)
    .where(
      and(
        eq(mutedFindings.tenant, tenant),
        eq(mutedFindings.mute, mute),
        eq(findings.tenant, tenant),
        eq(findings.id, mutedFindings.finding),
      ),
    )
    .orderBy(asc(findings.status), desc(findings.openedAt), desc(findings.id))
    .limit(limit);
}

/** Ids of findings that a mute hides or has hidden, in order, after the one given. */
export function selectHiddenIds(
  db: DrizzleD1Database,
  tenant: TenantId,
  mute: string,
  after: string,
  limit: number,
) {
  return db
    .select({ id: mutedFindings.finding })
    .from(mutedFindings)
    .where(
      and(
        eq(mutedFindings.tenant, tenant),
        eq(mutedFindings.mute, mute),
        gt(mutedFindings.finding, after),
      ),
    )
    .orderBy(asc(mutedFindings.finding))
    .limit(limit);
}

/** What a scope is asked of: open findings, the newest first, with their resources as JSON. */
export function selectOpenSubjects(
  db: DrizzleD1Database,
  tenant: TenantId,
  cursor: Cursor | null,
  limit: number,
) {
  const { openedAt, id } = findings;
  const before = cursor === null ? undefined : sql`(${openedAt}, ${id}) < ${pair(cursor)}`;
  return db
    .select({
      id,
      openedAt,
      rule: findings.rule,
      severity: findings.severity,
      title: sql<string>`${findings.doc} ->> '$.finding.title'`,
      resource: sql<string>`${findings.doc} -> '$.resource'`,
    })
    .from(findings)
    .where(and(eq(findings.tenant, tenant), sql`${findings.status} = 'open'`, before))
    .orderBy(desc(openedAt), desc(id))
    .limit(limit);
}

/** These findings, whole. */
export function selectDocs(db: DrizzleD1Database, tenant: TenantId, ids: readonly string[]) {
  return db
    .select({ doc: findings.doc })
    .from(sql`json_each(${JSON.stringify(ids)}) as asked`)
    .crossJoin(findings)
    .where(and(eq(findings.tenant, tenant), eq(findings.id, sql`asked.value`)));
}

/** Of any tenant: past their end, and not closed. */
export function selectExpired(db: DrizzleD1Database, now: EpochMs, limit: number) {
  return db
    .select()
    .from(mutes)
    .where(and(IN_FORCE, lte(mutes.until, now)))
    .orderBy(asc(mutes.until))
    .limit(limit);
}

/** Of any tenant: those whose end is to be announced; when that is, durable/domain/mute.ts says too. */
export function selectToAnnounce(db: DrizzleD1Database, now: EpochMs, limit: number) {
  const part = sql`(${mutes.until} - ${mutes.createdAt}) / ${MUTE_WARNING_PARTS}`;
  return db
    .select()
    .from(mutes)
    .where(
      and(
        IN_FORCE,
        gt(mutes.until, now),
        lte(mutes.until, now + MUTE_WARNING_MS),
        isNull(mutes.announcedAt),
        sql`${mutes.until} - ${part} <= ${now}`,
      ),
    )
    .orderBy(asc(mutes.until))
    .limit(limit);
}

/** Of any tenant: those whose beginning or end has not been told. */
export function selectUntold(db: DrizzleD1Database, limit: number) {
  return db
    .select()
    .from(mutes)
    .where(sql`told < 1 or (told < 2 and ended_at is not null)`)
    .orderBy(asc(mutes.createdAt))
    .limit(limit);
}

/** Of any tenant: those whose beginning or end has not come through all findings. */
export function selectPending(db: DrizzleD1Database, limit: number) {
  return db
    .select()
    .from(mutes)
    .where(sql`${mutes.pending} is not null`)
    .orderBy(asc(mutes.createdAt))
    .limit(limit);
}
