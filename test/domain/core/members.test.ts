/** Members of a tenant: who is let in by what, and who must stay an admin. */
import { describe, expect, test } from "vitest";
import { MAX_MEMBERS } from "../../../schema/limits.ts";
import {
  changeMember,
  disableMember,
  enter,
  inviteAgain,
  inviteMember,
  isLetIn,
  linkProblem,
  memberOf,
  membersOf,
} from "../../../durable/domain/tenant-members.ts";
import type { Planned } from "../../../durable/domain/tenant-rules.ts";
import { EMPTY_CONFIG, type TenantConfig } from "../../../durable/domain/tenant.ts";
import { HOUR, made, T0 } from "./fixtures.ts";

const DAY = 24 * HOUR;
const ADA = { id: "ada", name: "Ada", email: "ada@example.com", role: "responder" } as const;
const inviteOf = (id: string) => ({ id: `link-of-${id}`, expiresAt: T0 + 7 * DAY });

function after(planned: Planned): TenantConfig {
  if (!planned.ok) throw new Error(planned.refusal.code);
  return planned.config;
}

const codeOf = (planned: Planned) => (planned.ok ? "done" : planned.refusal.code);

/** Invited, and come. */
function joined(
  config: TenantConfig,
  member: typeof ADA | (Omit<typeof ADA, "role"> & { role: "admin" }),
) {
  const invite = inviteOf(member.id);
  const invited = after(inviteMember(config, { ...member, invite }, T0));
  return made(enter(invited, { ...invite, member: member.id }, T0 + HOUR));
}

/** The operator has signed in. */
const STARTED = made(enter(EMPTY_CONFIG, { id: "o1", expiresAt: T0 + DAY, member: null }, T0));

describe("the first member", () => {
  test("is an admin whom nobody has invited, and comes by the operator's link, once", () => {
    expect(membersOf(EMPTY_CONFIG)).toMatchObject([{ id: "first", role: "admin", joinedAt: null }]);
    expect(memberOf(STARTED, "first")).toMatchObject({ joinedAt: T0, email: null });
    const link = { id: "o1", expiresAt: T0 + DAY, member: null };
    expect(linkProblem(STARTED, link)).toBe("used");
    expect(enter(STARTED, link, T0)).toBeNull();
    expect(linkProblem(STARTED, { ...link, id: "o2" })).toBeNull();
  });

  test("takes a name and an address of their own", () => {
    const named = after(changeMember(EMPTY_CONFIG, "first", { name: "Lin", email: "lin@x.org" }));
    expect(membersOf(named)).toMatchObject([{ id: "first", name: "Lin", email: "lin@x.org" }]);
  });

  test("is not let in by the operator's link once disabled, nor by a link that a newer one has replaced", () => {
    const two = joined(STARTED, { ...ADA, role: "admin" });
    const off = after(disableMember(two, "first", T0 + HOUR));
    const operators = { id: "o2", expiresAt: T0 + DAY, member: null };
    expect(linkProblem(off, operators)).toBe("disabled");
    const once = after(inviteAgain(off, "first", { id: "a", expiresAt: T0 + DAY }, T0 + HOUR));
    const again = after(inviteAgain(once, "first", { id: "b", expiresAt: T0 + DAY }, T0 + HOUR));
    expect(linkProblem(again, { id: "a", expiresAt: T0 + DAY, member: "first" })).toBe("used");
    expect(linkProblem(again, { id: "b", expiresAt: T0 + DAY, member: "first" })).toBeNull();
  });
});

