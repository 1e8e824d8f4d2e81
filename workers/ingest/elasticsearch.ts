/**
 * Elasticsearch's bulk requests, as Beats and other shippers make them. Pure.
 * A line names an action, the next one is its document; each is answered by itself.
 * (elastic/beats:libbeat/esleg/eslegclient/bulkapi.go, libbeat/outputs/elasticsearch/client.go)
 */
import type { HostRef } from "../../schema/event.ts";
import type { Rejection } from "../../schema/ingest.ts";
import { MAX_EVENTS_PER_BATCH, MAX_FIELD_CHARS } from "../../schema/limits.ts";
import type { BulkAnswer } from "../../schema/protocols.ts";
import { isRaw, type Raw } from "./fields.ts";
import { lineBytes } from "./measure.ts";
import { refuse, type Result } from "./result.ts";
import { tooMany, type RawItem } from "./split.ts";
import type { Wrapping } from "./wrapping.ts";

const ACTIONS = ["create", "index", "update", "delete"] as const;
type Action = (typeof ACTIONS)[number];

/** What was asked for one document. */
export interface Operation {
  action: Action;
  index: string;
  id: string | null;
}

export interface BulkRequest {
  operations: Operation[];
  /** `records[i]` is the event of `operations[i]`. */
  records: RawItem[];
}

/** Reads a bulk request; `index` is that of its path. What cannot be told apart into operations is refused whole. */
export function readBulk(text: string, index: string): Result<BulkRequest> {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const request: BulkRequest = { operations: [], records: [] };
  for (let at = 0; at < lines.length; at++) {
    const operation = operationOf(lines[at] ?? "", index);
    if (operation === null)
      return malformed(`line ${at + 1} is no action ({"create":{"_index":…}})`);
    const document = operation.action === "delete" ? undefined : lines[++at];
    if (document === undefined && operation.action !== "delete")
      return malformed("the last action has no document");
    request.operations.push(operation);
    request.records.push(recordOf(operation, document));
    if (request.operations.length > MAX_EVENTS_PER_BATCH)
      return refuse(tooMany(request.operations.length));
  }
  return { ok: true, value: request };
}

function malformed(detail: string): Result<BulkRequest> {
  const said = `The body is not a bulk request: ${detail}.`;
  return refuse({ status: 400, code: "bad_body", detail: said });
}

function operationOf(line: string, index: string): Operation | null {
  const parsed = parse(line);
  if (!parsed.ok || !isRaw(parsed.value)) return null;
  for (const action of ACTIONS) {
    const meta = parsed.value[action];
    if (!isRaw(meta)) continue;
    return {
      action,
      index: typeof meta["_index"] === "string" ? meta["_index"] : index,
      id: typeof meta["_id"] === "string" ? meta["_id"].slice(0, MAX_FIELD_CHARS) : null,
    };
  }
  return null;
}

function recordOf({ action, index, id }: Operation, document: string | undefined): RawItem {
  if (document === undefined || action === "update" || action === "delete") {
    const detail = `${action}: events are only added, with create or index`;
    return { rejected: { code: "invalid_field", detail } };
  }
  const parsed = parse(document);
  if (!parsed.ok) return { rejected: { code: "not_json", detail: parsed.detail } };
  const { value } = parsed;
  const wrapping: Wrapping = {};
  if (id !== null) wrapping.id = `${index} ${id}`;
  const host = isRaw(value) ? hostOf(value) : undefined;
  if (host !== undefined) wrapping.host = host;
  return { value, bytes: lineBytes(document), wrapping };
}

/** Where the Beat runs that read the line of an agent. */
function hostOf(document: Raw): HostRef | undefined {
  const { host } = document;
  if (!isRaw(host)) return undefined;
  const ref: HostRef = {};
  if (typeof host["id"] === "string") ref.id = host["id"].slice(0, MAX_FIELD_CHARS);
  if (typeof host["name"] === "string") ref.name = host["name"].slice(0, MAX_FIELD_CHARS);
  return ref.id || ref.name ? ref : undefined;
}

function parse(text: string): { ok: true; value: unknown } | { ok: false; detail: string } {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch (error) {
    return { ok: false, detail: error instanceof Error ? error.message.slice(0, 200) : "not JSON" };
  }
}

/** The answer to a bulk request. A Beat drops what is answered with 400, and keeps what is answered with 429 or 5xx. */
export function bulkAnswer(
  operations: readonly Operation[],
  rejected: ReadonlyMap<number, Rejection>,
  tookMs: number,
): BulkAnswer {
  const items = operations.map(({ action, index, id }, at): BulkAnswer["items"][number] => {
    const rejection = rejected.get(at);
    const meta = { _index: index, _id: id ?? String(at) };
    if (rejection === undefined) return { [action]: { ...meta, result: "created", status: 201 } };
    const error = { type: rejection.code, reason: rejection.detail };
    return { [action]: { ...meta, status: 400, error } };
  });
  return { took: tookMs, errors: rejected.size > 0, items };
}
