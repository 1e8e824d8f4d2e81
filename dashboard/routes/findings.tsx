/** Handlers of `/findings`, `/history` and the fragment that says what is new. */
import type { Context } from "hono";
import type { FindingsQuery } from "../../schema/api.ts";
import { FindingsPage, NewFindings } from "../pages/findings.tsx";
import { listParams, parseFindingsQuery } from "../query.ts";
import { type DashboardEnv, fragment, page, searchOf } from "../render.tsx";

async function list(c: Context<DashboardEnv>, kind: "findings" | "history"): Promise<Response> {
  const data = c.get("data");
  const history = kind === "history";
  const { query, dropped } = history
    ? parseFindingsQuery(searchOf(c), { status: "resolved" })
    : parseFindingsQuery(searchOf(c));
  const bySeverityToo = query.severity.length > 0;
  const grouped = !history && query.groupBy !== undefined;
  const [counts, facets, rules, items] = await Promise.all([
    data.counts(query),
    bySeverityToo ? data.counts({ ...query, severity: [] }) : null,
    data.rules(),
    grouped
      ? data.groups(query).then((groups) => ({ type: "groups", page: groups }) as const)
      : data.findings(ungrouped(query)).then((rows) => ({ type: "findings", page: rows }) as const),
  ]);
  return page(
    c,
    <FindingsPage
      view={c.get("view")}
      kind={kind}
      query={query}
      params={listParams(query, history)}
      dropped={dropped}
      counts={counts}
      facets={facets ?? counts}
      rules={rules.toSorted((a, b) => a.title.localeCompare(b.title))}
      list={items}
    />,
  );
}

function ungrouped(query: FindingsQuery): FindingsQuery {
  const { groupBy: _groupBy, ...rest } = query;
  return rest;
}

export function listFindings(c: Context<DashboardEnv>): Promise<Response> {
  return list(c, "findings");
}

export function listHistory(c: Context<DashboardEnv>): Promise<Response> {
  return list(c, "history");
}

/** `GET /findings/new?since=<epoch ms>` under the list's filters. */
export async function newFindings(c: Context<DashboardEnv>): Promise<Response> {
  const { query } = parseFindingsQuery(searchOf(c));
  const since = Number(c.req.query("since"));
  const n =
    Number.isSafeInteger(since) && since > 0 ? await c.get("data").openedSince(query, since) : 0;
  return fragment(c, <NewFindings n={n} params={listParams(query)} />);
}
