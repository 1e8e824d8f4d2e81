/** Handler of `/`. */
import type { Context } from "hono";
import type { FindingsQuery } from "../../schema/api.ts";
import { OverviewPage } from "../pages/overview.tsx";
import { parseCasesQuery, parseFindingsQuery, parseSignalsQuery } from "../query.ts";
import { type DashboardEnv, page } from "../render.tsx";

const ROWS = 6;
const RULES = 6;
/** Enough for a week of a busy tenant; beyond it the page says "at least". */
const RESOLVED = 100;

export async function showOverview(c: Context<DashboardEnv>): Promise<Response> {
  const data = c.get("data");
  const none = new URLSearchParams();
  const open: FindingsQuery = { ...parseFindingsQuery(none).query, limit: ROWS };
  const audible: FindingsQuery = { ...open, muted: "false" };
  const [counts, muted, mutes, newest, soonest, resolved, rules, signals, coverage, cases] =
    await Promise.all([
      data.counts({ ...audible, status: [] }),
      data.counts({ ...open, muted: "true", status: [] }),
      data.muteCounts(),
      data.findings({ ...audible, sort: "opened" }),
      data.findings({ ...audible, sort: "deadline" }),
      data.findings({ ...open, status: ["resolved"], sort: "lastSeen", limit: RESOLVED }),
      data.groups({ ...audible, groupBy: "rule", limit: 50 }),
      data.signals({ ...parseSignalsQuery(none).query, limit: 50 }),
      data.coverageSummary(),
      data.caseCounts(parseCasesQuery(none).query),
    ]);
  return page(
    c,
    <OverviewPage
      view={c.get("view")}
      counts={counts}
      muted={muted}
      mutes={mutes}
      newest={newest.items}
      soonest={soonest.items.filter((finding) => finding.deadlineAt !== null)}
      resolved={resolved}
      rules={rules.items.toSorted((a, b) => b.count - a.count).slice(0, RULES)}
      signals={signals}
      coverage={coverage}
      cases={cases}
    />,
  );
}
