/** A batch counts once, however often, however simultaneously and however brokenly it is delivered. */
import { evictDurableObject } from "cloudflare:test";
import { beforeEach, describe, expect, test } from "vitest";
import {
  answerOf,
  batch,
  DAY,
  gcc,
  HOUR,
  type JsonObject,
  newContainer,
  pass,
  problemOf,
  Site,
  stopClock,
  unique,
} from "../support.ts";
import { breakActor, repairActor } from "./broken-actor.ts";

beforeEach(stopClock);

async function countOn(site: Site, host: string): Promise<number> {
  await site.alarm(`host:${host}`);
  const { items } = await site.findings(`?host=${host}`);
  return items.reduce((sum, finding) => sum + finding.count, 0);
}

describe("with an Idempotency-Key", () => {
  test("a repeat is all duplicates", async () => {
    const site = await Site.open();
    const host = unique("host");
    const body = batch(host, [gcc(newContainer()), gcc(newContainer())]);
    const key = { "idempotency-key": "batch-1" };
    expect(await site.send(body, key)).toMatchObject({ batchId: "batch-1", accepted: 2 });
    expect(await site.send(body, key)).toMatchObject({ accepted: 0, duplicate: 2, findings: 0 });
    expect(await countOn(site, host)).toBe(2);
  });

  test("other content is a conflict, and nothing of it is counted", async () => {
    const site = await Site.open();
    const [host, other] = [unique("host"), unique("host")];
    const container = newContainer();
    const key = { "idempotency-key": "batch-1" };
    await site.send(batch(host, [gcc(container)]), key);
    const more = batch(host, [gcc(container), gcc(newContainer(), { host: { name: other } })]);
    const response = await site.post(more, key);
    expect(response.status).toBe(409);
    expect(await problemOf(response)).toMatchObject({ field: "Idempotency-Key" });
    expect(await countOn(site, host)).toBe(1);
    expect(await countOn(site, other)).toBe(0);
  });

  test("the same key from another agent key is another batch", async () => {
    const site = await Site.open();
    const created = await site.apiJson("POST", "/keys", { name: "second" });
    const { key } = (await created.json()) as { key: string };
    const host = unique("host");
    const body = batch(host, [gcc(newContainer())]);
    const id = { "idempotency-key": "batch-1" };
    expect((await site.send(body, id)).accepted).toBe(1);
    const second = await site.send(body, { ...id, authorization: `Bearer ${key}` });
    expect(second.accepted).toBe(1);
    expect(await countOn(site, host)).toBe(2);
  });

  test("long keys that differ only at their end are different batches, however long the agent's id", async () => {
    const site = await Site.open();
    const host = unique("host");
    const agent = { id: "a".repeat(128), host: { name: host } };
    const container = newContainer();
    for (const end of ["1", "2"]) {
      const key = "k".repeat(199) + end;
      const body = { agent, events: [gcc(container, { message: end })] };
      expect(await site.send(body, { "idempotency-key": key })).toMatchObject({ accepted: 1 });
    }
    expect(await countOn(site, host)).toBe(2);
  });

  test("a batch is remembered for a day, across evictions of its actor", async () => {
    const site = await Site.open();
    const host = unique("host");
    const body = batch(host, [gcc(newContainer())]);
    const key = { "idempotency-key": "batch-1" };
    await site.send(body, key);
    await site.alarm(`host:${host}`);
    pass(DAY - HOUR);
    await site.alarm(`host:${host}`);
    await evictDurableObject(site.actor(`host:${host}`));
    expect(await site.send(body, key)).toMatchObject({ accepted: 0, duplicate: 1 });
  });
});

describe("without one", () => {
  test("the body's hash is the batch id, so the same body again is a duplicate", async () => {
    const site = await Site.open();
    const host = unique("host");
    const body = batch(host, [gcc(newContainer())]);
    const first = await site.send(body);
    expect(first.batchId).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(await site.send(body)).toMatchObject({ batchId: first.batchId, duplicate: 1 });
    expect(await countOn(site, host)).toBe(1);
  });
});

test("identical posts at the same moment count once", async () => {
  const site = await Site.open();
  const host = unique("host");
  const body = batch(host, [gcc(newContainer()), gcc(newContainer())]);
  const responses = await Promise.all([1, 2, 3, 4].map(() => site.post(body)));
  const answers = await Promise.all(responses.map((response) => answerOf(response)));
  const accepted = answers.map((answer) => answer.accepted);
  expect(accepted.toSorted((a, b) => a - b)).toEqual([0, 0, 0, 2]);
  expect(await countOn(site, host)).toBe(2);
});

test("where one of several hosts fails, the answer is 503, and the retry completes without counting twice", async () => {
  const site = await Site.open();
  const hosts = [unique("host"), unique("host"), unique("host")];
  const [well, broken] = hosts;
  if (well === undefined || broken === undefined) throw new Error("three hosts");
  // The broken one must exist to be broken.
  await site.send(batch(broken, [gcc(newContainer())]));
  await breakActor(site, `host:${broken}`);

  const events: JsonObject[] = hosts.map((name) => gcc(newContainer(), { host: { name } }));
  const response = await site.post(events);
  expect(response.status).toBe(503);
  expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
  expect((await problemOf(response)).detail).toContain("1 of 3");

  await repairActor(site, `host:${broken}`);
  expect(await site.send(events)).toMatchObject({ received: 3, accepted: 1, duplicate: 2 });
  expect(await site.send(events)).toMatchObject({ received: 3, accepted: 0, duplicate: 3 });
  expect(await countOn(site, well)).toBe(1);
  expect(await countOn(site, broken)).toBe(2);
});

test("two agents that report on one host in one batch are each counted once", async () => {
  const site = await Site.open();
  const host = unique("host");
  const container = newContainer();
  const falco = {
    time: "2031-03-01T09:59:00Z",
    hostname: host,
    rule: "Terminal shell in container",
    priority: "Notice",
    source: "syscall",
    output_fields: { "container.id": container.slice(0, 12), "proc.name": "bash" },
  };
  const events = [falco, gcc(container, { host: { name: host } })];
  expect(await site.send(events)).toMatchObject({ accepted: 2, findings: 2 });
  expect(await site.send(events)).toMatchObject({ accepted: 0, duplicate: 2 });
  expect(await countOn(site, host)).toBe(2);
});
