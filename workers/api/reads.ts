/**
 * What the API and the dashboard read: lists from D1, one finding from its live actor.
 * Expected failures (a cursor that is none of ours) are values.
 */
import { drizzle } from "drizzle-orm/d1";
import type {
  FindingCounts,
  FindingsQuery,
  Grouping,
  Page,
  SignalsQuery,
} from "../../schema/api.ts";
import type {
  EpisodeView,
  FindingDetail,
  FindingSummary,
  GroupView,
  Resolution,
  SignalView,
} from "../../schema/finding.ts";
import { parseFindingId, type FindingId, type TenantId } from "../../schema/ids.ts";
import { MAX_PAGE } from "../../schema/limits.ts";
import {
  countOpenedSince,
  decodeCursor,
  encodeCursor,
  selectCounts,
  selectEpisodes,
  selectFinding,
  selectFindings,
  selectGroups,
  selectSignal,
  selectSignals,
  type Cursor,
} from "../../schema/queries.ts";
import { selectMuteOf } from "../../schema/queries-mutes.ts";
import type { FindingMute, MuteKind, MuteReason } from "../../schema/mute.ts";
import { SEVERITIES, type Severity } from "../../schema/rule.ts";
import { formatDuration, formatInstant, type EpochMs } from "../../schema/time.ts";
import { displayName } from "../../durable/domain/headline.ts";
import {
  findingDetail,
  findingSummary,
  signalView,
  type FindingDoc,
  type SignalDoc,
} from "../../durable/domain/view.ts";
import { findingDocOf } from "../../durable/finding-doc.ts";
import type { Env } from "../env.ts";

export { findingDocOf } from "../../durable/finding-doc.ts";

export class BadCursor extends Error {
  override readonly name = "BadCursor";
}

/** The reads of one tenant at one instant. */
export class Reads {
  readonly #env: Env;
  readonly #tenant: TenantId;
  readonly #now: EpochMs;

  constructor(env: Env, tenant: TenantId, now: EpochMs) {
    this.#env = env;
    this.#tenant = tenant;
    this.#now = now;
  }

  get #db() {
    return drizzle(this.#env.DB);
  }

