/** What is known of the word that a case is fixed; of findings whose container is gone, by their roll-up. */
import type { CaseProof } from "../../schema/case.ts";
import type { TenantId } from "../../schema/ids.ts";
import { rollupId } from "../../schema/rollup-id.ts";
import { rollupKeyOf } from "../../schema/rollup-key.ts";
import type { EpochMs } from "../../schema/time.ts";
import { proofView } from "../domain/case-proof.ts";
import type { CaseRow } from "../domain/case-row.ts";
import type { FindingDoc } from "../domain/view.ts";
import { findingDocOf } from "../finding-doc.ts";
import { readRollup } from "../rollups.ts";

/** How far the word that a case is fixed has been verified, by what is linked to it. */
export async function proofOf(
  d1: D1Database,
  tenant: TenantId,
  row: CaseRow,
  linked: readonly { doc: string }[],
  now: EpochMs,
): Promise<CaseProof> {
  const docs = linked.map(({ doc }) => findingDocOf(doc));
  const proven = row.fixedAt === null ? undefined : await provenByRollup(d1, tenant, docs, now);
  const findings = docs.map(({ finding }) => finding);
  return proofView(row, findings, proven);
}

export async function provenByRollup(
  d1: D1Database,
  tenant: TenantId,
  docs: readonly FindingDoc[],
  now: EpochMs,
): Promise<ReadonlySet<string>> {
  const gone = docs.filter(({ finding }) => finding.resolution === "resource_gone");
  const byRollup = Map.groupBy(gone, ({ finding, resource }) => {
    const key = rollupKeyOf(finding.ruleId, resource);
    return key === null ? null : rollupId(key);
  });
  const proven = new Set<string>();
  for (const [id, members] of byRollup) {
    const rollup = id === null ? null : await readRollup(d1, tenant, id, now);
    if (rollup?.status !== "quiet" && rollup?.fix?.proven !== true) continue;
    for (const { finding } of members) proven.add(finding.id);
  }
  return proven;
}
