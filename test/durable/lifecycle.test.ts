/** A finding opens, stays open while events come, resolves after its quiet period, and reopens. */
import { beforeEach, describe, expect, test } from "vitest";
import {
  batch,
  DAY,
  gcc,
  HOUR,
  iso,
  newContainer,
  pass,
  SECOND,
  Site,
  stopClock,
  unique,
} from "../workers/support.ts";
import { alarmOf, episodesOf, evict } from "./support.ts";

beforeEach(stopClock);

const RULE = "compiler-in-container";

/** A finding that opened now, under a quiet period of 10 s. */
async function opened() {
  const site = await Site.open();
  await site.patchRule(RULE, { quietPeriod: "10s" });
  const host = unique("host");
  const owner = `host:${host}`;
  const container = newContainer();
  const openedAt = Date.now();
  await site.send(batch(host, [gcc(container)]));
  await site.alarm(owner);
  const finding = await site.onlyFinding();
  return { site, host, owner, container, openedAt, finding };
}

describe("quiet", () => {
  test("for the quiet period resolves, at the deadline, when the alarm looks", async () => {
    const { site, owner, openedAt, finding } = await opened();
    expect(finding).toMatchObject({
      status: "open",
      episode: 1,
      count: 1,
      quietPeriod: "10s",
      deadlineAt: iso(openedAt + 10 * SECOND),
    });
    expect(await alarmOf(site, owner)).toBe(openedAt + 10 * SECOND);

    pass(10 * SECOND);
    await site.alarm(owner);
    const resolved = await site.onlyFinding();
    expect(resolved).toMatchObject({
      status: "resolved",
      resolution: "quiet_unverified",
      deadlineAt: null,
      resolvedAt: iso(openedAt + 10 * SECOND),
      count: 1,
    });
    expect((await episodesOf(site, finding.id)).items).toMatchObject([
      {
        episode: 1,
        resolution: "quiet_unverified",
        count: 1,
        coverage: null,
        openedAt: iso(openedAt),
        resolvedAt: iso(openedAt + 10 * SECOND),
        quietPeriod: "10s",
      },
    ]);
    expect((await site.findings("?status=open")).items).toEqual([]);
    expect((await site.findings("?status=resolved")).items).toHaveLength(1);
  });

  test("resolves no sooner, though the alarm fires early and repeatedly", async () => {
    const { site, owner, openedAt, finding } = await opened();
    for (let i = 0; i < 3; i++) {
      pass(3 * SECOND);
      await site.alarm(owner);
      await site.alarm(owner);
    }
    expect(await site.onlyFinding()).toMatchObject({
      status: "open",
      version: finding.version,
      deadlineAt: iso(openedAt + 10 * SECOND),
    });
    expect(await alarmOf(site, owner)).toBe(openedAt + 10 * SECOND);
  });

  test("resolved once stays resolved once, though the alarm fires again", async () => {
    const { site, owner, finding } = await opened();
    pass(10 * SECOND);
    await site.alarm(owner);
    const { version } = await site.onlyFinding();
    for (let i = 0; i < 3; i++) await site.alarm(owner);
    expect((await site.onlyFinding()).version).toBe(version);
    expect((await episodesOf(site, finding.id)).items).toHaveLength(1);
  });

  test("begins anew with every event", async () => {
    const { site, host, owner, container, openedAt } = await opened();
    pass(4 * SECOND);
    await site.send(batch(host, [gcc(container)]));
    pass(9 * SECOND);
    await site.alarm(owner);
    expect(await site.onlyFinding()).toMatchObject({
      status: "open",
      count: 2,
      lastSeenAt: iso(openedAt + 4 * SECOND),
      deadlineAt: iso(openedAt + 14 * SECOND),
    });
    pass(SECOND);
    await site.alarm(owner);
    expect(await site.onlyFinding()).toMatchObject({ status: "resolved", count: 2 });
  });
});

