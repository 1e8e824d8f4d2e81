/**
 * Takes the beginning and the end of a mute through the findings, step by step. How far it has come stands with
 * the mute: what a crash leaves undone, the sweep goes on with. Contract: every step may be repeated, and two that
 * take the same one do it once.
 */
import { and, eq, sql, type SQL } from "drizzle-orm";
import { drizzle, type DrizzleD1Database } from "drizzle-orm/d1";
import { parseRuleId, parseTenantId, type TenantId } from "../../schema/ids.ts";
import { MUTE_PAGE } from "../../schema/limits.ts";
import { decodeCursor, encodeCursor } from "../../schema/queries.ts";
import {
  selectHiddenIds,
  selectMute,
  selectOpenSubjects,
  type MuteRow,
} from "../../schema/queries-mutes.ts";
import type { Severity } from "../../schema/rule.ts";
import { mutedFindings, mutes } from "../../schema/tables.ts";
import type { EpochMs } from "../../schema/time.ts";
import type { Resource } from "../../durable/domain/model.ts";
import { isInScope, type ScopeSubject } from "../../durable/mute-scope.ts";
import { hide, retime, type Hidden, type Statement } from "../../durable/muted-findings.ts";
import type { Env } from "../env.ts";
import { changeRules } from "../tenant.ts";

/** Takes at most so many steps, and says how many it took: fewer, where nothing is left to do. */
export async function applyMute(
  env: Env,
  tenant: TenantId,
  id: string,
  limit: number,
  now: EpochMs,
): Promise<number> {
  const db = drizzle(env.DB);
  for (let steps = 0; steps < limit; steps++) {
    const [found] = await selectMute(db, tenant, id);
    if (found === undefined || found.mute.pending === null) return steps;
    if (found.mute.endedAt === null) await hidePage(db, tenant, found.mute, now);
    else if (await isTold(env, tenant, found.mute, now))
      await releasePage(db, tenant, found.mute, now);
    else return steps;
  }
  return limit;
}

/** Hides what of the next open findings is in its scope. Newer ones ask for the scopes themselves. */
async function hidePage(
  db: DrizzleD1Database,
  tenant: TenantId,
  mute: MuteRow,
  now: EpochMs,
): Promise<void> {
  const rows = await selectOpenSubjects(db, tenant, decodeCursor(mute.pending ?? ""), MUTE_PAGE);
  const scope = mute.scope ?? "";
  const pairs = rows
    .filter((row) => isInScope(scope, subjectOf(row)))
    .map(({ id }): Hidden => [mute.id, id]);
  const last = rows.at(-1);
  const next =
    rows.length < MUTE_PAGE || last === undefined ? null : encodeCursor([last.openedAt, last.id]);
  const ids = pairs.map(([, finding]) => finding);
  await db.batch([
    hide(db, tenant, pairs, now),
    retime(db, tenant, ids, now),
    advance(db, mute, next, sql`${mutes.endedAt} is null`),
  ]);
}

/**
 * Whether who opens a finding asks for the mute no more. One that has expired is forgotten by itself; a tenant
 * whose changes wait for D1 is told later.
 */
async function isTold(
  env: Env,
  tenant: TenantId,
  { id, kind, endedBy: by }: MuteRow,
  now: EpochMs,
): Promise<boolean> {
  if (kind !== "scope" || by === null) return true;
  const changed = await changeRules(env, tenant, now, (client) => client.endMute(id, by, now));
  return changed.ok;
}

/** Shows the next of its findings again, unless another mute hides them. */
async function releasePage(
  db: DrizzleD1Database,
  tenant: TenantId,
  mute: MuteRow,
  now: EpochMs,
): Promise<void> {
  const rows = await selectHiddenIds(db, tenant, mute.id, mute.pending ?? "", MUTE_PAGE);
  const ids = rows.map(({ id }) => id);
  const next = rows.length < MUTE_PAGE ? null : (ids.at(-1) ?? null);
  await db.batch([
    release(
      db,
      mute,
      sql`${mutedFindings.finding} in (select value from json_each(${JSON.stringify(ids)}))`,
    ),
    retime(db, tenant, ids, now),
    advance(db, mute, next, sql`${mutes.endedAt} is not null`),
  ]);
}

/** What it hides ends with it. */
export function release(
  db: DrizzleD1Database,
  { tenant, id, endedAt }: Pick<MuteRow, "tenant" | "id" | "endedAt">,
  which: SQL,
): Statement {
  return db
    .update(mutedFindings)
    .set({ until: sql`min(${mutedFindings.until}, ${endedAt})` })
    .where(and(eq(mutedFindings.tenant, tenant), eq(mutedFindings.mute, id), which));
}

/** Only from where this step began, and not if the mute has ended meanwhile. */
function advance(
  db: DrizzleD1Database,
  { tenant, id, pending }: MuteRow,
  next: string | null,
  still: SQL,
): Statement {
  return db
    .update(mutes)
    .set({ pending: next })
    .where(
      and(eq(mutes.tenant, tenant), eq(mutes.id, id), eq(mutes.pending, pending ?? ""), still),
    );
}

/** A row as a scope sees it. Rows were written by Projection from these types. */
export function subjectOf(
  row: Awaited<ReturnType<typeof selectOpenSubjects>>[number],
): ScopeSubject {
  const ruleId = parseRuleId(row.rule);
  if (ruleId === null) throw new Error("D1 holds a finding without a rule");
  return {
    finding: { ruleId, title: row.title, severity: row.severity as Severity },
    resource: JSON.parse(row.resource) as Resource,
  };
}

/** The tenant of a row that the sweep has found. */
export function tenantOf({ tenant }: MuteRow): TenantId {
  const id = parseTenantId(tenant);
  if (id === null) throw new Error("D1 holds a mute without a tenant");
  return id;
}
