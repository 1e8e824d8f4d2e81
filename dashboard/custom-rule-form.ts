/** The form of a custom rule, read and filled: text as typed on one side, the API's input on the other. Pure. */
import {
  customRulePatchSchema,
  customRuleSchema,
  type CustomRuleInput,
  type CustomRulePatch,
  type RuleView,
} from "../schema/rules-api.ts";
import { MAX_MATCHERS } from "../schema/limits.ts";
import { errorsOfIssues, type Issue, type Read, text } from "./form-errors.ts";
import {
  emptyMatcher,
  type MatcherValues,
  matcherFrom,
  readMatcher,
  valuesOf,
} from "./matcher-form.ts";
import { readRises, risesText } from "./rises-form.ts";

/** As typed; lists are one a line. */
export interface CustomRuleValues {
  id: string;
  title: string;
  class: string;
  severity: string;
  /** See rises-form.ts. */
  rises: string;
  scope: readonly string[];
  enabled: boolean;
  quietPeriod: string;
  quietPeriodReason: string;
  phrase: string;
  matchers: readonly MatcherValues[];
  why: string;
  good: string;
  remediation: string;
  references: string;
  tags: string;
}

/** The form before anybody has typed. */
export function emptyRule(): CustomRuleValues {
  return {
    id: "",
    title: "",
    class: "posture",
    severity: "medium",
    rises: "",
    scope: ["container"],
    enabled: true,
    quietPeriod: "7d",
    quietPeriodReason: "",
    phrase: "{process} ran",
    matchers: [emptyMatcher()],
    why: "",
    good: "",
    remediation: "",
    references: "",
    tags: "",
  };
}

/** The form of a rule that exists. */
export function ruleValues(rule: RuleView): CustomRuleValues {
  const {
    rises,
    matchers,
    references,
    tags,
    builtIn: _builtIn,
    overrides: _overrides,
    ...same
  } = rule;
  return {
    ...same,
    rises: risesText(rises),
    matchers: matchers.map(valuesOf),
    references: references.map((it) => `${it.title} ${it.url}`).join("\n"),
    tags: tags.join("\n"),
  };
}

/** What was typed. */
export function readCustomRule(form: FormData): CustomRuleValues {
  const matchers: MatcherValues[] = [];
  // One more than there may be, so that the schema can say so.
  while (matchers.length <= MAX_MATCHERS && form.has(`m${matchers.length}.on`))
    matchers.push(readMatcher(form, `m${matchers.length}.`));
  return {
    id: text(form, "id"),
    title: text(form, "title"),
    class: text(form, "class"),
    severity: text(form, "severity"),
    rises: text(form, "rises"),
    scope: form.getAll("scope").filter((value) => typeof value === "string"),
    enabled: form.get("enabled") === "on",
    quietPeriod: text(form, "quietPeriod"),
    quietPeriodReason: text(form, "quietPeriodReason"),
    phrase: text(form, "phrase"),
    matchers,
    why: text(form, "why"),
    good: text(form, "good"),
    remediation: text(form, "remediation"),
    references: text(form, "references"),
    tags: text(form, "tags"),
  };
}

/** Lines with something on them. */
export function lines(value: string): string[] {
  return value
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

/** A line is a title and, last, an address; without a title the address is its own. */
function referenceFrom(line: string): { title: string; url: string } {
  const [, title, url] = /^(?:(.*)\s)?(\S+)$/.exec(line) ?? [];
  const address = url ?? line;
  return { title: title?.trim() || address, url: address };
}

function rawOf({ rises, references, tags, matchers, ...values }: CustomRuleValues) {
  const typed = readRises(rises);
  return {
    ...values,
    rises: typed.ok ? typed.steps : [],
    matchers: matchers.map(matcherFrom),
    references: lines(references).map(referenceFrom),
    tags: lines(tags),
  };
}

/** A rule to create. */
export function ruleInput(values: CustomRuleValues): Read<CustomRuleInput> {
  return checked(values, customRuleSchema.safeParse(rawOf(values)));
}

/** What the schema says, and what is wrong with the steps, which it has not seen as they were typed. */
function checked<T>(
  { rises }: CustomRuleValues,
  parsed: { success: true; data: T } | { success: false; error: { issues: Issue[] } },
): Read<T> {
  const typed = readRises(rises);
  if (parsed.success && typed.ok) return { ok: true, value: parsed.data };
  const errors = parsed.success ? {} : errorsOfIssues(parsed.error.issues);
  return { ok: false, errors: typed.ok ? errors : { ...errors, rises: { text: typed.text } } };
}

/** Everything but the id, to change a rule to. */
export function rulePatch(values: CustomRuleValues): Read<CustomRulePatch> {
  const { id: _id, ...raw } = rawOf(values);
  return checked(values, customRulePatchSchema.safeParse(raw));
}

/** A rule to try: what does not bear on matching may still be missing. */
export function draftInput(values: CustomRuleValues): Read<CustomRuleInput> {
  const or = (value: string, draft: string) => (value === "" ? draft : value);
  return ruleInput({
    ...values,
    id: or(values.id, "draft"),
    title: or(values.title, "Draft"),
    phrase: or(values.phrase, "It happened"),
    quietPeriod: or(values.quietPeriod, "7d"),
  });
}
