/** `/settings/endpoints/:id/delete`: what the end of an endpoint does, before it is done. */
import type { EndpointDetail } from "../../schema/webhooks.ts";
import { endpointName } from "../format/endpoint-words.ts";
import { counted } from "../format/number.ts";
import { cut, visible } from "../format/visible.ts";
import { Crumbs } from "../parts/crumbs.tsx";
import { Frame } from "../parts/frame.tsx";
import { paths } from "../paths.ts";
import type { View } from "../view.ts";

export interface EndpointDeleteProps {
  view: View;
  endpoint: EndpointDetail;
  /** Why it was not deleted. */
  refused: string | undefined;
}

export function EndpointDeletePage({ view, endpoint, refused }: EndpointDeleteProps) {
  const { pending, dead, delivered } = endpoint.health;
  return (
    <Frame view={view} title="Delete an endpoint" active="endpoints">
      <Crumbs href={paths.endpoint(endpoint.id)} word="The endpoint" />
      <section class="message-page">
        <h1 dir="auto">Delete “{cut(visible(endpointName(endpoint)), 120)}”?</h1>
        {refused !== undefined && (
          <p class="notice is-warning" role="alert">
            Not deleted: {visible(refused)}
          </p>
        )}
        <ul class="plain-list">
          <li>
            {pending === 0
              ? "Nothing waits for it."
              : `${counted(pending, "delivery", "deliveries")} that ${pending === 1 ? "waits" : "wait"} will not be sent.`}
          </li>
          <li>
            Its log goes too: {counted(delivered, "delivery", "deliveries")} that arrived, and{" "}
            {counted(dead, "dead letter")}.
          </li>
          <li>Its secrets end. The ledger keeps who made, changed and deleted it.</li>
        </ul>
        <form class="form-actions" method="post" action={paths.deleteEndpoint(endpoint.id)}>
          <button class="button is-danger" type="submit">
            Delete the endpoint
          </button>
          <a class="button" href={paths.endpoint(endpoint.id)}>
            Keep it
          </a>
        </form>
      </section>
    </Frame>
  );
}
