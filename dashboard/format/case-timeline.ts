/** What has happened to a case, in words. Pure. Contract: an entry that says less than expected is still said. */
import type { TimelineEntry, TimelineKind } from "../../schema/case.ts";
import { RESOLUTION_WORDS } from "./headline.ts";
import { CLOSE_WORDS, nameOf, type Names } from "./case.ts";
import { counted } from "./number.ts";
import { cut, visible } from "./visible.ts";

/** One line: what happened, to what, and what was said or changed. */
export interface EntryWords {
  text: string;
  /** The finding or signal that it is about. */
  subject: { kind: "finding" | "signal"; id: string; words: string } | null;
  /** Fields with what they were and are. */
  changes: { field: string; before: string; after: string }[];
  /** What was said with it. */
  note: string | null;
}

const TEXTS: Readonly<Record<TimelineKind, string>> = {
  "case.created": "made the case",
  "case.started": "started work",
  "case.stopped": "put it back to open",
  "case.fixed": "said that it is fixed",
  "case.fix_taken_back": "took back that it is fixed",
  "case.regressed": "regressed: an event came after it was said to be fixed",
  "case.verified": "closed as verified: every finding has been quiet since it was said to be fixed",
  "case.closed": "closed it",
  "case.reopened": "reopened it",
  "case.assigned": "changed whose it is",
  "case.edited": "changed it",
  "finding.linked": "put in",
  "finding.unlinked": "took out",
  "signal.linked": "put in the signal",
  "signal.unlinked": "took out the signal",
  "note.added": "noted",
  "note.edited": "edited a note",
  "checklist.added": "added a step",
  "checklist.changed": "changed a step",
  "checklist.removed": "removed a step",
  "finding.opened": "opened",
  "finding.reopened": "reopened",
  "finding.regressed": "regressed",
  "finding.resolved": "resolved",
  "finding.unverified": "is unverified: no agent is watching",
  "finding.watched": "is watched again",
  "ticket.created": "made a ticket",
};

/** Many of one kind in a row. */
const MANY: Partial<Record<TimelineKind, (n: number) => string>> = {
  "finding.linked": (n) => `put in ${counted(n, "finding")}`,
  "signal.linked": (n) => `put in ${counted(n, "signal")}`,
  "finding.opened": (n) => `${counted(n, "finding")} opened`,
  "finding.reopened": (n) => `${counted(n, "finding")} reopened`,
  "finding.resolved": (n) => `${counted(n, "finding")} resolved`,
  "finding.unverified": (n) => `${counted(n, "finding")} became unverified: no agent is watching`,
  "finding.watched": (n) => `${counted(n, "finding")} are watched again`,
};

export function manyWords(kind: TimelineKind, n: number): string | null {
  return MANY[kind]?.(n) ?? null;
}

/** Kinds that come in crowds. */
export const CROWDS: ReadonlySet<TimelineKind> = new Set(Object.keys(MANY) as TimelineKind[]);

/** Characters of a value in a line; the record has all of it. */
const LONGEST = 120;

const FIELDS: Readonly<Record<string, string>> = { dueAt: "due", assignee: "assignee" };

const string = (value: unknown): string | null => (typeof value === "string" ? value : null);

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** `moment` writes instants. */
export interface Telling {
  names: Names;
  moment: (instant: string) => string;
}

function valueWords(field: string, value: unknown, { names, moment }: Telling): string {
  if (value === null || value === "" || value === undefined) return "none";
  if (field === "assignee" && typeof value === "string") return nameOf(value, names);
  if (field === "dueAt" && typeof value === "string") return moment(value);
  if (Array.isArray(value)) return value.length === 0 ? "none" : visible(value.join(", "));
  return visible(typeof value === "string" ? value : JSON.stringify(value));
}

