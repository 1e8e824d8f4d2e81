/** Instants and durations as people and agents write them. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  formatDuration,
  formatInstant,
  parseDuration,
  parseInstant,
} from "../../../schema/time.ts";
import { DAY, HOUR, MINUTE, SECOND } from "./fixtures.ts";

describe("a duration", () => {
  test.each([
    ["24h", 24 * HOUR],
    ["90s", 90 * SECOND],
    ["1d12h", 36 * HOUR],
    ["1.5h", 90 * MINUTE],
    ["250ms", 250],
    ["0s", 0],
  ])("%s is read", (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  test.each(["", "24", "h", "-1h", "1 h", "1w", "1h ", "1H", "1e3s", "9".repeat(400) + "d"])(
    "%s is none",
    (text) => {
      expect(parseDuration(text)).toBeNull();
    },
  );

  test.each([
    [90 * MINUTE, "1h30m"],
    [24 * HOUR, "24h"],
    [36 * HOUR, "36h"],
    [2 * DAY, "2d"],
    [7 * DAY + 1, "7d1ms"],
    [0, "0s"],
    [-5, "0s"],
  ])("%d is written as %s", (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  test("survives being written and read", () => {
    fc.assert(
      fc.property(fc.nat({ max: 400 * DAY }), (ms) => {
        expect(parseDuration(formatDuration(ms))).toBe(ms);
      }),
    );
  });
});

describe("an instant", () => {
  const AT = Date.UTC(2026, 10, 24, 9, 59, 58, 120);

  test.each([
    ["as we write it", "2026-11-24T09:59:58.120Z"],
    ["with nanoseconds, cut", "2026-11-24T09:59:58.120999999Z"],
    ["with an offset", "2026-11-24T10:59:58.12+01:00"],
    ["with an offset without colon", "2026-11-24T08:59:58.120-0100"],
    ["with a blank for T, and one before the zone", "2026-11-24 09:59:58.120 Z"],
    ["in small letters", "2026-11-24t09:59:58.120z"],
  ])("%s is read", (_, text) => {
    expect(parseInstant(text)).toBe(AT);
  });

  test.each([
    "",
    "2026-11-24",
    "2026-11-24T09:59:58",
    "2026-13-24T09:59:58Z",
    "2026-11-24T25:00:00Z",
    "2026-11-24T09:59:58.Z",
    "24 Nov 2026",
    "1764000000",
  ])("%s is none", (text) => {
    expect(parseInstant(text)).toBeNull();
  });

  test("survives being written and read", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Date.UTC(9999, 11, 31) }), (at) => {
        expect(parseInstant(formatInstant(at))).toBe(at);
      }),
    );
  });
});
