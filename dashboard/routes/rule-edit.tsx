/** Handlers of a custom rule's form, and of its deletion. Every button of the form works without script. */
import type { Context } from "hono";
import {
  type CustomRuleValues,
  draftInput,
  emptyRule,
  readCustomRule,
  ruleInput,
  rulePatch,
  ruleValues,
} from "../custom-rule-form.ts";
import type { Refusal } from "../data.ts";
import { errorsOfRefusal, type FormErrors, text } from "../form-errors.ts";
import { emptyMatcher } from "../matcher-form.ts";
import { RuleDeletePage } from "../pages/rule-delete.tsx";
import { RuleEditPage } from "../pages/rule-edit.tsx";
import { paths } from "../paths.ts";
import { parseFindingsQuery } from "../query.ts";
import { type DashboardEnv, formOf, page } from "../render.tsx";
import { NO_TRIAL, readEvents, type Trial } from "../trial.ts";
import { noRule, ruleOf } from "./rules.tsx";

/** What is wrong stands over the form and beside its fields. */
const NOT_TRIED = "Not tried: see over the form what is wrong with it.";

interface State {
  values: CustomRuleValues;
  errors?: FormErrors;
  trial?: Trial;
}

function countsOf(c: Context<DashboardEnv>, rule: string) {
  return c.get("data").counts(parseFindingsQuery(new URLSearchParams({ rule })).query);
}

/** `id`: null for a new rule. */
async function editor(
  c: Context<DashboardEnv>,
  id: string | null,
  state: State,
  status: 200 | 422 = 200,
): Promise<Response> {
  const open = id === null ? 0 : (await countsOf(c, id)).open;
  return page(
    c,
    <RuleEditPage
      view={c.get("view")}
      id={id}
      values={state.values}
      errors={state.errors ?? {}}
      trial={state.trial ?? NO_TRIAL}
      open={open}
    />,
    status,
  );
}

export function newRule(c: Context<DashboardEnv>): Promise<Response> {
  return editor(c, null, { values: emptyRule() });
}

export async function editRule(c: Context<DashboardEnv>): Promise<Response> {
  const rule = await ruleOf(c);
  if (rule === null) return noRule(c);
  if (rule.builtIn) return c.redirect(paths.rule(rule.id), 303);
  return editor(c, rule.id, { values: ruleValues(rule) });
}

/** `POST /rules/new` */
export async function createRule(c: Context<DashboardEnv>): Promise<Response> {
  return submitted(c, null);
}

/** `POST /rules/:id/edit` */
export async function saveRule(c: Context<DashboardEnv>): Promise<Response> {
  const rule = await ruleOf(c);
  if (rule === null) return noRule(c);
  return rule.builtIn ? c.redirect(paths.rule(rule.id), 303) : submitted(c, rule.id);
}

/** What the button that was pressed asks for. */
async function submitted(c: Context<DashboardEnv>, id: string | null): Promise<Response> {
  const form = await formOf(c);
  const typed = readCustomRule(form);
  const values = id === null ? typed : { ...typed, id };
  const wanted = text(form, "do");
  if (wanted.startsWith("test-")) return editor(c, id, await tried(c, form, values));
  const trial = { events: text(form, "events"), result: null };
  const matchers = matchersAfter(wanted, values.matchers);
  return matchers === null
    ? save(c, id, { values, trial })
    : editor(c, id, { values: { ...values, matchers }, trial });
}

/** One more, or one less; null where the button was another. */
function matchersAfter(
  wanted: string,
  matchers: CustomRuleValues["matchers"],
): CustomRuleValues["matchers"] | null {
  if (wanted === "add") return [...matchers, emptyMatcher()];
  const [, removed] = /^remove-(\d+)$/.exec(wanted) ?? [];
  return removed === undefined ? null : matchers.filter((_, i) => i !== Number(removed));
}

async function save(
  c: Context<DashboardEnv>,
  id: string | null,
  { values, trial }: { values: CustomRuleValues; trial: Trial },
): Promise<Response> {
  const data = c.get("data");
  const refuse = (errors: FormErrors) => editor(c, id, { values, errors, trial }, 422);
  if (id === null) {
    const input = ruleInput(values);
    if (!input.ok) return refuse(input.errors);
    const made = await data.createRule(input.value);
    return made.ok
      ? c.redirect(paths.rule(made.value.id, "created"), 303)
      : refuse(refusalErrors(made.problem, values));
  }
  const patch = rulePatch(values);
  if (!patch.ok) return refuse(patch.errors);
  const changed = await data.changeRule(id, patch.value);
  return changed.ok
    ? c.redirect(paths.rule(id, "saved"), 303)
    : refuse(refusalErrors(changed.problem, values));
}

/** The draft against samples or pasted events; what is wrong with it stands beside its fields. */
async function tried(
  c: Context<DashboardEnv>,
  form: FormData,
  values: CustomRuleValues,
): Promise<State> {
  const events = text(form, "events");
  const refused = (why: string, errors: FormErrors = {}): State => ({
    values,
    errors,
    trial: { events, result: { type: "refused", text: why } },
  });
  const draft = draftInput(values);
  if (!draft.ok) return refused(NOT_TRIED, draft.errors);
  const pasted = text(form, "do") === "test-events" ? readEvents(events) : null;
  if (pasted?.ok === false) return refused(pasted.text);
  const answer = await c
    .get("data")
    .testRule({ rule: draft.value, ...(pasted !== null && { events: pasted.events }) });
  if (answer.ok)
    return { values, trial: { events, result: { type: "answer", answer: answer.value } } };
  const errors = refusalErrors(answer.problem, values, "rule.");
  return Object.hasOwn(errors, "") ? refused(answer.problem.detail) : refused(NOT_TRIED, errors);
}

function refusalErrors(problem: Refusal, values: CustomRuleValues, prefix = ""): FormErrors {
  const isField = (field: string) =>
    Object.hasOwn(values, field) || /^matchers\.\d+(\.[a-zA-Z]+)?$/.test(field);
  return errorsOfRefusal(problem, isField, prefix);
}

async function deletion(c: Context<DashboardEnv>, refused?: string): Promise<Response> {
  const rule = await ruleOf(c);
  if (rule === null) return noRule(c);
  if (rule.builtIn) return c.redirect(paths.rule(rule.id), 303);
  const [counts, all] = await Promise.all([countsOf(c, rule.id), c.get("data").exceptions()]);
  const exceptions = all.filter((it) => it.rule === rule.id && it.state === "active").length;
  return page(
    c,
    <RuleDeletePage view={c.get("view")} {...{ rule, counts, exceptions, refused }} />,
    refused === undefined ? 200 : 422,
  );
}

export function confirmDeletion(c: Context<DashboardEnv>): Promise<Response> {
  return deletion(c);
}

/** `POST /rules/:id/delete` */
export async function deleteRule(c: Context<DashboardEnv>): Promise<Response> {
  const deleted = await c.get("data").deleteRule(c.req.param("id") ?? "");
  return deleted.ok
    ? c.redirect(paths.rules({ notice: "deleted" }), 303)
    : deletion(c, deleted.problem.detail);
}
