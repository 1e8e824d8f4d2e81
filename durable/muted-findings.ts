/**
 * Which findings a mute hides: written to D1, where it is decided. The host's drain does so for findings that
 * open (or that something new is known of), the API and the sweep for those that are there when a mute begins or
 * ends. Contract: repeating any of it changes nothing, and a mute that has ended hides nothing new.
 */
import { and, eq, sql, type SQL } from "drizzle-orm";
import { drizzle, type DrizzleD1Database } from "drizzle-orm/d1";
import type { RunnableQuery } from "drizzle-orm/runnable-query";
import type { TenantId } from "../schema/ids.ts";
import { findings, mutedFindings, mutes } from "../schema/tables.ts";
import type { EpochMs } from "../schema/time.ts";
import type { ScopeMute } from "./domain/tenant.ts";
import type { FindingDoc } from "./domain/view.ts";
import { isInScope } from "./mute-scope.ts";

export type Statement = RunnableQuery<unknown, "sqlite">;

/** A mute and a finding that it hides. */
export type Hidden = readonly [mute: string, finding: string];

/** An episode that has opened since the mute began is hidden from its first event on. */
const UNDER = sql`${findings.openedAt} >= ${mutes.createdAt}`;
const ENDED = sql`${findings.episode} - (${findings.status} = 'open')`;

/** Hides them, each by its mute, as far as the mute is in force in D1 and the finding is there. */
export function hide(
  db: DrizzleD1Database,
  tenant: TenantId,
  pairs: readonly Hidden[],
  now: EpochMs,
): Statement {
  const asked = sql`json_each(${JSON.stringify(pairs)}) as asked`;
  return db
    .insert(mutedFindings)
    .select(
      sql`select ${findings.tenant}, ${mutes.id}, ${findings.id}, ${now}, ${mutes.until},
        ${findings.totalCount} - case when ${UNDER} then ${findings.count} else 0 end,
        ${findings.episode} - (${UNDER}), ${ENDED}
        from ${asked} cross join ${mutes} cross join ${findings}
        where ${mutes.tenant} = ${tenant} and ${mutes.id} = asked.value ->> 0
          and ${mutes.endedAt} is null and ${mutes.until} > ${now}
          and ${findings.tenant} = ${tenant} and ${findings.id} = asked.value ->> 1`,
    )
    .onConflictDoNothing();
}

/** Sets until when each of these findings is muted: for as long as the last of its mutes. */
export function retime(
  db: DrizzleD1Database,
  tenant: TenantId,
  ids: readonly string[],
  now: EpochMs,
): Statement {
  const latest = sql`coalesce((select max(${mutedFindings.until}) from ${mutedFindings}
    where ${mutedFindings.tenant} = ${tenant} and ${mutedFindings.finding} = ${findings.id}
      and ${mutedFindings.until} > ${now}), 0)`;
  return db
    .update(findings)
    .set({ mutedUntil: latest })
    .where(
      and(
        eq(findings.tenant, tenant),
        sql`${findings.id} in ${valuesOf(ids)}`,
        sql`${findings.mutedUntil} <> ${latest}`,
      ),
    );
}

/** What no scope is true of any more is not hidden by it either. */
function letGo(
  db: DrizzleD1Database,
  tenant: TenantId,
  asked: { mutes: readonly string[]; findings: readonly string[] },
  pairs: readonly Hidden[],
): Statement {
  const pair = sql`json_array(${mutedFindings.mute}, ${mutedFindings.finding})`;
  return db
    .delete(mutedFindings)
    .where(
      and(
        eq(mutedFindings.tenant, tenant),
        sql`${mutedFindings.finding} in ${valuesOf(asked.findings)}`,
        sql`${mutedFindings.mute} in ${valuesOf(asked.mutes)}`,
        sql`${pair} not in ${valuesOf(pairs)}`,
      ),
    );
}

/** A JSON array as a list that SQLite looks in. */
function valuesOf(values: readonly unknown[]): SQL {
  return sql`(select value from json_each(${JSON.stringify(values)}))`;
}

/**
 * Hides those of the findings that are in the scope of a mute, and lets go of those that are not any more.
 * The findings are in D1, and `scopeMutes` was read after that: so a mute that begins meanwhile meets each of
 * them here, or when it goes through what is in D1.
 */
export async function followScopes(
  d1: D1Database,
  tenant: TenantId,
  scopeMutes: readonly ScopeMute[],
  docs: readonly FindingDoc[],
  now: EpochMs,
): Promise<void> {
  const inForce = scopeMutes.filter(({ until }) => until > now);
  if (inForce.length === 0) return;
  const db = drizzle(d1);
  const pairs = docs.flatMap((doc) =>
    inForce
      .filter(({ scope }) => isInScope(scope, doc))
      .map(({ id }): Hidden => [id, doc.finding.id]),
  );
  const ids = docs.map(({ finding }) => finding.id);
  const asked = { mutes: inForce.map(({ id }) => id), findings: ids };
  await db.batch([
    letGo(db, tenant, asked, pairs),
    hide(db, tenant, pairs, now),
    retime(db, tenant, ids, now),
  ]);
}
