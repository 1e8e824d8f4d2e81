/**
 * Compares what the agents of a tenant enforce. Those that differ from most of their kind are told so; the finding
 * is their actor's (durable/domain/drift.ts). Run by the cron; what is not told now is told by the next run.
 */
import { drizzle } from "drizzle-orm/d1";
import { agentId, parseTenantId } from "../schema/ids.ts";
import { DRIFT_GRACE_MS, PEERS_TOLD } from "../schema/limits.ts";
import { selectRulesets, selectUntoldPeers } from "../schema/queries-coverage.ts";
import type { EpochMs } from "../schema/time.ts";
import { AGENT_RULESET_DRIFT, majorityOf } from "../durable/domain/drift.ts";
import { ruleOf } from "../durable/domain/rules.ts";
import { errorText, log } from "../durable/log.ts";
import { currentConfig } from "../durable/current-config.ts";
import type { Env } from "./env.ts";

interface Rulesets {
  tenant: string;
  kind: string;
  /** How many agents report each. */
  hosts: Map<string, number>;
  /** How many know what their peers enforce. */
  told: number;
}

export async function comparePeers(env: Env, now: EpochMs): Promise<void> {
  let left = PEERS_TOLD;
  for (const rulesets of grouped(await selectRulesets(drizzle(env.DB)))) {
    if (left <= 0) return;
    // One kind after the other, so that a run tells no more than it may.
    // oxlint-disable-next-line no-await-in-loop
    left -= await tellPeers(env, rulesets, now - DRIFT_GRACE_MS, left);
  }
}

/** Says how many agents of the kind were told. */
async function tellPeers(
  env: Env,
  { tenant, kind, hosts, told }: Rulesets,
  settledBefore: EpochMs,
  limit: number,
): Promise<number> {
  // The usual case: all agree, and nobody has been told otherwise.
  if (hosts.size === 1 && told === 0) return 0;
  const majority = (await isEnabled(env, tenant)) ? majorityOf(hosts) : null;
  const peers = { tenant, kind, ruleset: majority?.ruleset ?? null };
  const untold = await selectUntoldPeers(drizzle(env.DB), peers, settledBefore, limit);
  const results = await Promise.allSettled(
    untold.map(({ owner, id }) =>
      env.HOST_ACTOR.getByName(`${tenant}/${owner}`).tellPeers(agentId(id), majority),
    ),
  );
  logTold(tenant, kind, results);
  return untold.length;
}

/** Where the rule is off nobody is told, and who was told before hears that there is no telling. */
async function isEnabled(env: Env, text: string): Promise<boolean> {
  const tenant = parseTenantId(text);
  if (tenant === null) return false;
  const config = await currentConfig(env.TENANT_ACTOR, tenant);
  return ruleOf(config, AGENT_RULESET_DRIFT)?.enabled ?? false;
}

function grouped(rows: Awaited<ReturnType<typeof selectRulesets>>): Rulesets[] {
  const byKind = new Map<string, Rulesets>();
  for (const { tenant, kind, ruleset, hosts, told } of rows) {
    const key = `${tenant} ${kind}`;
    const known = byKind.get(key) ?? { tenant, kind, hosts: new Map<string, number>(), told: 0 };
    byKind.set(key, known);
    known.hosts.set(ruleset, hosts);
    known.told += told;
  }
  return [...byKind.values()];
}

function logTold(tenant: string, kind: string, told: PromiseSettledResult<void>[]): void {
  const failed = told.filter((result) => result.status === "rejected");
  if (told.length === 0) return;
  log(failed.length > 0 ? "warn" : "info", "sweep.peers_told", {
    tenant,
    kind,
    agents: told.length,
    failed: failed.length,
    error: failed.length > 0 ? errorText(failed[0]?.reason) : undefined,
  });
}
