/** A case's description, and the form of its title and description. */
import { MAX_CASE_TEXT_CHARS, MAX_CASE_TITLE_CHARS } from "../../schema/limits.ts";
import { FIELD_WORDS, ofGroup, valuesOf } from "../case-form.ts";
import { Markdown } from "../format/markdown.tsx";
import { visible } from "../format/visible.ts";
import { type CasePageProps, whyNot } from "../case-props.ts";
import { paths } from "../paths.ts";
import { Conflicts, Was } from "./case-conflict.tsx";
import { EditorButton, SaveButton } from "./case-editor.tsx";
import { TextArea, TextField } from "./form.tsx";
import { FormProblems } from "./form-problems.tsx";

export function CaseText(props: CasePageProps) {
  const { of, view } = props;
  const edit = props.edit?.group === "text" ? props.edit : undefined;
  const why = whyNot(props.actions, "edit");
  const known = ofGroup(valuesOf(of), "text");
  const values = edit?.values ?? known;
  const errors = edit?.errors ?? {};
  return (
    <section id="text" class="case-section">
      {of.description.trim() === "" ? (
        <p class="dim">No description.</p>
      ) : (
        <Markdown text={visible(of.description)} />
      )}
      <details class="editor" open={edit !== undefined}>
        <EditorButton word="Edit title and description" why={why} />
        <Conflicts conflicts={edit?.conflicts ?? []} words={FIELD_WORDS} view={view} />
        <FormProblems errors={errors} prefix="case" title="Not saved:" />
        <form class="form stacked" method="post" action={paths.editCase(of.id)} novalidate>
          <input type="hidden" name="group" value="text" />
          <Was values={edit?.was ?? known} />
          <TextField
            id="case-title"
            name="title"
            label="Title"
            value={values.title ?? ""}
            error={errors["title"]?.text}
            required
            maxlength={MAX_CASE_TITLE_CHARS}
          />
          <TextArea
            id="case-description"
            name="description"
            label="Description"
            value={values.description ?? ""}
            error={errors["description"]?.text}
            rows={8}
            maxlength={MAX_CASE_TEXT_CHARS}
            hint="Markdown: lists, `code`, **bold**, [links](https://…)."
          />
          <SaveButton why={why} />
        </form>
      </details>
    </section>
  );
}
