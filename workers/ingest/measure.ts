/**
 * How large and how deep one parsed event is.
 * Contract: looks at no more of a value than the limits allow; recursion ends at MAX_JSON_DEPTH.
 */
import { MAX_EVENT_BYTES, MAX_JSON_DEPTH } from "../../schema/limits.ts";

const utf8 = new TextEncoder();
/** One UTF-16 unit is at most six bytes of JSON: `\u0001`. */
const MAX_BYTES_PER_UNIT = 6;
const TOO_DEEP = -1;

/**
 * Roughly the characters of an event's JSON, never fewer than the texts in it have; or why it passes a limit.
 * `bytes` is its size, where that is known from the text.
 */
export function sizeUp(event: unknown, bytes: number | null): number | string {
  const weight = weigh(event, 1);
  if (weight === TOO_DEEP) return `nested deeper than ${MAX_JSON_DEPTH} levels`;
  const size = bytes ?? (weight > MAX_EVENT_BYTES / MAX_BYTES_PER_UNIT ? jsonBytes(event) : 0);
  return size > MAX_EVENT_BYTES ? `${size} bytes; the limit is ${MAX_EVENT_BYTES}` : weight;
}

/** UTF-8 bytes of a line, counted only if they could be too many. */
export function lineBytes(line: string): number {
  if (line.length * MAX_BYTES_PER_UNIT <= MAX_EVENT_BYTES) return line.length;
  return utf8.encode(line).byteLength;
}

/** Roughly the characters of a value's JSON, or TOO_DEEP. Walks, since writing JSON again costs several times as much. */
function weigh(value: unknown, depth: number): number {
  if (typeof value === "string") return value.length + 3;
  if (typeof value !== "object" || value === null) return 8;
  if (depth > MAX_JSON_DEPTH) return TOO_DEEP;
  return Array.isArray(value) ? weighList(value, depth) : weighObject(value, depth);
}

function weighList(list: readonly unknown[], depth: number): number {
  let total = 2;
  for (let i = 0; i < list.length; i++) {
    const weight = weigh(list[i], depth + 1);
    if (weight === TOO_DEEP) return TOO_DEEP;
    total += weight;
  }
  return total;
}

function weighObject(object: object, depth: number): number {
  let total = 2;
  // An object from JSON.parse has no inherited enumerable keys.
  for (const key in object) {
    const weight = weigh((object as Record<string, unknown>)[key], depth + 1);
    if (weight === TOO_DEEP) return TOO_DEEP;
    total += key.length + 4 + weight;
  }
  return total;
}

function jsonBytes(value: unknown): number {
  return utf8.encode(JSON.stringify(value)).byteLength;
}
