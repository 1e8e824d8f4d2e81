/**
 * What the cron does about cases: what a crash has left undone of them, what is proven by roll-ups alone, and news that
 * were not told. What fails of one case does not hold up the others.
 */
import { and, eq } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { parseTenantId, type TenantId } from "../../schema/ids.ts";
import { SWEEP_CASES } from "../../schema/limits.ts";
import {
  selectCasesOnDuty,
  selectClaimedCases,
  selectFindingsOfCase,
} from "../../schema/queries-cases.ts";
import { cases } from "../../schema/tables.ts";
import type { EpochMs } from "../../schema/time.ts";
import { loadCase } from "../../durable/cases/read.ts";
import { settleCase } from "../../durable/cases/settle.ts";
import { findingDocOf } from "../../durable/finding-doc.ts";
import { errorText, log } from "../../durable/log.ts";
import type { Env } from "../env.ts";
import { loadTenant } from "../tenant.ts";
import { attemptDuty } from "./duty.ts";
import { tellCaseNews } from "../../durable/cases/news.ts";
import { provenByRollup } from "../../durable/cases/proven.ts";

export async function sweepCases(env: Env, now: EpochMs): Promise<void> {
  const db = drizzle(env.DB);
  for (const found of await selectCasesOnDuty(db, SWEEP_CASES))
    await attempt(env, found, now, (tenant) => doLeft(env, tenant, found.id, now));
  for (const found of await selectClaimedCases(db, SWEEP_CASES))
    await attempt(env, found, now, (tenant) => settle(env, tenant, found.id, now));
  await tellCaseNews(env, null, now);
}

/** Those that were looked at come last the next time, whatever came of it. */
async function attempt(
  env: Env,
  found: { tenant: string; id: string },
  now: EpochMs,
  act: (tenant: TenantId) => Promise<void>,
): Promise<void> {
  try {
    const tenant = parseTenantId(found.tenant);
    if (tenant === null) throw new Error("D1 holds a case without a tenant");
    const one = and(eq(cases.tenant, tenant), eq(cases.id, found.id));
    await drizzle(env.DB).update(cases).set({ sweptAt: now }).where(one);
    await act(tenant);
  } catch (error) {
    log("warn", "case.not_swept", {
      tenant: found.tenant,
      case: found.id,
      error: errorText(error),
    });
  }
}

async function doLeft(env: Env, tenant: TenantId, id: string, now: EpochMs): Promise<void> {
  const state = await loadCase(drizzle(env.DB), tenant, id);
  if (state !== null) await attemptDuty(env, await loadTenant(env, tenant, now), state.row, now);
}

async function settle(env: Env, tenant: TenantId, id: string, now: EpochMs): Promise<void> {
  const rows = await selectFindingsOfCase(drizzle(env.DB), tenant, id);
  const ended = rows.every(({ status }) => status === "resolved");
  const docs = ended ? rows.map(({ doc }) => findingDocOf(doc)) : [];
  await settleCase(env.DB, tenant, id, now, await provenByRollup(env.DB, tenant, docs, now));
}
