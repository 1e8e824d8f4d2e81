/** Handlers of one finding: its page, and the part that refreshes itself. */
import type { Context } from "hono";
import { MAX_FIX_NOTE_CHARS } from "../../schema/limits.ts";
import { text } from "../form-errors.ts";
import { FindingPage, FindingRefresh } from "../pages/finding.tsx";
import { type FindingPageProps } from "../props.ts";
import { type StripSpan, usualSpan } from "../parts/strip-model.ts";
import { paths } from "../paths.ts";
import { type DashboardEnv, errorPage, formOf, fragment, page } from "../render.tsx";

function spanOf(word: string | undefined): StripSpan | undefined {
  return word === "all" || word === "episode" || word === "deadline" ? word : undefined;
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

/** `POST /findings/:id/fixed` */
export async function sayFixed(c: Context<DashboardEnv>): Promise<Response> {
  const id = c.req.param("id") ?? "";
  const note = text(await formOf(c), "note");
  if (note.length > MAX_FIX_NOTE_CHARS) {
    const props = await load(c);
    const fixProblem = `At most ${MAX_FIX_NOTE_CHARS} characters.`;
    return props === null
      ? noFinding(c)
      : page(c, <FindingPage {...props} {...{ fixProblem }} />, 422);
  }
  const isKnown = await c.get("data").sayFixed(id, note === "" ? undefined : note);
  return isKnown ? c.redirect(paths.finding(id), 303) : noFinding(c);
}

/** `POST /findings/:id/unfixed` */
export async function takeFixBack(c: Context<DashboardEnv>): Promise<Response> {
  const id = c.req.param("id") ?? "";
  const isKnown = await c.get("data").takeFixBack(id);
  return isKnown ? c.redirect(paths.finding(id), 303) : noFinding(c);
}

function noFinding(c: Context<DashboardEnv>): Response | Promise<Response> {
  return errorPage(c, { status: 404, view: c.get("view"), title: "There is no such finding" });
}
