/** Cases in words: states, reasons, people, what has to happen next. Pure. */
import type {
  CaseAction,
  CasePriority,
  CaseReason,
  CaseStatus,
  CaseSummary,
} from "../../schema/case.ts";
import type { MemberView } from "../../schema/member.ts";
import type { Severity } from "../../schema/rule.ts";
import { counted, exactCount } from "./number.ts";
import { visible } from "./visible.ts";

export const CASE_STATUS_WORDS: Readonly<Record<CaseStatus, string>> = {
  open: "open",
  in_progress: "in progress",
  fixed: "fixed, being verified",
  closed: "closed",
};

/** Of which findings it is the priority where nobody says another one. */
export const PRIORITY_WORDS: Readonly<Record<CasePriority, Severity>> = {
  P1: "critical",
  P2: "high",
  P3: "medium",
  P4: "low",
  P5: "info",
};

export const CLOSE_WORDS: Readonly<Record<CaseReason, string>> = {
  verified: "verified by quiet",
  risk_accepted: "risk accepted",
  false_positive: "false positive",
  duplicate: "duplicate",
  no_fix: "no fix exists",
  unproven: "fixed, but unproven",
  other: "other reason",
};

/** What buttons that lead to another status are called. */
export const MOVE_WORDS = {
  start: "Start work",
  stop: "Put back to open",
  mark_fixed: "Mark as fixed",
  take_back: "Not fixed after all",
  close: "Close",
  reopen: "Reopen",
} as const satisfies Partial<Record<CaseAction, string>>;
export type Move = keyof typeof MOVE_WORDS;

/** Members' names by their ids. */
export type Names = ReadonlyMap<string, string>;

export function namesOf(members: readonly MemberView[]): Names {
  return new Map(members.map(({ id, name }) => [id, visible(name)]));
}

/** An id of nobody who is known stands for itself. */
export function nameOf(assignee: string, names: Names): string {
  return names.get(assignee) ?? visible(assignee);
}

/** "3 of 5 findings are open", "its 5 findings have ended". */
export function findingsWords({
  findings: { total, open },
}: Pick<CaseSummary, "findings">): string {
  if (total === 0) return "no finding is linked";
  if (open === 0)
    return total === 1 ? "its finding has ended" : `its ${exactCount(total)} findings have ended`;
  if (total === 1) return "its finding is open";
  if (open === total) return `its ${exactCount(total)} findings are open`;
  return `${exactCount(open)} of ${counted(total, "finding")} ${open === 1 ? "is" : "are"} open`;
}

/** "3 of 5 open", for columns. */
export function findingsShort({
  findings: { total, open },
}: Pick<CaseSummary, "findings">): string {
  if (total === 0) return "no findings";
  return open === 0
    ? `${exactCount(total)} ended`
    : `${exactCount(open)} of ${exactCount(total)} open`;
}
