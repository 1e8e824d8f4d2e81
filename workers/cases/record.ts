/** One case as a complete record: what an auditor takes away. */
import { drizzle } from "drizzle-orm/d1";
import type { CaseRecord, TimelineEntry } from "../../schema/case.ts";
import type { Page } from "../../schema/api.ts";
import { certificateFileName } from "../../schema/certificate.ts";
import type { TenantId } from "../../schema/ids.ts";
import type { LedgerEntry } from "../../schema/ledger.ts";
import type { Role } from "../../schema/member.ts";
import { MAX_PAGE } from "../../schema/limits.ts";
import {
  selectEpisodesOfCase,
  selectLedgerOfCase,
  selectTimeline,
} from "../../schema/queries-cases.ts";
import { formatInstant, type EpochMs } from "../../schema/time.ts";
import { timelineEntry } from "../../durable/cases/view.ts";
import { certificateOf } from "../../durable/signing-key.ts";
import { cursorOf, episodeView, page } from "../api/reads.ts";
import type { Env } from "../env.ts";
import { readCase } from "./view.ts";

/** A page of what happened, the oldest or the newest first. */
export async function readTimeline(
  env: Env,
  tenant: TenantId,
  id: string,
  limit: number,
  cursor?: string,
  first: "oldest" | "newest" = "oldest",
): Promise<Page<TimelineEntry>> {
  const rows = await selectTimeline(drizzle(env.DB), tenant, id, cursorOf(cursor), limit, first);
  return page(rows, limit, timelineEntry, (row) => [row.at, row.id]);
}

/** Null if there is no such case. */
export async function readRecord(
  env: Env,
  tenant: TenantId,
  id: string,
  role: Role,
  now: EpochMs,
): Promise<CaseRecord | null> {
  const db = drizzle(env.DB);
  const [found, timeline, rows, entries] = await Promise.all([
    readCase(env, tenant, id, role, now),
    wholeTimeline(env, tenant, id),
    selectEpisodesOfCase(db, tenant, id),
    selectLedgerOfCase(db, tenant, id),
  ]);
  if (found === null) return null;
  return {
    exportedAt: formatInstant(now),
    case: found,
    timeline,
    episodes: rows.map(({ episode }) => ({ finding: episode.finding, ...episodeView(episode) })),
    certificates: rows.flatMap(({ episode: it }) => {
      const { certificateClaims: claims, certificateJws: detached } = it;
      if (claims === null || detached === null) return [];
      const { finding, episode } = it;
      const file = certificateFileName(finding, String(episode));
      return [{ finding, episode, file, jws: certificateOf(claims, detached) }];
    }),
    // Written by the LedgerActor from this type.
    ledger: entries.map(({ doc }) => JSON.parse(doc) as LedgerEntry),
  };
}

async function wholeTimeline(env: Env, tenant: TenantId, id: string): Promise<TimelineEntry[]> {
  const entries: TimelineEntry[] = [];
  let cursor: string | null = "";
  while (cursor !== null) {
    const next: Page<TimelineEntry> = await readTimeline(env, tenant, id, MAX_PAGE, cursor);
    entries.push(...next.items);
    cursor = next.nextCursor;
  }
  return entries;
}
