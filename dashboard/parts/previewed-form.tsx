/** A form whose effect must have been shown before it is done: its buttons, and what it would hide. */
import type { Child } from "hono/jsx";
import { visible } from "../format/visible.ts";
import { paths } from "../paths.ts";
import { swapsForm } from "./form.tsx";

/** What pressing Enter does. It comes first in the form. */
export function PreviewFirst(props: { previewed: string | null }) {
  return (
    <>
      {props.previewed !== null && <input type="hidden" name="previewed" value={props.previewed} />}
      <button class="visually-hidden" type="submit" name="do" value="preview" tabindex={-1}>
        Show what it would hide
      </button>
    </>
  );
}

/** `warnings` stand before the examples, `children` after them. */
export function HiddenPreview(props: {
  summary: string;
  warnings?: Child;
  examples: readonly { id: string; headline: string }[];
  children?: Child;
}) {
  return (
    <section class="preview" role="status">
      <h2>What it would hide</h2>
      <p class="trial-summary">{props.summary}</p>
      {props.warnings}
      <ul class="plain-list">
        {props.examples.map((example) => (
          <li>
            <a href={paths.finding(example.id)}>
              <bdi class="clip">{visible(example.headline)}</bdi>
            </a>
          </li>
        ))}
      </ul>
      {props.children}
    </section>
  );
}

/** `previewed`: whether it has been shown, so that it may be done. */
export function PreviewButtons(props: {
  previewed: boolean;
  action: string;
  /** What the button is called that does it. */
  word: string;
  cancel: string;
}) {
  const { previewed, action } = props;
  return (
    <div class="form-actions">
      <button
        class={previewed ? "button" : "button is-primary"}
        type="submit"
        name="do"
        value="preview"
        {...swapsForm(action, "#editor")}
      >
        {previewed ? "Look again" : "Show what it would hide"}
      </button>
      {previewed && (
        <button class="button is-primary" type="submit" name="do" value="create">
          {props.word}
        </button>
      )}
      <a class="button" href={props.cancel}>
        Cancel
      </a>
    </div>
  );
}
