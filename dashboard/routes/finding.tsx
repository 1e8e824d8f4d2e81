/** Handlers of one finding: its page, and the part that refreshes itself. */
import type { Context } from "hono";
import { FindingPage, FindingRefresh } from "../pages/finding.tsx";
import { type FindingPageProps } from "../props.ts";
import { type StripSpan, usualSpan } from "../parts/strip-model.ts";
import { type DashboardEnv, errorPage, fragment, page } from "../render.tsx";

function spanOf(text: string | undefined): StripSpan | undefined {
  return text === "all" || text === "episode" || text === "deadline" ? text : undefined;
}

async function load(c: Context<DashboardEnv>): Promise<FindingPageProps | null> {
  const data = c.get("data");
  const view = c.get("view");
  const id = c.req.param("id") ?? "";
  const [finding, episodes] = await Promise.all([data.finding(id), data.episodes(id)]);
  if (finding === null) return null;
  const asked = spanOf(c.req.query("span"));
  return {
    view,
    finding,
    episodes,
    rule: await data.rule(finding.rule),
    span: asked ?? usualSpan(finding, episodes, view.now),
    askedSpan: asked,
  };
}

export async function showFinding(c: Context<DashboardEnv>): Promise<Response> {
  const props = await load(c);
  if (props === null) return noFinding(c);
  return page(c, <FindingPage {...props} />);
}

export async function showFindingLive(c: Context<DashboardEnv>): Promise<Response> {
  const props = await load(c);
  if (props === null) return noFinding(c);
  return fragment(c, <FindingRefresh {...props} />);
}

function noFinding(c: Context<DashboardEnv>): Response | Promise<Response> {
  return errorPage(c, { status: 404, view: c.get("view"), title: "There is no such finding" });
}
