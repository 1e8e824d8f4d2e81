/** What a batch may look like, and what it is answered. */
import { beforeEach, describe, expect, test } from "vitest";
import {
  batch,
  DAY,
  gcc,
  harmless,
  iso,
  type JsonObject,
  newContainer,
  problemOf,
  Site,
  stopClock,
  unique,
} from "../support.ts";

beforeEach(stopClock);

const event = (): JsonObject => gcc(newContainer());

const onHost = (host: string) => ({ "x-lull-host": host });

async function gzip(text: string): Promise<Uint8Array> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

describe("a body may be", () => {
  test("a native batch", async () => {
    const site = await Site.open();
    const events = [gcc(newContainer()), harmless(newContainer())];
    const answer = await site.send(batch(unique("host"), events));
    expect(answer).toMatchObject({ received: 2, accepted: 1, ignored: 1, findings: 1, signals: 0 });
  });

  test("one event, an array, or lines of JSON with blank lines and CRLF between", async () => {
    const site = await Site.open();
    const headers = onHost(unique("host"));
    expect((await site.send(event(), headers)).accepted).toBe(1);
    expect((await site.send([event(), event()], headers)).accepted).toBe(2);
    const lines = [event(), event(), event()].map((it) => JSON.stringify(it)).join("\r\n\n");
    expect((await site.send(`${lines}\n`, headers)).accepted).toBe(3);
  });

  test("empty: {}, [], nothing, white space", async () => {
    const site = await Site.open();
    for (const body of ["{}", "[]", "", " \n "]) {
      expect(await site.send(body)).toMatchObject({ received: 0, accepted: 0, rejected: [] });
    }
  });

  test("gzip", async () => {
    const site = await Site.open();
    const body = await gzip(JSON.stringify(batch(unique("host"), [gcc(newContainer())])));
    expect((await site.send(body, { "content-encoding": "gzip" })).accepted).toBe(1);
  });

  test("of a forced format, where the path names it", async () => {
    const site = await Site.open();
    const headers = onHost(unique("host"));
    const falco: JsonObject = {
      time: iso(),
      rule: "Terminal shell in container",
      priority: "Notice",
      source: "syscall",
      output_fields: { "container.id": newContainer().slice(0, 12), "proc.name": "bash" },
    };
    expect((await site.send(falco, headers, "/v1/events/falco")).accepted).toBe(1);
    expect((await site.send(gcc(newContainer()), headers, "/v1/events/native")).accepted).toBe(1);
    const { rejected } = await site.send(gcc(newContainer()), headers, "/v1/events/falco");
    expect(rejected).toHaveLength(1);
  });
});

describe("one bad event", () => {
  test("is rejected alone, by its place, with a code and a detail that names the field", async () => {
    const site = await Site.open();
    const events: JsonObject[] = [
      gcc(newContainer()),
      gcc(newContainer(), { time: "yesterday" }),
      gcc(newContainer(), { kind: undefined }),
      harmless(newContainer()),
    ];
    const answer = await site.send(batch(unique("host"), events));
    expect(answer).toMatchObject({ received: 4, accepted: 1, ignored: 1 });
    expect(answer.rejected).toMatchObject([
      { index: 1, code: "invalid_field", detail: expect.stringContaining("events[1].time") },
      { index: 2, code: "missing_field", detail: expect.stringContaining("events[2].kind") },
    ]);
  });

  test("may be no object, no JSON, of no known format, or too large", async () => {
    const site = await Site.open();
    const lines = [
      JSON.stringify(gcc(newContainer())),
      "{ not json",
      "42",
      JSON.stringify({ hello: "world" }),
      JSON.stringify(gcc(newContainer(), { message: "x".repeat(70_000) })),
    ].join("\n");
    const answer = await site.send(lines, onHost(unique("host")));
    expect(answer).toMatchObject({ received: 5, accepted: 1 });
    expect(answer.rejected.map(({ index, code }) => [index, code])).toEqual([
      [1, "not_json"],
      [2, "not_an_object"],
      [3, "unknown_format"],
      [4, "too_large"],
    ]);
  });

  test("whose id stood earlier in the batch is a duplicate", async () => {
    const site = await Site.open();
    const container = newContainer();
    const events = [
      gcc(container, { id: "e1" }),
      gcc(container, { id: "e1" }),
      gcc(container, { id: "e2" }),
      harmless(container, { id: "e3" }),
      harmless(container, { id: "e3" }),
    ];
    const host = unique("host");
    const answer = await site.send(batch(host, events));
    expect(answer).toMatchObject({ received: 5, accepted: 2, duplicate: 2, ignored: 1 });
    await site.alarm(`host:${host}`);
    expect((await site.onlyFinding()).count).toBe(2);
  });
});

