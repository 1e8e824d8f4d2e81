/** `/cases/:id/close`: why a case is closed, and until when its findings are muted where that is the reason. */
import type { CaseDetail } from "../../schema/case.ts";
import { MAX_MUTE_NOTE_CHARS } from "../../schema/limits.ts";
import { type CloseValues, MUTING } from "../case-form.ts";
import { CLOSE_WORDS } from "../format/case.ts";
import { counted } from "../format/number.ts";
import { cut, visible } from "../format/visible.ts";
import type { FormErrors } from "../form-errors.ts";
import { ActButton } from "../parts/act.tsx";
import { Crumbs } from "../parts/crumbs.tsx";
import { ChoiceRow, TextField } from "../parts/form.tsx";
import { FormProblems } from "../parts/form-problems.tsx";
import { Frame } from "../parts/frame.tsx";
import { Term } from "../parts/term.tsx";
import { paths } from "../paths.ts";
import type { View } from "../view.ts";

export interface CaseClosePageProps {
  view: View;
  of: CaseDetail;
  values: CloseValues;
  errors: FormErrors;
}

const MEANINGS = [
  ["risk_accepted", "It happens, and may. Its findings are muted until a day that you name."],
  ["false_positive", "It is not what the rule is about. Its findings are muted until a day."],
  ["duplicate", "Another case is about the same."],
  ["no_fix", "Nothing can be done about it now."],
  ["unproven", "It is fixed, and quiet will not show it. An event within 30 days brings it back."],
  ["other", "Say what in the note."],
] as const;

/** What closing does to the findings. */
function effect({ findings, rollup }: CaseDetail): string {
  const which =
    rollup === null
      ? counted(findings.total, "finding")
      : `what is open in its workload, and what opens there`;
  return `Hides ${which} until then. It is counted all the same, and signals are never muted.`;
}

export function CaseClosePage(props: CaseClosePageProps) {
  const { view, of, values, errors } = props;
  const to = paths.closeCase(of.id);
  const shown = MEANINGS.filter(([reason]) => reason !== "unproven" || of.status === "fixed");
  return (
    <Frame view={view} title={`Close ${of.id}`} active="cases" styles="cases.css">
      <Crumbs href={paths.case(of.id)} word={of.id} />
      <h1 class="form-title" dir="auto">
        Close <bdi>{cut(visible(of.title), 240)}</bdi>
      </h1>
      {of.findings.open > 0 && (
        <p class="lead">
          {counted(of.findings.open, "finding")} of it {of.findings.open === 1 ? "is" : "are"} still
          open. If it is fixed, mark it as fixed instead: quiet closes it then, with the
          certificates.
        </p>
      )}
      <FormProblems
        errors={errors}
        prefix="close"
        title="Not yet:"
        own={{ reason: "Because", until: "Muted until" }}
      />
      <form class="form sheet close-form" method="post" action={to} novalidate>
        <input type="hidden" name="version" value={String(of.version)} />
        <ChoiceRow id="close-reason" label="Because" error={errors["reason"]?.text}>
          <div class="reasons">
            {shown.map(([reason, meaning]) => (
              <label class="check reason">
                <input
                  type="radio"
                  name="reason"
                  value={reason}
                  checked={values.reason === reason}
                  data-mutes={MUTING.includes(reason) ? "" : undefined}
                />
                <span>
                  <span class="reason-word">{CLOSE_WORDS[reason]}</span>
                  <span class="hint">{meaning}</span>
                </span>
              </label>
            ))}
          </div>
        </ChoiceRow>
        <div class="mutes-until">
          <Term values={values} error={errors["until"]?.text} label="Muted until" />
          <p class="hint">{effect(of)}</p>
        </div>
        <TextField
          id="close-note"
          name="note"
          label="Note"
          value={values.note}
          error={errors["note"]?.text}
          maxlength={MAX_MUTE_NOTE_CHARS}
          hint="For whoever wonders later."
        />
        <div class="form-actions">
          <ActButton class="button is-primary" view={view} to={to}>
            Close the case
          </ActButton>
          <a class="button" href={paths.case(of.id)}>
            Cancel
          </a>
        </div>
      </form>
    </Frame>
  );
}
