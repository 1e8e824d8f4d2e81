/** `/cases`: who works on what, as a list or a board. */
import type { Page } from "../../schema/api.ts";
import {
  type CaseCounts,
  CASE_STATUSES,
  type CasesQuery,
  type CaseSummary,
} from "../../schema/case.ts";
import type { MemberView } from "../../schema/member.ts";
import { namesOf } from "../format/case.ts";
import { counted, exactCount } from "../format/number.ts";
import { ActLink } from "../parts/act.tsx";
import { Board, type BoardColumn } from "../parts/case-board.tsx";
import { CaseChips, CaseFilters, isNarrowed } from "../parts/case-filters.tsx";
import { CaseTable } from "../parts/case-rows.tsx";
import { Dropped } from "../parts/dropped.tsx";
import { Empty } from "../parts/empty.tsx";
import { Frame } from "../parts/frame.tsx";
import { ListLink } from "../parts/list-link.tsx";
import { More } from "../parts/more.tsx";
import type { DashboardData } from "../data.ts";
import { type CaseParams, paths } from "../paths.ts";
import type { View } from "../view.ts";

export interface CasesPageProps {
  view: View;
  query: CasesQuery;
  params: CaseParams;
  /** Parameters of the address that made no sense. */
  dropped: readonly string[];
  counts: CaseCounts;
  members: readonly MemberView[];
  teams: readonly string[];
  list:
    | { type: "list"; page: Page<CaseSummary> }
    | { type: "board"; columns: BoardColumn[]; actionsOf: DashboardData["caseActions"] };
}

function Tabs({ params, counts }: CasesPageProps) {
  const { open, in_progress, fixed } = counts;
  const tabs = [
    ["Not closed", undefined, open + in_progress + fixed],
    ["Open", "open", open],
    ["In progress", "in_progress", in_progress],
    ["Fixed", "fixed", fixed],
    ["Closed", "closed", null],
    ["All", CASE_STATUSES.join(","), null],
  ] as const;
  return (
    <nav class="tabs" aria-label="Status">
      {tabs.map(([word, status, n]) => (
        <ListLink href={paths.cases({ ...params, status })} current={params.status === status}>
          {word} {n !== null && <span class="num">{exactCount(n)}</span>}
        </ListLink>
      ))}
    </nav>
  );
}

function ViewSwitch({ params }: CasesPageProps) {
  const choices = [
    [undefined, "List"],
    ["board", "Board"],
  ] as const;
  return (
    <nav class="segmented" aria-label="Show as">
      {choices.map(([view, word]) => (
        <ListLink
          href={paths.cases({
            ...params,
            view,
            status: view === "board" ? undefined : params.status,
          })}
          current={params.view === view}
        >
          {word}
        </ListLink>
      ))}
    </nav>
  );
}

function Summary({ params, counts }: CasesPageProps) {
  const { overdue, own } = counts;
  if (overdue + own === 0) return null;
  return (
    <p class="lead">
      {overdue > 0 && (
        <ListLink class="is-overdue" href={paths.cases({ ...params, overdue: "true" })}>
          {counted(overdue, "case is", "cases are")} overdue
        </ListLink>
      )}
      {overdue > 0 && own > 0 && ", "}
      {own > 0 && (
        <ListLink href={paths.cases({ ...params, assignee: "mine" })}>
          {counted(own, "case is", "cases are")} yours
        </ListLink>
      )}
      .
    </p>
  );
}

function None({ params, view }: CasesPageProps) {
  if (isNarrowed(params))
    return (
      <Empty title="No case matches these filters">
        <p>
          <ListLink class="button" href={paths.cases({ view: params.view, status: params.status })}>
            Clear filters
          </ListLink>
        </p>
      </Empty>
    );
  if (params.status !== undefined)
    return (
      <Empty title="No case is here">
        <p>
          <ListLink href={paths.cases()}>See all that are not closed.</ListLink>
        </p>
      </Empty>
    );
  return (
    <Empty title="No case is waiting">
      <p>
        A case is the work on one or more findings: who does it, by when, what was tried. When
        somebody says that it is fixed, quiet verifies it, and the case closes itself with the
        certificates; an event that comes after that puts it back to work.
      </p>
      <p>
        Make one from <a href={paths.findings()}>findings</a> (tick them in the list), from a{" "}
        <a href={paths.rollups()}>roll-up</a>, or{" "}
        <ActLink view={view} href={paths.newCase()}>
          from nothing
        </ActLink>
        ; <a href={paths.automations()}>automation rules</a> make them by themselves.
      </p>
    </Empty>
  );
}

function Results(props: CasesPageProps) {
  const { list, view, members, params } = props;
  const names = namesOf(members);
  if (list.type === "board")
    return (
      <Board
        columns={list.columns}
        actionsOf={list.actionsOf}
        {...{ names, view }}
        back={paths.cases(params)}
      />
    );
  const { items, nextCursor } = list.page;
  if (items.length === 0) return <None {...props} />;
  return (
    <>
      <CaseTable cases={items} names={names} view={view} />
      <More href={nextCursor === null ? null : paths.cases({ ...params, cursor: nextCursor })} />
    </>
  );
}

export function CasesPage(props: CasesPageProps) {
  const { view, params, query } = props;
  const board = props.list.type === "board";
  return (
    <Frame view={view} title="Cases" active="cases" search={false} styles="cases.css">
      <div id="list">
        <header class="page-head">
          <h1>Cases</h1>
          {!board && <Tabs {...props} />}
          <span class="spring"></span>
          <ViewSwitch {...props} />
          <ActLink class="button is-primary" view={view} href={paths.newCase()}>
            New case
          </ActLink>
        </header>
        <Summary {...props} />
        <CaseFilters {...props} />
        <CaseChips {...props} />
        <Dropped dropped={props.dropped} />
        {query.cursor !== undefined && (
          <p class="lead">
            A later page of the list.{" "}
            <ListLink href={paths.cases(params)}>Back to the start</ListLink>
          </p>
        )}
        {query.sort === "due" && !board && (
          <p class="lead">Cases without a due date are left out.</p>
        )}
        <Results {...props} />
      </div>
    </Frame>
  );
}
