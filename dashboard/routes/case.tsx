/** Handlers of one case: its page, and what is done with it there. */
import type { Context } from "hono";
import {
  CASE_STATUSES,
  type CaseDetail,
  noteInputSchema,
  stepInputSchema,
} from "../../schema/case.ts";
import {
  casePatch,
  type CaseValues,
  type Group,
  GROUPS,
  ofGroup,
  readGroup,
  refusalErrors,
  valuesOf,
} from "../case-form.ts";
import type { CaseEdit, NoteForms } from "../case-edit.ts";
import type { Result } from "../data.ts";
import { namesOf, CASE_STATUS_WORDS } from "../format/case.ts";
import { lastChangeOf } from "../format/case-timeline.ts";
import { readBy, text } from "../form-errors.ts";
import { mergeEdit } from "../merge.ts";
import { CASE_NOTICES } from "../case-props.ts";
import { CasePage } from "../pages/case.tsx";
import { paths } from "../paths.ts";
import { type DashboardEnv, errorPage, formOf, page } from "../render.tsx";
import { teamsOf } from "./cases.tsx";

type Ctx = Context<DashboardEnv>;

/** Times that an edit is merged anew where others change the case at the same time. */
const TRIES = 4;

/** What the page is shown with, besides what is known. */
interface Shown {
  refused?: string;
  edit?: CaseEdit;
  notes?: Partial<NoteForms>;
  status?: 200 | 409 | 422;
}

export const caseOf = (c: Ctx) => c.get("data").case(idOf(c));
const idOf = (c: Ctx) => c.req.param("id") ?? "";

export function noCase(c: Ctx): Response | Promise<Response> {
  return errorPage(c, { status: 404, view: c.get("view"), title: "There is no such case" });
}

export async function casePage(c: Ctx, shown: Shown = {}): Promise<Response> {
  const data = c.get("data");
  const view = c.get("view");
  const before = c.req.query("before");
  const [of, members, ruled, timeline, trackers] = await Promise.all([
    caseOf(c),
    data.members(),
    data.caseTeams(),
    data.caseTimeline(idOf(c), before),
    data.trackers(),
  ]);
  if (of === null) return noCase(c);
  const said = c.req.query("notice");
  const props = {
    view,
    of,
    members,
    names: namesOf(members),
    teams: teamsOf(members, ruled),
    trackers,
    actions: data.caseActions(of.status),
    timeline: {
      entries: timeline.items.toReversed(),
      earlier: timeline.nextCursor,
      isLatest: before === undefined,
    },
    show: c.req.query("show") === "notes" ? ("notes" as const) : ("all" as const),
    notice:
      said !== undefined && Object.hasOwn(CASE_NOTICES, said)
        ? (said as keyof typeof CASE_NOTICES)
        : undefined,
    refused: shown.refused,
    edit: shown.edit,
    notes: { key: crypto.randomUUID(), body: "", error: undefined, editing: null, ...shown.notes },
  };
  return page(
    c,
    <CasePage {...props} />,
    shown.status ?? (shown.refused === undefined ? 200 : 422),
  );
}

export function showCase(c: Ctx): Promise<Response> {
  return casePage(c);
}

/** Back to the part of the page that was worked on; htmx takes the page itself. */
function done(c: Ctx, part: string): Promise<Response> | Response {
  if (c.req.header("hx-request") !== undefined) return casePage(c);
  return c.redirect(`${paths.case(idOf(c))}#${part}`, 303);
}

/** What was refused is said over the page. */
function answered(c: Ctx, result: Result<unknown>, part: string): Promise<Response> | Response {
  if (result.ok) return done(c, part);
  return result.problem.code === "not_found" && result.problem.field === undefined
    ? casePage(c, { refused: `${result.problem.detail} Somebody may have removed it.` })
    : casePage(c, { refused: result.problem.detail });
}

