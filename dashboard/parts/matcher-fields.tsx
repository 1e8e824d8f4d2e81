/** The fields of one matcher; those of the other kind are hidden by the style sheet, and needed by nobody. */
import { AGENT_FORMATS, EVENT_KINDS } from "../../schema/event.ts";
import { MAX_EXPRESSION_CHARS, MAX_MATCHERS } from "../../schema/limits.ts";
import type { FormErrors } from "../form-errors.ts";
import type { MATCHER_FIELDS, MatcherValues } from "../matcher-form.ts";
import { ExpressionError } from "./expression-error.tsx";
import { ChoiceRow, FieldError, SelectField, swapsForm, TextArea, TextField } from "./form.tsx";

interface MatcherProps {
  index: number;
  values: MatcherValues;
  errors: FormErrors;
  /** A matcher that is the only one cannot be taken away. */
  only: boolean;
  action: string;
}

const same = (words: readonly string[]) => words.map((word) => [word, word] as const);

function On(props: MatcherProps) {
  const { index, values } = props;
  const choice = (on: MatcherValues["on"], word: string) => (
    <label class="check">
      <input type="radio" name={`m${index}.on`} value={on} checked={values.on === on} />
      {word}
    </label>
  );
  return (
    <ChoiceRow id={`m${index}-on`} label="Matches">
      {choice("event", "the event itself, from any agent")}
      {choice("agentRule", "a rule of the agent's own")}
    </ChoiceRow>
  );
}

/** Names, value and error of one field. */
function fieldOf({ index, values, errors }: MatcherProps, field: (typeof MATCHER_FIELDS)[number]) {
  return {
    id: `m${index}-${field}`,
    name: `m${index}.${field}`,
    value: values[field],
    error: errors[`matchers.${index}.${field}`]?.text,
  };
}

function Condition(props: MatcherProps) {
  const position = props.errors[`matchers.${props.index}.when`]?.position;
  return (
    <TextArea
      {...fieldOf(props, "when")}
      label="Condition"
      rows={3}
      code
      maxlength={MAX_EXPRESSION_CHARS}
      placeholder={'user.name != "root" && process.cwd.startsWith("/tmp")'}
      hint="In CEL over the event, such as process.args, user.name, container.image, k8s.namespace. Asked last; empty: no condition."
      after={<ExpressionError source={props.values.when} position={position} />}
    />
  );
}

export function MatcherFields(props: MatcherProps) {
  const { index, errors } = props;
  return (
    <fieldset class="matcher" id={`m${index}`}>
      <legend>Matcher {index + 1}</legend>
      <FieldError id={`m${index}-error`} text={errors[`matchers.${index}`]?.text} />
      <On {...props} />
      <div class="of-agent-rule">
        <SelectField {...fieldOf(props, "format")} label="Agent" options={same(AGENT_FORMATS)} />
        <TextArea
          {...fieldOf(props, "names")}
          code
          label="Its rules"
          rows={2}
          hint="One a line, spelled as the agent spells them: a rule, policy, signature or query."
        />
      </div>
      <div class="of-event">
        <SelectField {...fieldOf(props, "kind")} label="Kind" options={same(EVENT_KINDS)} />
        <TextField
          {...fieldOf(props, "actions")}
          label="Actions"
          placeholder="exec"
          hint="One or more words, such as exec, open, connect."
        />
        <TextArea
          {...fieldOf(props, "processNames")}
          code
          label="Programs"
          rows={2}
          placeholder={"gcc\ncc"}
          hint="Exact names, one a line; empty: any program."
        />
        <TextArea
          {...fieldOf(props, "paths")}
          code
          label="Paths"
          rows={2}
          placeholder="/etc/cron.d/"
          hint="Beginnings, one a line: of the executable's path for kind process, else of the file's; empty: any."
        />
      </div>
      <Condition {...props} />
      {!props.only && (
        <button
          class="button matcher-remove"
          type="submit"
          name="do"
          value={`remove-${index}`}
          formnovalidate
          // The matchers behind it move up: their fields hold something else than was typed there.
          {...swapsForm(props.action, "#editor", "outerHTML")}
        >
          Remove this matcher
        </button>
      )}
    </fieldset>
  );
}

/** All matchers, and the way to one more. */
export function Matchers(props: {
  matchers: readonly MatcherValues[];
  errors: FormErrors;
  action: string;
}) {
  const { matchers, errors, action } = props;
  const full = matchers.length >= MAX_MATCHERS;
  return (
    <>
      <p class="hint">A rule matches an event that any one of its matchers accepts.</p>
      <FieldError id="matchers-error" text={errors["matchers"]?.text} />
      {matchers.map((values, index) => (
        <MatcherFields {...{ index, values, errors, action }} only={matchers.length === 1} />
      ))}
      <button
        class="button"
        type="submit"
        name="do"
        value="add"
        formnovalidate
        disabled={full}
        title={full ? `A rule has at most ${MAX_MATCHERS} matchers` : undefined}
        {...swapsForm(action, "#editor")}
      >
        Add a matcher
      </button>
    </>
  );
}
