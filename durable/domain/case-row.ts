/** A case as D1 holds it. Pure. */
import type { CasePriority, CaseReason, CaseStatus } from "../../schema/case.ts";
import type { cases } from "../../schema/tables.ts";

/** A row, in the words of its schema. */
export type CaseRow = Omit<typeof cases.$inferSelect, "status" | "priority" | "closeReason"> & {
  status: CaseStatus;
  priority: CasePriority;
  closeReason: CaseReason | null;
};

/** What is linked to it. */
export interface CaseCounts {
  findings: number;
  open: number;
  signals: number;
}

/** What `q` looks through. */
export function caseSearchText({ title, description }: { title: string; description: string }) {
  return `${title}\n${description}`.toLowerCase();
}