/** `POST /cases/:id/edit`: one group of fields, merged with what others have changed meanwhile. */
export async function editCase(c: Ctx): Promise<Response> {
  const form = await formOf(c);
  const named = text(form, "group");
  if (!Object.hasOwn(GROUPS, named)) return casePage(c, { refused: "The form named no fields." });
  const group = named as Group;
  const was = readGroup(form, group, "was.");
  const typed = readGroup(form, group);
  for (let tries = 0; tries < TRIES; tries++) {
    const of = await caseOf(c);
    if (of === null) return noCase(c);
    const merged = mergeEdit(
      fieldsOf(was),
      fieldsOf(typed),
      fieldsOf(ofGroup(valuesOf(of), group)),
    );
    if (merged.conflicts.length > 0) return conflict(c, of, group, merged);
    if (Object.keys(merged.mine).length === 0) return c.redirect(saved(c, group), 303);
    const patch = casePatch(merged.mine);
    const back = { group, values: typed, was, conflicts: [] };
    if (!patch.ok) return casePage(c, { edit: { ...back, errors: patch.errors }, status: 422 });
    const changed = await c.get("data").patchCase(of.id, patch.value, of.version);
    if (changed.ok) return c.redirect(saved(c, group), 303);
    if (changed.problem.code !== "version_conflict")
      return casePage(c, {
        edit: { ...back, errors: refusalErrors(changed.problem) },
        status: 422,
      });
  }
  const refused = "Others change the case all the time. Send it again.";
  return casePage(c, { refused, edit: { group, values: typed, was, errors: {}, conflicts: [] } });
}

const saved = (c: Ctx, group: Group) => `${paths.case(idOf(c), { notice: "saved" })}#${group}`;

/** Only fields of one group are in a form. */
function fieldsOf(values: Partial<CaseValues>): Record<keyof CaseValues, string> {
  return values as Record<keyof CaseValues, string>;
}

async function conflict(
  c: Ctx,
  of: CaseDetail,
  group: Group,
  { conflicts, values }: ReturnType<typeof mergeEdit<keyof CaseValues>>,
): Promise<Response> {
  const { items } = await c.get("data").caseTimeline(of.id, undefined);
  const entries = items.toReversed();
  const told = conflicts.map((it) => {
    const change = lastChangeOf(it.field === "due" ? "dueAt" : it.field, entries);
    return { ...it, by: change?.by ?? null, at: change?.at ?? null };
  });
  const was = ofGroup(valuesOf(of), group);
  return casePage(c, { edit: { group, values, was, errors: {}, conflicts: told }, status: 409 });
}

/** Only pages of cases: a form cannot lead elsewhere. */
function backOf(form: FormData): string | null {
  const back = text(form, "back");
  return back === "/cases" || back.startsWith("/cases?") ? back : null;
}

/** `POST /cases/:id/status`: only from where the reader has seen it. */
export async function moveCase(c: Ctx): Promise<Response> {
  const form = await formOf(c);
  const from = text(form, "from");
  const to = CASE_STATUSES.find((status) => status === text(form, "to"));
  if (to === undefined) return casePage(c, { refused: "The form named no status." });
  for (let tries = 0; tries < TRIES; tries++) {
    const of = await caseOf(c);
    if (of === null) return noCase(c);
    if (of.status !== from) {
      const refused = `somebody was faster, the case is ${CASE_STATUS_WORDS[of.status]} now.`;
      return casePage(c, { refused, status: 409 });
    }
    const moved = await c.get("data").patchCase(of.id, { status: to }, of.version);
    if (moved.ok) return c.redirect(backOf(form) ?? paths.case(of.id), 303);
    if (moved.problem.code !== "version_conflict")
      return casePage(c, { refused: moved.problem.detail, status: 409 });
  }
  return casePage(c, { refused: "Others change the case all the time. Try again." });
}

/** `POST /cases/:id/notes` */
export async function addNote(c: Ctx): Promise<Response> {
  const form = await formOf(c);
  const body = text(form, "body");
  const read = readBy(noteInputSchema, { body });
  if (!read.ok)
    return casePage(c, { notes: { body, error: read.errors["body"]?.text }, status: 422 });
  const key = text(form, "key").slice(0, 64);
  const added = await c.get("data").addNote(idOf(c), read.value.body, key);
  if (added.ok) return c.redirect(`${paths.case(idOf(c))}#new-note`, 303);
  if (added.problem.code === "not_found") return noCase(c);
  return casePage(c, { notes: { body, error: added.problem.detail, key }, status: 422 });
}

