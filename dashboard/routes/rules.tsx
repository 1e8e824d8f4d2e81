/** Handlers of the rules: the list, one rule, the change of a built-in one, and its trial. */
import type { Context } from "hono";
import type { RuleView } from "../../schema/rules-api.ts";
import { RULE_CLASSES, type RuleClass } from "../../schema/rule.ts";
import type { Refusal } from "../data.ts";
import { text } from "../form-errors.ts";
import { RulePage } from "../pages/rule.tsx";
import { RulesPage } from "../pages/rules.tsx";
import { paths } from "../paths.ts";
import { parseFindingsQuery } from "../query.ts";
import { type DashboardEnv, errorPage, formOf, page } from "../render.tsx";
import {
  formValues,
  readRuleForm,
  RULE_NOTICES,
  type RuleFormErrors,
  type RuleFormValues,
  type RuleNotice,
} from "../rule-form.ts";
import { NO_TRIAL, readEvents, type Trial } from "../trial.ts";

/** More rules than a tenant has: the counts beside them come in one page of groups. */
const MOST_GROUPS = 200;
/** Changes on a rule's own page. */
const LAST_CHANGES = 5;

function classOf(word: string | undefined): RuleClass | undefined {
  return RULE_CLASSES.find((value) => value === word);
}

export async function listRules(c: Context<DashboardEnv>): Promise<Response> {
  const data = c.get("data");
  const open = parseFindingsQuery(new URLSearchParams()).query;
  const [rules, groups] = await Promise.all([
    data.rules(),
    data.groups({ ...open, groupBy: "rule", limit: MOST_GROUPS }),
  ]);
  const origin = c.req.query("origin");
  return page(
    c,
    <RulesPage
      view={c.get("view")}
      rules={rules}
      open={new Map(groups.items.map((group) => [group.key, group.open]))}
      q={(c.req.query("q") ?? "").slice(0, 200)}
      class={classOf(c.req.query("class"))}
      origin={origin === "built-in" || origin === "custom" ? origin : undefined}
      deleted={c.req.query("notice") === "deleted"}
    />,
  );
}

interface FormState {
  values: RuleFormValues;
  errors: RuleFormErrors;
  notice: RuleNotice | undefined;
  trial: Trial;
}

async function rulePage(
  c: Context<DashboardEnv>,
  rule: RuleView,
  state: Partial<FormState>,
): Promise<Response> {
  const data = c.get("data");
  const view = c.get("view");
  const query = parseFindingsQuery(new URLSearchParams({ rule: rule.id })).query;
  const [counts, changes, exceptions] = await Promise.all([
    data.counts(query),
    data.ruleChanges({ subject: rule.id, limit: LAST_CHANGES }),
    data.exceptions(),
  ]);
  const form = {
    values: formValues(rule),
    errors: {},
    notice: undefined,
    trial: NO_TRIAL,
    ...state,
  };
  const active = exceptions.filter((it) => it.rule === rule.id && it.state === "active").length;
  const failed = Object.keys(form.errors).length > 0;
  return page(
    c,
    <RulePage {...{ view, rule, counts, changes }} exceptions={active} {...form} />,
    failed ? 422 : 200,
  );
}

export function noRule(c: Context<DashboardEnv>): Response | Promise<Response> {
  return errorPage(c, { status: 404, view: c.get("view"), title: "There is no such rule" });
}

function noticeOf(word: string | undefined): RuleNotice | undefined {
  return word !== undefined && Object.hasOwn(RULE_NOTICES, word) ? (word as RuleNotice) : undefined;
}

/** The rule that the address names. */
export function ruleOf(c: Context<DashboardEnv>): Promise<RuleView | null> {
  return c.get("data").rule(c.req.param("id") ?? "");
}

export async function showRule(c: Context<DashboardEnv>): Promise<Response> {
  const rule = await ruleOf(c);
  if (rule === null) return noRule(c);
  return rulePage(c, rule, { notice: noticeOf(c.req.query("notice")) });
}

/** `POST /rules/:id`: back to the rule with a notice, or the form again with what is wrong. */
export async function changeRule(c: Context<DashboardEnv>): Promise<Response> {
  const rule = await ruleOf(c);
  if (rule === null) return noRule(c);
  // A custom rule has a form of its own.
  if (!rule.builtIn) return c.redirect(paths.editRule(rule.id), 303);
  const result = readRuleForm(await formOf(c), rule);
  switch (result.type) {
    case "invalid":
      return rulePage(c, rule, { values: result.values, errors: result.errors });
    case "unchanged":
      return c.redirect(paths.rule(rule.id, "unchanged"), 303);
    case "patch": {
      const changed = await c.get("data").patchRule(rule.id, result.patch);
      return changed.ok
        ? c.redirect(paths.rule(rule.id, result.notice), 303)
        : rulePage(c, rule, { values: result.values, errors: refusedErrors(changed.problem) });
    }
  }
}

/** Only steps can be refused by what the rule says besides. */
function refusedErrors({ field, detail }: Refusal): RuleFormErrors {
  const said = detail.slice(detail.indexOf(": ") + 2);
  return field?.startsWith("rises.") === true ? { rises: said } : { form: detail };
}

/** `POST /rules/:id/test`: the rule as it stands, against what the form says. */
export async function tryRule(c: Context<DashboardEnv>): Promise<Response> {
  const rule = await ruleOf(c);
  if (rule === null) return noRule(c);
  const form = await formOf(c);
  const trial = await trialOf(c, form, { id: rule.id });
  return rulePage(c, rule, { trial });
}

/** Tries a rule on the events in the form, or on the kept samples. */
export async function trialOf(
  c: Context<DashboardEnv>,
  form: FormData,
  what: Pick<Parameters<DashboardEnv["Variables"]["data"]["testRule"]>[0], "id" | "rule">,
): Promise<Trial> {
  const events = text(form, "events");
  const pasted = form.get("do") === "test-events" ? readEvents(events) : null;
  if (pasted?.ok === false) return { events, result: { type: "refused", text: pasted.text } };
  const tried = await c
    .get("data")
    .testRule(pasted === null ? what : { ...what, events: pasted.events });
  return {
    events,
    result: tried.ok
      ? { type: "answer", answer: tried.value }
      : { type: "refused", text: tried.problem.detail },
  };
}
