/** The reads of what intake has counted. Windows are whole hours; D1 bills the rows that are read. */
import { and, eq, gte, lt, sql, type SQL } from "drizzle-orm";
import type { DrizzleD1Database } from "drizzle-orm/d1";
import type { TenantId } from "./ids.ts";
import { intakeDays, intakeFlushes, intakeHours, intakeTotals } from "./tables.ts";
import type { OutcomesQuery } from "./outcome.ts";
import type { EpochMs } from "./time.ts";

export function selectReceivedOn(db: DrizzleD1Database, tenant: TenantId, day: EpochMs) {
  return db
    .select({ received: intakeDays.received })
    .from(intakeDays)
    .where(and(eq(intakeDays.tenant, tenant), eq(intakeDays.day, day)));
}

function within(tenant: TenantId, from: EpochMs, query: OutcomesQuery): SQL | undefined {
  return and(
    eq(intakeHours.tenant, tenant),
    gte(intakeHours.hour, from),
    query.key === undefined || query.key === "" ? undefined : eq(intakeHours.key, query.key),
    query.host === undefined || query.host === "" ? undefined : eq(intakeHours.host, query.host),
    query.agent === undefined || query.agent === ""
      ? undefined
      : eq(intakeHours.agent, query.agent),
  );
}

const n = sql<number>`sum(${intakeHours.n})`;

/** Sums by outcome and code. */
export function selectOutcomeTotals(
  db: DrizzleD1Database,
  tenant: TenantId,
  from: EpochMs,
  query: OutcomesQuery,
) {
  const { outcome, code } = intakeHours;
  return db
    .select({ outcome, code, n })
    .from(intakeHours)
    .where(within(tenant, from, query))
    .groupBy(outcome, code);
}

/** Sums by hour, outcome and code. */
export function selectOutcomesByHour(
  db: DrizzleD1Database,
  tenant: TenantId,
  from: EpochMs,
  query: OutcomesQuery,
) {
  const { hour, outcome, code } = intakeHours;
  return db
    .select({ hour, outcome, code, n })
    .from(intakeHours)
    .where(within(tenant, from, query))
    .groupBy(hour, outcome, code);
}

/** Where a page of agents ended. */
export interface AgentCursor {
  problems: number;
  name: string;
}

const PROBLEMS = ["rejected", "refused", "dropped"];
const SEPARATOR = "\u001f";

/**
 * Agents with the sums of their outcomes as a JSON array of [outcome, code, n]; those with rejections,
 * refusals and drops come first. One more row than asked for tells whether there is a next page.
 */
export function selectOutcomesByAgent(
  db: DrizzleD1Database,
  tenant: TenantId,
  from: EpochMs,
  query: OutcomesQuery,
  cursor: AgentCursor | null,
) {
  const { key, host, agent, outcome, code } = intakeHours;
  const sums = db
    .select({ key, host, agent, outcome, code, total: n.as("total") })
    .from(intakeHours)
    .where(within(tenant, from, query))
    .groupBy(key, host, agent, outcome, code)
    .as("sums");
  const isProblem = sql`${sums.outcome} in ${PROBLEMS}`;
  const problems = sql<number>`sum(case when ${isProblem} then ${sums.total} else 0 end)`;
  const name = sql<string>`${sums.key} || ${SEPARATOR} || ${sums.host} || ${SEPARATOR} || ${sums.agent}`;
  return db
    .select({
      key: sums.key,
      host: sums.host,
      agent: sums.agent,
      problems: problems.as("problems"),
      name: name.as("name"),
      outcomes: sql<string>`json_group_array(json_array(${sums.outcome}, ${sums.code}, ${sums.total}))`,
    })
    .from(sums)
    .groupBy(sums.key, sums.host, sums.agent)
    .having(
      cursor === null
        ? undefined
        : sql`problems < ${cursor.problems} or (problems = ${cursor.problems} and name > ${cursor.name})`,
    )
    .orderBy(sql`problems desc, name asc`)
    .limit(query.limit + 1);
}

/** The counters of `/metrics`. */
export function selectIntakeTotals(db: DrizzleD1Database, tenant: TenantId) {
  const { kind, outcome, code } = intakeTotals;
  return db
    .select({ kind, outcome, code, n: intakeTotals.n })
    .from(intakeTotals)
    .where(eq(intakeTotals.tenant, tenant));
}

/** What is past its retention, for all tenants. */
export function forgetIntake(
  db: DrizzleD1Database,
  before: { hours: EpochMs; days: EpochMs; flushes: EpochMs },
) {
  return db.batch([
    db.delete(intakeHours).where(lt(intakeHours.hour, before.hours)),
    db.delete(intakeDays).where(lt(intakeDays.day, before.days)),
    db.delete(intakeFlushes).where(lt(intakeFlushes.at, before.flushes)),
  ]);
}
