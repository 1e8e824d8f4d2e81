/**
 * Readers for the fields of raw events, written for the rate of intake.
 * Contract: never throw, never copy an object; what is missing or says "unknown" is undefined,
 * what is too long is cut and noted.
 */
import { MAX_ARG_CHARS, MAX_ARGS, MAX_FIELD_CHARS, MAX_TAGS } from "../../schema/limits.ts";
import type { EpochMs } from "../../schema/time.ts";
import { readInstantText } from "./instant.ts";

export type Raw = Record<string, unknown>;

/** What was cut while one event was read, as field names of the normalised event. */
export interface Notes {
  truncated: string[] | undefined;
}

/** For an event whose agent knows no clock time: decode sets it to the time of receipt, and says so (`clamped`). */
export const TIME_OF_RECEIPT: EpochMs = Number.MAX_SAFE_INTEGER;

/** Latest instant that a Date can hold. */
const MAX_INSTANT_MS = 8.64e15;
const UNSET_UID = 4_294_967_295;

export function isRaw(value: unknown): value is Raw {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The object under `key`, or undefined. */
export function readObject(raw: Raw, key: string): Raw | undefined {
  const value = raw[key];
  return isRaw(value) ? value : undefined;
}

/** Text under `key`, trimmed; absent for null, "", "<NA>" and "N/A"; cut to the limit of a field. */
export function readString(raw: Raw, key: string, notes: Notes, field: string): string | undefined {
  const value = raw[key];
  return typeof value === "string" ? cleanText(value, notes, field) : undefined;
}

/** As {@link readString}, for text already in hand. */
export function cleanText(value: string, notes: Notes, field: string): string | undefined {
  const text = value.trim();
  if (text.length <= 4 && (text === "" || text === "<NA>" || text === "N/A")) return undefined;
  return cutText(text, MAX_FIELD_CHARS, notes, field);
}

/** Cuts text to `max` characters, never through a surrogate pair, and notes it. */
export function cutText(text: string, max: number, notes: Notes, field: string): string {
  if (text.length <= max) return text;
  note(notes, field);
  const last = text.charCodeAt(max - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? max - 1 : max);
}

/** Notes that a field was cut. */
export function note(notes: Notes, field: string): void {
  if (notes.truncated === undefined) notes.truncated = [field];
  else if (!notes.truncated.includes(field)) notes.truncated.push(field);
}

/** An integer under `key`, also as decimal digits in a string (protojson writes 64-bit integers so). */
export function readInteger(raw: Raw, key: string): number | undefined {
  const value = raw[key];
  if (typeof value === "number") return Number.isSafeInteger(value) ? value : undefined;
  if (typeof value !== "string" || value.length === 0 || value.length > 17) return undefined;
  const parsed = Number(value);
  return Number.isSafeInteger(parsed) ? parsed : undefined;
}

/** A user id; the kernel's "unset" (-1, or 4294967295 as it is without a sign) is absent. */
export function readUid(raw: Raw, key: string): number | undefined {
  const uid = readInteger(raw, key);
  return uid === undefined || uid < 0 || uid === UNSET_UID ? undefined : uid;
}

/** A port, 1 to 65535. */
export function readPort(raw: Raw, key: string): number | undefined {
  const port = readInteger(raw, key);
  return port !== undefined && port > 0 && port <= 65_535 ? port : undefined;
}

/** An instant as RFC 3339 text, as epoch milliseconds, or as protobuf's `{ seconds, nanos }`. */
export function readInstant(value: unknown): EpochMs | null {
  if (typeof value === "string") return inRange(readInstantText(value));
  if (typeof value === "number") return inRange(Math.floor(value));
  if (!isRaw(value)) return null;
  const seconds = readInteger(value, "seconds");
  if (seconds === undefined) return null;
  return inRange(seconds * 1_000 + Math.floor((readInteger(value, "nanos") ?? 0) / 1e6));
}

/** An instant as its sender spelled it, to the last digit: that tells events of the same millisecond apart. */
export function spellInstant(value: unknown): string {
  if (!isRaw(value)) return String(value);
  return `${readInteger(value, "seconds") ?? ""}.${readInteger(value, "nanos") ?? ""}`;
}

function inRange(at: number | null): EpochMs | null {
  return at !== null && at >= 0 && at < MAX_INSTANT_MS ? at : null;
}

/** Arguments, cut in number and length; absent if there are none. Anything but text is left out. */
export function cutArgs(args: readonly unknown[], notes: Notes): string[] | undefined {
  return cutList(args, MAX_ARGS, MAX_ARG_CHARS, notes, "process.args");
}

/** Tags, cut in number and length; absent if there are none. */
export function readTags(raw: Raw, key: string, notes: Notes): string[] | undefined {
  const value = raw[key];
  return Array.isArray(value) ? cutList(value, MAX_TAGS, MAX_ARG_CHARS, notes, "tags") : undefined;
}

function cutList(
  values: readonly unknown[],
  max: number,
  maxChars: number,
  notes: Notes,
  field: string,
): string[] | undefined {
  if (values.length === 0) return undefined;
  if (values.length > max) note(notes, field);
  const kept: string[] = [];
  const end = Math.min(values.length, max);
  for (let i = 0; i < end; i++) {
    const value = values[i];
    if (typeof value === "string") kept.push(cutText(value, maxChars, notes, field));
  }
  return kept.length === 0 ? undefined : kept;
}

/** The last part of a path: the name of an executable. */
export function baseName(path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return name === "" ? path : name;
}