describe("time", () => {
  test("of the future is set to the time of receipt, and the sample says so", async () => {
    const site = await Site.open();
    const host = unique("host");
    await site.send(batch(host, [gcc(newContainer(), { time: iso(Date.now() + DAY) })]));
    await site.alarm(`host:${host}`);
    const finding = await site.onlyFinding();
    expect(finding.lastSeenAt).toBe(iso());
    expect(finding.samples.latest[0]).toMatchObject({ at: iso(), clamped: true });
  });

  test("of a clock that is ahead is corrected by what sentAt says", async () => {
    const site = await Site.open();
    const host = unique("host");
    const ahead = 30_000;
    const early = gcc(newContainer(), { time: iso(Date.now() + ahead - 5_000) });
    await site.send(batch(host, [early], { sentAt: iso(Date.now() + ahead) }));
    await site.alarm(`host:${host}`);
    expect((await site.onlyFinding()).lastSeenAt).toBe(iso(Date.now() - 5_000));
  });
});

describe("refused as a whole, as problem+json", () => {
  test("404: a format that nobody knows, with those that are known", async () => {
    const site = await Site.open();
    const response = await site.post("{}", {}, "/v1/events/klingon");
    expect(response.status).toBe(404);
    expect((await problemOf(response)).detail).toContain("falco");
  });

  test("400: not JSON, bad gzip, bad UTF-8", async () => {
    const site = await Site.open();
    expect((await problemOf(await site.post("hello"))).status).toBe(400);
    const bad = await site.post("hello", { "content-encoding": "gzip" });
    expect((await problemOf(bad)).status).toBe(400);
    const latin1 = await site.post(new Uint8Array([0x7b, 0xff, 0x7d]));
    expect((await problemOf(latin1)).status).toBe(400);
  });

  test("400: a wrong envelope, with the field", async () => {
    const site = await Site.open();
    const wrong: [JsonObject, string][] = [
      [{ agent: { host: { name: "h" } }, events: [] }, "agent.id"],
      [{ agent: { id: " " }, events: [] }, "agent.id"],
      [{ agent: { id: "a" }, events: {} }, "events"],
      [{ agent: { id: "a" } }, "events"],
      [{ agent: { id: "a" }, events: [], dropped: -1 }, "dropped"],
      [{ agent: { id: "a" }, events: [], sentAt: "noon" }, "sentAt"],
    ];
    for (const [body, field] of wrong) {
      const problem = await problemOf(await site.post(body));
      expect(problem).toMatchObject({ status: 400, field });
      expect(problem.detail).toContain(field);
    }
  });

  test("413: more bytes, events or hosts than the limit, which it names", async () => {
    const site = await Site.open();
    const bytes = await problemOf(await site.post(`{"a":"${"x".repeat(5 * 1_048_576)}"}`));
    expect(bytes).toMatchObject({ status: 413, limit: 5 * 1_048_576 });
    const inflated = await gzip(" ".repeat(6 * 1_048_576));
    const bomb = await problemOf(await site.post(inflated, { "content-encoding": "gzip" }));
    expect(bomb).toMatchObject({ status: 413, limit: 5 * 1_048_576 });
    const events = await problemOf(await site.post("{}\n".repeat(5_001)));
    expect(events).toMatchObject({ status: 413, limit: 5_000 });
    const container = newContainer();
    const many = Array.from({ length: 501 }, (_, i) => gcc(container, { host: { name: `h${i}` } }));
    expect(await problemOf(await site.post(many))).toMatchObject({ status: 413, limit: 500 });
    expect((await site.findings()).items).toEqual([]);
  });

  test("415: an encoding that nobody undoes", async () => {
    const site = await Site.open();
    const problem = await problemOf(await site.post("x", { "content-encoding": "br" }));
    expect(problem).toMatchObject({ status: 415 });
    expect(problem.detail).toContain("gzip");
  });

  test("400: an Idempotency-Key that is too long, with the limit", async () => {
    const site = await Site.open();
    const response = await site.post("{}", { "idempotency-key": "k".repeat(201) });
    expect(await problemOf(response)).toMatchObject({
      status: 400,
      field: "Idempotency-Key",
      limit: 200,
    });
  });
});
