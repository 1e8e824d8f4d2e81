/** Elasticsearch's bulk requests: which line is an action, which a document, and the answer to each. */
import { describe, expect, test } from "vitest";
import { MAX_EVENTS_PER_BATCH } from "../../../schema/limits.ts";
import { decodeRecords } from "../../../workers/ingest/decode.ts";
import { bulkAnswer, readBulk } from "../../../workers/ingest/elasticsearch.ts";
import { falcoAlert, nativeEvent, RECEIVED_AT, traceeEvent, type Json } from "./fixtures.ts";

const lines = (...values: unknown[]) =>
  values.map((value) => (typeof value === "string" ? value : JSON.stringify(value))).join("\n");

const create = (meta: Json = {}): Json => ({ create: { _index: "auditbeat-9", ...meta } });

function read(text: string) {
  const request = readBulk(text, "of-the-path");
  if (!request.ok) throw new Error(request.problem.detail);
  return request.value;
}

function eventsOf(text: string) {
  const decoded = decodeRecords(read(text).records, { format: null, receivedAt: RECEIVED_AT });
  if (!decoded.ok) throw new Error(decoded.problem.detail);
  return decoded.value.items.flatMap((item) => (item.type === "event" ? [item.event] : []));
}

describe("a bulk request", () => {
  test("is pairs of lines, with or without the last line end", () => {
    const text = lines(create(), nativeEvent(), { index: { _id: "7" } }, nativeEvent());
    for (const body of [text, `${text}\n`]) {
      expect(read(body).operations).toEqual([
        { action: "create", index: "auditbeat-9", id: null },
        { action: "index", index: "of-the-path", id: "7" },
      ]);
      expect(eventsOf(body)).toHaveLength(2);
    }
  });

  test("may be empty", () => {
    expect(read("")).toEqual({ operations: [], records: [] });
  });

  test.each([
    lines(nativeEvent(), nativeEvent()),
    lines(create()),
    lines("garbage"),
    lines({ destroy: { _index: "x" } }, {}),
    lines([], {}),
  ])("%j is none", (text) => {
    expect(readBulk(text, "x")).toMatchObject({ ok: false, problem: { code: "bad_body" } });
  });

  test("holds no more documents than a batch may, so that a Beat splits it", () => {
    const text = `${lines(create(), nativeEvent())}\n`.repeat(MAX_EVENTS_PER_BATCH + 1);
    expect(readBulk(text, "x")).toMatchObject({
      ok: false,
      problem: { status: 413, code: "too_many_events" },
    });
  });
});

describe("a document", () => {
  test("may be the Beat's own event, or an agent's line in `message`, or parsed in `json`", () => {
    const shipped = { "@timestamp": "2026-11-24T10:00:00Z", message: lines(falcoAlert({})) };
    const parsed = { "@timestamp": "2026-11-24T10:00:00Z", json: falcoAlert({}) };
    const text = lines(create(), nativeEvent(), create(), shipped, create(), parsed);
    expect(eventsOf(text).map(({ format }) => format)).toEqual(["native", "falco", "falco"]);
  });

  test("has the Beat's host where the agent's line names none", () => {
    const shipped = (event: Json) => ({
      host: { name: "node-9", id: "m-1", os: { type: "linux" } },
      message: lines(event),
    });
    const text = lines(create(), shipped(traceeEvent("openat")), create(), shipped(falcoAlert({})));
    expect(eventsOf(text).map(({ host }) => host)).toEqual([
      { name: "node-9", id: "m-1" },
      { name: "node-7" },
    ]);
  });

  test("has the identity that the action gives it", () => {
    const [event] = eventsOf(lines(create({ _id: "A1" }), falcoAlert({})));
    expect(event?.id).toBe("auditbeat-9 A1");
  });
});

test("each operation is answered, in order and under its own name", () => {
  const text = lines(
    create(),
    nativeEvent(),
    { delete: { _index: "x", _id: "1" } },
    { update: { _id: "2" } },
    { doc: {} },
    { index: {} },
    "{cut",
  );
  const { operations, records } = read(text);
  const decoded = decodeRecords(records, { format: null, receivedAt: RECEIVED_AT });
  const rejected = new Map(
    (decoded.ok ? decoded.value.items : []).flatMap((item, index) =>
      item.type === "rejected" ? [[index, { index, ...item }] as const] : [],
    ),
  );
  const answer = bulkAnswer(operations, rejected, 3);
  expect(answer).toMatchObject({
    took: 3,
    errors: true,
    items: [
      { create: { _index: "auditbeat-9", status: 201 } },
      { delete: { _id: "1", status: 400, error: { type: "invalid_field" } } },
      { update: { _id: "2", status: 400, error: { type: "invalid_field" } } },
      { index: { status: 400, error: { type: "not_json" } } },
    ],
  });
  expect(bulkAnswer(operations.slice(0, 1), new Map(), 0).errors).toBe(false);
});
