/** Where a tracker tells of its tickets, for whoever sets that up. */
import { isTracker, type TrackerFormat } from "../../schema/endpoint-formats.ts";
import type { EndpointView } from "../../schema/webhooks.ts";
import { FORMAT_WORDS } from "../format/endpoint-words.ts";
import { paths } from "../paths.ts";
import type { View } from "../view.ts";
import { CopyBlock } from "./empty.tsx";

/** What sends it. */
const HOOKS: Readonly<Record<TrackerFormat, string>> = {
  jira: "webhook",
  github: "webhook",
  gitlab: "webhook",
  servicenow: "business rule",
};

export function HookAddress(props: { endpoint: Pick<EndpointView, "id" | "format">; view: View }) {
  const { endpoint, view } = props;
  if (!isTracker(endpoint.format)) return null;
  return (
    <section id="hook">
      <p>
        {FORMAT_WORDS[endpoint.format].word} tells of its tickets by a {HOOKS[endpoint.format]} to
        this address, signed with the endpoint’s secret: of changes of tickets, and of new comments.
      </p>
      <CopyBlock
        id="hook-address"
        text={`${view.origin}${paths.trackerHook(view.tenant, endpoint.id)}`}
        label="Copy the address"
      />
    </section>
  );
}
