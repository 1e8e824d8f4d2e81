/** Who watches which host: lists from D1, one host from its live actor. */
import { drizzle } from "drizzle-orm/d1";
import type { Page } from "../../schema/api.ts";
import type { CoverageQuery, CoverageSummary, HostCoverage } from "../../schema/coverage.ts";
import { parseResourceId, type TenantId } from "../../schema/ids.ts";
import {
  selectAgentsOf,
  selectCoveredOwners,
  selectCoverageSummary,
  selectOpenOf,
  selectUnproven,
} from "../../schema/queries-coverage.ts";
import { agentView, type AgentDoc } from "../../durable/domain/agent-view.ts";
import type { Env } from "../env.ts";
import { cursorOf, page } from "./reads.ts";

/** By the hosts' ids. */
export async function listCoverage(
  env: Env,
  tenant: TenantId,
  query: CoverageQuery,
): Promise<Page<HostCoverage>> {
  const db = drizzle(env.DB);
  const [, after] = cursorOf(query.cursor) ?? [0, null];
  const owners = await selectCoveredOwners(db, tenant, query, after);
  const shown = owners.map(({ owner }) => owner);
  const [agents, open] = await db.batch([
    selectAgentsOf(db, tenant, shown),
    selectOpenOf(db, tenant, shown),
  ]);
  return page(
    owners,
    query.limit,
    ({ owner }) => {
      const ofHost = agents.filter((row) => row.owner === owner);
      const counts = open.find((row) => row.owner === owner);
      return {
        id: owner,
        host: ofHost[0]?.host ?? owner,
        findings: { open: counts?.open ?? 0, unverified: counts?.unverified ?? 0 },
        // Written by Projection from this type.
        agents: ofHost.map((row) => agentView(JSON.parse(row.doc) as AgentDoc)),
      };
    },
    ({ owner }) => [0, owner],
  );
}

export async function coverageSummary(env: Env, tenant: TenantId): Promise<CoverageSummary> {
  const [row] = await selectCoverageSummary(drizzle(env.DB), tenant);
  if (row === undefined) throw new Error("a count without a group has one row");
  return row;
}

/** How many open findings no agent that sends heartbeats has reported. */
export async function countUnproven(env: Env, tenant: TenantId): Promise<number> {
  const [row] = await selectUnproven(drizzle(env.DB), tenant);
  return row?.findings ?? 0;
}

/** Null where nobody has reported the host, or it is out of service. */
export async function readCoverage(
  env: Env,
  tenant: TenantId,
  text: string,
): Promise<HostCoverage | null> {
  const id = parseResourceId(text);
  if (id === null) return null;
  const roster = await env.HOST_ACTOR.getByName(`${tenant}/${id}`).roster();
  if (roster === null || roster.agents.length === 0) return null;
  const { host, findings, agents } = roster;
  return { id, host, findings, agents: agents.map(agentView) };
}
