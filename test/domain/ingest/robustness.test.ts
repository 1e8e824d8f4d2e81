/** No input, however broken, is an error of ours: it is read, or it is told what is wrong with it, and it is counted. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AGENT_FORMATS, type AgentFormat } from "../../../schema/event.ts";
import { parseTenantId } from "../../../schema/ids.ts";
import { MAX_ARG_CHARS, MAX_ARGS, MAX_FIELD_CHARS, MAX_TAGS } from "../../../schema/limits.ts";
import { defaultRuleset } from "../../../durable/ruleset.ts";
import { coalesce, type CoalesceOptions } from "../../../workers/ingest/coalesce.ts";
import { decodeBatch } from "../../../workers/ingest/decode.ts";
import { compileRuleset } from "../../../workers/rules/engine.ts";
import { describeWithCorpus } from "../../support/corpus.ts";
import { datadogEvent } from "../formats/datadog-fixtures.ts";
import {
  falcoAlert,
  laurelLine,
  nativeEvent,
  ocsfEvent,
  RECEIVED_AT,
  tetragonLine,
  traceEvent,
  type Json,
} from "../formats/fixtures.ts";
import { damaged, hostileValue, textOf } from "./hostile.ts";
import { auditbeat, osqueryRow, SPECIMENS } from "./specimens.ts";

const tenant = parseTenantId("t");
if (tenant === null) throw new Error("not a tenant");
const OPTIONS: Omit<CoalesceOptions, "agent" | "dropped"> = {
  tenant,
  engine: compileRuleset(defaultRuleset()),
  rulesVersion: 1,
  namedHost: "node-1",
  intervalMs: null,
  receivedAt: RECEIVED_AT,
};

/** Every text of a value, with the path to it. */
function* leavesOf(value: unknown, path: readonly string[] = []): Generator<[string, unknown]> {
  if (typeof value === "object" && value !== null)
    for (const [key, inner] of Object.entries(value)) yield* leavesOf(inner, [...path, key]);
  else yield [path.join("."), value];
}

/** Nothing is kept that cannot be carried to an actor and stored: a function, NaN, an instant that no Date holds. */
function expectStorable(value: unknown): void {
  for (const [path, leaf] of leavesOf(value)) {
    if (typeof leaf === "number") expect(leaf, path).toSatisfy(Number.isFinite);
    else
      expect(["string", "boolean", "undefined"], path).toContain(
        leaf === null ? "string" : typeof leaf,
      );
  }
}

function expectBounded(event: {
  tags?: string[];
  process?: { args?: string[] };
  truncated?: string[];
}) {
  for (const [path, leaf] of leavesOf(event)) {
    if (typeof leaf !== "string") continue;
    const isItem = path.startsWith("tags.") || path.startsWith("process.args.");
    const limit = isItem ? MAX_ARG_CHARS : MAX_FIELD_CHARS;
    expect(leaf.length, path).toBeLessThanOrEqual(limit);
    // No hostile text is just as long as the limit: what is, was longer.
    if (leaf.length >= limit - 1) expect(event.truncated, path).not.toBe(undefined);
  }
  expect(event.tags?.length ?? 0).toBeLessThanOrEqual(MAX_TAGS);
  expect(event.process?.args?.length ?? 0).toBeLessThanOrEqual(MAX_ARGS);
}