describe("an invitation", () => {
  test("lets its member in once", () => {
    const config = joined(STARTED, ADA);
    expect(memberOf(config, "ada")).toMatchObject({ joinedAt: T0 + HOUR, invite: null });
    expect(enter(config, { ...inviteOf("ada"), member: "ada" }, T0 + HOUR)).toBeNull();
  });

  test("lets nobody in as somebody else, nor as who does not exist", () => {
    const invited = after(inviteMember(STARTED, { ...ADA, invite: inviteOf("ada") }, T0));
    for (const member of ["first", "nobody"])
      expect(enter(invited, { ...inviteOf("ada"), member }, T0)).toBeNull();
  });

  test("is void once there is a newer one", () => {
    const invited = after(inviteMember(STARTED, { ...ADA, invite: inviteOf("ada") }, T0));
    const newer = { id: "newer", expiresAt: T0 + 8 * DAY };
    const again = after(inviteAgain(invited, "ada", newer, T0 + DAY));
    expect(linkProblem(again, { ...inviteOf("ada"), member: "ada" })).toBe("used");
    expect(linkProblem(again, { ...newer, member: "ada" })).toBeNull();
  });

  test("is refused for an address that somebody has, whatever its case", () => {
    const config = joined(STARTED, ADA);
    const other = { ...ADA, id: "b", email: "ADA@example.COM", invite: inviteOf("b") };
    expect(codeOf(inviteMember(config, other, T0))).toBe("email_taken");
    const b = after(inviteMember(config, { ...other, email: "b@example.com" }, T0));
    expect(codeOf(changeMember(b, "b", { email: "Ada@example.com" }))).toBe("email_taken");
    expect(codeOf(changeMember(b, "ada", { email: "ADA@example.com" }))).toBe("done");
  });

  test("is refused where there are as many as there may be, unless a disabled one makes room", () => {
    let config = STARTED;
    for (let i = 1; i < MAX_MEMBERS; i++)
      config = after(
        inviteMember(
          config,
          { ...ADA, id: `m${i}`, email: `m${i}@x.org`, invite: inviteOf("m") },
          T0,
        ),
      );
    const one = { ...ADA, invite: inviteOf("ada") };
    expect(codeOf(inviteMember(config, one, T0))).toBe("too_many_members");
    const off = after(disableMember(config, "m5", T0));
    const members = membersOf(after(inviteMember(off, one, T0))).map(({ id }) => id);
    expect(members).toHaveLength(MAX_MEMBERS);
    expect(members).not.toContain("m5");
  });
});

describe("a session", () => {
  test("ends with its member's disabling, and stays ended when they come back", () => {
    const config = joined(STARTED, ADA);
    const began = T0 + HOUR;
    expect(isLetIn(made(memberOf(config, "ada")), began)).toBe(true);
    const off = after(disableMember(config, "ada", T0 + 2 * HOUR));
    expect(isLetIn(made(memberOf(off, "ada")), began)).toBe(false);
    const invited = after(inviteAgain(off, "ada", inviteOf("back"), T0 + 3 * HOUR));
    expect(isLetIn(made(memberOf(invited, "ada")), began)).toBe(false);
    const back = made(enter(invited, { ...inviteOf("back"), member: "ada" }, T0 + 4 * HOUR));
    expect(isLetIn(made(memberOf(back, "ada")), began)).toBe(false);
    expect(isLetIn(made(memberOf(back, "ada")), T0 + 4 * HOUR)).toBe(true);
  });

  test("goes on while its member is given another link", () => {
    const config = joined(STARTED, ADA);
    const again = after(inviteAgain(config, "ada", inviteOf("other"), T0 + 2 * HOUR));
    expect(isLetIn(made(memberOf(again, "ada")), T0 + HOUR)).toBe(true);
  });
});

describe("the last admin who has joined", () => {
  test("stays an admin, and is not disabled", () => {
    expect(codeOf(changeMember(STARTED, "first", { role: "viewer" }))).toBe("last_admin");
    expect(codeOf(disableMember(STARTED, "first", T0))).toBe("last_admin");
    const invited = after(
      inviteMember(STARTED, { ...ADA, role: "admin", invite: inviteOf("ada") }, T0),
    );
    // Who has not come cannot undo it.
    expect(codeOf(disableMember(invited, "first", T0))).toBe("last_admin");
    const two = joined(STARTED, { ...ADA, role: "admin" });
    const off = after(disableMember(two, "first", T0));
    expect(codeOf(changeMember(off, "ada", { role: "responder" }))).toBe("last_admin");
  });
});

test("what changes nothing makes no version and no record", () => {
  const config = joined(STARTED, ADA);
  const off = after(disableMember(config, "ada", T0));
  for (const planned of [
    changeMember(config, "ada", { role: "responder" }),
    disableMember(off, "ada", T0),
  ])
    expect(planned).toMatchObject({ ok: true, record: null });
});

test("the history says what was changed of whom", () => {
  const config = joined(STARTED, ADA);
  expect(changeMember(config, "ada", { role: "admin", team: "platform" })).toMatchObject({
    record: {
      action: "member.changed",
      subject: "ada",
      detail: { member: "Ada", role: "admin", team: "platform" },
    },
  });
});
