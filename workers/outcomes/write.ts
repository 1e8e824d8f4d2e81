/**
 * Adds a flush's counts to D1, once: the first try that is written marks its id, and only the additions of
 * that try count.
 */
import { sql, type SQL } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import {
  exceptionHits,
  intakeDays,
  intakeFlushes,
  intakeHours,
  intakeTotals,
} from "../../schema/tables.ts";
import { excluded, sentRows, valuesOf } from "../../durable/json-rows.ts";
import { dayOf, isReceived, type Counter, type Flush } from "./buffer.ts";

/** What D1 holds of the days that the flush touched. */
export interface DayTotal {
  tenant: string;
  day: number;
  received: number;
}

export async function writeFlush(d1: D1Database, flush: Flush): Promise<DayTotal[]> {
  const db = drizzle(d1);
  const attempt = crypto.randomUUID();
  const mine = sql`exists (select 1 from ${intakeFlushes} where ${intakeFlushes.id} = ${flush.id} and ${intakeFlushes.attempt} = ${attempt})`;
  const from = (rows: readonly object[], values: SQL) =>
    sql`select ${values} from ${sentRows(JSON.stringify(rows))} where ${mine}`;
  const [, , , days] = await db.batch([
    db.insert(intakeFlushes).values({ id: flush.id, attempt, at: flush.at }).onConflictDoNothing(),
    db
      .insert(intakeHours)
      .select(from(flush.counters, valuesOf(intakeHours, {})))
      .onConflictDoUpdate({
        target: [
          intakeHours.tenant,
          intakeHours.hour,
          intakeHours.key,
          intakeHours.host,
          intakeHours.agent,
          intakeHours.outcome,
          intakeHours.code,
        ],
        set: { n: sql`${intakeHours.n} + ${excluded(intakeHours.n)}` },
      }),
    db
      .insert(intakeTotals)
      .select(from(totalsOf(flush.counters), valuesOf(intakeTotals, {})))
      .onConflictDoUpdate({
        target: [intakeTotals.tenant, intakeTotals.kind, intakeTotals.outcome, intakeTotals.code],
        set: { n: sql`${intakeTotals.n} + ${excluded(intakeTotals.n)}` },
      }),
    db
      .insert(intakeDays)
      .select(from(daysOf(flush.counters), valuesOf(intakeDays, {})))
      .onConflictDoUpdate({
        target: [intakeDays.tenant, intakeDays.day],
        set: { received: sql`${intakeDays.received} + ${excluded(intakeDays.received)}` },
      })
      .returning(),
    db
      .insert(exceptionHits)
      .select(from(flush.hits, valuesOf(exceptionHits, {})))
      .onConflictDoUpdate({
        target: [exceptionHits.tenant, exceptionHits.exception],
        set: {
          n: sql`${exceptionHits.n} + ${excluded(exceptionHits.n)}`,
          lastAt: sql`max(${exceptionHits.lastAt}, ${excluded(exceptionHits.lastAt)})`,
        },
      }),
  ]);
  return days;
}

function totalsOf(counters: readonly Counter[]): object[] {
  return summed(counters, ({ tenant, kind, outcome, code }) => ({
    tenant,
    kind,
    outcome,
    code,
  })).map(([row, n]) => ({ ...row, n }));
}

function daysOf(counters: readonly Counter[]): object[] {
  return summed(
    counters.filter(({ outcome }) => isReceived(outcome)),
    ({ tenant, hour }) => ({ tenant, day: dayOf(hour) }),
  ).map(([row, received]) => ({ ...row, received }));
}

/** Counts added up by what `by` says of each. */
function summed<T extends object>(
  counters: readonly Counter[],
  by: (counter: Counter) => T,
): [T, number][] {
  const sums = new Map<string, [T, number]>();
  for (const counter of counters) {
    const row = by(counter);
    const name = JSON.stringify(row);
    const sum = sums.get(name);
    if (sum === undefined) sums.set(name, [row, counter.n]);
    else sum[1] += counter.n;
  }
  return [...sums.values()];
}
