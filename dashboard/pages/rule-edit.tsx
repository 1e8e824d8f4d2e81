/** `/rules/new` and `/rules/:id/edit`: the form of a custom rule, and what it would find. */
import { RULE_CLASSES, SEVERITIES } from "../../schema/rule.ts";
import type { CustomRuleValues } from "../custom-rule-form.ts";
import { counted } from "../format/number.ts";
import { CLASS_WORDS } from "../format/rule-words.ts";
import { visible } from "../format/visible.ts";
import type { FormErrors } from "../form-errors.ts";
import { Crumbs } from "../parts/crumbs.tsx";
import { ChoiceRow, RISES_HINT, SelectField, TextArea, TextField } from "../parts/form.tsx";
import { FormProblems } from "../parts/form-problems.tsx";
import { Frame } from "../parts/frame.tsx";
import { Matchers } from "../parts/matcher-fields.tsx";
import { TrialFields, TrialResult } from "../parts/rule-trial.tsx";
import { paths } from "../paths.ts";
import type { Trial } from "../trial.ts";
import type { View } from "../view.ts";

export interface RuleEditProps {
  view: View;
  /** Null for a new rule. */
  id: string | null;
  values: CustomRuleValues;
  errors: FormErrors;
  trial: Trial;
  /** Open findings of the rule: what turning it off would end. */
  open: number;
}

/** The names of fields that stand once in the form. */
type Name = Exclude<keyof CustomRuleValues, "scope" | "enabled" | "matchers">;

const MARKDOWN = "Markdown; may be empty.";

function WhatItIs(props: RuleEditProps) {
  const { values, id, open } = props;
  const { field, error } = fields(props);
  return (
    <section class="form-section">
      <h2>What it is</h2>
      <TextField
        {...field("title")}
        label="Title"
        required
        hint="A noun phrase: Compiler run in a container."
      />
      {id === null && (
        <TextField
          {...field("id")}
          label="Id"
          required
          hint="Lower-case letters, digits and hyphens; it cannot be changed later."
        />
      )}
      <SelectField
        {...field("class")}
        label="Class"
        options={RULE_CLASSES.map((value) => [value, `${value}: ${CLASS_WORDS[value]}`] as const)}
      />
      <SelectField
        {...field("severity")}
        label="Severity"
        options={SEVERITIES.map((value) => [value, value] as const)}
      />
      <TextArea
        {...field("rises")}
        label="Rises to"
        rows={2}
        placeholder="high after 72h"
        hint={RISES_HINT}
      />
      <ChoiceRow id="scope" label="Looks at" error={error("scope")}>
        {(["container", "host"] as const).map((type) => (
          <label class="check">
            <input
              type="checkbox"
              name="scope"
              value={type}
              checked={values.scope.includes(type)}
            />
            {type}s
          </label>
        ))}
      </ChoiceRow>
      <TextField
        {...field("quietPeriod")}
        label="Quiet period"
        short
        required
        hint="Such as 90s, 24h or 7d: how long it must stay quiet to count as stopped."
      />
      <TextField
        {...field("quietPeriodReason")}
        label="Why that long"
        hint="Such as: the job that causes it runs once a day."
      />
      <TextField
        {...field("phrase")}
        label="Headline begins"
        required
        hint="Goes on with “in api (shop, node-7) 14 times since Tuesday”. {process}, {file} and {peer} are filled in."
      />
      <ChoiceRow
        id="enabled"
        label="In force"
        hint={
          open > 0
            ? `Turning it off ends ${counted(open, "open finding")} as rule_retired.`
            : undefined
        }
      >
        <label class="check">
          <input type="checkbox" name="enabled" checked={values.enabled} />
          Look for it
        </label>
      </ChoiceRow>
    </section>
  );
}

function WhatItSays(props: RuleEditProps) {
  const { field } = fields(props);
  return (
    <section class="form-section">
      <h2>What it says to those who read its findings</h2>
      <TextArea {...field("why")} label="Why it matters" rows={4} hint={MARKDOWN} />
      <TextArea {...field("good")} label="What is good" rows={3} hint={MARKDOWN} />
      <TextArea {...field("remediation")} label="How to fix it" rows={4} hint={MARKDOWN} />
      <TextArea
        {...field("references")}
        label="Read more"
        rows={2}
        hint="One a line: a title, then an address that begins with https://."
      />
      <TextArea {...field("tags")} label="Tags" rows={2} hint="One a line." />
    </section>
  );
}

function fields({ values, errors }: RuleEditProps) {
  const error = (name: string) => errors[name]?.text;
  return {
    error,
    field: (name: Name) => ({ id: `rule-${name}`, name, value: values[name], error: error(name) }),
  };
}

export function RuleEditPage(props: RuleEditProps) {
  const { view, id, values, errors } = props;
  const action = id === null ? paths.newRule() : paths.editRule(id);
  const title = id === null ? "New rule" : `Change “${visible(values.title)}”`;
  return (
    <Frame view={view} title={title} active="rules">
      <Crumbs
        href={id === null ? paths.rules() : paths.rule(id)}
        word={id === null ? "Rules" : "The rule"}
      />
      <h1 class="form-title" dir="auto">
        {title}
      </h1>
      <div id="editor">
        <FormProblems errors={errors} prefix="rule" title="Not yet:" />
        <form class="form sheet" method="post" action={action} novalidate>
          {/* The Enter key takes a form's first button. */}
          <button class="visually-hidden" type="submit" name="do" value="save" tabindex={-1}>
            Save
          </button>
          <WhatItIs {...props} />
          <section class="form-section" id="matchers">
            <h2>What it matches</h2>
            <Matchers matchers={values.matchers} errors={errors} action={action} />
          </section>
          <section class="form-section" id="try">
            <h2>Try it</h2>
            <TrialFields trial={props.trial} action={action} target="#editor" />
            <TrialResult trial={props.trial} view={view} />
          </section>
          <WhatItSays {...props} />
          <div class="form-actions">
            <button class="button is-primary" type="submit" name="do" value="save">
              {id === null ? "Create the rule" : "Save"}
            </button>
            <a class="button" href={id === null ? paths.rules() : paths.rule(id)}>
              Cancel
            </a>
          </div>
        </form>
      </div>
    </Frame>
  );
}
