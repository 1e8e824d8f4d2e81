/**
 * Clock times in the reader's zone. The browser names its zone in a cookie (public/static/app.js);
 * until it has, times are in UTC and say so.
 */
import type { EpochMs } from "../../schema/time.ts";

/** Cookie that holds the reader's IANA zone. */
export const ZONE_COOKIE = "lull_tz";

/** Formatters for one reader. */
export interface ReaderZone {
  name: string;
  /** "12:04:31" */
  clock(at: EpochMs): string;
  /** "12:04" */
  minute(at: EpochMs): string;
  /** "24 Nov" */
  day(at: EpochMs): string;
  /** "Tue" */
  weekday(at: EpochMs): string;
  /** "Tue 24 Nov 2026, 12:04:31 GMT+1": for titles. */
  exact(at: EpochMs): string;
  /** "24 Nov, 12:04" */
  short(at: EpochMs): string;
  /** Local time minus UTC at that instant. */
  offsetMs(at: EpochMs): number;
}

function known(name: string | undefined): string {
  if (name === undefined || name.length > 64) return "UTC";
  try {
    return new Intl.DateTimeFormat("en-GB", { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return "UTC";
  }
}

/** Formatters for one request; an unknown zone is UTC. */
export function readerZone(requested: string | undefined): ReaderZone {
  const timeZone = known(requested);
  const formatter = (options: Intl.DateTimeFormatOptions) => {
    const made = new Intl.DateTimeFormat("en-GB", { ...options, timeZone, hourCycle: "h23" });
    return (at: EpochMs) => made.format(at);
  };
  const parts = new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" });
  const minute = formatter({ hour: "2-digit", minute: "2-digit" });
  const day = formatter({ day: "numeric", month: "short" });
  return {
    name: timeZone,
    clock: formatter({ hour: "2-digit", minute: "2-digit", second: "2-digit" }),
    minute,
    day,
    weekday: formatter({ weekday: "short" }),
    exact: formatter({
      weekday: "short",
      day: "numeric",
      month: "short",
      year: "numeric",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
      timeZoneName: "short",
    }),
    short: (at) => `${day(at)}, ${minute(at)}`,
    offsetMs: (at) => {
      const name = parts.formatToParts(at).find((part) => part.type === "timeZoneName")?.value;
      const [, sign, hours, minutes] = /^GMT([+-])(\d\d):(\d\d)$/.exec(name ?? "") ?? [];
      if (sign === undefined) return 0;
      const ms = (Number(hours) * 60 + Number(minutes)) * 60_000;
      return sign === "-" ? -ms : ms;
    },
  };
}
