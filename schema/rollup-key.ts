/** What makes a roll-up one. */
import type { ResourceView } from "./finding.ts";
import type { RollupKey } from "./rollup.ts";

/** `["rule","cluster","namespace","kind","workload"]`, which is also how D1 groups (queries-rollups.ts). */
export function rollupKeyText(key: RollupKey): string {
  return JSON.stringify([key.rule, key.cluster, key.namespace, key.kind, key.workload]);
}

/** What of a resource says which workload it is of. */
type OfWorkload = Pick<
  ResourceView,
  "type" | "cluster" | "namespace" | "workload" | "workloadKind"
>;

/** The roll-up of a rule's finding on this resource; null for hosts, and containers of no known workload. */
export function rollupKeyOf(rule: string, resource: OfWorkload): RollupKey | null {
  const { type, cluster, namespace, workload, workloadKind: kind } = resource;
  if (type === "host" || workload === null) return null;
  return { rule, cluster, namespace, kind, workload };
}
