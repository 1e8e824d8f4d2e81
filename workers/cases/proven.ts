/** Findings whose container is gone, though their workload is shown to be fixed: by its roll-up. */
import type { TenantId } from "../../schema/ids.ts";
import { rollupId } from "../../schema/rollup-id.ts";
import { rollupKeyOf } from "../../schema/rollup-key.ts";
import type { EpochMs } from "../../schema/time.ts";
import type { FindingDoc } from "../../durable/domain/view.ts";
import { readRollup } from "../api/rollups.ts";
import type { Env } from "../env.ts";

export async function provenByRollup(
  env: Env,
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
    const rollup = id === null ? null : await readRollup(env, tenant, id, now);
    if (rollup?.status !== "quiet" && rollup?.fix?.proven !== true) continue;
    for (const { finding } of members) proven.add(finding.id);
  }
  return proven;
}
