/**
 * From a body's text to raw events: one JSON object, an array, or NDJSON. Pure.
 * Contract: never throws; a line that is not JSON is one item, a body in which nothing is JSON is a problem.
 */
import type { RejectCode } from "../../schema/event.ts";
import { MAX_EVENTS_PER_BATCH } from "../../schema/limits.ts";
import { isRaw, type Raw } from "./fields.ts";
import { lineBytes } from "./measure.ts";
import { refuse, type IntakeProblem, type Result } from "./result.ts";
import type { Wrapping } from "./wrapping.ts";

/** One raw event, with its size where its text is at hand, or why there is none; and what carried it. */
export type RawItem = (
  | { value: unknown; bytes: number | null }
  | { rejected: { code: RejectCode; detail: string } }
) & { wrapping?: Wrapping };

export type SplitBody =
  | { kind: "object"; raw: Raw; wrapping?: Wrapping }
  | { kind: "items"; items: RawItem[] };

const NO_JSON =
  "The body is neither a JSON object, a JSON array, nor JSON lines. (Falco: set json_output to true.)";

/** Splits a body. `{}`, `[]` and the empty body are valid and hold nothing. */
export function splitBody(text: string): Result<SplitBody> {
  const body = text.trim();
  if (body === "") return items([]);
  const first = body.charCodeAt(0);
  if (first === 91 /* [ */ || first === 123 /* { */) {
    const whole = tryParse(body);
    if (whole.ok) return splitValue(whole.value);
    // The same text again: what is nested without end costs the parser a second.
    if (!body.includes("\n")) return refuse({ status: 400, code: "bad_body", detail: NO_JSON });
  }
  return splitLines(body);
}

/** A parsed value as an item; its size is not known. */
export function rawItem(value: unknown, wrapping?: Wrapping): RawItem {
  return wrapping === undefined ? { value, bytes: null } : { value, bytes: null, wrapping };
}

/** A line without the `@cee:` that laurel can put before it, for syslog servers. */
export function withoutCookie(line: string): string {
  return line.startsWith("@cee:") ? line.slice(5).trimStart() : line;
}

export function tooMany(received: number): IntakeProblem {
  return {
    status: 413,
    code: "too_many_events",
    detail: `The body holds ${received} events; a batch is at most ${MAX_EVENTS_PER_BATCH}.`,
    limit: MAX_EVENTS_PER_BATCH,
  };
}

/** As {@link splitBody}, for JSON that has been parsed. */
export function splitValue(value: unknown): Result<SplitBody> {
  if (Array.isArray(value)) {
    if (value.length > MAX_EVENTS_PER_BATCH) return refuse(tooMany(value.length));
    return items(value.map((item: unknown) => rawItem(item)));
  }
  if (!isRaw(value)) return refuse({ status: 400, code: "bad_body", detail: NO_JSON });
  return isEmpty(value) ? items([]) : { ok: true, value: { kind: "object", raw: value } };
}

function splitLines(body: string): Result<SplitBody> {
  const lines = body.split("\n").filter((line) => line.trim() !== "");
  // Before parsing: a line that fails costs far more than one that does not.
  if (lines.length > MAX_EVENTS_PER_BATCH) return refuse(tooMany(lines.length));
  let parsed = 0;
  const split = lines.map((line): RawItem => {
    const result = tryParse(withoutCookie(line));
    if (!result.ok) return { rejected: { code: "not_json", detail: result.detail } };
    parsed += isRaw(result.value) ? 1 : 0;
    return { value: result.value, bytes: lineBytes(line) };
  });
  // Not one object in it: the body as a whole is wrong, and its sender should hear so.
  return parsed > 0 ? items(split) : refuse({ status: 400, code: "bad_body", detail: NO_JSON });
}

function items(list: RawItem[]): Result<SplitBody> {
  return { ok: true, value: { kind: "items", items: list } };
}

function tryParse(text: string): { ok: true; value: unknown } | { ok: false; detail: string } {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch (error) {
    return { ok: false, detail: error instanceof Error ? error.message.slice(0, 200) : "not JSON" };
  }
}

function isEmpty(raw: Raw): boolean {
  for (const _ in raw) return false;
  return true;
}
