/** Handlers of the members: the list with inviting somebody, and one of them. */
import type { Context } from "hono";
import type { MemberInvited } from "../../schema/member.ts";
import type { FormErrors } from "../form-errors.ts";
import {
  memberInput,
  memberPatch,
  type MemberValues,
  NEW_MEMBER,
  readMember,
  refusalErrors,
  valuesOf,
} from "../member-form.ts";
import { MEMBER_NOTICES, MemberPage } from "../pages/member.tsx";
import { MembersPage } from "../pages/members.tsx";
import { paths } from "../paths.ts";
import { type DashboardEnv, errorPage, formOf, page } from "../render.tsx";
import { teamsOf } from "./cases.tsx";

type Ctx = Context<DashboardEnv>;
type Notice = keyof typeof MEMBER_NOTICES;

/** What a page is shown with. */
interface Shown {
  values?: MemberValues;
  errors?: FormErrors;
  invited?: MemberInvited;
  refused?: string;
}

async function membersPage(c: Ctx, shown: Shown = {}): Promise<Response> {
  const { values = NEW_MEMBER, errors = {}, invited = null } = shown;
  const data = c.get("data");
  const [known, ruled] = await Promise.all([data.members(), data.caseTeams()]);
  // The list was read with the request, before the one who is invited by it.
  const members = invited === null ? known : [...known, invited.member];
  const view = c.get("view");
  return page(
    c,
    <MembersPage {...{ view, members, values, errors, invited }} teams={teamsOf(members, ruled)} />,
    Object.keys(errors).length === 0 ? 200 : 422,
  );
}

export function listMembers(c: Ctx): Promise<Response> {
  return membersPage(c);
}

/** `POST /settings/members`: the answer is the one place where the link is shown. */
export async function inviteMember(c: Ctx): Promise<Response> {
  const values = readMember(await formOf(c));
  const input = memberInput(values);
  if (!input.ok) return membersPage(c, { values, errors: input.errors });
  const made = await c.get("data").inviteMember(input.value, c.get("view").origin);
  return made.ok
    ? membersPage(c, { invited: made.value })
    : membersPage(c, { values, errors: refusalErrors(made.problem) });
}

async function memberPage(c: Ctx, shown: Shown = {}): Promise<Response> {
  const view = c.get("view");
  const { errors = {}, invited = null, refused } = shown;
  const member = invited?.member ?? (await c.get("data").member(idOf(c)));
  if (member === null) return errorPage(c, { status: 404, view, title: "There is no such member" });
  const values = shown.values ?? valuesOf(member);
  const [members, ruled] = await Promise.all([c.get("data").members(), c.get("data").caseTeams()]);
  const teams = teamsOf(members, ruled);
  const said = c.req.query("notice");
  const notice =
    said !== undefined && Object.hasOwn(MEMBER_NOTICES, said) ? (said as Notice) : undefined;
  const failed = refused !== undefined || Object.keys(errors).length > 0;
  return page(
    c,
    <MemberPage {...{ view, member, teams, values, errors, invited, refused, notice }} />,
    failed ? 422 : 200,
  );
}

const idOf = (c: Ctx) => c.req.param("id") ?? "";

export function showMember(c: Ctx): Promise<Response> {
  return memberPage(c);
}

/** `POST /settings/members/:id` */
export async function changeMember(c: Ctx): Promise<Response> {
  const values = readMember(await formOf(c));
  const before = await c.get("data").member(idOf(c));
  if (before === null) return memberPage(c);
  const patch = memberPatch(values, before);
  if (!patch.ok) return memberPage(c, { values, errors: patch.errors });
  const saved = await c.get("data").changeMember(before.id, patch.value);
  return saved.ok
    ? c.redirect(paths.member(before.id, "saved"), 303)
    : memberPage(c, { values, errors: refusalErrors(saved.problem) });
}

/** `POST /settings/members/:id/invite` */
export async function inviteAgain(c: Ctx): Promise<Response> {
  const made = await c.get("data").inviteAgain(idOf(c), c.get("view").origin);
  return memberPage(c, made.ok ? { invited: made.value } : { refused: made.problem.detail });
}

/** `POST /settings/members/:id/disable` */
export async function disableMember(c: Ctx): Promise<Response> {
  const id = idOf(c);
  const done = await c.get("data").disableMember(id);
  return done.ok
    ? c.redirect(paths.member(id, "disabled"), 303)
    : memberPage(c, { refused: done.problem.detail });
}
