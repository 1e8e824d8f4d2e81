/** Cases in four columns, by status. A card is moved by the buttons in its menu, which is there without script too. */
import type { CaseStatus, CaseSummary } from "../../schema/case.ts";
import type { Allowed } from "../../durable/domain/case.ts";
import { findingsShort, type Names } from "../format/case.ts";
import { exactCount } from "../format/number.ts";
import { visible } from "../format/visible.ts";
import { paths } from "../paths.ts";
import type { View } from "../view.ts";
import { Assignee, Due } from "./case-facts.tsx";
import { CaseMark, PriorityMark } from "./case-marks.tsx";
import { CaseMoves, movesFrom } from "./case-moves.tsx";
import { Icon } from "./icons.tsx";

/** One column. */
export interface BoardColumn {
  status: CaseStatus;
  cases: readonly CaseSummary[];
  /** How many there are in all; null where that is not counted. */
  total: number | null;
  /** The list of all of them. */
  all: string;
}

const COLUMN_WORDS: Readonly<Record<CaseStatus, string>> = {
  open: "Open",
  in_progress: "In progress",
  fixed: "Fixed, being verified",
  closed: "Closed",
};

interface CardProps {
  of: CaseSummary;
  names: Names;
  view: View;
  actions: readonly Allowed[];
  /** Where a move leads back to. */
  back: string;
}

function Card({ of, names, view, actions, back }: CardProps) {
  const title = visible(of.title);
  return (
    <li class="card" data-row>
      <div class="card-head">
        <PriorityMark priority={of.priority} />
        <span class="dim num">{of.id}</span>
        {of.regressedAt !== null && of.status !== "closed" && <span class="again">regressed</span>}
        <span class="spring"></span>
        <details class="menu card-menu" name="card-menu">
          <summary title={`Move ${of.id}`}>
            <Icon name="dots" />
            <span class="visually-hidden">Move {of.id}</span>
          </summary>
          <div class="menu-body">
            <CaseMoves of={of} moves={movesFrom(actions)} {...{ actions, view, back }} />
          </div>
        </details>
      </div>
      <a class="row-link card-title" href={paths.case(of.id)} title={title} dir="auto">
        <bdi>{title}</bdi>
      </a>
      <p class="card-facts">
        <Assignee of={of} names={names} />
        {of.findings.total > 0 && <span class="dim num">{findingsShort(of)}</span>}
      </p>
      <p class="card-facts">
        <Due of={of} view={view} />
      </p>
    </li>
  );
}

export function Board(props: {
  columns: readonly BoardColumn[];
  names: Names;
  view: View;
  actionsOf: (status: CaseStatus) => readonly Allowed[];
  back: string;
}) {
  const { names, view, back } = props;
  return (
    <div class="board">
      {props.columns.map(({ status, cases, total, all }) => (
        <section class="board-column" aria-label={COLUMN_WORDS[status]}>
          <header>
            <CaseMark of={{ status, closeReason: null }} />
            <h2>{COLUMN_WORDS[status]}</h2>
            {total !== null && <span class="dim num">{exactCount(total)}</span>}
          </header>
          {cases.length === 0 ? (
            <p class="dim board-none">None.</p>
          ) : (
            <ul>
              {cases.map((of) => (
                <Card actions={props.actionsOf(status)} {...{ of, names, view, back }} />
              ))}
            </ul>
          )}
          {(total === null ? cases.length > 0 : total > cases.length) && (
            <p class="board-more">
              <a href={all}>
                {total === null ? "All of them" : `${exactCount(total - cases.length)} more`}
              </a>
            </p>
          )}
        </section>
      ))}
    </div>
  );
}
