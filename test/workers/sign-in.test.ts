/** Signing in by a link, what a session may do, and signing out. */
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import { mintSession, mintSignInToken } from "../../workers/auth/tokens.ts";
import { DAY, enter, fetchLull, ORIGIN, pass, signIn, Site, stopClock } from "./support.ts";

beforeEach(stopClock);

function linkFor(site: Site): Promise<string> {
  return mintSignInToken(env.LULL_SECRET, { tenant: site.tenant, nowMs: Date.now() });
}

const first = ({ tenant }: Site) => ({ tenant, id: "l1", member: "first", version: 1 });

function visit(path: string, cookie?: string): Promise<Response> {
  return fetchLull(path, cookie === undefined ? {} : { headers: { cookie } });
}

function submit(path: string, cookie: string, headers: Record<string, string>): Promise<Response> {
  return fetchLull(path, {
    method: "POST",
    headers: { cookie, "content-type": "application/x-www-form-urlencoded", ...headers },
    body: "quietPeriod=1h&severity=medium&enabled=on",
  });
}

const PAGES = [
  "/",
  "/findings",
  "/rollups",
  "/history",
  "/signals",
  "/rules",
  "/rules/cgroup-v1-host",
  "/settings/members",
  "/settings/members/first",
];

describe("a sign-in link", () => {
  test("gives a session in a cookie that scripts and other sites cannot use", async () => {
    const site = await Site.open();
    const response = await enter(await linkFor(site));
    expect(response.status).toBe(303);
    expect(response.headers.get("location")).toBe("/");
    expect(response.headers.get("cache-control")).toContain("no-store");
    const cookie = response.headers.get("set-cookie") ?? "";
    for (const attribute of ["HttpOnly", "SameSite=Lax", "Secure", "Path=/"])
      expect(cookie).toContain(attribute);
    expect((await visit("/", cookie.split(";")[0])).status).toBe(200);
  });

  test("works once, though it is used twice at the same moment", async () => {
    const site = await Site.open();
    const link = await linkFor(site);
    const statuses = (await Promise.all([enter(link), enter(link)])).map((it) => it.status);
    expect(statuses.toSorted((a, b) => a - b)).toEqual([303, 401]);
    for (const again of [await enter(link), await visit(`/sign-in?token=${link}`)]) {
      expect(again.status).toBe(401);
      expect(again.headers.get("set-cookie")).toBeNull();
      expect(await again.text()).toMatch(/has been used/i);
    }
  });

  test("is not used up by what only looks at it", async () => {
    const site = await Site.open();
    const link = await linkFor(site);
    for (const method of ["GET", "HEAD", "GET"]) {
      const response = await fetchLull(`/sign-in?token=${link}`, { method });
      expect(response.status).toBe(200);
      expect(response.headers.get("set-cookie")).toBeNull();
      expect(response.headers.get("cache-control")).toContain("no-store");
    }
    expect((await enter(link)).status).toBe(303);
  });

  test("is not used by a form of another site", async () => {
    const site = await Site.open();
    const body = new URLSearchParams({ token: await linkFor(site) });
    const headers = { origin: "https://evil.test" };
    expect((await fetchLull("/sign-in", { method: "POST", headers, body })).status).toBe(403);
  });

  test("expires after a day", async () => {
    const site = await Site.open();
    const link = await linkFor(site);
    pass(DAY + 1_000);
    for (const response of [await enter(link), await visit(`/sign-in?token=${link}`)]) {
      expect(response.status).toBe(401);
      expect(await response.text()).toMatch(/expired/i);
    }
  });

  test("that is none, or a session's value, is not taken", async () => {
    const site = await Site.open();
    const session = await mintSession(env.LULL_SECRET, {
      ...first(site),
      nowMs: Date.now(),
    });
    for (const token of ["", "x", "a.b.c", session, site.token, `${await linkFor(site)}x`]) {
      for (const response of [await enter(token), await visit(`/sign-in?token=${token}`)]) {
        expect(response.status).toBe(401);
        expect(response.headers.get("set-cookie")).toBeNull();
      }
    }
  });
});

