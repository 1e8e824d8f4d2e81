/**
 * Strict readers of fields' values for the native format: a wrong type is a fault that names the field.
 * Contract: never throw; the first fault of a reading stays, and the reading goes on harmlessly.
 * They take values, not objects and keys: a look-up by a name that stands in the code is several times as fast.
 */
import type { Normalised, RejectCode } from "../../../schema/event.ts";
import { MAX_ARG_CHARS, MAX_ARGS, MAX_FIELD_CHARS, MAX_TAGS } from "../../../schema/limits.ts";
import { cutText, isRaw, note, type Notes, type Raw } from "../fields.ts";

type Fault = Extract<Normalised, { type: "rejected" }>;

/** The state of reading one event. */
export interface Reading extends Notes {
  fault: Fault | undefined;
}

export function newReading(): Reading {
  return { truncated: undefined, fault: undefined };
}

/** Notes the first fault, and gives the value to go on with. */
export function fail<T>(reading: Reading, code: RejectCode, detail: string, value: T): T {
  reading.fault ??= { type: "rejected", code, detail };
  return value;
}

/** Optional text; the empty text says nothing, and is absent. */
export function text(value: unknown, field: string, reading: Reading): string | undefined {
  if (value === undefined || value === "") return undefined;
  if (typeof value === "string") return cutText(value, MAX_FIELD_CHARS, reading, field);
  return fail(reading, "invalid_field", `${field}: must be a string`, undefined);
}

/** Text that must be there, and not be empty. */
export function requiredText(value: unknown, field: string, reading: Reading): string {
  if (typeof value === "string" && value !== "")
    return cutText(value, MAX_FIELD_CHARS, reading, field);
  if (value === undefined) return fail(reading, "missing_field", `${field}: is required`, "");
  return fail(reading, "invalid_field", `${field}: must be a non-empty string`, "");
}

export function integer(value: unknown, field: string, reading: Reading): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value === "number" && Number.isSafeInteger(value)) return value;
  return fail(reading, "invalid_field", `${field}: must be an integer`, undefined);
}

export function boolean(value: unknown, field: string, reading: Reading): boolean | undefined {
  if (value === undefined || typeof value === "boolean") return value;
  return fail(reading, "invalid_field", `${field}: must be true or false`, undefined);
}

export function object(value: unknown, field: string, reading: Reading): Raw | undefined {
  if (value === undefined) return undefined;
  if (isRaw(value)) return value;
  return fail(reading, "invalid_field", `${field}: must be an object`, undefined);
}

/** A list of texts (arguments, tags): all are checked, as many as the limit are kept, each cut to its limit. */
export function textList(
  value: unknown,
  field: "tags" | "process.args",
  reading: Reading,
): string[] | undefined {
  if (value === undefined) return undefined;
  if (!Array.isArray(value))
    return fail(reading, "invalid_field", `${field}: must be a list of strings`, undefined);
  const max = field === "tags" ? MAX_TAGS : MAX_ARGS;
  const kept: string[] = [];
  for (let i = 0; i < value.length; i++) {
    const item: unknown = value[i];
    if (typeof item !== "string")
      return fail(reading, "invalid_field", `${field}[${i}]: must be a string`, undefined);
    if (i < max) kept.push(cutText(item, MAX_ARG_CHARS, reading, field));
  }
  if (value.length > max) note(reading, field);
  return kept.length === 0 ? undefined : kept;
}
