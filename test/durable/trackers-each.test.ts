/** What each tracker does in its own way: what comes of people's deeds there, and what is only its own. */
import { beforeEach, describe, expect, test } from "vitest";
import { TRACKER_FORMATS } from "../../schema/endpoint-formats.ts";
import { signaturesOf } from "../../durable/endpoint-secrets.ts";
import { ANA, LULL, type FakeTracker } from "../support/fake-tracker.ts";
import { makeCase, moveCase, readCase, withFindings } from "../workers/cases.ts";
import { okJson, pass, problemOf, SECOND, stopClock, type JsonObject } from "../workers/support.ts";
import {
  trackersOnline,
  WITH,
  withGitLab,
  withServiceNow,
  type TestTracker,
} from "./trackers-support.ts";

beforeEach(stopClock);

/** A case with a ticket. */
async function withTicket<F extends FakeTracker>(
  make: (
    site: Awaited<ReturnType<typeof withFindings>>["site"],
    settings?: JsonObject,
  ) => Promise<TestTracker<F>>,
  settings: JsonObject = {},
  fields: JsonObject = {},
) {
  const { site, findings } = await withFindings(1);
  const tracker = await make(site, settings);
  trackersOnline(tracker);
  const { id } = await makeCase(site, { findings, ...fields });
  await tracker.live(0);
  await tracker.tellAll();
  return { site, tracker, fake: tracker.fake, id };
}

