/** The ids of roll-ups, made of what makes a roll-up one. */
import { z } from "zod";
import { decodeText, encodeText } from "./base64url.ts";
import type { FindingSummary } from "./finding.ts";
import { rollupKeyOf, rollupKeyText } from "./rollup-key.ts";
import type { RollupKey } from "./rollup.ts";

const name = z.string().nullable();
const parts = z.tuple([z.string(), name, name, name, z.string()]);

/** Null if it is none. */
export function parseRollupKey(text: string): RollupKey | null {
  try {
    const [rule, cluster, namespace, kind, workload] = parts.parse(JSON.parse(text));
    return { rule, cluster, namespace, kind, workload };
  } catch {
    return null;
  }
}

/** The id is the key itself, as an address can hold it: it is known before any finding is read, and never changes. */
export function rollupId(key: RollupKey): string {
  return `r${encodeText(rollupKeyText(key))}`;
}

/** Null if it is no id that {@link rollupId} makes. */
export function parseRollupId(id: string): RollupKey | null {
  if (!id.startsWith("r")) return null;
  try {
    const key = parseRollupKey(decodeText(id.slice(1)));
    return key !== null && rollupId(key) === id ? key : null;
  } catch {
    return null;
  }
}

/** The roll-up that a finding belongs to; null for those of hosts, and of containers of no known workload. */
export function rollupOf(finding: Pick<FindingSummary, "rule" | "resource">): string | null {
  const key = rollupKeyOf(finding.rule, finding.resource);
  return key === null ? null : rollupId(key);
}
