/** Times, countdowns and headlines in words. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  quietPeriodWords,
  risenWords,
  quietShare,
  shownStatus,
  standingOf,
  verificationWords,
} from "../../../dashboard/format/headline.ts";
import { percent } from "../../../dashboard/format/number.ts";
import { ago, shortSpan, span, until } from "../../../dashboard/format/time.ts";
import { commandLine, middle, visible } from "../../../dashboard/format/visible.ts";
import { readerZone } from "../../../dashboard/format/zone.ts";
import type { VerificationView } from "../../../schema/finding.ts";
import { finding, NOW, reader, textOf } from "./support.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const iso = (at: number) => new Date(at).toISOString();

describe("relative time", () => {
  it.each([
    [0, "0 s"],
    [999, "0 s"],
    [45_000, "45 s"],
    [12 * MINUTE, "12 min"],
    [3 * HOUR + 12 * MINUTE, "3 h 12 min"],
    [3 * HOUR + 12_000, "3 h"],
    [4 * DAY + 3 * HOUR + MINUTE, "4 d 3 h"],
  ])("a span of %d ms is %s", (ms, words) => {
    expect(span(ms)).toBe(words);
  });

  it("says just now, ago, in and any moment", () => {
    expect(ago(NOW - 9_000, NOW)).toBe("just now");
    expect(ago(NOW + 5_000, NOW)).toBe("just now");
    expect(ago(NOW - 3 * MINUTE - 9_000, NOW)).toBe("3 min ago");
    expect(until(NOW + 3 * HOUR + 12 * MINUTE, NOW)).toBe("in 3 h 12 min");
    expect(until(NOW - HOUR, NOW)).toBe("any moment");
  });

  it("never has more than two units, and the short form is the first of them", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 400 * DAY }), (ms) => {
        expect(span(ms)).toMatch(/^\d+ (?:d|h|min|s)(?: \d+ (?:h|min|s))?$/);
        expect(span(ms).startsWith(shortSpan(ms))).toBe(true);
      }),
    );
  });
});

describe("the reader's zone", () => {
  it("writes times in the zone that the browser named", () => {
    expect(readerZone("Asia/Kolkata").clock(NOW)).toBe("17:34:31");
    expect(readerZone("Asia/Kolkata").offsetMs(NOW)).toBe(5.5 * HOUR);
    expect(readerZone("America/New_York").offsetMs(NOW)).toBe(-5 * HOUR);
  });

  it.each([undefined, "", "Mars/Olympus", "x".repeat(500)])("takes %s for UTC", (name) => {
    expect(readerZone(name).clock(NOW)).toBe("12:04:31");
  });

  it("comes from the cookie", async () => {
    const { html } = await reader("little").get("/", { cookie: "lull_tz=Asia%2FKolkata" });
    expect(textOf(html)).toMatch(/as of 17:34:31 Asia\/(?:Kolkata|Calcutta)/);
  });
});

type Stateful = Parameters<typeof standingOf>[0];

const watching: VerificationView = {
  state: "watching",
  heartbeats: true,
  strict: false,
  gaps: [],
};
const open: Stateful = {
  status: "open",
  deadlineAt: iso(NOW + 3 * HOUR + 12 * MINUTE),
  resolvedAt: null,
  resolution: null,
  verification: watching,
};

describe("how a finding stands", () => {
  it("counts down to its resolution", () => {
    expect(standingOf(open, NOW).text).toBe("resolves in 3 h 12 min if it stays quiet");
    expect(standingOf(open, NOW, true).text).toBe("resolves in 3 h 12 min if quiet");
    expect(shownStatus(open)).toBe("open");
  });

  it("is unverified while no agent is watching", () => {
    const blind: Stateful = {
      ...open,
      deadlineAt: null,
      verification: { ...watching, state: "unverified" },
    };
    expect(standingOf(blind, NOW).text).toBe("unverified: no agent is watching");
    expect(shownStatus(blind)).toBe("unverified");
  });

  it("says when and why it resolved", () => {
    const done: Stateful = {
      ...open,
      status: "resolved",
      deadlineAt: null,
      resolvedAt: iso(NOW - 2 * HOUR),
      resolution: "quiet_unverified",
    };
    expect(standingOf(done, NOW).text).toBe("resolved 2 h ago: quiet, unverified");
  });

  it("says where the countdown runs on silence only", () => {
    const silent = { ...open, verification: { ...watching, heartbeats: false } };
    expect(standingOf(silent, NOW, true).text).toBe("resolves in 3 h 12 min on silence");
    expect(standingOf(silent, NOW).text).toMatch(/if it stays quiet, on silence only$/);
    expect(shownStatus(silent)).toBe("open");
  });

  it("says what becomes of a finding whose agents send no heartbeats", () => {
    expect(verificationWords({ ...watching, heartbeats: false }, "open")).toContain(
      "it will resolve as quiet_unverified",
    );
  });

  it("says why a finding without heartbeats stays open where coverage is strict", () => {
    const verification = { ...watching, heartbeats: false, strict: true };
    const stuck = { ...open, deadlineAt: null, verification };
    expect(standingOf(stuck, NOW).text).toBe("unverified: its agents send no heartbeats");
    expect(verificationWords(verification, "open")).toContain("it stays open until one does");
  });

  it("fills the quiet period by what is left, so that a gap does not count", () => {
    const half = {
      status: "open",
      lastSeenAt: iso(NOW - DAY),
      quietPeriod: "24h",
      deadlineAt: iso(NOW + 12 * HOUR),
    } as const;
    expect(quietShare(half, NOW)).toBe(0.5);
    expect(quietShare({ ...half, deadlineAt: null }, NOW)).toBeNull();
    expect(percent(0.999)).toBe("99 %");
  });

  it("makes one sentence of headline and countdown on the finding's page", async () => {
    const { html } = await reader("little").get(`/findings/${finding(3)}`);
    const h1 = /<h1[^>]*>(.*?)<\/h1>/s.exec(html)?.[1] ?? "";
    expect(textOf(h1).trim()).toMatch(
      /^gcc ran in .* 14 times since Sunday\s?; resolves in \d+ h \d+ min if it stays quiet\.$/,
    );
  });

  it("shows the countdown and the blind spot in the list", async () => {
    const text = textOf((await reader("little").get("/findings")).html);
    expect(text).toMatch(/resolves in \d+ h( \d+ min)? if quiet/);
    expect(text).toContain("unverified: no agent is watching");
  });
});

describe("agents' text", () => {
  it("quotes a command so that it can be pasted", () => {
    expect(commandLine("/bin/sh", ["-c", "echo $(id)", "it's", ""])).toBe(
      String.raw`/bin/sh -c 'echo $(id)' 'it'\''s' ''`,
    );
  });

  it("spells out what would hide or reorder", () => {
    expect(visible("a\u202eb\u0000c\nd👩🏽‍💻")).toBe("a\\u202eb\\u0000c\nd👩🏽‍💻");
    expect(middle("0123456789abcdefghij", 4)).toBe("0123…ghij");
    expect(middle(`abc👩${"x".repeat(9)}👩fgh`, 4)).toBe("abc…fgh");
  });
});

describe("the quiet period", () => {
  const quiet = { rulePeriod: "24h", longestPause: "7d" };

  it("is not explained where it is the rule's", () => {
    expect(quietPeriodWords({ quietPeriod: "24h", quiet: { ...quiet, basis: "rule" } })).toBeNull();
  });

  it("says why it is longer than that", () => {
    expect(quietPeriodWords({ quietPeriod: "14d", quiet: { ...quiet, basis: "cadence" } })).toBe(
      "It must be quiet for 14d, not for the rule's 24h: it has paused for 7d before and come back.",
    );
    expect(
      quietPeriodWords({ quietPeriod: "48h", quiet: { ...quiet, basis: "suppression" } }),
    ).toContain("holds back repeats");
  });
});

describe("a severity that has risen", () => {
  const risen = { basis: "persistence", at: "", from: "medium", after: "3d", resources: null };

  it("says since when, and what the rule says", () => {
    expect(risenWords({ risen: null })).toBeNull();
    expect(risenWords({ risen: { ...risen, basis: "persistence", from: "medium" } })).toBe(
      "since it has been open for 3 d; the rule says medium",
    );
    const spread = {
      ...risen,
      basis: "spread",
      from: "medium",
      after: null,
      resources: 5,
    } as const;
    expect(risenWords({ risen: spread })).toBe(
      "since 5 resources of its workload have it; the rule says medium",
    );
  });
});
