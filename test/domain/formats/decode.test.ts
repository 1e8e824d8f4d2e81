import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AGENT_FORMATS } from "../../../schema/event.ts";
import {
  CLOCK_TOLERANCE_MS,
  MAX_EVENT_BYTES,
  MAX_EVENTS_PER_BATCH,
  MAX_JSON_DEPTH,
} from "../../../schema/limits.ts";
import { formatInstant } from "../../../schema/time.ts";
import { decodeBatch } from "../../../workers/ingest/decode.ts";
import { datadogEnvelope, datadogEvent } from "./datadog-fixtures.ts";
import {
  decoded,
  eventOf,
  falcoAlert,
  itemOf,
  nativeEvent,
  ocsfEvent,
  RECEIVED_AT,
  tetragonLine,
  tetragonProcess,
  traceEvent,
  traceeEvent,
} from "./fixtures.ts";

function problemOf(body: unknown) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const result = decodeBatch(text, { format: null, receivedAt: RECEIVED_AT });
  if (result.ok) throw new Error("was accepted");
  return result.problem;
}

const types = (body: unknown) => decoded(body).items.map((item) => item.type);

describe("the shapes of a body", () => {
  test.each(["", "  \n", "{}", "[]", "\uFEFF[]"])("%j is valid and empty", (body) => {
    expect(decoded(body)).toEqual({ dropped: 0, aheadMs: 0, items: [] });
  });

  test("one event of any format stands alone", () => {
    expect(types(nativeEvent())).toEqual(["event"]);
    expect(types(falcoAlert({}))).toEqual(["event"]);
    expect(types(tetragonLine("process_exec"))).toEqual(["event"]);
  });

  test("an array may mix formats, and keeps its order", () => {
    const { items } = decoded([falcoAlert({}), nativeEvent(), tetragonLine("process_exit"), 5]);
    expect(items.map((item) => ("format" in item ? item.format : item.type))).toEqual([
      "event",
      "event",
      "tetragon",
      "rejected",
    ]);
    expect(items[3]).toMatchObject({ type: "rejected", code: "not_an_object" });
  });

  test("JSON lines may have blank lines, CRLF and a byte order mark", () => {
    const lines = [falcoAlert({}), nativeEvent()].map((event) => JSON.stringify(event));
    expect(types(`\uFEFF${lines[0]}\r\n\r\n  \n${lines[1]}\r\n`)).toEqual(["event", "event"]);
  });

  test("one bad line of many is one rejection, in its place", () => {
    const line = JSON.stringify(nativeEvent());
    const { items } = decoded(`${line}\n{"cut": \n${line}`);
    expect(items.map((item) => item.type)).toEqual(["event", "rejected", "event"]);
    expect(items[1]).toMatchObject({ code: "not_json" });
  });

  test("a bad first line does not spoil the rest", () => {
    expect(types(`garbage\n${JSON.stringify(nativeEvent())}`)).toEqual(["rejected", "event"]);
  });

  test.each(["garbage", "5", "null", '"text"', "{", "[{}", "12:00:00 Notice A shell\nmore"])(
    "%j is no batch",
    (body) => {
      expect(problemOf(body)).toMatchObject({ status: 400, code: "bad_body" });
    },
  );

  test("an object of no known shape is rejected alone", () => {
    expect(itemOf({ hello: "world" })).toMatchObject({ type: "rejected", code: "unknown_format" });
  });
});

describe("the native envelope", () => {
  test("names the agent, its host, and what it lost", () => {
    const batch = decoded({
      agent: {
        id: " a1 ",
        kind: "native",
        version: "1.0",
        ruleset: "sha256:ab",
        host: { id: "h1", name: "node-7" },
      },
      sentAt: "2026-11-24T09:59:59Z",
      dropped: 3,
      events: [nativeEvent()],
    });
    expect(batch.agent).toEqual({
      id: "a1",
      kind: "native",
      version: "1.0",
      ruleset: "sha256:ab",
      host: { id: "h1", name: "node-7" },
    });
    expect(batch.sentAt).toBe(Date.parse("2026-11-24T09:59:59Z"));
    expect(batch.dropped).toBe(3);
    expect(batch.items).toHaveLength(1);
  });

  test("of an agent that calls itself something else is native all the same", () => {
    expect(decoded({ agent: { id: "a", kind: "my-agent" }, events: [] }).agent?.kind).toBe(
      "native",
    );
  });

  test.each([
    [{ events: [] }, "agent"],
    [{ agent: {}, events: [] }, "agent.id"],
    [{ agent: { id: " " }, events: [] }, "agent.id"],
    [{ agent: { id: "a" } }, "events"],
    [{ agent: { id: "a" }, events: {} }, "events"],
    [{ agent: { id: "a" }, events: [], sentAt: "noon" }, "sentAt"],
    [{ agent: { id: "a" }, events: [], dropped: -1 }, "dropped"],
    [{ agent: { id: "a", host: "h" }, events: [] }, "agent.host"],
  ])("%j is refused, and the field is named", (body, field) => {
    const problem = problemOf(body);
    expect(problem).toMatchObject({ status: 400, code: "bad_envelope", field });
    expect(problem.detail).toContain(`${field}: `);
  });
});

