import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseInstant } from "../../../schema/time.ts";
import { readInstantText } from "../../../workers/ingest/instant.ts";

describe("readInstantText", () => {
  test.each([
    "2026-11-24T09:59:58.120331007Z",
    "2026-11-24T09:59:58Z",
    "2026-11-24T09:59:58.1Z",
    "2024-02-29T23:59:59.999Z",
    "2023-02-29T00:00:00Z",
    "2000-03-01T00:00:00Z",
    "1969-12-31T23:59:59.999Z",
    "2026-11-31T00:00:00Z",
    "2026-13-01T00:00:00Z",
    "2026-11-24T24:00:00Z",
    "2026-11-24T09:59:60Z",
    "2026-11-24T09:59:58.Z",
    "2026-11-24T09:59:58,120Z",
    "2026-11-24T09:59:58.12x331007Z",
    "2026-11-24T09:59:58+02:00",
    "2026-11-24 09:59:58.5z",
    "2026-1-24T09:59:58Z",
    "",
    "Z",
  ])("reads %j as parseInstant does", (text) => {
    expect(readInstantText(text)).toBe(parseInstant(text));
  });

  test("agrees with parseInstant on every instant, with any number of digits", () => {
    const instants = fc.date({
      min: new Date("1900-01-01T00:00:00Z"),
      max: new Date("9999-12-31T23:59:59Z"),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(instants, fc.stringMatching(/^(?:\.\d{1,12})?$/), (date, fraction) => {
        const text = `${date.toISOString().slice(0, 19)}${fraction}Z`;
        expect(readInstantText(text)).toBe(parseInstant(text));
      }),
    );
  });

  test("agrees with parseInstant on text that is nearly an instant", () => {
    const noise = fc.tuple(fc.nat(29), fc.constantFrom(...Array.from("0189-:.TZtz+ x")));
    fc.assert(
      fc.property(fc.array(noise, { minLength: 1, maxLength: 4 }), (edits) => {
        const text = Array.from("2026-11-24T09:59:58.120331007Z");
        for (const [at, character] of edits) text[at] = character;
        expect(readInstantText(text.join(""))).toBe(parseInstant(text.join("")));
      }),
    );
  });
});
