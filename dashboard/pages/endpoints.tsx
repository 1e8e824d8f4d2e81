/** `/settings/endpoints`: where webhooks go, and how that goes. */
import type { ListedEndpoint } from "../data.ts";
import { endpointName, eventsWords, FORMAT_WORDS } from "../format/endpoint-words.ts";
import { count, counted, exactCount } from "../format/number.ts";
import { epoch } from "../format/time.ts";
import { cut, visible } from "../format/visible.ts";
import { ActLink } from "../parts/act.tsx";
import { Empty } from "../parts/empty.tsx";
import { Health } from "../parts/endpoint-health.tsx";
import { Frame } from "../parts/frame.tsx";
import { Moment } from "../parts/time.tsx";
import { paths } from "../paths.ts";
import type { View } from "../view.ts";

export interface EndpointsPageProps {
  view: View;
  endpoints: readonly ListedEndpoint[];
  deleted: boolean;
}

const LONGEST = 200;

function Numbers({ endpoint, view }: { endpoint: ListedEndpoint; view: View }) {
  const { health } = endpoint;
  if (health === null) return <span class="endpoint-counts dim"></span>;
  const { pending, dead, lastDeliveredAt } = health;
  return (
    <span class="endpoint-counts num">
      <span title={`${exactCount(pending)} wait for their next attempt`}>
        {count(pending)} waiting
      </span>
      <span
        class={dead > 0 ? "is-bad" : "dim"}
        title={`${exactCount(dead)} dead letters: given up, and kept for a month`}
      >
        {counted(dead, "dead letter")}
      </span>
      <span class="dim">
        {lastDeliveredAt === null ? (
          "none arrived"
        ) : (
          <>
            last <Moment at={epoch(lastDeliveredAt)} as="ago" view={view} />
          </>
        )}
      </span>
    </span>
  );
}

function Row({ endpoint, view }: { endpoint: ListedEndpoint; view: View }) {
  const hears = eventsWords(endpoint.events);
  const filtered = Object.keys(endpoint.filter).length > 0;
  return (
    <li class="endpoint row" data-row>
      <span class="endpoint-what">
        <a class="row-link" href={paths.endpoint(endpoint.id)} dir="auto">
          <bdi>{cut(visible(endpointName(endpoint)), LONGEST)}</bdi>
        </a>
        <span class="tag">{FORMAT_WORDS[endpoint.format].word}</span>
      </span>
      <span class="endpoint-health">
        <Health endpoint={endpoint} view={view} />
      </span>
      <span class="endpoint-where dim">
        <bdi class="clip mono">{visible(endpoint.url)}</bdi>
      </span>
      <span class="endpoint-hears dim">
        <span class="clip" title={hears}>
          hears {hears}
          {filtered && ", narrowed down"}
        </span>
      </span>
      <Numbers endpoint={endpoint} view={view} />
    </li>
  );
}

function None({ view }: { view: View }) {
  return (
    <Empty title="Nothing is told yet">
      <p>
        An endpoint is an address that Lull tells what happens: that a finding has opened or has
        resolved, that a signal was raised, that an agent has fallen silent, that a case is closed.
        Each message is signed, tried again for five days, and kept here with every attempt.
      </p>
      <p>
        <ActLink class="button is-primary" view={view} href={paths.newEndpoint()}>
          New endpoint
        </ActLink>
      </p>
      <p class="dim">
        How to receive and verify messages is under “Endpoints” in{" "}
        <a href={paths.apiDocs()}>the API’s documentation</a>.
      </p>
    </Empty>
  );
}

export function EndpointsPage({ view, endpoints, deleted }: EndpointsPageProps) {
  return (
    <Frame view={view} title="Endpoints" active="endpoints">
      <header class="page-head">
        <h1>Endpoints</h1>
        <span class="spring"></span>
        {endpoints.length > 0 && (
          <ActLink class="button is-primary" view={view} href={paths.newEndpoint()}>
            New endpoint
          </ActLink>
        )}
      </header>
      {deleted && (
        <p class="notice" role="status">
          Deleted. Nothing is sent to it any more, what waited neither.
        </p>
      )}
      {endpoints.length === 0 ? (
        <None view={view} />
      ) : (
        <ul class="endpoints" id="rows">
          {endpoints.map((endpoint) => (
            <Row endpoint={endpoint} view={view} />
          ))}
        </ul>
      )}
    </Frame>
  );
}