/** An event that far from the time of receipt. */
const at = (ms: number) => nativeEvent({ time: formatInstant(RECEIVED_AT + ms) });

describe("time", () => {
  test("of the past stays as it is", () => {
    expect(eventOf(at(-86_400_000)).time).toBe(RECEIVED_AT - 86_400_000);
  });

  test("a little ahead is set to now without a word", () => {
    const event = eventOf(at(CLOCK_TOLERANCE_MS));
    expect(event.time).toBe(RECEIVED_AT);
    expect(event.clamped).toBeUndefined();
  });

  test("far ahead is set to now, and says so", () => {
    const event = eventOf(at(CLOCK_TOLERANCE_MS + 1));
    expect(event.time).toBe(RECEIVED_AT);
    expect(event.clamped).toBe(true);
  });

  test("of an agent whose clock is ahead is corrected by what it is ahead", () => {
    const body = {
      agent: { id: "a" },
      sentAt: formatInstant(RECEIVED_AT + 60_000),
      events: [at(50_000), at(70_000)],
    };
    const [first, second] = decoded(body).items;
    expect(first).toMatchObject({ event: { time: RECEIVED_AT - 10_000 } });
    expect(second).toMatchObject({ event: { time: RECEIVED_AT, clamped: true } });
  });

  test("of an agent whose clock is behind, or whose batch came late, is not touched", () => {
    const body = {
      agent: { id: "a" },
      sentAt: formatInstant(RECEIVED_AT - 60_000),
      events: [at(-70_000)],
    };
    expect(decoded(body).items[0]).toMatchObject({ event: { time: RECEIVED_AT - 70_000 } });
  });
});

