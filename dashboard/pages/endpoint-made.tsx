/** The answer to a new endpoint: its secret, and what comes next. */
import { signs } from "../../schema/endpoint-formats.ts";
import type { EndpointCreated } from "../../schema/webhooks.ts";
import { endpointName } from "../format/endpoint-words.ts";
import { cut, visible } from "../format/visible.ts";
import { ActButton } from "../parts/act.tsx";
import { Crumbs } from "../parts/crumbs.tsx";
import { EndpointSecret } from "../parts/endpoint-secret.tsx";
import { HookAddress } from "../parts/endpoint-hook.tsx";
import { Frame } from "../parts/frame.tsx";
import { paths } from "../paths.ts";
import type { View } from "../view.ts";

export function EndpointMadePage({ view, made }: { view: View; made: EndpointCreated }) {
  const to = paths.testEndpoint(made.id);
  return (
    <Frame view={view} title="The endpoint is made" active="endpoints">
      <Crumbs href={paths.endpoints()} word="Endpoints" />
      <h1 class="form-title">
        “<bdi>{cut(visible(endpointName(made)), 120)}</bdi>” is made
      </h1>
      <div class="sheet">
        {signs(made.format) && (
          <EndpointSecret
            secret={made.secret}
            format={made.format}
            previousUntil={null}
            view={view}
          />
        )}
        <HookAddress endpoint={made} view={view} />
        <p>It is told what happens from now on. A test shows whether the way is open:</p>
        <form class="form-actions" method="post" action={to}>
          <ActButton class="button is-primary" view={view} to={to}>
            Send a test
          </ActButton>
          <a class="button" href={paths.endpoint(made.id)}>
            Go to the endpoint
          </a>
        </form>
      </div>
    </Frame>
  );
}
