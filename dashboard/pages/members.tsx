/** `/settings/members`: who may sign in, and inviting somebody. */
import type { MemberInvited, MemberView } from "../../schema/member.ts";
import { counted } from "../format/number.ts";
import { cut, visible } from "../format/visible.ts";
import type { FormErrors } from "../form-errors.ts";
import type { MemberValues } from "../member-form.ts";
import { ActButton } from "../parts/act.tsx";
import { FormProblems } from "../parts/form-problems.tsx";
import { Frame } from "../parts/frame.tsx";
import { InviteLink } from "../parts/invite-link.tsx";
import { MemberFields } from "../parts/member-fields.tsx";
import { MemberState } from "../parts/member-state.tsx";
import { SettingsHead } from "../parts/settings-head.tsx";
import { paths } from "../paths.ts";
import type { View } from "../view.ts";

export interface MembersPageProps {
  view: View;
  members: readonly MemberView[];
  /** Those that somebody is of, or that rules give cases to. */
  teams: readonly string[];
  values: MemberValues;
  errors: FormErrors;
  /** Whose link is shown, this once. */
  invited: MemberInvited | null;
}

const LONGEST = 120;

function Row(props: { member: MemberView; view: View }) {
  const { member, view } = props;
  const disabled = member.disabledAt !== null;
  return (
    <li class={disabled ? "member is-disabled" : "member"}>
      <a class="row-link" href={paths.member(member.id)}>
        <bdi>{cut(visible(member.name), LONGEST)}</bdi>
      </a>
      <span class="dim">
        <bdi>{visible(member.email ?? "")}</bdi>
      </span>
      <span class="member-team">
        <bdi>{visible(member.team ?? "")}</bdi>
      </span>
      <span class="tag">{member.role}</span>
      <span class="dim">
        {member.id === view.reader.id && "you, "}
        <MemberState member={member} view={view} />
      </span>
    </li>
  );
}

/** Who is of which team, and what each has to do. */
function Teams({ members, teams }: MembersPageProps) {
  if (teams.length === 0) return null;
  const ofTeam = (team: string) =>
    members.filter((member) => member.team === team && member.disabledAt === null);
  return (
    <section class="form-section">
      <h2>Teams</h2>
      <ul class="teams">
        {teams.map((team) => (
          <li>
            <a href={paths.cases({ team })} title="Their cases">
              <bdi>{cut(visible(team), LONGEST)}</bdi>
            </a>
            <span class="dim">
              {ofTeam(team).length === 0
                ? "nobody yet, but a rule gives cases to it"
                : counted(ofTeam(team).length, "member")}
            </span>
          </li>
        ))}
      </ul>
      <p class="dim">
        Whose cases are made for which team, <a href={paths.ownership()}>ownership</a> says.
      </p>
    </section>
  );
}

function Invite(props: MembersPageProps) {
  const { view, values, errors } = props;
  if (view.forbids("POST", paths.members()) !== null)
    return <p class="dim">An admin invites people, and says what they may do.</p>;
  return (
    <section class="sheet form-section">
      <h2>Invite somebody</h2>
      <FormProblems errors={errors} prefix="member" title="Not yet:" />
      <form class="form" method="post" action={paths.members()} novalidate>
        <MemberFields values={values} errors={errors} teams={props.teams} needsEmail />
        <div class="form-actions">
          <ActButton class="button is-primary" view={view} to={paths.members()}>
            Make the link
          </ActButton>
        </div>
      </form>
    </section>
  );
}

export function MembersPage(props: MembersPageProps) {
  const { view, members, invited } = props;
  const active = members.filter(({ disabledAt }) => disabledAt === null);
  return (
    <Frame view={view} title="Members" active="settings">
      <SettingsHead active="members" />
      <p class="lead">
        {counted(active.length, "member")} may sign in, by links that work once. What somebody does
        is noted under their name.
      </p>
      {invited !== null && <InviteLink invited={invited} view={view} />}
      <ul class="members" id="rows">
        {members.map((member) => (
          <Row member={member} view={view} />
        ))}
      </ul>
      <Teams {...props} />
      <Invite {...props} />
    </Frame>
  );
}
