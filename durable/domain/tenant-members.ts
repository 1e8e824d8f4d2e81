/**
 * Members of a tenant: invited, changed, disabled, and let in by links that work once. Pure. The first member, who
 * comes by the operator's link, is there without having been made, as the first key and token are.
 */
import { MAX_MEMBERS, MAX_MEMBERS_CHARS } from "../../schema/limits.ts";
import type { MemberInput, MemberPatch } from "../../schema/member.ts";
import type { EpochMs } from "../../schema/time.ts";
import { refuse, unchanged, type Planned } from "./tenant-rules.ts";
import { changed, useLink, type Invite, type Member, type TenantConfig } from "./tenant.ts";

/** The id of the member whom nobody has invited. */
export const FIRST_MEMBER = "first";

const FIRST: Member = {
  id: FIRST_MEMBER,
  name: "first admin",
  email: null,
  team: null,
  role: "admin",
  invitedAt: null,
  joinedAt: null,
  disabledAt: null,
  invite: null,
};

/** All of them, the disabled ones too, in the order in which they came. */
export function membersOf({ members }: TenantConfig): readonly Member[] {
  return members.some(({ id }) => id === FIRST_MEMBER) ? members : [FIRST, ...members];
}

export function memberOf(config: TenantConfig, id: string): Member | null {
  return membersOf(config).find((member) => member.id === id) ?? null;
}

/** A new member, to be let in by the invitation. Where there are as many as there may be, one that is disabled makes room. */
export function inviteMember(
  config: TenantConfig,
  member: MemberInput & { id: string; invite: Invite },
  now: EpochMs,
): Planned {
  const { id, name, email, role, team = null, invite } = member;
  if (hasEmail(config, email, id)) return refuse("email_taken");
  const kept = withRoom(membersOf(config));
  if (kept === null) return refuse("too_many_members", MAX_MEMBERS);
  const invited = { id, name, email, role, team, invitedAt: now, joinedAt: null, disabledAt: null };
  return planned(
    config,
    [...kept, { ...invited, invite }],
    "member.invited",
    id,
    asInvited(invited),
  );
}

/** What the history says of an invitation. */
function asInvited({ name, email, role, team }: Pick<Member, "name" | "email" | "role" | "team">) {
  return { name, role, ...(email !== null && { email }), ...(team !== null && { team }) };
}

/** A new link in place of the one before. Who was disabled is let in again by it, and by no session of before. */
export function inviteAgain(
  config: TenantConfig,
  id: string,
  invite: Invite,
  now: EpochMs,
): Planned {
  const member = memberOf(config, id);
  if (member === null) return refuse("not_found");
  const returns = member.disabledAt === null ? {} : { disabledAt: null, joinedAt: null };
  const next = { ...member, ...returns, invitedAt: now, invite };
  return planned(config, replaced(config, next), "member.invited", id, asInvited(next));
}

export function changeMember(config: TenantConfig, id: string, patch: MemberPatch): Planned {
  const member = memberOf(config, id);
  if (member === null) return refuse("not_found");
  const { name = member.name, email = member.email, role = member.role } = patch;
  const team = patch.team === undefined ? member.team : patch.team;
  const next = { ...member, name, email, role, team };
  const different = (["name", "email", "role", "team"] as const).filter(
    (field) => next[field] !== member[field],
  );
  if (different.length === 0) return unchanged(config);
  if (email !== null && hasEmail(config, email, id)) return refuse("email_taken");
  if (role !== "admin" && isLastAdmin(config, member)) return refuse("last_admin");
  const fieldsOf = (of: Member) => Object.fromEntries(different.map((field) => [field, of[field]]));
  const detail = { member: member.name, ...fieldsOf(next) };
  const members = replaced(config, next);
  return planned(config, members, "member.changed", id, detail, fieldsOf(member));
}

