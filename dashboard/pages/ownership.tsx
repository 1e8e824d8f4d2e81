/** `/settings/ownership`: whose a case is, where nobody says so: the first rule that is true of its first finding. */
import type { OwnershipRule } from "../../schema/case-rules.ts";
import { MAX_EXPRESSION_CHARS } from "../../schema/limits.ts";
import type { OwnershipValues } from "../case-rules-form.ts";
import { visible } from "../format/visible.ts";
import type { FormErrors } from "../form-errors.ts";
import { ActButton } from "../parts/act.tsx";
import { ArrangeButtons, RuleNotice, type RuleNoticeName } from "../parts/case-rule-acts.tsx";
import { ExpressionError } from "../parts/expression-error.tsx";
import { TextArea, TextField } from "../parts/form.tsx";
import { FormProblems } from "../parts/form-problems.tsx";
import { Frame } from "../parts/frame.tsx";
import { SettingsHead } from "../parts/settings-head.tsx";
import { paths } from "../paths.ts";
import type { View } from "../view.ts";
import { CONDITION_HINT } from "./automation.tsx";

export interface OwnershipPageProps {
  view: View;
  rules: readonly OwnershipRule[];
  teams: readonly string[];
  values: OwnershipValues;
  errors: FormErrors;
  notice: RuleNoticeName | undefined;
  refused: string | undefined;
}

function Rules({ rules, view }: OwnershipPageProps) {
  if (rules.length === 0)
    return (
      <p class="lead">
        There is none yet: a case that nobody gives to a team has none. Add the first below, such as
        all of a namespace for the team that runs it.
      </p>
    );
  return (
    <ol class="case-rules">
      {rules.map((rule, at) => (
        <li class="case-rule" data-row>
          <span class="num dim">{at + 1}</span>
          <div>
            <p>
              Team <bdi class="rule-name">{visible(rule.team)}</bdi> where
            </p>
            <code dir="ltr">{visible(rule.when)}</code>
          </div>
          <ArrangeButtons
            to={paths.arrangeOwnership()}
            {...{ at, view }}
            of={rules.length}
            name={rule.team}
            fields={{ at: String(at), was: JSON.stringify(rule) }}
          />
        </li>
      ))}
    </ol>
  );
}

export function OwnershipPage(props: OwnershipPageProps) {
  const { view, values, errors, teams } = props;
  const to = paths.ownership();
  return (
    <Frame view={view} title="Ownership" active="settings" styles="cases.css">
      <SettingsHead active="ownership" />
      <RuleNotice {...props} />
      <p class="lead">
        Of a case that is made without a team, the first condition that is true of its first finding
        says whose it is.
      </p>
      <Rules {...props} />
      <section class="form-section sheet" id="editor">
        <h2>Add a rule</h2>
        <FormProblems
          errors={errors}
          prefix="ownership"
          title="Not added:"
          own={{ when: "When" }}
        />
        <form class="form" method="post" action={to} novalidate>
          <TextArea
            id="ownership-when"
            name="when"
            label="When"
            value={values.when}
            error={errors["when"]?.text}
            rows={2}
            code
            maxlength={MAX_EXPRESSION_CHARS}
            placeholder={'resource.namespace == "shop"'}
            hint={CONDITION_HINT}
            after={<ExpressionError source={values.when} position={errors["when"]?.position} />}
          />
          <TextField
            id="ownership-team"
            name="team"
            label="Team"
            value={values.team}
            error={errors["team"]?.text}
            maxlength={100}
            list="ownership-teams"
          />
          <datalist id="ownership-teams">
            {teams.map((team) => (
              <option value={team} />
            ))}
          </datalist>
          <div class="form-actions">
            <ActButton class="button is-primary" view={view} to={to}>
              Add at the end
            </ActButton>
          </div>
        </form>
      </section>
    </Frame>
  );
}
