/**
 * CloudEvents: takes events out of their envelopes, in every mode of the HTTP binding. Pure.
 * Structured and batched mode are told by their shape, since shippers lose media types; in binary mode the
 * body is the data, and only its identity stands in headers.
 * (cloudevents/spec:cloudevents/formats/json-format.md, cloudevents/bindings/http-protocol-binding.md)
 */
import { MAX_EVENTS_PER_BATCH, MAX_FIELD_CHARS } from "../../schema/limits.ts";
import { isRaw, type Raw } from "./fields.ts";
import { refuse, type Result } from "./result.ts";
import { rawItem, splitBody, splitValue, tooMany, type RawItem, type SplitBody } from "./split.ts";
import type { Wrapping } from "./wrapping.ts";

/** Has the attributes that every CloudEvent has. Falco's carry `rule` and `priority` beside them. */
function isCloudEvent(raw: Raw): boolean {
  return (
    typeof raw["specversion"] === "string" &&
    typeof raw["type"] === "string" &&
    typeof raw["source"] === "string"
  );
}

/** The identity of a CloudEvent in binary mode; undefined if this is none. */
export function binaryMode(headers: Headers): Wrapping | undefined {
  if (headers.get("ce-specversion") === null) return undefined;
  return identity(headers.get("ce-source"), headers.get("ce-id"));
}

/** A body's events without their CloudEvents envelopes; other events stay as they are. */
export function withoutEnvelopes(split: SplitBody): Result<SplitBody> {
  if (split.kind === "object")
    return isCloudEvent(split.raw) ? contentOf(split.raw) : { ok: true, value: split };
  const { items } = split;
  let all: RawItem[] | null = null;
  for (let at = 0; at < items.length; at++) {
    const item = items[at];
    if (item === undefined) continue;
    if (!("value" in item) || !isRaw(item.value) || !isCloudEvent(item.value)) {
      all?.push(item);
      continue;
    }
    all ??= items.slice(0, at);
    const content = contentOf(item.value);
    if (!content.ok) return content;
    all.push(...itemsOf(content.value));
    if (all.length > MAX_EVENTS_PER_BATCH) return refuse(tooMany(all.length));
  }
  return { ok: true, value: all === null ? split : { kind: "items", items: all } };
}

function itemsOf(content: SplitBody): RawItem[] {
  if (content.kind === "items") return content.items;
  return [rawItem(content.raw, content.wrapping)];
}

/** What one CloudEvent carries, by the id of the envelope where that is one event. Bad data are one rejection. */
function contentOf(raw: Raw): Result<SplitBody> {
  const data = dataOf(raw);
  if (data === null) return rejected("missing_field", "data: is required");
  if (!data.ok) {
    return data.problem.code === "too_many_events"
      ? data
      : rejected("not_json", `data: ${data.problem.detail}`);
  }
  if (data.value.kind === "items") return data;
  const wrapping = identity(raw["source"], raw["id"]);
  return wrapping === undefined ? data : { ok: true, value: { ...data.value, wrapping } };
}

/** Text is read as a body would be, whatever `datacontenttype` says: senders put JSON into strings. */
function dataOf(raw: Raw): Result<SplitBody> | null {
  const { data, data_base64: packed } = raw;
  if (typeof data === "string") return splitBody(data);
  if (data !== undefined && data !== null) return splitValue(data);
  return typeof packed === "string" ? splitBase64(packed) : null;
}

function splitBase64(packed: string): Result<SplitBody> {
  try {
    const bytes = Uint8Array.from(atob(packed), (char) => char.charCodeAt(0));
    return splitBody(new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes));
  } catch {
    return refuse({ status: 400, code: "bad_body", detail: "data_base64 is not UTF-8 in Base64" });
  }
}

function rejected(code: "missing_field" | "not_json", detail: string): Result<SplitBody> {
  return { ok: true, value: { kind: "items", items: [{ rejected: { code, detail } }] } };
}

/** `source` and `id` together are unique, by the specification. */
function identity(source: unknown, id: unknown): Wrapping | undefined {
  if (typeof id !== "string" || id === "") return undefined;
  const from = typeof source === "string" ? source : "";
  return { id: `${from} ${id}`.slice(0, MAX_FIELD_CHARS) };
}