/** `POST /cases/:id/notes/:note` */
export async function editNote(c: Ctx): Promise<Response> {
  const form = await formOf(c);
  const id = c.req.param("note") ?? "";
  const typed = { body: text(form, "body") };
  const was = { body: text(form, "was.body") };
  const read = readBy(noteInputSchema, typed);
  const sent = { id, body: typed.body, was: was.body, conflicts: [], error: undefined };
  if (!read.ok) {
    const error = read.errors["body"]?.text;
    return casePage(c, { notes: { editing: { ...sent, error } }, status: 422 });
  }
  for (let tries = 0; tries < TRIES; tries++) {
    const of = await caseOf(c);
    const note = of?.notes.find((it) => it.id === id);
    if (of === null || note === undefined) return noCase(c);
    const now = { body: note.body.replaceAll("\r\n", "\n").trim() };
    const merged = mergeEdit(was, typed, now);
    if (merged.conflicts.length > 0) {
      const conflicts = merged.conflicts.map((it) => ({ ...it, by: null, at: note.editedAt }));
      return casePage(c, {
        notes: { editing: { ...sent, was: now.body, conflicts } },
        status: 409,
      });
    }
    if (merged.mine.body === undefined) return c.redirect(`${paths.case(of.id)}#n-${id}`, 303);
    const changed = await c.get("data").editNote(of.id, id, read.value.body, of.version);
    if (changed.ok) return c.redirect(`${paths.case(of.id)}#n-${id}`, 303);
    if (changed.problem.code !== "version_conflict")
      return casePage(c, {
        notes: { editing: { ...sent, error: changed.problem.detail } },
        status: 422,
      });
  }
  return casePage(c, {
    refused: "Others change the case all the time. Send it again.",
    notes: { editing: sent },
  });
}

/** `POST /cases/:id/checklist` */
export async function addStep(c: Ctx): Promise<Response> {
  const read = readBy(stepInputSchema, { text: text(await formOf(c), "text") });
  if (!read.ok) return casePage(c, { refused: `the step: ${read.errors["text"]?.text ?? ""}` });
  return answered(c, await c.get("data").addStep(idOf(c), read.value.text), "checklist");
}

/** `POST /cases/:id/checklist/:step` */
export async function changeStep(c: Ctx): Promise<Response> {
  const data = c.get("data");
  const step = c.req.param("step") ?? "";
  const what = text(await formOf(c), "do");
  const result =
    what === "remove"
      ? await data.removeStep(idOf(c), step)
      : await data.changeStep(idOf(c), step, { done: what === "tick" });
  return answered(c, result, "checklist");
}

/** The id in what was pasted: an id, or the address of a page. */
function linkOf(what: string) {
  const id = /(?:^|\/)([fs][0-9a-z]{24})(?:$|[/?#])/.exec(what)?.[1];
  if (id === undefined) return null;
  return id.startsWith("f") ? { findings: [id], signals: [] } : { findings: [], signals: [id] };
}

/** `POST /cases/:id/link` */
export async function linkToCase(c: Ctx): Promise<Response> {
  const what = linkOf(text(await formOf(c), "what"));
  if (what === null) {
    const refused = "that is no address of a finding or signal. Copy it from its page.";
    return casePage(c, { refused });
  }
  return answered(c, await c.get("data").linkToCase(idOf(c), what), "links");
}

/** `POST /cases/:id/unlink` */
export async function unlinkFromCase(c: Ctx): Promise<Response> {
  const form = await formOf(c);
  const finding = text(form, "finding");
  const what = finding === "" ? { signal: text(form, "signal") } : { finding };
  return answered(c, await c.get("data").unlinkFromCase(idOf(c), what), "links");
}

/** `POST /cases/:id/tickets` */
export async function makeTicket(c: Ctx): Promise<Response> {
  const endpoint = text(await formOf(c), "endpoint");
  const made = await c.get("data").makeTicket(idOf(c), endpoint);
  if (!made.ok) return answered(c, made, "tickets");
  return c.redirect(paths.case(idOf(c), { notice: "ticket" }), 303);
}
