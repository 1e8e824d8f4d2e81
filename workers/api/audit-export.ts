/** The ledger as one file, read and sent page by page: memory is bounded, however long it is. */
import { drizzle } from "drizzle-orm/d1";
import type { TenantId } from "../../schema/ids.ts";
import type { LedgerEntry } from "../../schema/ledger.ts";
import { LEDGER_PAGE } from "../../schema/limits.ts";
import { selectChain, type LedgerFilters } from "../../schema/queries-ledger.ts";
import { ledgerState } from "../../durable/ledger.ts";
import type { Env } from "../env.ts";

const COLUMNS = [
  "seq",
  "at",
  "actorKind",
  "actorId",
  "actorName",
  "action",
  "subjectKind",
  "subjectId",
  "reason",
  "before",
  "after",
  "id",
  "prev",
  "hash",
] as const;

/** Everything that matches of what there is now, in the order of the chain. */
export async function exportLedger(
  env: Env,
  tenant: TenantId,
  asked: LedgerFilters,
  format: "jsonl" | "csv",
): Promise<ReadableStream<Uint8Array>> {
  const { copied } = await ledgerState(env, tenant);
  const filters: LedgerFilters = { ...asked, toSeq: Math.min(asked.toSeq ?? copied, copied) };
  const db = drizzle(env.DB);
  const utf8 = new TextEncoder();
  let after = 0;
  return new ReadableStream({
    start(controller) {
      if (format === "csv") controller.enqueue(utf8.encode(csvLine(COLUMNS)));
    },
    async pull(controller) {
      const rows = await selectChain(db, tenant, filters, after, LEDGER_PAGE);
      const lines = rows.map(({ doc }) => (format === "csv" ? csvRow(doc) : `${doc}\n`));
      if (lines.length > 0) controller.enqueue(utf8.encode(lines.join("")));
      after = rows.at(-1)?.seq ?? after;
      if (rows.length < LEDGER_PAGE) controller.close();
    },
  });
}

function csvRow(doc: string): string {
  // Written by durable/ledger-copy.ts from this type.
  const entry = JSON.parse(doc) as LedgerEntry;
  const { seq, at, actor, action, subject, reason, before, after, id, prev, hash } = entry;
  return csvLine([
    String(seq),
    at,
    actor.kind,
    actor.id,
    actor.name,
    action,
    subject.kind,
    subject.id,
    reason ?? "",
    before === undefined ? "" : JSON.stringify(before),
    after === undefined ? "" : JSON.stringify(after),
    id,
    prev,
    hash,
  ]);
}

/** RFC 4180. What a spreadsheet would take for a formula is text: it begins with an apostrophe. */
function csvLine(fields: readonly string[]): string {
  const quoted = fields.map((field) => {
    const text = /^[=+\-@\t\r\n]/.test(field) ? `'${field}` : field;
    return `"${text.replaceAll('"', '""')}"`;
  });
  return `${quoted.join(",")}\r\n`;
}
