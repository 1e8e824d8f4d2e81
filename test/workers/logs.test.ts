/** What stands in the log: never a key, a token, a link or a query string. */
import { env } from "cloudflare:workers";
import { beforeEach, expect, test, vi } from "vitest";
import { z } from "zod";
import { mintSignInToken } from "../../workers/auth/tokens.ts";
import { withoutTable } from "../durable/support.ts";
import {
  batch,
  beatOf,
  cookieFor,
  cookieOf,
  enter,
  fetchLull,
  gcc,
  newContainer,
  ORIGIN,
  signIn,
  Site,
  stopClock,
  tokenOf,
  unique,
} from "./support.ts";

beforeEach(stopClock);

/** Everything that was written to the console meanwhile, as text. */
async function logged(during: () => Promise<void>): Promise<string[]> {
  const lines: string[] = [];
  const spies = (["log", "info", "warn", "error", "debug"] as const).map((level) =>
    vi.spyOn(console, level).mockImplementation((...args: unknown[]) => {
      lines.push(args.map((arg) => (arg instanceof Error ? arg.stack : String(arg))).join(" "));
    }),
  );
  try {
    await during();
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return lines;
}

test("intake, the API and signing in log lines of JSON without a secret", async () => {
  const site = await Site.open();
  const link = await mintSignInToken(env.LULL_SECRET, { tenant: site.tenant, nowMs: Date.now() });
  const host = unique("host");
  let session = "";
  const lines = await logged(async () => {
    const body = JSON.stringify(batch(host, [gcc(newContainer())]));
    for (const path of ["/v1/events", "/v1/events/klingon", "/v1/heartbeats"])
      await fetchLull(`${path}?key=${site.key}&note=querysecret`, { method: "POST", body });
    await fetchLull("/v1/events?key=lull_wrong_querysecret", { method: "POST", body });
    await site.post("nonsense");
    await site.beat(beatOf(host));
    await site.alarm(`host:${host}`);
    await site.findings("?q=querysecret");
    await fetchLull(`/sign-in?token=${link}`);
    session = cookieOf(await enter(link)).replace("lull_session=", "");
    await enter(link);
    await fetchLull("/findings?q=querysecret", { headers: { cookie: `lull_session=${session}` } });
    await site.apiJson("POST", "/keys", { name: "new" });
  });
  expect(lines.length).toBeGreaterThan(4);
  for (const line of lines) expect(JSON.parse(line)).toHaveProperty("event");
  const text = lines.join("\n");
  expect(session).not.toBe("");
  for (const secret of [site.key, site.token, link, session, "querysecret", "lullapi_"])
    expect(text).not.toContain(secret);
});

test("a failing database is logged without what was searched for", async () => {
  const site = await Site.open();
  const lines = await logged(async () => {
    await withoutTable("findings", async () => {
      expect((await site.api("/findings?q=querysecret")).status).toBe(500);
    });
  });
  expect(lines.join("\n")).toContain("no such table");
  expect(lines.join("\n")).not.toContain("querysecret");
});

test("a page whose data fails is logged without its query string", async () => {
  const site = await Site.open();
  const cookie = await signIn(site);
  const lines = await logged(async () => {
    await withoutTable("findings", async () => {
      const page = await fetchLull("/findings?q=querysecret", {
        headers: { cookie },
      });
      expect(page.status).toBe(500);
    });
  });
  const text = lines.join("\n");
  expect(text).toContain("no such table");
  expect(text).not.toContain("querysecret");
});

test("a failing drain is logged without what was found", async () => {
  const site = await Site.open();
  const host = unique("host");
  const lines = await logged(async () => {
    await site.send(
      batch(host, [gcc(newContainer(), { process: { name: "gcc", args: ["argsecret"] } })]),
    );
    await withoutTable("findings", () => site.alarm(`host:${host}`));
  });
  expect(lines.join("\n")).toContain("host.drain_failed");
  expect(lines.join("\n")).not.toContain("argsecret");
});

test("whoever tries what their role does not allow stands in the log, by token and on a page", async () => {
  const site = await Site.open();
  const authorization = `Bearer ${await tokenOf(site, "viewer")}`;
  const cookie = await cookieFor(site, "responder");
  const lines = await logged(async () => {
    await fetchLull("/api/v1/keys?q=querysecret", { method: "POST", headers: { authorization } });
    await fetchLull("/settings/members/first/disable", {
      method: "POST",
      headers: { cookie, origin: ORIGIN },
    });
    await fetchLull("/api/v1/findings", { headers: { authorization } });
  });
  const refused = lines
    .map((line) => JSON.parse(line) as unknown)
    .filter((line) => z.object({ event: z.literal("act.refused") }).safeParse(line).success);
  expect(refused).toMatchObject([
    { tenant: site.tenant, kind: "token", role: "viewer", method: "POST", path: "/api/v1/keys" },
    { kind: "member", role: "responder", path: "/settings/members/first/disable" },
  ]);
  expect(lines.join("")).not.toContain("querysecret");
});
