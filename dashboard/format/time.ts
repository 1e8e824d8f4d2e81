/** Time in words: spans, "ago" and "in". Pure; public/static/app.js repeats `ago` and `until` in the browser. */
import type { DurationMs, EpochMs } from "../../schema/time.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const UNITS = [
  [DAY, "d"],
  [HOUR, "h"],
  [MINUTE, "min"],
  [SECOND, "s"],
] as const;

/** A length of time in its two largest units: "3 h 12 min", "4 d", "45 s". */
export function span(ms: DurationMs): string {
  const whole = Math.max(0, Math.floor(ms / SECOND)) * SECOND;
  const first = UNITS.findIndex(([size]) => whole >= size);
  if (first === -1) return "0 s";
  const parts: string[] = [];
  let rest = whole;
  for (const [size, name] of UNITS.slice(first, first + 2)) {
    const n = Math.floor(rest / size);
    if (n > 0) parts.push(`${n} ${name}`);
    rest -= n * size;
  }
  return parts.join(" ");
}

/** A length of time in its largest unit only, for narrow columns: "4 d". */
export function shortSpan(ms: DurationMs): string {
  const [first = "0 s"] = span(ms).match(/^\d+ \S+/) ?? [];
  return first;
}

/** "just now", "3 min ago"; an instant ahead of the clock is "just now" as well. */
export function ago(at: EpochMs, now: EpochMs): string {
  return now - at < 10 * SECOND ? "just now" : `${shortSpan(now - at)} ago`;
}

/** "in 3 h 12 min"; "any moment" once it has come. */
export function until(at: EpochMs, now: EpochMs): string {
  return at - now < SECOND ? "any moment" : `in ${span(at - now)}`;
}

/** RFC 3339 to epoch milliseconds. The schema has checked the text; a bad one is a bug. */
export function epoch(instant: string): EpochMs {
  const at = Date.parse(instant);
  if (Number.isNaN(at)) throw new Error(`not an instant: ${instant}`);
  return at;
}
