/** The dashboard's data for a signed-in reader: the same reads and changes as the API's. */
import type { DashboardData } from "../dashboard/data.ts";
import { Reads } from "./api/reads.ts";
import { findRule, listRules, patchRule } from "./api/rules.ts";
import type { Caller } from "./auth/authenticate.ts";
import type { Env } from "./env.ts";

export function dashboardData(env: Env, caller: Caller, now: number): DashboardData {
  const reads = new Reads(env, caller.tenant.id, now);
  return {
    tenant: caller.tenant.id,
    now,
    findings: (query) => reads.findings(query),
    groups: (query) => reads.groups(query, query.groupBy ?? "rule"),
    counts: (query) => reads.counts(query),
    openedSince: (query, since) => reads.openedSince(query, since),
    finding: (id) => reads.finding(id),
    episodes: async (id) => (await reads.episodes(id)).items,
    signals: (query) => reads.signals(query),
    rules: async () => listRules(caller.tenant),
    rule: async (id) => findRule(caller.tenant, id),
    patchRule: (id, patch) => patchRule(env, caller.tenant.id, id, patch, caller.name, now),
  };
}
