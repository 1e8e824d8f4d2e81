/** What a roll-up's state is called, and how its findings have ended: the words of the list and the page. */
import { RESOLUTIONS } from "../../schema/finding.ts";
import type { RollupDetail, RollupStatus, RollupSummary } from "../../schema/rollup.ts";
import { RESOLUTION_WORDS } from "./headline.ts";
import { exactCount } from "./number.ts";

export const ROLLUP_MEANING: Readonly<Record<RollupStatus, string>> = {
  open: "A container of the workload has an open finding of this rule.",
  quiet:
    "A container was watched and quiet after the newest event of all, and no event of it has come from the workload within the quiet period.",
  ended: "All its findings have ended, but that the behaviour has stopped is not shown.",
};

/** The same of one, which may be shown to have stopped though none of its own findings shows it. */
export function rollupMeaning({ status, fix }: Pick<RollupDetail, "status" | "fix">): string {
  return status === "ended" && fix?.proven === true
    ? "All its findings have ended. None of these ends shows that the behaviour has stopped; a container of the newer image does."
    : ROLLUP_MEANING[status];
}

/** "2 quiet, verified; 1 resource gone" */
export function endedWords(ended: RollupSummary["ended"]): string {
  return RESOLUTIONS.filter((how) => ended[how] > 0)
    .map((how) => `${exactCount(ended[how])} ${RESOLUTION_WORDS[how]}`)
    .join("; ");
}

/** "3 affected, 2 more known, 4 gone" */
export function containerWords({ affected, total, gone }: RollupSummary["containers"]): string {
  const others = total - affected;
  return [
    `${exactCount(affected)} affected`,
    ...(others > 0 ? [`${exactCount(others)} more known`] : []),
    ...(gone > 0 ? [`${exactCount(gone)} gone`] : []),
  ].join(", ");
}
