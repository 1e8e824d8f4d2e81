/**
 * From a body's text to a batch of normalised events. Pure: the time of receipt is an argument.
 * Contract: never throws; `items[i]` is the i-th event received, whatever became of it.
 */
import type { AgentFormat, AgentRef, HostRef, LullEvent, Normalised } from "../../schema/event.ts";
import { CLOCK_TOLERANCE_MS, MAX_EVENTS_PER_BATCH } from "../../schema/limits.ts";
import type { EpochMs } from "../../schema/time.ts";
import { boundTexts } from "./bound.ts";
import { withoutEnvelopes } from "./cloudevents.ts";
import { looksLikeEnvelope, readEnvelope, type Envelope } from "./envelope.ts";
import { isRaw, type Raw } from "./fields.ts";
import { ocsfFrameEvents } from "./formats/ocsf.ts";
import { sizeUp } from "./measure.ts";
import { normalise, recognise } from "./recognise.ts";
import { refuse, type Result } from "./result.ts";
import { rowsOf, withRows } from "./rows.ts";
import { rawItem, splitBody, tooMany, type RawItem } from "./split.ts";
import { fillIn, type Wrapping } from "./wrapping.ts";

export interface DecodeOptions {
  /** The format that the path forces; null: recognised event by event. */
  format: AgentFormat | null;
  receivedAt: EpochMs;
  /** What the request's headers say of the event in its body, if that is one. */
  wrapping?: Wrapping | undefined;
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

/** A batch whose items came from the records of a request in another protocol. */
export interface DecodedRecords extends DecodedBatch {
  /** `from[i]` is the record that `items[i]` came from; null: they are the same, one by one. */
  from: number[] | null;
}

/** Decodes a body. `{}`, `[]` and the empty body are valid and empty. */
export function decodeBatch(text: string, options: DecodeOptions): Result<DecodedBatch> {
  const body = splitBody(text);
  const events = body.ok ? withoutEnvelopes(body.value) : body;
  const split = events.ok ? withRows(events.value, options.format) : events;
  if (!split.ok) return split;
  const { receivedAt, format, wrapping } = options;
  if (split.value.kind === "items") {
    const { items } = split.value;
    const [only] = items;
    if (wrapping !== undefined && only !== undefined && items.length === 1)
      only.wrapping ??= wrapping;
    return { ok: true, value: batchOf(decodeItems(items, format, receivedAt)) };
  }
  const { raw } = split.value;
  if (format === null || format === "ocsf") {
    const frame = ocsfFrameEvents(raw);
    if (frame !== null) return decodeFrame(frame, receivedAt);
  }
  if (!isEnvelope(raw, format)) {
    const item = rawItem(raw, split.value.wrapping ?? wrapping);
    return { ok: true, value: batchOf(decodeItems([item], format, receivedAt)) };
  }
  const envelope = readEnvelope(raw);
  return envelope.ok ? decodeEnvelope(envelope.value, receivedAt) : envelope;
}

/** Decodes events that another protocol has brought, record by record. */
export function decodeRecords(
  records: RawItem[],
  { format, receivedAt }: DecodeOptions,
): Result<DecodedRecords> {
  // Before their rows are looked for: a few bytes make a record.
  if (records.length > MAX_EVENTS_PER_BATCH) return refuse(tooMany(records.length));
  const rows = rowsOf(records);
  const items = rows?.items ?? records;
  if (items.length > MAX_EVENTS_PER_BATCH) return refuse(tooMany(items.length));
  const batch = batchOf(decodeItems(items, format, receivedAt));
  return { ok: true, value: { ...batch, from: rows?.from ?? null } };
}

/** The record that the item at `index` of a batch came from. */
export function recordOf({ from }: DecodedRecords, index: number): number {
  return from?.[index] ?? index;
}

function batchOf(items: Normalised[]): DecodedBatch {
  return { dropped: 0, aheadMs: 0, items };
}

function decodeFrame(events: readonly unknown[], receivedAt: EpochMs): Result<DecodedBatch> {
  if (events.length > MAX_EVENTS_PER_BATCH) return refuse(tooMany(events.length));
  const raws = events.map((value) => rawItem(value));
  return { ok: true, value: batchOf(decodeItems(raws, "ocsf", receivedAt)) };
}

function isEnvelope(raw: Raw, format: AgentFormat | null): boolean {
  if (format !== null && format !== "native") return false;
  return looksLikeEnvelope(raw) && recognise(raw) === null;
}

function decodeEnvelope(envelope: Envelope, receivedAt: EpochMs): Result<DecodedBatch> {
  const { agent, sentAt, dropped, events } = envelope;
  if (events.length > MAX_EVENTS_PER_BATCH) return refuse(tooMany(events.length));
  const raws = events.map((value) => rawItem(value));
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
  if ("rejected" in raw) return { type: "rejected", ...raw.rejected };
  const { value, bytes } = raw;
  if (!isRaw(value))
    return { type: "rejected", code: "not_an_object", detail: "an event is a JSON object" };
  const size = sizeUp(value, bytes);
  if (typeof size === "string") return { type: "rejected", code: "too_large", detail: size };
  const item = normalise(value, format);
  if (raw.wrapping !== undefined) fillIn(item, raw.wrapping);
  if (item.type === "event") boundTexts(item.event, raw.wrapping === undefined ? size : Infinity);
  if (item.type === "rejected" && (item.code === "invalid_field" || item.code === "missing_field"))
    item.detail = `events[${index}].${item.detail}`;
  return item;
}

/** Corrects a clock known to be ahead; what is still in the future is set to now, and says so if it is by much. */
function settleTime(event: LullEvent, aheadMs: number, receivedAt: EpochMs): void {
  // A clock that is ahead by more than there is time says nothing.
  event.time = Math.max(0, event.time - aheadMs);
  if (event.time <= receivedAt) return;
  if (event.time - receivedAt > CLOCK_TOLERANCE_MS) event.clamped = true;
  event.time = receivedAt;
}
