/** The forms of a case: its text, its facts, its end, and a new one. Pure. */
import {
  type CaseDetail,
  type CaseInput,
  caseInputSchema,
  type CasePatch,
  casePatchSchema,
  type CaseSummary,
} from "../schema/case.ts";
import { formatInstant, type EpochMs } from "../schema/time.ts";
import type { Refusal } from "./data.ts";
import { endErrors, endOf, type EndValues } from "./end-form.ts";
import {
  errorsOfIssues,
  errorsOfRefusal,
  type FormErrors,
  type Read,
  readBy,
  text,
} from "./form-errors.ts";
import type { Fields } from "./merge.ts";

const DAY_MS = 86_400_000;

/** What is edited together. */
export const GROUPS = {
  text: ["title", "description"],
  facts: ["assignee", "team", "priority", "due", "labels"],
} as const;
export type Group = keyof typeof GROUPS;
type Field = (typeof GROUPS)[Group][number];
/** As typed: labels one a line, a day such as `2026-12-24`. */
export type CaseValues = Fields<Field>;

/** What the fields are called. */
export const FIELD_WORDS: Readonly<Record<Field, string>> = {
  title: "Title",
  description: "Description",
  assignee: "Assignee",
  team: "Team",
  priority: "Priority",
  due: "Due",
  labels: "Labels",
};

const asTyped = (value: string) => value.replaceAll("\r\n", "\n").trim();

/** The day at whose end (UTC) it is due, or in which. */
export function dayOf(dueAt: string | null): string {
  return dueAt === null ? "" : formatInstant(Date.parse(dueAt) - 1).slice(0, 10);
}

export function valuesOf(of: CaseDetail): CaseValues {
  return {
    title: asTyped(of.title),
    description: asTyped(of.description),
    assignee: of.assignee ?? "",
    team: of.team ?? "",
    priority: of.priority,
    due: dayOf(of.dueAt),
    labels: of.labels.join("\n"),
  };
}

/** Only the fields of the group. `prefix`: what their names begin with. */
export function readGroup(form: FormData, group: Group, prefix = ""): Partial<CaseValues> {
  return Object.fromEntries(GROUPS[group].map((field) => [field, text(form, prefix + field)]));
}

/** The values that a group has. */
export function ofGroup(values: CaseValues, group: Group): Partial<CaseValues> {
  return Object.fromEntries(GROUPS[group].map((field) => [field, values[field]]));
}

const lines = (value: string) =>
  value
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");

/** A day that is none is left for the schema to refuse. */
function dueOf(day: string): string | null {
  if (day === "") return null;
  const at = /^\d{4}-\d\d-\d\d$/.test(day) ? Date.parse(day) : Number.NaN;
  return Number.isNaN(at) ? day : formatInstant(at + DAY_MS);
}

/** What is sent for the fields that have been changed. */
function sent(mine: Partial<CaseValues>): Record<string, unknown> {
  const { title, description, assignee, team, priority, due, labels } = mine;
  const orNull = (value: string) => (value === "" ? null : value);
  return {
    ...(title !== undefined && { title }),
    ...(description !== undefined && { description }),
    ...(assignee !== undefined && { assignee: orNull(assignee) }),
    ...(team !== undefined && { team: orNull(team) }),
    ...(priority !== undefined && { priority }),
    ...(due !== undefined && { dueAt: dueOf(due) }),
    ...(labels !== undefined && { labels: lines(labels) }),
  };
}

/** A form calls its field `due`. */
function inForm(errors: FormErrors): FormErrors {
  const { dueAt, ...rest } = errors;
  return dueAt === undefined ? rest : { ...rest, due: { text: "Name a day, such as 2026-12-24." } };
}

function checked<T>(read: Read<T>): Read<T> {
  return read.ok ? read : { ok: false, errors: inForm(read.errors) };
}

export function casePatch(mine: Partial<CaseValues>): Read<CasePatch> {
  return checked(readBy<CasePatch>(casePatchSchema, sent(mine)));
}

export function refusalErrors(problem: Refusal): FormErrors {
  const named = problem.field === "dueAt" ? { ...problem, field: "due" } : problem;
  return errorsOfRefusal(named, (field) => Object.hasOwn(FIELD_WORDS, field));
}

/** The end of a case, as typed. */
export interface CloseValues extends EndValues {
  reason: string;
  note: string;
}

export const NEW_CLOSE: CloseValues = { reason: "", note: "", term: "month", date: "" };

export function readClose(form: FormData): CloseValues {
  const values = { ...NEW_CLOSE };
  for (const name of Object.keys(values) as (keyof CloseValues)[]) values[name] = text(form, name);
  return values;
}

/** Reasons whose findings are muted until an end. */
export const MUTING: readonly string[] = ["risk_accepted", "false_positive"];

export function closePatch(values: CloseValues, now: EpochMs): Read<CasePatch> {
  const { reason, note } = values;
  const mutes = MUTING.includes(reason);
  const until = mutes ? endOf(values, now) : null;
  const raw = {
    status: "closed",
    closeReason: reason,
    ...(note !== "" && { note }),
    ...(mutes && { until: formatInstant(until ?? now) }),
  };
  const parsed = casePatchSchema.safeParse(raw);
  const { closeReason: wrong, ...others } = parsed.success
    ? {}
    : errorsOfIssues(parsed.error.issues);
  const errors = {
    ...others,
    ...(wrong !== undefined && { reason: { text: "Say why it is closed." } }),
    ...(mutes ? endErrors(until, now) : {}),
  };
  return parsed.success && Object.keys(errors).length === 0
    ? { ok: true, value: parsed.data }
    : { ok: false, errors };
}

export function closeErrors(problem: Refusal): FormErrors {
  const field = problem.field === "closeReason" ? "reason" : problem.field;
  return errorsOfRefusal(
    { ...problem, field },
    (it) => Object.hasOwn(NEW_CLOSE, it) || it === "until",
  );
}

/** A new case, as typed; checklist one a line. */
export type NewCaseValues = CaseValues & { checklist: string };

/** What it is to be about. */
export interface Subjects {
  findings: string[];
  signals: string[];
  rollup: string | null;
}

export const NOTHING: Subjects = { findings: [], signals: [], rollup: null };

export function readNewCase(form: FormData): NewCaseValues {
  const values = { ...readGroup(form, "text"), ...readGroup(form, "facts") };
  // Both groups are all of its fields.
  return { ...(values as CaseValues), checklist: text(form, "checklist") };
}

/** Empty fields say nothing: they come of what it is about. */
export function caseInput(values: NewCaseValues, subjects: Subjects): Read<CaseInput> {
  const { checklist, description, ...rest } = values;
  const said = Object.entries({ ...rest, description }).filter(([, value]) => value !== "");
  const { findings, signals, rollup } = subjects;
  const raw = {
    ...sent(Object.fromEntries(said)),
    checklist: lines(checklist),
    ...(findings.length > 0 && { findings }),
    ...(signals.length > 0 && { signals }),
    ...(rollup !== null && { rollup }),
  };
  return checked(readBy<CaseInput>(caseInputSchema, raw));
}

/** "LULL-42", however it was typed: a number alone, in small letters, or as the address of its page. */
export function caseKeyOf(typed: string): CaseSummary["id"] {
  const number = /(\d{1,9})\/?$/.exec(typed.trim())?.[1];
  return number === undefined ? typed.trim() : `LULL-${Number(number)}`;
}
