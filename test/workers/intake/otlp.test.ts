/** `POST /v1/logs` as the OpenTelemetry Collector calls it: what it keeps, what it drops, what it is told. */
import { beforeEach, describe, expect, test } from "vitest";
import { fetchLull, iso, newContainer, Site, stopClock, unique } from "../support.ts";
import { breakActor, repairActor } from "./broken-actor.ts";

beforeEach(stopClock);

/** The statuses after which a client sends again; it must drop what any other error answers. */
const RETRIED = [429, 502, 503, 504];

const line = (hostname: string, fields = {}) => ({
  body: {
    stringValue: JSON.stringify({
      hostname,
      time: iso(),
      rule: "Terminal shell in container",
      priority: "Notice",
      source: "syscall",
      output_fields: { "container.id": newContainer(), "proc.name": "bash" },
      ...fields,
    }),
  },
});

const request = (logRecords: unknown[], attributes: unknown[] = []) =>
  JSON.stringify({ resourceLogs: [{ resource: { attributes }, scopeLogs: [{ logRecords }] }] });

function send(key: string, body: BodyInit, headers: Record<string, string> = {}) {
  return fetchLull("/v1/logs", {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${key}`, ...headers },
    body,
  });
}

async function said(response: Response): Promise<unknown> {
  expect(response.headers.get("content-type")).toMatch(/^application\/json/);
  return response.json();
}

describe("a Collector", () => {
  test("is told nothing more where everything was taken", async () => {
    const site = await Site.open();
    const host = unique("node");
    const response = await send(site.key, request([line(host)]));
    expect(response.status).toBe(200);
    expect(await said(response)).toEqual({});
    await site.alarm(`host:${host}`);
    expect((await site.onlyFinding()).resource.host).toBe(host);
  });

  test("may send nothing", async () => {
    const { key } = await Site.open();
    for (const body of ["{}", request([])]) expect(await said(await send(key, body))).toEqual({});
  });

  test("hears of the records that were rejected, and keeps the others taken", async () => {
    const site = await Site.open();
    const host = unique("node");
    const records = [{ body: { stringValue: "plain text" } }, line(host), { body: {} }];
    const response = await send(site.key, request(records));
    expect(response.status).toBe(200);
    expect(await said(response)).toEqual({
      partialSuccess: {
        rejectedLogRecords: "2",
        errorMessage: expect.stringMatching(/^2 of 3 .*record 0: not_json: .*record 2: not_json/),
      },
    });
    await site.alarm(`host:${host}`);
    expect((await site.onlyFinding()).count).toBe(1);
  });

  test("that sends a request again has it counted once", async () => {
    const site = await Site.open();
    const host = unique("node");
    const body = request([line(host)]);
    for (let i = 0; i < 2; i++) expect(await said(await send(site.key, body))).toEqual({});
    await site.alarm(`host:${host}`);
    expect((await site.onlyFinding()).count).toBe(1);
  });

  test("may compress, and name the host by its resource", async () => {
    const site = await Site.open();
    const node = unique("node");
    const attributes = [{ key: "k8s.node.name", value: { stringValue: node } }];
    const body = new Response(request([line("")], attributes)).body;
    const packed = await new Response(
      body?.pipeThrough(new CompressionStream("gzip")),
    ).arrayBuffer();
    const response = await send(site.key, packed, { "content-encoding": "gzip" });
    expect(await said(response)).toEqual({});
    await site.alarm(`host:${node}`);
    expect((await site.onlyFinding()).resource.host).toBe(node);
  });

  test("drops what cannot become right, and is told why in its own words", async () => {
    const site = await Site.open();
    const answers = [
      await send(`${site.key}0`, request([])),
      await send(site.key, "garbage"),
      await send(site.key, request([]), { "content-encoding": "br" }),
      await send(site.key, request(Array.from({ length: 5_001 }, () => ({})))),
    ];
    expect(answers.map(({ status }) => status)).toEqual([401, 400, 415, 413]);
    for (const response of answers) {
      expect(RETRIED).not.toContain(response.status);
      expect(await said(response)).toEqual({ message: expect.stringMatching(/./) });
    }
  });

  test("that sends Protobuf is told in Protobuf to send JSON", async () => {
    const { key } = await Site.open();
    for (const given of [key, "wrong"]) {
      const response = await send(given, new Uint8Array([10, 0]), {
        "content-type": "application/x-protobuf",
      });
      expect(response.status).toBe(given === key ? 415 : 401);
      expect(response.headers.get("content-type")).toBe("application/x-protobuf");
      // A google.rpc.Status whose field 2 is the rest of the bytes.
      const [tag, low = 0, ...rest] = new Uint8Array(await response.arrayBuffer());
      const [high = 0, ...text] = low > 127 ? rest : [0, ...rest];
      expect(tag).toBe(0x12);
      expect(text).toHaveLength((low & 127) + high * 128);
      const message = new TextDecoder().decode(Uint8Array.from(text));
      expect(message).toContain(given === key ? "encoding: json" : "agent key");
    }
  });

  test("sends again what could not be committed", async () => {
    const site = await Site.open();
    const host = unique("node");
    await send(site.key, request([line(host)]));
    await breakActor(site, `host:${host}`);
    const body = request([line(host)]);
    const failed = await send(site.key, body);
    expect(RETRIED).toContain(failed.status);
    expect(Number(failed.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await said(failed)).toEqual({ message: expect.stringContaining("Send it again") });
    await repairActor(site, `host:${host}`);
    for (let i = 0; i < 2; i++) expect(await said(await send(site.key, body))).toEqual({});
    await site.alarm(`host:${host}`);
    expect((await site.findings()).items).toHaveLength(2);
  });
});
