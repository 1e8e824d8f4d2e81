/** Who watches which host, as D1 tells it: pages of hosts, and what the cron compares and looks for. */
import { and, asc, eq, isNotNull, lt, sql, type SQL } from "drizzle-orm";
import type { DrizzleD1Database } from "drizzle-orm/d1";
import type { CoverageQuery } from "./coverage.ts";
import type { TenantId } from "./ids.ts";
import { unindexed } from "./queries.ts";
import { agents, findings } from "./tables.ts";
import type { EpochMs } from "./time.ts";

const IS_SILENT = sql`${agents.silentSince} is not null`;
const IS_UNEXPECTED = sql`${agents.intervalMs} is null`;
const DRIFTS = sql`${agents.peersRuleset} <> ${agents.ruleset}`;

const STATES: Record<NonNullable<CoverageQuery["state"]>, SQL> = {
  silent: IS_SILENT,
  no_heartbeats: IS_UNEXPECTED,
  watching: sql`${agents.intervalMs} is not null and ${agents.silentSince} is null`,
};

/** Step one: which hosts a page shows, by their ids; one more than asked for where there is another page. */
export function selectCoveredOwners(
  db: DrizzleD1Database,
  tenant: TenantId,
  query: CoverageQuery,
  after: string | null,
) {
  const where: SQL[] = [eq(agents.tenant, tenant)];
  if (query.state !== undefined) where.push(STATES[query.state]);
  if (query.drift !== undefined) where.push(DRIFTS);
  if (query.kind !== undefined) where.push(eq(agents.kind, query.kind));
  if (query.q !== undefined && query.q !== "")
    where.push(sql`instr(lower(${agents.host}), ${query.q.toLowerCase()}) > 0`);
  if (after !== null) where.push(sql`${agents.owner} > ${after}`);
  return db
    .selectDistinct({ owner: agents.owner })
    .from(agents)
    .where(and(...where))
    .orderBy(asc(agents.owner))
    .limit(query.limit + 1);
}

/** Bound as one: D1 takes 100 parameters a statement. */
function among(column: SQL | typeof agents.owner, owners: readonly string[]): SQL {
  return sql`${column} in (select value from json_each(${JSON.stringify(owners)}))`;
}

/** Step two: all agents of these hosts. */
export function selectAgentsOf(db: DrizzleD1Database, tenant: TenantId, owners: readonly string[]) {
  return db
    .select({ owner: agents.owner, host: agents.host, doc: agents.doc })
    .from(agents)
    .where(and(eq(agents.tenant, tenant), among(agents.owner, owners)))
    .orderBy(asc(agents.owner), asc(agents.id));
}

/** Open findings of these hosts and their containers, and how many of them nobody is watching. */
export function selectOpenOf(db: DrizzleD1Database, tenant: TenantId, owners: readonly string[]) {
  return db
    .select({
      owner: findings.owner,
      open: sql<number>`count(*)`,
      unverified: sql<number>`sum(${findings.deadlineAt} is null)`,
    })
    .from(findings)
    .where(
      and(
        eq(findings.tenant, tenant),
        sql`${findings.owner} in (select value from json_each(${JSON.stringify(owners)}))`,
        sql`${unindexed(findings.status)} = 'open'`,
      ),
    )
    .groupBy(findings.owner);
}

/** Open findings that no agent with heartbeats has reported: silence is all that could end them. */
export function selectUnproven(db: DrizzleD1Database, tenant: TenantId) {
  return db
    .select({ findings: sql<number>`count(*)` })
    .from(findings)
    .where(
      and(
        eq(findings.tenant, tenant),
        eq(findings.status, "open"),
        sql`json_extract(${findings.doc}, '$.quiet.basis') <> 'coverage'`,
      ),
    );
}

export function selectCoverageSummary(db: DrizzleD1Database, tenant: TenantId) {
  return db
    .select({
      hosts: sql<number>`count(distinct ${agents.owner})`,
      agents: sql<number>`count(*)`,
      silent: sql<number>`coalesce(sum(${IS_SILENT}), 0)`,
      noHeartbeats: sql<number>`coalesce(sum(${IS_UNEXPECTED}), 0)`,
      drifting: sql<number>`coalesce(sum(coalesce(${DRIFTS}, 0)), 0)`,
    })
    .from(agents)
    .where(eq(agents.tenant, tenant));
}

/** Owners of agents whose row should have been refreshed before the instant: their alarm may be lost. */
export function selectUnheardOwners(db: DrizzleD1Database, before: EpochMs, limit: number) {
  return db
    .selectDistinct({ tenant: agents.tenant, owner: agents.owner })
    .from(agents)
    .where(and(isNotNull(agents.dueAt), lt(agents.dueAt, before)))
    .limit(limit);
}

/** How many agents of each kind report each ruleset, among those in contact, and how many know of their peers. */
export function selectRulesets(db: DrizzleD1Database) {
  return db
    .select({
      tenant: agents.tenant,
      kind: agents.kind,
      ruleset: sql<string>`${agents.ruleset}`,
      hosts: sql<number>`count(*)`,
      told: sql<number>`sum(${agents.peersRuleset} is not null)`,
    })
    .from(agents)
    .where(and(isNotNull(agents.ruleset), sql`${agents.silentSince} is null`))
    .groupBy(agents.tenant, agents.kind, agents.ruleset);
}

/** What the peers of agents of a kind enforce; null: there is no telling. */
export interface PeersOf {
  tenant: string;
  kind: string;
  ruleset: string | null;
}

/**
 * Agents of the kind that must be told: those that have differed since before the instant and do not know it, and
 * those that know of something else.
 */
export function selectUntoldPeers(
  db: DrizzleD1Database,
  { tenant, kind, ruleset }: PeersOf,
  settledBefore: EpochMs,
  limit: number,
) {
  const knowsOther = sql`${agents.peersRuleset} is not null and ${agents.peersRuleset} is not ${ruleset}`;
  const differs = sql`${agents.peersRuleset} is null and ${agents.ruleset} <> ${ruleset} and ${agents.rulesetSince} <= ${settledBefore}`;
  return db
    .select({ owner: agents.owner, id: agents.id })
    .from(agents)
    .where(
      and(
        eq(agents.tenant, tenant),
        eq(agents.kind, kind),
        isNotNull(agents.ruleset),
        sql`((${knowsOther}) or (${differs}))`,
      ),
    )
    .limit(limit);
}

/** Forgets agents that have not been heard of since. */
export function deleteUnheardAgents(db: DrizzleD1Database, before: EpochMs) {
  return db.delete(agents).where(lt(agents.lastContactAt, before));
}
