/** Severity rises with persistence and spread, where the rule says so: over the API, the alarm and the sweep. */
import { beforeEach, describe, expect, test } from "vitest";
import {
  batch,
  DAY,
  gcc,
  HOUR,
  iso,
  MINUTE,
  newContainer,
  pass,
  SECOND,
  Site,
  stopClock,
  unique,
} from "../workers/support.ts";
import { alarmOf, cron, episodesOf, evict } from "./support.ts";

beforeEach(stopClock);

const RULE = "compiler-in-container";

async function opened(rises: { after?: string; resources?: number; severity: string }[]) {
  const site = await Site.open();
  await site.patchRule(RULE, { rises });
  const host = unique("host");
  const owner = `host:${host}`;
  const openedAt = Date.now();
  const event = (container: string, workload = "api", on = host) =>
    site.send(
      batch(on, [
        gcc(container, {
          k8s: { namespace: "shop", workload: { kind: "Deployment", name: workload } },
        }),
      ]),
    );
  return { site, host, owner, openedAt, event };
}

const listed = async (site: Site) => (await site.findings()).items.map((it) => it.severity);

describe("with persistence", () => {
  async function lasting() {
    const made = await opened([{ after: "72h", severity: "high" }]);
    await made.event(newContainer());
    await made.site.alarm(made.owner);
    const finding = await made.site.onlyFinding();
    return { ...made, finding };
  }
  const risen = (openedAt: number) => ({
    basis: "persistence",
    at: iso(openedAt + 3 * DAY),
    from: "medium",
    after: "3d",
    resources: null,
  });

  test("at the alarm that is armed for it, after an eviction too, in lists and for good", async () => {
    const { site, owner, openedAt, finding } = await lasting();
    expect(finding).toMatchObject({ severity: "medium", risen: null });
    expect(await alarmOf(site, owner)).toBe(openedAt + 3 * DAY);
    pass(3 * DAY);
    await evict(site, owner);
    await site.alarm(owner);
    expect(await site.finding(finding.id)).toMatchObject({
      severity: "high",
      risen: risen(openedAt),
    });
    expect((await site.findings("?severity=high")).items).toMatchObject([{ id: finding.id }]);
    pass(5 * DAY);
    await site.alarm(owner);
    expect((await episodesOf(site, finding.id)).items).toMatchObject([{ severity: "high" }]);
  });

  test("not in an episode that was quiet before", async () => {
    const { site, owner, finding } = await lasting();
    await site.patchRule(RULE, { quietPeriod: "1h" });
    pass(4 * DAY);
    await site.alarm(owner);
    expect(await site.finding(finding.id)).toMatchObject({
      status: "resolved",
      severity: "medium",
      risen: null,
    });
  });

  test("no more, once the rule does not say so any more", async () => {
    const { site, owner, finding } = await lasting();
    pass(3 * DAY);
    await site.alarm(owner);
    await site.patchRule(RULE, { rises: null });
    await site.alarm(owner);
    expect(await site.finding(finding.id)).toMatchObject({ severity: "medium", risen: null });
    expect(await listed(site)).toEqual(["medium"]);
  });

  test("at once, where a new rule says that it is overdue", async () => {
    const { site, owner, finding } = await lasting();
    pass(HOUR);
    await site.patchRule(RULE, { rises: [{ after: "30m", severity: "critical" }] });
    expect(await site.finding(finding.id)).toMatchObject({
      severity: "critical",
      risen: { after: "30m" },
    });
    await site.alarm(owner);
    expect(await listed(site)).toEqual(["critical"]);
  });

  test("of an open finding of a silent agent, too", async () => {
    const site = await Site.open();
    await site.patchRule("agent-silent", { rises: [{ after: "24h", severity: "critical" }] });
    const host = unique("host");
    const beat = { agent: { id: "a1", kind: "native", host: { name: host } }, sentAt: iso() };
    await site.beat(beat);
    pass(3 * MINUTE + SECOND);
    await site.alarm(`host:${host}`);
    expect(await site.onlyFinding()).toMatchObject({ rule: "agent-silent", severity: "high" });
    pass(DAY);
    await site.alarm(`host:${host}`);
    expect(await site.onlyFinding()).toMatchObject({ severity: "critical" });
  });
});

describe("with spread", () => {
  const STEPS = [{ resources: 3, severity: "high" }];

  test("when the sweep finds that enough of a workload have it, on all of its hosts", async () => {
    const { site, host, event } = await opened(STEPS);
    const other = unique("host");
    const alarms = async () => {
      for (const on of [host, other]) await site.alarm(`host:${on}`);
    };
    await event(newContainer());
    await event(newContainer(), "api", other);
    await event(newContainer(), "checkout");
    await alarms();
    await cron();
    await alarms();
    expect(await listed(site)).toEqual(["medium", "medium", "medium"]);

    pass(MINUTE);
    await event(newContainer());
    await alarms();
    await cron();
    await alarms();
    const { items } = await site.findings("?workload=api");
    expect(items).toHaveLength(3);
    for (const it of items) {
      expect(it).toMatchObject({
        severity: "high",
        risen: { basis: "spread", at: iso(), from: "medium", after: null, resources: 3 },
      });
    }
    expect((await site.findings("?workload=checkout")).items).toMatchObject([{ risen: null }]);

    // One that joins them later rises too, and the others are not told again.
    const before = items.map(({ id, version }) => [id, version]);
    pass(MINUTE);
    await event(newContainer());
    await alarms();
    await cron();
    await alarms();
    const after = (await site.findings("?workload=api")).items;
    expect(after.map((it) => it.severity)).toEqual(["high", "high", "high", "high"]);
    expect(after.map(({ id, version }) => [id, version])).toEqual(expect.arrayContaining(before));
  });

  test("keeps its severity when fewer have it, and opens anew without", async () => {
    const { site, owner, event } = await opened(STEPS);
    await site.patchRule(RULE, { quietPeriod: "1h" });
    const [first, second, third] = [newContainer(), newContainer(), newContainer()];
    for (const container of [first, second, third]) await event(container);
    await site.alarm(owner);
    await cron();
    await site.alarm(owner);
    pass(50 * MINUTE);
    await event(first);
    pass(20 * MINUTE);
    await site.alarm(owner);
    await cron();
    await site.alarm(owner);
    expect((await site.findings("?status=open")).items).toMatchObject([{ severity: "high" }]);
    pass(5 * HOUR);
    await site.alarm(owner);
    await event(first);
    await site.alarm(owner);
    await cron();
    expect((await site.findings("?status=open")).items).toMatchObject([
      { episode: 2, severity: "medium", risen: null },
    ]);
  });

  test("reaches findings that were open before the rule said so", async () => {
    const { site, owner, event } = await opened([]);
    for (let i = 0; i < 3; i++) await event(newContainer());
    await site.alarm(owner);
    await site.patchRule(RULE, { rises: STEPS });
    await site.alarm(owner);
    pass(SECOND);
    await cron();
    await site.alarm(owner);
    expect(await listed(site)).toEqual(["high", "high", "high"]);
  });

  test("is counted for each tenant alone", async () => {
    const one = await opened(STEPS);
    const two = await opened(STEPS);
    for (const { event, site, owner } of [one, two]) {
      await event(newContainer());
      await event(newContainer());
      await site.alarm(owner);
    }
    await cron();
    for (const { site, owner } of [one, two]) {
      await site.alarm(owner);
      expect(await listed(site)).toEqual(["medium", "medium"]);
    }
  });
});