/** What is promised of every body. */
function expectTaken(text: string, format: AgentFormat | null): void {
  const decoded = decodeBatch(text, { format, receivedAt: RECEIVED_AT });
  if (!decoded.ok) {
    expect(decoded.problem.detail.length).toBeGreaterThan(10);
    expect([400, 413]).toContain(decoded.problem.status);
    return;
  }
  const { items, agent, dropped } = decoded.value;
  for (const item of items) {
    if (item.type === "event") {
      expectBounded(item.event);
      expectStorable(item.event);
      expect(item.event.time).toBeLessThanOrEqual(RECEIVED_AT);
      expect(item.event.time).toBeGreaterThanOrEqual(0);
    }
    if (item.type === "contact") expect(item.dropped ?? 1).toBeGreaterThan(0);
    if (item.type !== "rejected") continue;
    expect(item.detail).not.toBe("");
    expect(item.detail.length).toBeLessThan(MAX_FIELD_CHARS);
    if (item.code === "invalid_field" || item.code === "missing_field")
      expect(item.detail).toMatch(/^events\[\d+\]\.[@\w.[\]]+: \S/);
  }
  const coalesced = coalesce(items, { ...OPTIONS, agent, dropped });
  expectStorable(coalesced.reports);
  let [counted, matched] = [coalesced.unplaced + coalesced.rejected.length, 0];
  for (const { counts, observations, signals } of coalesced.reports) {
    counted += counts.accepted + counts.ignored + counts.repeated;
    expect(counts.late).toBeLessThanOrEqual(counts.accepted);
    matched += counts.accepted;
    if (counts.accepted === 0) expect([...observations, ...signals]).toEqual([]);
  }
  expect(counted).toBe(items.length);
  expect(matched).toBeLessThanOrEqual(items.length);
  if (Array.isArray(JSON.parse(text)) && format !== null && format !== "osquery")
    expect(items).toHaveLength(JSON.parse(text).length);
}

/** Unforced, as the agent itself would come, and under every format's name. */
const format = fc.oneof(
  { weight: 2, arbitrary: fc.constant(null) },
  fc.constantFrom(...AGENT_FORMATS),
);

const SOUND = SPECIMENS.map((event) => JSON.stringify(event));
const soundly = () =>
  SOUND.map((text) => decodeBatch(text, { format: null, receivedAt: RECEIVED_AT }));
const asBefore = soundly();

function expectUnspoiled(): void {
  expect(Object.keys(Object.prototype)).toEqual([]);
  // oxlint-disable-next-line guard-for-in -- inherited keys are what is looked for
  for (const key in {}) throw new Error(`every object has ${key}`);
  expect(soundly()).toEqual(asBefore);
}

