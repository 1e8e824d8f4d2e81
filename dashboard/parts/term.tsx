/** The field that says when an exception or a mute ends. */
import { type EndValues, TERMS } from "../end-form.ts";
import { ChoiceRow } from "./form.tsx";

export function Term(props: { values: EndValues; error: string | undefined; label?: string }) {
  const { values, error, label = "Ends after" } = props;
  const choices = [...TERMS, ["date", "until the end of", 0] as const];
  return (
    <ChoiceRow
      id="until"
      label={label}
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
