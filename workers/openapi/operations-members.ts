/** Members: who may sign in. */
import { z } from "zod";
import { pageOf } from "../../schema/answers.ts";
import {
  memberInputSchema,
  memberInvitedSchema,
  memberPatchSchema,
  memberViewSchema,
  type MemberView,
} from "../../schema/member.ts";
import type { Operation, PathParam } from "./operation.ts";

const shared = { tag: "Members", auth: "apiToken" } as const;

const INVITED: MemberView = {
  id: "6b1f0c9d2e7a48b35c1d",
  name: "Ada Okafor",
  email: "ada@example.com",
  team: "platform",
  role: "responder",
  invitedAt: "2026-11-24T09:30:00.000Z",
  joinedAt: null,
  disabledAt: null,
  inviteExpiresAt: "2026-12-01T09:30:00.000Z",
};
const JOINED: MemberView = {
  ...INVITED,
  joinedAt: "2026-11-24T09:41:07.000Z",
  inviteExpiresAt: null,
};
const INVITATION = {
  member: INVITED,
  inviteUrl: "https://lull.example.com/sign-in?token=eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl",
};

const param: PathParam = {
  schema: z.string(),
  description: "The member's id; the first one's is `first`",
  example: INVITED.id,
};

export const MEMBER_OPERATIONS: readonly Operation[] = [
  {
    ...shared,
    id: "listMembers",
    method: "get",
    path: "/api/v1/members",
    summary: "List members",
    description:
      "All of them, the disabled ones too. The one called `first` comes by the link that a start prints.",
    answers: {
      200: {
        description: "All members",
        schema: pageOf(memberViewSchema),
        example: { items: [JOINED], nextCursor: null },
      },
    },
    problems: [],
  },
  {
    ...shared,
    id: "inviteMember",
    method: "post",
    path: "/api/v1/members",
    summary: "Invite somebody",
    description:
      "`inviteUrl` is shown this once: Lull sends no mail, so hand it to them. It lets them in once, within 7 days. Where the answer was lost, make a new link.",
    body: {
      schema: memberInputSchema,
      mediaTypes: ["application/json"],
      examples: {
        responder: {
          summary: "Somebody of the platform team",
          value: {
            name: "Ada Okafor",
            email: "ada@example.com",
            role: "responder",
            team: "platform",
          },
        },
        viewer: {
          summary: "Somebody who only reads",
          value: { name: "Audit", email: "audit@example.com", role: "viewer" },
        },
      },
    },
    answers: {
      201: {
        description: "The member, and the link",
        schema: memberInvitedSchema,
        example: INVITATION,
      },
    },
    problems: [
      "bad_body",
      "invalid_request",
      "email_taken",
      "too_many_members",
      "body_too_large",
      "members_too_large",
      "changes_waiting",
    ],
  },
  {
    ...shared,
    id: "getMember",
    method: "get",
    path: "/api/v1/members/{id}",
    summary: "Read one member",
    description: "Who it is, and whether they have joined.",
    params: { id: param },
    answers: { 200: { description: "The member", schema: memberViewSchema, example: JOINED } },
    problems: ["not_found"],
  },
  {
    ...shared,
    id: "changeMember",
    method: "patch",
    path: "/api/v1/members/{id}",
    summary: "Change a member",
    description:
      "A role is in force within 3 seconds. What they did before keeps the name that they had then. The last admin who has joined stays one.",
    params: { id: param },
    body: {
      schema: memberPatchSchema,
      mediaTypes: ["application/json"],
      examples: {
        role: { summary: "Let them do everything", value: { role: "admin" } },
        team: { summary: "Of no team any more", value: { team: null } },
      },
    },
    answers: {
      200: {
        description: "The member as it is now",
        schema: memberViewSchema,
        example: { ...JOINED, role: "admin" },
      },
    },
    problems: [
      "bad_body",
      "invalid_request",
      "not_found",
      "email_taken",
      "last_admin",
      "body_too_large",
      "members_too_large",
      "changes_waiting",
    ],
  },
  {
    ...shared,
    id: "disableMember",
    method: "delete",
    path: "/api/v1/members/{id}",
    summary: "Disable a member",
    description:
      "Their sessions and their link end within 3 seconds. The name stays beside what they did; a new link lets them in again. API tokens are nobody's, and stay.",
    params: { id: param },
    answers: { 204: { description: "Disabled" } },
    problems: ["not_found", "last_admin", "changes_waiting"],
  },
  {
    ...shared,
    id: "inviteMemberAgain",
    method: "post",
    path: "/api/v1/members/{id}/invite",
    summary: "Make a new link for a member",
    description:
      "The link before it is void. It is also how somebody signs in anew whose session has ended, and how a disabled member comes back; sessions of before stay ended.",
    params: { id: param },
    answers: {
      201: {
        description: "The member, and the link",
        schema: memberInvitedSchema,
        example: INVITATION,
      },
    },
    problems: ["not_found", "members_too_large", "changes_waiting"],
  },
];
