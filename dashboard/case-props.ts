/** What the page of a case and its parts are given to show. */
import type { Allowed } from "../durable/domain/case.ts";
import type { CaseDetail, TimelineEntry } from "../schema/case.ts";
import type { MemberView } from "../schema/member.ts";
import type { EndpointView } from "../schema/webhooks.ts";
import type { CaseEdit, NoteForms } from "./case-edit.ts";
import type { Names } from "./format/case.ts";
import type { View } from "./view.ts";

/** What the page says after a change. */
export const CASE_NOTICES = {
  created: "Made. What is linked to it is shown below; it is told to endpoints and the ledger.",
  saved: "Saved.",
  linked: "Put into this case.",
  ticket: "The ticket is on its way: it appears here when the tracker has made it.",
} as const;

export interface CasePageProps {
  view: View;
  of: CaseDetail;
  names: Names;
  members: readonly MemberView[];
  teams: readonly string[];
  /** What the reader may do with it, and why not. */
  actions: readonly Allowed[];
  /** Oldest first, of the newest; `earlier`: the page before it. */
  timeline: { entries: readonly TimelineEntry[]; earlier: string | null; isLatest: boolean };
  /** Trackers that can have a ticket of it. */
  trackers: readonly EndpointView[];
  show: "all" | "notes";
  notice: keyof typeof CASE_NOTICES | undefined;
  /** Why something was not done. */
  refused: string | undefined;
  /** A form that came back. */
  edit: CaseEdit | undefined;
  notes: NoteForms;
}

/** Why an act is not the reader's to do now; null where it is. */
export function whyNot(actions: readonly Allowed[], action: Allowed["action"]): string | null {
  return actions.find((it) => it.action === action)?.why ?? null;
}
