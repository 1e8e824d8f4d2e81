/** Whatever stands in another protocol's request, its reader answers, and gives each record an outcome. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { MAX_EVENTS_PER_BATCH } from "../../../schema/limits.ts";
import { decodeBatch, decodeRecords, recordOf } from "../../../workers/ingest/decode.ts";
import { readBulk } from "../../../workers/ingest/elasticsearch.ts";
import { readLogs } from "../../../workers/ingest/otlp.ts";
import type { RawItem } from "../../../workers/ingest/split.ts";
import { falcoAlert, nativeEvent, RECEIVED_AT } from "./fixtures.ts";

const options = { format: null, receivedAt: RECEIVED_AT };

/** An event, an event as text, or anything. */
const content = fc.oneof(
  fc.constantFrom<unknown>(falcoAlert({}), nativeEvent(), JSON.stringify(falcoAlert({})), "{"),
  fc.jsonValue(),
);

const anyValue = fc.oneof(
  content.map((value) => ({ stringValue: value })),
  fc.record({ kvlistValue: fc.record({ values: fc.jsonValue() }) }),
  fc.record({ arrayValue: fc.jsonValue() }),
  fc.jsonValue(),
);
const pair = fc.record({ key: fc.constantFrom("host.name", "__proto__", "rule"), value: anyValue });
const logs = fc.record({
  resourceLogs: fc.oneof(
    fc.array(
      fc.record({
        resource: fc.oneof(fc.record({ attributes: fc.array(pair) }), fc.jsonValue()),
        scopeLogs: fc.array(fc.record({ logRecords: fc.array(fc.record({ body: anyValue })) })),
      }),
    ),
    fc.jsonValue(),
  ),
});

function everyRecordHasAnOutcome(records: RawItem[]): void {
  const decoded = decodeRecords(records, options);
  if (!decoded.ok) throw new Error(decoded.problem.detail);
  const seen = new Set(decoded.value.items.map((_, index) => recordOf(decoded.value, index)));
  expect([...seen].toSorted((a, b) => a - b)).toEqual(records.map((_, index) => index));
}

test("OpenTelemetry's logs", () => {
  fc.assert(
    fc.property(logs, (request) => {
      const records = readLogs(JSON.stringify(request));
      if (records.ok) everyRecordHasAnOutcome(records.value);
      else expect(records.problem.status).toBe(400);
    }),
  );
});

test("bulk requests", () => {
  const document = fc.oneof(
    content.map((value) => JSON.stringify(value)),
    fc.string(),
  );
  const pairs = fc
    .tuple(fc.constantFrom('{"create":{}}', '{"index":{"_id":"1"}}', '{"update":{}}'), document)
    .map((lines) => lines.join("\n"));
  const line = fc.oneof({ weight: 9, arbitrary: pairs }, fc.constant('{"delete":{}}'), fc.json());
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      const request = readBulk(lines.join("\n"), "lull");
      if (request.ok) {
        expect(request.value.records).toHaveLength(request.value.operations.length);
        everyRecordHasAnOutcome(request.value.records);
      } else expect(request.problem.status).toBe(400);
    }),
  );
});

test("CloudEvents", () => {
  const envelope = fc.record(
    {
      specversion: fc.constant("1.0"),
      type: fc.constant("t"),
      source: fc.constant("s"),
      id: fc.oneof(fc.string(), fc.jsonValue()),
      data: content,
      data_base64: fc.oneof(fc.base64String(), fc.string(), fc.jsonValue()),
    },
    { requiredKeys: ["specversion", "type"] },
  );
  const body = fc.oneof(envelope, fc.array(fc.oneof(envelope, content)));
  fc.assert(
    fc.property(body, (value) => {
      const result = decodeBatch(JSON.stringify(value), options);
      if (!result.ok) expect([400, 413]).toContain(result.problem.status);
    }),
  );
});

test("more records than a batch may hold are refused before they are looked into", () => {
  const body = { stringValue: "{}" };
  const logRecords = Array.from({ length: MAX_EVENTS_PER_BATCH + 1 }, () => ({ body }));
  const text = JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] });
  expect(readLogs(text)).toMatchObject({ ok: false, problem: { code: "too_many_events" } });
  const records = logRecords.map((value): RawItem => ({ value, bytes: null }));
  expect(decodeRecords(records, options)).toMatchObject({ ok: false, problem: { status: 413 } });
});
