/** People of a tenant: who they are, what they may do, and how they are let in. */
import { z } from "zod";
import { MAX_EMAIL_CHARS, MAX_MEMBER_NAME_CHARS, MAX_TEAM_CHARS } from "./limits.ts";

/** Each may do all that those before it may: `viewer` reads, `responder` also acts on findings, `admin` everything. */
export const ROLES = ["viewer", "responder", "admin"] as const;
export type Role = (typeof ROLES)[number];

/** Whether who has a role may do what needs another. */
export function roleAllows(has: Role, needed: Role): boolean {
  return ROLES.indexOf(has) >= ROLES.indexOf(needed);
}

export const roleSchema = z.enum(ROLES);

/** One line without control characters: it stands in lists, in logs and in what others are told. */
const line = (longest: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(longest)
    .regex(/^\P{Cc}*$/u, "has a control character, such as a line break");

const name = line(MAX_MEMBER_NAME_CHARS).describe("What stands beside everything that they do");
const email = z
  .string()
  .trim()
  .max(MAX_EMAIL_CHARS)
  .pipe(z.email("not an e-mail address"))
  .describe("No two members have the same, whatever its case");
const team = line(MAX_TEAM_CHARS);

/** `POST /api/v1/members`. */
export const memberInputSchema = z.strictObject({
  name,
  email,
  role: roleSchema,
  team: team.optional(),
});
export type MemberInput = z.infer<typeof memberInputSchema>;

/** `PATCH /api/v1/members/{id}`. */
export const memberPatchSchema = z
  .strictObject({
    name: name.optional(),
    email: email.optional(),
    role: roleSchema.optional(),
    team: team.nullable().optional().describe("Null: none any more"),
  })
  .refine((patch) => Object.keys(patch).length > 0, "names nothing to change");
export type MemberPatch = z.infer<typeof memberPatchSchema>;

export const memberViewSchema = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string().nullable().describe("Null for the first one, until somebody says it"),
  team: z.string().nullable(),
  role: roleSchema,
  invitedAt: z.string().nullable().describe("Null for the first one, which nobody has invited"),
  joinedAt: z.string().nullable().describe("Null until the invitation is used"),
  disabledAt: z.string().nullable(),
  inviteExpiresAt: z
    .string()
    .nullable()
    .describe("Until when the link that was made last lets them in; null once it is used"),
});
export type MemberView = z.infer<typeof memberViewSchema>;

/** The answer to an invitation. */
export const memberInvitedSchema = z.object({
  member: memberViewSchema,
  inviteUrl: z.string().describe("Lets them in once. It is shown this once; hand it to them"),
});
export type MemberInvited = z.infer<typeof memberInvitedSchema>;
