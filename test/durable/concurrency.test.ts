/** Reports, drains, takeovers and evictions at the same moment: every event counts once in the end. */
import { DRAIN_SPACING_MS } from "../../schema/limits.ts";
import { env } from "cloudflare:workers";
import { beforeEach, expect, test } from "vitest";
import {
  batch,
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
import { alarmOf, outboxOf } from "./support.ts";

beforeEach(stopClock);

test("reports that arrive while a drain waits for D1 are neither lost nor counted twice", async () => {
  const site = await Site.open();
  const host = unique("host");
  const owner = `host:${host}`;
  const containers = [newContainer(), newContainer(), newContainer()];
  let sent = 0;
  const send = async () => {
    const container = containers[sent % containers.length] ?? "none";
    await site.send(batch(host, [gcc(container, { message: `event ${sent++}` })]));
  };
  for (let round = 0; round < 6; round++) {
    await Promise.all([send(), site.alarm(owner), send(), site.actor(owner).wake(), send()]);
    pass(SECOND);
  }
  pass(HOUR);
  await site.alarm(owner);
  await site.alarm(owner);
  const { items } = await site.findings();
  expect(items).toHaveLength(3);
  expect(items.reduce((sum, finding) => sum + finding.count, 0)).toBe(sent);
  expect(items.every((finding) => finding.episode === 1)).toBe(true);
  expect(await outboxOf(site, owner)).toBe(0);
});

test("a container that two hosts report by turns keeps one row, whose count is the sum in the end", async () => {
  const site = await Site.open();
  const hosts = [unique("host"), unique("host")];
  const container = newContainer();
  let sent = 0;
  for (let round = 0; round < 5; round++) {
    await Promise.all(
      hosts.flatMap((host) => [
        site.send(batch(host, [gcc(container, { message: `event ${sent++}` })])),
        site.alarm(`host:${host}`),
      ]),
    );
    pass(10 * SECOND);
  }
  // Each learns of the other one at its next refresh or deadline.
  for (let i = 0; i < 6; i++) {
    pass(HOUR);
    for (const host of hosts) await site.alarm(`host:${host}`);
  }
  const finding = await site.onlyFinding();
  expect(finding).toMatchObject({ status: "open", episode: 1, count: sent, totalCount: sent });
  const { results } = await env.DB.prepare("SELECT count(*) AS n FROM episodes").all();
  expect(results).toEqual([{ n: 0 }]);
});

test("more findings than one alarm drains arrive with the next ones", async () => {
  const site = await Site.open();
  const host = unique("host");
  const owner = `host:${host}`;
  const events = Array.from({ length: 2_100 }, () => gcc(newContainer()));
  const answer = await site.send(batch(host, events));
  expect(answer).toMatchObject({ accepted: 2_100, findings: 2_100 });
  await site.alarm(owner);
  expect(await outboxOf(site, owner)).toBe(100);
  expect(await alarmOf(site, owner)).toBeLessThanOrEqual(Date.now() + DRAIN_SPACING_MS);
  await site.alarm(owner);
  expect(await outboxOf(site, owner)).toBe(0);
  const { results } = await env.DB.prepare("SELECT count(*) AS n FROM findings WHERE tenant = ?")
    .bind(site.tenant)
    .all();
  expect(results).toEqual([{ n: 2_100 }]);
});

test("names that are cut within a character are one name, in the actor and in D1", async () => {
  const site = await Site.open();
  const host = "🙂".repeat(200);
  const container = `x${"🙂".repeat(100)}`;
  for (let i = 0; i < 2; i++) {
    const answer = await site.send(batch(host, [gcc(container, { message: String(i) })]));
    expect(answer.accepted).toBe(1);
  }
  const owner = `host:${host.slice(0, 253)}`;
  await site.alarm(owner);
  expect(await site.onlyFinding()).toMatchObject({ status: "open", count: 2 });
  expect(await outboxOf(site, owner)).toBe(0);
  pass(MINUTE);
  await site.send(batch(host, [gcc(container, { time: iso() })]));
  pass(8 * 24 * HOUR);
  await site.alarm(owner);
  expect(await site.onlyFinding()).toMatchObject({ status: "resolved", count: 3 });
});
