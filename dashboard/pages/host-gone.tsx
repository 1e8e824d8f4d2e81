/** `/coverage/:id/gone`: what saying that a host is out of service would do, before it is said. */
import type { HostCoverage } from "../../schema/coverage.ts";
import { agentName, placeOf } from "../format/coverage.ts";
import { counted } from "../format/number.ts";
import { epoch } from "../format/time.ts";
import { visible } from "../format/visible.ts";
import { Crumbs } from "../parts/crumbs.tsx";
import { Frame } from "../parts/frame.tsx";
import { Moment } from "../parts/time.tsx";
import { paths } from "../paths.ts";
import type { View } from "../view.ts";

export interface HostGoneProps {
  view: View;
  host: HostCoverage;
}

function Effect({ view, host }: HostGoneProps) {
  const { agents, findings } = host;
  const watching = agents
    .filter((agent) => agent.state === "watching")
    .toSorted((a, b) => epoch(b.lastContactAt) - epoch(a.lastContactAt));
  const [alive] = watching;
  return (
    <ul class="plain-list">
      <li>
        {findings.open === 0 ? (
          "Nothing is open on it or its containers."
        ) : (
          <>
            Ends{" "}
            <a href={paths.findings(placeOf(host.id))}>{counted(findings.open, "open finding")}</a>{" "}
            on it and its containers as resource_gone, which proves nothing about what they did.
          </>
        )}
      </li>
      <li>
        {counted(agents.length, "agent is", "agents are")} no longer expected:{" "}
        <bdi>{agents.map(agentName).join(", ")}</bdi>.
      </li>
      <li>It leaves the coverage list. When an agent on it reports again, it is back.</li>
      {alive !== undefined && (
        <li>
          <strong>
            <bdi>{agentName(alive)}</bdi> was in contact{" "}
            <Moment at={epoch(alive.lastContactAt)} as="ago" view={view} />
          </strong>
          : as long as it reports, the host will come back.
        </li>
      )}
      <li>Your name is noted with it in the log.</li>
    </ul>
  );
}

export function HostGonePage(props: HostGoneProps) {
  const { view, host } = props;
  return (
    <Frame view={view} title="A host out of service" active="coverage">
      <Crumbs href={paths.host(host.id)} word="The host" />
      <section class="message-page">
        <h1 dir="auto">Is “{visible(host.host)}” out of service?</h1>
        <Effect {...props} />
        <form class="form-actions" method="post" action={paths.hostGone(host.id)}>
          <button class="button is-danger" type="submit">
            It is out of service
          </button>
          <a class="button" href={paths.host(host.id)}>
            It is not
          </a>
        </form>
      </section>
    </Frame>
  );
}
