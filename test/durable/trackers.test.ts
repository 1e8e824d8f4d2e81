/** Tickets of cases: made once whatever is lost, in step with their cases both ways, and no loop between trackers. */
import { beforeEach, describe, expect, test } from "vitest";
import { deliveryDetailSchema, deliveryViewSchema } from "../../schema/webhooks.ts";
import {
  ANA,
  hmacOf,
  LULL,
  TOKEN,
  type FakeTracker,
  type Trouble,
} from "../support/fake-tracker.ts";
import { TRACKER_FORMATS, type TrackerFormat } from "../../schema/endpoint-formats.ts";
import { pageOf } from "../../schema/answers.ts";
import { makeCase, moveCase, readCase, timelineOf, withFindings } from "../workers/cases.ts";
import {
  fetchLull,
  HOUR,
  MINUTE,
  okJson,
  pass,
  problemOf,
  SECOND,
  stopClock,
  type Site,
} from "../workers/support.ts";
import { cron, withoutTable } from "./support.ts";
import {
  trackersOnline,
  WITH,
  withGitHub,
  withJira,
  type TestTracker,
} from "./trackers-support.ts";

beforeEach(stopClock);

type AnyTracker = TestTracker<FakeTracker>;

const note = (site: Site, id: string, body: string) =>
  site.apiJson("POST", `/cases/${id}/notes`, { body });

async function deliveriesOf({ site, id }: AnyTracker) {
  const path = `/endpoints/${id}/deliveries?limit=200`;
  return pageOf(deliveryViewSchema).parse(await okJson(await site.api(path))).items;
}

async function attemptsOf(tracker: AnyTracker, delivery: string) {
  const path = `/endpoints/${tracker.id}/deliveries/${delivery}`;
  return deliveryDetailSchema.parse(await okJson(await tracker.site.api(path)));
}

/** A case with a ticket in Jira. */
async function withTicket(settings = {}) {
  const { site, findings } = await withFindings(2);
  const jira = await withJira(site, settings);
  trackersOnline(jira);
  const { id } = await makeCase(site, { findings });
  await jira.live(0);
  await jira.tellAll();
  return { site, jira, id, findings, issue: jira.fake.only };
}

type Kind = ReturnType<FakeTracker["kindOf"]>;

/** The first n requests of a kind have trouble. */
function troubleFor({ fake }: AnyTracker, kind: Kind, trouble: Trouble, times = 1): void {
  let left = times;
  fake.trouble = (wire) => (fake.kindOf(wire) === kind && left-- > 0 ? trouble : null);
}

const countOf = ({ fake }: AnyTracker, kind: Kind) =>
  fake.requests.filter((wire) => fake.kindOf(wire) === kind).length;

