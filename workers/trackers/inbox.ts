/**
 * What hooks of trackers mean for cases, from when it is stored until it has taken effect. Contract: in the order in
 * which it came in; each once, since that it has taken effect is written in the batch that changes the case; and what
 * is older by the tracker's clock than what has taken effect changes neither status nor assignee.
 */
import { and, isNull } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { parseTenantId, type TenantId } from "../../schema/ids.ts";
import { HOOK_GRACE_MS, HOOK_RETENTION_MS, SWEEP_HOOKS } from "../../schema/limits.ts";
import {
  deleteAppliedHooks,
  isOvertaken,
  selectWaitingHooks,
  selectWaitingHooksOfCase,
  thisHook,
} from "../../schema/queries-trackers.ts";
import { trackerInbox } from "../../schema/tables.ts";
import type { EpochMs } from "../../schema/time.ts";
import type { Heard, TicketChange } from "../../durable/endpoint-hooks.ts";
import { errorText, log } from "../../durable/log.ts";
import type { Env } from "../env.ts";
import { loadTenant } from "../tenant.ts";
import { applyChange } from "./apply.ts";

type Row = typeof trackerInbox.$inferSelect;

/** Once for each of the tracker's deliveries. */
export async function storeChange(
  env: Env,
  tenant: TenantId,
  endpoint: string,
  { id, case: caseId, at, change }: Extract<Heard, { type: "change" }>,
  now: EpochMs,
): Promise<void> {
  const row: Row = {
    tenant,
    endpoint,
    id,
    case: caseId,
    statusAt: change.moved === undefined ? null : at,
    assigneeAt: change.assignee === undefined ? null : at,
    receivedAt: now,
    doc: JSON.stringify(change),
    // Lull's own doing has taken effect already.
    appliedAt: change.own ? now : null,
  };
  await drizzle(env.DB).insert(trackerInbox).values(row).onConflictDoNothing();
}

/** What of a case waits. What fails is logged: the sweep goes on. */
export async function applyWaiting(
  env: Env,
  of: { tenant: TenantId; case: string },
  now: EpochMs,
): Promise<void> {
  try {
    await applyAll(env, await selectWaitingHooksOfCase(drizzle(env.DB), of.tenant, of.case), now);
  } catch (error) {
    log("warn", "tracker.not_applied", { ...of, error: errorText(error) });
  }
}

/** For the cron. */
export async function sweepTrackers(env: Env, now: EpochMs): Promise<void> {
  const db = drizzle(env.DB);
  try {
    await applyAll(env, await selectWaitingHooks(db, now - HOOK_GRACE_MS, SWEEP_HOOKS), now);
    await deleteAppliedHooks(db, now - HOOK_RETENTION_MS);
  } catch (error) {
    log("warn", "tracker.not_applied", { error: errorText(error) });
  }
}

/** Of one case what comes later waits for what came before. */
async function applyAll(env: Env, rows: readonly Row[], now: EpochMs): Promise<void> {
  const failed = new Set<string>();
  for (const row of rows) {
    const one = JSON.stringify([row.tenant, row.case]);
    if (!failed.has(one) && !(await attempt(env, row, now))) failed.add(one);
  }
}

async function attempt(env: Env, row: Row, now: EpochMs): Promise<boolean> {
  const { tenant: name, endpoint, id, case: caseId } = row;
  const ids = { tenant: name, endpoint, case: caseId, hook: id };
  try {
    const tenant = parseTenantId(name);
    if (tenant === null) throw new Error("D1 holds a hook without a tenant");
    const overtaken = await isOvertaken(drizzle(env.DB), row);
    // Written by `storeChange` from this type.
    const { moved, assignee, ...change } = JSON.parse(row.doc) as TicketChange;
    const current: TicketChange = {
      ...change,
      ...(moved === undefined || overtaken.status ? {} : { moved }),
      ...(assignee === undefined || overtaken.assignee ? {} : { assignee }),
    };
    const why = await applyChange(env, await loadTenant(env, tenant, now), row, current, now);
    if (why === "again") return false;
    if (why !== null) log("warn", "tracker.refused", { ...ids, reason: why });
    await noteApplied(env, row, now);
    return true;
  } catch (error) {
    log("warn", "tracker.not_applied", { ...ids, error: errorText(error) });
    return false;
  }
}

/** Where it was not written with the change of its case: there was nothing to change. */
async function noteApplied(env: Env, row: Row, now: EpochMs): Promise<void> {
  await drizzle(env.DB)
    .update(trackerInbox)
    .set({ appliedAt: now })
    .where(and(thisHook(row), isNull(trackerInbox.appliedAt)));
}
