/** `/cases/:id`: one case: what has to happen next, its findings, checklist, notes and timeline. */
import { CASE_NOTICES, type CasePageProps, whyNot } from "../case-props.ts";
import { findingsWords, nameOf, type Move } from "../format/case.ts";
import { nextWords } from "../format/case-next.ts";
import { epoch } from "../format/time.ts";
import { cut, visible } from "../format/visible.ts";
import { CaseFactsPanel, CaseOrigin, CaseProofPanel } from "../parts/case-side.tsx";
import { CaseChecklist } from "../parts/case-checklist.tsx";
import { CaseMark, PriorityMark } from "../parts/case-marks.tsx";
import { CaseMoves, movesShown } from "../parts/case-moves.tsx";
import { CaseLinks } from "../parts/case-links.tsx";
import { CaseText } from "../parts/case-text.tsx";
import { CaseTickets } from "../parts/case-tickets.tsx";
import { CaseTimeline } from "../parts/case-timeline.tsx";
import { Due } from "../parts/case-facts.tsx";
import { Crumbs } from "../parts/crumbs.tsx";
import { Frame } from "../parts/frame.tsx";
import { paths } from "../paths.ts";

/** Characters of the title that stay above the fold on a phone. */
const LONGEST_TITLE = 240;

function primaryOf({ of }: CasePageProps): Move | undefined {
  if (of.status === "open") return "start";
  if (of.status === "in_progress") return "mark_fixed";
  return of.proof.state === "unproven" && of.status === "fixed" ? "close" : undefined;
}

/** "with Ada, 3 of 5 findings are open, due in 3 d" */
function Standing({ of, names, view }: CasePageProps) {
  const whose = of.assignee === null ? "with nobody" : `with ${nameOf(of.assignee, names)}`;
  return (
    <span class="standing">
      {whose}, {findingsWords(of)}, <Due of={of} view={view} />.
    </span>
  );
}

function Head(props: CasePageProps) {
  const { of, view, actions } = props;
  const title = visible(of.title);
  return (
    <header class="finding-head">
      <p class="marks">
        <span class="num case-key">{of.id}</span>
        <CaseMark of={of} word />
        <PriorityMark priority={of.priority} />
        {of.overdue && <span class="tag is-warning">overdue</span>}
        {of.regressedAt !== null && of.status !== "closed" && <span class="again">regressed</span>}
        {of.labels.map((label) => (
          <a class="tag case-label" href={paths.cases({ label })}>
            <bdi>{visible(label)}</bdi>
          </a>
        ))}
      </p>
      <h1 dir="auto">
        <bdi title={title.length > LONGEST_TITLE ? title : undefined}>
          {cut(title, LONGEST_TITLE)}
        </bdi>
        ; <Standing {...props} />
      </h1>
      <p class={`case-next is-${of.status}`}>{nextWords(of, (at) => view.zone.short(at))}</p>
      <div class="form-actions case-moves">
        <CaseMoves
          of={of}
          moves={movesShown(actions)}
          primary={primaryOf(props)}
          {...{ actions, view }}
        />
        <span class="spring"></span>
        <a class="button" href={paths.caseRecord(of.id)}>
          Record
        </a>
      </div>
    </header>
  );
}

export function CasePage(props: CasePageProps) {
  const { of, view, notice, refused } = props;
  return (
    <Frame
      view={view}
      title={`${of.id}: ${cut(visible(of.title), 120)}`}
      active="cases"
      styles="cases.css"
    >
      <Crumbs href={paths.cases()} word="Cases" />
      {notice !== undefined && (
        <p class="notice" role="status">
          {CASE_NOTICES[notice]}
        </p>
      )}
      {refused !== undefined && (
        <p class="notice is-warning" role="alert">
          Not done: {visible(refused)}
        </p>
      )}
      <Head {...props} />
      <div class="columns">
        <div class="wide case-wide">
          <CaseText {...props} />
          <CaseLinks {...props} />
          <CaseChecklist of={of} why={whyNot(props.actions, "check")} view={view} />
          <CaseTimeline {...props} why={whyNot(props.actions, "note")} />
        </div>
        <aside class="side" aria-label="About this case">
          <CaseFactsPanel {...props} />
          <CaseProofPanel {...props} />
          <CaseTickets {...props} />
          <CaseOrigin of={of} created={epoch(of.createdAt)} view={view} />
        </aside>
      </div>
    </Frame>
  );
}
