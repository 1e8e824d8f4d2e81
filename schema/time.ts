/**
 * Instants and durations. Instants are epoch milliseconds inside and RFC 3339 in the API;
 * durations are milliseconds inside and `"24h"`-style strings in the API.
 */

/** Milliseconds since the Unix epoch. */
export type EpochMs = number;
/** A span in milliseconds. */
export type DurationMs = number;

const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
type Unit = keyof typeof UNIT_MS;

const DURATION = /^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+$/;
const PART = /(\d+(?:\.\d+)?)(ms|s|m|h|d)/g;

/** Reads `"24h"`, `"90s"`, `"1d12h"`; null if it is not such a string. */
export function parseDuration(text: string): DurationMs | null {
  if (!DURATION.test(text)) return null;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(PART))
    total += Number(amount) * UNIT_MS[unit as Unit];
  return Number.isFinite(total) ? Math.round(total) : null;
}

/** Writes a duration in the largest units that keep it exact: 5400000 is `"1h30m"`, 0 is `"0s"`. */
export function formatDuration(ms: DurationMs): string {
  let rest = Math.max(0, Math.round(ms));
  if (rest === 0) return "0s";
  let text = "";
  for (const unit of ["d", "h", "m", "s", "ms"] as const) {
    const size = UNIT_MS[unit];
    // A day is kept as hours up to two days: "24h" and "36h" are what people write.
    if (unit === "d" && ms < 2 * UNIT_MS.d) continue;
    const n = Math.floor(rest / size);
    if (n > 0) text += `${n}${unit}`;
    rest -= n * size;
  }
  return text;
}

/** Midnight (UTC) before it. */
export function startOfDay(at: EpochMs): EpochMs {
  return at - (at % UNIT_MS.d);
}

const RFC3339 = /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}:\d{2})(\.\d+)?\s?([Zz]|[+-]\d{2}:?\d{2})$/;

/** Reads an RFC 3339 instant with up to nanosecond digits (cut to milliseconds); null if it is none. */
export function parseInstant(text: string): EpochMs | null {
  const match = RFC3339.exec(text);
  if (match === null) return null;
  const [, date, clock, fraction, zone] = match;
  const millis = (fraction ?? ".0").slice(1, 4).padEnd(3, "0");
  const at = Date.parse(`${date}T${clock}.${millis}${zone === "z" ? "Z" : zone}`);
  return Number.isNaN(at) ? null : at;
}

/** RFC 3339 in UTC with milliseconds. */
export function formatInstant(at: EpochMs): string {
  return new Date(at).toISOString();
}
