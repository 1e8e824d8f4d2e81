/** The axis of the time strip: round times in the reader's zone. Pure. */
import type { EpochMs } from "../../schema/time.ts";
import type { ReaderZone } from "../format/zone.ts";
import type { StripModel } from "./strip-model.ts";

const MINUTE = 60_000;

const HOUR = 60 * MINUTE;

const DAY = 24 * HOUR;

const STEPS = [
  ...[1, 2, 5, 10, 30].map((s) => s * 1_000),
  ...[1, 2, 5, 10, 30].map((m) => m * MINUTE),
  ...[1, 2, 3, 6, 12].map((h) => h * HOUR),
  ...[1, 2, 4, 7, 14, 30, 60, 90, 180, 365, 730, 1_825].map((d) => d * DAY),
] as const;

const MOST_TICKS = 8;

/** To two digits: finer than a pixel at any width. */
export const rounded = (n: number): number => Math.round(n * 100) / 100;

/** At most eight ticks on round local times; every other one gives way on a narrow screen. */
export function ticksOf(from: EpochMs, to: EpochMs, zone: ReaderZone): StripModel["ticks"] {
  const step = STEPS.find((size) => (to - from) / size <= MOST_TICKS) ?? (to - from) / MOST_TICKS;
  const offset = zone.offsetMs(from);
  const found: { x: number; label: string; midnight: boolean }[] = [];
  for (let at = Math.ceil((from + offset) / step) * step - offset; at <= to; at += step) {
    const x = rounded(((at - from) / (to - from)) * 100);
    // A label at the very edge would be cut.
    if (x < 2 || x > 98) continue;
    const midnight = (at + offset) % DAY === 0;
    const label =
      step >= DAY || midnight ? zone.day(at) : step < MINUTE ? zone.clock(at) : zone.minute(at);
    found.push({ x, label, midnight });
  }
  // A date says more than an hour: where there is one, it is not what gives way.
  const kept = Math.max(
    0,
    found.findIndex((tick) => tick.midnight),
  );
  return found.map(({ x, label }, i) => ({ x, label, minor: (i - kept) % 2 !== 0 }));
}
