/** The test of an endpoint, and what has become of it. */
import type { DeliveryDetail, EndpointView } from "../../schema/webhooks.ts";
import { epoch } from "../format/time.ts";
import { paths } from "../paths.ts";
import type { View } from "../view.ts";
import { ActButton } from "./act.tsx";
import { AttemptAnswer, AttemptState } from "./attempts.tsx";
import { Moment } from "./time.tsx";

interface TestProps {
  endpoint: EndpointView;
  /** The one that was sent last from this page; null: none was. */
  tested: DeliveryDetail | null;
  view: View;
}

/** Of the latest attempt. Until there is one the page asks for it. */
function Result({ endpoint, tested, view }: TestProps) {
  if (tested === null) return null;
  const attempt = tested.tries.at(-1);
  const here = paths.endpoint(endpoint.id, { tested: tested.id });
  if (attempt === undefined)
    return (
      <p role="status">
        It is on its way
        {tested.nextAttemptAt !== null && (
          <>
            ; the attempt is made <Moment at={epoch(tested.nextAttemptAt)} as="until" view={view} />
          </>
        )}
        . <a href={`${here}#test`}>Look again</a>
      </p>
    );
  return (
    <div class="test-result" role="status">
      <p>
        <AttemptState attempt={attempt} />
        {tested.nextAttemptAt !== null && (
          <span class="dim">
            ; tried again <Moment at={epoch(tested.nextAttemptAt)} as="until" view={view} />
          </span>
        )}
      </p>
      <AttemptAnswer attempt={attempt} />
      <p>
        <a href={paths.delivery(endpoint.id, tested.id)}>All of this delivery</a>
      </p>
    </div>
  );
}

export function EndpointTest(props: TestProps) {
  const { endpoint, tested, view } = props;
  const to = paths.testEndpoint(endpoint.id);
  const awaited = tested !== null && tested.tries.length === 0;
  const refresh = {
    "hx-get": paths.endpoint(endpoint.id, { tested: tested?.id }),
    "hx-trigger": "every 1s",
    "hx-select": "#test",
    "hx-swap": "outerMorph",
  };
  return (
    <section class="form-section" id="test" {...(awaited && refresh)}>
      <h2>Test</h2>
      <p class="dim">
        Sends a message that says nothing (endpoint.test) on the way that everything takes, whatever
        the endpoint hears of.
      </p>
      {endpoint.status === "disabled" ? (
        <p>Disabled: nothing is sent to it. Enable it first.</p>
      ) : (
        <form class="form-actions" method="post" action={to}>
          <ActButton view={view} to={to}>
            {tested === null ? "Send a test" : "Send another test"}
          </ActButton>
        </form>
      )}
      <Result {...props} />
    </section>
  );
}
