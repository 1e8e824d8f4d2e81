/** Mutes as they are read: lists and one of them, with what happened meanwhile. */
import { drizzle } from "drizzle-orm/d1";
import type { Page } from "../../schema/api.ts";
import type { TenantId } from "../../schema/ids.ts";
import { MAX_MUTE_FINDINGS, MUTE_WARNING_MS } from "../../schema/limits.ts";
import type { MuteCounts, MuteDetail, MutesQuery, MuteView } from "../../schema/mutes-api.ts";
import {
  selectHiddenBy,
  selectMute,
  selectMuteCounts,
  selectMutes,
} from "../../schema/queries-mutes.ts";
import type { EpochMs } from "../../schema/time.ts";
import { findingSummary } from "../../durable/domain/view.ts";
import type { Env } from "../env.ts";
import { meanwhileNow, meanwhileOf } from "../mutes/meanwhile.ts";
import { muteView } from "../mutes/view.ts";
import { cursorOf, findingDocOf, page } from "./reads.ts";

export async function listMutes(
  env: Env,
  tenant: TenantId,
  query: MutesQuery,
  now: EpochMs,
): Promise<Page<MuteView>> {
  const rows = await selectMutes(drizzle(env.DB), tenant, query, cursorOf(query.cursor));
  const meanwhile = await meanwhileOf(
    env,
    tenant,
    rows.map(({ mute }) => mute),
  );
  return page(
    rows,
    query.limit,
    (row) => muteView(row, meanwhile(row.mute), now),
    ({ mute }) => [query.state === "in_force" ? mute.until : (mute.endedAt ?? 0), mute.id],
  );
}

/** Null if there is none. */
export async function findMute(
  env: Env,
  tenant: TenantId,
  id: string,
  now: EpochMs,
): Promise<MuteView | null> {
  const [row] = await selectMute(drizzle(env.DB), tenant, id);
  return row === undefined
    ? null
    : muteView(row, await meanwhileNow(env, tenant, row.mute, now), now);
}

/** With what it hides; null if there is none. */
export async function readMute(
  env: Env,
  tenant: TenantId,
  id: string,
  now: EpochMs,
): Promise<MuteDetail | null> {
  const [view, rows] = await Promise.all([
    findMute(env, tenant, id, now),
    selectHiddenBy(drizzle(env.DB), tenant, id, MAX_MUTE_FINDINGS),
  ]);
  if (view === null) return null;
  const findings = rows.map((row) => findingSummary(findingDocOf(row.doc), row, now));
  return { ...view, findings };
}

export async function muteCounts(env: Env, tenant: TenantId, now: EpochMs): Promise<MuteCounts> {
  const soon = now + MUTE_WARNING_MS;
  const [counts] = await selectMuteCounts(drizzle(env.DB), tenant, now, soon);
  return counts ?? { inForce: 0, endingSoon: 0 };
}
