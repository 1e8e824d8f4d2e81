/** `/findings` and `/history`: the list under its filters, or its groups. */
import type { FindingCounts, FindingsQuery, Page, RuleView } from "../../schema/api.ts";
import { GROUPINGS } from "../../schema/api.ts";
import type { FindingSummary, GroupView } from "../../schema/finding.ts";
import { counted, exactCount } from "../format/number.ts";
import { Empty, NoFindingsYet } from "../parts/empty.tsx";
import { Chips, FilterBar, ListLink } from "../parts/filters.tsx";
import { Frame } from "../parts/frame.tsx";
import { GROUP_WORDS, GroupTable } from "../parts/groups.tsx";
import { FindingTable, More } from "../parts/rows.tsx";
import { type ListParams, paths } from "../paths.ts";
import { isFiltered } from "../query.ts";
import type { View } from "../view.ts";

export interface FindingsPageProps {
  view: View;
  kind: "findings" | "history";
  query: FindingsQuery;
  params: ListParams;
  /** Parameters of the address that made no sense. */
  dropped: readonly string[];
  counts: FindingCounts;
  /** Counts by severity as if severity were not filtered: what the menu offers. */
  facets: FindingCounts;
  rules: readonly RuleView[];
  list:
    | { type: "findings"; page: Page<FindingSummary> }
    | { type: "groups"; page: Page<GroupView> };
}

const TITLES = { findings: "Findings", history: "History" } as const;

function Tabs(props: FindingsPageProps) {
  const status = props.params.status;
  const { counts, params } = props;
  const tabs = [
    ["Open", undefined, counts.open],
    ["Resolved", "resolved", counts.resolved],
    ["All", "open,resolved", counts.open + counts.resolved],
  ] as const;
  return (
    <nav class="tabs" aria-label="Status">
      {tabs.map(([word, value, n]) => (
        <ListLink href={paths.findings({ ...params, status: value })} current={status === value}>
          {word} <span class="num">{exactCount(n)}</span>
        </ListLink>
      ))}
    </nav>
  );
}

function GroupBySwitch(props: FindingsPageProps) {
  const { params } = props;
  const choices = [
    [undefined, "None"] as const,
    ...GROUPINGS.map((by) => [by, GROUP_WORDS[by]] as const),
  ];
  return (
    <nav class="segmented" aria-label="Group by">
      <span class="segmented-label" aria-hidden="true">
        Group
      </span>
      {choices.map(([by, word]) => (
        <ListLink
          href={paths.findings({ ...params, groupBy: by, sort: undefined })}
          current={params.groupBy === by}
        >
          {word}
        </ListLink>
      ))}
    </nav>
  );
}

function Summary(props: FindingsPageProps) {
  const { counts, kind } = props;
  if (kind === "history")
    return (
      <p class="lead">
        {counted(counts.resolved, "finding")} resolved. Each keeps its episodes, with the reason
        each of them ended.
      </p>
    );
  if (counts.unverified === 0) return null;
  if (props.query.sort === "deadline")
    return (
      <p class="lead">
        {counted(counts.unverified, "unverified finding")} left out: without an agent watching there
        is no deadline.
      </p>
    );
  return (
    <p class="lead">
      {exactCount(counts.unverified)} of {counted(counts.open, "open finding")}{" "}
      {counts.unverified === 1 ? "is" : "are"} unverified: no agent is watching, so silence does not
      count.
    </p>
  );
}

function NoMatch(props: FindingsPageProps) {
  const href = props.kind === "history" ? paths.history : paths.findings;
  const { counts, params, kind } = props;
  if (isFiltered(params))
    return (
      <Empty title="Nothing matches these filters">
        <p>
          <ListLink class="button" href={href({ status: params.status })}>
            Clear filters
          </ListLink>
        </p>
      </Empty>
    );
  if (counts.open + counts.resolved === 0) return <NoFindingsYet origin={props.view.origin} />;
  if (kind === "history" || params.status === "resolved")
    return (
      <Empty title="Nothing has resolved yet">
        <p>
          A finding resolves when no matching event has come for its quiet period while an agent was
          watching. <a href={paths.findings()}>See what is open.</a>
        </p>
      </Empty>
    );
  return (
    <Empty title="Nothing is open">
      <p>
        Every finding has resolved. <a href={paths.history()}>See how each of them ended.</a>
      </p>
    </Empty>
  );
}

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
      />
    );
  return (
    <>
      {rows}
      <More href={more} />
    </>
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
        {props.dropped.length > 0 && (
          <p class="notice is-warning" role="status">
            Ignored in the address, since it makes no sense: {props.dropped.join(", ")}
          </p>
        )}
        {query.cursor !== undefined && (
          <p class="lead">
            A later page of the list. <ListLink href={href(params)}>Back to the start</ListLink>
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
