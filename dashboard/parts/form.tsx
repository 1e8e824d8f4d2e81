/** Fields of forms: label, control, what is wrong with it, and how to fill it in. */
import type { Child } from "hono/jsx";
import { visible } from "../format/visible.ts";

/** What every field has. `id` names its hint and its error too. */
export interface FieldProps {
  id: string;
  name: string;
  label: string;
  value: string;
  error?: string | undefined;
  hint?: Child;
  maxlength?: number;
  placeholder?: string;
  required?: boolean;
}

export function FieldError(props: { id: string; text: string | undefined }) {
  return props.text === undefined ? null : (
    <p class="field-error" id={props.id}>
      {visible(props.text)}
    </p>
  );
}

/** What ties a control to its error and its hint. */
function described(props: Pick<FieldProps, "id" | "error" | "hint">) {
  const ids = [
    ...(props.error === undefined ? [] : [`${props.id}-error`]),
    ...(props.hint === undefined ? [] : [`${props.id}-hint`]),
  ];
  return {
    ...(props.error !== undefined && { "aria-invalid": "true" as const }),
    ...(ids.length > 0 && { "aria-describedby": ids.join(" ") }),
  };
}

function Row(
  props: Pick<FieldProps, "id" | "label" | "error" | "hint"> & { children?: Child; after?: Child },
) {
  return (
    <div class="form-row">
      <label for={props.id}>{props.label}</label>
      <div>
        {props.children}
        <FieldError id={`${props.id}-error`} text={props.error} />
        {props.after}
        {props.hint !== undefined && (
          <span class="hint" id={`${props.id}-hint`}>
            {props.hint}
          </span>
        )}
      </div>
    </div>
  );
}

/** One line of text. */
export function TextField(
  props: FieldProps & {
    short?: boolean;
    type?: "text" | "date" | "datetime-local" | "email" | "number" | "password";
    /** The id of a list of suggestions. */
    list?: string;
  },
) {
  return (
    <Row {...props}>
      <input
        id={props.id}
        name={props.name}
        type={props.type ?? "text"}
        class={props.short === true ? "short" : "full"}
        value={props.value}
        required={props.required}
        maxlength={props.maxlength}
        placeholder={props.placeholder}
        list={props.list}
        autocomplete="off"
        {...described(props)}
      />
    </Row>
  );
}

/** Several lines. `code`: in monospace, never corrected by the browser. `after`: below the error. */
export function TextArea(props: FieldProps & { rows: number; code?: boolean; after?: Child }) {
  return (
    <Row {...props}>
      <textarea
        id={props.id}
        name={props.name}
        rows={props.rows}
        class={props.code === true ? "full mono" : "full"}
        required={props.required}
        maxlength={props.maxlength}
        placeholder={props.placeholder}
        {...(props.code === true && {
          spellcheck: false,
          autocapitalize: "off",
          autocomplete: "off",
        })}
        {...described(props)}
      >
        {/* A first line feed is the parser's, not the reader's. */}
        {`\n${props.value}`}
      </textarea>
    </Row>
  );
}

/** How steps of severity are written. */
export const RISES_HINT =
  "One a line: high after 72h, or critical at 5 resources (of one workload). Empty: it does not rise.";

/** One of a few. */
export function SelectField(
  props: FieldProps & { options: readonly (readonly [value: string, word: string])[] },
) {
  return (
    <Row {...props}>
      <select id={props.id} name={props.name} required={props.required} {...described(props)}>
        {props.options.map(([value, word]) => (
          <option value={value} selected={value === props.value}>
            {word}
          </option>
        ))}
      </select>
    </Row>
  );
}

/** A group of boxes or circles under one word. */
export function ChoiceRow(props: {
  id: string;
  label: string;
  error?: string | undefined;
  hint?: Child;
  children?: Child;
}) {
  return (
    <fieldset class="form-row" id={props.id}>
      <legend class="visually-hidden">{props.label}</legend>
      <span aria-hidden="true">{props.label}</span>
      <div>
        <div class="choices">{props.children}</div>
        <FieldError id={`${props.id}-error`} text={props.error} />
        {props.hint !== undefined && <span class="hint">{props.hint}</span>}
      </div>
    </fieldset>
  );
}

/**
 * A button that sends its form and replaces it in place; without script the page comes anew.
 * `outerMorph` keeps focus and scroll, and also what was typed where the answer says something else.
 */
export function swapsForm(
  action: string,
  target: string,
  how: "outerMorph" | "outerHTML" = "outerMorph",
) {
  return {
    "hx-post": action,
    "hx-target": target,
    "hx-select": target,
    "hx-swap": how,
    "hx-indicator": "#progress",
  };
}
