/** Mutes as they are made and ended. What is repeated changes nothing, and answers what was made of it before. */
import { and, eq, isNull, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { MAX_MUTE_MS, MUTE_PAGES_AT_ONCE } from "../../schema/limits.ts";
import type { MuteInput, MuteView, ScopeMuteInput } from "../../schema/mutes-api.ts";
import type { FindingDetail } from "../../schema/finding.ts";
import {
  selectLatestOwnMute,
  selectMute,
  selectMuteOf,
  type MuteRow,
} from "../../schema/queries-mutes.ts";
import { mutedFindings, mutes } from "../../schema/tables.ts";
import { sameMute } from "../../durable/domain/tenant-mutes.ts";
import { compileScope } from "../../durable/mute-scope.ts";
import { randomId } from "../../durable/identity.ts";
import { actStatement, tellActs } from "../../durable/ledger-acts.ts";
import { hide, retime } from "../../durable/muted-findings.ts";
import { applyMute } from "../mutes/apply.ts";
import { closeMute, closing, expireMute } from "../mutes/close.ts";
import { muteEndEntry, muteEntry } from "../mutes/ledger.ts";
import { endedEpisodes, meanwhileNow } from "../mutes/meanwhile.ts";
import { TOLD, tellMute } from "../mutes/news.ts";
import { refuse, type Answer } from "../problem.ts";
import { changeRules } from "../tenant.ts";
import { findMute } from "./mute-reads.ts";
import { Reads } from "./reads.ts";
import { problemOfRefusal } from "./refusals.ts";
import { badEnd, badExpression } from "./rule-input.ts";
import type { Editor } from "./rules.ts";

/** Mutes one finding, in place of the mute that it may have of its own. */
export async function muteFinding(
  editor: Editor,
  id: string,
  input: MuteInput,
): Promise<Answer<MuteView>> {
  const { env, tenant, by, now } = editor;
  const finding = await new Reads(env, tenant.id, now).finding(id);
  if (finding === null) return noSuch("finding");
  const bad = badEnd(input.until, now, MAX_MUTE_MS);
  if (bad !== null) return refuse(bad);
  const former = await ownMute(editor, finding.id);
  const { reason, note, until } = input;
  if (
    former?.reason === reason &&
    former.note === note &&
    former.until === until &&
    former.author === by
  )
    return viewOf(editor, former.id);
  const mute = newMute(editor, input, { kind: "finding", finding: finding.id });
  await replace(editor, former, mute, finding);
  await tellActs(env, tenant.id);
  if (former !== null) await tellMute(env, tenant.id, former.id, now);
  await tellMute(env, tenant.id, mute.id, now);
  return viewOf(editor, mute.id);
}

/** The mute of its own that is in force. One that is past its end is closed first. */
async function ownMute({ env, tenant, now }: Editor, finding: string): Promise<MuteRow | null> {
  const [latest] = await selectLatestOwnMute(drizzle(env.DB), tenant.id, finding);
  if (latest === undefined || latest.endedAt !== null) return null;
  if (latest.until > now) return latest;
  await expireMute(env, tenant.id, latest, now);
  return null;
}

function newMute(
  { tenant, by, now }: Editor,
  { reason, note, until }: MuteInput,
  what: { kind: "finding"; finding: string } | { kind: "scope"; scope: string },
): MuteRow {
  return {
    tenant: tenant.id,
    id: randomId(),
    finding: null,
    scope: null,
    ...what,
    reason,
    note,
    author: by,
    createdAt: now,
    until,
    announcedAt: null,
    endedAt: null,
    endedBy: null,
    endKind: null,
    summary: null,
    pending: null,
    told: TOLD.nothing,
  };
}

/** The former mute ends where the new one begins, in one transaction. */
async function replace(
  { env, tenant: { id: tenant }, by, doer, now }: Editor,
  former: MuteRow | null,
  mute: MuteRow,
  finding: FindingDetail,
): Promise<void> {
  const db = drizzle(env.DB);
  const own = and(eq(mutes.tenant, tenant), eq(mutes.finding, finding.id));
  const summary = former === null ? null : await meanwhileNow(env, tenant, former, now);
  const ending = { kind: "replaced", at: now, by } as const;
  const ofRow = [eq(mutedFindings.tenant, tenant), eq(mutedFindings.finding, finding.id)];
  const ended = sql`(select ${mutes.id} from ${mutes} where ${own} and ${mutes.endedAt} is not null)`;
  await db.batch([
    db
      .update(mutes)
      .set(summary === null ? { endedAt: now, endKind: "replaced" } : closing(ending, summary))
      .where(and(own, isNull(mutes.endedAt))),
    ...(former === null ? [] : [actStatement(db, tenant, muteEndEntry(former, ending, doer))]),
    actStatement(db, tenant, muteEntry(mute, finding.id, doer)),
    db
      .update(mutedFindings)
      .set({ until: sql`min(${mutedFindings.until}, ${now})` })
      .where(and(...ofRow, sql`${mutedFindings.mute} in ${ended}`)),
    db.insert(mutes).values(mute),
    hide(db, tenant, [[mute.id, finding.id]], now),
    // D1 follows an open finding's repeats with delay: what its actor has counted is not hidden.
    db
      .update(mutedFindings)
      .set({
        baseTotalCount: finding.totalCount,
        baseEpisode: finding.episode,
        baseEnded: endedEpisodes(finding),
      })
      .where(and(...ofRow, eq(mutedFindings.mute, mute.id))),
    retime(db, tenant, [finding.id], now),
  ]);
}

/** Ends the finding's own mute. Asked again, it answers the one that has ended. */
export async function unmuteFinding(editor: Editor, id: string): Promise<Answer<MuteView>> {
  const { env, tenant, now } = editor;
  const db = drizzle(env.DB);
  const finding = await new Reads(env, tenant.id, now).finding(id);
  if (finding === null) return noSuch("finding");
  const own = await ownMute(editor, finding.id);
  if (own !== null) return endMute(editor, own.id);
  const [other] = await selectMuteOf(db, tenant.id, finding.id, now);
  if (other !== undefined) {
    const detail = `The mute ${other.mute.id} hides it by its scope. End that mute, for all that it hides.`;
    return refuse({ status: 409, code: "muted_by_scope", detail });
  }
  const [latest] = await selectLatestOwnMute(db, tenant.id, finding.id);
  if (latest !== undefined) return viewOf(editor, latest.id);
  return refuse({ status: 409, code: "not_muted", detail: "The finding is not muted." });
}

/** Mutes all that a scope is true of, now and until its end. */
export async function createMute(editor: Editor, input: ScopeMuteInput): Promise<Answer<MuteView>> {
  const { env, tenant, by, doer, now } = editor;
  const bad =
    badEnd(input.until, now, MAX_MUTE_MS) ?? badExpression(input.scope, "scope", compileScope);
  if (bad !== null) return refuse(bad);
  const row = newMute(editor, input, { kind: "scope", scope: input.scope });
  const mute = { ...input, id: row.id, createdBy: by, createdAt: now };
  const changed = await changeRules(env, tenant.id, now, (client) =>
    client.createMute(mute, doer, now),
  );
  if (!changed.ok) return refuse(problemOfRefusal(changed.refusal));
  const id = sameMute(changed.tenant.config, mute)?.id ?? mute.id;
  if (id === mute.id) await tellMute(env, tenant.id, id, now);
  await applyMute(env, tenant.id, id, MUTE_PAGES_AT_ONCE, now);
  return viewOf(editor, id);
}

/** Ends it. Asked again, it answers how it ended. */
export async function endMute(editor: Editor, id: string): Promise<Answer<MuteView>> {
  const { env, tenant, by, doer, now } = editor;
  const [found] = await selectMute(drizzle(env.DB), tenant.id, id);
  if (found === undefined) return noSuch("mute");
  const { mute } = found;
  if (mute.endedAt === null && mute.until <= now) await expireMute(env, tenant.id, mute, now);
  else if (mute.endedAt === null) {
    const ending = { kind: "ended", at: now, by, doer } as const;
    if (await closeMute(env, tenant.id, mute, ending, now)) await tellMute(env, tenant.id, id, now);
  }
  await tellActs(env, tenant.id);
  await applyMute(env, tenant.id, id, MUTE_PAGES_AT_ONCE, now);
  return viewOf(editor, id);
}

async function viewOf({ env, tenant, now }: Editor, id: string): Promise<Answer<MuteView>> {
  const view = await findMute(env, tenant.id, id, now);
  if (view !== null) return { ok: true, value: view };
  return refuse({
    status: 503,
    code: "mute_waiting",
    detail: "The mute is kept, and waits for the database to record it. Send it again.",
    retryAfter: 60,
  });
}

function noSuch(what: "finding" | "mute") {
  return refuse({ status: 404, code: "not_found", detail: `There is no such ${what}.` });
}
