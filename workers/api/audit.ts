/** Reading the ledger: lists, exports, and a check of the chain as D1 has it. */
import { Hono, type Context } from "hono";
import { accepts } from "hono/accepts";
import { drizzle } from "drizzle-orm/d1";
import type { Page } from "../../schema/api.ts";
import {
  auditCheckQuerySchema,
  auditQuerySchema,
  CSV_MEDIA_TYPE,
  JSONL_MEDIA_TYPE,
  type AuditQuery,
} from "../../schema/audit.ts";
import type { TenantId } from "../../schema/ids.ts";
import type { LedgerEntry, LedgerHead } from "../../schema/ledger.ts";
import { selectLedger } from "../../schema/queries-ledger.ts";
import { ledgerState } from "../../durable/ledger.ts";
import { errorText, log } from "../../durable/log.ts";
import type { App } from "../auth/authenticate.ts";
import type { Env } from "../env.ts";
import { invalid } from "../problem.ts";
import { checkLedger } from "./audit-check.ts";
import { exportLedger } from "./audit-export.ts";
import { cursorOf, page } from "./reads.ts";
import { queryOf } from "./request.ts";

/** `/api/v1/audit` */
export const audit = new Hono<App>();

audit.get("/", async (c) => {
  const query = auditQuerySchema.safeParse(queryOf(c));
  if (!query.success) return invalid(c, query.error);
  const { tenant } = c.var.caller;
  const format = formatOf(c, query.data);
  if (format === "json") return c.json(await listLedger(c.env, tenant.id, query.data));
  const type = format === "csv" ? CSV_MEDIA_TYPE : JSONL_MEDIA_TYPE;
  return c.body(await exportLedger(c.env, tenant.id, query.data, format), 200, {
    "content-type": type,
    "content-disposition": `attachment; filename="lull-ledger-${tenant.id}.${format}"`,
    "cache-control": "no-store",
  });
});

audit.get("/head", async (c) => c.json(await ledgerState(c.env, c.var.caller.tenant.id)));

audit.get("/verify", async (c) => {
  const query = auditCheckQuerySchema.safeParse(queryOf(c));
  if (!query.success) return invalid(c, query.error);
  return c.json(await checkLedger(c.env, c.var.caller.tenant.id, query.data));
});

/** For who shows it beside other things; null where the ledger does not answer. */
export async function ledgerHead(env: Env, tenant: TenantId): Promise<LedgerHead | null> {
  try {
    const { seq, hash } = await ledgerState(env, tenant);
    return { seq, hash };
  } catch (error) {
    log("warn", "ledger.no_head", { tenant, error: errorText(error) });
    return null;
  }
}

/** What the address says counts before what the header does. */
function formatOf(c: Context, { format }: AuditQuery): "json" | "jsonl" | "csv" {
  if (format !== undefined) return format;
  const supports = ["application/json", JSONL_MEDIA_TYPE, "text/csv"];
  const wanted = accepts(c, { header: "Accept", supports, default: "application/json" });
  if (wanted === JSONL_MEDIA_TYPE) return "jsonl";
  return wanted === "text/csv" ? "csv" : "json";
}

/** Newest first. */
export async function listLedger(
  env: Env,
  tenant: TenantId,
  query: AuditQuery,
): Promise<Page<LedgerEntry>> {
  const rows = await selectLedger(drizzle(env.DB), tenant, query, cursorOf(query.cursor));
  return page(
    rows,
    query.limit,
    // Written by durable/ledger-copy.ts from this type.
    ({ doc }) => JSON.parse(doc) as LedgerEntry,
    ({ at, seq }) => [at, String(seq)],
  );
}
