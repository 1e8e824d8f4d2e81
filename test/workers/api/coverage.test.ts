/** Who watches which host, by the API: what is silent, what drifts, what can prove nothing. */
import { beforeEach, describe, expect, test } from "vitest";
import { env } from "cloudflare:workers";
import { z } from "zod";
import { coverageSummarySchema, hostCoverageSchema } from "../../../schema/coverage.ts";
import { parseTenantId } from "../../../schema/ids.ts";
import { tenantClient } from "../../../durable/tenant-actor.ts";
import { cron } from "../../durable/support.ts";
import {
  batch,
  beatOf,
  DAY,
  gcc,
  HOUR,
  iso,
  type JsonObject,
  MINUTE,
  newContainer,
  okJson,
  pass,
  problemOf,
  SECOND,
  Site,
  stopClock,
  unique,
} from "../support.ts";

beforeEach(stopClock);

const pageSchema = z.strictObject({
  items: z.array(hostCoverageSchema),
  nextCursor: z.string().nullable(),
});

async function coverage(site: Site, query = "") {
  return pageSchema.parse(await okJson(await site.api(`/coverage${query}`)));
}

async function summary(site: Site) {
  return coverageSummarySchema.parse(await okJson(await site.api("/coverage/summary")));
}

async function hostOf(site: Site, id: string) {
  return hostCoverageSchema.parse(await okJson(await site.api(`/coverage/${id}`)));
}

/** A host whose agent has sent one heartbeat, in D1. */
async function watched(site: Site, fields: JsonObject = {}): Promise<string> {
  const host = unique("host");
  await beat(site, host, fields);
  await site.alarm(`host:${host}`);
  return host;
}

async function beat(site: Site, host: string, agent: JsonObject = {}): Promise<void> {
  const body = beatOf(host, { intervalMs: 60_000 });
  await okJson(await site.beat({ ...body, agent: { ...(body["agent"] as JsonObject), ...agent } }));
}

