/** The field that says when an exception or a mute ends. */
import { type EndValues, TERMS } from "../end-form.ts";
import { ChoiceRow } from "./form.tsx";

export function Term(props: { values: EndValues; error: string | undefined }) {
  const { values, error } = props;
  const choices = [...TERMS, ["date", "until the end of", 0] as const];
  return (
    <ChoiceRow
      id="until"
      label="Ends after"
      error={error}
      hint="Days are in UTC. It ends by itself, after a year at most."
    >
      {choices.map(([term, word]) => (
        <label class="check">
          <input type="radio" name="term" value={term} checked={values.term === term} />
          {word}
        </label>
      ))}
      <label class="visually-hidden" for="until-date">
        The day it ends
      </label>
      <input id="until-date" type="date" name="date" value={values.date} />
    </ChoiceRow>
  );
}
