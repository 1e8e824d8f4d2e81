/** What one says of a member, the same for a new one and one that there is. */
import { MAX_EMAIL_CHARS, MAX_MEMBER_NAME_CHARS, MAX_TEAM_CHARS } from "../../schema/limits.ts";
import { ROLES } from "../../schema/member.ts";
import type { FormErrors } from "../form-errors.ts";
import type { MemberValues } from "../member-form.ts";
import { SelectField, TextField } from "./form.tsx";

export function MemberFields(props: {
  values: MemberValues;
  errors: FormErrors;
  /** Those that there are, to choose of. */
  teams: readonly string[];
  /** The first member may have no address. */
  needsEmail: boolean;
}) {
  const { values, errors } = props;
  return (
    <>
      <TextField
        id="member-name"
        name="name"
        label="Name"
        value={values.name}
        error={errors["name"]?.text}
        required
        maxlength={MAX_MEMBER_NAME_CHARS}
        hint="Stands beside everything that they do."
      />
      <TextField
        id="member-email"
        name="email"
        label="E-mail"
        type="email"
        value={values.email}
        error={errors["email"]?.text}
        required={props.needsEmail}
        maxlength={MAX_EMAIL_CHARS}
        hint="Tells people of the same name apart. Lull sends no mail."
      />
      <SelectField
        id="member-role"
        name="role"
        label="Role"
        value={values.role}
        error={errors["role"]?.text}
        options={ROLES.map((role) => [role, role] as const)}
        hint="A viewer reads. A responder also mutes, works on cases, and says what is fixed. An admin does everything."
      />
      <TextField
        id="member-team"
        name="team"
        label="Team"
        value={values.team}
        error={errors["team"]?.text}
        maxlength={MAX_TEAM_CHARS}
        placeholder="optional"
        list="member-teams"
        hint="Cases are given to teams. A new name is a new team."
      />
      <datalist id="member-teams">
        {props.teams.map((team) => (
          <option value={team} />
        ))}
      </datalist>
    </>
  );
}
