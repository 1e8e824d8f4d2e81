/** `/findings` and `/history`: the list under its filters, or its groups. */
import { exactCount } from "../format/number.ts";
import { Chips } from "../parts/chips.tsx";
import { Dropped } from "../parts/dropped.tsx";
import { FilterBar } from "../parts/filters.tsx";
import { Frame } from "../parts/frame.tsx";
import { GroupTable } from "../parts/groups.tsx";
import { GroupBySwitch, Summary, Tabs } from "../parts/list-head.tsx";
import { ListLink } from "../parts/list-link.tsx";
import { More } from "../parts/more.tsx";
import { NoMatch } from "../parts/no-match.tsx";
import { FindingTable } from "../parts/rows.tsx";
import { type ListParams, paths } from "../paths.ts";
import { isFiltered } from "../query.ts";
import type { FindingsPageProps } from "../props.ts";

const TITLES = { findings: "Findings", history: "History" } as const;

function Results(props: FindingsPageProps) {
  const { list, view, params, query, kind } = props;
  const href = kind === "history" ? paths.history : paths.findings;
  const more =
    list.page.nextCursor === null ? null : href({ ...params, cursor: list.page.nextCursor });
  if (list.page.items.length === 0) return <NoMatch {...props} />;
  const rows =
    list.type === "groups" ? (
      <GroupTable
        groups={list.page.items}
        by={query.groupBy ?? "rule"}
        params={params}
        view={view}
      />
    ) : (
      <FindingTable
        id="rows"
        findings={list.page.items}
        view={view}
        caption={TITLES[kind]}
        history={kind === "history" || params.status === "resolved"}
        pick={canPick(props)}
      />
    );
  return (
    <>
      {rows}
      {list.type === "findings" && <Selection {...props} />}
      <More href={more} />
    </>
  );
}

/** Only who may make cases has something to tick for. */
function canPick({ view }: FindingsPageProps): boolean {
  return view.forbids("GET", paths.newCase()) === null;
}

/** Leads to a new case of the findings that are ticked; the boxes in the rows belong to this form. */
function Selection(props: FindingsPageProps) {
  const why = props.view.forbids("GET", paths.newCase());
  return (
    <form class="selection" id="selection" method="get" action={paths.newCase()}>
      <button class="button" type="submit" disabled={why !== null} title={why ?? undefined}>
        Make a case of those ticked
      </button>
      <span class="hint">
        Tick findings with the box, or with <kbd>x</kbd>.
      </span>
    </form>
  );
}

/** Asks every ten seconds for what came in since, and says so instead of moving the rows. */
function NewBanner(props: FindingsPageProps) {
  return (
    <div
      id="new-findings"
      class="new-findings"
      aria-live="polite"
      hx-get={paths.newFindings(props.params, props.view.now)}
      hx-trigger="every 10s"
      hx-swap="innerHTML"
    ></div>
  );
}

/** The filters that roll-ups have too. */
function rollupFilters({ severity, rule, namespace, workload, q }: ListParams): ListParams {
  return { severity, rule, namespace, workload, q };
}

export function FindingsPage(props: FindingsPageProps) {
  const { kind, params, query } = props;
  const href = kind === "history" ? paths.history : paths.findings;
  // Before the first finding there is nothing to filter.
  const bare = props.counts.open + props.counts.resolved === 0 && !isFiltered(params);
  return (
    <Frame view={props.view} title={TITLES[kind]} active={kind} search={false}>
      <div id="list">
        <header class="page-head">
          <h1>{TITLES[kind]}</h1>
          {kind === "findings" && !bare && <Tabs {...props} />}
          <span class="spring"></span>
          {kind === "findings" && !bare && <GroupBySwitch {...props} />}
        </header>
        {!bare && <Summary {...props} />}
        {!bare && (
          <FilterBar
            action={href()}
            query={query}
            params={params}
            counts={props.facets}
            rules={props.rules}
            usualSort={kind === "history" ? "lastSeen" : "opened"}
          />
        )}
        <Chips params={params} href={href} rules={props.rules} />
        <Dropped dropped={props.dropped} />
        {query.cursor !== undefined && (
          <p class="lead">
            A later page of the list. <ListLink href={href(params)}>Back to the start</ListLink>
          </p>
        )}
        {query.groupBy === "workload" && (
          <p class="lead">
            <a href={paths.rollups(rollupFilters(params))}>Roll-ups</a> follow each rule through a
            workload while its containers come and go.
          </p>
        )}
        {kind === "findings" && query.groupBy === undefined && <NewBanner {...props} />}
        <Results {...props} />
      </div>
    </Frame>
  );
}

/** The fragment that the banner polls for; empty while nothing is new. */
export function NewFindings(props: { n: number; params: ListParams }) {
  if (props.n <= 0) return <></>;
  return (
    <a class="new-link" href={paths.findings(props.params)}>
      {exactCount(props.n)} new: show {props.n === 1 ? "it" : "them"}
    </a>
  );
}