describe("limits", () => {
  test("of events, in every shape", () => {
    const many = Array.from({ length: MAX_EVENTS_PER_BATCH + 1 }, () => ({}));
    const lines = many.map(() => "{}").join("\n");
    for (const body of [many, { agent: { id: "a" }, events: many }, lines])
      expect(problemOf(body)).toMatchObject({
        status: 413,
        code: "too_many_events",
        limit: MAX_EVENTS_PER_BATCH,
      });
    expect(decoded(many.slice(1)).items).toHaveLength(MAX_EVENTS_PER_BATCH);
  });

  test("of one event's size, which is rejected alone", () => {
    const large = nativeEvent({ message: "m".repeat(MAX_EVENT_BYTES) });
    const lines = [large, nativeEvent()].map((event) => JSON.stringify(event)).join("\n");
    for (const body of [[large, nativeEvent()], lines]) {
      const { items } = decoded(body);
      expect(items.map((item) => item.type)).toEqual(["rejected", "event"]);
      expect(items[0]).toMatchObject({ code: "too_large" });
    }
  });

  test("of size counts bytes, not characters", () => {
    const third = Math.ceil(MAX_EVENT_BYTES / 3);
    expect(itemOf(nativeEvent({ message: "€".repeat(third) })).type).toBe("rejected");
    expect(itemOf(nativeEvent({ message: "e".repeat(third) })).type).toBe("event");
  });

  test("of size is met to the byte", () => {
    const rest = JSON.stringify(nativeEvent({ message: "" })).length;
    const exact = nativeEvent({ message: "m".repeat(MAX_EVENT_BYTES - rest) });
    expect(JSON.stringify(exact)).toHaveLength(MAX_EVENT_BYTES);
    expect(itemOf(exact).type).toBe("event");
    const over = nativeEvent({ message: "m".repeat(MAX_EVENT_BYTES - rest + 1) });
    expect(itemOf(over).type).toBe("rejected");
  });

  test("of depth", () => {
    const nested = (depth: number): unknown => (depth === 0 ? 1 : { a: nested(depth - 1) });
    expect(itemOf(nativeEvent({ extra: nested(MAX_JSON_DEPTH - 1) })).type).toBe("event");
    expect(itemOf(nativeEvent({ extra: nested(MAX_JSON_DEPTH) }))).toMatchObject({
      type: "rejected",
      code: "too_large",
    });
  });

  test("of depth hold for a body that is nothing but depth", () => {
    const deep = `{"kind":"host","x":${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
    expect(decoded(`[${deep}]`).items[0]).toMatchObject({ type: "rejected", code: "too_large" });
    expect(decoded(deep).items[0]).toMatchObject({ type: "rejected", code: "too_large" });
  });
});

describe("a shipper's wrapping", () => {
  test.each(["log", "message", "event"])(
    "under `%s` is undone, as text and as an object",
    (key) => {
      expect(
        eventOf({ [key]: `${JSON.stringify(falcoAlert({}))}\n`, stream: "stdout" }).format,
      ).toBe("falco");
      expect(eventOf({ [key]: tetragonLine("process_exec") }).format).toBe("tetragon");
    },
  );

  test("is undone once only", () => {
    const twice = { log: JSON.stringify({ log: JSON.stringify(falcoAlert({})) }) };
    expect(itemOf(twice)).toMatchObject({ type: "rejected", code: "unknown_format" });
  });

  test("that is no JSON is of no known format", () => {
    expect(itemOf({ log: "{not json" })).toMatchObject({ code: "unknown_format" });
    expect(itemOf({ log: "plain text" })).toMatchObject({ code: "unknown_format" });
  });

  test("does not hide that an event has a message of its own", () => {
    expect(eventOf(falcoAlert({}, { message: JSON.stringify(nativeEvent()) })).format).toBe(
      "falco",
    );
  });
});

describe("a forced format", () => {
  test("says what its own events lack, rather than that they are unknown", () => {
    expect(itemOf({ priority: "Notice" }, "falco")).toMatchObject({
      code: "missing_field",
      detail: "events[0].rule: is required",
    });
    expect(itemOf({ time: 1 }, "native")).toMatchObject({
      code: "missing_field",
      detail: "events[0].kind: is required",
    });
    expect(itemOf({}, "tetragon")).toMatchObject({ code: "missing_field" });
  });

  test("unwraps events of its own format only", () => {
    const wrapped = { log: JSON.stringify(falcoAlert({})) };
    expect(itemOf(wrapped, "falco").type).toBe("event");
    expect(itemOf(wrapped, "tetragon").type).toBe("rejected");
  });
});

describe("whatever comes", () => {
  const fixtures = [
    nativeEvent(),
    falcoAlert({
      "proc.name": "sh",
      "proc.cmdline": "sh -c id",
      "fd.name": "1.1.1.1:1->2.2.2.2:2",
    }),
    tetragonLine("process_kprobe", {
      function_name: "tcp_connect",
      args: [{ sock_arg: { daddr: "1.1.1.1", dport: 1 } }, { file_arg: { path: "/x" } }],
      process: tetragonProcess(),
    }),
    { log: JSON.stringify(falcoAlert({})) },
    datadogEnvelope(),
    datadogEvent(),
    ocsfEvent(1007, { process: { cmd_line: "sh -c id", file: { path: "/bin/sh" } } }),
    ocsfEvent(4001, { dst_endpoint: { ip: "1.1.1.1", port: 1 }, raw_data: "{}" }),
    { events: [ocsfEvent(2004, { evidences: [{ file: { path: "/x" } }] })], count: 1 },
    traceEvent("sched_process_exec", { pathname: "/bin/sh", argv: ["sh", "-c", "id"] }),
    traceeEvent("anti_debugging", [{ name: "x", str: "y" }], {
      threat: { severity: 1, mitre: { technique: { id: "T1622" } } },
      detected_from: {
        id: 1,
        name: "security_socket_connect",
        data: [{ name: "addr", value: {} }],
      },
    }),
  ];

  /** Replaces the value at a random place of a fixture. */
  const mutated = fc
    .tuple(fc.constantFrom(...fixtures), fc.infiniteStream(fc.nat(1_000)), fc.jsonValue())
    .map(([fixture, choices, value]) => mutate(structuredClone(fixture), choices, value));

  test("a mutated event never throws, and every received event has its item", () => {
    fc.assert(
      fc.property(fc.array(mutated, { maxLength: 5 }), (events) => {
        expect(decoded(events).items).toHaveLength(events.length);
        const envelope = { agent: { id: "a" }, events };
        expect(decoded(envelope).items).toHaveLength(events.length);
        for (const format of AGENT_FORMATS)
          expect(decoded(events, format).items).toHaveLength(events.length);
      }),
      { numRuns: 1_000 },
    );
  });

  test("any JSON never throws, and every item of an array has its item", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const result = decodeBatch(JSON.stringify(value), {
          format: null,
          receivedAt: RECEIVED_AT,
        });
        if (Array.isArray(value))
          expect(result).toMatchObject({ ok: true, value: { items: { length: value.length } } });
      }),
      { numRuns: 1_000 },
    );
  });

  test("any text never throws", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        decodeBatch(text, { format: null, receivedAt: RECEIVED_AT });
      }),
      { numRuns: 1_000 },
    );
  });

  test.each(["__proto__", "constructor", "toString"])("a key %s is a key like any other", (key) => {
    const text = `{"rule":"r","priority":"p","time":"2026-11-24T09:59:58Z","output_fields":{"proc":{"${key}":{"name":"x"}},"${key}":1},"${key}":{"a":1}}`;
    expect(decoded(text).items[0]?.type).toBe("event");
    expect(({} as Record<string, unknown>)["name"]).toBeUndefined();
  });
});

function mutate(root: unknown, choices: Iterator<number>, value: unknown): unknown {
  let place = root;
  for (;;) {
    if (typeof place !== "object" || place === null) return root;
    const holder = place as Record<string, unknown>;
    const keys = Object.keys(holder);
    const key = keys[Number(choices.next().value) % keys.length];
    if (key === undefined) return root;
    const deeper = typeof holder[key] === "object" && Number(choices.next().value) % 4 !== 0;
    if (!deeper) {
      holder[key] = value;
      return root;
    }
    place = holder[key];
  }
}
