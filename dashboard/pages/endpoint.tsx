/** `/settings/endpoints/:id`: how it goes, what was sent, a test, its secrets, and its end. */
import { signs } from "../../schema/endpoint-formats.ts";
import type { Page } from "../../schema/api.ts";
import type {
  DeliveriesQuery,
  DeliveryDetail,
  DeliveryView,
  EndpointDetail,
  EndpointRotated,
} from "../../schema/webhooks.ts";
import type { FormErrors } from "../form-errors.ts";
import { endpointName } from "../format/endpoint-words.ts";
import { cut, visible } from "../format/visible.ts";
import { ActLink } from "../parts/act.tsx";
import { Crumbs } from "../parts/crumbs.tsx";
import { DeliveryFilters } from "../parts/delivery-filters.tsx";
import { DeliveryRows } from "../parts/deliveries.tsx";
import { Dropped } from "../parts/dropped.tsx";
import { Empty } from "../parts/empty.tsx";
import { EndpointFacts } from "../parts/endpoint-facts.tsx";
import { Health } from "../parts/endpoint-health.tsx";
import { HookAddress } from "../parts/endpoint-hook.tsx";
import { EndpointSecret } from "../parts/endpoint-secret.tsx";
import { EndpointSwitch, Rotate } from "../parts/endpoint-switch.tsx";
import { EndpointTest } from "../parts/endpoint-test.tsx";
import { Frame } from "../parts/frame.tsx";
import { ListLink } from "../parts/list-link.tsx";
import { type Replayed, ReplayedNotice, ReplayForm } from "../parts/replay-form.tsx";
import { paths } from "../paths.ts";
import type { ReplayValues } from "../replay-form.ts";
import type { View } from "../view.ts";

/** What the page says after an act. */
export const ENDPOINT_NOTICES = {
  saved: "Saved. What waits is sent as it is set now.",
  enabled: "Enabled. It is told what happens from now on, and what still waits is sent.",
  disabled: "Disabled. Nothing is sent to it, and what happens meanwhile it is not told.",
} as const;

export interface EndpointPageProps {
  view: View;
  endpoint: EndpointDetail;
  page: Page<DeliveryView>;
  query: DeliveriesQuery;
  dropped: readonly string[];
  tested: DeliveryDetail | null;
  /** The new secret, shown this once. */
  rotated: EndpointRotated | null;
  notice: keyof typeof ENDPOINT_NOTICES | undefined;
  /** Why something was not done. */
  refused: string | undefined;
  replay: ReplayValues;
  replayErrors: FormErrors;
  replayed: Replayed | null;
}

function Notices({ endpoint, notice, refused, rotated, replayed, view }: EndpointPageProps) {
  return (
    <>
      {notice !== undefined && (
        <p class="notice" role="status">
          {ENDPOINT_NOTICES[notice]}
        </p>
      )}
      {refused !== undefined && (
        <p class="notice is-warning" role="alert">
          Not done: {visible(refused)}
        </p>
      )}
      {replayed !== null && <ReplayedNotice endpoint={endpoint.id} {...{ replayed, view }} />}
      {rotated !== null && <EndpointSecret {...rotated} format={endpoint.format} view={view} />}
    </>
  );
}

function Head({ endpoint, view }: EndpointPageProps) {
  return (
    <header class="finding-head">
      <p class="marks">
        <Health endpoint={endpoint} view={view} />
        <ActLink view={view} href={paths.editEndpoint(endpoint.id)}>
          Change
        </ActLink>
      </p>
      <h1 dir="auto">
        <bdi>{cut(visible(endpointName(endpoint)), 240)}</bdi>
      </h1>
    </header>
  );
}

function NoDelivery({ endpoint, query }: EndpointPageProps) {
  const { status, type, key } = query;
  if (status !== undefined || type !== undefined || key !== undefined)
    return (
      <Empty title="No delivery matches these filters">
        <p>
          <ListLink class="button" href={paths.endpoint(endpoint.id)}>
            Clear filters
          </ListLink>
        </p>
      </Empty>
    );
  return (
    <Empty title="Nothing was sent to it yet">
      <p>
        What happens from now on appears here, with every attempt.{" "}
        <a href="#test">A test shows whether the way is open.</a>
      </p>
    </Empty>
  );
}

function Deliveries(props: EndpointPageProps) {
  const { endpoint, page, query, view } = props;
  const { status, type, key } = query;
  const here = { status, type, key };
  return (
    <section id="deliveries">
      <h2>Deliveries</h2>
      <div id="list">
        <Dropped dropped={props.dropped} />
        <DeliveryFilters endpoint={endpoint.id} query={query} />
        {page.items.length === 0 ? (
          <NoDelivery {...props} />
        ) : (
          <DeliveryRows endpoint={endpoint.id} deliveries={page.items} view={view} />
        )}
        <p class="more">
          {query.cursor !== undefined && (
            <ListLink class="button" href={paths.endpoint(endpoint.id, here)}>
              Back to the newest
            </ListLink>
          )}{" "}
          {page.nextCursor !== null && (
            <ListLink
              class="button"
              href={paths.endpoint(endpoint.id, { ...here, cursor: page.nextCursor })}
            >
              Older deliveries
            </ListLink>
          )}
        </p>
      </div>
      <ReplayForm {...{ endpoint, view }} values={props.replay} errors={props.replayErrors} />
    </section>
  );
}

export function EndpointPage(props: EndpointPageProps) {
  const { view, endpoint, tested } = props;
  return (
    <Frame view={view} title={cut(visible(endpointName(endpoint)), 120)} active="endpoints">
      <Crumbs href={paths.endpoints()} word="Endpoints" />
      <Notices {...props} />
      <Head {...props} />
      <div class="columns">
        <div class="wide">
          <Deliveries {...props} />
        </div>
        <aside class="side" aria-label="This endpoint">
          <EndpointFacts endpoint={endpoint} view={view} />
          <EndpointTest {...{ endpoint, tested, view }} />
          <HookAddress endpoint={endpoint} view={view} />
          {signs(endpoint.format) && <Rotate endpoint={endpoint} view={view} />}
          <EndpointSwitch endpoint={endpoint} view={view} />
        </aside>
      </div>
    </Frame>
  );
}
