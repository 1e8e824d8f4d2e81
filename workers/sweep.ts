/**
 * The cron sweep. It finds in D1 the findings whose deadline has passed while they still stand open, and wakes
 * their actors: so it repairs what an alarm missed, through the same code. It does the same
 * where agents should have been heard of. And it tells the owners of findings
 * whose rule has gone out of force, until none is open, and those of findings that rise since they have spread.
 */
import { drizzle } from "drizzle-orm/d1";
import { parseTenantId } from "../schema/ids.ts";
import {
  AGENT_RETENTION_MS,
  AGENT_SWEEP_GRACE_MS,
  CRON_MS,
  PEERS_EVERY_MS,
  SWEEP_GRACE_MS,
  SWEEP_OWNERS,
} from "../schema/limits.ts";
import { selectOverdueOwners } from "../schema/queries.ts";
import { deleteUnheardAgents, selectUnheardOwners } from "../schema/queries-coverage.ts";
import { deleteRetirement, selectRetirements } from "../schema/queries-rules.ts";
import type { EpochMs } from "../schema/time.ts";
import type { RuleChange } from "../durable/domain/model.ts";
import { errorText, log } from "../durable/log.ts";
import type { Env } from "./env.ts";
import { comparePeers } from "./peers.ts";
import { tellOwners } from "./rule-news.ts";
import { tellSpread } from "./spread.ts";

export async function sweep(env: Env, now: EpochMs): Promise<void> {
  await wakeOverdue(env, now);
  await retireRules(env);
  await tellSpread(env);
  await keepRoster(env, now);
}

/** Forgets agents that are long gone, and now and then compares those that are there. */
async function keepRoster(env: Env, now: EpochMs): Promise<void> {
  await deleteUnheardAgents(drizzle(env.DB), now - AGENT_RETENTION_MS);
  if (now % PEERS_EVERY_MS < CRON_MS) await comparePeers(env, now);
}

async function wakeOverdue(env: Env, now: EpochMs): Promise<void> {
  const db = drizzle(env.DB);
  const overdue = [
    ...(await selectOverdueOwners(db, now - SWEEP_GRACE_MS, SWEEP_OWNERS)),
    // Their agents should have been heard of, or missed.
    ...(await selectUnheardOwners(db, now - AGENT_SWEEP_GRACE_MS, SWEEP_OWNERS)),
  ];
  const woken = await Promise.allSettled(
    overdue.map(({ tenant, owner }) => env.HOST_ACTOR.getByName(`${tenant}/${owner}`).wake()),
  );
  const failed = woken.filter((result) => result.status === "rejected");
  if (overdue.length === 0) return;
  log(failed.length > 0 ? "warn" : "info", "sweep", {
    owners: overdue.length,
    failed: failed.length,
    error: failed.length > 0 ? errorText(failed[0]?.reason) : undefined,
  });
}

/** Owners of one sweep, over all rules; the next minute takes the rest. */
async function retireRules(env: Env): Promise<void> {
  const db = drizzle(env.DB);
  let left = SWEEP_OWNERS;
  for (const retirement of await selectRetirements(db, SWEEP_OWNERS)) {
    const tenant = parseTenantId(retirement.tenant);
    if (left <= 0) return;
    if (tenant === null) continue;
    // Written by durable/rule-history.ts from this type.
    const change = JSON.parse(retirement.change) as RuleChange;
    const told = await tellOwners(env, tenant, change, left);
    left -= told;
    if (told === 0) await deleteRetirement(db, retirement);
    else log("info", "sweep.rule_retired", { tenant, rule: change.ruleId, owners: told });
  }
}