describe("a case has a ticket", () => {
  test("in Jira, with its findings, and says so", async () => {
    const { site, jira, id, issue } = await withTicket();
    expect(issue).toMatchObject({ summary: expect.stringMatching(/^LULL-1: /), status: "To Do" });
    expect(issue.labels).toEqual(["lull", expect.stringMatching(/^lull-1-[0-9a-f]{10}$/)]);
    expect(JSON.stringify(issue.description)).toContain("gcc ran");
    const detail = await readCase(site, id);
    expect(detail.tickets).toMatchObject([
      {
        endpoint: jira.id,
        format: "jira",
        key: "SEC-1",
        state: "open",
        url: `${jira.fake.origin}/browse/SEC-1`,
      },
    ]);
    const entries = await timelineOf(site, id);
    expect(entries.filter(({ kind }) => kind === "ticket.created")).toMatchObject([
      { by: null, data: { key: "SEC-1", endpoint: jira.id } },
    ]);
    expect(jira.fake.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      "GET /rest/api/3/myself",
      "POST /rest/api/3/issue",
    ]);
  });

  test("in GitHub, where nobody is called and nothing becomes markup", async () => {
    const { site, findings } = await withFindings(1);
    const github = await withGitHub(site);
    trackersOnline(github);
    const { id } = await makeCase(site, { findings, title: "see @acme/all and #1" });
    await github.live(0);
    const { body, labels } = github.fake.only;
    expect(labels).toEqual(["lull"]);
    expect(body).toContain("`gcc ran");
    expect(body).toMatch(/<!-- lull-1-[0-9a-f]{10} -->$/);
    await note(site, id, "ask @acme/all\n\n<img src=x>");
    await github.live(0);
    const [comment] = github.fake.only.comments;
    expect(comment?.body).not.toContain("@acme");
    expect(comment?.body).not.toContain("<img");
    expect((await readCase(site, id)).tickets).toMatchObject([
      { format: "github", key: "acme/shop#1", state: "open" },
    ]);
  });

  test("follows its case: notes, fixed, back to work, closed, reopened", async () => {
    const priorities = { P1: "Highest" };
    const { site, jira, id, issue } = await withTicket({ priorities });
    await moveCase(site, id, { status: "in_progress", priority: "P1" });
    await jira.live(0);
    expect(issue).toMatchObject({ status: "In Progress", priority: "Highest" });
    await note(site, id, "rolled out");
    await moveCase(site, id, { status: "fixed" });
    await jira.live(0);
    expect(issue.status).toBe("Done");
    await moveCase(site, id, { status: "in_progress" });
    await moveCase(site, id, { status: "closed", closeReason: "no_fix" });
    await moveCase(site, id, { status: "open" });
    await moveCase(site, id, { title: "another title" });
    await jira.live(0);
    expect(issue).toMatchObject({ status: "To Do", summary: "LULL-1: another title" });
    expect(issue.comments.map(({ text }) => text.split("\n")[0])).toEqual([
      "API token first in Lull:",
      expect.stringMatching(/^Said to be fixed by API token first\. Lull goes on watching/),
      "Closed by API token first: it will not be fixed.",
      "The case is open again.",
    ]);
    for (const { text } of issue.comments)
      expect(text).toMatch(/— Lull · LULL-1 · msg_[0-9a-f]{32}$/);
    expect((await readCase(site, id)).tickets).toMatchObject([{ state: "open" }]);
  });

  test("that was there before its endpoint: when somebody asks, and once", async () => {
    const { site, findings } = await withFindings(1);
    const { id } = await makeCase(site, { findings });
    const jira = await withJira(site);
    trackersOnline(jira);
    for (let i = 0; i < 3; i++) {
      const answer = await site.apiJson("POST", `/cases/${id}/tickets`, { endpoint: jira.id });
      expect(answer.status).toBe(202);
      await jira.live(0);
    }
    await moveCase(site, id, { status: "in_progress" });
    await site.apiJson("POST", `/cases/${id}/tickets`, { endpoint: jira.id });
    await jira.live(0);
    expect(jira.fake.only.status).toBe("In Progress");
    const other = await site.apiJson("POST", `/cases/${id}/tickets`, { endpoint: "nobody" });
    expect(await problemOf(other)).toMatchObject({ status: 400, field: "endpoint" });
    await moveCase(site, id, { status: "closed", closeReason: "other" });
    const closed = await site.apiJson("POST", `/cases/${id}/tickets`, { endpoint: jira.id });
    expect(closed.status).toBe(409);
  });

  test("a workflow that forbids a state is no failure", async () => {
    const { site, jira, id, issue } = await withTicket();
    jira.fake.workflow = (_, to) => to === "In Progress";
    await moveCase(site, id, { status: "fixed" });
    await jira.live(0);
    expect(issue.status).toBe("To Do");
    expect(issue.comments).toHaveLength(1);
    expect((await deliveriesOf(jira)).map(({ status }) => status)).toEqual([
      "delivered",
      "delivered",
    ]);
  });

  test("the test asks whether the account sees the project, and says so where it does not", async () => {
    const { site } = await withFindings(1);
    const jira = await withJira(site);
    trackersOnline(jira);
    await site.api(`/endpoints/${jira.id}/test`, { method: "POST" });
    await jira.live(0);
    expect((await deliveriesOf(jira))[0]).toMatchObject({ status: "delivered", attempts: 2 });
    await okJson(await site.apiJson("PATCH", `/endpoints/${jira.id}`, { credential: "wrong" }));
    await site.api(`/endpoints/${jira.id}/test`, { method: "POST" });
    await jira.live(0);
    expect((await deliveriesOf(jira))[0]).toMatchObject({ status: "pending", lastStatus: 401 });
  });
});

