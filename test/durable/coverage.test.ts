/** Silence counts only while an agent that sends heartbeats is known to be watching. */
import { beforeEach, describe, expect, test } from "vitest";
import {
  batch,
  beatOf,
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
} from "../workers/support.ts";
import { alarmOf, cron, episodesOf, evict } from "./support.ts";

beforeEach(stopClock);

const RULE = "compiler-in-container";
const OF_RULE = `?rule=${RULE}`;

/** A finding under a quiet period of 5 min, whose agent sends a heartbeat a minute. */
async function watched() {
  const site = await Site.open();
  await site.patchRule(RULE, { quietPeriod: "5m" });
  const host = unique("host");
  const owner = `host:${host}`;
  const openedAt = Date.now();
  await site.send(batch(host, [gcc(newContainer())]));
  const beat = async (fields: JsonObject = {}) => {
    await okJson(await site.beat(beatOf(host, { intervalMs: 60_000, ...fields })));
  };
  await beat();
  await site.alarm(owner);
  return { site, host, owner, openedAt, beat };
}

describe("with heartbeats, a finding", () => {
  test("resolves as quiet once a contact covers the deadline, and no sooner", async () => {
    const { site, owner, openedAt, beat } = await watched();
    for (let i = 0; i < 4; i++) {
      pass(MINUTE);
      await beat();
    }
    pass(MINUTE);
    await site.alarm(owner);
    const { status, deadlineAt } = await site.onlyFinding(OF_RULE);
    expect([status, deadlineAt]).toEqual(["open", iso(openedAt + 5 * MINUTE)]);

    pass(SECOND);
    await beat();
    await site.alarm(owner);
    const finding = await site.onlyFinding(OF_RULE);
    expect(finding).toMatchObject({
      status: "resolved",
      resolution: "quiet",
      resolvedAt: iso(openedAt + 5 * MINUTE),
    });
    expect((await episodesOf(site, finding.id)).items).toMatchObject([
      { resolution: "quiet", coverage: 1 },
    ]);
  });

  test("is unverified while its agent is silent, has no deadline, and never resolves by that", async () => {
    const { site, owner, beat, openedAt } = await watched();
    pass(MINUTE);
    await beat();
    pass(60 * MINUTE);
    await site.alarm(owner);
    await evict(site, owner);
    expect(await site.onlyFinding(OF_RULE)).toMatchObject({
      status: "open",
      deadlineAt: null,
      verification: {
        state: "unverified",
        heartbeats: true,
        gaps: [{ from: iso(openedAt + MINUTE), to: null, reason: "no_contact" }],
      },
    });
  });

  test("goes on with its quiet clock after a gap, by what was watched", async () => {
    const { site, owner, beat, openedAt } = await watched();
    pass(MINUTE);
    await beat();
    pass(60 * MINUTE);
    await beat();
    await site.alarm(owner);
    const backAt = openedAt + 61 * MINUTE;
    expect(await site.onlyFinding(OF_RULE)).toMatchObject({
      status: "open",
      deadlineAt: iso(backAt + 4 * MINUTE),
      verification: {
        state: "watching",
        gaps: [{ from: iso(openedAt + MINUTE), to: iso(backAt), reason: "no_contact" }],
      },
    });
    for (let i = 0; i < 4; i++) {
      pass(MINUTE);
      await beat();
    }
    await site.alarm(owner);
    const finding = await site.onlyFinding(OF_RULE);
    expect(finding).toMatchObject({ status: "resolved", resolution: "quiet" });
    const [episode] = (await episodesOf(site, finding.id)).items;
    expect(episode?.coverage).toBeCloseTo(5 / 65, 3);
  });

  test("does not count the time before a heartbeat that reports drops", async () => {
    const { site, owner, beat, openedAt } = await watched();
    pass(MINUTE);
    await beat();
    pass(MINUTE);
    await beat({ dropped: 7 });
    await site.alarm(owner);
    expect(await site.onlyFinding(OF_RULE)).toMatchObject({
      deadlineAt: iso(openedAt + 6 * MINUTE),
      verification: { gaps: [{ reason: "dropped" }] },
    });
  });

  test("is not watched by an agent that has never reported it", async () => {
    const { site, host, owner } = await watched();
    pass(60 * MINUTE);
    const other = { id: "other", host: { name: host } };
    await okJson(await site.beat({ agent: other, intervalMs: 60_000 }));
    await site.alarm(owner);
    expect(await site.onlyFinding(OF_RULE)).toMatchObject({
      status: "open",
      deadlineAt: null,
      verification: { state: "unverified" },
    });
  });
});

