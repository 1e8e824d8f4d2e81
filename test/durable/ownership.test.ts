/** A container that is reported under two hosts is one finding, held by one of them. */
import { beforeEach, expect, test } from "vitest";
import {
  batch,
  gcc,
  MINUTE,
  newContainer,
  pass,
  SECOND,
  Site,
  stopClock,
  unique,
} from "../workers/support.ts";
import { episodesOf, outboxOf, refusingWritesOf, rowsOf } from "./support.ts";

beforeEach(stopClock);

const RULE = "compiler-in-container";

async function twoHosts() {
  const site = await Site.open();
  await site.patchRule(RULE, { quietPeriod: "10m" });
  const container = newContainer();
  const [a, b] = [unique("host"), unique("host")];
  const send = (host: string, events: number) =>
    site.send(
      batch(
        host,
        Array.from({ length: events }, () => gcc(container)),
      ),
    );
  return { site, a, b, send };
}

test("the second owner takes the finding over with its counts, and the first lets go", async () => {
  const { site, a, b, send } = await twoHosts();
  await send(a, 3);
  await site.alarm(`host:${a}`);
  const before = await site.onlyFinding();
  pass(SECOND);
  await send(b, 2);
  await site.alarm(`host:${b}`);
  const taken = await site.onlyFinding();
  expect(taken).toMatchObject({ id: before.id, status: "open", episode: 1, count: 5 });
  expect(taken.firstSeenAt).toBe(before.firstSeenAt);
  expect(taken.version).toBeGreaterThan(before.version);
  expect(taken.resource.host).toBe(b);

  // The former owner's deadline: it is refused, and lets go.
  pass(10 * MINUTE - SECOND);
  await site.alarm(`host:${a}`);
  expect(await rowsOf(site, `host:${a}`)).toMatchObject({ findings: 0, outbox: 0 });
  expect(await site.onlyFinding()).toMatchObject({ status: "open", count: 5 });
  expect((await episodesOf(site, taken.id)).items).toEqual([]);

  pass(SECOND);
  await site.alarm(`host:${b}`);
  expect(await site.onlyFinding()).toMatchObject({ status: "resolved", count: 5 });
  expect((await episodesOf(site, taken.id)).items).toMatchObject([{ episode: 1, count: 5 }]);
});

test("events that the former owner had not told yet are not lost", async () => {
  const { site, a, b, send } = await twoHosts();
  await send(a, 1);
  await site.alarm(`host:${a}`);
  pass(SECOND);
  await send(a, 4);
  await send(b, 2);
  await site.alarm(`host:${b}`);
  pass(2 * MINUTE);
  await site.alarm(`host:${a}`);
  await site.alarm(`host:${a}`);
  pass(2 * MINUTE);
  await site.alarm(`host:${b}`);
  expect(await site.onlyFinding()).toMatchObject({ status: "open", episode: 1, count: 7 });
  expect(await outboxOf(site, `host:${a}`)).toBe(0);
  expect(await outboxOf(site, `host:${b}`)).toBe(0);
});

test("a resolved finding that comes back on another host is its next episode there", async () => {
  const { site, a, b, send } = await twoHosts();
  await send(a, 3);
  await site.alarm(`host:${a}`);
  pass(10 * MINUTE);
  await site.alarm(`host:${a}`);
  pass(SECOND);
  await send(b, 2);
  await site.alarm(`host:${b}`);
  expect(await site.onlyFinding()).toMatchObject({
    status: "open",
    episode: 2,
    count: 2,
    totalCount: 5,
    resource: { host: b },
  });
  // Twice the pause before.
  pass(2 * (10 * MINUTE + SECOND));
  await site.alarm(`host:${b}`);
  const finding = await site.onlyFinding();
  expect((await episodesOf(site, finding.id)).items.map((it) => [it.episode, it.count])).toEqual([
    [2, 2],
    [1, 3],
  ]);
});

test("a takeover that fails half-way, while the former owner writes again, counts nothing twice", async () => {
  const { site, a, b, send } = await twoHosts();
  await send(a, 3);
  await site.alarm(`host:${a}`);
  pass(SECOND);
  await send(b, 2);
  // It reads that the other one holds the finding, and cannot write that it takes it over.
  await refusingWritesOf(`host:${b}`, () => site.alarm(`host:${b}`));
  pass(2 * MINUTE);
  await send(a, 1);
  await site.alarm(`host:${a}`);
  for (let i = 0; i < 3; i++) {
    pass(MINUTE);
    await site.alarm(`host:${b}`);
    await site.alarm(`host:${a}`);
  }
  expect(await site.onlyFinding()).toMatchObject({ status: "open", episode: 1, count: 6 });
});
