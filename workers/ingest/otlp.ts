/**
 * OpenTelemetry's logs: an ExportLogsServiceRequest in OTLP's JSON encoding, each record's body an event. Pure.
 * (open-telemetry/opentelemetry-proto:docs/specification.md, opentelemetry/proto/logs/v1/logs.proto, common/v1/common.proto)
 * Contract: never throws; a record that carries no JSON is one rejection. `timeUnixNano`, severity and attributes of a
 * record are left out: the agent's own words are in the body.
 */
import type { HostRef } from "../../schema/event.ts";
import { MAX_EVENTS_PER_BATCH, MAX_FIELD_CHARS, MAX_JSON_DEPTH } from "../../schema/limits.ts";
import { isRaw, readObject, type Raw } from "./fields.ts";
import { refuse, type Result } from "./result.ts";
import { rawItem, tooMany, type RawItem } from "./split.ts";
import type { Wrapping } from "./wrapping.ts";

const NOTHING: Raw = {};
const NO_REQUEST =
  "The body is not an ExportLogsServiceRequest in OTLP's JSON encoding: { resourceLogs: [ … ] }.";

/** The request's records, in order. An empty request is valid. */
export function readLogs(text: string): Result<RawItem[]> {
  const request = text.trim() === "" ? NOTHING : parse(text);
  const resourceLogs = isRaw(request) ? (request["resourceLogs"] ?? []) : null;
  if (!Array.isArray(resourceLogs))
    return refuse({ status: 400, code: "bad_body", detail: NO_REQUEST });
  const items: RawItem[] = [];
  for (const resourceLog of rawsOf(resourceLogs)) {
    const wrapping = wrappingOf(readObject(resourceLog, "resource") ?? NOTHING);
    for (const scopeLog of rawsOf(resourceLog["scopeLogs"]))
      for (const record of rawsOf(scopeLog["logRecords"])) {
        items.push(itemOf(record, wrapping));
        if (items.length > MAX_EVENTS_PER_BATCH) return refuse(tooMany(items.length));
      }
  }
  return { ok: true, value: items };
}

function itemOf(record: Raw, wrapping: Wrapping): RawItem {
  const body = valueOf(record["body"], 1);
  const value = typeof body === "string" ? parse(body) : body;
  if (isRaw(value)) return rawItem(value, wrapping);
  const detail = "body: must be an event, as a string of JSON or as a kvlistValue";
  return { rejected: { code: "not_json", detail } };
}

/** An AnyValue as JSON would have it; undefined where it is none. Deeper than any event may be, it ends. */
function valueOf(any: unknown, depth: number): unknown {
  if (!isRaw(any) || depth > MAX_JSON_DEPTH + 1) return undefined;
  if (any["stringValue"] !== undefined) return any["stringValue"];
  if (any["kvlistValue"] !== undefined) return mapOf(listOf(any["kvlistValue"]), depth);
  if (any["arrayValue"] !== undefined)
    return listOf(any["arrayValue"]).map((value) => valueOf(value, depth + 1) ?? null);
  if (any["intValue"] !== undefined) return integerOf(any["intValue"]);
  return any["doubleValue"] ?? any["boolValue"];
}

/** Without a prototype: the names come from outside. */
function mapOf(pairs: readonly unknown[], depth: number): Raw {
  const map: Raw = Object.create(null);
  for (const pair of rawsOf(pairs))
    if (typeof pair["key"] === "string") map[pair["key"]] = valueOf(pair["value"], depth + 1);
  return map;
}

function listOf(list: unknown): unknown[] {
  const values = isRaw(list) ? list["values"] : undefined;
  return Array.isArray(values) ? values : [];
}

/** int64 is decimal digits in a string; one beyond what a number holds stays so. */
function integerOf(value: unknown): unknown {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/**
 * Where the Collector picked the record up: the node's name before the host's, which in a pod is the pod's.
 * `container.id` and `k8s.pod.*` name the container that wrote the line, and that is the agent's own.
 */
function wrappingOf(resource: Raw): Wrapping {
  const attributes = mapOf(rawsOf(resource["attributes"]), 1);
  const id = textOf(attributes["host.id"]);
  const name = textOf(attributes["k8s.node.name"]) ?? textOf(attributes["host.name"]);
  const cluster = textOf(attributes["k8s.cluster.name"]);
  const host: HostRef = {};
  if (id !== undefined) host.id = id;
  if (name !== undefined) host.name = name;
  const wrapping: Wrapping = {};
  if (id !== undefined || name !== undefined) wrapping.host = host;
  if (cluster !== undefined) wrapping.cluster = cluster;
  return wrapping;
}

function textOf(value: unknown): string | undefined {
  const text = typeof value === "string" ? value.trim().slice(0, MAX_FIELD_CHARS) : "";
  return text === "" ? undefined : text;
}

function rawsOf(list: unknown): Raw[] {
  return Array.isArray(list) ? list.filter(isRaw) : [];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
