/** Ends a mute in D1, once: who comes second changes nothing. */
import { and, eq, isNull, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { TenantId } from "../../schema/ids.ts";
import { SYSTEM, type Doer } from "../../schema/ledger.ts";
import type { MuteEnd } from "../../schema/mute.ts";
import type { MuteSummary } from "../../schema/mutes-api.ts";
import type { MuteRow } from "../../schema/queries-mutes.ts";
import { mutes } from "../../schema/tables.ts";
import type { EpochMs } from "../../schema/time.ts";
import { actStatement } from "../../durable/ledger-acts.ts";
import { retime } from "../../durable/muted-findings.ts";
import type { Env } from "../env.ts";
import { release } from "./apply.ts";
import { muteEndEntry } from "./ledger.ts";
import { meanwhileNow } from "./meanwhile.ts";
import { tellMute } from "./news.ts";

/** How and when it ends; `by` is null where nobody ended it, and `doer` tells the ledger who it was. */
export interface Ending {
  kind: MuteEnd;
  at: EpochMs;
  by: string | null;
  doer: Doer;
}

/** What its record says then. */
export function closing({ kind, at, by }: Omit<Ending, "doer">, summary: MuteSummary) {
  return { endedAt: at, endedBy: by, endKind: kind, summary: JSON.stringify(summary) };
}

/**
 * Closes its record. A finding of its own is shown again with that; what a scope hides is left to
 * {@link applyMute}. False: it had ended before.
 */
export async function closeMute(
  env: Env,
  tenant: TenantId,
  mute: MuteRow,
  ending: Ending,
  now: EpochMs,
): Promise<boolean> {
  const db = drizzle(env.DB);
  const summary = await meanwhileNow(env, tenant, mute, now);
  const close = db
    .update(mutes)
    .set({ ...closing(ending, summary), pending: mute.finding === null ? "" : null })
    .where(and(eq(mutes.tenant, tenant), eq(mutes.id, mute.id), isNull(mutes.endedAt)))
    .returning({ id: mutes.id });
  const told = actStatement(
    db,
    tenant,
    muteEndEntry(mute, ending, ending.doer),
    sql`exists (select 1 from ${mutes} where ${mutes.tenant} = ${tenant} and ${mutes.id} = ${mute.id} and ${mutes.endedAt} is null)`,
  );
  if (mute.finding === null) {
    const [, closed] = await db.batch([told, close]);
    return closed.length > 0;
  }
  const [, closed] = await db.batch([
    told,
    close,
    release(db, { ...mute, endedAt: ending.at }, sql`true`),
    retime(db, tenant, [mute.finding], now),
  ]);
  return closed.length > 0;
}

/** Closes one that is past its end. */
export async function expireMute(
  env: Env,
  tenant: TenantId,
  mute: MuteRow,
  now: EpochMs,
): Promise<void> {
  const ending = { kind: "expired", at: mute.until, by: null, doer: SYSTEM } as const;
  if (await closeMute(env, tenant, mute, ending, now)) await tellMute(env, tenant, mute.id, now);
}
