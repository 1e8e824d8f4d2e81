/** `/signals`: threat detections, kept apart from posture in look as in mind. */
import type { Page, SignalsQuery } from "../../schema/api.ts";
import type { RuleView } from "../../schema/rules-api.ts";
import type { SignalView } from "../../schema/finding.ts";
import { counted } from "../format/number.ts";
import { epoch } from "../format/time.ts";
import { visible } from "../format/visible.ts";
import { Chips } from "../parts/chips.tsx";
import { Dropped } from "../parts/dropped.tsx";
import { Empty } from "../parts/empty.tsx";
import { Frame } from "../parts/frame.tsx";
import { ListLink } from "../parts/list-link.tsx";
import { SeverityMark } from "../parts/marks.tsx";
import { whereOf } from "../parts/rows.tsx";
import { SignalFilters } from "../parts/signal-filters.tsx";
import { Moment } from "../parts/time.tsx";
import { type ListParams, paths } from "../paths.ts";
import { isFiltered } from "../query.ts";
import type { View } from "../view.ts";

export interface SignalsPageProps {
  view: View;
  query: SignalsQuery;
  params: ListParams;
  /** Parameters of the address that made no sense. */
  dropped: readonly string[];
  /** Those that can raise signals. */
  rules: readonly RuleView[];
  page: Page<SignalView>;
}

function Signal(props: { signal: SignalView; view: View }) {
  const { signal, view } = props;
  return (
    <li class={`signal row is-${signal.severity}`} data-row>
      <SeverityMark severity={signal.severity} />
      <span class="signal-text">
        <a
          class="row-link clip"
          href={paths.signal(signal.id)}
          title={visible(signal.headline)}
          dir="auto"
        >
          <bdi>{visible(signal.headline)}</bdi>
        </a>
        <span class="dim clip">
          <bdi>{visible(signal.title)}</bdi>, <bdi>{visible(whereOf(signal.resource))}</bdi>
        </span>
      </span>
      <span class="num dim c-repeats">
        {signal.count === 1 ? "once" : counted(signal.count, "time")}
      </span>
      <span class="num c-last">
        <Moment at={epoch(signal.lastSeenAt)} as="ago" view={view} />
      </span>
    </li>
  );
}

function NoSignals(props: { filtered: boolean }) {
  if (props.filtered)
    return (
      <Empty title="No signal matches these filters">
        <p>
          <ListLink class="button" href={paths.signals()}>
            Clear filters
          </ListLink>
        </p>
      </Empty>
    );
  return (
    <Empty title="No signals yet">
      <p>
        A signal says that something may be happening now: a reverse shell, a read of credentials,
        logs that are being cleared. No agent has reported such a thing.
      </p>
      <p>
        What raises one is under{" "}
        <a href={paths.rules({ class: "threat" })}>rules of class threat</a> and{" "}
        <a href={paths.rules({ class: "both" })}>rules of class both</a>; on the page of each, “Try
        it” shows what an event of yours would raise.
      </p>
    </Empty>
  );
}

export function SignalsPage(props: SignalsPageProps) {
  const { page, view, params, query } = props;
  const filtered = isFiltered(params);
  const bare = page.items.length === 0 && !filtered && query.cursor === undefined;
  return (
    <Frame view={view} title="Signals" active="signals" search={false}>
      <div class="signals" id="list">
        <header class="page-head">
          <h1>Signals</h1>
        </header>
        <p class="lead">
          Threat detections: something may be happening now. What only needs fixing is under{" "}
          <a href={paths.findings()}>Findings</a>.
        </p>
        {!bare && <SignalFilters query={query} rules={props.rules} />}
        <Chips params={params} href={paths.signals} rules={props.rules} />
        <Dropped dropped={props.dropped} />
        {query.cursor !== undefined && (
          <p class="lead">
            A later page of the list.{" "}
            <ListLink href={paths.signals(params)}>Back to the start</ListLink>
          </p>
        )}
        {page.items.length === 0 && <NoSignals filtered={!bare} />}
        <ul class="signal-list">
          {page.items.map((signal) => (
            <Signal signal={signal} view={view} />
          ))}
        </ul>
        {page.nextCursor !== null && (
          <p>
            <ListLink class="button" href={paths.signals({ ...params, cursor: page.nextCursor })}>
              Older signals
            </ListLink>
          </p>
        )}
      </div>
    </Frame>
  );
}
