/** The fields that every mute has: why, a note for whoever wonders later, and its end. */
import { MAX_MUTE_NOTE_CHARS } from "../../schema/limits.ts";
import type { FormErrors } from "../form-errors.ts";
import { type MuteValues, REASON_WORDS } from "../mute-form.ts";
import { SelectField, TextArea } from "./form.tsx";
import { Term } from "./term.tsx";

export function MuteFields(props: { values: MuteValues; errors: FormErrors }) {
  const { values, errors } = props;
  return (
    <>
      <SelectField
        id="mute-reason"
        name="reason"
        label="Because"
        value={values.reason}
        error={errors["reason"]?.text}
        options={[["", "Choose a reason"], ...Object.entries(REASON_WORDS)]}
      />
      <TextArea
        id="mute-note"
        name="note"
        label="Note"
        value={values.note}
        error={errors["note"]?.text}
        rows={2}
        maxlength={MAX_MUTE_NOTE_CHARS}
        hint="For whoever wonders later: why nobody needs to be told."
      />
      <Term values={values} error={errors["until"]?.text} />
    </>
  );
}
