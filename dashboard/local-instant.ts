/** Days and minutes as the fields of a form write them, in the reader's zone. Pure. */
import type { EpochMs } from "../schema/time.ts";
import type { ReaderZone } from "./format/zone.ts";

type Zone = Pick<ReaderZone, "offsetMs">;

/** `2026-11-24` (its beginning) or `2026-11-24T12:04`; null where it is neither. */
export function readLocal(typed: string, zone: Zone): EpochMs | null {
  const match = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d)?$/.test(typed);
  const at = match ? Date.parse(typed.length === 10 ? `${typed}T00:00Z` : `${typed}Z`) : Number.NaN;
  if (Number.isNaN(at)) return null;
  // The offset of that instant, which is known only once it is: the second look is right but for an hour a year.
  const near = at - zone.offsetMs(at);
  return at - zone.offsetMs(near);
}

/** `2026-11-24T12:04`. */
export function localMinute(at: EpochMs, zone: Zone): string {
  return new Date(at + zone.offsetMs(at)).toISOString().slice(0, 16);
}
