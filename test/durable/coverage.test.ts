/** Silence counts only while an agent that sends heartbeats is known to be watching. */
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
  SECOND,
  Site,
  stopClock,
  unique,
} from "../workers/support.ts";
import { cron, episodesOf, evict } from "./support.ts";

beforeEach(stopClock);

const RULE = "compiler-in-container";

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
    const { status, deadlineAt } = await site.onlyFinding();
    expect([status, deadlineAt]).toEqual(["open", iso(openedAt + 5 * MINUTE)]);

    pass(SECOND);
    await beat();
    await site.alarm(owner);
    const finding = await site.onlyFinding();
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
    expect(await site.onlyFinding()).toMatchObject({
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
    expect(await site.onlyFinding()).toMatchObject({
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
    const finding = await site.onlyFinding();
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
    expect(await site.onlyFinding()).toMatchObject({
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
    expect(await site.onlyFinding()).toMatchObject({
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
    const [row] = (await site.findings()).items;
    expect(row).toMatchObject({ deadlineAt: null, verification: { state: "unverified" } });
  });
});
