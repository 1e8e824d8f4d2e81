/** Members in memory: joined, invited, disabled, and some with hostile names. */
import type { MemberData } from "../../dashboard/data.ts";
import type { MemberInvited, MemberView } from "../../schema/member.ts";
import type { FixtureSize } from "./dashboard-fixture.ts";
import { HOSTILE } from "./dashboard-fixture-hostile.ts";

const DAY = 86_400_000;

function memberOf(now: number, fields: Partial<MemberView> & { id: string }): MemberView {
  const instant = (days: number) => new Date(now - days * DAY).toISOString();
  return {
    name: "first admin",
    email: null,
    team: null,
    role: "admin",
    invitedAt: instant(20),
    joinedAt: instant(19),
    disabledAt: null,
    inviteExpiresAt: null,
    ...fields,
  };
}

function membersOf(size: FixtureSize, now: number): MemberView[] {
  const instant = (days: number) => new Date(now - days * DAY).toISOString();
  const first = memberOf(now, { id: "first", invitedAt: null });
  if (size === "none") return [first];
  const people = [
    memberOf(now, { id: "u1", name: "Ada Okafor", email: "ada@example.com", team: "platform" }),
    memberOf(now, {
      id: "u2",
      name: "Grace Lindqvist",
      email: "grace@example.com",
      role: "responder",
      joinedAt: null,
      inviteExpiresAt: instant(-6),
    }),
    memberOf(now, {
      id: "u3",
      name: "Audit",
      email: "audit@example.com",
      role: "viewer",
      disabledAt: instant(2),
    }),
  ];
  if (size === "lot")
    for (let i = 0; i < 60; i++)
      people.push(memberOf(now, { id: `v${i}`, name: `Person ${i}`, email: `p${i}@example.com` }));
  if (size === "hostile")
    people.push(
      ...Object.values(HOSTILE).map((text, i) => {
        const [name, team] = [text.slice(0, 100), text.slice(0, 80)];
        return memberOf(now, {
          id: `h${i}`,
          name,
          team,
          email: `${"h".repeat(200)}${i}@example.com`,
        });
      }),
    );
  return [first, ...people];
}

export function memberFixture(size: FixtureSize, now: number): MemberData {
  const members = membersOf(size, now);
  const found = (id: string) => members.find((member) => member.id === id) ?? null;
  const put = (member: MemberView) => {
    const at = members.findIndex(({ id }) => id === member.id);
    members.splice(at === -1 ? members.length : at, 1, member);
  };
  const invited = (member: MemberView, origin: string): MemberInvited => ({
    member,
    inviteUrl: `${origin}/sign-in?token=${"eyJhbGciOiJIUzI1NiJ9".repeat(8)}`,
  });
  const missing = { ok: false, problem: { code: "not_found", detail: "No such member." } } as const;
  return {
    // A list of what there was when it was asked for.
    members: async () => [...members],
    member: async (id) => found(id),
    inviteMember: async (input, origin) => {
      if (members.some(({ email }) => email === input.email)) {
        const detail = "email: there is a member with this address already.";
        return { ok: false, problem: { code: "email_taken", detail, field: "email" } };
      }
      const { team = null, ...rest } = input;
      const member = memberOf(now, { id: "new", joinedAt: null, team, ...rest });
      return { ok: true, value: invited(member, origin) };
    },
    inviteAgain: async (id, origin) => {
      const member = found(id);
      return member === null ? missing : { ok: true, value: invited(member, origin) };
    },
    changeMember: async (id, patch) => {
      const member = found(id);
      if (member === null) return missing;
      const { name = member.name, email = member.email, role = member.role } = patch;
      const value = { ...member, name, email, role, team: patch.team ?? null };
      put(value);
      return { ok: true, value };
    },
    disableMember: async (id) => {
      const member = found(id);
      if (member === null) return missing;
      const value = { ...member, disabledAt: new Date(now).toISOString() };
      put(value);
      return { ok: true, value };
    },
  };
}
