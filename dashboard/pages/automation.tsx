/** `/settings/automations/new` and `/:id`: one rule that makes cases, with its dry run. */
import { CASE_PRIORITIES } from "../../schema/case.ts";
import type { AutomationPreview } from "../../schema/case-rules.ts";
import { MAX_EXPRESSION_CHARS } from "../../schema/limits.ts";
import type { MemberView } from "../../schema/member.ts";
import type { AutomationValues } from "../case-rules-form.ts";
import { counted, exactCount } from "../format/number.ts";
import { visible } from "../format/visible.ts";
import type { FormErrors } from "../form-errors.ts";
import { ActButton } from "../parts/act.tsx";
import { Crumbs } from "../parts/crumbs.tsx";
import { ExpressionError } from "../parts/expression-error.tsx";
import { SelectField, swapsForm, TextArea, TextField } from "../parts/form.tsx";
import { FormProblems } from "../parts/form-problems.tsx";
import { Frame } from "../parts/frame.tsx";
import { paths } from "../paths.ts";
import type { View } from "../view.ts";

export interface AutomationPageProps {
  view: View;
  /** Null: a new one. */
  id: string | null;
  values: AutomationValues;
  errors: FormErrors;
  /** What the rule was when the form was opened, as JSON. */
  was: string;
  preview: AutomationPreview | null;
  members: readonly MemberView[];
  teams: readonly string[];
}

/** What conditions speak of. */
export const CONDITION_HINT =
  "A condition in CEL over finding (rule, title, severity) and resource (type, name, host, cluster, namespace, workload, workloadKind, pod, image, service).";

function Preview({ preview }: AutomationPageProps) {
  if (preview === null) return null;
  const { findings, cases, tested, cut, examples } = preview;
  return (
    <section class="preview" role="status">
      <h2>Dry run</h2>
      <p class="trial-summary">
        {cases === 0
          ? `None of ${counted(tested, "open finding")} without a case would get one.`
          : `Of what is open now it would make ${counted(cases, "case")} of ${counted(findings, "finding")}.`}
      </p>
      {cut && (
        <p class="hint">Only the newest {exactCount(tested)} open findings were looked at.</p>
      )}
      <ul class="plain-list">
        {examples.map(({ finding, title }) => (
          <li>
            <a href={paths.finding(finding)}>
              <bdi class="clip">{visible(title)}</bdi>
            </a>
          </li>
        ))}
      </ul>
      <p class="hint">
        Nothing is made of what is open already: the rule acts on what opens from now on.
      </p>
    </section>
  );
}

function Fields({ values, errors, members, teams, id }: AutomationPageProps) {
  const people = members
    .filter((it) => it.disabledAt === null || it.id === values.assignee)
    .map((it) => [it.id, visible(it.name)] as const);
  return (
    <>
      <TextField
        id="automation-id"
        name="id"
        label="Id"
        value={values.id}
        error={errors["id"]?.text}
        required
        maxlength={64}
        placeholder="shop-compilers"
        hint={
          id === null
            ? "Lower-case letters, digits and hyphens."
            : "Cases keep the id that made them."
        }
      />
      <TextArea
        id="automation-when"
        name="when"
        label="When"
        value={values.when}
        error={errors["when"]?.text}
        rows={3}
        code
        maxlength={MAX_EXPRESSION_CHARS}
        placeholder={'resource.namespace == "shop" && finding.severity in ["high", "critical"]'}
        hint={CONDITION_HINT}
        after={<ExpressionError source={values.when} position={errors["when"]?.position} />}
      />
      <SelectField
        id="automation-priority"
        name="priority"
        label="Priority"
        value={values.priority}
        error={errors["priority"]?.text}
        options={[
          ["", "By the worst of its findings"],
          ...CASE_PRIORITIES.map((it) => [it, it] as const),
        ]}
      />
      <SelectField
        id="automation-assignee"
        name="assignee"
        label="Assignee"
        value={values.assignee}
        error={errors["assignee"]?.text}
        options={[["", "Nobody"], ...people]}
      />
      <TextField
        id="automation-team"
        name="team"
        label="Team"
        value={values.team}
        error={errors["team"]?.text}
        maxlength={100}
        list="automation-teams"
        hint="Empty: as the ownership rules say."
      />
      <datalist id="automation-teams">
        {teams.map((team) => (
          <option value={team} />
        ))}
      </datalist>
      <TextArea
        id="automation-labels"
        name="labels"
        label="Labels"
        value={values.labels}
        error={errors["labels"]?.text}
        rows={2}
        hint="One a line."
      />
      <TextField
        id="automation-dailyCap"
        name="dailyCap"
        label="Daily cap"
        type="number"
        short
        value={values.dailyCap}
        error={errors["dailyCap"]?.text}
        hint="Cases that it makes on a day (UTC) at the most."
      />
    </>
  );
}

export function AutomationPage(props: AutomationPageProps) {
  const { view, id, errors, was } = props;
  const to = id === null ? paths.newAutomation() : paths.automation(id);
  return (
    <Frame view={view} title={id ?? "New automation"} active="settings" styles="cases.css">
      <Crumbs href={paths.automations()} word="Automations" />
      <h1 class="form-title">{id ?? "New automation"}</h1>
      <div id="editor">
        <FormProblems
          errors={errors}
          prefix="automation"
          title="Not yet:"
          own={{ when: "When", dailyCap: "Daily cap" }}
        />
        <form class="form sheet" method="post" action={to} novalidate>
          <input type="hidden" name="was" value={was} />
          <Fields {...props} />
          <Preview {...props} />
          <div class="form-actions">
            <button
              class="button"
              type="submit"
              name="do"
              value="preview"
              {...swapsForm(to, "#editor")}
            >
              Dry run
            </button>
            <ActButton class="button is-primary" view={view} to={to}>
              Save
            </ActButton>
            <a class="button" href={paths.automations()}>
              Cancel
            </a>
          </div>
        </form>
      </div>
    </Frame>
  );
}
