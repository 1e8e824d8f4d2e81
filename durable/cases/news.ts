/**
 * Tells what has become of cases, to the log and to endpoints, in the order in which it happened. It stands in the
 * outbox with the change, so that a crash loses none of it; what is not told at once, the sweep tells.
 */
import { and, eq, lte } from "drizzle-orm";
import { drizzle, type DrizzleD1Database } from "drizzle-orm/d1";
import type { CaseNews } from "../../schema/case.ts";
import type { HappeningData } from "../../schema/happening.ts";
import { parseTenantId, type TenantId } from "../../schema/ids.ts";
import { CASE_NEWS_BATCH, MAX_TOLD_CASE_FINDINGS } from "../../schema/limits.ts";
import {
  selectCaseNews,
  selectEpisodesOfCase,
  selectFindingsOfCase,
} from "../../schema/queries-cases.ts";
import { caseOutbox } from "../../schema/tables.ts";
import type { EpochMs } from "../../schema/time.ts";
import { recentConfig } from "../current-config.ts";
import { loadCase } from "./read.ts";
import { findingSummary } from "../domain/view.ts";
import { findingDocOf } from "../finding-doc.ts";
import { sha256 } from "../identity.ts";
import { errorText, log } from "../log.ts";
import { hasListeners, publish, type PublishEnv } from "../publish.ts";
import { certificateOf } from "../signing-key.ts";
import { proofOf } from "./proven.ts";

export interface CaseNewsEnv extends PublishEnv {
  DB: D1Database;
  TENANT_ACTOR: DurableObjectNamespace;
}

type Row = Awaited<ReturnType<typeof selectCaseNews>>[number];

/** Of one case, or of all tenants'. What fails of a case is logged, and holds up no other one: the sweep goes on. */
export async function tellCaseNews(
  env: CaseNewsEnv,
  of: { tenant: TenantId; id: string } | null,
  now: EpochMs,
): Promise<void> {
  const failed = new Set<string>();
  try {
    for (const row of await selectCaseNews(drizzle(env.DB), of, CASE_NEWS_BATCH)) {
      const one = JSON.stringify([row.tenant, row.case]);
      // What comes later of the same case comes after it.
      if (!failed.has(one) && !(await attempt(env, row, now))) failed.add(one);
    }
  } catch (error) {
    log("warn", "case.not_told", { case: of?.id, error: errorText(error) });
  }
}

async function attempt(env: CaseNewsEnv, row: Row, now: EpochMs): Promise<boolean> {
  const { tenant, case: id, version, type } = row;
  try {
    await tell(env, row, now);
    log("info", type, { tenant, case: id, version });
    const one = and(eq(caseOutbox.tenant, tenant), eq(caseOutbox.case, id));
    await drizzle(env.DB)
      .delete(caseOutbox)
      .where(and(one, lte(caseOutbox.version, version)));
    return true;
  } catch (error) {
    log("warn", "case.not_told", { tenant, case: id, error: errorText(error) });
    return false;
  }
}

async function tell(env: CaseNewsEnv, row: Row, now: EpochMs): Promise<void> {
  const tenant = parseTenantId(row.tenant);
  if (tenant === null) throw new Error("D1 holds a case without a tenant");
  const config = await recentConfig(env.TENANT_ACTOR, tenant, now);
  if (!hasListeners(config)) return;
  // Both were written by durable/cases/write.ts from these types.
  const type = row.type as CaseNews;
  const { origin, ...doc } = JSON.parse(row.doc) as HappeningData & { origin?: string };
  const id = `cas:${row.case}:v${row.version}:${type}`;
  const data = { ...doc, ...(await aboutFindings(env.DB, tenant, row.case, now)) };
  const from = origin === undefined ? {} : { origin };
  const happening = { id, type, at: row.at, key: row.case, data, scope: {}, ...from };
  await publish(env, tenant, config, [happening]);
}

/** What a ticket says of its findings, as they are when it is told. */
export async function aboutFindings(
  d1: D1Database,
  tenant: TenantId,
  id: string,
  now: EpochMs,
): Promise<Pick<HappeningData, "findings" | "proof" | "certificates">> {
  const db = drizzle(d1);
  const [state, linked] = await Promise.all([
    loadCase(db, tenant, id),
    selectFindingsOfCase(db, tenant, id),
  ]);
  if (state === null) return {};
  const findings = linked
    .toReversed()
    .slice(0, MAX_TOLD_CASE_FINDINGS)
    .map((it) => findingSummary(findingDocOf(it.doc), it, now));
  const proof = await proofOf(d1, tenant, state.row, linked, now);
  const isVerified = state.row.closeReason === "verified";
  return {
    findings,
    proof,
    ...(isVerified && { certificates: await certificates(db, tenant, id) }),
  };
}

/** Of the last episode of each finding. */
async function certificates(db: DrizzleD1Database, tenant: TenantId, id: string) {
  const rows = await selectEpisodesOfCase(db, tenant, id);
  const last = new Map(rows.map(({ episode }) => [episode.finding, episode]));
  return [...last.values()]
    .slice(-MAX_TOLD_CASE_FINDINGS)
    .filter(({ certificateClaims }) => certificateClaims !== null)
    .map(({ finding, episode, certificateClaims: claims, certificateJws: jws }) => ({
      finding,
      episode,
      certificate: `/api/v1/findings/${finding}/episodes/${episode}/certificate`,
      sha256: claims === null || jws === null ? null : sha256(certificateOf(claims, jws)),
    }));
}
