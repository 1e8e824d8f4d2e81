/** What has to happen next with a case, in a sentence. Pure. */
import type { CaseDetail } from "../../schema/case.ts";
import { CLOSE_WORDS } from "./case.ts";
import { counted, exactCount } from "./number.ts";
import { epoch } from "./time.ts";
import { visible } from "./visible.ts";

/** The finding that will be the last to be quiet, of those that are being watched. */
function lastDeadline({ linkedFindings, proof }: CaseDetail): number | null {
  const watching = new Set(
    proof.findings.filter(({ state }) => state === "watching").map(({ finding }) => finding),
  );
  const deadlines = linkedFindings.flatMap(({ id, deadlineAt }) =>
    watching.has(id) && deadlineAt !== null ? [epoch(deadlineAt)] : [],
  );
  return deadlines.length === 0 ? null : Math.max(...deadlines);
}

function fixedWords(of: CaseDetail, instant: (at: number) => string): string {
  const { findings, state } = of.proof;
  if (findings.length === 0)
    return "No finding is linked, so nothing can verify it: link one, or close it as unproven.";
  const quiet = findings.filter((it) => it.state === "quiet").length;
  const done = `${exactCount(quiet)} of ${counted(findings.length, "finding")} ${quiet === 1 ? "is" : "are"} quiet`;
  if (state === "regressed")
    return `${done}; an event has come after it was said to be fixed, so it is about to go back to work.`;
  if (state === "unproven") {
    const n = findings.filter((it) => it.state === "unproven").length;
    return `${done}; ${counted(n, "finding")} ended without proof of quiet, so it will not close itself. Close it as unproven, or say that it is not fixed after all.`;
  }
  if (state === "verified") return `${done}: it is about to close itself as verified.`;
  const unseen = of.linkedFindings.filter(
    ({ status, deadlineAt }) => status === "open" && deadlineAt === null,
  ).length;
  if (unseen > 0)
    return `${done}; ${counted(unseen, "finding")} cannot become quiet until an agent watches again.`;
  const silent = of.linkedFindings.filter(
    ({ status, verification }) => status === "open" && !verification.heartbeats,
  ).length;
  if (silent > 0)
    return `${done}; ${counted(silent, "finding")} of it can end on silence alone, since no agent that reported ${silent === 1 ? "it" : "them"} sends heartbeats: that proves nothing, and the case will not close itself.`;
  const last = lastDeadline(of);
  const when = last === null ? "" : `, the last one can be quiet on ${instant(last)}`;
  return `${done}${when}. If no event comes until then, it closes itself with the certificates.`;
}

/** `instant` writes one in the reader's zone. */
export function nextWords(of: CaseDetail, instant: (at: number) => string): string {
  switch (of.status) {
    case "open":
      return of.assignee === null
        ? "Nobody has taken it yet: give it to somebody, or start work."
        : "Work has not begun yet.";
    case "in_progress":
      return of.regressedAt === null
        ? "Fix it, then mark it as fixed: quiet verifies that."
        : "It has regressed: an event came after it was said to be fixed. Look at the timeline for what it was.";
    case "fixed":
      return fixedWords(of, instant);
    case "closed": {
      const why = of.closeReason === null ? "" : ` as ${CLOSE_WORDS[of.closeReason]}`;
      const who = of.closedBy === null ? "" : ` by ${visible(of.closedBy)}`;
      return of.closeReason === "verified"
        ? "Closed by quiet: every finding has been quiet since it was said to be fixed, and has its certificate."
        : `Closed${why}${who}. It can be reopened.`;
    }
  }
}
