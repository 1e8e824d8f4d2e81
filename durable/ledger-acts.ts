/**
 * Acts that are made in D1 reach the ledger by a row beside them, in the same batch: what was done is told, also where
 * the process dies in between. Contract: a row goes only when the ledger has what it says.
 */
import { and, asc, eq, inArray, sql, type SQL } from "drizzle-orm";
import { drizzle, type DrizzleD1Database } from "drizzle-orm/d1";
import { SWEEP_LEDGER_ACTS } from "../schema/limits.ts";
import { ledgerActs } from "../schema/tables.ts";
import type { LedgerInput } from "./domain/ledger.ts";
import { writeDown, type LedgerEnv } from "./ledger.ts";
import { errorText, log } from "./log.ts";

interface ActsEnv extends LedgerEnv {
  DB: D1Database;
}

/** A row of the act, for the batch that makes it; `only`: where that holds before it. */
export function actStatement(
  db: DrizzleD1Database,
  tenant: string,
  input: LedgerInput,
  only: SQL = sql`true`,
) {
  const row = sql`select ${tenant}, ${input.id}, ${input.at}, ${JSON.stringify(input)}`;
  return db
    .insert(ledgerActs)
    .select(sql`${row} where ${only}`)
    .onConflictDoNothing();
}

/** Takes the row back, of an act that came to nothing. */
export async function withdrawAct(d1: D1Database, tenant: string, id: string): Promise<void> {
  await drizzle(d1)
    .delete(ledgerActs)
    .where(and(eq(ledgerActs.tenant, tenant), eq(ledgerActs.id, id)));
}

/** Hands the tenant's acts on to its ledger. What fails is logged: the sweep goes on. */
export async function tellActs(env: ActsEnv, tenant: string): Promise<void> {
  try {
    await handOn(env, tenant, await actsOf(env.DB, eq(ledgerActs.tenant, tenant)));
  } catch (error) {
    log("warn", "ledger.acts_waiting", { tenant, error: errorText(error) });
  }
}

/** Once a minute: the acts of all tenants that wait. What fails of one does not hold up the others. */
export async function sweepActs(env: ActsEnv): Promise<void> {
  const waiting = new Map<string, ActRow[]>();
  for (const row of await actsOf(env.DB, sql`true`)) {
    const rows = waiting.get(row.tenant) ?? [];
    waiting.set(row.tenant, [...rows, row]);
  }
  for (const [tenant, rows] of waiting) {
    try {
      await handOn(env, tenant, rows);
    } catch (error) {
      log("warn", "ledger.acts_waiting", { tenant, error: errorText(error) });
    }
  }
}

type ActRow = typeof ledgerActs.$inferSelect;

function actsOf(d1: D1Database, which: SQL): Promise<ActRow[]> {
  return (
    drizzle(d1)
      .select()
      .from(ledgerActs)
      .where(which)
      // Those of one batch in its order.
      .orderBy(asc(ledgerActs.at), sql`rowid`)
      .limit(SWEEP_LEDGER_ACTS)
  );
}

async function handOn(env: ActsEnv, tenant: string, rows: readonly ActRow[]): Promise<void> {
  if (rows.length === 0) return;
  // Written by `actStatement` from this type.
  const inputs = rows.map(({ doc }) => JSON.parse(doc) as LedgerInput);
  await writeDown(env, tenant, inputs);
  const told = JSON.stringify(rows.map(({ id }) => id));
  await drizzle(env.DB)
    .delete(ledgerActs)
    .where(
      and(
        eq(ledgerActs.tenant, tenant),
        inArray(ledgerActs.id, sql`(select value from json_each(${told}))`),
      ),
    );
}
