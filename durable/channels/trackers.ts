/** Which tracker speaks which format. */
import type { TrackerFormat } from "../../schema/endpoint-formats.ts";
import { github } from "./github.ts";
import { gitlab } from "./gitlab.ts";
import { jira } from "./jira.ts";
import { servicenow } from "./servicenow.ts";
import type { Tracker } from "./tracker.ts";

export const TRACKERS: Readonly<Record<TrackerFormat, Tracker>> = {
  jira,
  github,
  gitlab,
  servicenow,
};
