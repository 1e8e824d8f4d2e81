/** Handlers of the rules by which cases are made and given to teams, and of their due dates. */
import type { Context } from "hono";
import { CASE_PRIORITIES } from "../../schema/case.ts";
import type { Automation, AutomationPreview, AutomationView } from "../../schema/case-rules.ts";
import { settingsPatchSchema } from "../../schema/settings.ts";
import {
  automationInput,
  type AutomationValues,
  automationValues,
  moved,
  NEW_AUTOMATION,
  NEW_OWNERSHIP,
  ownershipInput,
  type OwnershipValues,
  readAutomation,
  readOwnership,
  ruleErrors,
  whenToPreview,
} from "../case-rules-form.ts";
import { namesOf } from "../format/case.ts";
import { type FormErrors, text } from "../form-errors.ts";
import { AutomationPage } from "../pages/automation.tsx";
import { AutomationsPage } from "../pages/automations.tsx";
import { DueSettingsPage } from "../pages/due-settings.tsx";
import { OwnershipPage } from "../pages/ownership.tsx";
import { noticeOf } from "../parts/case-rule-acts.tsx";
import { paths } from "../paths.ts";
import { type DashboardEnv, errorPage, formOf, page } from "../render.tsx";
import { teamsOf } from "./cases.tsx";

type Ctx = Context<DashboardEnv>;

const LOST = "Somebody has changed it since you opened this page. What there is now is shown.";

async function automationsPage(c: Ctx, refused?: string): Promise<Response> {
  const data = c.get("data");
  const [{ items }, members] = await Promise.all([data.automations(), data.members()]);
  const notice = noticeOf(c.req.query("notice"));
  const props = { view: c.get("view"), rules: items, names: namesOf(members), notice, refused };
  return page(c, <AutomationsPage {...props} />, refused === undefined ? 200 : 409);
}

export function listAutomations(c: Ctx): Promise<Response> {
  return automationsPage(c);
}

/** Without what it has done today. */
function ruleOf({ today: _today, ...rule }: AutomationView): Automation {
  return rule;
}

interface Shown {
  id: string | null;
  was: string;
  values?: AutomationValues;
  errors?: FormErrors;
  preview?: AutomationPreview;
}

async function automationPage(c: Ctx, shown: Shown): Promise<Response> {
  const data = c.get("data");
  const [members, ruled] = await Promise.all([data.members(), data.caseTeams()]);
  const { values = NEW_AUTOMATION, errors = {}, preview = null, id, was } = shown;
  const props = { view: c.get("view"), id, was, values, errors, preview, members };
  const failed = Object.keys(errors).length > 0;
  return page(c, <AutomationPage {...props} teams={teamsOf(members, ruled)} />, failed ? 422 : 200);
}

const idOf = (c: Ctx) => c.req.param("id") ?? "";

function noAutomation(c: Ctx) {
  const title = "There is no such automation";
  return errorPage(c, { status: 404, view: c.get("view"), title });
}

export function newAutomation(c: Ctx): Promise<Response> {
  return automationPage(c, { id: null, was: "" });
}

export async function showAutomation(c: Ctx): Promise<Response> {
  const { items } = await c.get("data").automations();
  const known = items.find(({ id }) => id === idOf(c));
  if (known === undefined) return noAutomation(c);
  const was = JSON.stringify(ruleOf(known));
  return automationPage(c, { id: known.id, was, values: automationValues(known) });
}

/** Saves the rule of that id, or with null a new one at the end. */
async function save(c: Ctx, id: string | null): Promise<Response> {
  const data = c.get("data");
  const form = await formOf(c);
  const values = readAutomation(form);
  const was = text(form, "was");
  const shown = { id, was, values };
  if (text(form, "do") === "preview") {
    const when = whenToPreview(values);
    if (!when.ok) return automationPage(c, { ...shown, errors: when.errors });
    const previewed = await data.previewAutomation(when.value);
    return previewed.ok
      ? automationPage(c, { ...shown, preview: previewed.value })
      : automationPage(c, { ...shown, errors: ruleErrors(previewed.problem) });
  }
  const { items, tag } = await data.automations();
  const before = items.find((it) => it.id === id);
  if (id !== null && before === undefined) return noAutomation(c);
  const now = before === undefined ? "" : JSON.stringify(ruleOf(before));
  if (now !== was) {
    const problem = {
      "": {
        text: `Somebody else has changed the rule meanwhile; it is now: ${now}. Save again to put yours in its place.`,
      },
    };
    return automationPage(c, { ...shown, was: now, errors: problem });
  }
  const input = automationInput(values, before?.enabled ?? true);
  if (!input.ok) return automationPage(c, { ...shown, errors: input.errors });
  if (items.some((it) => it.id === input.value.id && it !== before))
    return automationPage(c, { ...shown, errors: { id: { text: "Another rule has this id." } } });
  const rules = items.map(ruleOf);
  const next =
    before === undefined
      ? [...rules, input.value]
      : rules.map((rule) => (rule.id === id ? input.value : rule));
  const set = await data.setAutomations(next, tag);
  return set.ok
    ? c.redirect(paths.automations("saved"), 303)
    : automationPage(c, { ...shown, errors: ruleErrors(set.problem) });
}

