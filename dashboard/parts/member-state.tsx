/** Whether somebody has joined, is awaited, or is let in no more. */
import type { MemberView } from "../../schema/member.ts";
import { epoch } from "../format/time.ts";
import type { View } from "../view.ts";
import { Moment } from "./time.tsx";

export function MemberState(props: { member: MemberView; view: View }) {
  const { member, view } = props;
  const { disabledAt, joinedAt, inviteExpiresAt } = member;
  const ago = (at: string) => <Moment at={epoch(at)} as="ago" view={view} />;
  if (disabledAt !== null) return <>disabled {ago(disabledAt)}</>;
  if (joinedAt !== null) return <>joined {ago(joinedAt)}</>;
  if (inviteExpiresAt === null) return <>has not signed in</>;
  return epoch(inviteExpiresAt) <= view.now ? (
    <>link ended {ago(inviteExpiresAt)}</>
  ) : (
    <>
      invited; link ends <Moment at={epoch(inviteExpiresAt)} as="until" view={view} />
    </>
  );
}
