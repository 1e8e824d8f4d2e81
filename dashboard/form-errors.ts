/** What is wrong with a form, by field and in sentences; from what the schema and the server say. Pure. */
import type { Refusal } from "./data.ts";

/** One thing that is wrong; a bad expression has a place too. */
export interface FieldProblem {
  text: string;
  position?: Refusal["position"];
}

/** By dotted path, such as `matchers.0.when`. What belongs to no field stands under "". */
export type FormErrors = Readonly<Record<string, FieldProblem>>;

/** What zod says of one thing. */
export interface Issue {
  code?: string;
  path: readonly PropertyKey[];
  message: string;
  minimum?: number | bigint;
  maximum?: number | bigint;
  origin?: string;
}

/** How many parts of a path name a field of the form, which stands for a whole list; of others, the first one does. */
const DEPTHS: Readonly<Record<string, number>> = { matchers: 3, settings: 2 };

/** `tags.3` is `tags`, `matchers.0.names.2` is `matchers.0.names`. */
function fieldOf(path: readonly PropertyKey[]): string {
  return path
    .slice(0, DEPTHS[String(path[0])] ?? 1)
    .map(String)
    .join(".");
}

function words({ code, origin, maximum, message }: Issue): string {
  const list = origin === "array";
  if (code === "too_small") return list ? "Name at least one." : "Fill this in.";
  if (code === "too_big") return `At most ${maximum} ${list ? "of them" : "characters"}.`;
  if (code === "invalid_type") return "Fill this in.";
  if (code === "invalid_value" || code === "invalid_union") return "Choose one.";
  return sentence(message);
}

/** The first thing that is wrong with each field. */
export function errorsOfIssues(issues: readonly Issue[]): FormErrors {
  const errors: Record<string, FieldProblem> = {};
  for (const issue of issues) errors[fieldOf(issue.path)] ??= { text: words(issue) };
  return errors;
}

/** What a form comes to, or what is wrong with it. */
export type Read<T> = { ok: true; value: T } | { ok: false; errors: FormErrors };

/** A schema of zod's, as far as forms need it. */
export interface FormSchema<T> {
  safeParse(
    raw: unknown,
  ): { success: true; data: T } | { success: false; error: { issues: readonly Issue[] } };
}

export function readBy<T>(schema: FormSchema<T>, raw: unknown): Read<T> {
  const parsed = schema.safeParse(raw);
  return parsed.success
    ? { ok: true, value: parsed.data }
    : { ok: false, errors: errorsOfIssues(parsed.error.issues) };
}

/** What the server refused; `fields` are those that the form has. `prefix`: where they stand in what was sent. */
export function errorsOfRefusal(
  problem: Refusal,
  hasField: (field: string) => boolean,
  prefix = "",
): FormErrors {
  const { detail, field = "", position } = problem;
  const said =
    field !== "" && detail.startsWith(`${field}: `) ? detail.slice(field.length + 2) : detail;
  const name = fieldOf((field.startsWith(prefix) ? field.slice(prefix.length) : field).split("."));
  return { [hasField(name) ? name : ""]: { text: sentence(said), position } };
}

function sentence(said: string): string {
  const whole = /[.!?…]$/.test(said) ? said : `${said}.`;
  return whole.slice(0, 1).toUpperCase() + whole.slice(1);
}

/** The text of a form's field, without spaces around it, and with lines ended as the API ends them. */
export function text(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === "string" ? value.replaceAll("\r\n", "\n").trim() : "";
}
