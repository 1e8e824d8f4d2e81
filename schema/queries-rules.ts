/** The reads of D1 that are about rules: their history, what exceptions have hidden, and the samples that rules are tried on. */
import { and, desc, eq, lt, sql, type SQL } from "drizzle-orm";
import type { DrizzleD1Database } from "drizzle-orm/d1";
import type { RuleChangesQuery } from "./rules-api.ts";
import type { FindingId, TenantId } from "./ids.ts";
import type { Cursor } from "./queries.ts";
import { exceptionHits, findings, ruleChanges, ruleRetirements, signals } from "./tables.ts";

/** Newest first; the cursor is over the version. One more row than asked for tells of a next page. */
export function selectRuleChanges(
  db: DrizzleD1Database,
  tenant: TenantId,
  query: RuleChangesQuery,
  cursor: Cursor | null,
) {
  const conditions: SQL[] = [eq(ruleChanges.tenant, tenant)];
  if (query.subject) conditions.push(eq(ruleChanges.subject, query.subject));
  if (cursor !== null) conditions.push(lt(ruleChanges.version, cursor[0]));
  return db
    .select()
    .from(ruleChanges)
    .where(and(...conditions))
    .orderBy(desc(ruleChanges.version))
    .limit(query.limit + 1);
}

/** All of the tenant's: there are few exceptions. */
export function selectExceptionHits(db: DrizzleD1Database, tenant: TenantId) {
  return db
    .select({
      exception: exceptionHits.exception,
      n: exceptionHits.n,
      lastAt: exceptionHits.lastAt,
    })
    .from(exceptionHits)
    .where(eq(exceptionHits.tenant, tenant));
}

/** Rules of any tenant that went out of force, and whose findings may still be open. Rows are few, and go. */
export function selectRetirements(db: DrizzleD1Database, limit: number) {
  return db.select().from(ruleRetirements).limit(limit);
}

/** Only the retirement that was read: the rule may have been retired anew since. */
export function deleteRetirement(
  db: DrizzleD1Database,
  { tenant, rule, change }: typeof ruleRetirements.$inferSelect,
) {
  return db
    .delete(ruleRetirements)
    .where(
      and(
        eq(ruleRetirements.tenant, tenant),
        eq(ruleRetirements.rule, rule),
        eq(ruleRetirements.change, change),
      ),
    );
}

/** The samples of the newest findings, with their resources, as JSON. */
export function selectFindingSamples(db: DrizzleD1Database, tenant: TenantId, limit: number) {
  return db
    .select({
      id: findings.id,
      samples: sql<string>`${findings.doc} -> '$.finding.samples'`,
      resource: sql<string>`${findings.doc} -> '$.resource'`,
    })
    .from(findings)
    .where(eq(findings.tenant, tenant))
    .orderBy(desc(findings.openedAt), desc(findings.id))
    .limit(limit);
}

/** The samples of the newest signals, with their resources, as JSON. */
export function selectSignalSamples(db: DrizzleD1Database, tenant: TenantId, limit: number) {
  return db
    .select({
      id: signals.id,
      sample: sql<string>`${signals.doc} -> '$.signal.sample'`,
      resource: sql<string>`${signals.doc} -> '$.resource'`,
    })
    .from(signals)
    .where(eq(signals.tenant, tenant))
    .orderBy(desc(signals.firstSeenAt), desc(signals.id))
    .limit(limit);
}

/** The newest open findings of a rule, whole. */
export function selectOpenOfRule(
  db: DrizzleD1Database,
  tenant: TenantId,
  rule: string,
  limit: number,
) {
  return db
    .select({ id: findings.id, doc: findings.doc })
    .from(findings)
    .where(
      and(eq(findings.tenant, tenant), eq(findings.rule, rule), sql`${findings.status} = 'open'`),
    )
    .orderBy(desc(findings.openedAt), desc(findings.id))
    .limit(limit);
}

/** Which of these findings there are, and whether they are open. A cross join is done in the order in which it stands. */
export function selectFindingStates(
  db: DrizzleD1Database,
  tenant: TenantId,
  ids: readonly FindingId[],
) {
  return db
    .select({ id: findings.id, status: findings.status })
    .from(sql`json_each(${JSON.stringify(ids)}) as asked`)
    .crossJoin(findings)
    .where(and(eq(findings.tenant, tenant), eq(findings.id, sql`asked.value`)));
}
