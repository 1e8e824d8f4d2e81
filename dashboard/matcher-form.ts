/** One matcher of a custom rule's form: text as typed on one side, the API's input on the other. Pure. */
import type { RuleView } from "../schema/rules-api.ts";
import { text } from "./form-errors.ts";

/** As typed; `names`, `processNames` and `paths` are one a line. Of the other kind than `on`, fields are kept, unused. */
export interface MatcherValues {
  on: "agentRule" | "event";
  format: string;
  names: string;
  kind: string;
  actions: string;
  processNames: string;
  paths: string;
  when: string;
}

/** The names of a matcher's fields. */
export const MATCHER_FIELDS = [
  "format",
  "names",
  "kind",
  "actions",
  "processNames",
  "paths",
  "when",
] as const;

export function emptyMatcher(): MatcherValues {
  return {
    on: "event",
    format: "falco",
    names: "",
    kind: "process",
    actions: "exec",
    processNames: "",
    paths: "",
    when: "",
  };
}

/** Of a rule that exists. */
export function valuesOf(matcher: RuleView["matchers"][number]): MatcherValues {
  const values = { ...emptyMatcher(), actions: "" };
  values.on = matcher["on"] === "agentRule" ? "agentRule" : "event";
  for (const field of MATCHER_FIELDS) {
    const value = matcher[field];
    const between = field === "actions" ? " " : "\n";
    if (typeof value === "string") values[field] = value;
    else if (Array.isArray(value)) values[field] = value.map(String).join(between);
  }
  return values;
}

/** What was typed; `prefix` stands before the names of the fields. */
export function readMatcher(form: FormData, prefix: string): MatcherValues {
  const values = emptyMatcher();
  values.on = text(form, `${prefix}on`) === "agentRule" ? "agentRule" : "event";
  for (const field of MATCHER_FIELDS) values[field] = text(form, `${prefix}${field}`);
  return values;
}

/** Lines as they are: a space at the end of a name may be meant. */
function entries(value: string): string[] {
  return value.split(/\r?\n/).filter((line) => line.trim() !== "");
}

/** What the schema is asked about; an empty field is absent. */
export function matcherFrom(values: MatcherValues): Record<string, unknown> {
  const when = values.when === "" ? {} : { when: values.when };
  if (values.on === "agentRule")
    return { on: "agentRule", format: values.format, names: entries(values.names), ...when };
  const processNames = entries(values.processNames);
  const paths = entries(values.paths);
  return {
    on: "event",
    kind: values.kind,
    actions: values.actions.split(/[\s,]+/).filter((action) => action !== ""),
    ...(processNames.length > 0 && { processNames }),
    ...(paths.length > 0 && { paths }),
    ...when,
  };
}