describe("a host", () => {
  test("is listed with its agents from their first contact on", async () => {
    const site = await Site.open();
    const host = await watched(site, { version: "1.2", ruleset: "sha256:one" });
    expect((await coverage(site)).items).toEqual([
      {
        id: `host:${host}`,
        host,
        findings: { open: 0, unverified: 0 },
        agents: [
          {
            id: "agent-1",
            kind: "native",
            version: "1.2",
            state: "watching",
            interval: "1m",
            firstContactAt: iso(),
            lastContactAt: iso(),
            silentSince: null,
            heartbeats: 1,
            dropped: 0,
            ruleset: "sha256:one",
            drift: null,
            coverage: [{ from: iso(), to: iso() }],
            gaps: [],
          },
        ],
      },
    ]);
  });

  test("whose agent falls silent says so at once, with what that leaves unverified", async () => {
    const site = await Site.open();
    const host = await watched(site);
    const owner = `host:${host}`;
    await site.send(batch(host, [gcc(newContainer())]));
    await site.alarm(owner);
    const lastAt = Date.now();
    pass(3 * MINUTE + SECOND);
    await site.alarm(owner);
    const silent = {
      id: owner,
      // The other one says that the agent is silent.
      findings: { open: 2, unverified: 2 },
      agents: [
        {
          state: "silent",
          silentSince: iso(lastAt),
          gaps: [{ from: iso(lastAt), to: null, reason: "no_contact" }],
        },
      ],
    };
    expect((await coverage(site, "?state=silent")).items).toMatchObject([silent]);
    expect(await hostOf(site, owner)).toMatchObject(silent);
    expect(await summary(site)).toEqual({
      hosts: 1,
      agents: 1,
      silent: 1,
      noHeartbeats: 0,
      drifting: 0,
    });

    pass(HOUR);
    await beat(site, host);
    await site.alarm(owner);
    expect((await coverage(site, "?state=silent")).items).toEqual([]);
    const [agent] = (await hostOf(site, owner)).agents;
    expect(agent).toMatchObject({ state: "watching", silentSince: null });
    expect(agent?.gaps).toEqual([{ from: iso(lastAt), to: iso(), reason: "no_contact" }]);
  });

  test("whose agent sends no heartbeats can prove nothing", async () => {
    const site = await Site.open();
    const host = unique("host");
    await site.send(batch(host, [gcc(newContainer())]));
    await site.alarm(`host:${host}`);
    const { items } = await coverage(site, "?state=no_heartbeats");
    expect(items).toMatchObject([{ host, agents: [{ state: "no_heartbeats", interval: null }] }]);
  });

  test("is refreshed now and then while all is well, and live when it is asked for", async () => {
    const site = await Site.open();
    const host = await watched(site);
    const owner = `host:${host}`;
    for (let minutes = 0; minutes < 16; minutes++) {
      pass(MINUTE);
      await beat(site, host);
    }
    expect((await hostOf(site, owner)).agents).toMatchObject([
      { lastContactAt: iso(), heartbeats: 17 },
    ]);
    await site.alarm(owner);
    expect((await coverage(site)).items).toMatchObject([{ agents: [{ lastContactAt: iso() }] }]);
  });

  test("is found silent though its alarm was lost", async () => {
    const site = await Site.open();
    const host = await watched(site);
    pass(HOUR);
    await cron();
    // Lull was late itself, so that the agent gets its time anew.
    expect((await coverage(site, "?state=silent")).items).toEqual([]);
    pass(3 * MINUTE + SECOND);
    await site.alarm(`host:${host}`);
    expect((await coverage(site, "?state=silent")).items).toMatchObject([{ host }]);
  });

  test("that is out of service is not listed", async () => {
    const site = await Site.open();
    const host = await watched(site);
    const owner = `host:${host}`;
    await okJson(await site.apiJson("POST", `/resources/${owner}/gone`, {}));
    await site.alarm(owner);
    expect((await coverage(site)).items).toEqual([]);
    expect(await problemOf(await site.api(`/coverage/${owner}`))).toMatchObject({ status: 404 });

    pass(MINUTE);
    await beat(site, host);
    await site.alarm(owner);
    expect((await coverage(site)).items).toMatchObject([{ host }]);
  });

  test("that has not been heard of for a month is not listed any more", async () => {
    const site = await Site.open();
    const host = await watched(site);
    pass(31 * DAY);
    await cron();
    // It was found silent by the same run.
    await cron();
    expect((await coverage(site)).items).toEqual([]);
    expect(host).not.toBe("");
  });

  test.each(["host:nobody", "node-7", "container:c0ffee000009"])("%s is not known", async (id) => {
    const site = await Site.open();
    expect(await problemOf(await site.api(`/coverage/${id}`))).toMatchObject({ status: 404 });
  });

  test("is not shown to another tenant", async () => {
    const site = await Site.open();
    const host = await watched(site);
    const other = await Site.open();
    expect((await coverage(other)).items).toEqual([]);
    expect((await other.api(`/coverage/host:${host}`)).status).toBe(404);
  });
});

test("pages hold every host once", async () => {
  const site = await Site.open();
  const hosts = [];
  for (let n = 0; n < 5; n++) hosts.push(await watched(site));
  const seen: string[] = [];
  let cursor = "";
  do {
    const page = await coverage(site, `?limit=2${cursor === "" ? "" : `&cursor=${cursor}`}`);
    seen.push(...page.items.map(({ host }) => host));
    cursor = page.nextCursor ?? "";
  } while (cursor !== "");
  expect(seen).toEqual(hosts.toSorted());
  expect((await coverage(site, `?q=${hosts[3]?.toUpperCase()}`)).items).toMatchObject([
    { host: hosts[3] },
  ]);
});

test("a filter that does not exist is named", async () => {
  const site = await Site.open();
  expect(await problemOf(await site.api("/coverage?state=asleep"))).toMatchObject({
    status: 400,
    field: "state",
  });
  expect(await problemOf(await site.api("/coverage?colour=red"))).toMatchObject({
    field: "colour",
  });
});

