/**
 * The one place where what becomes of mutes is told, to the log and to endpoints: muting is also what an attacker
 * would do. How far that has come stands with the mute, so that a crash loses none of it; what fails, the sweep tells.
 * Contract: a beginning, an announcement and an end are told once each to whoever hears under their ids.
 */
import { and, eq, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { Happening, HappeningType } from "../../schema/happening.ts";
import type { TenantId } from "../../schema/ids.ts";
import { selectFinding } from "../../schema/queries.ts";
import { selectMute, type MuteRow } from "../../schema/queries-mutes.ts";
import { mutes } from "../../schema/tables.ts";
import { formatInstant, type EpochMs } from "../../schema/time.ts";
import { findingSummary } from "../../durable/domain/view.ts";
import { recentConfig } from "../../durable/current-config.ts";
import { errorText, log } from "../../durable/log.ts";
import { hasListeners, publish } from "../../durable/publish.ts";
import { findMute } from "../api/mute-reads.ts";
import { findingDocOf } from "../api/reads.ts";
import type { Env } from "../env.ts";

/** `mutes.told`: nothing of it, its beginning, its end too. */
export const TOLD = { nothing: 0, beginning: 1, all: 2 } as const;

/** Tells what of it has not been told. What fails is logged: the sweep goes on. */
export async function tellMute(
  env: Env,
  tenant: TenantId,
  id: string,
  now: EpochMs,
): Promise<void> {
  try {
    const [found] = await selectMute(drizzle(env.DB), tenant, id);
    if (found === undefined) return;
    const { mute } = found;
    if (mute.told < TOLD.beginning) {
      await publishMute(env, tenant, mute, "finding.muted", mute.createdAt, now);
      logMute("mute.created", mute, mute.author);
      await note(env, mute, TOLD.beginning);
    }
    if (mute.endedAt !== null && mute.told < TOLD.all) {
      // One that another has replaced is followed by that: the finding stays muted.
      if (mute.endKind !== "replaced")
        await publishMute(env, tenant, mute, "finding.unmuted", mute.endedAt, now);
      if (mute.endKind === "expired") logMute("mute.expired", mute);
      else logMute("mute.ended", mute, mute.endedBy ?? undefined);
      await note(env, mute, TOLD.all);
    }
  } catch (error) {
    log("warn", "mute.not_told", { tenant, mute: id, error: errorText(error) });
  }
}

/** Tells that its end comes. Throws what endpoints throw: it is announced when all have taken it. */
export async function tellExpiring(
  env: Env,
  tenant: TenantId,
  mute: MuteRow,
  now: EpochMs,
): Promise<void> {
  await publishMute(env, tenant, mute, "mute.expiring", now, now);
}

/** To the log, when it has been announced. */
export function logExpiring(mute: MuteRow): void {
  logMute("mute.expiring", mute);
}

/** Two that tell of it at once note the further of them. */
async function note(env: Env, { tenant, id }: MuteRow, told: number): Promise<void> {
  await drizzle(env.DB)
    .update(mutes)
    .set({ told: sql`max(${mutes.told}, ${told})` })
    .where(and(eq(mutes.tenant, tenant), eq(mutes.id, id)));
}

async function publishMute(
  env: Env,
  tenant: TenantId,
  row: MuteRow,
  type: HappeningType,
  at: EpochMs,
  now: EpochMs,
): Promise<void> {
  const config = await recentConfig(env.TENANT_ACTOR, tenant, now);
  if (!hasListeners(config)) return;
  const happening = await happeningOf(env, tenant, row, type, at, now);
  await publish(env, tenant, config, [happening]);
}

/** Of a scope it is about the mute alone, and no filter holds it back: what it reaches is for nobody to overlook. */
async function happeningOf(
  env: Env,
  tenant: TenantId,
  row: MuteRow,
  type: HappeningType,
  at: EpochMs,
  now: EpochMs,
): Promise<Happening> {
  const mute = await findMute(env, tenant, row.id, now);
  if (mute === null) throw new Error("D1 has lost a mute");
  const happening = { id: `mut:${row.id}:${type}`, type, at, key: row.finding ?? row.id };
  const [found] =
    row.finding === null ? [] : await selectFinding(drizzle(env.DB), tenant, row.finding);
  if (found === undefined) return { ...happening, data: { mute }, scope: {} };
  const doc = findingDocOf(found.doc);
  const { namespace, workload, service, host, cluster } = doc.resource;
  const { ruleId: rule, severity } = doc.finding;
  return {
    ...happening,
    data: { finding: findingSummary(doc, found, now), mute },
    scope: { rule, severity, namespace, workload, service, host, cluster },
  };
}

function logMute(event: string, row: MuteRow, by?: string): void {
  const { tenant, id, kind, finding, reason, until } = row;
  log("info", event, {
    tenant,
    mute: id,
    kind,
    finding: finding ?? undefined,
    reason,
    until: formatInstant(until),
    by,
  });
}
