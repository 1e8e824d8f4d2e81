/** What one says of an endpoint, the same for a new one and one that there is. */
import { MAX_ENDPOINT_DESCRIPTION_CHARS } from "../../schema/limits.ts";
import { FORMATS, isTracker } from "../../schema/endpoint-formats.ts";
import { SEVERITIES } from "../../schema/rule.ts";
import {
  type EndpointValues,
  EVENT_CHOICES,
  FILTER_NAMES,
  OWN_FIELDS,
  type OwnField,
} from "../endpoint-form.ts";
import type { FormErrors } from "../form-errors.ts";
import { actWords, KIND_WORDS } from "../format/endpoint-words.ts";
import { ChoiceRow, FieldError, SelectField, TextArea, TextField } from "./form.tsx";

export interface EndpointFieldsProps {
  values: EndpointValues;
  errors: FormErrors;
  /** Whether there is a credential already: it is not shown, and stays where nobody types another one. */
  hasCredential: boolean;
}

/** Of a list: what is longer scrolls. */
const MOST_ROWS = 8;

function Own(props: EndpointFieldsProps & { field: OwnField }) {
  const { field, values, errors, hasCredential } = props;
  const kept = field.name === "credential" && hasCredential;
  if (field.choices !== undefined)
    return (
      <SelectField
        id={`endpoint-${field.name}`}
        name={field.name}
        label={field.label}
        value={values.own[field.name] ?? ""}
        error={errors[field.name]?.text}
        options={field.choices}
      />
    );
  if (field.as !== undefined)
    return (
      <TextArea
        id={`endpoint-${field.name}`}
        name={field.name}
        label={field.label}
        value={values.own[field.name] ?? ""}
        error={errors[field.name]?.text}
        rows={Math.min(Math.max(2, (values.own[field.name] ?? "").split("\n").length), MOST_ROWS)}
        code
        maxlength={field.longest}
        placeholder={field.placeholder}
        hint={field.hint}
      />
    );
  return (
    <TextField
      id={`endpoint-${field.name}`}
      name={field.name}
      label={field.label}
      type={field.name === "credential" ? "password" : "text"}
      value={values.own[field.name] ?? ""}
      error={errors[field.name]?.text}
      required={field.optional !== true && !kept}
      maxlength={field.longest}
      placeholder={kept ? "set; type another one to change it" : field.placeholder}
      hint={field.hint}
    />
  );
}

function Tick(props: { values: EndpointValues; pattern: string; word: string }) {
  const { values, pattern, word } = props;
  return (
    <label class="check">
      <input
        type="checkbox"
        name="events"
        value={pattern}
        checked={values.events.includes(pattern)}
      />
      {word}
    </label>
  );
}

/** A tracker has tickets of cases, and of nothing else. What a format has nothing to say of cannot be ticked. */
function choicesOf({ format }: EndpointValues) {
  const { untold = [] } = FORMATS[format];
  return EVENT_CHOICES.filter(({ kind }) => kind === "case" || !isTracker(format))
    .map(({ kind, types }) => ({ kind, types: types.filter((type) => !untold.includes(type)) }))
    .filter(({ types }) => types.length > 0);
}

/** The style sheet hides what is not asked for. */
function Hears({ values, errors }: EndpointFieldsProps) {
  const choice = (hears: string, word: string) => (
    <label class="check">
      <input type="radio" name="hears" value={hears} checked={values.hears === hears} />
      {word}
    </label>
  );
  return (
    <div class="hears" id="endpoint-events">
      <ChoiceRow id="endpoint-hears" label="Hears of">
        {choice("all", "everything, and what comes to be told later")}
        {choice("some", "only this:")}
      </ChoiceRow>
      <FieldError id="endpoint-events-error" text={errors["events"]?.text} />
      <div class="hears-some">
        {choicesOf(values).map(({ kind, types }) => (
          <ChoiceRow id={`hears-${kind}`} label={`Of ${KIND_WORDS[kind] ?? kind}`}>
            <Tick values={values} pattern={`${kind}.*`} word="all" />
            {types.map((type) => (
              <Tick values={values} pattern={type} word={actWords(type)} />
            ))}
          </ChoiceRow>
        ))}
      </div>
    </div>
  );
}

function Filter({ values, errors }: EndpointFieldsProps) {
  const names = Object.values(values.names);
  const isSet = values.severity !== "" || names.some((typed) => typed !== "");
  const error = errors["filter"]?.text;
  return (
    <details class="matchers" id="endpoint-filter" open={isSet || error !== undefined}>
      <summary>Narrow it down by severity and place</summary>
      <p class="hint">
        All that is filled in must hold. What cannot have such a thing, as an agent has no rule,
        comes all the same.
      </p>
      <FieldError id="endpoint-filter-error" text={error} />
      <SelectField
        id="endpoint-severity"
        name="severity"
        label="Severity"
        value={values.severity}
        options={[
          ["", "any"],
          ...SEVERITIES.map((one) => [one, one === "critical" ? one : `${one} or worse`] as const),
        ]}
      />
      {FILTER_NAMES.map(([name, label]) => (
        <TextArea
          id={`endpoint-${name}`}
          name={name}
          label={label}
          value={values.names[name]}
          rows={1}
          code
          placeholder="any"
          hint={name === "rule" ? "Ids, one a line." : "One a line."}
        />
      ))}
    </details>
  );
}

export function EndpointFields(props: EndpointFieldsProps) {
  const { values, errors } = props;
  return (
    <>
      {OWN_FIELDS[values.format].map((field) => (
        <Own {...props} field={field} />
      ))}
      <TextField
        id="endpoint-description"
        name="description"
        label="Called"
        value={values.description}
        error={errors["description"]?.text}
        maxlength={MAX_ENDPOINT_DESCRIPTION_CHARS}
        placeholder="optional"
        hint="What people call it: “SIEM of the shop”."
      />
      <Hears {...props} />
      <Filter {...props} />
    </>
  );
}