export function createAutomation(c: Ctx): Promise<Response> {
  return save(c, null);
}

export function saveAutomation(c: Ctx): Promise<Response> {
  return save(c, idOf(c));
}

/** The list after what was asked of the item; null: that is nothing. */
function arranged<T>(
  items: readonly T[],
  at: number,
  act: string,
  toggled: (item: T) => T,
): T[] | null {
  if (act === "up") return moved(items, at, -1);
  if (act === "down") return moved(items, at, 1);
  if (act === "delete") return items.toSpliced(at, 1);
  return act === "toggle" ? items.map((item, i) => (i === at ? toggled(item) : item)) : null;
}

/** `POST /settings/automations/:id/arrange` */
export async function arrangeAutomation(c: Ctx): Promise<Response> {
  const data = c.get("data");
  const act = text(await formOf(c), "do");
  const { items, tag } = await data.automations();
  const at = items.findIndex(({ id }) => id === idOf(c));
  if (at === -1) return automationsPage(c, "there is no such automation any more.");
  const next = arranged(items.map(ruleOf), at, act, (it) => ({ ...it, enabled: !it.enabled }));
  if (next === null) return automationsPage(c, "the form said nothing to do.");
  const set = await data.setAutomations(next, tag);
  if (!set.ok) return automationsPage(c, set.problem.detail);
  return c.redirect(paths.automations(act === "delete" ? "deleted" : "saved"), 303);
}

interface OwnershipShown {
  values?: OwnershipValues;
  errors?: FormErrors;
  refused?: string;
}

async function ownershipPage(c: Ctx, shown: OwnershipShown = {}): Promise<Response> {
  const data = c.get("data");
  const [{ items }, members, ruled] = await Promise.all([
    data.ownership(),
    data.members(),
    data.caseTeams(),
  ]);
  const { values = NEW_OWNERSHIP, errors = {}, refused } = shown;
  const notice = noticeOf(c.req.query("notice"));
  const props = { view: c.get("view"), rules: items, values, errors, notice, refused };
  const failed = refused !== undefined || Object.keys(errors).length > 0;
  return page(c, <OwnershipPage {...props} teams={teamsOf(members, ruled)} />, failed ? 422 : 200);
}

export function listOwnership(c: Ctx): Promise<Response> {
  return ownershipPage(c);
}

/** `POST /settings/ownership` */
export async function addOwnership(c: Ctx): Promise<Response> {
  const data = c.get("data");
  const values = readOwnership(await formOf(c));
  const input = ownershipInput(values);
  if (!input.ok) return ownershipPage(c, { values, errors: input.errors });
  const { items, tag } = await data.ownership();
  const set = await data.setOwnership([...items, input.value], tag);
  return set.ok
    ? c.redirect(paths.ownership("saved"), 303)
    : ownershipPage(c, { values, errors: ruleErrors(set.problem) });
}

/** `POST /settings/ownership/arrange`: a rule has no id, and is found by its place and what it was. */
export async function arrangeOwnership(c: Ctx): Promise<Response> {
  const data = c.get("data");
  const form = await formOf(c);
  const { items, tag } = await data.ownership();
  const at = Number(text(form, "at"));
  if (items[at] === undefined || JSON.stringify(items[at]) !== text(form, "was"))
    return ownershipPage(c, { refused: LOST });
  const act = text(form, "do");
  const next = arranged(items, at, act, (item) => item);
  if (next === null) return ownershipPage(c, { refused: "the form said nothing to do." });
  const set = await data.setOwnership(next, tag);
  if (!set.ok) return ownershipPage(c, { refused: set.problem.detail });
  return c.redirect(paths.ownership(act === "delete" ? "deleted" : "saved"), 303);
}

export async function showDueSettings(c: Ctx): Promise<Response> {
  const { sla } = await c.get("data").settings();
  const props = { view: c.get("view"), values: sla, errors: {} };
  return page(c, <DueSettingsPage {...props} saved={c.req.query("notice") === "saved"} />);
}

/** `POST /settings/due` */
export async function changeDueSettings(c: Ctx): Promise<Response> {
  const form = await formOf(c);
  const [P1 = "", P2 = "", P3 = "", P4 = "", P5 = ""] = CASE_PRIORITIES.map((it) => text(form, it));
  const values = { P1, P2, P3, P4, P5 };
  const patch = settingsPatchSchema.safeParse({ sla: values });
  const refused = (errors: FormErrors) =>
    page(c, <DueSettingsPage view={c.get("view")} {...{ values, errors }} saved={false} />, 422);
  if (!patch.success)
    return refused(
      Object.fromEntries(
        patch.error.issues.map(({ path, message }) => [
          String(path[1] ?? ""),
          { text: `This is ${message}.` },
        ]),
      ),
    );
  const changed = await c.get("data").changeSettings(patch.data);
  return changed.ok
    ? c.redirect(paths.dueSettings("saved"), 303)
    : refused({ "": { text: changed.problem.detail } });
}
