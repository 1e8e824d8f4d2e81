/** `/signals`: threat detections, kept apart from posture in look as in mind. */
import type { Page, SignalsQuery } from "../../schema/api.ts";
import type { SignalView } from "../../schema/finding.ts";
import { SEVERITIES } from "../../schema/rule.ts";
import { counted } from "../format/number.ts";
import { epoch } from "../format/time.ts";
import { visible } from "../format/visible.ts";
import { Empty } from "../parts/empty.tsx";
import { Sample } from "../parts/evidence.tsx";
import { Frame } from "../parts/frame.tsx";
import { Icon } from "../parts/icons.tsx";
import { SeverityMark } from "../parts/marks.tsx";
import { whereOf } from "../parts/rows.tsx";
import { Moment } from "../parts/time.tsx";
import { type ListParams, paths } from "../paths.ts";
import { isFiltered } from "../query.ts";
import type { View } from "../view.ts";

export interface SignalsPageProps {
  view: View;
  query: SignalsQuery;
  params: ListParams;
  page: Page<SignalView>;
}

function Signal(props: { signal: SignalView; view: View }) {
  const { signal, view } = props;
  return (
    <li class={`signal is-${signal.severity}`} data-row id={signal.id}>
      <details>
        <summary>
          <SeverityMark severity={signal.severity} />
          <span class="signal-text">
            <bdi class="clip" title={visible(signal.headline)}>
              {visible(signal.headline)}
            </bdi>
            <bdi class="dim clip">{visible(whereOf(signal.resource))}</bdi>
          </span>
          <span class="num dim">{counted(signal.count, "event")}</span>
          <span class="num c-last">
            <Moment at={epoch(signal.lastSeenAt)} as="ago" view={view} />
          </span>
          <Icon name="chevron" />
        </summary>
        <div class="signal-body">
          <p>
            Rule <a href={paths.rule(signal.rule)}>{visible(signal.title)}</a>; first seen{" "}
            <Moment at={epoch(signal.firstSeenAt)} as="ago" view={view} />.{" "}
            <a href={paths.findings({ resource: signal.resource.id })}>
              Open findings of the same resource
            </a>
          </p>
          <Sample sample={signal.sample} id={`sample-${signal.id}`} view={view} />
        </div>
      </details>
    </li>
  );
}

function Filters(props: { query: SignalsQuery }) {
  const { query } = props;
  return (
    <form class="filters" role="search" method="get" action={paths.signals()}>
      <div class="search">
        <Icon name="search" />
        <label class="visually-hidden" for="search">
          Search signals
        </label>
        <input
          id="search"
          type="search"
          name="q"
          value={query.q ?? ""}
          maxlength={200}
          placeholder="Rule, workload, image, process"
        />
        <kbd aria-hidden="true">/</kbd>
      </div>
      <label class={query.severity.length === 0 ? "choice" : "choice is-set"}>
        <span class="visually-hidden">Severity</span>
        <select name="severity">
          <option value="">Any severity</option>
          {SEVERITIES.map((severity) => (
            <option value={severity} selected={query.severity.includes(severity)}>
              {severity}
            </option>
          ))}
        </select>
      </label>
      <button class="button" type="submit">
        Filter
      </button>
    </form>
  );
}

export function SignalsPage(props: SignalsPageProps) {
  const { page, view, params } = props;
  return (
    <Frame view={view} title="Signals" active="signals" search={false}>
      <div class="signals">
        <header class="page-head">
          <h1>Signals</h1>
        </header>
        <p class="lead">
          Threat detections: something may be happening now. Each is shown, however often it comes,
          and no posture mute hides it. What only needs fixing is under{" "}
          <a href={paths.findings()}>Findings</a>.
        </p>
        <Filters query={props.query} />
        {page.items.length === 0 && isFiltered(params) && (
          <Empty title="No signal matches these filters">
            <p>
              <a class="button" href={paths.signals()}>
                Clear filters
              </a>
            </p>
          </Empty>
        )}
        {page.items.length === 0 && !isFiltered(params) && (
          <Empty title="No signals">
            <p>
              No agent has reported a threat. Which rules raise signals is under{" "}
              <a href={paths.rules({ class: "threat" })}>Rules</a>.
            </p>
          </Empty>
        )}
        <ul class="signal-list">
          {page.items.map((signal) => (
            <Signal signal={signal} view={view} />
          ))}
        </ul>
        {page.nextCursor !== null && (
          <p>
            <a class="button" href={paths.signals({ ...params, cursor: page.nextCursor })}>
              Older signals
            </a>
          </p>
        )}
      </div>
    </Frame>
  );
}
