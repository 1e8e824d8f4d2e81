/**
 * RFC 3339 instants at the rate of intake.
 * Contract: gives exactly what `parseInstant` gives (test/domain/formats/instant.test.ts), about ten times as fast.
 */
import { parseInstant, type EpochMs } from "../../schema/time.ts";

const ZERO = 48;
const DAY_MS = 86_400_000;
/** Days before each month of a common year. */
const DAYS_BEFORE = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334] as const;

/** Reads what nearly every agent writes (`2026-11-24T09:59:58.120331Z`) by position; the rest takes the long way. */
export function readInstantText(text: string): EpochMs | null {
  return readUtc(text) ?? parseInstant(text);
}

function readUtc(text: string): EpochMs | null {
  const end = text.length - 1;
  if (end < 19 || end > 31 || text.charCodeAt(end) !== 90 /* Z */) return null;
  if (
    text.charCodeAt(4) !== 45 ||
    text.charCodeAt(7) !== 45 ||
    text.charCodeAt(10) !== 84 /* T */ ||
    text.charCodeAt(13) !== 58 ||
    text.charCodeAt(16) !== 58
  )
    return null;
  const year = two(text, 0) * 100 + two(text, 2);
  const month = two(text, 5);
  const day = two(text, 8);
  const hour = two(text, 11);
  const minute = two(text, 14);
  const second = two(text, 17);
  // NaN fails every comparison. The ends of months and 24:00 are left to the long way.
  if (!(year >= 1970 && month >= 1 && month <= 12 && day >= 1 && day <= 28)) return null;
  if (!(hour <= 23 && minute <= 59 && second <= 59)) return null;
  const millis = readFraction(text, end);
  if (millis < 0) return null;
  return (
    daysSinceEpoch(year, month, day) * DAY_MS +
    hour * 3_600_000 +
    minute * 60_000 +
    second * 1_000 +
    millis
  );
}

/** Two digits at `at`, or NaN. */
function two(text: string, at: number): number {
  const tens = text.charCodeAt(at) - ZERO;
  const ones = text.charCodeAt(at + 1) - ZERO;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

/** The milliseconds of `.fraction` between position 19 and `end`; -1 if that is none. */
function readFraction(text: string, end: number): number {
  if (end === 19) return 0;
  if (end === 20 || text.charCodeAt(19) !== 46 /* . */) return -1;
  let millis = 0;
  let scale = 100;
  for (let at = 20; at < end; at++) {
    const digit = text.charCodeAt(at) - ZERO;
    if (!(digit >= 0 && digit <= 9)) return -1;
    if (at < 23) millis += digit * scale;
    scale /= 10;
  }
  return millis;
}

function daysSinceEpoch(year: number, month: number, day: number): number {
  const before = year - 1;
  const leaps = Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400) - 477;
  const leapDay = month > 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 1 : 0;
  // The caller has checked that the month is 1 to 12.
  return (year - 1970) * 365 + leaps + (DAYS_BEFORE[month - 1] ?? 0) + leapDay + day - 1;
}
