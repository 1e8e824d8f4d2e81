/**
 * A case's ticket in a tracker: what a happening means for it, and what a change of it means for the case. Pure.
 * Contract: a ticket is done where its case is said to be fixed, or closed; who closes a ticket says that it is fixed,
 * and only quiet verifies that. What is repeated changes nothing.
 */
import type { CaseAction, CaseStatus, CaseSummary } from "../../schema/case.ts";
import type { Happening } from "../../schema/happening.ts";

/** What trackers have in common. Some know no more than open and done. */
export const TICKET_STATES = ["open", "in_progress", "done"] as const;
export type TicketState = (typeof TICKET_STATES)[number];

/** What the ticket has been told of its case; as of after the last step that was made. */
export interface TicketTold {
  status: CaseStatus;
  title: string;
  priority: string;
}

/** One thing to be done with a tracker, which may take several requests. */
export type Step =
  /** That the endpoint's account may do it. */
  | { name: "check" }
  | { name: "create" }
  | { name: "comment" }
  /** `loosely`: being done or not is all that counts. */
  | { name: "move"; to: TicketState; loosely: boolean }
  | { name: "update" };

export function stateOf(status: CaseStatus): TicketState {
  return status === "fixed" || status === "closed" ? "done" : status;
}

/** Those that a comment tells of. */
const COMMENTED: ReadonlySet<Happening["type"]> = new Set([
  "case.note_added",
  "case.fixed",
  "case.regressed",
  "case.closed",
  "case.reopened",
]);

/**
 * In order. `told`: null where there is no ticket yet. What comes of this endpoint's own ticket is not said to it
 * again.
 */
export function stepsFor(
  { type, data, origin }: Pick<Happening, "type" | "data" | "origin">,
  endpoint: string,
  told: TicketTold | null,
): Step[] {
  if (type === "endpoint.test") return [{ name: "check" }];
  const summary = data.case;
  if (summary === undefined || (told === null && summary.status === "closed")) return [];
  const known = told ?? newlyTold(summary);
  const isOwn = origin === endpoint;
  const steps: Step[] = told === null ? [{ name: "create" }] : [];
  if (COMMENTED.has(type) && !(isOwn && type === "case.note_added"))
    steps.push({ name: "comment" });
  if (summary.status !== known.status)
    steps.push({ name: "move", to: stateOf(summary.status), loosely: isOwn });
  if (summary.title !== known.title || summary.priority !== known.priority)
    steps.push({ name: "update" });
  return steps;
}

/** A ticket that has just been made is open. */
export function newlyTold({ title, priority }: CaseSummary): TicketTold {
  return { status: "open", title, priority };
}

/** Where a ticket has gone. `reopened`: it is not done any more, and nothing else is known. */
export type Moved = TicketState | "reopened";

/** What of a case that is: it follows its ticket's change. Null: it is there already, or nothing leads there. */
export function actionOf(moved: Moved, status: CaseStatus): CaseAction | null {
  const isDone = stateOf(status) === "done";
  if (moved === "done") return isDone ? null : "mark_fixed";
  if (status === "closed") return "reopen";
  if (status === "fixed") return "take_back";
  if (moved === "in_progress" && status === "open") return "start";
  return moved === "open" && status === "in_progress" ? "stop" : null;
}

/** Whether a ticket stands where it should. */
export function isThere(state: TicketState, to: TicketState, loosely: boolean): boolean {
  return loosely ? (state === "done") === (to === "done") : state === to;
}