describe("an event after the deadline", () => {
  test("reopens the finding as episode 2", async () => {
    const { site, host, owner, container, openedAt, finding } = await opened();
    pass(10 * SECOND);
    await site.alarm(owner);
    pass(SECOND);
    await site.send(batch(host, [gcc(container), gcc(container)]));
    await site.alarm(owner);
    expect(await site.onlyFinding()).toMatchObject({
      id: finding.id,
      status: "open",
      episode: 2,
      count: 2,
      totalCount: 3,
      resolution: null,
      resolvedAt: null,
      firstSeenAt: iso(openedAt + 11 * SECOND),
    });
    expect((await episodesOf(site, finding.id)).items.map((it) => it.episode)).toEqual([1]);

    // It has paused for 11 s before: now it must be quiet for twice as long.
    pass(10 * SECOND);
    await site.alarm(owner);
    expect(await site.onlyFinding()).toMatchObject({
      status: "open",
      quietPeriod: "22s",
      quiet: { basis: "cadence", rulePeriod: "10s", longestPause: "11s" },
    });
    pass(12 * SECOND);
    await site.alarm(owner);
    const { items } = await episodesOf(site, finding.id);
    expect(items.map((it) => [it.episode, it.count])).toEqual([
      [2, 2],
      [1, 1],
    ]);
  });

  test("ends the episode before it at that deadline, though no alarm came between", async () => {
    const { site, host, owner, container, openedAt, finding } = await opened();
    pass(HOUR);
    await site.send(batch(host, [gcc(container)]));
    await site.alarm(owner);
    expect(await site.onlyFinding()).toMatchObject({ status: "open", episode: 2, count: 1 });
    expect((await episodesOf(site, finding.id)).items).toMatchObject([
      { episode: 1, count: 1, resolvedAt: iso(openedAt + 10 * SECOND) },
    ]);
  });

  test("reopens it under its next number after the actor has forgotten everything", async () => {
    const { site, host, owner, container, finding } = await opened();
    pass(10 * SECOND);
    await site.alarm(owner);
    pass(3 * DAY);
    await site.alarm(owner);
    await site.alarm(owner);
    expect(await site.alarm(owner)).toBe(false);
    expect(await site.finding(finding.id)).toMatchObject({ status: "resolved", episode: 1 });

    await site.send(batch(host, [gcc(container)]));
    await site.alarm(owner);
    expect(await site.onlyFinding()).toMatchObject({
      id: finding.id,
      status: "open",
      episode: 2,
      totalCount: 2,
    });
  });
});

test("an event older than the end of the episode never reopens it, and is counted as late", async () => {
  const { site, host, owner, container, openedAt } = await opened();
  pass(20 * SECOND);
  await site.alarm(owner);
  await site.send(batch(host, [gcc(container, { time: iso(openedAt + 5 * SECOND) })]));
  await site.alarm(owner);
  const finding = await site.onlyFinding();
  expect(finding).toMatchObject({ status: "resolved", episode: 1, count: 1, lateCount: 1 });
});

test("nothing is lost, though the actor is evicted between any two steps", async () => {
  const { site, host, owner, container, openedAt, finding } = await opened();
  await evict(site, owner);
  await site.send(batch(host, [gcc(container, { message: "again" })]));
  await evict(site, owner);
  expect(await site.finding(finding.id)).toMatchObject({ status: "open", count: 2 });
  pass(10 * SECOND);
  await evict(site, owner);
  await site.alarm(owner);
  await evict(site, owner);
  expect(await site.finding(finding.id)).toMatchObject({ status: "resolved", count: 2 });
  pass(SECOND);
  await site.send(batch(host, [gcc(container)]));
  await evict(site, owner);
  await site.alarm(owner);
  await evict(site, owner);
  expect(await site.onlyFinding()).toMatchObject({ status: "open", episode: 2, totalCount: 3 });
  expect((await episodesOf(site, finding.id)).items).toMatchObject([
    { episode: 1, count: 2, resolvedAt: iso(openedAt + 10 * SECOND) },
  ]);
});

test("two containers of one host are two findings, and each goes its own way", async () => {
  const { site, host, owner, container } = await opened();
  const other = newContainer();
  pass(5 * SECOND);
  await site.send(batch(host, [gcc(other)]));
  await site.alarm(owner);
  pass(5 * SECOND);
  await site.alarm(owner);
  const { items } = await site.findings();
  const status = Object.fromEntries(items.map((it) => [it.resource.containerId, it.status]));
  expect(status).toEqual({ [container]: "resolved", [other]: "open" });
});
