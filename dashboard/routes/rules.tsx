/** Handlers of the rules: the list, one rule, and the change of one. */
import type { Context } from "hono";
import type { RuleView } from "../../schema/api.ts";
import { RULE_CLASSES, type RuleClass } from "../../schema/rule.ts";
import { RULE_NOTICES, type RuleNotice } from "../rule-form.ts";
import { RulePage } from "../pages/rule.tsx";
import { RulesPage } from "../pages/rules.tsx";
import { paths } from "../paths.ts";
import { parseFindingsQuery } from "../query.ts";
import { type DashboardEnv, errorPage, page } from "../render.tsx";
import {
  formValues,
  readRuleForm,
  type RuleFormErrors,
  type RuleFormValues,
} from "../rule-form.ts";

/** More rules than a tenant has: the counts beside them come in one page of groups. */
const MOST_GROUPS = 200;

function classOf(text: string | undefined): RuleClass | undefined {
  return RULE_CLASSES.find((value) => value === text);
}

export async function listRules(c: Context<DashboardEnv>): Promise<Response> {
  const data = c.get("data");
  const open = parseFindingsQuery(new URLSearchParams()).query;
  const [rules, groups] = await Promise.all([
    data.rules(),
    data.groups({ ...open, groupBy: "rule", limit: MOST_GROUPS }),
  ]);
  return page(
    c,
    <RulesPage
      view={c.get("view")}
      rules={rules}
      open={new Map(groups.items.map((group) => [group.key, group.open]))}
      q={(c.req.query("q") ?? "").slice(0, 200)}
      class={classOf(c.req.query("class"))}
    />,
  );
}

interface FormState {
  values: RuleFormValues;
  errors: RuleFormErrors;
  notice: RuleNotice | undefined;
}

async function rulePage(
  c: Context<DashboardEnv>,
  rule: RuleView,
  form: FormState,
): Promise<Response> {
  const query = parseFindingsQuery(new URLSearchParams({ rule: rule.id })).query;
  const counts = await c.get("data").counts(query);
  const failed = Object.keys(form.errors).length > 0;
  return page(
    c,
    <RulePage view={c.get("view")} rule={rule} counts={counts} {...form} />,
    failed ? 422 : 200,
  );
}

function noRule(c: Context<DashboardEnv>): Response | Promise<Response> {
  return errorPage(c, { status: 404, view: c.get("view"), title: "There is no such rule" });
}

function noticeOf(text: string | undefined): RuleNotice | undefined {
  return text !== undefined && Object.hasOwn(RULE_NOTICES, text) ? (text as RuleNotice) : undefined;
}

export async function showRule(c: Context<DashboardEnv>): Promise<Response> {
  const rule = await c.get("data").rule(c.req.param("id") ?? "");
  if (rule === null) return noRule(c);
  const notice = noticeOf(c.req.query("notice"));
  return rulePage(c, rule, { values: formValues(rule), errors: {}, notice });
}

/** `POST /rules/:id`: back to the rule with a notice, or the form again with what is wrong. */
export async function changeRule(c: Context<DashboardEnv>): Promise<Response> {
  const data = c.get("data");
  const rule = await data.rule(c.req.param("id") ?? "");
  if (rule === null) return noRule(c);
  const result = readRuleForm(await c.req.formData(), rule);
  switch (result.type) {
    case "invalid":
      return rulePage(c, rule, { values: result.values, errors: result.errors, notice: undefined });
    case "unchanged":
      return c.redirect(paths.rule(rule.id, "unchanged"), 303);
    case "patch": {
      const changed = await data.patchRule(rule.id, result.patch);
      return changed === null ? noRule(c) : c.redirect(paths.rule(rule.id, result.notice), 303);
    }
  }
}