describe.each(TRACKER_FORMATS)("whatever is lost, in %s", (format) => {
  async function started() {
    const { site, findings } = await withFindings(1);
    const tracker = await WITH[format](site);
    trackersOnline(tracker);
    const make = async () => (await makeCase(site, { findings })).id;
    return { site, tracker, make, all: () => tracker.fake.all };
  }

  test.each(["loses", "cuts"] as const)(
    "a ticket whose answer %s itself is made once",
    async (trouble) => {
      const { tracker, make, all } = await started();
      if ("indexLagMs" in tracker.fake) tracker.fake.indexLagMs = 20 * SECOND;
      troubleFor(tracker, "create", trouble);
      await make();
      await tracker.live(10 * MINUTE);
      expect(all()).toHaveLength(1);
      expect((await deliveriesOf(tracker))[0]).toMatchObject({ status: "delivered" });
    },
  );

  test("a ticket that was not made is made when that is certain", async () => {
    const { tracker, make, all } = await started();
    troubleFor(tracker, "create", "drops");
    await make();
    await tracker.live(30 * SECOND);
    // It may still be under way.
    expect(all()).toHaveLength(0);
    await tracker.live(10 * MINUTE);
    expect(all()).toHaveLength(1);
    expect(countOf(tracker, "create")).toBe(2);
  });

  test("one that was refused is made again without a search", async () => {
    const { tracker, make, all } = await started();
    troubleFor(tracker, "create", { status: 403 });
    await make();
    await tracker.live(6 * SECOND);
    expect(all()).toHaveLength(1);
    expect(tracker.fake.requests).toHaveLength(3);
  });

  test.each(["loses", "cuts", "drops"] as const)(
    "a comment whose request %s stands there once",
    async (trouble) => {
      const { site, tracker, make, all } = await started();
      const id = await make();
      await tracker.live(0);
      troubleFor(tracker, "comment", trouble);
      await note(site, id, "one");
      await note(site, id, "two");
      await tracker.live(HOUR);
      const texts = all()[0]?.comments ?? [];
      expect(texts.map((text) => (text.includes("one") ? "one" : "two"))).toEqual(["one", "two"]);
    },
  );

  test("what is busy is left alone as long as it asks for", async () => {
    const { tracker, make, all } = await started();
    troubleFor(tracker, "create", { status: 429, retryAfter: 90 });
    await make();
    await tracker.live(80 * SECOND);
    expect(all()).toHaveLength(0);
    await tracker.live(20 * SECOND);
    expect(all()).toHaveLength(1);
  });

  test("a retry goes on where it stopped", async () => {
    const { site, tracker, make, all } = await started();
    const id = await make();
    await tracker.live(0);
    troubleFor(tracker, "move", { status: 500 }, 2);
    await moveCase(site, id, { status: "fixed" });
    await tracker.live(HOUR);
    expect(all()).toEqual([{ isDone: true, comments: [expect.any(String)] }]);
    const [last] = await deliveriesOf(tracker);
    const { tries } = await attemptsOf(tracker, last?.id ?? "");
    const steps = tries.map(({ step, outcome }) => `${step} ${outcome}`);
    const look = format === "jira" || format === "servicenow" ? ["look delivered"] : [];
    expect(steps).toEqual([
      "comment delivered",
      ...look,
      "move status",
      ...look,
      "move status",
      ...look,
      "move delivered",
    ]);
  });

  test("a replay makes nothing twice", async () => {
    const { site, tracker, make, all } = await started();
    const id = await make();
    await note(site, id, "one");
    await tracker.live(0);
    for (const { id: delivery } of await deliveriesOf(tracker))
      await site.api(`/endpoints/${tracker.id}/deliveries/${delivery}/replay`, { method: "POST" });
    await tracker.live(HOUR);
    expect(all()).toMatchObject([{ comments: [expect.any(String)] }]);
  });

  test("of its credential nobody reads anything", async () => {
    const { site, tracker, make } = await started();
    // Answers that repeat what was sent.
    tracker.fake.trouble = () => null;
    await make();
    await tracker.live(0);
    const [delivery] = await deliveriesOf(tracker);
    const texts = [
      JSON.stringify(await attemptsOf(tracker, delivery?.id ?? "")),
      await (await site.api("/endpoints")).text(),
      await (await site.api(`/endpoints/${tracker.id}`)).text(),
      await (await site.api("/ruleset/changes")).text(),
    ];
    const header = format === "gitlab" ? "private-token" : "authorization";
    expect(texts[0]).toContain(`"${header}":"…"`);
    expect(texts[1]).toContain('"credential":"set"');
    for (const text of texts) {
      expect(text).not.toContain(TOKEN);
      for (const user of ["lull@example.com", LULL.id])
        expect(text).not.toContain(btoa(`${user}:${TOKEN}`));
    }
  });
});