/** Ends their sessions and their link. The name stays, for what it stands beside. */
export function disableMember(config: TenantConfig, id: string, now: EpochMs): Planned {
  const member = memberOf(config, id);
  if (member === null) return refuse("not_found");
  if (member.disabledAt !== null) return unchanged(config);
  if (isLastAdmin(config, member)) return refuse("last_admin");
  const next = { ...member, disabledAt: now, invite: null };
  return planned(config, replaced(config, next), "member.disabled", id, { name: member.name });
}

/** A sign-in link. */
export interface Link extends Invite {
  /** Who is invited by it; null: it is the operator's, by which the first member comes. */
  member: string | null;
}

/** Why a link lets nobody in. */
export type LinkProblem = "used" | "disabled";

/** What a link would come to, were it used. */
export function linkProblem(config: TenantConfig, link: Link): LinkProblem | null {
  const member = memberOf(config, link.member ?? FIRST_MEMBER);
  if (member === null || member.disabledAt !== null) return "disabled";
  const isGood =
    link.member === null
      ? !config.usedLinks.some(({ id }) => id === link.id)
      : member.invite?.id === link.id;
  return isGood ? null : "used";
}

/** Lets its member in; null where the link lets nobody in. It is not good for another time. */
export function enter(config: TenantConfig, link: Link, now: EpochMs): TenantConfig | null {
  const member = memberOf(config, link.member ?? FIRST_MEMBER);
  if (member === null || linkProblem(config, link) !== null) return null;
  const joinedAt = member.joinedAt ?? now;
  if (link.member !== null)
    return changed(config, { members: replaced(config, { ...member, joinedAt, invite: null }) });
  const spent = useLink(config, link.id, link.expiresAt, now);
  return spent === null ? null : { ...spent, members: replaced(config, { ...member, joinedAt }) };
}

/** A session says to the second when it began. */
const SESSION_BEGAN_WITHIN_MS = 1_000;

/** Whether a session that began then still stands for its member: not one of before they were disabled. */
export function isLetIn({ disabledAt, joinedAt }: Member, beganAt: EpochMs): boolean {
  if (disabledAt !== null || joinedAt === null) return false;
  return beganAt + SESSION_BEGAN_WITHIN_MS > joinedAt;
}

function hasEmail(config: TenantConfig, email: string, id: string): boolean {
  const same = email.toLowerCase();
  return config.members.some((it) => it.id !== id && it.email?.toLowerCase() === same);
}

/** Nobody else could undo what is done to them. Who has never come does not count, but the operator can come at any time. */
function isLastAdmin(config: TenantConfig, member: Member): boolean {
  const others = membersOf(config).filter(({ id }) => id !== member.id);
  return canAdminister(member) && !others.some(canAdminister);
}

function canAdminister({ id, role, joinedAt, disabledAt }: Member): boolean {
  return role === "admin" && disabledAt === null && (joinedAt !== null || id === FIRST_MEMBER);
}

function withRoom(members: readonly Member[]): readonly Member[] | null {
  if (members.length < MAX_MEMBERS) return members;
  const [oldest] = members
    .filter(({ id, disabledAt }) => disabledAt !== null && id !== FIRST_MEMBER)
    .toSorted((a, b) => (a.disabledAt ?? 0) - (b.disabledAt ?? 0));
  return oldest === undefined ? null : members.filter((it) => it !== oldest);
}

function replaced(config: TenantConfig, next: Member): Member[] {
  return membersOf(config).map((member) => (member.id === next.id ? next : member));
}

function planned(
  config: TenantConfig,
  members: readonly Member[],
  action: "member.invited" | "member.changed" | "member.disabled",
  subject: string,
  detail: Record<string, unknown>,
  before?: Record<string, unknown>,
): Planned {
  if (JSON.stringify(members).length > MAX_MEMBERS_CHARS)
    return refuse("members_too_large", MAX_MEMBERS_CHARS);
  const next = changed(config, { members: [...members] });
  const record = { action, subject, detail, force: null };
  return { ok: true, config: next, record: before === undefined ? record : { ...record, before } };
}