  async findings(query: FindingsQuery): Promise<Page<FindingSummary>> {
    const rows = await selectFindings(
      this.#db,
      this.#tenant,
      query,
      cursorOf(query.cursor),
      this.#now,
    );
    return page(
      rows,
      query.limit,
      (row) => findingSummary(findingDocOf(row.doc), row, this.#now),
      (row) => [row.sortValue ?? 0, row.id],
    );
  }

  async groups(query: FindingsQuery, grouping: Grouping): Promise<Page<GroupView>> {
    const cursor = cursorOf(query.cursor);
    const rows = await selectGroups(this.#db, this.#tenant, query, grouping, cursor, this.#now);
    return page(
      rows,
      query.limit,
      (row) => ({
        key: row.key,
        label: labelOf(findingDocOf(row.doc), grouping, row.namespaces),
        findings: row.findings,
        open: row.open,
        resolved: row.findings - row.open,
        resources: row.resources,
        count: row.count,
        severity: SEVERITIES[row.severityRank - 1] ?? "info",
        oldestFirstSeenAt: formatInstant(row.oldestOpenedAt),
        lastSeenAt: formatInstant(row.lastSeenAt),
      }),
      (row) => [row.severityRank, row.key],
    );
  }

  async counts(query: FindingsQuery): Promise<FindingCounts> {
    const rows = await selectCounts(this.#db, this.#tenant, query, this.#now);
    const counts: FindingCounts = {
      open: 0,
      unverified: 0,
      resolved: 0,
      bySeverity: { critical: 0, high: 0, medium: 0, low: 0, info: 0 },
    };
    for (const row of rows) {
      if (row.status === "resolved") counts.resolved += row.n;
      else {
        counts.open += row.n;
        counts.unverified += row.unverified;
        // Written from this type.
        counts.bySeverity[row.severity as Severity] += row.n;
      }
    }
    return counts;
  }

  async openedSince(query: FindingsQuery, since: EpochMs): Promise<number> {
    const [row] = await countOpenedSince(this.#db, this.#tenant, query, since, this.#now);
    return row?.n ?? 0;
  }

  /** Live from the actor that owns it; from D1 where the actor has forgotten it. */
  async finding(text: string): Promise<FindingDetail | null> {
    const id = parseFindingId(text);
    if (id === null) return null;
    const [row] = await selectFinding(this.#db, this.#tenant, id);
    if (row === undefined) return null;
    const [live, mute] = await Promise.all([
      this.#live(row.owner, id),
      row.mutedUntil > this.#now ? this.#mute(id) : null,
    ]);
    return findingDetail(live ?? findingDocOf(row.doc), { ...row, mute }, this.#now);
  }

  async #mute(finding: FindingId): Promise<FindingMute | null> {
    const [found] = await selectMuteOf(this.#db, this.#tenant, finding, this.#now);
    if (found === undefined) return null;
    const { id, kind, reason, note, author, until } = found.mute;
    return {
      id,
      // Written from these types.
      kind: kind as MuteKind,
      reason: reason as MuteReason,
      note,
      author,
      until: formatInstant(until),
    };
  }

  async #live(owner: string, id: FindingId): Promise<FindingDoc | null> {
    const actor = this.#env.HOST_ACTOR.getByName(`${this.#tenant}/${owner}`);
    // The types of RPC turn tuples into arrays; the value is what the actor returned.
    return (await actor.finding(id)) as FindingDoc | null;
  }

  async episodes(
    finding: string,
    limit: number = MAX_PAGE,
    cursor?: string,
  ): Promise<Page<EpisodeView>> {
    const at = cursorOf(cursor);
    const rows = await selectEpisodes(this.#db, this.#tenant, finding, limit, at);
    return page(rows, limit, episodeView, (row) => [row.episode, finding]);
  }

  async signal(id: string): Promise<SignalView | null> {
    const [row] = await selectSignal(this.#db, this.#tenant, id);
    return row === undefined ? null : signalView(signalDocOf(row.doc), this.#now);
  }

  async signals(query: SignalsQuery): Promise<Page<SignalView>> {
    const rows = await selectSignals(this.#db, this.#tenant, query, cursorOf(query.cursor));
    return page(
      rows,
      query.limit,
      (row) => signalView(signalDocOf(row.doc), this.#now),
      (row) => [row.sortValue, row.id],
    );
  }
}

type EpisodeRow = Awaited<ReturnType<typeof selectEpisodes>>[number];

export function episodeView(row: EpisodeRow): EpisodeView {
  return {
    episode: row.episode,
    openedAt: formatInstant(row.openedAt),
    lastSeenAt: formatInstant(row.lastSeenAt),
    resolvedAt: formatInstant(row.resolvedAt),
    // Written from these types.
    resolution: row.resolution as Resolution,
    count: row.count,
    severity: row.severity as Severity,
    quietPeriod: formatDuration(row.quietPeriodMs),
    regressedAt: row.regressedAt === null ? null : formatInstant(row.regressedAt),
    caseId: row.caseId,
    coverage: row.coverage,
  };
}

/** Documents in D1 were written by Projection from this type. */
export const signalDocOf = (text: string) => JSON.parse(text) as SignalDoc;

export function cursorOf(text: string | undefined): Cursor | null {
  if (text === undefined || text === "") return null;
  const cursor = decodeCursor(text);
  if (cursor === null) throw new BadCursor("cursor: not one that this list has given out");
  return cursor;
}

/** Rows are one more than the limit where there is another page. */
export function page<Row, View>(
  rows: readonly Row[],
  limit: number,
  view: (row: Row) => View,
  cursor: (row: Row) => Cursor,
): Page<View> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(view),
    nextCursor: rows.length > limit && last !== undefined ? encodeCursor(cursor(last)) : null,
  };
}

function labelOf(
  { finding, resource }: FindingDoc,
  grouping: Grouping,
  namespaces: number,
): string {
  switch (grouping) {
    case "rule":
      return finding.title;
    case "workload":
      // Workloads of one name in several namespaces are one group: it is named after none of them.
      return resource.namespace === null || namespaces > 1
        ? (resource.workload ?? "")
        : `${resource.namespace}/${resource.workload}`;
    case "resource":
      return displayName(resource);
    case "host":
      return resource.host ?? "";
  }
}
