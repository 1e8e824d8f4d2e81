/** What a lane of a roll-up's time strip is called, and how it stands. */
import type { FindingSummary, ResourceView } from "../../schema/finding.ts";
import { RESOLUTION_WORDS, shownStatus } from "./headline.ts";
import { visible } from "./visible.ts";

/** Digits of a container's id that tell it from its like. */
const SHORT_ID = 6;

/** What people call the container: its pod, or its name and the beginning of its id. */
export function laneName({ resource }: { resource: ResourceView }): string {
  if (resource.pod !== null) return visible(resource.pod);
  const id = resource.id.slice(resource.id.indexOf(":") + 1);
  return visible(`${resource.name} ${id.slice(0, SHORT_ID)}`);
}

/** How it stands: "open", "unverified", "resource gone"; of one without a finding that nothing was seen. */
export function laneState({ finding }: { finding: FindingSummary | null }): string {
  if (finding === null) return "not seen in it";
  return finding.resolution === null ? shownStatus(finding) : RESOLUTION_WORDS[finding.resolution];
}
