/** What a mute with a scope would hide, by what is open. Nothing is stored. */
import { drizzle, type DrizzleD1Database } from "drizzle-orm/d1";
import { hostResourceId, ruleId, type TenantId } from "../../schema/ids.ts";
import { MAX_PREVIEW_EXAMPLES, MAX_PREVIEW_FINDINGS, MUTE_PAGE } from "../../schema/limits.ts";
import type { MutePreview } from "../../schema/mutes-api.ts";
import type { Cursor } from "../../schema/queries.ts";
import { selectDocs, selectOpenSubjects } from "../../schema/queries-mutes.ts";
import type { EpochMs } from "../../schema/time.ts";
import { displayName, headline } from "../../durable/domain/headline.ts";
import { resourceOf } from "../../durable/domain/view.ts";
import { compileScope, isInScope } from "../../durable/mute-scope.ts";
import type { Env } from "../env.ts";
import { subjectOf } from "../mutes/apply.ts";
import { refuse, type Answer } from "../problem.ts";
import { findingDocOf } from "./reads.ts";
import { badExpression } from "./rule-input.ts";

export async function previewMute(
  env: Env,
  tenant: TenantId,
  scope: string,
  now: EpochMs,
): Promise<Answer<MutePreview>> {
  const bad = badExpression(scope, "scope", compileScope);
  if (bad !== null) return refuse(bad);
  const db = drizzle(env.DB);
  const { rows, cut } = await openSubjects(db, tenant);
  const hidden = rows.filter((row) => isInScope(scope, row.subject));
  const bySeverity = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
  const workloads = new Set<string>();
  const hosts = new Set<string>();
  for (const { subject } of hidden) {
    const { cluster, namespace, workload, host, hostId } = subject.resource;
    bySeverity[subject.finding.severity]++;
    if (workload !== null) workloads.add(JSON.stringify([cluster, namespace, workload]));
    if (host !== null || hostId !== null) hosts.add(host ?? hostId ?? "");
  }
  const value = {
    findings: hidden.length,
    workloads: workloads.size,
    hosts: hosts.size,
    bySeverity,
    tested: rows.length,
    cut,
    everything: rows.length === 0 ? hidesAnything(scope) : hidden.length === rows.length,
    examples: await examplesOf(db, tenant, hidden.slice(0, MAX_PREVIEW_EXAMPLES), now),
  };
  return { ok: true, value };
}

/** The newest of them, and whether there are more. */
async function openSubjects(db: DrizzleD1Database, tenant: TenantId) {
  const rows: { id: string; subject: ReturnType<typeof subjectOf> }[] = [];
  let cursor: Cursor | null = null;
  while (rows.length < MAX_PREVIEW_FINDINGS) {
    const page = await selectOpenSubjects(db, tenant, cursor, MUTE_PAGE);
    for (const row of page) rows.push({ id: row.id, subject: subjectOf(row) });
    const last = page.at(-1);
    if (page.length < MUTE_PAGE || last === undefined) return { rows, cut: false };
    cursor = [last.openedAt, last.id];
  }
  return { rows, cut: (await selectOpenSubjects(db, tenant, cursor, 1)).length > 0 };
}

/** Whether it is true of a finding of which next to nothing is known. */
function hidesAnything(scope: string): boolean {
  const resource = resourceOf({ resources: new Map() }, hostResourceId("any"));
  const finding = { ruleId: ruleId("any"), title: "", severity: "info" } as const;
  return isInScope(scope, { finding, resource });
}

async function examplesOf(
  db: DrizzleD1Database,
  tenant: TenantId,
  hidden: readonly { id: string }[],
  now: EpochMs,
): Promise<MutePreview["examples"]> {
  const ids = hidden.map(({ id }) => id);
  const rows = await selectDocs(db, tenant, ids);
  return rows.map((row) => {
    const { finding, resource } = findingDocOf(row.doc);
    return {
      id: finding.id,
      headline: headline(finding, resource, now),
      resource: displayName(resource),
    };
  });
}
