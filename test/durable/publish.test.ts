/** What happens reaches endpoints: from agents' reports, silence, mutes and crashes, once each and in order. */
import { runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { EndpointActor } from "../../durable/endpoint-actor.ts";
import { HostStorage } from "../../durable/host-storage.ts";
import { TenantActor } from "../../durable/tenant-actor.ts";
import {
  batch,
  beatOf,
  DAY,
  gcc,
  HOUR,
  iso,
  MINUTE,
  newContainer,
  okJson,
  pass,
  SECOND,
  Site,
  stopClock,
  unique,
} from "../workers/support.ts";
import { openEndpoint, type TestEndpoint } from "./endpoint-support.ts";
import { network } from "./receivers.ts";
import { cron, evict, outboxOf, withoutTable } from "./support.ts";

beforeEach(stopClock);

const RULE = "compiler-in-container";

async function scene(fields = {}) {
  const site = await Site.open();
  const endpoint = await openEndpoint(site, undefined, fields);
  network([endpoint.receiver]);
  await site.patchRule(RULE, { quietPeriod: "10m" });
  const host = unique("host");
  return { site, endpoint, host, owner: `host:${host}`, container: newContainer() };
}

/** What has been taken, as `type` of each. */
async function told(endpoint: TestEndpoint): Promise<string[]> {
  await endpoint.live(0);
  return endpoint.receiver.taken.map(({ body }) => body.type);
}

describe("a finding's life", () => {
  test("opening, end and return are told once each, with the finding as the API shows it", async () => {
    const { site, endpoint, host, owner, container } = await scene();
    await site.send(batch(host, [gcc(container)]));
    await site.alarm(owner);
    await site.send(batch(host, [gcc(container)]));
    await site.alarm(owner);
    expect(await told(endpoint)).toEqual(["finding.opened"]);
    const finding = await site.onlyFinding();
    const [opened] = endpoint.receiver.taken;
    expect(opened?.body.data.finding).toMatchObject({
      id: finding.id,
      status: "open",
      rule: RULE,
      episode: 1,
      muted: false,
    });
    pass(20 * MINUTE);
    await site.alarm(owner);
    expect(await told(endpoint)).toEqual(["finding.opened", "finding.resolved"]);
    expect(endpoint.receiver.taken[1]?.body.data.finding).toMatchObject({
      status: "resolved",
      resolution: "quiet_unverified",
    });
    await site.send(batch(host, [gcc(container)]));
    await site.alarm(owner);
    expect(await told(endpoint)).toEqual([
      "finding.opened",
      "finding.resolved",
      "finding.reopened",
    ]);
  });

  test("is told with where the ledger stood, which holds it already", async () => {
    const { site, endpoint, host, owner, container } = await scene();
    await site.send(batch(host, [gcc(container)]));
    await site.alarm(owner);
    expect(await told(endpoint)).toEqual(["finding.opened"]);
    await runDurableObjectAlarm(env.LEDGER_ACTOR.getByName(site.tenant));
    const opened = await okJson(await site.api("/audit?action=finding.opened"));
    const { ledger } = endpoint.receiver.taken[0]?.body ?? {};
    expect(opened).toMatchObject({ items: [ledger ?? {}] });
    expect(ledger?.seq).toBeGreaterThan(1);
  });

  test("regressed is told", async () => {
    const { site, endpoint, host, owner, container } = await scene();
    await site.send(batch(host, [gcc(container)]));
    await site.alarm(owner);
    const { id } = await site.onlyFinding();
    pass(MINUTE);
    await okJson(await site.apiJson("POST", `/findings/${id}/fixed`, {}));
    pass(MINUTE);
    await site.send(batch(host, [gcc(container)]));
    await site.alarm(owner);
    expect(await told(endpoint)).toEqual(["finding.opened", "finding.regressed"]);
  });

  test("a signal is told once, however often it repeats", async () => {
    const { site, endpoint, host, owner, container } = await scene();
    const escape = {
      time: iso(),
      kind: "file",
      action: "write",
      container: { id: container, name: "api" },
      process: { exe: "/bin/sh", name: "sh" },
      file: { path: "/sys/fs/cgroup/rdma/release_agent" },
    };
    for (let i = 0; i < 3; i++) {
      await site.send(batch(host, [{ ...escape, time: iso() }]));
      await site.alarm(owner);
      pass(SECOND);
    }
    const types = await told(endpoint);
    expect(types.filter((type) => type === "signal.raised")).toHaveLength(1);
  });

  test("an agent that falls silent and comes back is told, by the alarm that notes it", async () => {
    const { site, endpoint, host, owner } = await scene({ events: ["agent.*"] });
    await okJson(await site.beat(beatOf(host, { intervalMs: 10_000 })));
    await site.alarm(owner);
    pass(31 * SECOND);
    await site.alarm(owner);
    expect(await told(endpoint)).toEqual(["agent.silent"]);
    expect(endpoint.receiver.taken[0]?.body.data.agent).toMatchObject({
      id: "agent-1",
      state: "silent",
      host,
    });
    await okJson(await site.beat(beatOf(host, { intervalMs: 10_000 })));
    await site.alarm(owner);
    expect(await told(endpoint)).toEqual(["agent.silent", "agent.recovered"]);
    pass(31 * SECOND);
    await site.alarm(owner);
    expect(await told(endpoint)).toEqual(["agent.silent", "agent.recovered", "agent.silent"]);
  });

  test("a finding that nobody watches any more is told to be unverified", async () => {
    const { site, endpoint, host, owner, container } = await scene({ events: ["finding.*"] });
    await okJson(await site.beat(beatOf(host, { intervalMs: 10_000 })));
    await site.send(batch(host, [gcc(container)]));
    await site.alarm(owner);
    pass(2 * MINUTE);
    await site.alarm(owner);
    expect(await told(endpoint)).toContain("finding.unverified");
  });
});

describe("filters", () => {
  test("keep back what is not wanted", async () => {
    const { site, endpoint, host, owner, container } = await scene({
      filter: { rule: ["another-rule"] },
    });
    await site.send(batch(host, [gcc(container)]));
    await site.alarm(owner);
    expect(await told(endpoint)).toEqual([]);
    await endpoint.patch({ filter: { rule: [RULE], severity: "low" } });
    pass(20 * MINUTE);
    await site.alarm(owner);
    expect(await told(endpoint)).toEqual(["finding.resolved"]);
  });
});

describe("mutes", () => {
  const mute = () => ({ reason: "other", note: "n", until: iso(Date.now() + DAY) });

  test("beginning and end are told, and the end of what was told to be open; nothing in between", async () => {
    const { site, endpoint, host, owner, container } = await scene();
    await site.send(batch(host, [gcc(container)]));
    await site.alarm(owner);
    const { id } = await site.onlyFinding();
    await okJson(await site.apiJson("POST", `/findings/${id}/mute`, mute()));
    expect(await told(endpoint)).toEqual(["finding.opened", "finding.muted"]);
    expect(endpoint.receiver.taken[1]?.body.data).toMatchObject({
      finding: { id, muted: true },
      mute: { reason: "other", author: "API token first" },
    });
    pass(20 * MINUTE);
    await site.alarm(owner);
    expect((await told(endpoint)).slice(2)).toEqual(["finding.resolved"]);
    // The next episode was never told, so its end is not either.
    await site.send(batch(host, [gcc(container)]));
    await site.alarm(owner);
    pass(HOUR);
    await site.alarm(owner);
    expect((await told(endpoint)).slice(3)).toEqual([]);
    await site.send(batch(host, [gcc(container)]));
    await site.alarm(owner);
    await okJson(await site.api(`/findings/${id}/unmute`, { method: "POST" }));
    expect((await told(endpoint)).slice(3)).toEqual(["finding.unmuted"]);
    expect(endpoint.receiver.taken.at(-1)?.body.data).toMatchObject({
      finding: { status: "open", muted: false },
      mute: { state: "ended", meanwhile: { episodesOpened: 2 } },
    });
  });

  test("of a scope is told as one, and hides what opens", async () => {
    const { site, endpoint, host, owner, container } = await scene({
      filter: { severity: "critical" },
    });
    await endpoint.patch({ filter: {} });
    const made = await site.apiJson("POST", "/mutes", {
      ...mute(),
      scope: `finding.rule == "${RULE}"`,
    });
    await okJson(made);
    await site.send(batch(host, [gcc(container)]));
    await site.alarm(owner);
    expect(await told(endpoint)).toEqual(["finding.muted"]);
    expect(endpoint.receiver.taken[0]?.body.data.finding).toBeUndefined();
    expect(endpoint.receiver.taken[0]?.body.data.mute).toMatchObject({ kind: "scope" });
  });

  test("a mute that takes another's place is told alone", async () => {
    const { site, endpoint, host, owner, container } = await scene({
      events: ["finding.muted", "finding.unmuted"],
    });
    await site.send(batch(host, [gcc(container)]));
    await site.alarm(owner);
    const { id } = await site.onlyFinding();
    await okJson(await site.apiJson("POST", `/findings/${id}/mute`, mute()));
    await okJson(await site.apiJson("POST", `/findings/${id}/mute`, { ...mute(), note: "other" }));
    expect(await told(endpoint)).toEqual(["finding.muted", "finding.muted"]);
  });

  test("the coming end is told by the cron, and the end itself", async () => {
    const { site, endpoint, host, owner, container } = await scene({
      events: ["mute.*", "finding.unmuted"],
    });
    await site.send(batch(host, [gcc(container)]));
    await site.alarm(owner);
    const { id } = await site.onlyFinding();
    await okJson(await site.apiJson("POST", `/findings/${id}/mute`, mute()));
    await cron();
    expect(await told(endpoint)).toEqual([]);
    pass(22 * HOUR);
    await cron();
    await cron();
    expect(await told(endpoint)).toEqual(["mute.expiring"]);
    pass(3 * HOUR);
    await cron();
    await cron();
    expect(await told(endpoint)).toEqual(["mute.expiring", "finding.unmuted"]);
  });

  test("what endpoints could not be told at once, the cron tells", async () => {
    const { site, endpoint, host, owner, container } = await scene({ events: ["finding.muted"] });
    await site.send(batch(host, [gcc(container)]));
    await site.alarm(owner);
    const { id } = await site.onlyFinding();
    const away = vi.spyOn(EndpointActor.prototype, "enqueue").mockImplementation(() => {
      throw new Error("away");
    });
    await okJson(await site.apiJson("POST", `/findings/${id}/mute`, mute()));
    away.mockRestore();
    expect(await told(endpoint)).toEqual([]);
    await cron();
    expect(await told(endpoint)).toEqual(["finding.muted"]);
    await cron();
    expect(await told(endpoint)).toEqual(["finding.muted"]);
  });
});

describe("failure", () => {
  test("while an endpoint cannot take it the outbox keeps it, D1 has it, and then it is told once", async () => {
    const { site, endpoint, host, owner, container } = await scene();
    const away = vi.spyOn(EndpointActor.prototype, "enqueue").mockImplementation(() => {
      throw new Error("away");
    });
    await site.send(batch(host, [gcc(container)]));
    await site.alarm(owner);
    expect(await outboxOf(site, owner)).toBe(1);
    expect((await site.findings()).items).toHaveLength(1);
    away.mockRestore();
    pass(MINUTE);
    await site.alarm(owner);
    expect(await outboxOf(site, owner)).toBe(0);
    expect(await told(endpoint)).toEqual(["finding.opened"]);
  });

  test("what was handed on before the process ended is handed on again, and told once", async () => {
    const { site, endpoint, host, owner, container } = await scene();
    await site.send(batch(host, [gcc(container)]));
    // The drain tells, and then cannot note that it has.
    const append = vi.spyOn(HostStorage.prototype, "append");
    const enqueued = vi.spyOn(EndpointActor.prototype, "enqueue");
    enqueued.mockImplementationOnce(function (this: EndpointActor, happenings) {
      append.mockImplementation(() => {
        throw new Error("the process ends here");
      });
      return this.enqueue(happenings);
    });
    await site.alarm(owner);
    append.mockRestore();
    expect(enqueued).toHaveBeenCalledTimes(2);
    expect(await outboxOf(site, owner)).toBe(1);
    await evict(site, owner);
    await site.alarm(owner);
    expect(enqueued).toHaveBeenCalledTimes(3);
    enqueued.mockRestore();
    expect(await outboxOf(site, owner)).toBe(0);
    expect(await told(endpoint)).toEqual(["finding.opened"]);
  });

  test("nothing is told that D1 does not have", async () => {
    const { site, endpoint, host, owner, container } = await scene();
    await site.send(batch(host, [gcc(container)]));
    await withoutTable("findings", () => site.alarm(owner));
    expect(await told(endpoint)).toEqual([]);
    pass(MINUTE);
    await site.alarm(owner);
    expect(await told(endpoint)).toEqual(["finding.opened"]);
  });
});

test("a tenant without endpoints pays nothing for them: no more calls than before", async () => {
  const site = await Site.open();
  await site.patchRule(RULE, { quietPeriod: "10m" });
  const host = unique("host");
  const container = newContainer();
  const asked = vi.spyOn(TenantActor.prototype, "perform");
  const enqueued = vi.spyOn(EndpointActor.prototype, "enqueue");
  const prepared = vi.spyOn(env.DB, "prepare");
  await site.send(batch(host, [gcc(container)]));
  await site.alarm(`host:${host}`);
  const opening = asked.mock.calls.length;
  pass(20 * MINUTE);
  await site.alarm(`host:${host}`);
  const ending = asked.mock.calls.length - opening;
  const reads = prepared.mock.calls.filter(([sql]) => /select "?id"?, "?muted_until/i.test(sql));
  for (const spy of [asked, enqueued, prepared]) spy.mockRestore();
  // The scopes of mutes, and whether anything may resolve on silence: as before.
  expect(opening).toBeLessThanOrEqual(2);
  expect(ending).toBeLessThanOrEqual(1);
  expect(enqueued).not.toHaveBeenCalled();
  expect(reads).toEqual([]);
});
