/** Every route asks for a role: those of the API by token, pages and their forms by session. */
import { beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { roleAllows, ROLES, type Role } from "../../schema/member.ts";
import { app } from "../../workers/app.ts";
import { hasLine, neededRole } from "../../workers/auth/roles.ts";
import { OPERATIONS } from "../../workers/openapi/operations.ts";
import {
  cookieFor,
  fetchLull,
  okJson,
  ORIGIN,
  problemOf,
  Site,
  stopClock,
  tokenOf,
} from "./support.ts";

beforeEach(stopClock);

/** What acts and is not for admins alone. */
const FOR_OTHERS: Readonly<Record<string, Role>> = {
  testRule: "viewer",
  previewException: "viewer",
  previewMute: "viewer",
  sayFixed: "responder",
  takeFixBack: "responder",
  muteFinding: "responder",
  unmuteFinding: "responder",
  createMute: "responder",
  endMute: "responder",
  createCase: "responder",
  changeCase: "responder",
  linkToCase: "responder",
  unlinkFinding: "responder",
  unlinkSignal: "responder",
  makeTicket: "responder",
  addNote: "responder",
  editNote: "responder",
  addStep: "responder",
  changeStep: "responder",
  removeStep: "responder",
  previewAutomation: "viewer",
};

const BY_TOKEN = OPERATIONS.filter(({ auth }) => auth === "apiToken");

describe.each(ROLES)("a token of a %s", (role) => {
  test.each(BY_TOKEN)("is asked for its role by $id", async ({ id, method, path }) => {
    const site = await Site.open();
    const needed = method === "get" ? "viewer" : (FOR_OTHERS[id] ?? "admin");
    const authorization = `Bearer ${await tokenOf(site, role)}`;
    const response = await fetchLull(path.replaceAll(/\{\w+\}/g, "1"), {
      method: method.toUpperCase(),
      headers: { authorization },
    });
    if (roleAllows(role, needed)) {
      expect(response.status).not.toBe(403);
      return;
    }
    const problem = await problemOf(response);
    expect(problem).toMatchObject({ status: 403, type: "urn:lull:problem:role_needed" });
    expect(problem.detail).toContain(`needs the role ${needed}. Yours is ${role}`);
  });
});

/** Pages and their forms, as the app has them; not those that ask for no session. */
const PAGE_ROUTES = app.routes.filter(
  ({ method, path }) =>
    method !== "ALL" &&
    !/^\/(?:v1|api|hooks|operator|sign-|docs|openapi|healthz|metrics|\.well-known|\*)/.test(path),
);

describe.each(ROLES)("a session of a %s", (role) => {
  test("is asked for its role by every page and every form", async () => {
    const site = await Site.open();
    const cookie = await cookieFor(site, role);
    for (const { method, path } of PAGE_ROUTES) {
      const address = path.replaceAll(/:\w+/g, "1");
      const response = await fetchLull(address, { method, headers: { cookie, origin: ORIGIN } });
      const allowed = roleAllows(role, neededRole(method, address));
      expect(response.status === 403, `${method} ${address}: ${response.status}`).toBe(!allowed);
      if (!allowed) expect(await response.text()).toContain("Your role does not allow this");
    }
  });
});

test("every act of the API and of the pages has a line in the table", () => {
  const acts = app.routes.filter(
    ({ method, path }) =>
      !["ALL", "GET"].includes(method) && !/^\/(?:v1|api\/v2|hooks|operator|sign-)/.test(path),
  );
  expect(acts.length).toBeGreaterThan(30);
  for (const { method, path } of acts)
    expect(hasLine(method, path.replaceAll(/:\w+/g, "1")), `${method} ${path}`).toBe(true);
});

test("a rule whose id is the name of what stores nothing is still an admin's to delete", async () => {
  const site = await Site.open();
  const headers = { authorization: `Bearer ${await tokenOf(site, "viewer")}` };
  for (const path of ["/rules/test", "/exceptions/preview", "/mutes/preview"])
    expect((await fetchLull(`/api/v1${path}`, { method: "DELETE", headers })).status).toBe(403);
});

test("the first token is an admin's, and every other one has the role that it was made with", async () => {
  const site = await Site.open();
  const bare = await problemOf(await site.apiJson("POST", "/tokens", { name: "old" }));
  expect(bare).toMatchObject({ status: 400, field: "role" });
  await tokenOf(site, "responder");
  const { items } = z
    .object({ items: z.array(z.object({ id: z.string(), role: z.string() })) })
    .parse(await okJson(await site.api("/tokens")));
  expect(items.map(({ role }) => role)).toEqual(["admin", "responder"]);
  const problem = await problemOf(
    await site.apiJson("POST", "/tokens", { name: "a", role: "root" }),
  );
  expect(problem).toMatchObject({ status: 400, field: "role" });
});
