/** A link that lets somebody in, the one time that it is shown. */
import type { MemberInvited } from "../../schema/member.ts";
import { epoch } from "../format/time.ts";
import { visible } from "../format/visible.ts";
import type { View } from "../view.ts";
import { CopyBlock } from "./empty.tsx";
import { Moment } from "./time.tsx";

export function InviteLink(props: { invited: MemberInvited; view: View }) {
  const { member, inviteUrl } = props.invited;
  return (
    <section class="notice" role="status" id="invite">
      <p>
        The link for <bdi>{visible(member.name)}</bdi>, shown this once. Hand it to them; whoever
        has it can sign in by it, once
        {member.inviteExpiresAt !== null && (
          <>
            . It ends <Moment at={epoch(member.inviteExpiresAt)} as="until" view={props.view} />
          </>
        )}
        .
      </p>
      <CopyBlock id="invite-link" text={inviteUrl} label="Copy the link" />
    </section>
  );
}
