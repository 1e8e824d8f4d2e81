/** `/settings/members/:id`: one member: who it is, a new link, and the end of their access. */
import type { MemberInvited, MemberView } from "../../schema/member.ts";
import { epoch } from "../format/time.ts";
import { visible } from "../format/visible.ts";
import type { FormErrors } from "../form-errors.ts";
import type { MemberValues } from "../member-form.ts";
import { ActButton } from "../parts/act.tsx";
import { Crumbs } from "../parts/crumbs.tsx";
import { FormProblems } from "../parts/form-problems.tsx";
import { Frame } from "../parts/frame.tsx";
import { InviteLink } from "../parts/invite-link.tsx";
import { MemberFields } from "../parts/member-fields.tsx";
import { MemberState } from "../parts/member-state.tsx";
import { Moment } from "../parts/time.tsx";
import { paths } from "../paths.ts";
import type { View } from "../view.ts";

/** What the page says after a change. */
export const MEMBER_NOTICES = {
  saved: "Saved. A role is in force within some seconds.",
  disabled: "Disabled. Their sessions have ended.",
} as const;

export interface MemberPageProps {
  view: View;
  member: MemberView;
  teams: readonly string[];
  values: MemberValues;
  errors: FormErrors;
  /** The new link, shown this once. */
  invited: MemberInvited | null;
  /** Why something else than saving was not done. */
  refused: string | undefined;
  notice: keyof typeof MEMBER_NOTICES | undefined;
}

function Facts({ member, view }: MemberPageProps) {
  return (
    <dl class="side-facts">
      <div>
        <dt>State</dt>
        <dd>
          <MemberState member={member} view={view} />
        </dd>
      </div>
      {member.invitedAt !== null && (
        <div>
          <dt>Invited</dt>
          <dd>
            <Moment at={epoch(member.invitedAt)} as="ago" view={view} />
          </dd>
        </div>
      )}
      <div>
        <dt>History</dt>
        <dd>
          <a href={paths.ruleChanges({ subject: member.id })}>What was changed of them</a>
        </dd>
      </div>
      <div>
        <dt>Ledger</dt>
        <dd>
          <a href={paths.ledger({ actor: member.id })}>What they have done</a>
        </dd>
      </div>
    </dl>
  );
}

function NewLink({ member, view }: MemberPageProps) {
  const to = paths.inviteMember(member.id);
  return (
    <section class="form-section">
      <h2>{member.disabledAt === null ? "A new link" : "Let them in again"}</h2>
      <p>
        For whoever has lost theirs, or whose session has ended. The link before it works no more.
      </p>
      <form class="form-actions" method="post" action={to}>
        <ActButton view={view} to={to}>
          Make a new link
        </ActButton>
      </form>
    </section>
  );
}

function Disable({ member, view }: MemberPageProps) {
  const to = paths.disableMember(member.id);
  if (member.disabledAt !== null) return null;
  return (
    <section class="form-section">
      <h2>Disable</h2>
      <p>
        Ends their sessions and their link within some seconds. Their name stays beside what they
        did, and a new link lets them in again. API tokens are nobody’s, and stay: revoke those that
        they know.
      </p>
      <form class="form-actions" method="post" action={to}>
        <ActButton class="button is-danger" view={view} to={to}>
          {member.id === view.reader.id ? "Disable yourself" : "Disable"}
        </ActButton>
      </form>
    </section>
  );
}

function Change(props: MemberPageProps) {
  const { member, view, values, errors } = props;
  const to = paths.member(member.id);
  return (
    <>
      <FormProblems errors={errors} prefix="member" title="Not saved:" />
      <form class="form" method="post" action={to} novalidate>
        <MemberFields
          {...{ values, errors }}
          teams={props.teams}
          needsEmail={member.email !== null}
        />
        <div class="form-actions">
          <ActButton class="button is-primary" view={view} to={to}>
            Save
          </ActButton>
        </div>
      </form>
    </>
  );
}

export function MemberPage(props: MemberPageProps) {
  const { view, member, invited, notice, refused } = props;
  const name = visible(member.name);
  return (
    <Frame view={view} title={name} active="settings">
      <Crumbs href={paths.members()} word="Members" />
      {notice !== undefined && (
        <p class="notice" role="status">
          {MEMBER_NOTICES[notice]}
        </p>
      )}
      {refused !== undefined && (
        <p class="notice is-warning" role="alert">
          Not done: {visible(refused)}
        </p>
      )}
      <header class="finding-head">
        <p class="marks">
          <span class="tag">{member.role}</span>
          {member.disabledAt !== null && <span class="tag is-warning">disabled</span>}
          {member.id === view.reader.id && <span class="dim">you</span>}
        </p>
        <h1>
          <bdi>{name}</bdi>
        </h1>
      </header>
      {invited !== null && <InviteLink invited={invited} view={view} />}
      <div class="sheet">
        <Facts {...props} />
        <Change {...props} />
        <NewLink {...props} />
        <Disable {...props} />
      </div>
    </Frame>
  );
}
