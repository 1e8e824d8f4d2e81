/** The numbers of the intake chart: hours joined to bars, and a scale with round ends. Pure. */
import type { OutcomeGroup } from "../../schema/outcome.ts";
import { epoch } from "../format/time.ts";
import type { View } from "../view.ts";

const HOUR_MS = 3_600_000;

/** What the received come to, from the foot of a bar to its top. */
export const STACKED = ["accepted", "ignored", "duplicate", "rejected"] as const;

/** The windows that one can look at. `step`: what a bar stands for. */
export const WINDOWS = {
  "24h": { word: "24 hours", hours: 24, step: HOUR_MS, bar: "by hour" },
  "7d": { word: "7 days", hours: 7 * 24, step: 6 * HOUR_MS, bar: "in steps of 6 hours" },
  "30d": { word: "30 days", hours: 30 * 24, step: 24 * HOUR_MS, bar: "by day" },
} as const;
export type Window = keyof typeof WINDOWS;

export type Bar = Record<(typeof STACKED)[number], number> & {
  /** Epoch ms. */
  start: number;
  received: number;
};

function emptyBar(start: number): Bar {
  return { start, received: 0, accepted: 0, ignored: 0, duplicate: 0, rejected: 0 };
}

/** Bars of the reader's own hours and days, oldest first. */
export function barsOf(
  hours: readonly OutcomeGroup[],
  window: Window,
  view: Pick<View, "zone">,
): Bar[] {
  const { step } = WINDOWS[window];
  const bars = new Map<number, Bar>();
  for (const group of hours) {
    if (group.hour === null) continue;
    const at = epoch(group.hour);
    const offset = view.zone.offsetMs(at);
    const start = Math.floor((at + offset) / step) * step - offset;
    const bar = bars.get(start) ?? emptyBar(start);
    bar.received += group.received;
    for (const outcome of STACKED) bar[outcome] += group[outcome];
    bars.set(start, bar);
  }
  return [...bars.values()].toSorted((a, b) => a.start - b.start);
}

/** The next of 2, 4, 6, 8, 10, 20, 40, …: the halves of these are whole. */
export function roundUp(n: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(n, 2)));
  const step = [1, 2, 4, 6, 8, 10].find((factor) => factor * power >= n) ?? 10;
  return Math.max(2, step * power);
}

/** What stands under a bar; `minor`: left out where there is little room; null: nothing. */
export function labelOf(
  bar: Bar,
  index: number,
  window: Window,
  view: Pick<View, "zone">,
): { text: string; minor: boolean } | null {
  const { zone } = view;
  const hour = Math.floor((bar.start + zone.offsetMs(bar.start)) / HOUR_MS) % 24;
  switch (window) {
    case "24h":
      return hour % 3 === 0 ? { text: zone.minute(bar.start), minor: hour % 6 !== 0 } : null;
    case "7d":
      return hour === 0 ? { text: zone.weekday(bar.start), minor: false } : null;
    case "30d":
      return index % 5 === 0 ? { text: zone.day(bar.start), minor: index % 10 !== 0 } : null;
  }
}
