/** The intake: numbers in words, a picture that adds up, and a way out for each code. */
import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { codeWords } from "../../../dashboard/format/outcome-codes.ts";
import { readerZone } from "../../../dashboard/format/zone.ts";
import { barsOf, roundUp, WINDOWS } from "../../../dashboard/parts/intake-bars.ts";
import { outcomesQuerySchema } from "../../../schema/outcome.ts";
import { outcomesFixture } from "../../e2e/dashboard-fixture-intake.ts";
import { NOW, reader, textOf } from "./support.ts";

describe("the page of the intake", () => {
  it("says each total in words, how fresh it is, and what is left of the quota", async () => {
    const text = textOf((await reader("lot").get("/intake")).html);
    for (const words of [
      "events that agents sent",
      "matched a rule",
      "had come before",
      "lost before they were sent",
      "turned away whole",
    ])
      expect(text).toContain(words);
    expect(text).toContain("As of 12:04:31; counts may be up to 30 s behind");
    expect(text).toContain("2,650,000 of 3,000,000 events, 88 %. 350,000 are left.");
  });

  it("shows no quota where there is none", async () => {
    expect(textOf((await reader("little").get("/intake")).html)).not.toContain("Quota");
  });

  it("explains each code that occurred, and leads there from the agent", async () => {
    const { html } = await reader("lot").get("/intake");
    expect(html).toContain('href="#rejected-missing_field"');
    expect(html).toContain('id="rejected-missing_field"');
    expect(textOf(html)).toContain("A field that every event needs was missing.");
    expect(textOf(html)).toContain("A key sent more requests a minute than it may.");
  });

  it("keeps its window from page to page of the agents", async () => {
    const { html } = await reader("lot").get("/intake?window=7d");
    expect(html).toContain('href="/intake?cursor=50&amp;window=7d"');
    const second = await reader("lot").get("/intake?cursor=50&window=7d");
    expect(textOf(second.html)).toContain("falco:node-59");
    expect(textOf(second.html)).toContain("Back to the first");
  });

  it("shows how to send a first event where nothing came", async () => {
    const text = textOf((await reader("none").get("/intake")).html);
    expect(text).toContain("Nothing received in the last 24 hours");
    expect(text).toContain('curl "http://localhost/v1/events"');
    expect(text).toContain("docs/agents");
  });

  it("takes an unknown window for the usual one", async () => {
    const { html } = await reader("lot").get("/intake?window=toString");
    expect(html).toMatch(/aria-current="true">24 hours/);
  });
});

describe("the words for codes", () => {
  const unknown = codeWords("rejected", "no such code");

  it("cover every code of a rejection that the protocol names", () => {
    const protocol = readFileSync(new URL("../../../docs/protocol.md", import.meta.url), "utf8");
    const [, listed = ""] = /Codes of rejection: ([^.]*)\./.exec(protocol) ?? [];
    const codes = [...listed.matchAll(/`(\w+)`/g)].map(([, code]) => code ?? "");
    expect(codes).toContain("missing_field");
    expect(codes.filter((code) => codeWords("rejected", code) === unknown)).toEqual([]);
  });

  it("do not take a name of the language for a code", () => {
    expect(codeWords("refused", "constructor")).toBe(unknown);
  });
});

describe("the bars", () => {
  it.each(["24h", "7d", "30d"] as const)("of %s lose no event, in any zone", (window) => {
    fc.assert(
      fc.property(
        fc.constantFrom("UTC", "Asia/Kathmandu", "America/New_York", "Pacific/Chatham"),
        (zone) => {
          const { hours } = WINDOWS[window];
          const query = outcomesQuerySchema.parse({ groupBy: "hour", hours });
          const answer = outcomesFixture("lot", query, NOW);
          const bars = barsOf(answer.items, window, { zone: readerZone(zone) });
          const sum = bars.reduce((total, bar) => total + bar.received, 0);
          expect(sum).toBe(answer.totals.received);
          expect(bars.length).toBeLessThanOrEqual(32);
          expect(bars.map((bar) => bar.start)).toEqual(
            bars.map((bar) => bar.start).toSorted((a, b) => a - b),
          );
        },
      ),
    );
  });

  it("have a scale with room for the highest and a whole half", () => {
    fc.assert(
      fc.property(fc.nat(1e12), (n) => {
        const top = roundUp(n);
        expect(top).toBeGreaterThanOrEqual(n);
        expect(top).toBeLessThanOrEqual(Math.max(2, n * 2));
        expect(Number.isInteger(top / 2)).toBe(true);
      }),
    );
  });
});
