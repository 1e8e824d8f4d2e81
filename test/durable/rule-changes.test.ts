/** Open findings follow a change of their rule. */
import { beforeEach, expect, test } from "vitest";
import {
  agentId,
  containerResourceId,
  hostResourceId,
  parseFindingId,
  parseTenantId,
  ruleId,
} from "../../schema/ids.ts";
import type { HostReport } from "../../durable/host-actor.ts";
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
import { alarmOf, episodesOf } from "./support.ts";

beforeEach(stopClock);

const RULE = "compiler-in-container";

async function opened() {
  const site = await Site.open();
  const host = unique("host");
  const owner = `host:${host}`;
  const container = newContainer();
  const openedAt = Date.now();
  await site.send(batch(host, [gcc(container)]));
  await site.alarm(owner);
  const finding = await site.onlyFinding();
  return { site, host, owner, container, openedAt, finding };
}

/** What an edge that has not heard of any change tells the actor of one more event. */
function reportOf(site: Site, host: string, container: string, finding: string): HostReport {
  const at = Date.now();
  const resourceId = containerResourceId(container);
  const tenant = parseTenantId(site.tenant);
  if (tenant === null) throw new Error("not a tenant");
  return {
    tenant,
    owner: hostResourceId(host),
    batch: null,
    contact: {
      agentId: agentId("agent-1"),
      kind: "native",
      version: null,
      ruleset: null,
      at,
      intervalMs: null,
      dropped: 0,
    },
    resources: [],
    observations: [
      {
        findingId: parseFindingId(finding) ?? expect.unreachable(),
        ruleId: ruleId(RULE),
        resourceId,
        title: "Compiler run in a container",
        subject: "gcc ran",
        severity: "medium",
        quietPeriodMs: 7 * DAY,
        rulesVersion: 1,
        count: 1,
        firstAt: at,
        lastAt: at,
        samples: [],
        occurrences: [[at, 1]],
      },
    ],
    signals: [],
  };
}

test("a shorter quiet period brings the deadline of an open finding forward, and its alarm", async () => {
  const { site, owner, openedAt, finding } = await opened();
  expect(finding).toMatchObject({ quietPeriod: "7d", deadlineAt: iso(openedAt + 7 * DAY) });
  pass(SECOND);
  await site.patchRule(RULE, { quietPeriod: "3s" });
  expect(await site.finding(finding.id)).toMatchObject({
    quietPeriod: "3s",
    deadlineAt: iso(openedAt + 3 * SECOND),
  });
  expect(await alarmOf(site, owner)).toBeLessThanOrEqual(openedAt + 3 * SECOND);
  pass(2 * SECOND);
  await site.alarm(owner);
  expect(await site.finding(finding.id)).toMatchObject({ status: "resolved" });
});

test("a quiet period that has already passed resolves at once", async () => {
  const { site, owner, openedAt, finding } = await opened();
  pass(HOUR);
  await site.patchRule(RULE, { quietPeriod: "1m" });
  await site.alarm(owner);
  expect(await site.finding(finding.id)).toMatchObject({
    status: "resolved",
    resolvedAt: iso(openedAt + MINUTE),
  });
});

test("null takes the change back", async () => {
  const { site, openedAt, finding } = await opened();
  await site.patchRule(RULE, { quietPeriod: "1h", severity: "critical" });
  expect(await site.finding(finding.id)).toMatchObject({ severity: "critical", quietPeriod: "1h" });
  await site.patchRule(RULE, { quietPeriod: null, severity: null });
  expect(await site.finding(finding.id)).toMatchObject({
    severity: "medium",
    quietPeriod: "7d",
    deadlineAt: iso(openedAt + 7 * DAY),
  });
});

test("a disabled rule ends its findings as rule_retired, and takes no events until it is enabled", async () => {
  const { site, host, owner, container, finding } = await opened();
  pass(MINUTE);
  const retiredAt = iso();
  await site.patchRule(RULE, { enabled: false });
  await site.alarm(owner);
  expect(await site.finding(finding.id)).toMatchObject({
    status: "resolved",
    resolution: "rule_retired",
    resolvedAt: retiredAt,
  });
  expect((await episodesOf(site, finding.id)).items).toMatchObject([
    { episode: 1, resolution: "rule_retired", coverage: null },
  ]);

  pass(MINUTE);
  expect(await site.send(batch(host, [gcc(container)]))).toMatchObject({ accepted: 0, ignored: 1 });
  await site.patchRule(RULE, { enabled: true });
  pass(MINUTE);
  expect(await site.send(batch(host, [gcc(container)]))).toMatchObject({ accepted: 1 });
  await site.alarm(owner);
  expect(await site.finding(finding.id)).toMatchObject({ status: "open", episode: 2, count: 1 });
});

test("a change of severity shows in lists as soon as the alarm has fired", async () => {
  const { site, owner, finding } = await opened();
  await site.patchRule(RULE, { severity: "critical" });
  await site.alarm(owner);
  const { items } = await site.findings("?severity=critical");
  expect(items.map((it) => it.id)).toEqual([finding.id]);
});

test("a change made before the first drain reaches the finding all the same", async () => {
  const site = await Site.open();
  const host = unique("host");
  const openedAt = Date.now();
  await site.send(batch(host, [gcc(newContainer())]));
  await site.patchRule(RULE, { quietPeriod: "3s" });
  await site.alarm(`host:${host}`);
  expect(await site.onlyFinding()).toMatchObject({ deadlineAt: iso(openedAt + 3 * SECOND) });
});

test("an event that was classified by the rules of before does not undo a change", async () => {
  const { site, host, owner, container, finding } = await opened();
  await site.patchRule(RULE, { quietPeriod: "3s" });
  await site.actor(owner).report(reportOf(site, host, container, finding.id));
  expect(await site.finding(finding.id)).toMatchObject({ count: 2, quietPeriod: "3s" });
});

test("a change is the tenant's own", async () => {
  const { site, finding } = await opened();
  const other = await opened();
  await site.patchRule(RULE, { quietPeriod: "3s" });
  expect(await other.site.finding(other.finding.id)).toMatchObject({ quietPeriod: "7d" });
  expect(await site.finding(finding.id)).toMatchObject({ quietPeriod: "3s" });
});
