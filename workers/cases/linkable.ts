/** What a request names to be put into a case: whether it is there, and free. */
import { drizzle } from "drizzle-orm/d1";
import type { TenantId } from "../../schema/ids.ts";
import { selectSignalIds, selectWithCases } from "../../schema/queries-cases.ts";
import { findingDocOf } from "../../durable/finding-doc.ts";
import type { FindingDoc } from "../../durable/domain/view.ts";
import type { Env } from "../env.ts";
import { refuse, type Answer } from "../problem.ts";

/** Those that are not in the case `into` yet; each must be the tenant's, and in no other case that is not closed. */
export async function linkableFindings(
  env: Env,
  tenant: TenantId,
  ids: readonly string[],
  into: string | null,
): Promise<Answer<FindingDoc[]>> {
  const wanted = [...new Set(ids)];
  if (wanted.length === 0) return { ok: true, value: [] };
  const rows = await selectWithCases(drizzle(env.DB), tenant, wanted);
  const known = new Map(rows.map((row) => [row.id, row]));
  const docs: FindingDoc[] = [];
  for (const id of wanted) {
    const row = known.get(id);
    if (row === undefined) return missing("finding", "findings", id);
    if (row.caseId !== null && row.caseId === into) continue;
    if (row.caseId !== null && row.caseStatus !== "closed") return taken(id, row.caseId);
    docs.push(findingDocOf(row.doc));
  }
  return { ok: true, value: docs };
}

export async function linkableSignals(
  env: Env,
  tenant: TenantId,
  ids: readonly string[],
): Promise<Answer<string[]>> {
  const wanted = [...new Set(ids)];
  if (wanted.length === 0) return { ok: true, value: [] };
  const rows = await selectSignalIds(drizzle(env.DB), tenant, wanted);
  const known = new Set(rows.map(({ id }) => id));
  const absent = wanted.find((id) => !known.has(id));
  return absent === undefined ? { ok: true, value: wanted } : missing("signal", "signals", absent);
}

function missing(what: string, field: string, id: string) {
  const detail = `${field}: there is no ${what} ${id.slice(0, 64)}`;
  return refuse({ status: 404, code: "not_found", detail, field });
}

export function taken(finding: string, other: string) {
  const detail = `findings: ${finding} is in ${other}. Take it out of there, or work there.`;
  return refuse({ status: 409, code: "in_another_case", detail, field: "findings" });
}