describe("without a session", () => {
  test.each([...PAGES, "/findings/f000000000000000000000000", "/findings/new?since=1"])(
    "%s answers 401 with the sign-in page",
    async (path) => {
      const response = await visit(path);
      expect(response.status).toBe(401);
      expect(response.headers.get("content-type")).toMatch(/^text\/html/);
      expect(await response.text()).toMatch(/sign in/i);
    },
  );

  test("an ended, expired, forged or foreign cookie is no session", async () => {
    const site = await Site.open();
    const link = await linkFor(site);
    const old = await mintSession(env.LULL_SECRET, {
      ...first(site),
      nowMs: Date.now() - 31 * DAY,
    });
    const forged = await mintSession("another-secret-of-more-than-32-characters", {
      ...first(site),
      nowMs: Date.now(),
    });
    await signIn(site);
    for (const value of ["", "x", link, old, forged, site.token])
      expect((await visit("/", `lull_session=${value}`)).status).toBe(401);
  });
});

describe("a session", () => {
  test("shows its tenant's pages, and may read the API but change nothing there", async () => {
    const site = await Site.open();
    const cookie = await signIn(site);
    for (const path of PAGES) {
      const response = await visit(path, cookie);
      expect(response.status).toBe(200);
      expect(response.headers.get("cache-control")).toContain("private");
    }
    expect((await visit("/api/v1/findings", cookie)).status).toBe(200);
    const response = await fetchLull("/api/v1/keys", {
      method: "POST",
      headers: { cookie, origin: ORIGIN },
      body: JSON.stringify({ name: "stolen" }),
    });
    expect(response.status).toBe(401);
  });

  test("sees nothing of another tenant", async () => {
    const [a, b] = [await Site.open(), await Site.open()];
    const html = await (await visit("/", await signIn(a))).text();
    expect(html).not.toContain(b.tenant);
  });

  test("ends with signing out, for good", async () => {
    const site = await Site.open();
    const cookie = await signIn(site);
    const response = await submit("/sign-out", cookie, { origin: ORIGIN });
    expect(response.status).toBe(200);
    expect(response.headers.get("set-cookie")).toMatch(/lull_session=;.*Max-Age=0/);
    pass(5_000);
    expect((await visit("/", cookie)).status).toBe(401);
    expect((await visit("/api/v1/findings", cookie)).status).toBe(401);
    // Another session of the same tenant goes on.
    expect((await visit("/", await signIn(site))).status).toBe(200);
  });

  test("changes a rule by a form of our own origin alone", async () => {
    const site = await Site.open();
    const cookie = await signIn(site);
    const path = "/rules/compiler-in-container";
    for (const headers of [{ origin: "https://evil.test" }, { origin: "null" }]) {
      expect((await submit(path, cookie, headers)).status).toBe(403);
      expect((await submit("/sign-out", cookie, headers)).status).toBe(403);
    }
    expect((await submit(path, cookie, { origin: ORIGIN })).status).toBe(303);
    const rule = (await (await site.api(path)).json()) as { quietPeriod: string };
    expect(rule.quietPeriod).toBe("1h");
    expect((await visit("/", cookie)).status).toBe(200);
  });
});

describe("every page", () => {
  test("forbids what is inline or from elsewhere, and being framed", async () => {
    const site = await Site.open();
    const cookie = await signIn(site);
    const link = await linkFor(site);
    const used = `/sign-in?token=${link}`;
    const unused = `/sign-in?token=${await linkFor(site)}`;
    await enter(link);
    const responses = [
      ...(await Promise.all(PAGES.map((path) => visit(path, cookie)))),
      ...(await Promise.all(PAGES.map((path) => visit(path)))),
      await visit("/sign-in"),
      await visit(used),
      await visit(unused),
      await visit("/findings/none", cookie),
      await visit("/rules/none", cookie),
      await submit("/sign-out", cookie, { origin: ORIGIN }),
    ];
    for (const response of responses) {
      const html = await response.text();
      const csp = response.headers.get("content-security-policy") ?? "";
      expect(response.headers.get("content-type")).toMatch(/^text\/html/);
      expect(csp, html.slice(0, 300)).toContain("default-src 'none'");
      expect(csp).toContain("frame-ancestors 'none'");
      expect(csp).not.toContain("unsafe");
      expect(response.headers.get("x-content-type-options")).toBe("nosniff");
      expect(html).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son[a-z]+="/i);
    }
  });
});