describe("an agent that enforces another ruleset than its peers", () => {
  /** Three in line, one that is not, for longer than a roll-out takes; the cron has run. */
  async function drifting() {
    const site = await Site.open();
    const peers: string[] = [];
    for (let n = 0; n < 3; n++) peers.push(await watched(site, { ruleset: "sha256:new" }));
    const odd = await watched(site, { ruleset: "sha256:old" });
    const everyone = async () => {
      for (const host of peers) await beat(site, host, { ruleset: "sha256:new" });
      await beat(site, odd, { ruleset: "sha256:old" });
    };
    pass(HOUR);
    await everyone();
    for (const host of [...peers, odd]) await site.alarm(`host:${host}`);
    return { site, odd, owner: `host:${odd}`, everyone };
  }

  test("is a finding of its host, and on the list", async () => {
    const { site, odd, owner } = await drifting();
    await cron();
    await site.alarm(owner);
    const { items } = await site.findings("?rule=agent-ruleset-drift");
    expect(items).toMatchObject([{ status: "open", severity: "medium", resource: { id: owner } }]);
    expect((await coverage(site, "?drift=true")).items).toMatchObject([
      { host: odd, agents: [{ drift: { peersRuleset: "sha256:new", hosts: 3, of: 4 } }] },
    ]);
    expect(await summary(site)).toMatchObject({ hosts: 4, drifting: 1 });
  });

  test("resolves as quiet when it has been in line for half an hour", async () => {
    const { site, odd, owner } = await drifting();
    await cron();
    await site.alarm(owner);
    for (let minutes = 0; minutes < 32; minutes++) {
      pass(MINUTE);
      await beat(site, odd, { ruleset: "sha256:new" });
    }
    await site.alarm(owner);
    const { items } = await site.findings("?rule=agent-ruleset-drift");
    expect(items).toMatchObject([{ status: "resolved", resolution: "quiet" }]);
    expect((await coverage(site, "?drift=true")).items).toEqual([]);
  });

  test("is let alone where the rule is off, and forgotten where it is turned off", async () => {
    const { site, owner, everyone } = await drifting();
    await cron();
    await site.alarm(owner);
    await site.patchRule("agent-ruleset-drift", { enabled: false });
    pass(10 * MINUTE);
    await everyone();
    await cron();
    await site.alarm(owner);
    const { items } = await site.findings("?rule=agent-ruleset-drift");
    expect(items).toMatchObject([{ status: "resolved", resolution: "rule_retired" }]);
    expect((await coverage(site, "?drift=true")).items).toEqual([]);
  });

  test("is not told from others within the hour of a roll-out, or by the agents of another tenant", async () => {
    const site = await Site.open();
    const other = await Site.open();
    for (let n = 0; n < 3; n++) await watched(other, { ruleset: "sha256:new" });
    await watched(site, { ruleset: "sha256:old" });
    for (let n = 0; n < 3; n++) await watched(other, { ruleset: "sha256:newest" });
    pass(10 * MINUTE);
    await cron();
    expect((await coverage(site, "?drift=true")).items).toEqual([]);
    expect((await coverage(other, "?drift=true")).items).toEqual([]);
  });
});

