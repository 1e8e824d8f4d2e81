/** Outcomes for the dashboard's fixture: a few weeks of intake with a bad hour now and then. */
import type {
  OutcomeCounts,
  OutcomeGroup,
  OutcomesAnswer,
  OutcomesQuery,
} from "../../schema/outcome.ts";
import type { FixtureSize } from "./dashboard-fixture.ts";
import { HOSTILE } from "./dashboard-fixture-hostile.ts";
import { random } from "./dashboard-fixture-rows.ts";

const HOUR = 3_600_000;

type Counts = OutcomeCounts & Pick<OutcomeGroup, "rejectedBy" | "refusedBy">;

function countsOf(n: number, bad: boolean, code = "missing_field"): Counts {
  const rejected = bad ? Math.ceil(n * 0.04) : 0;
  const duplicate = Math.floor(n * 0.03);
  const accepted = Math.floor(n * 0.2);
  const ignored = n - rejected - duplicate - accepted;
  return {
    received: n,
    accepted,
    duplicate,
    ignored,
    rejected,
    late: Math.floor(accepted * 0.01),
    excepted: Math.floor(ignored * 0.1),
    dropped: bad ? 12 : 0,
    refused: bad ? 3 : 0,
    rejectedBy: rejected === 0 ? {} : { [code]: rejected },
    refusedBy: bad ? { rate_limited: 3 } : {},
  };
}

function sum(all: readonly Counts[]): Counts {
  const total = countsOf(0, false);
  for (const one of all) {
    for (const key of Object.keys(total) as (keyof OutcomeCounts)[])
      if (typeof total[key] === "number") total[key] += one[key];
    for (const by of ["rejectedBy", "refusedBy"] as const)
      for (const [code, n] of Object.entries(one[by])) total[by][code] = (total[by][code] ?? 0) + n;
  }
  return total;
}

/** Events an hour. */
const RATE: Readonly<Record<FixtureSize, number>> = {
  none: 0,
  little: 40,
  lot: 90_000,
  hostile: 900,
};

export function outcomesFixture(
  size: FixtureSize,
  query: OutcomesQuery,
  now: number,
): OutcomesAnswer {
  const rand = random(5);
  const first = Math.floor(now / HOUR) * HOUR - (query.hours - 1) * HOUR;
  const code = size === "hostile" ? HOSTILE.markup : "missing_field";
  const hours = Array.from({ length: query.hours }, (_, i): OutcomeGroup => {
    const n = Math.floor(RATE[size] * (0.5 + rand()) * (1.2 + Math.sin(i / 4)));
    const none = { key: null, host: null, agent: null };
    return {
      hour: new Date(first + i * HOUR).toISOString(),
      ...none,
      ...countsOf(n, i % 9 === 4 && n > 0, code),
    };
  });
  const total = sum(hours);
  const agents = { none: 0, little: 2, lot: 60, hostile: 4 }[size];
  const names = Object.values(HOSTILE);
  const groups = Array.from({ length: agents }, (_, i): OutcomeGroup => {
    const text = size === "hostile" ? (names[i] ?? "") : "";
    return {
      hour: null,
      key: { id: `k${i % 3}`, name: text === "" ? (["fleet", "edge", "lab"][i % 3] ?? "") : text },
      host: i === 1 ? null : `host:node-${i}${text}`,
      agent: i === 1 ? null : text === "" ? `falco:node-${i}` : text,
      ...countsOf(Math.floor(total.received / Math.max(1, agents)), i < 2, code),
    };
  });
  const start = Number(query.cursor ?? "0");
  const end = start + query.limit;
  const byHour = query.groupBy === "hour";
  return {
    items: byHour ? hours : groups.slice(start, end),
    nextCursor: byHour || end >= agents ? null : String(end),
    totals: total,
    behindMs: 30_000,
    quota: {
      daily: size === "lot" ? 3_000_000 : null,
      receivedToday: size === "lot" ? 2_650_000 : 0,
    },
  };
}
