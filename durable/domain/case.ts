/**
 * What may be done with a case, and what it becomes: one table, which gates the API and the buttons of pages. Pure.
 * Contract: whoever is refused is told why; what Lull itself does (verify, regress) is not for people to ask.
 */
import {
  CASE_ACTIONS,
  type CaseAction,
  type CasePriority,
  type CaseReason,
  type CaseStatus,
} from "../../schema/case.ts";
import { roleAllows, type Role } from "../../schema/member.ts";
import { SEVERITIES, type Severity } from "../../schema/rule.ts";

interface ActionRule {
  from: readonly CaseStatus[];
  /** Null: the status stays. */
  to: CaseStatus | null;
  /** The least role that may. */
  role: Role;
}

const ALIVE = ["open", "in_progress", "fixed"] as const;
const ANY = [...ALIVE, "closed"] as const;

export const CASE_ACTION_RULES: Readonly<Record<CaseAction, ActionRule>> = {
  start: { from: ["open"], to: "in_progress", role: "responder" },
  stop: { from: ["in_progress"], to: "open", role: "responder" },
  mark_fixed: { from: ["open", "in_progress"], to: "fixed", role: "responder" },
  take_back: { from: ["fixed"], to: "in_progress", role: "responder" },
  close: { from: ALIVE, to: "closed", role: "responder" },
  reopen: { from: ["closed"], to: "open", role: "responder" },
  assign: { from: ALIVE, to: null, role: "responder" },
  edit: { from: ALIVE, to: null, role: "responder" },
  link: { from: ALIVE, to: null, role: "responder" },
  unlink: { from: ALIVE, to: null, role: "responder" },
  note: { from: ANY, to: null, role: "responder" },
  check: { from: ALIVE, to: null, role: "responder" },
};

/** Reasons whose findings are muted until an end. */
export const MUTING_REASONS: ReadonlySet<CaseReason> = new Set(["risk_accepted", "false_positive"]);

/** Whether it may be done, and if not, why: for a problem, or as a button's title. */
export interface Allowed {
  action: CaseAction;
  /** Null: the status stays. */
  to: CaseStatus | null;
  /** Whether it is for a case of the status, whoever asks. */
  fits: boolean;
  allowed: boolean;
  why: string | null;
}

const WORDS: Readonly<Record<CaseStatus, string>> = {
  open: "open",
  in_progress: "in progress",
  fixed: "said to be fixed",
  closed: "closed",
};

/** Of every action, in the order of the table. */
export function actionsFor({ status }: { status: CaseStatus }, role: Role): Allowed[] {
  return CASE_ACTIONS.map((action) => {
    const why = refusalOf(status, action, role);
    const { from, to } = CASE_ACTION_RULES[action];
    return { action, to, fits: from.includes(status), allowed: why === null, why };
  });
}

/** Null: it may be done. */
export function refusalOf(status: CaseStatus, action: CaseAction, role: Role): string | null {
  const rule = CASE_ACTION_RULES[action];
  if (!roleAllows(role, rule.role)) return `It takes the role ${rule.role}.`;
  if (rule.from.includes(status)) return null;
  const froms = rule.from.map((from) => WORDS[from]).join(" or ");
  return `The case is ${WORDS[status]}, and must be ${froms} for that.`;
}

/** What leads from one status to another; null where nothing that people do does. */
export function actionTo(from: CaseStatus, to: CaseStatus): CaseAction | null {
  const found = CASE_ACTIONS.find((action) => {
    const rule = CASE_ACTION_RULES[action];
    return rule.to === to && rule.from.includes(from);
  });
  return found ?? null;
}

/** How urgent a case is where nobody says it: by the worst of its findings; none: as `medium`. */
export function priorityOf(severities: readonly Severity[]): CasePriority {
  const ranks = severities.map((severity) => SEVERITIES.indexOf(severity));
  const worst = ranks.length === 0 ? SEVERITIES.indexOf("medium") : Math.min(...ranks);
  return (["P1", "P2", "P3", "P4", "P5"] as const)[worst] ?? "P5";
}