describe("settings", () => {
  const RULE = "compiler-in-container";

  /** A finding under a quiet period of 5 min, whose agent sends no heartbeats. */
  async function unproven() {
    const site = await Site.open();
    await site.patchRule(RULE, { quietPeriod: "5m" });
    const host = unique("host");
    await site.send(batch(host, [gcc(newContainer())]));
    await site.alarm(`host:${host}`);
    return { site, host, owner: `host:${host}` };
  }

  const patch = async (site: Site, body: JsonObject) =>
    okJson(await site.apiJson("PATCH", "/settings", body));

  test("are lenient at first, and say what they are", async () => {
    const site = await Site.open();
    const sla = { P1: "24h", P2: "3d", P3: "14d", P4: "30d", P5: "90d" };
    expect(await okJson(await site.api("/settings"))).toEqual({ coverage: "lenient", sla });
    expect(await patch(site, { coverage: "strict" })).toEqual({ coverage: "strict", sla });
    expect(await okJson(await site.api("/settings"))).toEqual({ coverage: "strict", sla });
    const history = await okJson(await site.api("/ruleset/changes"));
    expect(history).toMatchObject({
      items: [{ action: "settings.changed", subject: "settings", detail: { coverage: "strict" } }],
    });
  });

  test("say when cases are due, and who changed that stands in the history", async () => {
    const site = await Site.open();
    expect(await patch(site, { sla: { P1: "12h", P2: "3d" } })).toMatchObject({
      sla: { P1: "12h", P2: "3d", P3: "14d" },
    });
    expect(await okJson(await site.api("/ruleset/changes"))).toMatchObject({
      items: [{ action: "settings.changed", detail: { sla: { P1: "12h" } } }],
    });
  });

  test.each([
    [{ coverage: "loose" }, "coverage"],
    [{ colour: "red" }, "colour"],
    [{ sla: { P1: "soon" } }, "sla.P1"],
    [{ sla: { P2: "59m" } }, "sla.P2"],
    [{ sla: { P3: "731d" } }, "sla.P3"],
    [{ sla: { P6: "1d" } }, "sla"],
    [{ sla: {} }, "sla"],
  ])("refuse %o and name the field", async (body, field) => {
    const site = await Site.open();
    expect(await problemOf(await site.apiJson("PATCH", "/settings", body))).toMatchObject({
      status: 400,
      field,
    });
  });

  test("that are strict keep open what nobody can prove, from then on and at once", async () => {
    const { site, owner } = await unproven();
    await patch(site, { coverage: "strict" });
    await site.alarm(owner);
    const open = {
      status: "open",
      deadlineAt: null,
      verification: { state: "unverified", heartbeats: false, strict: true },
    };
    expect((await site.findings()).items).toMatchObject([open]);
    pass(DAY);
    await site.alarm(owner);
    expect(await site.onlyFinding()).toMatchObject(open);

    await patch(site, { coverage: "lenient" });
    await site.alarm(owner);
    expect(await site.onlyFinding()).toMatchObject({
      status: "resolved",
      resolution: "quiet_unverified",
    });
  });

  test("that are strict hold for what opens later", async () => {
    const site = await Site.open();
    await site.patchRule(RULE, { quietPeriod: "5m" });
    await patch(site, { coverage: "strict" });
    const host = unique("host");
    await site.send(batch(host, [gcc(newContainer())]));
    await site.alarm(`host:${host}`);
    expect(await site.onlyFinding()).toMatchObject({ status: "open", deadlineAt: null });
  });

  test.each(["alarm", "report"])(
    "that are strict hold though the actor was never told, when its next %s comes",
    async (what) => {
      const { site, host, owner } = await unproven();
      const tenant = parseTenantId(site.tenant) ?? expect.unreachable();
      const config = tenantClient(env.TENANT_ACTOR, tenant);
      await config.changeSettings({ coverage: "strict" }, "somebody", Date.now());
      pass(HOUR);
      if (what === "alarm") await site.alarm(owner);
      else await site.send(batch(host, [gcc(newContainer())]));
      const { items } = await site.findings();
      const known = await Promise.all(items.map(({ id }) => site.finding(id)));
      expect(known).toMatchObject([{ status: "open", episode: 1, deadlineAt: null }]);
    },
  );

  test("of another tenant change nothing", async () => {
    const { site, owner } = await unproven();
    await patch(await Site.open(), { coverage: "strict" });
    pass(HOUR);
    await site.alarm(owner);
    expect(await site.onlyFinding()).toMatchObject({ resolution: "quiet_unverified" });
  });
});
