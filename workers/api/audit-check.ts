/** Checks the chain as D1 has it, against the head that the LedgerActor has. */
import { drizzle } from "drizzle-orm/d1";
import type { AuditCheck, AuditCheckQuery } from "../../schema/audit.ts";
import type { TenantId } from "../../schema/ids.ts";
import type { LedgerEntry, LedgerFault, LedgerHead } from "../../schema/ledger.ts";
import { LEDGER_PAGE, MAX_LEDGER_CHECK } from "../../schema/limits.ts";
import { selectChain } from "../../schema/queries-ledger.ts";
import { checkChain, GENESIS } from "../../durable/domain/ledger.ts";
import { sha256 } from "../../durable/identity.ts";
import { ledgerState } from "../../durable/ledger.ts";
import { log } from "../../durable/log.ts";
import type { Env } from "../env.ts";

/** The last entries, or those that are asked for; at most {@link MAX_LEDGER_CHECK} of them. */
export async function checkLedger(
  env: Env,
  tenant: TenantId,
  { fromSeq, toSeq }: AuditCheckQuery,
): Promise<AuditCheck> {
  const { copied, ...head } = await ledgerState(env, tenant);
  const last = Math.min(toSeq ?? copied, copied);
  const from = Math.min(fromSeq ?? Math.max(1, last - MAX_LEDGER_CHECK + 1), last);
  const to = Math.min(last, from + MAX_LEDGER_CHECK - 1);
  // Of what D1 does not have yet the head tells nothing.
  const anchors = to === head.seq ? [head] : [];
  const fault = to === 0 ? null : await firstFault(env, tenant, from, to, anchors);
  if (fault !== null) log("error", "ledger.fault", { tenant, ...fault });
  const next = fault === null && to < last ? to + 1 : null;
  return { intact: fault === null, fault, from, to, next, head };
}

async function firstFault(
  env: Env,
  tenant: TenantId,
  from: number,
  to: number,
  anchors: readonly LedgerHead[],
): Promise<LedgerFault | null> {
  const before = from === 1 ? GENESIS : await headAt(env, tenant, from - 1);
  if (before === null) return { kind: "missing", seq: from - 1 };
  let last = before;
  while (last.seq < to) {
    const rows = await selectChain(drizzle(env.DB), tenant, { toSeq: to }, last.seq, LEDGER_PAGE);
    if (rows.length === 0) return { kind: "cut_off", seq: last.seq + 1 };
    const entries = rows.map(entryOf);
    const broken = entries.indexOf(null);
    if (broken !== -1) return { kind: "changed", seq: rows[broken]?.seq ?? last.seq + 1 };
    const read = entries.filter((entry) => entry !== null);
    const isEnd = read.at(-1)?.seq === to;
    const checked = checkChain(read, last, isEnd ? anchors : [], sha256);
    if (checked.fault !== null) return checked.fault;
    ({ last } = checked);
  }
  return null;
}

async function headAt(env: Env, tenant: TenantId, seq: number): Promise<LedgerHead | null> {
  const [row] = await selectChain(drizzle(env.DB), tenant, { toSeq: seq }, seq - 1, 1);
  const entry = row === undefined ? null : entryOf(row);
  return entry === null ? null : { seq: entry.seq, hash: entry.hash };
}

/** Null where it is not even an entry of its number: somebody has changed it. */
function entryOf({ seq, doc }: { seq: number; doc: string }): LedgerEntry | null {
  try {
    const entry: unknown = JSON.parse(doc);
    // What else it says, its hash tells.
    const isEntry = typeof entry === "object" && entry !== null && "seq" in entry;
    return isEntry && entry.seq === seq ? (entry as LedgerEntry) : null;
  } catch {
    return null;
  }
}
