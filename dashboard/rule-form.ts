/**
 * The form on a rule's page, read: only what differs from the rule in force becomes an override,
 * so that saving an untouched form changes nothing.
 */
import { type RulePatch, rulePatchSchema, type RuleView } from "../schema/rules-api.ts";
import { SEVERITIES } from "../schema/rule.ts";
import { parseDuration } from "../schema/time.ts";
import { MAX_RISES } from "../schema/limits.ts";
import { text } from "./form-errors.ts";
import { readRises, risesText, sameRises } from "./rises-form.ts";

/** As typed, to be shown again beside the errors. */
export interface RuleFormValues {
  severity: string;
  quietPeriod: string;
  /** See rises-form.ts. */
  rises: string;
  enabled: boolean;
}

/** What is wrong with each field, or with the whole form, in a sentence. */
export type RuleFormErrors = Partial<Record<keyof RuleFormValues | "form", string>>;

/** What a submitted form comes to. */
export type RuleFormResult =
  | { type: "patch"; values: RuleFormValues; patch: RulePatch; notice: "saved" | "reset" }
  | { type: "unchanged" }
  | { type: "invalid"; values: RuleFormValues; errors: RuleFormErrors };

/** The form before anybody has typed. */
export function formValues(rule: RuleView): RuleFormValues {
  const { severity, quietPeriod, rises, enabled } = rule;
  return { severity, quietPeriod, rises: risesText(rises), enabled };
}

/** What the submitted form asks for. */
export function readRuleForm(form: FormData, rule: RuleView): RuleFormResult {
  if (form.has("reset"))
    return {
      type: "patch",
      values: formValues(rule),
      patch: { severity: null, rises: null, quietPeriod: null, enabled: null },
      notice: "reset",
    };
  const values: RuleFormValues = {
    severity: text(form, "severity"),
    quietPeriod: text(form, "quietPeriod"),
    rises: form.has("rises") ? text(form, "rises") : risesText(rule.rises),
    enabled: form.get("enabled") === "on",
  };
  const typed = readRises(values.rises);
  if (!typed.ok) return { type: "invalid", values, errors: { rises: typed.text } };
  const wanted = {
    ...(!sameRises(typed.steps, rule.rises) && { rises: typed.steps }),
    ...(values.severity !== rule.severity && { severity: values.severity }),
    ...(parseDuration(values.quietPeriod) !== parseDuration(rule.quietPeriod) && {
      quietPeriod: values.quietPeriod,
    }),
    ...(values.enabled !== rule.enabled && { enabled: values.enabled }),
  };
  if (Object.keys(wanted).length === 0) return { type: "unchanged" };
  const parsed = rulePatchSchema.safeParse(wanted);
  if (parsed.success) return { type: "patch", values, patch: parsed.data, notice: "saved" };
  const errors: RuleFormErrors = {};
  for (const issue of parsed.error.issues) {
    if (issue.path[0] === "severity") errors.severity = `Choose one of ${SEVERITIES.join(", ")}.`;
    if (issue.path[0] === "quietPeriod")
      errors.quietPeriod = `“${values.quietPeriod}” is ${issue.message}.`;
    if (issue.path[0] === "rises")
      errors.rises =
        issue.code === "too_big" ? `At most ${MAX_RISES} steps.` : `Its time is ${issue.message}.`;
  }
  return { type: "invalid", values, errors };
}

/** What the page says after a change, by the word in its address. */
export type RuleNotice = "created" | "saved" | "reset" | "unchanged";

export const RULE_NOTICES: Readonly<Record<RuleNotice, string>> = {
  created: "Created. New events are judged by it within seconds.",
  saved: "Saved. New events are judged by it within seconds.",
  reset: "Reset to what the rule pack says.",
  unchanged: "Nothing was different, so nothing was changed.",
};
