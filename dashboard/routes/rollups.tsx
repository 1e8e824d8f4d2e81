/** Handlers of the roll-ups: the list, and one of them. */
import type { Context } from "hono";
import { RollupPage } from "../pages/rollup.tsx";
import { RollupsPage } from "../pages/rollups.tsx";
import { parseRollupsQuery, rollupParams } from "../query.ts";
import { type DashboardEnv, errorPage, page, searchOf } from "../render.tsx";

export async function listRollups(c: Context<DashboardEnv>): Promise<Response> {
  const data = c.get("data");
  const { query, dropped } = parseRollupsQuery(searchOf(c));
  const [rollups, rules] = await Promise.all([data.rollups(query), data.rules()]);
  return page(
    c,
    <RollupsPage
      view={c.get("view")}
      query={query}
      params={rollupParams(query)}
      dropped={dropped}
      rules={rules
        .filter((rule) => rule.class !== "threat" && rule.scope.includes("container"))
        .toSorted((a, b) => a.title.localeCompare(b.title))}
      page={rollups}
    />,
  );
}

export async function showRollup(c: Context<DashboardEnv>): Promise<Response> {
  const data = c.get("data");
  const view = c.get("view");
  const rollup = await data.rollup(c.req.param("id") ?? "");
  if (rollup === null)
    return errorPage(c, { status: 404, view, title: "There is no such roll-up" });
  const rule = await data.rule(rollup.rule);
  return page(c, <RollupPage view={view} rollup={rollup} rule={rule} />);
}
