/**
 * From a body's text to a batch of normalised events. Pure: the time of receipt is an argument.
 * Contract: never throws; `items[i]` is the i-th event received, whatever became of it.
 */
import type { AgentFormat, AgentRef, HostRef, LullEvent, Normalised } from "../../schema/event.ts";
import { CLOCK_TOLERANCE_MS, MAX_EVENTS_PER_BATCH } from "../../schema/limits.ts";
import type { EpochMs } from "../../schema/time.ts";
import { looksLikeEnvelope, readEnvelope, type Envelope } from "./envelope.ts";
import { isRaw, type Raw } from "./fields.ts";
import { ocsfFrameEvents } from "./formats/ocsf.ts";
import { rowsOfOsquery } from "./formats/osquery-rows.ts";
import { overLimit } from "./measure.ts";
import { normalise, recognise } from "./recognise.ts";
import { refuse, type Result } from "./result.ts";
import { splitBody, tooMany, type RawItem, type SplitBody } from "./split.ts";

export interface DecodeOptions {
  /** The format that the path forces; null: recognised event by event. */
  format: AgentFormat | null;
  receivedAt: EpochMs;
}

export interface DecodedBatch {
  /** Who sent it, where the body says so (native only). */
  agent?: AgentRef & { host?: HostRef };
  /** When the agent says it sent the batch. */
  sentAt?: EpochMs;
  /** Events that the agent says it lost, by the envelope; contacts carry a number of their own. */
  dropped: number;
  /** How far the sender's clock was found to be ahead; event times are corrected by it. 0: not at all. */
  aheadMs: number;
  items: Normalised[];
}

/** Decodes a body. `{}`, `[]` and the empty body are valid and empty. */
export function decodeBatch(text: string, options: DecodeOptions): Result<DecodedBatch> {
  const split = withRows(splitBody(text), options.format);
  if (!split.ok) return split;
  const { receivedAt, format } = options;
  if (split.value.kind === "items")
    return {
      ok: true,
      value: { dropped: 0, aheadMs: 0, items: decodeItems(split.value.items, format, receivedAt) },
    };
  const { raw } = split.value;
  if (format === null || format === "ocsf") {
    const frame = ocsfFrameEvents(raw);
    if (frame !== null) return decodeFrame(frame, receivedAt);
  }
  if (!isEnvelope(raw, format)) {
    const items = decodeItems([{ value: raw, bytes: null }], format, receivedAt);
    return { ok: true, value: { dropped: 0, aheadMs: 0, items } };
  }
  const envelope = readEnvelope(raw);
  return envelope.ok ? decodeEnvelope(envelope.value, receivedAt) : envelope;
}

function decodeFrame(events: readonly unknown[], receivedAt: EpochMs): Result<DecodedBatch> {
  if (events.length > MAX_EVENTS_PER_BATCH) return refuse(tooMany(events.length));
  const raws = events.map((value): RawItem => ({ value, bytes: null }));
  return {
    ok: true,
    value: { dropped: 0, aheadMs: 0, items: decodeItems(raws, "ocsf", receivedAt) },
  };
}

/** A line of osquery holds many rows, and every row is an event received. Other items stay as they are. */
function withRows(split: Result<SplitBody>, format: AgentFormat | null): Result<SplitBody> {
  if (!split.ok || (format !== null && format !== "osquery")) return split;
  const { value } = split;
  const items = value.kind === "items" ? value.items : [{ value: value.raw, bytes: null }];
  const rows = rowsOf(items);
  if (rows === null) return split;
  if (rows.length > MAX_EVENTS_PER_BATCH) return refuse(tooMany(rows.length));
  return { ok: true, value: { kind: "items", items: rows } };
}

/** Null where nothing holds rows. Ends where there are too many already. */
function rowsOf(items: readonly RawItem[]): RawItem[] | null {
  let all: RawItem[] | null = null;
  for (const [at, item] of items.entries()) {
    if (all !== null && all.length > MAX_EVENTS_PER_BATCH) break;
    const rows = "value" in item && isRaw(item.value) ? rowsOfOsquery(item.value) : null;
    if (rows === null) all?.push(item);
    else {
      all ??= items.slice(0, at);
      for (const value of rows) all.push({ value, bytes: null });
    }
  }
  return all;
}

function isEnvelope(raw: Raw, format: AgentFormat | null): boolean {
  if (format !== null && format !== "native") return false;
  return looksLikeEnvelope(raw) && recognise(raw) === null;
}

function decodeEnvelope(envelope: Envelope, receivedAt: EpochMs): Result<DecodedBatch> {
  const { agent, sentAt, dropped, events } = envelope;
  if (events.length > MAX_EVENTS_PER_BATCH) return refuse(tooMany(events.length));
  const raws = events.map((value): RawItem => ({ value, bytes: null }));
  // A clock that says it sent in our future is ahead by at least that much.
  const aheadMs = sentAt === undefined ? 0 : Math.max(0, sentAt - receivedAt);
  const items = decodeItems(raws, "native", receivedAt, aheadMs);
  const batch: DecodedBatch = { agent, dropped, aheadMs, items };
  if (sentAt !== undefined) batch.sentAt = sentAt;
  return { ok: true, value: batch };
}

function decodeItems(
  raws: readonly RawItem[],
  format: AgentFormat | null,
  receivedAt: EpochMs,
  aheadMs = 0,
): Normalised[] {
  const items: Normalised[] = [];
  for (let index = 0; index < raws.length; index++) {
    const raw = raws[index];
    if (raw === undefined) continue;
    const item = decodeItem(raw, index, format);
    if (item.type === "event") settleTime(item.event, aheadMs, receivedAt);
    items.push(item);
  }
  return items;
}

function decodeItem(raw: RawItem, index: number, format: AgentFormat | null): Normalised {
  if ("notJson" in raw) return { type: "rejected", code: "not_json", detail: raw.notJson };
  const { value, bytes } = raw;
  if (!isRaw(value))
    return { type: "rejected", code: "not_an_object", detail: "an event is a JSON object" };
  const over = overLimit(value, bytes);
  if (over !== null) return { type: "rejected", code: "too_large", detail: over };
  const item = normalise(value, format);
  if (item.type === "rejected" && (item.code === "invalid_field" || item.code === "missing_field"))
    item.detail = `events[${index}].${item.detail}`;
  return item;
}

/** Corrects a clock known to be ahead; what is still in the future is set to now, and says so if it is by much. */
function settleTime(event: LullEvent, aheadMs: number, receivedAt: EpochMs): void {
  event.time -= aheadMs;
  if (event.time <= receivedAt) return;
  if (event.time - receivedAt > CLOCK_TOLERANCE_MS) event.clamped = true;
  event.time = receivedAt;
}
