/** Events within CloudEvents, in each mode, and the identity that the envelope gives them. */
import { describe, expect, test } from "vitest";
import { MAX_EVENTS_PER_BATCH } from "../../../schema/limits.ts";
import { binaryMode } from "../../../workers/ingest/cloudevents.ts";
import { decodeBatch, type DecodedBatch } from "../../../workers/ingest/decode.ts";
import { datadogEnvelope, datadogEvent } from "./datadog-fixtures.ts";
import {
  decoded,
  falcoAlert,
  nativeEvent,
  ocsfEvent,
  RECEIVED_AT,
  tetragonLine,
  traceeEvent,
  type Json,
} from "./fixtures.ts";

const envelope = (fields: Json): Json => ({
  specversion: "1.0",
  type: "com.example.event",
  source: "/sensors/7",
  id: "A234",
  ...fields,
});

const base64 = (text: string) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));
const types = ({ items }: DecodedBatch) => items.map((item) => item.type);
const eventsOf = ({ items }: DecodedBatch) =>
  items.flatMap((item) => (item.type === "event" ? [item.event] : []));

/** As falcosecurity/falcosidekick:outputs/cloudevents.go makes them: attributes that look like an alert. */
const sidekick = (data: unknown): Json =>
  envelope({
    source: "https://falco.org",
    type: "falco.rule.output.v1",
    time: "2026-11-24T09:59:58.120331007Z",
    datacontenttype: "application/json",
    priority: "Notice",
    rule: "Some rule",
    eventsource: "syscall",
    hostname: "node-7",
    data,
  });

describe("one CloudEvent", () => {
  test.each([
    ["falco", falcoAlert({})],
    ["native", nativeEvent()],
    ["tetragon", tetragonLine("process_exec")],
    ["tracee", traceeEvent("security_file_open")],
    ["ocsf", ocsfEvent(1007)],
    ["datadog", datadogEnvelope(datadogEvent())],
  ])("carries an event of %s as object, as text and as Base64", (format, event) => {
    const text = JSON.stringify(event);
    for (const data of [{ data: event }, { data: text }, { data_base64: base64(text) }]) {
      const [found] = eventsOf(decoded(envelope(data)));
      expect(found?.format).toBe(format);
    }
  });

  test("of falcosidekick is the alert within, not the attributes around it", () => {
    const [event] = eventsOf(decoded(sidekick(falcoAlert({}, { uuid: "u1" }))));
    expect(event).toMatchObject({ format: "falco", id: "u1", container: { id: "6bc1b4be90d6" } });
  });

  test("gives its identity to an event that has none of its own", () => {
    const of = (data: Json) => eventsOf(decoded(envelope({ data })))[0]?.id;
    expect(of(falcoAlert({}))).toBe("/sensors/7 A234");
    expect(of(nativeEvent({ id: "e1" }))).toBe("e1");
  });

  test("may carry many events, whose id it is not", () => {
    const events = eventsOf(decoded(envelope({ data: [falcoAlert({}), falcoAlert({})] })));
    expect(events).toHaveLength(2);
    expect(events.map(({ id }) => id)).toEqual([undefined, undefined]);
    const lines = `${JSON.stringify(falcoAlert({}))}\n${JSON.stringify(nativeEvent())}`;
    expect(types(decoded(envelope({ data: lines })))).toEqual(["event", "event"]);
  });

  test("may carry a native batch, or a line of osquery with many rows", () => {
    const batch = { agent: { id: "a1", host: { name: "node-7" } }, events: [nativeEvent()] };
    expect(decoded(envelope({ data: batch }))).toMatchObject({ agent: { id: "a1" } });
    const columns = { path: "/usr/bin/gcc" };
    const snapshot = { unixTime: 1_795_514_398, name: "q", snapshot: [columns, columns] };
    const rows = eventsOf(decoded(envelope({ data: snapshot })));
    expect(rows.map(({ id }) => id)).toEqual([undefined, undefined]);
  });

  test("is unwrapped under a forced format too", () => {
    expect(types(decoded(sidekick(falcoAlert({})), "falco"))).toEqual(["event"]);
  });

  test.each([
    [{}, "missing_field"],
    [{ data: null }, "missing_field"],
    [{ data: "no JSON" }, "not_json"],
    [{ data: 5 }, "not_json"],
    [{ data_base64: "%%%" }, "not_json"],
    [{ data_base64: base64("no JSON") }, "not_json"],
    [{ data: { hello: "world" } }, "unknown_format"],
  ])("with %j is rejected as %s", (fields, code) => {
    expect(decoded(envelope(fields)).items).toMatchObject([{ type: "rejected", code }]);
  });

  test("with more events than a batch may hold is refused", () => {
    const data = Array.from({ length: MAX_EVENTS_PER_BATCH + 1 }, () => ({}));
    const body = JSON.stringify(envelope({ data }));
    const result = decodeBatch(body, { format: null, receivedAt: RECEIVED_AT });
    expect(result).toMatchObject({ ok: false, problem: { code: "too_many_events" } });
  });
});

describe("a batch of CloudEvents", () => {
  test("keeps order, mixes with bare events, and rejects a bad one alone", () => {
    const { items } = decoded([
      falcoAlert({}),
      envelope({ data: tetragonLine("process_exit") }),
      envelope({ data: "no JSON" }),
      sidekick(falcoAlert({})),
    ]);
    expect(items.map(({ type }) => type)).toEqual(["event", "contact", "rejected", "event"]);
  });

  test("may be empty, or come as lines", () => {
    expect(decoded([]).items).toEqual([]);
    const line = JSON.stringify(sidekick(falcoAlert({})));
    expect(types(decoded(`${line}\n${line}`))).toEqual(["event", "event"]);
  });

  test("stops where its events become too many", () => {
    const data = Array.from({ length: 3_000 }, () => ({}));
    const body = JSON.stringify([envelope({ data }), envelope({ data })]);
    const result = decodeBatch(body, { format: null, receivedAt: RECEIVED_AT });
    expect(result).toMatchObject({ ok: false, problem: { code: "too_many_events" } });
  });
});

describe("binary mode", () => {
  const headers = { "ce-specversion": "1.0", "ce-source": "/sensors/7", "ce-id": "A234" };
  const send = (body: unknown, given: Record<string, string>) => {
    const options = { format: null, receivedAt: RECEIVED_AT };
    const wrapping = binaryMode(new Headers(given));
    const result = decodeBatch(JSON.stringify(body), { ...options, wrapping });
    return result.ok ? eventsOf(result.value).map(({ id }) => id) : [];
  };

  test("names the one event of the body", () => {
    expect(send(falcoAlert({}), headers)).toEqual(["/sensors/7 A234"]);
    expect(send([falcoAlert({})], headers)).toEqual(["/sensors/7 A234"]);
    expect(send(falcoAlert({}, { uuid: "u1" }), headers)).toEqual(["u1"]);
  });

  test("does not give one id to several events, nor any without its headers", () => {
    expect(send([falcoAlert({}), falcoAlert({})], headers)).toEqual([undefined, undefined]);
    expect(send(falcoAlert({}), { "ce-specversion": "1.0" })).toEqual([undefined]);
    expect(send(falcoAlert({}), { "ce-id": "A234" })).toEqual([undefined]);
  });
});
