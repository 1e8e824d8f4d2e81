/** The forms of the rules by which cases are made and given to teams. Pure. */
import {
  type Automation,
  automationPreviewInputSchema,
  automationSchema,
  type AutomationView,
  type OwnershipRule,
  ownershipRuleSchema,
} from "../schema/case-rules.ts";
import type { Refusal } from "./data.ts";
import { errorsOfRefusal, type FormErrors, type Read, readBy, text } from "./form-errors.ts";

/** As typed. */
export interface AutomationValues {
  id: string;
  when: string;
  priority: string;
  assignee: string;
  team: string;
  /** One a line. */
  labels: string;
  dailyCap: string;
}

export const NEW_AUTOMATION: AutomationValues = {
  id: "",
  when: "",
  priority: "",
  assignee: "",
  team: "",
  labels: "",
  dailyCap: "50",
};

export function automationValues(of: AutomationView): AutomationValues {
  const { id, when, priority, assignee, team, labels, dailyCap } = of;
  return {
    id,
    when,
    priority: priority ?? "",
    assignee: assignee ?? "",
    team: team ?? "",
    labels: labels.join("\n"),
    dailyCap: String(dailyCap),
  };
}

export function readAutomation(form: FormData): AutomationValues {
  const values = { ...NEW_AUTOMATION };
  for (const name of Object.keys(values) as (keyof AutomationValues)[])
    values[name] = text(form, name);
  return values;
}

const orNull = (value: string) => (value === "" ? null : value);

export function automationInput(values: AutomationValues, enabled: boolean): Read<Automation> {
  const { id, when, labels, dailyCap } = values;
  return readBy<Automation>(automationSchema, {
    id,
    when,
    enabled,
    priority: orNull(values.priority),
    assignee: orNull(values.assignee),
    team: orNull(values.team),
    labels: labels
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== ""),
    dailyCap: /^\d{1,6}$/.test(dailyCap) ? Number(dailyCap) : Number.NaN,
  });
}

/** What can be previewed before the rest is filled in. */
export function whenToPreview({ when }: { when: string }): Read<string> {
  const typed = readBy(automationPreviewInputSchema, { when });
  return typed.ok ? { ok: true, value: typed.value.when } : typed;
}

export interface OwnershipValues {
  when: string;
  team: string;
}

export const NEW_OWNERSHIP: OwnershipValues = { when: "", team: "" };

export function readOwnership(form: FormData): OwnershipValues {
  return { when: text(form, "when"), team: text(form, "team") };
}

export function ownershipInput(values: OwnershipValues): Read<OwnershipRule> {
  return readBy(ownershipRuleSchema, values);
}

/** The list names the rule's place before its field: `items.3.when`. */
export function ruleErrors(problem: Refusal): FormErrors {
  const field = problem.field?.replace(/^items\.\d+\./, "");
  const detail = problem.detail.replace(/^items\.\d+\./, "");
  return errorsOfRefusal({ ...problem, detail, field }, (it) => Object.hasOwn(NEW_AUTOMATION, it));
}

/** Another order: the item at `at` changes its place with the one before or after it. */
export function moved<T>(items: readonly T[], at: number, by: -1 | 1): T[] {
  const [one, other] = [items[at], items[at + by]];
  if (one === undefined || other === undefined) return [...items];
  return items.toSpliced(Math.min(at, at + by), 2, ...(by === 1 ? [other, one] : [one, other]));
}