describe("in lists, a finding whose agent has fallen silent", () => {
  test("is unverified and has no deadline once the cron has run", async () => {
    const { site, owner } = await watched();
    pass(60 * MINUTE);
    await site.alarm(owner);
    await cron();
    await site.alarm(owner);
    const [row] = (await site.findings(OF_RULE)).items;
    expect(row).toMatchObject({ deadlineAt: null, verification: { state: "unverified" } });
  });
});

describe("an agent that falls silent", () => {
  test("is a finding of its host, until it has been back for a while", async () => {
    const { site, host, owner, beat } = await watched();
    pass(3 * MINUTE + SECOND);
    await site.alarm(owner);
    const silent = await site.onlyFinding("?rule=agent-silent");
    expect(silent).toMatchObject({
      status: "open",
      severity: "high",
      headline: expect.stringContaining("native (agent-1) fell silent") as string,
      resource: { id: owner, name: host },
    });

    for (let minutes = 0; minutes <= 17; minutes++) {
      pass(MINUTE);
      await beat();
    }
    await site.alarm(owner);
    expect(await site.finding(silent.id)).toMatchObject({
      status: "resolved",
      resolution: "quiet",
    });
  });

  test("is none where the rule is off", async () => {
    const { site, owner } = await watched();
    await site.patchRule("agent-silent", { enabled: false });
    pass(3 * MINUTE + SECOND);
    await site.alarm(owner);
    expect((await site.findings("?rule=agent-silent")).items).toEqual([]);
    // Nor is it looked for again and again.
    expect(await alarmOf(site, owner)).toBeNull();
  });

  test("is found though its actor was out of memory, and its alarm was lost", async () => {
    const { site, owner } = await watched();
    await evict(site, owner);
    pass(HOUR);
    await site.actor(owner).wake();
    pass(3 * MINUTE + SECOND);
    await site.alarm(owner);
    expect((await site.findings("?rule=agent-silent&status=open")).items).toHaveLength(1);
  });

  test("is not one that comes right after an outage of Lull", async () => {
    const { site, owner, beat } = await watched();
    pass(HOUR);
    // The alarm is overdue: it fires as soon as there is anybody to hear it, and before the agent can report.
    await site.alarm(owner);
    await evict(site, owner);
    pass(MINUTE);
    await beat();
    pass(3 * MINUTE);
    await site.alarm(owner);
    expect((await site.findings("?rule=agent-silent")).items).toEqual([]);
  });
});

describe("a resource that is gone by somebody's word", () => {
  const gone = (site: Site, id: string) => site.apiJson("POST", `/resources/${id}/gone`, {});

  test("ends what is open on a host and its containers, and nobody waits for its agents", async () => {
    const { site, owner } = await watched();
    pass(3 * MINUTE + SECOND);
    await site.alarm(owner);
    expect(await okJson(await gone(site, owner))).toEqual({ resource: owner, findings: 2 });
    await site.alarm(owner);
    const { items } = await site.findings();
    expect(items.map(({ resolution }) => resolution)).toEqual(["resource_gone", "resource_gone"]);

    expect(await okJson(await gone(site, owner))).toEqual({ resource: owner, findings: 0 });
    pass(HOUR);
    await site.alarm(owner);
    expect((await site.findings("?status=open")).items).toEqual([]);
  });

  test("may be one container", async () => {
    const { site, host, owner } = await watched();
    await site.send(batch(host, [gcc(newContainer())]));
    await site.alarm(owner);
    const [first] = (await site.findings()).items;
    const id = first?.resource.id ?? "";
    expect(await okJson(await gone(site, id))).toEqual({ resource: id, findings: 1 });
    await site.alarm(owner);
    expect((await site.findings("?status=open")).items).toHaveLength(1);
  });

  test.each(["host:nobody", "container:c0ffee000009", "node-7", "host:"])(
    "is not %s, of which nobody knows",
    async (id) => {
      const { site } = await watched();
      expect(await problemOf(await gone(site, id))).toMatchObject({ status: 404 });
    },
  );

  test("is not that of another tenant", async () => {
    const { site, owner } = await watched();
    const other = await Site.open();
    expect(await problemOf(await gone(other, owner))).toMatchObject({ status: 404 });
    expect((await site.findings("?status=open")).items).toHaveLength(1);
  });
});
