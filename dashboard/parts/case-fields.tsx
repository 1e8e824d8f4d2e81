/** The facts of a case as fields: the same for a new one and one that there is. */
import { CASE_PRIORITIES } from "../../schema/case.ts";
import type { MemberView } from "../../schema/member.ts";
import type { CaseValues } from "../case-form.ts";
import { PRIORITY_WORDS } from "../format/case.ts";
import { visible } from "../format/visible.ts";
import type { FormErrors } from "../form-errors.ts";
import { SelectField, TextArea, TextField } from "./form.tsx";

/** Whoever may sign in, and whoever has it now. */
function peopleOf(members: readonly MemberView[], value: string) {
  const known = members
    .filter(({ id, disabledAt }) => disabledAt === null || id === value)
    .map(({ id, name, disabledAt }) => {
      const word = disabledAt === null ? visible(name) : `${visible(name)} (disabled)`;
      return [id, word] as const;
    });
  const gone =
    value === "" || known.some(([id]) => id === value) ? [] : [[value, visible(value)] as const];
  return [["", "Nobody"] as const, ...known, ...gone];
}

export function FactFields(props: {
  values: Partial<CaseValues>;
  errors: FormErrors;
  members: readonly MemberView[];
  teams: readonly string[];
  /** What an empty team and an empty due date come to. */
  hints: { team: string; due: string };
}) {
  const { values, errors, members, teams, hints } = props;
  const assignee = values.assignee ?? "";
  return (
    <>
      <SelectField
        id="case-assignee"
        name="assignee"
        label="Assignee"
        value={assignee}
        error={errors["assignee"]?.text}
        options={peopleOf(members, assignee)}
      />
      <TextField
        id="case-team"
        name="team"
        label="Team"
        value={values.team ?? ""}
        error={errors["team"]?.text}
        maxlength={100}
        list="case-teams"
        hint={hints.team}
      />
      <datalist id="case-teams">
        {teams.map((team) => (
          <option value={team} />
        ))}
      </datalist>
      <SelectField
        id="case-priority"
        name="priority"
        label="Priority"
        value={values.priority ?? "P3"}
        error={errors["priority"]?.text}
        options={CASE_PRIORITIES.map((it) => [it, `${it}, ${PRIORITY_WORDS[it]}`] as const)}
      />
      <TextField
        id="case-due"
        name="due"
        label="Due"
        type="date"
        short
        value={values.due ?? ""}
        error={errors["due"]?.text}
        hint={hints.due}
      />
      <TextArea
        id="case-labels"
        name="labels"
        label="Labels"
        value={values.labels ?? ""}
        error={errors["labels"]?.text}
        rows={2}
        hint="One a line."
      />
    </>
  );
}
