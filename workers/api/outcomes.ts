/** What became of everything received: `GET /api/v1/outcomes`. */
import { drizzle } from "drizzle-orm/d1";
import { MAX_PAGE, OUTCOMES_BEHIND_MS } from "../../schema/limits.ts";
import type {
  Outcome,
  OutcomeCounts,
  OutcomeGroup,
  OutcomesAnswer,
  OutcomesQuery,
} from "../../schema/outcome.ts";
import { decodeCursor, encodeCursor } from "../../schema/queries.ts";
import {
  selectOutcomesByAgent,
  selectOutcomesByHour,
  selectOutcomeTotals,
} from "../../schema/queries-intake.ts";
import { formatInstant, type EpochMs } from "../../schema/time.ts";
import type { Env } from "../env.ts";
import { hourOf } from "../outcomes/buffer.ts";
import { dailyQuota, receivedToday } from "../outcomes/quota.ts";
import type { Tenant } from "../tenant.ts";
import { BadCursor } from "./reads.ts";

const HOUR_MS = 3_600_000;

/** One sum as it stands in D1. */
interface Sum {
  outcome: string;
  code: string;
  n: number;
}

type Counts = OutcomeCounts & Pick<OutcomeGroup, "rejectedBy" | "refusedBy">;

export async function readOutcomes(
  env: Env,
  tenant: Tenant,
  query: OutcomesQuery,
  now: EpochMs,
): Promise<OutcomesAnswer> {
  const from = hourOf(now) - (query.hours - 1) * HOUR_MS;
  const totals = await selectOutcomeTotals(drizzle(env.DB), tenant.id, from, query);
  const list =
    query.groupBy === "hour"
      ? await byHour(env, tenant, query, from)
      : await byAgent(env, tenant, query, from);
  return {
    ...list,
    totals: countsOf(totals),
    behindMs: OUTCOMES_BEHIND_MS,
    quota: { daily: dailyQuota(env), receivedToday: await receivedToday(env, tenant.id, now) },
  };
}

type List = Pick<OutcomesAnswer, "items" | "nextCursor">;

async function byHour(
  env: Env,
  tenant: Tenant,
  query: OutcomesQuery,
  from: EpochMs,
): Promise<List> {
  const rows = await selectOutcomesByHour(drizzle(env.DB), tenant.id, from, query);
  const hours = Map.groupBy(rows, (row) => row.hour);
  const items = Array.from({ length: query.hours }, (_, i): OutcomeGroup => {
    const hour = from + i * HOUR_MS;
    const counts = countsOf(hours.get(hour) ?? []);
    return { hour: formatInstant(hour), key: null, host: null, agent: null, ...counts };
  });
  return { items, nextCursor: null };
}

async function byAgent(
  env: Env,
  tenant: Tenant,
  query: OutcomesQuery,
  from: EpochMs,
): Promise<List> {
  const cursor = query.cursor === undefined ? null : decodeCursor(query.cursor);
  if (query.cursor && cursor === null)
    throw new BadCursor("cursor: not one that this list has given out");
  const after = cursor === null ? null : { problems: cursor[0], name: cursor[1] };
  const rows = await selectOutcomesByAgent(drizzle(env.DB), tenant.id, from, query, after);
  const shown = rows.slice(0, Math.min(query.limit, MAX_PAGE));
  const last = shown.at(-1);
  const names = new Map(tenant.config.agentKeys.map((key) => [key.id, key.name]));
  return {
    items: shown.map((row) => ({
      hour: null,
      key: { id: row.key, name: names.get(row.key) ?? row.key },
      host: row.host === "" ? null : row.host,
      agent: row.agent === "" ? null : row.agent,
      ...countsOf(sumsOf(row.outcomes)),
    })),
    nextCursor:
      rows.length > query.limit && last !== undefined
        ? encodeCursor([last.problems, last.name])
        : null,
  };
}

/** As `selectOutcomesByAgent` builds them. */
function sumsOf(json: string): Sum[] {
  return (JSON.parse(json) as [string, string, number][]).map(([outcome, code, n]) => ({
    outcome,
    code,
    n,
  }));
}

function countsOf(sums: readonly Sum[]): Counts {
  const counts: Counts = {
    received: 0,
    accepted: 0,
    duplicate: 0,
    ignored: 0,
    rejected: 0,
    late: 0,
    excepted: 0,
    dropped: 0,
    refused: 0,
    rejectedBy: {},
    refusedBy: {},
  };
  for (const { outcome, code, n } of sums) {
    // Written from this type.
    counts[outcome as Outcome] += n;
    if (outcome === "rejected") counts.rejectedBy[code] = (counts.rejectedBy[code] ?? 0) + n;
    if (outcome === "refused") counts.refusedBy[code] = (counts.refusedBy[code] ?? 0) + n;
  }
  counts.received = counts.accepted + counts.duplicate + counts.ignored + counts.rejected;
  return counts;
}