describe("a credential", () => {
  test("is sent to no other host than it was given for", async () => {
    const { site, findings } = await withFindings(1);
    const jira = await withJira(site);
    const thief = await withJira(site);
    trackersOnline(jira, thief);
    await okJson(await site.apiJson("PATCH", `/endpoints/${jira.id}`, { url: thief.fake.origin }));
    await okJson(await site.apiJson("PATCH", `/endpoints/${thief.id}`, { status: "disabled" }));
    pass(5 * SECOND);
    await makeCase(site, { findings });
    await jira.live(MINUTE);
    expect(thief.fake.requests).toEqual([]);
    const endpoint = await okJson(await site.api(`/endpoints/${jira.id}`));
    expect(endpoint).toMatchObject({ credential: "missing" });
    const [delivery] = await deliveriesOf(jira);
    expect(delivery).toMatchObject({ status: "pending", lastOutcome: "blocked" });
    // Given anew, it goes on.
    await okJson(await site.apiJson("PATCH", `/endpoints/${jira.id}`, { credential: TOKEN }));
    await jira.live(0);
    expect(thief.fake.only.key).toBe("SEC-1");
  });
});

describe("what people do with a ticket", () => {
  test("closing it says that the case is fixed; nothing more", async () => {
    const { site, jira, id, issue } = await withTicket();
    jira.fake.move(issue.id, "Done", ANA);
    await jira.tellAll();
    expect(await readCase(site, id)).toMatchObject({
      status: "fixed",
      fixed: { by: "Ana Ruiz (SEC-1)" },
      findings: { open: 2 },
    });
    await jira.live(0);
    // It is there already.
    expect(jira.fake.count("POST", /transitions$/)).toBe(0);
    expect(issue.comments.map(({ text }) => text)).toEqual([
      expect.stringContaining("Said to be fixed by Ana Ruiz (SEC-1)."),
    ]);
  });

  test("starting, stopping and reopening it does the same with the case", async () => {
    const { site, jira, id, issue } = await withTicket();
    const steps = [
      ["In Progress", "in_progress"],
      ["To Do", "open"],
      ["Done", "fixed"],
      ["In Progress", "in_progress"],
    ] as const;
    for (const [status, expected] of steps) {
      pass(MINUTE);
      jira.fake.move(issue.id, status, ANA);
      await jira.tellAll();
      expect((await readCase(site, id)).status).toBe(expected);
      await jira.live(0);
      await jira.tellAll();
    }
    await moveCase(site, id, { status: "closed", closeReason: "other" });
    await jira.live(0);
    await jira.tellAll();
    jira.fake.move(issue.id, "To Do", ANA);
    await jira.tellAll();
    expect((await readCase(site, id)).status).toBe("open");
    await jira.live(0);
    expect(issue.status).toBe("To Do");
  });

  test("their comments are notes, which other trackers are told, and this one is not", async () => {
    const { site, findings } = await withFindings(1);
    const [jira, github] = [await withJira(site), await withGitHub(site)];
    trackersOnline(jira, github);
    const { id } = await makeCase(site, { findings });
    for (const it of [jira, github]) await it.live(0);
    const body = {
      type: "doc",
      version: 1,
      content: [
        {
          type: "paragraph",
          content: [
            { type: "text", text: "will " },
            { type: "mention", attrs: { text: "@bob" } },
          ],
        },
      ],
    };
    jira.fake.comment(jira.fake.only.id, body, ANA);
    await jira.tellAll();
    expect((await readCase(site, id)).notes).toMatchObject([
      { body: "will @bob", author: "Ana Ruiz (SEC-1)" },
    ]);
    for (const it of [jira, github]) await it.live(0);
    for (const it of [jira, github]) await it.tellAll();
    expect(jira.fake.only.comments).toHaveLength(1);
    expect(github.fake.only.comments.map((it) => it.body)).toEqual([
      expect.stringMatching(/^\*\*Ana Ruiz \\\(SEC-1\\\)\*\* in Lull:/),
    ]);
    expect((await readCase(site, id)).notes).toHaveLength(1);
  });

  test("an assignee is a member by address, or by the endpoint's settings; else nobody", async () => {
    const people = { "bob-7": "bob@example.com" };
    const { site, jira, id, issue } = await withTicket({ people });
    for (const [name, email] of [
      ["Ana", "ANA@example.com"],
      ["Bob", "bob@example.com"],
    ])
      await okJson(await site.apiJson("POST", "/members", { name, email, role: "responder" }));
    pass(5 * SECOND);
    const assigned = async () => (await readCase(site, id)).assignee;
    jira.fake.assign(issue.id, ANA, ANA);
    await jira.tellAll();
    const ana = await assigned();
    expect(ana).not.toBeNull();
    pass(SECOND);
    jira.fake.assign(issue.id, { id: "x-1", name: "Somebody" }, ANA);
    await jira.tellAll();
    expect(await assigned()).toBe(ana);
    pass(SECOND);
    jira.fake.assign(issue.id, { id: "bob-7", name: "Bob" }, ANA);
    await jira.tellAll();
    expect(await assigned()).not.toBe(ana);
    pass(SECOND);
    jira.fake.assign(issue.id, null, ANA);
    await jira.tellAll();
    expect(await assigned()).toBeNull();
  });

  test("counts once and in the tracker's order, however hooks come", async () => {
    const { site, jira, id, issue } = await withTicket();
    jira.fake.move(issue.id, "Done", ANA);
    pass(MINUTE);
    jira.fake.move(issue.id, "In Progress", ANA);
    const [done, back] = jira.fake.hooks.splice(0);
    if (done === undefined || back === undefined) throw new Error("no hooks");
    await jira.post(back);
    await jira.post(done);
    await jira.post(done);
    expect((await readCase(site, id)).status).toBe("in_progress");
    jira.fake.comment(issue.id, "hello", ANA);
    const [said] = jira.fake.hooks.splice(0);
    if (said === undefined) throw new Error("no hook");
    for (let i = 0; i < 3; i++) await jira.post(said);
    expect((await readCase(site, id)).notes).toHaveLength(1);
  });

  test("is not lost where the case cannot be changed at once", async () => {
    const { site, jira, id, issue } = await withTicket();
    jira.fake.move(issue.id, "Done", ANA);
    await withoutTable("case_timeline", () => jira.tellAll());
    expect((await readCase(site, id)).status).toBe("open");
    pass(MINUTE);
    await cron();
    expect((await readCase(site, id)).status).toBe("fixed");
    await moveCase(site, id, { status: "in_progress" });
    pass(MINUTE);
    await cron();
    expect((await readCase(site, id)).status).toBe("in_progress");
  });

  test("with a ticket whose answer was lost makes it known", async () => {
    const { site, findings } = await withFindings(1);
    const jira = await withJira(site);
    trackersOnline(jira);
    troubleFor(jira, "create", "loses");
    const { id } = await makeCase(site, { findings });
    await jira.live(0);
    jira.fake.move(jira.fake.only.id, "Done", ANA);
    await jira.tellAll();
    expect(await readCase(site, id)).toMatchObject({ status: "fixed" });
    await jira.live(10 * MINUTE);
    expect(jira.fake.only.comments).toHaveLength(1);
    expect((await readCase(site, id)).tickets).toMatchObject([{ key: "SEC-1", state: "done" }]);
  });
});

