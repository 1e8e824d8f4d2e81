/** `/api/v1/members`, for the API and the dashboard: who may sign in. A change goes through the TenantActor. */
import { Hono } from "hono";
import { INVITE_MS } from "../../schema/limits.ts";
import {
  memberInputSchema,
  memberPatchSchema,
  type MemberInput,
  type MemberInvited,
  type MemberPatch,
  type MemberView,
} from "../../schema/member.ts";
import { formatInstant, type EpochMs } from "../../schema/time.ts";
import { memberOf, membersOf } from "../../durable/domain/tenant-members.ts";
import type { Invite, Member } from "../../durable/domain/tenant.ts";
import { randomId } from "../../durable/identity.ts";
import type { TenantClient } from "../../durable/tenant-actor.ts";
import type { Changed } from "../../durable/tenant-calls.ts";
import type { App } from "../auth/authenticate.ts";
import { mintInviteToken } from "../auth/tokens.ts";
import { refuse, problem, type Answer } from "../problem.ts";
import { changeRules, type Tenant } from "../tenant.ts";
import { problemOfRefusal } from "./refusals.ts";
import { answer, editorOf, notFound, readInput } from "./request.ts";
import type { Editor } from "./rules.ts";

export const members = new Hono<App>();

members.get("/", (c) => c.json({ items: listMembers(c.var.caller.tenant), nextCursor: null }));

members.post("/", async (c) => {
  const input = await readInput(c, memberInputSchema);
  if (!input.ok) return input.response;
  return answer(c, await inviteMember(editorOf(c), input.value, originOf(c.req.url)), 201);
});

members.get("/:id", (c) => {
  const member = findMember(c.var.caller.tenant, c.req.param("id"));
  return member === null ? notFound(c, "member") : c.json(member);
});

members.patch("/:id", async (c) => {
  const input = await readInput(c, memberPatchSchema);
  if (!input.ok) return input.response;
  return answer(c, await changeMember(editorOf(c), c.req.param("id"), input.value));
});

members.delete("/:id", async (c) => {
  const disabled = await disableMember(editorOf(c), c.req.param("id"));
  return disabled.ok ? c.body(null, 204) : problem(c, disabled.problem);
});

members.post("/:id/invite", async (c) =>
  answer(c, await inviteAgain(editorOf(c), c.req.param("id"), originOf(c.req.url)), 201),
);

const originOf = (url: string) => new URL(url).origin;

/** All of them, the disabled ones too. */
export function listMembers({ config }: Tenant): MemberView[] {
  return membersOf(config).map(view);
}

export function findMember({ config }: Tenant, id: string): MemberView | null {
  const member = memberOf(config, id);
  return member === null ? null : view(member);
}

/** `origin`: where the link leads. */
export async function inviteMember(
  editor: Editor,
  input: MemberInput,
  origin: string,
): Promise<Answer<MemberInvited>> {
  const { doer, now } = editor;
  const [id, invite] = [randomId(), newInvite(now)];
  const made = await change(editor, id, (it) =>
    it.inviteMember({ ...input, id, invite }, doer, now),
  );
  return withLink(editor, made, invite, origin);
}

/** A new link, in place of the one before. */
export async function inviteAgain(
  editor: Editor,
  id: string,
  origin: string,
): Promise<Answer<MemberInvited>> {
  const { doer, now } = editor;
  const invite = newInvite(now);
  const made = await change(editor, id, (it) => it.inviteAgain(id, invite, doer, now));
  return withLink(editor, made, invite, origin);
}

export function changeMember(
  editor: Editor,
  id: string,
  patch: MemberPatch,
): Promise<Answer<MemberView>> {
  const { doer, now } = editor;
  return change(editor, id, (it) => it.changeMember(id, patch, doer, now));
}

/** Their sessions end at once, in this isolate; in others when their configuration does. */
export function disableMember(editor: Editor, id: string): Promise<Answer<MemberView>> {
  const { doer, now } = editor;
  return change(editor, id, (it) => it.disableMember(id, doer, now));
}

function newInvite(now: EpochMs): Invite {
  return { id: randomId(), expiresAt: now + INVITE_MS };
}

async function change(
  { env, tenant, now }: Editor,
  id: string,
  make: (client: TenantClient) => Promise<Changed>,
): Promise<Answer<MemberView>> {
  const changed = await changeRules(env, tenant.id, now, make);
  if (!changed.ok && changed.refusal.code !== "not_found")
    return refuse(problemOfRefusal(changed.refusal));
  const value = changed.ok ? findMember(changed.tenant, id) : null;
  if (value !== null) return { ok: true, value };
  return refuse({ status: 404, code: "not_found", detail: "There is no such member." });
}

async function withLink(
  { env, tenant, now }: Editor,
  made: Answer<MemberView>,
  { id }: Invite,
  origin: string,
): Promise<Answer<MemberInvited>> {
  if (!made.ok) return made;
  const member = made.value;
  const token = await mintInviteToken(env.LULL_SECRET, {
    tenant: tenant.id,
    member: member.id,
    id,
    nowMs: now,
  });
  return { ok: true, value: { member, inviteUrl: `${origin}/sign-in?token=${token}` } };
}

function view({ invite, ...member }: Member): MemberView {
  const { id, name, email, team, role } = member;
  return {
    id,
    name,
    email,
    team,
    role,
    invitedAt: instant(member.invitedAt),
    joinedAt: instant(member.joinedAt),
    disabledAt: instant(member.disabledAt),
    inviteExpiresAt: instant(invite?.expiresAt ?? null),
  };
}

const instant = (at: EpochMs | null) => (at === null ? null : formatInstant(at));
