/** Handler of the ledger. */
import type { Context } from "hono";
import { type AuditQuery, auditQuerySchema } from "../../schema/audit.ts";
import { formatInstant } from "../../schema/time.ts";
import type { ReaderZone } from "../format/zone.ts";
import { readLocal } from "../local-instant.ts";
import { LedgerPage } from "../pages/ledger.tsx";
import type { LedgerParams } from "../paths.ts";
import { parseTolerantly } from "../query.ts";
import { type DashboardEnv, page, searchOf } from "../render.tsx";

const DAY_MS = 86_400_000;
const KEYS = ["actor", "action", "subject", "q", "cursor"];

export async function showLedger(c: Context<DashboardEnv>): Promise<Response> {
  const data = c.get("data");
  const view = c.get("view");
  const search = searchOf(c);
  const { query, dropped } = parseTolerantly<AuditQuery>(auditQuerySchema, search, KEYS);
  const { actor, action, subject, q, cursor } = query;
  const days = daysOf(search, view.zone);
  const params: LedgerParams = { actor, action, subject, q, ...days.typed };
  const verify = search.get("verify");
  const [entries, head, check] = await Promise.all([
    data.ledger({ ...query, ...days.span }),
    data.ledgerHead(),
    verify === null
      ? null
      : data.checkLedger(/^\d{1,15}$/.test(verify) ? Number(verify) : undefined),
  ]);
  return page(
    c,
    <LedgerPage
      {...{ view, head, params, check, page: entries }}
      exportQuery={exportOf({ actor, action, subject, q }, days.span)}
      later={cursor !== undefined}
      dropped={[...dropped, ...days.dropped]}
    />,
  );
}

/** Days of the reader's zone, both whole: as typed, as a span of instants, and what is no day. */
function daysOf(search: URLSearchParams, zone: ReaderZone) {
  const typed: { from?: string; to?: string } = {};
  const span: { from?: number; to?: number } = {};
  const dropped: string[] = [];
  for (const name of ["from", "to"] as const) {
    const text = search.get(name) ?? "";
    if (text === "") continue;
    const at = readLocal(text, zone);
    if (at === null) {
      dropped.push(`${name}=${text}`);
      continue;
    }
    typed[name] = text;
    span[name] = name === "to" ? at + DAY_MS : at;
  }
  return { typed, span, dropped };
}

function exportOf(
  filters: Readonly<Record<string, string | undefined>>,
  span: { from?: number; to?: number },
): Record<string, string> {
  const given = Object.entries(filters).filter(
    (one): one is [string, string] => one[1] !== undefined,
  );
  const instants = Object.entries(span).map(([name, at]) => [name, formatInstant(at)] as const);
  return Object.fromEntries([...given, ...instants]);
}