describe("who may tell", () => {
  test("whoever signs with the endpoint's secret, also with the former one for a day", async () => {
    const { site, jira, issue, id } = await withTicket();
    jira.fake.move(issue.id, "In Progress", ANA);
    const [hook] = jira.fake.hooks.splice(0);
    if (hook === undefined) throw new Error("no hook");
    expect(await jira.post(hook, "whsec_another")).toBe(401);
    expect(await jira.postRaw(hook.body, hook.headers)).toBe(401);
    const signed = { ...hook.headers, "x-hub-signature": "sha256=" };
    expect(await jira.postRaw(hook.body, signed)).toBe(401);
    expect((await readCase(site, id)).status).toBe("open");
    const rotated = await okJson(
      await site.api(`/endpoints/${jira.id}/rotate`, { method: "POST" }),
    );
    const { secret } = rotated as { secret: string };
    expect(await jira.post(hook)).toBe(202);
    expect(await jira.post(hook, secret)).toBe(202);
    expect((await readCase(site, id)).status).toBe("in_progress");
  });

  test("nobody learns whether there is such an endpoint", async () => {
    const { site, jira } = await withTicket();
    const say = async (path: string) => {
      const response = await fetchLull(`/hooks/v1/${path}`, { method: "POST", body: "{}" });
      return `${response.status} ${await response.text()}`;
    };
    const known = await say(`${site.tenant}/${jira.id}`);
    expect(known).toMatch(/^401 /);
    expect(await say(`${site.tenant}/nobody`)).toBe(known);
    expect(await say("nobody/nobody")).toBe(known);
    expect(await say("--/nobody")).toBe(known);
  });

  test("nobody sends what is too large", async () => {
    const { jira } = await withTicket();
    expect(await jira.postRaw("x".repeat(1_100_000), {})).toBe(413);
  });

  test("what is signed and says nothing, or is about another ticket, changes nothing", async () => {
    const { site, jira, id } = await withTicket();
    for (const body of ["", "[]", '{"webhookEvent":"jira:issue_updated"}', "null"]) {
      const headers = { "x-hub-signature": `sha256=${await hmacOf(jira.secret, body)}` };
      expect(await jira.postRaw(body, headers)).toBe(204);
    }
    expect(await readCase(site, id)).toMatchObject({ version: 1 });
  });
});

