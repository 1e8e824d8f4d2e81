/** `/cases/new`: a case of what was chosen, filled in as far as that says it; or what was chosen into another case. */
import type { CaseDraft, CaseSummary } from "../../schema/case.ts";
import { MAX_CASE_TEXT_CHARS, MAX_CASE_TITLE_CHARS } from "../../schema/limits.ts";
import type { MemberView } from "../../schema/member.ts";
import type { Settings } from "../../schema/settings.ts";
import type { NewCaseValues, Subjects } from "../case-form.ts";
import type { Refusal } from "../data.ts";
import { counted } from "../format/number.ts";
import { visible } from "../format/visible.ts";
import type { FormErrors } from "../form-errors.ts";
import { ActButton } from "../parts/act.tsx";
import { FactFields } from "../parts/case-fields.tsx";
import { Crumbs } from "../parts/crumbs.tsx";
import { TextArea, TextField } from "../parts/form.tsx";
import { FormProblems } from "../parts/form-problems.tsx";
import { Frame } from "../parts/frame.tsx";
import { FindingTable } from "../parts/rows.tsx";
import { paths } from "../paths.ts";
import type { View } from "../view.ts";

export interface CaseNewPageProps {
  view: View;
  draft: CaseDraft;
  subjects: Subjects;
  values: NewCaseValues;
  errors: FormErrors;
  /** Under which a case that is asked for twice is made once. */
  key: string;
  members: readonly MemberView[];
  teams: readonly string[];
  settings: Settings;
  /** Cases that may be joined instead. */
  offered: readonly CaseSummary[];
  /** Why what was chosen cannot be linked. */
  problem: Refusal | null;
  /** Why it was not put into another case. */
  refused: Refusal | undefined;
}

function About({ subjects }: Pick<CaseNewPageProps, "subjects">) {
  return (
    <>
      {subjects.findings.map((id) => (
        <input type="hidden" name="finding" value={id} />
      ))}
      {subjects.signals.map((id) => (
        <input type="hidden" name="signal" value={id} />
      ))}
      {subjects.rollup !== null && <input type="hidden" name="rollup" value={subjects.rollup} />}
    </>
  );
}

/** "of 3 findings", "of a roll-up" */
function ofWhat({ draft, subjects }: CaseNewPageProps): string {
  if (subjects.rollup !== null)
    return ` of a roll-up: ${counted(draft.findings.length, "open finding")}, and those that open later`;
  const parts = [
    draft.findings.length > 0 && counted(draft.findings.length, "finding"),
    draft.signals.length > 0 && counted(draft.signals.length, "signal"),
  ].filter((it) => it !== false);
  return parts.length === 0 ? "" : ` of ${parts.join(" and ")}`;
}

function Taken({ draft, view }: CaseNewPageProps) {
  if (draft.taken.length === 0) return null;
  return (
    <section class="notice is-warning">
      <p>
        {counted(draft.taken.length, "finding is", "findings are")} in another case already, and
        stay there:
      </p>
      <ul class="plain-list">
        {draft.taken.map(({ id, headline, caseId }) => (
          <li>
            <a href={paths.case(caseId ?? "")}>{caseId}</a>:{" "}
            <a href={paths.finding(id)}>
              <bdi class="clip">{visible(headline)}</bdi>
            </a>
          </li>
        ))}
      </ul>
      <p class="visually-hidden">As of {view.zone.clock(view.now)}</p>
    </section>
  );
}

function Join(props: CaseNewPageProps) {
  const { view, subjects, offered, refused } = props;
  if (subjects.findings.length + subjects.signals.length === 0) return null;
  const to = paths.joinCase();
  return (
    <section class="form-section sheet" id="join">
      <h2>Or into a case that there is</h2>
      {refused !== undefined && (
        <p class="notice is-warning" role="alert">
          Not done: {visible(refused.detail)}
        </p>
      )}
      <form class="form-actions" method="post" action={to}>
        <About subjects={subjects} />
        <label class="visually-hidden" for="join-case">
          The case
        </label>
        <input
          id="join-case"
          name="case"
          list="join-cases"
          placeholder="LULL-42"
          required
          autocomplete="off"
        />
        <datalist id="join-cases">
          {offered.map(({ id, title }) => (
            <option value={id}>{visible(title)}</option>
          ))}
        </datalist>
        <ActButton view={view} to={to}>
          Put in
        </ActButton>
      </form>
    </section>
  );
}

function CaseForm(props: CaseNewPageProps) {
  const { view, draft, values, errors, settings, members, teams } = props;
  const to = paths.newCase();
  const team =
    draft.team === null
      ? "Empty: as the ownership rules say."
      : `Empty: as the ownership rules say, ${visible(draft.team)}.`;
  const { P1, P2, P3, P4, P5 } = settings.sla;
  const due = `Empty: by the priority, after ${P1} (P1), ${P2} (P2), ${P3} (P3), ${P4} (P4) or ${P5} (P5).`;
  return (
    <>
      <FormProblems errors={errors} prefix="case" title="Not yet:" />
      <form class="form sheet" method="post" action={to} novalidate>
        <About subjects={props.subjects} />
        <input type="hidden" name="key" value={props.key} />
        <TextField
          id="case-title"
          name="title"
          label="Title"
          value={values.title}
          error={errors["title"]?.text}
          required
          maxlength={MAX_CASE_TITLE_CHARS}
        />
        <TextArea
          id="case-description"
          name="description"
          label="Description"
          value={values.description}
          error={errors["description"]?.text}
          rows={4}
          maxlength={MAX_CASE_TEXT_CHARS}
          hint="Markdown."
        />
        <FactFields {...{ values, errors, members, teams }} hints={{ team, due }} />
        <TextArea
          id="case-checklist"
          name="checklist"
          label="Checklist"
          value={values.checklist}
          error={errors["checklist"]?.text}
          rows={Math.min(10, Math.max(3, values.checklist.split("\n").length + 1))}
          hint="A step a line; those of the rule’s remediation to begin with."
        />
        <div class="form-actions">
          <ActButton class="button is-primary" view={view} to={to}>
            Make the case
          </ActButton>
          <a class="button" href={paths.cases()}>
            Cancel
          </a>
        </div>
      </form>
    </>
  );
}

export function CaseNewPage(props: CaseNewPageProps) {
  const { view, draft, problem } = props;
  return (
    <Frame view={view} title="New case" active="cases" styles="cases.css">
      <Crumbs href={paths.cases()} word="Cases" />
      <h1 class="form-title">New case{ofWhat(props)}</h1>
      {problem !== null && (
        <p class="notice is-warning" role="alert">
          It cannot be made of that: {visible(problem.detail)} What you make here is linked to
          nothing.
        </p>
      )}
      <Taken {...props} />
      {draft.findings.length > 0 && (
        <section class="overview-list new-about">
          <FindingTable findings={draft.findings} view={view} caption="Findings of the new case" />
        </section>
      )}
      <CaseForm {...props} />
      <Join {...props} />
    </Frame>
  );
}