describe.each(TRACKER_FORMATS)("%s", (format) => {
  test("tells of what people do, and of nothing that it or Lull has done itself", async () => {
    const { site, tracker, fake, id } = await withTicket(WITH[format]);
    const member = { name: "Ana", email: ANA.email, role: "responder" };
    await okJson(await site.apiJson("POST", "/members", member));
    // GitHub does not tell addresses.
    const settings = await okJson(await site.api(`/endpoints/${tracker.id}`));
    await okJson(
      await site.apiJson("PATCH", `/endpoints/${tracker.id}`, {
        settings: {
          ...(settings as { settings: JsonObject }).settings,
          people: { [ANA.id]: ANA.email },
        },
      }),
    );
    pass(5 * SECOND);
    fake.say("rolling it out", ANA);
    fake.give(ANA, ANA);
    fake.finish(ANA);
    await tracker.tellAll();
    const fixed = await readCase(site, id);
    expect(fixed).toMatchObject({
      status: "fixed",
      assignee: expect.any(String),
      notes: [{ body: "rolling it out", author: expect.stringMatching(/^(?:Ana Ruiz|ana-1) \(/) }],
    });
    await tracker.live(0);
    await tracker.tellAll();
    const told = expect.stringContaining("Said to be fixed by");
    expect(fake.all).toEqual([{ isDone: true, comments: ["rolling it out", told] }]);
    pass(SECOND);
    fake.reopen(ANA);
    fake.give(null, ANA);
    await tracker.tellAll();
    const back = await readCase(site, id);
    expect(back).toMatchObject({ status: "in_progress", assignee: null });
    expect(back.notes).toHaveLength(1);
  });

  test("is heard with its own endpoint's secret alone, and never breaks anything", async () => {
    const { site, tracker, fake, id } = await withTicket(WITH[format]);
    const other = await withFindings(1);
    const stranger = await WITH[format](other.site);
    fake.finish(ANA);
    const [hook] = fake.hooks.splice(0);
    if (hook === undefined) throw new Error("no hook");
    expect(await tracker.post(hook, stranger.secret)).toBe(401);
    // Signed, and about a ticket of somebody else's.
    expect(await stranger.post(hook)).toBe(204);
    const { version } = await readCase(site, id);
    const [name] = Object.keys(JSON.parse(hook.body) as object);
    for (const body of ["", "{", "null", "[[[]]]", `{"${name ?? ""}":{"id":[1]}}`, '"x"'])
      expect(await tracker.post({ ...hook, body })).toBe(204);
    expect((await readCase(site, id)).version).toBe(version);
    expect(await tracker.post(hook)).toBe(202);
    expect((await readCase(site, id)).status).toBe("fixed");
  });
});

describe("GitLab", () => {
  test("has confidential issues, with labels, and the marker in the text", async () => {
    const { fake, site, id } = await withTicket(withGitLab);
    expect(fake.only).toMatchObject({
      title: expect.stringMatching(/^LULL-1: /),
      confidential: true,
      labels: ["lull"],
      description: expect.stringMatching(/`gcc ran[\s\S]*<!-- lull-1-[0-9a-f]{10} -->$/),
    });
    expect((await readCase(site, id)).tickets).toMatchObject([
      {
        format: "gitlab",
        key: "acme/platform/shop#1",
        url: `${fake.origin}/acme/platform/shop/-/issues/1`,
      },
    ]);
  });

  test("is commanded by nobody's note", async () => {
    const { site, tracker, fake, id } = await withTicket(withGitLab);
    await site.apiJson("POST", `/cases/${id}/notes`, { body: "so:\n/close\n/assign @bob" });
    await tracker.live(0);
    expect(fake.all[0]?.comments[0]).toContain("> /close");
    expect(fake.all[0]?.comments[0]).not.toContain("@bob");
  });

  test("is known by its project's id too, and other projects of a group are not", async () => {
    const { site, tracker, fake, id } = await withTicket(withGitLab, { project: "15" });
    fake.project.id = 16;
    fake.finish(ANA);
    const [hook] = fake.hooks.splice(0);
    if (hook === undefined) throw new Error("no hook");
    expect(await tracker.post(hook)).toBe(204);
    fake.project.id = 15;
    fake.reopen(ANA);
    fake.finish(ANA);
    await tracker.tellAll();
    expect((await readCase(site, id)).status).toBe("fixed");
  });

  test("may sign as Standard Webhooks says, with the endpoint's secret", async () => {
    const { site, tracker, fake, id } = await withTicket(withGitLab);
    fake.finish(ANA);
    const [hook] = fake.hooks.splice(0);
    if (hook === undefined) throw new Error("no hook");
    const seconds = Math.floor(Date.now() / SECOND);
    const signature = await signaturesOf([tracker.secret], hook.id, seconds, hook.body);
    const headers = {
      ...hook.headers,
      "webhook-id": hook.id,
      "webhook-timestamp": String(seconds),
      "webhook-signature": signature,
    };
    const forged = { ...headers, "webhook-timestamp": String(seconds + 1) };
    expect(await tracker.postRaw(hook.body, forged)).toBe(401);
    expect(await tracker.postRaw(hook.body, headers)).toBe(202);
    expect((await readCase(site, id)).status).toBe("fixed");
  });
});

describe("ServiceNow", () => {
  test("has an incident, resolved with a close code", async () => {
    const priorities = { P1: "1/1", P2: "1 / 2" };
    const { site, tracker, fake, id } = await withTicket(
      withServiceNow,
      { priorities },
      { title: "t".repeat(200), priority: "P2" },
    );
    const marker = expect.stringMatching(/^lull-1-[0-9a-f]{10}$/);
    expect(fake.only).toMatchObject({ correlationId: marker, impact: "1", urgency: "2" });
    expect(fake.only.shortDescription).toHaveLength(160);
    await moveCase(site, id, { priority: "P1", status: "fixed" });
    await tracker.live(0);
    expect(fake.only).toMatchObject({ state: "6", closeCode: "Solution provided", urgency: "1" });
    const record = encodeURIComponent(`incident.do?sys_id=${fake.only.sysId}`);
    expect((await readCase(site, id)).tickets).toMatchObject([
      { key: fake.only.number, state: "done", url: `${fake.origin}/nav_to.do?uri=${record}` },
    ]);
  });

  test("is told no HTML, and of what is too long the end by which it is known", async () => {
    const { site, tracker, fake, id } = await withTicket(withServiceNow);
    const body = `[code]<img src=x>[/code] ${"long ".repeat(1_500)}`;
    await site.apiJson("POST", `/cases/${id}/notes`, { body });
    await tracker.live(0);
    const [text = ""] = fake.all[0]?.comments ?? [];
    expect(text).not.toMatch(/\[\/?code\]/);
    expect(text).toHaveLength(4_000);
    expect(text).toMatch(/…\n\n— Lull · LULL-1 · msg_[0-9a-f]{32}$/);
  });

  test("may forbid a state, which is no failure", async () => {
    const { site, tracker, fake, id } = await withTicket(withServiceNow);
    fake.trouble = (wire) => (fake.kindOf(wire) === "move" ? { status: 403 } : null);
    await moveCase(site, id, { status: "fixed" });
    await tracker.live(0);
    const { items } = (await okJson(await site.api(`/endpoints/${tracker.id}/deliveries`))) as {
      items: JsonObject[];
    };
    expect(items.map(({ status }) => status)).toEqual(["delivered", "delivered"]);
    expect(fake.only.state).toBe("1");
  });

  test("is signed in to with a key too", async () => {
    const { fake } = await withTicket(withServiceNow, { signIn: "api-key" });
    expect(fake.requests[0]?.headers).toMatchObject({ "x-sn-apikey": expect.any(String) });
    expect(fake.requests[0]?.headers).not.toHaveProperty("authorization");
  });

  test("is refused with settings that are not as ServiceNow has them, by their field", async () => {
    const { site } = await withFindings(1);
    const refused = async (settings: JsonObject) => {
      const input = { format: "servicenow", url: "https://acme.service-now.com", credential: "x" };
      const answer = await site.apiJson("POST", "/endpoints", { ...input, settings });
      return problemOf(answer);
    };
    for (const [field, settings] of Object.entries({
      "settings.user": { user: "a^ORuser_name=b" },
      "settings.table": { user: LULL.id, table: "../x" },
      "settings.states.done": { user: LULL.id, states: { done: "6;7" } },
      "settings.priorities.P1": { user: LULL.id, priorities: { P1: "high" } },
    }))
      expect(await refused(settings)).toMatchObject({ status: 400, field });
  });
});