describe("no loop", () => {
  /** Lets everything happen until nothing does. */
  async function settle(trackers: readonly AnyTracker[]): Promise<void> {
    for (let rounds = 0; rounds < 20; rounds++) {
      for (const it of trackers) await it.live(0);
      const told = trackers.some(({ fake }) => fake.hooks.length > 0);
      if (!told) return;
      for (const it of trackers) await it.tellAll();
      pass(SECOND);
    }
    throw new Error("it never ends");
  }

  test("what Lull does in a tracker comes back, and changes nothing", async () => {
    const { site, jira, id } = await withTicket();
    for (const status of ["in_progress", "fixed", "in_progress", "open"])
      await moveCase(site, id, { status });
    await note(site, id, "a note");
    await jira.live(0);
    const { version } = await readCase(site, id);
    // Late, and in another order.
    for (const hook of jira.fake.hooks.splice(0).toReversed()) await jira.post(hook);
    expect((await readCase(site, id)).version).toBe(version);
    expect(LULL.id).toBe("lull-bot");
  });

  test.each<[number, TrackerFormat, TrackerFormat]>([
    [1, "jira", "github"],
    [2, "gitlab", "servicenow"],
    [3, "jira", "servicenow"],
    [4, "github", "gitlab"],
    [5, "jira", "gitlab"],
    [6, "github", "servicenow"],
  ])(
    "two trackers of one case agree after any tangle (seed %i, %s and %s)",
    async (seed, one, other) => {
      let state = seed * 7_919;
      const random = (below: number) => {
        state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
        return Math.floor((state / 2_147_483_648) * below);
      };
      const { site, findings } = await withFindings(1);
      const both: AnyTracker[] = [];
      for (const format of [one, other]) both.push(await WITH[format](site));
      trackersOnline(...both);
      const { id } = await makeCase(site, { findings });
      for (const it of both) await it.live(0);
      const someone = () => both[random(2)]?.fake;
      const deeds: (() => unknown)[] = [
        () => someone()?.finish(ANA),
        () => someone()?.finish(ANA),
        () => someone()?.begin(ANA),
        () => someone()?.reopen(ANA),
        () => someone()?.say(`hello ${random(99)}`, ANA),
        () => moveCase(site, id, { status: "fixed" }).catch(() => null),
        () => moveCase(site, id, { status: "in_progress" }).catch(() => null),
        () => note(site, id, `lull ${random(99)}`),
        () => both[random(2)]?.live(0),
        () => both[random(2)]?.live(0),
        async () => {
          const it = both[random(2)];
          const hook = it?.fake.hooks.splice(random(it.fake.hooks.length), 1)[0];
          if (it !== undefined && hook !== undefined) await it.post(hook);
        },
      ];
      for (let i = 0; i < 40; i++) {
        await deeds[random(deeds.length)]?.();
        pass(random(3) * SECOND);
      }
      await settle(both);
      const { status, notes } = await readCase(site, id);
      const isDone = status === "fixed" || status === "closed";
      for (const { fake } of both) expect(fake.all).toMatchObject([{ isDone }]);
      const bodies = notes.map(({ body }) => body);
      expect(bodies.some((body) => body.includes("— Lull"))).toBe(false);
      const requests = () => both.reduce((sum, { fake }) => sum + fake.requests.length, 0);
      const before = requests();
      await settle(both);
      expect(requests()).toBe(before);
    },
  );
});
