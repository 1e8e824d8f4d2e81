/** The ledger in words. Pure. */
import type { AuditCheck } from "../../schema/audit.ts";
import type { LedgerEntry, LedgerFault } from "../../schema/ledger.ts";
import { paths } from "../paths.ts";
import { exactCount } from "./number.ts";

/** A field of what was changed; absent on the side where it was not there. */
export interface FieldChange {
  field: string;
  before: string | null;
  after: string | null;
}

/** Each field once, those of before first; what stays the same is left out. */
export function changesOf({ before = {}, after = {} }: LedgerEntry): FieldChange[] {
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return fields
    .map((field) => ({
      field,
      before: valueText(before[field]),
      after: valueText(after[field]),
    }))
    .filter((change) => change.before !== change.after);
}

function valueText(value: unknown): string | null {
  if (value === undefined) return null;
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** "case.note_added" as "case: note added". */
export function actionWords(action: string): string {
  const [kind = "", ...rest] = action.split(".");
  return `${kind}: ${rest.join(" ")}`.replaceAll("_", " ");
}

const PAGES: Readonly<Record<string, (id: string) => string>> = {
  finding: (id) => paths.finding(id),
  case: (id) => paths.case(id),
  rule: (id) => paths.rule(id),
  exception: (id) => paths.exception(id),
  mute: (id) => paths.mute(id),
  member: (id) => paths.member(id),
  endpoint: (id) => paths.endpoint(id),
};

/** The page of what an entry is about; null where it has none. What is gone has one that says so. */
export function subjectPage({ kind, id }: LedgerEntry["subject"]): string | null {
  return PAGES[kind]?.(id) ?? null;
}

const FAULT_WORDS: Readonly<Record<LedgerFault["kind"], string>> = {
  changed: "was changed after it was written down",
  missing: "is missing",
  reordered: "stands in another place than it was written to",
  cut_off: "and what comes after it were cut off",
  rewritten: "is another one than the next one follows, or than the head says",
};

/** "Entry 12 was changed after it was written down." */
export function faultWords({ kind, seq }: LedgerFault): string {
  return `Entry ${exactCount(seq)} ${FAULT_WORDS[kind]}.`;
}

/** What was looked at, in words. */
export function checkedWords({ from, to, head }: AuditCheck): string {
  if (to === 0) return "The ledger has no entry yet.";
  const range =
    from === to
      ? `Entry ${exactCount(to)} is as it was written down`
      : `Entries ${exactCount(from)} to ${exactCount(to)} are as they were written down, none is missing, and none stands elsewhere`;
  return to === head.seq ? `${range}; the last one is the head of the chain.` : `${range}.`;
}
