/** `/v1/elasticsearch` as a Beat uses it: connecting, sending, and what it makes of an answer. */
import { beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { fetchLull, gcc, iso, newContainer, okJson, Site, stopClock, unique } from "../support.ts";
import { breakActor, repairActor } from "./broken-actor.ts";

beforeEach(stopClock);

const PREFIX = "/v1/elasticsearch";

const basic = (key: string) => ({ authorization: `Basic ${btoa(`lull:${key}`)}` });

let sequence = 0;

/** As auditbeat's auditd module writes what laurel would, on a host. */
const audited = (host: string) => ({
  "@timestamp": iso(),
  event: { module: "auditd", action: "executed", category: ["process"] },
  host: { name: host },
  agent: { type: "auditbeat", version: "9.1.0" },
  auditd: { message_type: "syscall", sequence: ++sequence, data: { syscall: "execve" } },
  container: { id: newContainer(), name: "api" },
  process: { executable: "/usr/bin/gcc", name: "gcc", args: ["gcc", "x.c"] },
});

const bulk = (...documents: unknown[]) =>
  documents
    .map((it) => `{"create":{"_index":"auditbeat-9.1.0"}}\n${JSON.stringify(it)}\n`)
    .join("");

function send(key: string, body: BodyInit, headers = {}, path = "/_bulk?filter_path=errors") {
  return fetchLull(`${PREFIX}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json; charset=UTF-8", ...basic(key), ...headers },
    body,
  });
}

const bulkAnswer = z.object({
  took: z.number(),
  errors: z.boolean(),
  items: z.array(z.record(z.string(), z.looseObject({ status: z.number() }))),
});

/** What libbeat/outputs/elasticsearch/client.go does with each event of a batch. */
async function fates(response: Response, events: number): Promise<string[]> {
  if (response.status === 413) return Array.from({ length: events }, () => "split");
  if (response.status !== 200) return Array.from({ length: events }, () => "kept");
  const { items } = bulkAnswer.parse(await response.json());
  expect(items).toHaveLength(events);
  return items.map((item) => {
    const [{ status } = { status: 0 }] = Object.values(item);
    if (status < 300 || status === 409) return "done";
    return status < 500 && status !== 429 ? "dropped" : "kept";
  });
}

describe("a Beat that connects", () => {
  test.each(["", "/"])("finds a server at %j that is not older than itself", async (path) => {
    const { key } = await Site.open();
    const response = await fetchLull(`${PREFIX}${path}`, { headers: basic(key) });
    expect(response.headers.get("x-elastic-product")).toBe("Elasticsearch");
    const found = z.object({ version: z.object({ number: z.string(), build_flavor: z.string() }) });
    const { version } = found.parse(await okJson(response));
    const [major = 0, minor = 0] = version.number.split(".").map(Number);
    expect(major).toBe(8);
    // The last Beat that refuses an older server is 8.10.
    expect(minor).toBeGreaterThan(10);
    expect(version.build_flavor).toBe("default");
    const head = await fetchLull(`${PREFIX}${path}`, { method: "HEAD", headers: basic(key) });
    expect(head.status).toBe(200);
  });

  test("finds a licence that has not expired", async () => {
    const { key } = await Site.open();
    const response = await fetchLull(`${PREFIX}/_license?human=false`, { headers: basic(key) });
    expect(await okJson(response)).toMatchObject({ license: { type: "oss", status: "active" } });
  });

  test("of Vector's kind finds it in good health", async () => {
    const { key } = await Site.open();
    const response = await fetchLull(`${PREFIX}/_cluster/health`, { headers: basic(key) });
    expect(await okJson(response)).toMatchObject({ status: "green" });
  });

  test("hears what to set where it asks for more", async () => {
    const { key } = await Site.open();
    for (const path of ["/_ilm/policy/auditbeat", "/_index_template/auditbeat-9.1.0"]) {
      const response = await fetchLull(`${PREFIX}${path}`, { headers: basic(key) });
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({
        status: 404,
        error: { type: "not_found", reason: expect.stringContaining("setup.ilm.enabled") },
      });
    }
  });

  test("with a wrong key is refused everywhere, in Elasticsearch's words", async () => {
    const { key } = await Site.open();
    for (const path of ["", "/", "/_license", "/_cluster/health", "/_xpack"]) {
      const response = await fetchLull(`${PREFIX}${path}`, { headers: basic(`${key}0`) });
      expect(response.status).toBe(401);
      expect(await response.json()).toMatchObject({ error: { type: "not_authenticated" } });
    }
    expect(await fates(await send("wrong", bulk(audited("node"))), 1)).toEqual(["kept"]);
  });

  test("may send its key as an API key, encoded as `id:key` or bare", async () => {
    const { key } = await Site.open();
    for (const given of [btoa(`lull:${key}`), key]) {
      const headers = { authorization: `ApiKey ${given}` };
      expect((await fetchLull(PREFIX, { headers })).status).toBe(200);
    }
    for (const given of [btoa(`${key}:`), btoa("lull:wrong"), btoa(":"), "%%%"]) {
      const headers = { authorization: `ApiKey ${given}` };
      expect((await fetchLull(PREFIX, { headers })).status).toBe(401);
    }
  });
});

describe("a Beat that sends", () => {
  test("has its events taken, in a path with or without index", async () => {
    const site = await Site.open();
    const host = unique("node");
    for (const path of ["/_bulk", "/auditbeat-9.1.0/_bulk"]) {
      const response = await send(site.key, bulk(audited(host), audited(host)), {}, path);
      expect(await fates(response, 2)).toEqual(["done", "done"]);
    }
    await site.alarm(`host:${host}`);
    const { items } = await site.findings("?rule=compiler-in-container");
    expect(items).toHaveLength(4);
  });

  test("drops a bad event alone, and is told why", async () => {
    const { key } = await Site.open();
    const body = bulk(audited(unique("node")), { hello: "world" }, audited(unique("node")));
    const response = await send(key, body);
    const answer = bulkAnswer.parse(await response.clone().json());
    expect(answer).toMatchObject({
      errors: true,
      items: [
        {},
        { create: { error: { type: "unknown_format", reason: expect.any(String) } } },
        {},
      ],
    });
    expect(await fates(response, 3)).toEqual(["done", "dropped", "done"]);
  });

  test("and sends again is counted once", async () => {
    const site = await Site.open();
    const host = unique("node");
    const body = bulk(audited(host));
    for (let i = 0; i < 2; i++)
      expect(await fates(await send(site.key, body), 1)).toEqual(["done"]);
    await site.alarm(`host:${host}`);
    expect((await site.onlyFinding()).count).toBe(1);
  });

  test("keeps all of what could not be committed, and has it counted once", async () => {
    const site = await Site.open();
    const host = unique("node");
    await send(site.key, bulk(audited(host)));
    await breakActor(site, `host:${host}`);
    const body = bulk(audited(host), audited(host));
    const failed = await send(site.key, body);
    expect(failed.status).toBe(503);
    expect(await failed.clone().json()).toMatchObject({ error: { type: "not_committed" } });
    expect(await fates(failed, 2)).toEqual(["kept", "kept"]);
    await repairActor(site, `host:${host}`);
    for (let i = 0; i < 2; i++)
      expect(await fates(await send(site.key, body), 2)).toEqual(["done", "done"]);
    await site.alarm(`host:${host}`);
    const { items } = await site.findings("?rule=compiler-in-container");
    expect(items.map(({ count }) => count)).toEqual([1, 1, 1]);
  });

  test("may compress", async () => {
    const { key } = await Site.open();
    const plain = new Response(bulk(audited(unique("node")))).body;
    const packed = await new Response(
      plain?.pipeThrough(new CompressionStream("gzip")),
    ).arrayBuffer();
    const response = await send(key, packed, { "content-encoding": "gzip" });
    expect(await fates(response, 1)).toEqual(["done"]);
  });

  test("splits what is too much, and keeps what its operator can mend", async () => {
    const { key } = await Site.open();
    const many = bulk(...Array.from({ length: 5_001 }, () => ({})));
    expect(new Set(await fates(await send(key, many), 5_001))).toEqual(new Set(["split"]));
    const unknown = await send(key, bulk({}), { "content-encoding": "br" });
    expect(await fates(unknown, 1)).toEqual(["kept"]);
    expect(await fates(await send(key, "garbage"), 1)).toEqual(["kept"]);
  });

  test("a shipper that deletes or updates has that refused, and no more", async () => {
    const { key } = await Site.open();
    const body = `{"delete":{"_index":"x","_id":"1"}}\n${bulk(gcc(newContainer()))}`;
    expect(await fates(await send(key, body), 2)).toEqual(["dropped", "done"]);
  });
});
