/** When what a form makes shall end: after a while, or with a day that is named. Pure. */
import type { EpochMs } from "../schema/time.ts";
import type { FormErrors } from "./form-errors.ts";

const DAY_MS = 86_400_000;

/** How long exceptions and mutes may be made for, in days; `date` names one. */
export const TERMS = [
  ["week", "1 week", 7],
  ["month", "1 month", 30],
  ["quarter", "3 months", 91],
] as const;

/** As typed. */
export interface EndValues {
  /** A term, or `date`. */
  term: string;
  /** `2026-12-24`; used where the term is `date`. */
  date: string;
}

/** When it ends: at the end of the day that was named, in UTC. Null if there is no such day. */
export function endOf(values: EndValues, now: EpochMs): EpochMs | null {
  const term = TERMS.find(([name]) => name === values.term);
  if (term !== undefined) return now + term[2] * DAY_MS;
  const day = /^\d{4}-\d\d-\d\d$/.test(values.date) ? Date.parse(values.date) : Number.NaN;
  return Number.isNaN(day) ? null : day + DAY_MS;
}

/** What is wrong with it. */
export function endErrors(until: EpochMs | null, now: EpochMs): FormErrors {
  if (until === null) return { until: { text: "Name a day, or choose a length." } };
  return until <= now ? { until: { text: "That day is over: name a later one." } } : {};
}
