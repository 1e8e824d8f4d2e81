/** The reads of D1 that are about trackers: tickets of cases, and what hooks have said. */
import { and, asc, eq, gt, isNotNull, isNull, lt, sql } from "drizzle-orm";
import type { DrizzleD1Database } from "drizzle-orm/d1";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import type { TenantId } from "./ids.ts";
import { SWEEP_HOOKS } from "./limits.ts";
import { caseTickets, trackerInbox } from "./tables.ts";
import type { EpochMs } from "./time.ts";

type Hook = typeof trackerInbox.$inferSelect;

/** The oldest first. */
export function selectTickets(db: DrizzleD1Database, tenant: TenantId, id: string) {
  return db
    .select()
    .from(caseTickets)
    .where(and(eq(caseTickets.tenant, tenant), eq(caseTickets.case, id)))
    .orderBy(asc(caseTickets.createdAt), asc(caseTickets.endpoint));
}

/** What has not taken effect, in the order in which it came in. */
export function selectWaitingHooksOfCase(db: DrizzleD1Database, tenant: TenantId, id: string) {
  return db
    .select()
    .from(trackerInbox)
    .where(
      and(
        eq(trackerInbox.tenant, tenant),
        eq(trackerInbox.case, id),
        isNull(trackerInbox.appliedAt),
      ),
    )
    .orderBy(asc(trackerInbox.receivedAt), asc(trackerInbox.id))
    .limit(SWEEP_HOOKS);
}

/** Of all tenants. */
export function selectWaitingHooks(db: DrizzleD1Database, before: EpochMs, limit: number) {
  return db
    .select()
    .from(trackerInbox)
    .where(and(isNull(trackerInbox.appliedAt), lt(trackerInbox.receivedAt, before)))
    .orderBy(asc(trackerInbox.receivedAt), asc(trackerInbox.id))
    .limit(limit);
}

/** Whether something newer, by the tracker's clock, has taken effect on the same ticket. */
export async function isOvertaken(
  db: DrizzleD1Database,
  { tenant, endpoint, case: id, statusAt, assigneeAt }: Hook,
): Promise<{ status: boolean; assignee: boolean }> {
  const newer = async (column: SQLiteColumn, at: EpochMs | null) => {
    if (at === null) return false;
    const found = await db
      .select({ id: trackerInbox.id })
      .from(trackerInbox)
      .where(
        and(
          eq(trackerInbox.tenant, tenant),
          eq(trackerInbox.case, id),
          eq(trackerInbox.endpoint, endpoint),
          isNotNull(trackerInbox.appliedAt),
          gt(column, at),
        ),
      )
      .limit(1);
    return found.length > 0;
  };
  return {
    status: await newer(trackerInbox.statusAt, statusAt),
    assignee: await newer(trackerInbox.assigneeAt, assigneeAt),
  };
}

/** The row itself. */
export function thisHook({ tenant, endpoint, id }: Pick<Hook, "tenant" | "endpoint" | "id">) {
  return and(
    eq(trackerInbox.tenant, tenant),
    eq(trackerInbox.endpoint, endpoint),
    eq(trackerInbox.id, id),
  );
}

/** It has not taken effect. */
export function isWaiting(row: Pick<Hook, "tenant" | "endpoint" | "id">) {
  return sql`exists (select 1 from ${trackerInbox} where ${thisHook(row)} and ${trackerInbox.appliedAt} is null)`;
}

export async function deleteAppliedHooks(db: DrizzleD1Database, before: EpochMs): Promise<void> {
  await db
    .delete(trackerInbox)
    .where(and(isNotNull(trackerInbox.appliedAt), lt(trackerInbox.appliedAt, before)));
}
