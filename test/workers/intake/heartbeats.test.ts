/** Heartbeats: signs of life, and the host's state as facts. */
import { beforeEach, describe, expect, test } from "vitest";
import {
  batch,
  beatOf,
  gcc,
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

describe("facts", () => {
  test("open a finding on the host for as long as they are reported", async () => {
    const site = await Site.open();
    const host = unique("host");
    const body = beatOf(host, { facts: { cgroupVersion: 1, kernel: "6.8" } });
    expect(await okJson(await site.beat(body))).toEqual({ host: `host:${host}`, findings: 1 });
    pass(MINUTE);
    // The same heartbeat again is another one, since it does not say when it was sent.
    await okJson(await site.beat(body));
    await site.alarm(`host:${host}`);
    const finding = await site.onlyFinding();
    expect(finding).toMatchObject({ rule: "cgroup-v1-host", status: "open", count: 2 });
    expect(finding.resource).toMatchObject({ id: `host:${host}`, type: "host", name: host });
  });

  test("that are as they should be open nothing", async () => {
    const site = await Site.open();
    const host = unique("host");
    const facts = { cgroupVersion: 2, selinux: "enforcing" };
    expect(await okJson(await site.beat(beatOf(host, { facts })))).toMatchObject({ findings: 0 });
    await site.alarm(`host:${host}`);
    expect((await site.findings()).items).toEqual([]);
  });

  test("of any length are kept cut, and never too large to be stored", async () => {
    const site = await Site.open();
    const host = unique("host");
    const long = Object.fromEntries(
      Array.from({ length: 60 }, (_, i) => [`fact${i}`, "x".repeat(60_000)]),
    );
    const response = await site.beat(beatOf(host, { facts: { cgroupVersion: 1, ...long } }));
    expect(await okJson(response)).toMatchObject({ findings: 1 });
    await site.alarm(`host:${host}`);
    const finding = await site.onlyFinding();
    expect(JSON.stringify(finding).length).toBeLessThan(250_000);
    expect(finding.samples.latest[0]?.truncated).toContain("facts.fact0");
  });
});

describe("a heartbeat", () => {
  test("that says when it was sent counts once", async () => {
    const site = await Site.open();
    const host = unique("host");
    const body = beatOf(host, { sentAt: iso(), facts: { cgroupVersion: 1 } });
    await okJson(await site.beat(body));
    await okJson(await site.beat(body));
    await site.alarm(`host:${host}`);
    expect((await site.onlyFinding()).count).toBe(1);
  });

  test("with an Idempotency-Key that stood on another one is a conflict", async () => {
    const site = await Site.open();
    const host = unique("host");
    const key = { "idempotency-key": "beat-1" };
    await okJson(await site.beat(beatOf(host), key));
    const response = await site.beat(beatOf(host, { facts: { cgroupVersion: 1 } }), key);
    expect(response.status).toBe(409);
    expect(await problemOf(response)).toMatchObject({ field: "Idempotency-Key" });
  });

  test("makes silence something that can be proven", async () => {
    const site = await Site.open();
    const host = unique("host");
    await site.send(batch(host, [gcc(newContainer())]));
    await site.alarm(`host:${host}`);
    const before = await site.onlyFinding();
    expect(before.verification).toEqual({
      state: "unverified",
      heartbeats: false,
      strict: false,
      gaps: [],
    });
    pass(10 * SECOND);
    await okJson(await site.beat(beatOf(host, { intervalMs: 60_000 })));
    const after = await site.onlyFinding();
    expect(after.verification).toEqual({
      state: "watching",
      heartbeats: true,
      strict: false,
      gaps: [],
    });
    expect(after.agents).toEqual(["agent-1"]);
    expect(after.coverage).toEqual([{ from: before.lastSeenAt, to: iso() }]);
  });

  test("takes its host from X-Lull-Host where it names none", async () => {
    const site = await Site.open();
    const host = unique("host");
    const body = { agent: { id: "a" }, facts: { cgroupVersion: 1 } };
    const response = await site.beat(body, { "x-lull-host": host });
    expect(await okJson(response)).toEqual({ host: `host:${host}`, findings: 1 });
  });
});

describe("refused with 400 that names the field", () => {
  const wrong: [string, JsonObject, string, number?][] = [
    ["an interval that is too short", { intervalMs: 999 }, "intervalMs", 1_000],
    ["an interval that is too long", { intervalMs: 86_400_001 }, "intervalMs", 86_400_000],
    ["an interval that is no number", { intervalMs: "60s" }, "intervalMs"],
    ["an agent without id", { agent: { host: { name: "h" } } }, "agent.id"],
    ["an agent with a blank id", { agent: { id: " ", host: { name: "h" } } }, "agent.id"],
    ["no host at all", { agent: { id: "a" } }, "agent.host"],
    ["negative drops", { dropped: -1 }, "dropped"],
    ["a time that is none", { sentAt: "noon" }, "sentAt"],
    ["a fact that is a list", { facts: { cgroupVersion: [1] } }, "facts.cgroupVersion"],
  ];
  test.each(wrong)("%s", async (_, fields, field, limit) => {
    const site = await Site.open();
    const response = await site.beat(beatOf(unique("host"), fields));
    expect(response.status).toBe(400);
    const problem = await problemOf(response);
    expect(problem.field).toBe(field);
    expect(problem.detail).toContain(field);
    if (limit !== undefined) expect(problem.limit).toBe(limit);
  });

  test("a body that is no JSON object", async () => {
    const site = await Site.open();
    for (const body of ["", "hello", "[]"]) {
      const response = await site.post(body, {}, "/v1/heartbeats");
      expect((await problemOf(response)).status).toBe(400);
    }
  });
});

describe("the list of running containers", () => {
  test("ends the findings of those that are missing as resource_gone, and only theirs", async () => {
    const site = await Site.open();
    const host = unique("host");
    const [kept, gone] = [newContainer(), newContainer()];
    await site.send(batch(host, [gcc(kept), gcc(gone)]));
    await site.alarm(`host:${host}`);
    pass(MINUTE);
    // By another spelling of its id.
    await okJson(await site.beat(beatOf(host, { containers: [`docker://${kept.slice(0, 12)}`] })));
    await site.alarm(`host:${host}`);
    const { items } = await site.findings("?status=resolved");
    expect(items).toMatchObject([{ resolution: "resource_gone", resource: { containerId: gone } }]);
    expect((await site.findings("?status=open")).items).toMatchObject([
      { resource: { containerId: kept } },
    ]);
  });
});
