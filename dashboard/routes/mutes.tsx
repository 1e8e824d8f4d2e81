/** Handlers of the mutes: the list, one of them, a new one with its preview, and ending one. */
import type { Context } from "hono";
import { mutesQuerySchema, type MutePreview, type MutesQuery } from "../../schema/mutes-api.ts";
import { type FormErrors, text } from "../form-errors.ts";
import {
  muteInput,
  type MuteValues,
  NEW_MUTE,
  readMute,
  refusalErrors,
  scopeMuteInput,
  scopeToPreview,
} from "../mute-form.ts";
import { FindingMutePage } from "../pages/finding-mute.tsx";
import { MuteNewPage } from "../pages/mute-new.tsx";
import { MUTE_NOTICES, MutePage } from "../pages/mute.tsx";
import { MutesPage } from "../pages/mutes.tsx";
import { paths } from "../paths.ts";
import { parseTolerantly } from "../query.ts";
import { type DashboardEnv, errorPage, formOf, page, searchOf } from "../render.tsx";

type Ctx = Context<DashboardEnv>;
type Notice = keyof typeof MUTE_NOTICES;

export async function listMutes(c: Ctx): Promise<Response> {
  const keys = ["state", "cursor"];
  const { query } = parseTolerantly<MutesQuery>(mutesQuerySchema, searchOf(c), keys);
  const data = c.get("data");
  const [mutes, counts] = await Promise.all([data.mutes(query), data.muteCounts()]);
  const later = query.cursor !== undefined;
  const { state } = query;
  return page(c, <MutesPage view={c.get("view")} page={mutes} {...{ counts, state, later }} />);
}

async function mutePage(c: Ctx, asked: boolean, refused?: string): Promise<Response> {
  const view = c.get("view");
  const mute = await c.get("data").mute(c.req.param("id") ?? "");
  if (mute === null) return errorPage(c, { status: 404, view, title: "There is no such mute" });
  const said = c.req.query("notice");
  const notice =
    said !== undefined && Object.hasOwn(MUTE_NOTICES, said) ? (said as Notice) : undefined;
  return page(
    c,
    <MutePage {...{ view, mute, asked, refused, notice }} />,
    refused === undefined ? 200 : 422,
  );
}

export function showMute(c: Ctx): Promise<Response> {
  return mutePage(c, false);
}

export function confirmMuteEnd(c: Ctx): Promise<Response> {
  return mutePage(c, true);
}

/** `POST /mutes/:id/end` */
export async function endMute(c: Ctx): Promise<Response> {
  const ended = await c.get("data").endMute(c.req.param("id") ?? "");
  return ended.ok
    ? c.redirect(paths.mute(ended.value.id, "ended"), 303)
    : mutePage(c, true, ended.problem.detail);
}

/** What a form is shown with. */
interface Shown {
  errors?: FormErrors;
  preview?: MutePreview | null;
  status?: 200 | 422;
}

function scopeForm(c: Ctx, values: MuteValues, shown: Shown = {}): Response | Promise<Response> {
  const { errors = {}, preview = null, status = 200 } = shown;
  return page(c, <MuteNewPage view={c.get("view")} {...{ values, errors, preview }} />, status);
}

/** `GET /mutes/new?scope=…` */
export function newMute(c: Ctx): Response | Promise<Response> {
  return scopeForm(c, { ...NEW_MUTE, scope: c.req.query("scope") ?? "" });
}

/** `POST /mutes/new`: it is made only of a scope that has been previewed. */
export async function createMute(c: Ctx): Promise<Response> {
  const sent = await formOf(c);
  const values = readMute(sent);
  const scope = scopeToPreview(values);
  if (!scope.ok) return scopeForm(c, values, { errors: scope.errors });
  const previewed = await c.get("data").previewMute(scope.value);
  if (!previewed.ok) return scopeForm(c, values, { errors: refusalErrors(previewed.problem) });
  const preview = previewed.value;
  const seen = text(sent, "previewed") === values.scope;
  if (text(sent, "do") !== "create" || !seen) return scopeForm(c, values, { preview });
  const input = scopeMuteInput(values, c.get("view").now);
  if (!input.ok) return scopeForm(c, values, { errors: input.errors, preview, status: 422 });
  const made = await c.get("data").createMute(input.value);
  if (made.ok) return c.redirect(paths.mute(made.value.id, "created"), 303);
  return scopeForm(c, values, { errors: refusalErrors(made.problem), preview, status: 422 });
}

async function findingForm(c: Ctx, values: MuteValues, errors?: FormErrors): Promise<Response> {
  const view = c.get("view");
  const finding = await c.get("data").finding(c.req.param("id") ?? "");
  if (finding === null)
    return errorPage(c, { status: 404, view, title: "There is no such finding" });
  return page(
    c,
    <FindingMutePage {...{ view, finding, values }} errors={errors ?? {}} />,
    errors === undefined ? 200 : 422,
  );
}

/** `GET /findings/:id/mute` */
export function newFindingMute(c: Ctx): Promise<Response> {
  return findingForm(c, NEW_MUTE);
}

/** `POST /findings/:id/mute` */
export async function muteFinding(c: Ctx): Promise<Response> {
  const id = c.req.param("id") ?? "";
  const values = readMute(await formOf(c));
  const input = muteInput(values, c.get("view").now);
  if (!input.ok) return findingForm(c, values, input.errors);
  const made = await c.get("data").muteFinding(id, input.value);
  return made.ok
    ? c.redirect(paths.finding(id), 303)
    : findingForm(c, values, refusalErrors(made.problem));
}