function changesOf(data: Record<string, unknown>, telling: Telling): EntryWords["changes"] {
  return Object.entries(data).flatMap(([field, value]) => {
    if (!isRecord(value) || !("before" in value && "after" in value)) return [];
    const words = (it: unknown) => cut(valueWords(field, it, telling), LONGEST);
    const name = FIELDS[field] ?? field;
    return [{ field: name, before: words(value["before"]), after: words(value["after"]) }];
  });
}

function subjectOf(data: Record<string, unknown>): EntryWords["subject"] {
  const finding = string(data["finding"]);
  if (finding !== null) {
    const words = (string(data["headline"]) ?? finding).replace(/[.\s]+$/u, "");
    return { kind: "finding", id: finding, words: visible(words) };
  }
  const signal = string(data["signal"]);
  return signal === null ? null : { kind: "signal", id: signal, words: visible(signal) };
}

/** A step's text, and what became of it. */
function stepWords(kind: TimelineKind, data: Record<string, unknown>): string {
  const before = isRecord(data["before"]) ? data["before"] : {};
  const after = isRecord(data["after"]) ? data["after"] : {};
  const said = string(after["text"]) ?? string(before["text"]) ?? string(data["text"]) ?? "";
  const quoted = `“${cut(visible(said), LONGEST)}”`;
  if (kind === "checklist.added") return `added the step ${quoted}`;
  if (kind === "checklist.removed") return `removed the step ${quoted}`;
  if (before["done"] !== after["done"])
    return after["done"] === true ? `has done ${quoted}` : `has not done ${quoted} after all`;
  return `reworded a step: ${quoted}`;
}

function textOf({ kind, data, by }: TimelineEntry, telling: Telling): string {
  if (kind.startsWith("checklist.")) return stepWords(kind, data);
  const text = TEXTS[kind];
  if (kind === "case.created" && by === null) {
    const rule = string(data["automation"]);
    return rule === null
      ? "made the case"
      : `made the case, by the automation rule ${visible(rule)}`;
  }
  if (kind === "case.closed") {
    const reason = string(data["reason"]);
    const why = reason !== null && isReason(reason) ? CLOSE_WORDS[reason] : reason;
    const until = string(data["until"]);
    const muted = until === null ? "" : `; its findings are muted until ${telling.moment(until)}`;
    return `${text}${why === null ? "" : ` as: ${why}`}${muted}`;
  }
  if (kind === "ticket.created") return `${text}: ${visible(string(data["key"]) ?? "")}`;
  if (kind === "finding.resolved") {
    const resolution = string(data["resolution"]);
    return resolution !== null && isResolution(resolution)
      ? `${text} (${RESOLUTION_WORDS[resolution]})`
      : text;
  }
  return text;
}

const isReason = (text: string): text is keyof typeof CLOSE_WORDS =>
  Object.hasOwn(CLOSE_WORDS, text);
const isResolution = (text: string): text is keyof typeof RESOLUTION_WORDS =>
  Object.hasOwn(RESOLUTION_WORDS, text);

export function entryWords(entry: TimelineEntry, telling: Telling): EntryWords {
  const { kind, data } = entry;
  const isEdit = kind === "case.edited" || kind === "case.assigned";
  return {
    text: textOf(entry, telling),
    subject: subjectOf(data),
    changes: isEdit ? changesOf(data, telling) : [],
    note: kind.startsWith("case.") ? string(data["note"]) : null,
  };
}

/** Of what happens to findings, they are who does it: they stand before the words. */
export function doneByFinding({ kind }: TimelineEntry): boolean {
  return kind.startsWith("finding.") && kind !== "finding.linked" && kind !== "finding.unlinked";
}

/** Who changed the field last, of the newest entries: for a conflict. */
export function lastChangeOf(
  field: string,
  entries: readonly TimelineEntry[],
): { by: string | null; at: string } | null {
  const found = entries.findLast(
    ({ kind, data }) => (kind === "case.edited" || kind === "case.assigned") && field in data,
  );
  return found === undefined ? null : { by: found.by, at: found.at };
}
