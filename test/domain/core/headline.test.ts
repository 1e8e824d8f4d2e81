/** The sentence at the top of a finding. */
import { describe, expect, test } from "vitest";
import { displayName, headline } from "../../../durable/domain/headline.ts";
import { DAY, HOST, HOUR, MINUTE, resource, T0 } from "./fixtures.ts";

const NOW = T0 + 4 * MINUTE;

function said(more: { count?: number; at?: number } = {}, of = resource()): string {
  const { count = 14, at = T0 } = more;
  return headline({ subject: "gcc ran", count, firstSeenAt: at }, of, NOW);
}

test("says what ran where, how often, and since when", () => {
  expect(said()).toBe("gcc ran in api (shop, node-7) 14 times since 10:00 UTC");
});

test("says once for one event, and writes thousands apart", () => {
  expect(said({ count: 1 })).toBe("gcc ran in api (shop, node-7) once, 10:00 UTC");
  expect(said({ count: 12_345 })).toContain("12,345 times");
});

describe("the time", () => {
  test.each([
    ["of today", T0 - 9 * HOUR, "01:00 UTC"],
    ["of yesterday, though less than a day ago", T0 - 11 * HOUR, "Monday"],
    ["of six days ago", T0 - 6 * DAY, "Wednesday"],
    ["of a week ago, whose weekday is today's", T0 - 7 * DAY, "17 November"],
    ["of last year", T0 - 365 * DAY, "24 November 2025"],
    ["ahead of the clock", T0 + 12 * MINUTE, "10:12 UTC"],
  ])("%s", (_, at, expected) => {
    expect(said({ at })).toBe(`gcc ran in api (shop, node-7) 14 times since ${expected}`);
  });
});

describe("the place", () => {
  test("of a host is on it", () => {
    const host = resource({ id: HOST, type: "host", name: null });
    expect(said({}, host)).toContain("gcc ran on node-7 14 times");
  });

  test("leaves out what nobody knows", () => {
    expect(said({}, resource({ namespace: null }))).toContain("in api (node-7) 14");
    expect(said({}, resource({ namespace: null, host: null }))).toContain("in api 14");
  });

  test("of a container without a name is its pod, or else its id", () => {
    expect(displayName(resource({ name: null, pod: "api-5d" }))).toBe("api-5d");
    expect(displayName(resource({ name: null }))).toBe("c0ffee000001");
  });
});
