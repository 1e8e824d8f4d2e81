/** Members: invited by a link that works once, with a role that is asked for everywhere, and gone at once. */
import { beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { memberInvitedSchema, memberViewSchema, type Role } from "../../../schema/member.ts";
import {
  cookieOf,
  DAY,
  enter,
  fetchLull,
  okJson,
  ORIGIN,
  pass,
  problemOf,
  signIn,
  Site,
  stopClock,
  type Json,
} from "../support.ts";

beforeEach(stopClock);

/** Longer than any isolate caches a tenant's configuration. */
const CACHE_MS = 5_000;

const invitedSchema = z.strictObject({
  member: z.strictObject(memberViewSchema.shape),
  inviteUrl: memberInvitedSchema.shape.inviteUrl,
});
const page = z.strictObject({
  items: z.array(z.strictObject(memberViewSchema.shape)),
  nextCursor: z.null(),
});

let serial = 0;
const person = (role: Role = "viewer") => ({
  name: "Ada Okafor",
  email: `ada${++serial}@example.com`,
  role,
});

async function invite(site: Site, body: Json = person()) {
  const response = await site.apiJson("POST", "/members", body);
  if (response.status !== 201) throw new Error(await response.text());
  const { member, inviteUrl } = invitedSchema.parse(await response.json());
  return { member, token: tokenOf(inviteUrl) };
}

function tokenOf(inviteUrl: string): string {
  const url = new URL(inviteUrl);
  expect(url.origin + url.pathname).toBe(`${ORIGIN}/sign-in`);
  return url.searchParams.get("token") ?? "";
}

/** The cookie of somebody who has been invited and has come. */
async function join(site: Site, body: Json = person()) {
  const { member, token } = await invite(site, body);
  return { id: member.id, cookie: cookieOf(await enter(token)) };
}

const visit = (path: string, cookie: string) => fetchLull(path, { headers: { cookie } });

function submit(path: string, cookie: string, fields: Record<string, string> = {}) {
  const headers = { cookie, origin: ORIGIN };
  return fetchLull(path, { method: "POST", headers, body: new URLSearchParams(fields) });
}

describe("an invitation", () => {
  test("is shown once, lets its member in once, and is looked at without being used", async () => {
    const site = await Site.open();
    const { member, token } = await invite(site, { ...person("responder"), team: "platform" });
    expect(member).toMatchObject({ role: "responder", team: "platform", joinedAt: null });
    expect(await (await site.api("/members")).text()).not.toContain(token);

    for (let look = 0; look < 2; look++) {
      const html = await (await fetchLull(`/sign-in?token=${token}`)).text();
      expect(html).toContain("Ada Okafor");
    }
    const entered = await enter(token);
    expect(entered.status).toBe(303);
    const html = await (await visit("/", cookieOf(entered))).text();
    expect(html).toContain("Signed in as Ada Okafor, responder");
    const again = await enter(token);
    expect(again.status).toBe(401);
    expect(again.headers.get("set-cookie")).toBeNull();
    const read = memberViewSchema.parse(await okJson(await site.api(`/members/${member.id}`)));
    expect(read).toMatchObject({ joinedAt: new Date().toISOString(), inviteExpiresAt: null });
  });

  test("used twice at the same moment lets in once", async () => {
    const { token } = await invite(await Site.open());
    const statuses = (await Promise.all([enter(token), enter(token)])).map((it) => it.status);
    expect(statuses.toSorted()).toEqual([303, 401]);
  });

  test("expires after seven days", async () => {
    const { token } = await invite(await Site.open());
    pass(7 * DAY + 1_000);
    const late = await enter(token);
    expect(late.status).toBe(401);
    expect(await late.text()).toContain("expired");
  });

  test("is void once a newer one is made, or its member disabled", async () => {
    const site = await Site.open();
    const { member, token } = await invite(site);
    const path = `/members/${member.id}/invite`;
    const newer = invitedSchema.parse(
      await okJson(await site.api(path, { method: "POST", headers: bearer(site) })),
    );
    expect((await enter(token)).status).toBe(401);
    await site.api(`/members/${member.id}`, { method: "DELETE", headers: bearer(site) });
    const refused = await enter(tokenOf(newer.inviteUrl));
    expect(refused.status).toBe(401);
    expect(await refused.text()).toContain("disabled");
  });

  test.each([
    [{}, "name"],
    [{ name: "A", email: "a@example.com", role: "root" }, "role"],
    [{ name: "A", email: "not an address", role: "viewer" }, "email"],
    [{ name: "A\nB", email: "a@example.com", role: "viewer" }, "name"],
    [{ name: "x".repeat(101), email: "a@example.com", role: "viewer" }, "name"],
    [{ name: "A", email: `${"x".repeat(250)}@x.org`, role: "viewer" }, "email"],
    [{ name: "A", email: "a@example.com", role: "viewer", team: "t".repeat(81) }, "team"],
    [{ name: "A", email: "a@example.com", role: "viewer", id: "first" }, "id"],
  ] satisfies [Json, string][])("is refused from %o, with the field", async (body, field) => {
    const site = await Site.open();
    const problem = await problemOf(await site.apiJson("POST", "/members", body));
    expect(problem).toMatchObject({ status: 400, field });
  });

  test("is refused for an address that somebody has", async () => {
    const site = await Site.open();
    const body = person();
    await invite(site, body);
    const same = { ...body, email: body.email.toUpperCase() };
    const problem = await problemOf(await site.apiJson("POST", "/members", same));
    expect(problem).toMatchObject({
      status: 409,
      type: "urn:lull:problem:email_taken",
      field: "email",
    });
  });
});

const bearer = (site: Site) => ({ authorization: `Bearer ${site.token}` });

describe("a member", () => {
  test("who is disabled is out at once, also with the session that they have, and back only by a new link", async () => {
    const site = await Site.open();
    const { id, cookie } = await join(site);
    expect((await visit("/", cookie)).status).toBe(200);
    const gone = await site.api(`/members/${id}`, { method: "DELETE", headers: bearer(site) });
    expect(gone.status).toBe(204);
    expect((await visit("/", cookie)).status).toBe(401);
    expect((await visit("/api/v1/findings", cookie)).status).toBe(401);
    pass(CACHE_MS);
    const path = `/members/${id}/invite`;
    const back = invitedSchema.parse(
      await okJson(await site.api(path, { method: "POST", headers: bearer(site) })),
    );
    expect((await visit("/", cookie)).status).toBe(401);
    const entered = await enter(tokenOf(back.inviteUrl));
    expect((await visit("/", cookieOf(entered))).status).toBe(200);
    expect((await visit("/", cookie)).status).toBe(401);
  });

  test("is noted by name beside what they do, and the history has who made them what", async () => {
    const site = await Site.open();
    const admin = await signIn(site);
    await submit("/settings/members/first", admin, {
      name: "Lin Zhao",
      email: "lin@example.com",
      role: "admin",
      team: "",
    });
    const { id, cookie } = await join(site, person("admin"));
    await submit("/coverage/settings", cookie, { coverage: "strict" });
    await submit(`/settings/members/${id}`, admin, { ...person(), name: "Ada Okafor", team: "" });
    const { items } = z
      .object({
        items: z.array(z.object({ by: z.string(), action: z.string(), subject: z.string() })),
      })
      .parse(await okJson(await site.api("/ruleset/changes")));
    expect(items).toMatchObject([
      { by: "Lin Zhao", action: "member.changed", subject: id },
      { by: "Ada Okafor", action: "settings.changed" },
      { by: "API token first", action: "member.invited", subject: id },
      { by: "first admin", action: "member.changed", subject: "first" },
    ]);
  });

  test("whose role changes may do what the new one may, within the time of the cache", async () => {
    const site = await Site.open();
    const { id, cookie } = await join(site);
    const rule = () =>
      submit("/rules/cgroup-v1-host", cookie, {
        quietPeriod: "1h",
        severity: "low",
        enabled: "on",
      });
    const refused = await rule();
    expect(refused.status).toBe(403);
    expect(await refused.text()).toContain("needs the role admin. Yours is viewer");
    await okJson(await site.apiJson("PATCH", `/members/${id}`, { role: "admin" }));
    pass(CACHE_MS);
    expect((await rule()).status).toBe(303);
  });

  test("of one tenant is none of another's", async () => {
    const [a, b] = [await Site.open(), await Site.open()];
    const { member, token } = await invite(a);
    expect(
      (await problemOf(await b.apiJson("PATCH", `/members/${member.id}`, { role: "admin" })))
        .status,
    ).toBe(404);
    for (const [method, path] of [
      ["GET", ""],
      ["DELETE", ""],
      ["POST", "/invite"],
    ] as const) {
      const response = await b.api(`/members/${member.id}${path}`, { method, headers: bearer(b) });
      expect((await problemOf(response)).status).toBe(404);
    }
    const { items } = page.parse(await okJson(await b.api("/members")));
    expect(items.map(({ id }) => id)).toEqual(["first"]);
    const html = await (await visit("/", cookieOf(await enter(token)))).text();
    expect(html).not.toContain(b.tenant);
  });

  test("who is the last admin stays one", async () => {
    const site = await Site.open();
    const admin = await signIn(site);
    for (const response of [
      await site.apiJson("PATCH", "/members/first", { role: "viewer" }),
      await site.api("/members/first", { method: "DELETE", headers: bearer(site) }),
    ])
      expect(await problemOf(response)).toMatchObject({
        status: 409,
        type: "urn:lull:problem:last_admin",
      });
    const refused = await submit("/settings/members/first/disable", admin);
    expect(refused.status).toBe(422);
    expect(await refused.text()).toContain("Make somebody else one first");
  });
});

test("whoever asks for members by a session may read them and change none", async () => {
  const site = await Site.open();
  const { cookie } = await join(site, person("admin"));
  expect((await visit("/api/v1/members", cookie)).status).toBe(200);
  const headers = { cookie, origin: ORIGIN };
  const response = await fetchLull("/api/v1/members", { method: "POST", headers, body: "{}" });
  expect(response.status).toBe(401);
});
