/** Words that messages and tickets share. */
import type { CaseReason } from "../../schema/case.ts";

/** After "closed: ". */
export const CLOSE_REASONS: Readonly<Record<CaseReason, string>> = {
  verified: "quiet has shown that it is fixed",
  risk_accepted: "the risk is accepted",
  false_positive: "it is a false positive",
  duplicate: "it is a duplicate",
  no_fix: "it will not be fixed",
  unproven: "it is said to be fixed, and that cannot be shown",
  other: "for another reason",
};

/** "2026-11-24 10:00 UTC" */
export function instant(at: string): string {
  return `${at.slice(0, 16).replace("T", " ")} UTC`;
}
