/** OpenTelemetry's log records: what of them is the event, and what the resource fills in. */
import { describe, expect, test } from "vitest";
import { MAX_JSON_DEPTH } from "../../../schema/limits.ts";
import { decodeRecords } from "../../../workers/ingest/decode.ts";
import { readLogs } from "../../../workers/ingest/otlp.ts";
import { falcoAlert, nativeEvent, RECEIVED_AT, tetragonLine, type Json } from "./fixtures.ts";

/** Any JSON as an AnyValue, with integers as protojson writes them. */
function anyValue(value: unknown): Json {
  if (typeof value === "string") return { stringValue: value };
  if (typeof value === "boolean") return { boolValue: value };
  if (typeof value === "number")
    return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValue) } };
  if (typeof value !== "object" || value === null) return {};
  const values = Object.entries(value).map(([key, it]) => ({ key, value: anyValue(it) }));
  return { kvlistValue: { values } };
}

const attributes = (of: Json) =>
  Object.entries(of).map(([key, value]) => ({ key, value: anyValue(value) }));

const resourceLog = (bodies: readonly Json[], resource: Json = {}): Json => ({
  resource: { attributes: attributes(resource) },
  scopeLogs: [{ scope: {}, logRecords: bodies.map((body) => ({ body })) }],
});

function itemsOf(...resourceLogs: Json[]) {
  const records = readLogs(JSON.stringify({ resourceLogs }));
  if (!records.ok) throw new Error(records.problem.detail);
  const decoded = decodeRecords(records.value, { format: null, receivedAt: RECEIVED_AT });
  if (!decoded.ok) throw new Error(decoded.problem.detail);
  return decoded.value;
}

function eventOf(...resourceLogs: Json[]) {
  const [item] = itemsOf(...resourceLogs).items;
  if (item?.type !== "event") throw new Error(JSON.stringify(item));
  return item.event;
}

const line = (event: unknown) => ({ stringValue: JSON.stringify(event) });

describe("the body of a record", () => {
  test("is the line that the Collector read, or the object that it parsed", () => {
    for (const event of [falcoAlert({ "proc.tty": 34_816 }), nativeEvent()])
      expect(eventOf(resourceLog([anyValue(event)]))).toEqual(eventOf(resourceLog([line(event)])));
  });

  test("may be a shipper's wrapper around the line", () => {
    const wrapped = anyValue({ log: JSON.stringify(falcoAlert({})), stream: "stdout" });
    expect(eventOf(resourceLog([wrapped])).format).toBe("falco");
  });

  test("is rejected alone where it is no event", () => {
    const bodies = [
      line(falcoAlert({})),
      { stringValue: "plain text" },
      { stringValue: "5" },
      { arrayValue: { values: [] } },
      {},
      anyValue({ hello: "world" }),
    ];
    const { items } = itemsOf(resourceLog(bodies));
    expect(items.map((item) => (item.type === "rejected" ? item.code : item.type))).toEqual([
      "event",
      "not_json",
      "not_json",
      "not_json",
      "not_json",
      "unknown_format",
    ]);
  });

  test("may be nested as deep as an event, and no deeper", () => {
    const nested = (levels: number) =>
      `${'{"arrayValue":{"values":['.repeat(levels)}{"intValue":"9007199254740993"}${"]}}".repeat(levels)}`;
    const of = (levels: number) => {
      const body = `{"kvlistValue":{"values":[{"key":"kind","value":${nested(levels)}}]}}`;
      const text = `{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":${body}}]}]}]}`;
      const records = readLogs(text);
      if (!records.ok) throw new Error(records.problem.detail);
      return decodeRecords(records.value, { format: null, receivedAt: RECEIVED_AT });
    };
    const code = (levels: number, said: string) =>
      expect(of(levels)).toMatchObject({ value: { items: [{ code: said }] } });
    code(MAX_JSON_DEPTH - 1, "unknown_format");
    code(MAX_JSON_DEPTH, "too_large");
    code(5_000, "too_large");
  });

  test("that holds many rows of osquery is still one record", () => {
    const columns = { path: "/usr/bin/gcc" };
    const snapshot = { unixTime: 1_795_514_398, name: "q", snapshot: [columns, columns] };
    const bodies = [line(snapshot), { stringValue: "plain" }];
    const { items, from } = itemsOf(resourceLog(bodies, { "host.name": "node-7" }));
    expect(items).toHaveLength(3);
    expect(from).toEqual([0, 0, 1]);
    expect(items[1]).toMatchObject({ event: { host: { name: "node-7" } } });
  });
});

describe("the resource", () => {
  const NODE = { "host.id": "i-0abc", "host.name": "collector-x2k9p", "k8s.node.name": "node-9" };
  const anonymous = (fields: Json = {}): Json => nativeEvent({ container: undefined, ...fields });

  test("names the host of an event that names none: the node rather than the Collector's pod", () => {
    expect(eventOf(resourceLog([line(anonymous())], NODE)).host).toEqual({
      id: "i-0abc",
      name: "node-9",
    });
    const named = resourceLog([line(anonymous())], { "host.name": "vm-3" });
    expect(eventOf(named).host).toEqual({ name: "vm-3" });
  });

  test("does not overrule an event that names its host, unless that is in doubt", () => {
    const of = (hostname: string) =>
      eventOf(resourceLog([line(falcoAlert({}, { hostname }))], NODE)).host?.name;
    expect(of("node-7")).toBe("node-7");
    expect(of("054aab939018")).toBe("node-9");
  });

  test("names the host of an agent's sign of life", () => {
    const snapshot = { ...falcoAlert({}), rule: "Falco internal: metrics snapshot", hostname: "" };
    const { items } = itemsOf(resourceLog([line(snapshot)], NODE));
    expect(items).toMatchObject([{ type: "contact", host: { name: "node-9" } }]);
  });

  test("says nothing of the container: that is the one which wrote the line", () => {
    const agent = { "container.id": "aa11bb22cc33", "k8s.pod.name": "falco-x2k9p" };
    const event = eventOf(resourceLog([line(anonymous())], { ...NODE, ...agent }));
    expect(event.container).toBeUndefined();
    expect(event.k8s).toBeUndefined();
  });

  test("names the cluster of what happens in one", () => {
    const cluster = { "k8s.cluster.name": "eu-1" };
    const inPod = eventOf(resourceLog([line(falcoAlert({}))], cluster));
    expect(inPod.k8s).toMatchObject({ cluster: "eu-1", namespace: "shop" });
    expect(eventOf(resourceLog([line(anonymous())], cluster)).k8s).toBeUndefined();
    const event = tetragonLine("process_kprobe", { function_name: "x" }, { cluster_name: "us-2" });
    expect(eventOf(resourceLog([line(event)], cluster)).k8s?.cluster).toBe("us-2");
  });

  test("is each record's own", () => {
    const logs = ["a", "b"].map((name) => resourceLog([line(anonymous())], { "host.name": name }));
    const hosts = itemsOf(...logs).items.map((item) => item.type === "event" && item.event.host);
    expect(hosts).toEqual([{ name: "a" }, { name: "b" }]);
  });
});

describe("a request", () => {
  test.each(["", "{}", '{"resourceLogs":[]}', '{"resourceLogs":[{}]}'])("%j is empty", (text) => {
    expect(readLogs(text)).toEqual({ ok: true, value: [] });
  });

  test.each(["[]", "5", "garbage", '{"resourceLogs":5}'])("%j is none", (text) => {
    expect(readLogs(text)).toMatchObject({ ok: false, problem: { status: 400 } });
  });
});
