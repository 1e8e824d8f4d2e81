/** Resources as D1 knows them: those that findings are about. */
import { and, asc, eq, inArray, sql } from "drizzle-orm";
import type { DrizzleD1Database } from "drizzle-orm/d1";
import type { TenantId } from "./ids.ts";
import { findingConditions, unindexed } from "./queries.ts";
import type { ResourcesQuery } from "./resource.ts";
import { findings } from "./tables.ts";
import type { EpochMs } from "./time.ts";

/**
 * By their ids, with what all of their findings say; one more than asked for where there is another page. A resource
 * is found by any of its findings.
 */
export function selectResources(
  db: DrizzleD1Database,
  tenant: TenantId,
  query: ResourcesQuery,
  after: string | null,
  now: EpochMs,
) {
  return db
    .select({
      id: findings.resource,
      open: sql<number>`sum(${findings.status} = 'open')`,
      unverified: sql<number>`sum(${findings.status} = 'open' and ${findings.deadlineAt} is null)`,
      resolved: sql<number>`sum(${findings.status} = 'resolved')`,
      lastSeenAt: sql<number>`max(${findings.lastSeenAt})`,
      // SQLite takes it from the row that has the maximum: the resource as it was seen last.
      doc: findings.doc,
    })
    .from(findings)
    .where(
      and(
        eq(findings.tenant, tenant),
        inArray(findings.resource, idsOf(db, tenant, query, after, now)),
      ),
    )
    .groupBy(findings.resource)
    .orderBy(asc(findings.resource));
}

function idsOf(
  db: DrizzleD1Database,
  tenant: TenantId,
  { host, namespace, workload, q, limit }: ResourcesQuery,
  after: string | null,
  now: EpochMs,
) {
  const filters = { host, namespace, workload, q, status: [], severity: [] };
  const conditions = findingConditions(tenant, filters, now);
  // In one place there are few rows: better read those and sort them than walk the tenant's in order.
  const few = [host, namespace, workload].some(Boolean);
  const by = few ? unindexed(findings.resource) : sql`${findings.resource}`;
  if (after !== null) conditions.push(sql`${by} > ${after}`);
  return db
    .selectDistinct({ id: sql<string>`${by}`.as("id") })
    .from(findings)
    .where(and(...conditions))
    .orderBy(asc(by))
    .limit(limit + 1);
}
