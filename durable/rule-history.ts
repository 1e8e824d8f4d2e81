/**
 * Writes changes of rules to D1: the history, and which rules have gone out of force while findings of theirs
 * may still be open, and mutes that have begun. Idempotent: a change that is there already does nothing.
 */
import { and, eq, sql, type SQL } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { RunnableQuery } from "drizzle-orm/runnable-query";
import { mutes, ruleChanges, ruleRetirements } from "../schema/tables.ts";
import type { EpochMs } from "../schema/time.ts";
import type { ChangeRecord } from "./domain/tenant-rules.ts";
import type { ScopeMute } from "./domain/tenant.ts";

/** A change that has been made. */
export interface RecordedChange extends ChangeRecord {
  /** Of the configuration after it. */
  version: number;
  at: EpochMs;
  by: string;
  /** Of the ruleset after it. */
  hash: string;
}

type Statement = RunnableQuery<unknown, "sqlite">;

/** All of them in one transaction; `changes` are in order of their versions. */
export async function recordRuleChanges(
  d1: D1Database,
  tenant: string,
  changes: readonly RecordedChange[],
): Promise<void> {
  const db = drizzle(d1);
  const [first, ...rest] = changes.flatMap((change): Statement[] => {
    const { version, at, by, action, subject, hash, detail, force } = change;
    const row = { tenant, version, at, by, action, subject, hash, detail: JSON.stringify(detail) };
    const entry = db.insert(ruleChanges).values(row).onConflictDoNothing();
    const begun = change.mute === undefined ? [] : [beginningOf(db, tenant, change.mute)];
    if (force === null) return [...begun, entry];
    return [
      ...begun,
      force.enabled ? restoration(db, tenant, change) : retirement(db, tenant, change),
      entry,
    ];
  });
  if (first !== undefined) await db.batch([first, ...rest]);
}

/** A mute that hides nothing yet: going through the findings is what is pending of it. */
function beginningOf(db: Database, tenant: string, mute: ScopeMute): Statement {
  const { createdBy: author, ...fields } = mute;
  const row = { tenant, ...fields, author, kind: "scope", pending: "", told: 0 };
  return db.insert(mutes).values(row).onConflictDoNothing();
}

type Database = ReturnType<typeof drizzle>;

function retirement(db: Database, tenant: string, change: RecordedChange): Statement {
  const told = JSON.stringify({ ...change.force, hash: change.hash });
  const row = sql`select ${tenant}, ${change.subject}, ${told}`;
  return db
    .insert(ruleRetirements)
    .select(sql`${row} where ${isNew(tenant, change)}`)
    .onConflictDoUpdate({
      target: [ruleRetirements.tenant, ruleRetirements.rule],
      set: { change: sql`excluded.change` },
    });
}

function restoration(db: Database, tenant: string, change: RecordedChange): Statement {
  const ofRule = [eq(ruleRetirements.tenant, tenant), eq(ruleRetirements.rule, change.subject)];
  return db.delete(ruleRetirements).where(and(...ofRule, isNew(tenant, change)));
}

/** Whether the history lacks the change. One that is recorded again must not undo what has come after it. */
function isNew(tenant: string, { version }: RecordedChange): SQL {
  const known = and(eq(ruleChanges.tenant, tenant), eq(ruleChanges.version, version));
  return sql`not exists (select 1 from ${ruleChanges} where ${known})`;
}