describe("whatever comes is answered and adds up", () => {
  test("the specimens are sound", () => {
    for (const [at, text] of SOUND.entries()) {
      expectTaken(text, null);
      const result = asBefore[at];
      const types = result?.ok === true ? result.value.items.map(({ type }) => type) : [];
      expect(types, text).not.toContain("rejected");
      expect(types.length, text).toBeGreaterThan(0);
    }
  });

  test("any JSON", () => {
    fc.assert(
      fc.property(hostileValue, format, (value, forced) => expectTaken(textOf(value), forced)),
      { numRuns: 3_000 },
    );
    expectUnspoiled();
  });

  test("damaged events of every format", () => {
    const events = fc.array(damaged(SPECIMENS), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(events, format, (list, forced) => {
        expectTaken(textOf(list), forced);
        expectTaken(textOf(list[0] ?? null), null);
      }),
      { numRuns: 2_000 },
    );
    expectUnspoiled();
  });

  test("damaged events in the envelope of a native batch", () => {
    fc.assert(
      fc.property(
        fc.array(damaged(SPECIMENS), { maxLength: 3 }),
        hostileValue,
        hostileValue,
        (events, agent, sentAt) => {
          expectTaken(textOf({ agent: { id: "a" }, events, sentAt }), null);
          expectTaken(textOf({ agent, events }), null);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test.each([
    ["lists", "[".repeat(100_000)],
    ["closed lists", "[".repeat(100_000) + "]".repeat(100_000)],
    ["closed objects", '{"a":'.repeat(100_000) + "1" + "}".repeat(100_000)],
    ["in a wrapper", JSON.stringify({ log: '{"log":'.repeat(9_000) + "1" + "}".repeat(9_000) })],
  ])("endless nesting: %s", (_, text) => {
    for (const forced of [null, ...AGENT_FORMATS]) {
      const result = decodeBatch(text, { format: forced, receivedAt: RECEIVED_AT });
      if (result.ok) expect(result.value.items).toMatchObject([{ type: "rejected" }]);
      else expect(result.problem.status).toBe(400);
    }
  });

  /** Fields by whose text something is looked up, in an event that is sound without it. */
  const lookedUp: readonly [string, (word: string) => Json][] = [
    ["osquery's file action", (action) => osqueryRow({ target_path: "/etc/passwd", action })],
    ["a container's state", (state) => osqueryRow({ image: "shop/api", id: "c0ffee", state })],
    ["auditbeat's action", (action) => auditbeat({ module: "file_integrity", action })],
    ["an audit record's architecture", (arch) => laurelLine({ SYSCALL: undefined, arch })],
    ["an audit record's call", (SYSCALL) => laurelLine({ SYSCALL })],
    ["a hook", (function_name) => tetragonLine("process_kprobe", { function_name })],
    ["a kind of hook's argument", (type) => tetragonLine("process_lsm", { args: [{ [type]: 1 }] })],
    ["Tracee's event", (name) => traceEvent(name, { [name]: "x" })],
    ["a system call", (type) => falcoAlert({ "evt.type": type })],
    [
      "a Kubernetes resource",
      (resource) =>
        falcoAlert(
          { "ka.verb": "create", "ka.target.resource": resource, "ka.target.name": "x" },
          { source: "k8s_audit" },
        ),
    ],
    ["Datadog's event", (name) => datadogEvent({ evt: { name, category: name } })],
    ["OCSF's system call", (name) => ocsfEvent(1003, { kernel: { system_call: name } })],
  ];

  test.each(lookedUp)("%s may be called what every object has", (_, eventOf) => {
    for (const word of ["constructor", "toString", "valueOf", "hasOwnProperty", "__proto__"]) {
      const text = JSON.stringify([eventOf(word)]);
      expectTaken(text, null);
      const result = decodeBatch(text, { format: null, receivedAt: RECEIVED_AT });
      expect(result).toMatchObject({ value: { items: [{ type: "event" }] } });
    }
  });

  test.each([
    ["%0A%00%01%BB%zz%zz" + "%00".repeat(18)],
    ["%0A%00%01%BB%-1%-1" + "%00".repeat(18)],
    ["%0A%00%01%BB" + "%".repeat(60)],
    ["%0A%00\u{10ffff}" + "ÿ".repeat(60)],
  ])("a socket address that is none: %s", (saddr) => {
    expectTaken(
      JSON.stringify([laurelLine({ SYSCALL: "connect" }, { SOCKADDR: [{ saddr }] })]),
      null,
    );
  });

  test("a time that cannot be made text", () => {
    const time = { seconds: 1_795_514_398, toString: 1, valueOf: 1 };
    const events = [
      tetragonLine("process_exec", {}, { time }),
      { ...auditbeat({ module: "auditd" }), auditd: { sequence: 1 }, "@timestamp": time },
    ];
    expectTaken(JSON.stringify(events), null);
    const later = { ...time, nanos: 5 };
    const result = decodeBatch(
      JSON.stringify([
        tetragonLine("process_exec", {}, { time }),
        tetragonLine("process_exec", {}, { time: later }),
      ]),
      { format: null, receivedAt: RECEIVED_AT },
    );
    if (!result.ok) throw new Error("refused");
    const ids = result.value.items.map((item) => (item.type === "event" ? item.event.id : null));
    expect(new Set(ids).size).toBe(2);
  });

  test("a sender whose clock is ahead by more than there is time", () => {
    for (const sentAt of [8.63e15, 4_000_000_000_000, "9999-12-31T23:59:59Z"])
      expectTaken(JSON.stringify({ agent: { id: "a" }, sentAt, events: [nativeEvent()] }), null);
  });

  test("of a key that comes twice the last counts, as JSON.parse has it", () => {
    const text = `{"rule":"a","priority":"p","time":"2026-11-24T09:59:58Z","rule":"b"}`;
    const result = decodeBatch(text, { format: null, receivedAt: RECEIVED_AT });
    expect(result).toMatchObject({ value: { items: [{ event: { agentRule: "b" } }] } });
  });
});

describeWithCorpus("damaged events of real agents", (dir) => {
  test("are answered and add up", () => {
    const lines = readdirSync(dir)
      .filter((file) => file.endsWith(".jsonl"))
      .flatMap((file) => readFileSync(join(dir, file), "utf8").split("\n"))
      .filter((line) => line.startsWith("{") && line.length < 20_000)
      .map((line): unknown => JSON.parse(line));
    fc.assert(
      fc.property(damaged(lines), format, (event, forced) => expectTaken(textOf([event]), forced)),
      { numRuns: 2_000 },
    );
    expectUnspoiled();
  });
});
