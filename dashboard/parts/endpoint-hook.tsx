/** Where a tracker tells of its tickets, for whoever sets that up. */
import { isTracker } from "../../schema/endpoint-formats.ts";
import type { EndpointView } from "../../schema/webhooks.ts";
import { FORMAT_WORDS } from "../format/endpoint-words.ts";
import { paths } from "../paths.ts";
import type { View } from "../view.ts";
import { CopyBlock } from "./empty.tsx";

export function HookAddress(props: { endpoint: Pick<EndpointView, "id" | "format">; view: View }) {
  const { endpoint, view } = props;
  if (!isTracker(endpoint.format)) return null;
  return (
    <section id="hook">
      <p>
        {FORMAT_WORDS[endpoint.format].word} tells of its tickets by a webhook to this address,
        signed with the endpoint’s secret: of changes of issues, and of new comments.
      </p>
      <CopyBlock
        id="hook-address"
        text={`${view.origin}${paths.trackerHook(view.tenant, endpoint.id)}`}
        label="Copy the address"
      />
    </section>
  );
}
