/** What happened while mutes hid: live while they are in force, and as it was at their end. */
import { drizzle } from "drizzle-orm/d1";
import type { FindingDetail } from "../../schema/finding.ts";
import type { TenantId } from "../../schema/ids.ts";
import type { MuteSummary } from "../../schema/mutes-api.ts";
import { selectBase, selectMeanwhile, type MuteRow } from "../../schema/queries-mutes.ts";
import { formatInstant, type EpochMs } from "../../schema/time.ts";
import { Reads } from "../api/reads.ts";
import type { Env } from "../env.ts";

const NOTHING: MuteSummary = {
  findings: 0,
  open: 0,
  events: 0,
  episodesOpened: 0,
  episodesResolved: 0,
  newestEventAt: null,
};

/** By mute. As D1 knows it, which follows an open finding's repeats at least once an hour. */
export async function meanwhileOf(
  env: Env,
  tenant: TenantId,
  mutes: readonly MuteRow[],
): Promise<(mute: MuteRow) => MuteSummary> {
  const asked = mutes.filter(({ summary }) => summary === null).map(({ id }) => id);
  const rows = asked.length === 0 ? [] : await selectMeanwhile(drizzle(env.DB), tenant, asked);
  const live = new Map<string, MuteSummary>();
  for (const { mute, newestEventAt, ...counts } of rows)
    live.set(mute, { ...counts, newestEventAt: instantOrNull(newestEventAt) });
  return ({ id, summary }) =>
    // Written by closeMute from this type.
    summary === null ? (live.get(id) ?? NOTHING) : (JSON.parse(summary) as MuteSummary);
}

/** Of one mute, as its finding's actor knows it where it is of one finding. */
export async function meanwhileNow(
  env: Env,
  tenant: TenantId,
  mute: MuteRow,
  now: EpochMs,
): Promise<MuteSummary> {
  if (mute.finding === null || mute.summary !== null)
    return (await meanwhileOf(env, tenant, [mute]))(mute);
  const [finding, [base]] = await Promise.all([
    new Reads(env, tenant, now).finding(mute.finding),
    selectBase(drizzle(env.DB), tenant, mute.id, mute.finding),
  ]);
  if (finding === null || base === undefined) return NOTHING;
  const events = finding.totalCount - base.baseTotalCount;
  return {
    findings: 1,
    open: finding.status === "open" ? 1 : 0,
    events,
    episodesOpened: finding.episode - base.baseEpisode,
    episodesResolved: endedEpisodes(finding) - base.baseEnded,
    newestEventAt: events > 0 ? finding.lastSeenAt : null,
  };
}

export function endedEpisodes({ episode, status }: FindingDetail): number {
  return status === "open" ? episode - 1 : episode;
}

function instantOrNull(at: EpochMs | null): string | null {
  return at === null ? null : formatInstant(at);
}
