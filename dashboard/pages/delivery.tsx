/** `/settings/endpoints/:id/deliveries/:delivery`: what was sent, and every attempt. */
import type { DeliveryDetail, EndpointView } from "../../schema/webhooks.ts";
import { endpointName, typeWords } from "../format/endpoint-words.ts";
import { epoch } from "../format/time.ts";
import { cut, visible } from "../format/visible.ts";
import { ActButton } from "../parts/act.tsx";
import { Attempts } from "../parts/attempts.tsx";
import { Crumbs } from "../parts/crumbs.tsx";
import { DeliveryState } from "../parts/deliveries.tsx";
import { Frame } from "../parts/frame.tsx";
import { Moment } from "../parts/time.tsx";
import { paths } from "../paths.ts";
import type { View } from "../view.ts";

/** What the page says after an act. */
export const DELIVERY_NOTICES = {
  replayed: "It is sent again, under the same webhook-id. Its attempts appear here.",
} as const;

export interface DeliveryPageProps {
  view: View;
  endpoint: EndpointView;
  delivery: DeliveryDetail;
  notice: keyof typeof DELIVERY_NOTICES | undefined;
  /** Why it was not sent again. */
  refused: string | undefined;
}

/** The page of what it tells of. */
function aboutHref({ about }: DeliveryDetail): string {
  switch (about.kind) {
    case "finding":
      return paths.finding(about.id);
    case "signal":
      return paths.signal(about.id);
    case "mute":
      return paths.mute(about.id);
    case "agent":
      return paths.host(about.id);
    case "endpoint":
      return paths.endpoint(about.id);
    case "case":
      return paths.case(about.id);
  }
}

function Facts({ delivery, endpoint, view }: DeliveryPageProps) {
  const { about } = delivery;
  const name = cut(visible(about.name), 240);
  return (
    <dl class="side-facts">
      <div>
        <dt>About</dt>
        <dd>
          <a href={aboutHref(delivery)}>
            <bdi>{name}</bdi>
          </a>
        </dd>
      </div>
      <div>
        <dt>Endpoint</dt>
        <dd>
          <a href={paths.endpoint(endpoint.id)}>{cut(visible(endpointName(endpoint)), 120)}</a>
        </dd>
      </div>
      <div>
        <dt>Happened</dt>
        <dd>
          <Moment at={epoch(delivery.occurredAt)} as="ago" view={view} />
        </dd>
      </div>
      {delivery.nextAttemptAt !== null && (
        <div>
          <dt>Next attempt</dt>
          <dd>
            <Moment at={epoch(delivery.nextAttemptAt)} as="until" view={view} />
            <span class="dim">
              , once what came before about the same has arrived or is given up
            </span>
          </dd>
        </div>
      )}
      <div>
        <dt>webhook-id</dt>
        <dd class="mono">{delivery.id}</dd>
      </div>
      <div>
        <dt>All about it</dt>
        <dd>
          <a href={`${paths.endpoint(endpoint.id, { key: delivery.key })}#deliveries`}>
            Deliveries of the same key
          </a>
        </dd>
      </div>
    </dl>
  );
}

/** As it is sent, but for the spaces that make it readable. */
function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

function Replay({ delivery, endpoint, view }: DeliveryPageProps) {
  const to = paths.replayDelivery(endpoint.id, delivery.id);
  return (
    <form class="form-actions" method="post" action={to}>
      <ActButton view={view} to={to}>
        Send it again
      </ActButton>
    </form>
  );
}

/** Refreshes itself while there is something to come. */
function Live(props: DeliveryPageProps) {
  const { delivery, endpoint, view } = props;
  const refresh = {
    "hx-get": paths.delivery(endpoint.id, delivery.id),
    "hx-trigger": "every 2s",
    "hx-select": "#live",
    "hx-select-oob": "#as-of",
    "hx-swap": "outerMorph",
  };
  return (
    <div id="live" {...(delivery.status === "pending" && refresh)}>
      <p class="marks">
        <DeliveryState delivery={delivery} view={view} />
      </p>
      <Facts {...props} />
      <Replay {...props} />
      <section class="form-section">
        <h2>Attempts</h2>
        {delivery.tries.length === 0 ? (
          <p class="dim">None was made yet.</p>
        ) : (
          <Attempts attempts={delivery.tries} view={view} />
        )}
      </section>
    </div>
  );
}

export function DeliveryPage(props: DeliveryPageProps) {
  const { view, delivery, endpoint, notice, refused } = props;
  return (
    <Frame view={view} title={typeWords(delivery.type)} active="endpoints">
      <Crumbs href={paths.endpoint(endpoint.id)} word="The endpoint" />
      {notice !== undefined && (
        <p class="notice" role="status">
          {DELIVERY_NOTICES[notice]}
        </p>
      )}
      {refused !== undefined && (
        <p class="notice is-warning" role="alert">
          Not sent: {visible(refused)}
        </p>
      )}
      <header class="finding-head">
        <h1 dir="auto">
          {typeWords(delivery.type)}: <bdi>{cut(visible(delivery.about.name), 240)}</bdi>
        </h1>
      </header>
      <div class="sheet">
        <Live {...props} />
        <section class="form-section">
          <h2>Body</h2>
          <pre tabindex={0} dir="ltr" class="delivery-body">
            {visible(pretty(delivery.body))}
          </pre>
        </section>
      </div>
    </Frame>
  );
}
