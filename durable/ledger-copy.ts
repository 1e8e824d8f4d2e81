/** Entries of the ledger as rows of D1. What is there already stays as it is. */
import { drizzle } from "drizzle-orm/d1";
import { sql } from "drizzle-orm";
import { MAX_LEDGER_SEARCH_CHARS } from "../schema/limits.ts";
import type { LedgerEntry } from "../schema/ledger.ts";
import { ledger } from "../schema/tables.ts";
import { canonicalJson } from "./domain/canonical.ts";
import { MAX_JSON_CHARS, sentRows, valuesOf } from "./json-rows.ts";

const VALUES = valuesOf(ledger, {});

/** All of them in one transaction. */
export async function copyEntries(d1: D1Database, entries: readonly LedgerEntry[]): Promise<void> {
  const db = drizzle(d1);
  const [first, ...rest] = chunked(entries.map((entry) => JSON.stringify(rowOf(entry)))).map(
    (rows) =>
      db
        .insert(ledger)
        .select(sql`select ${VALUES} from ${sentRows(`[${rows.join(",")}]`)} where true`)
        .onConflictDoNothing(),
  );
  if (first !== undefined) await db.batch([first, ...rest]);
}

/** Lists that are each small enough to be one bound parameter. */
function chunked(rows: readonly string[]): string[][] {
  const chunks: string[][] = [];
  let chars = Number.POSITIVE_INFINITY;
  for (const row of rows) {
    if (chars + row.length > MAX_JSON_CHARS) {
      chunks.push([]);
      chars = 0;
    }
    chunks.at(-1)?.push(row);
    chars += row.length + 1;
  }
  return chunks;
}

function rowOf(entry: LedgerEntry): typeof ledger.$inferSelect {
  const { tenant, seq, at, actor, action, subject } = entry;
  return {
    tenant,
    seq,
    at: Date.parse(at),
    actor: actor.id,
    action,
    subject: subject.id,
    search: searchText(entry),
    doc: canonicalJson(entry),
  };
}

/** Names and words; not before and after in full, which may be whole rules. */
function searchText({ actor, action, subject, before, after, reason }: LedgerEntry): string {
  const words = [action, actor.name, actor.id, subject.kind, subject.id, reason ?? ""];
  for (const value of Object.values({ ...before, ...after }))
    if (typeof value === "string") words.push(value);
  return words.join(" ").toLowerCase().slice(0, MAX_LEDGER_SEARCH_CHARS);
}
