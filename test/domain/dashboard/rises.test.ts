/** How a rule's severity rises, in its forms. */
import { describe, expect, it } from "vitest";
import { readRises, risesText, sameRises } from "../../../dashboard/rises-form.ts";
import { reader, textOf } from "./support.ts";

const RULE = "/rules/compiler-in-container";
const OWN = "/rules/miner-port";

describe("lines", () => {
  it("are read as they are written", () => {
    const steps = [
      { after: "72h", severity: "high" },
      { resources: 5, severity: "critical" },
    ] as const;
    const text = risesText([...steps]);
    expect(text).toBe("high after 72h\ncritical at 5 resources");
    expect(readRises(text)).toEqual({ ok: true, steps });
    expect(readRises(" HIGH after 72h\r\n\r\ncritical  at 5 ")).toEqual({ ok: true, steps });
    expect(readRises("")).toEqual({ ok: true, steps: [] });
  });

  it.each(["high", "awful after 3d", "high after", "high at many", "high at 1", "high at 99999"])(
    "that say nothing are named: %s",
    (line) => {
      const read = readRises(`high after 72h\n${line}`);
      expect(read).toMatchObject({ ok: false });
      expect(JSON.stringify(read)).toContain(`“${line}”`);
    },
  );

  it("say the same in other words", () => {
    const [a, b] = [
      [{ after: "72h", severity: "high" }],
      [{ after: "3d", severity: "high" }],
    ] as const;
    expect(sameRises([...a], [...b])).toBe(true);
    expect(sameRises([...a], [])).toBe(false);
  });
});

describe("the form of a built-in rule", () => {
  const AS_IS = { severity: "high", quietPeriod: "24h", enabled: "on" };

  it("takes them, shows them, and changes nothing when it is sent untouched", async () => {
    const someone = reader("little");
    const untouched = await someone.post(RULE, { ...AS_IS, rises: "critical after 24h" });
    expect(untouched.headers.get("location")).toBe(`${RULE}?notice=unchanged`);
    const sent = await someone.post(RULE, { ...AS_IS, rises: "critical at 5 resources" });
    expect(sent.headers.get("location")).toBe(`${RULE}?notice=saved`);
    const { html } = await someone.get(RULE);
    expect(html).toMatch(/<textarea[^>]*name="rises"[^>]*>\s*critical at 5 resources<\/textarea>/);
  });

  it.each([
    ["high soon", "“high soon” is not like"],
    ["high after 0s", "not a duration"],
    [Array(5).fill("high after 72h").join("\n"), "At most 4 steps."],
  ])("is shown again with what is wrong: %s", async (rises, words) => {
    const answer = await reader("little").post(RULE, { ...AS_IS, rises });
    expect(answer.status).toBe(422);
    const html = await answer.text();
    expect(textOf(html)).toContain(words);
    expect(html).toContain(rises.split("\n")[0]);
  });
});

describe("the form of a custom rule", () => {
  it("is filled with them, and its page says them", async () => {
    const { html } = await reader("little").get(`${OWN}/edit`);
    expect(html).toMatch(/<textarea[^>]*name="rises"[^>]*>\s*critical at 5 resources<\/textarea>/);
    expect(textOf((await reader("little").get(OWN)).html)).toContain("critical at 5 resources");
  });

  it("names a line that is wrong beside its field, and keeps it", async () => {
    const answer = await reader("little").post("/rules/new", { do: "save", rises: "worse later" });
    expect(answer.status).toBe(422);
    const html = await answer.text();
    expect(html).toMatch(/id="rule-rises-error"[^>]*>[^<]*worse later/);
    expect(html).toMatch(/name="rises"[^>]*>\s*worse later/);
  });
});
