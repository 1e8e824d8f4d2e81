/** The rule's form: what differs becomes an override, errors stand beside their field. */
import { describe, expect, it } from "vitest";
import { reader, textOf } from "./support.ts";

const RULE = "/rules/compiler-in-container";
const AS_IS = { severity: "high", quietPeriod: "24h", enabled: "on" };

describe("the form of a rule", () => {
  it("changes what differs and leads back with a notice", async () => {
    const someone = reader("little");
    const response = await someone.post(RULE, {
      ...AS_IS,
      severity: "critical",
      quietPeriod: "36h",
    });
    expect(response.status).toBe(303);
    expect(response.headers.get("location")).toBe(`${RULE}?notice=saved`);
    const { html } = await someone.get(`${RULE}?notice=saved`);
    expect(html).toMatch(/<option value="critical" selected/);
    expect(html).toContain('value="36h"');
    expect(textOf(html)).toContain("Saved.");
    expect(textOf(html)).toContain("Changed by you@shop.example");
  });

  it("turns a rule off, since an unchecked box sends nothing", async () => {
    const someone = reader("little");
    await someone.post(RULE, { severity: "high", quietPeriod: "24h" });
    expect((await someone.get(RULE)).html).toContain('<span class="tag">off</span>');
  });

  it.each(["24h", "1440m", "86400s"])(
    "changes nothing where %s is the same length",
    async (quietPeriod) => {
      const response = await reader("little").post(RULE, { ...AS_IS, quietPeriod });
      expect(response.headers.get("location")).toBe(`${RULE}?notice=unchanged`);
    },
  );

  it.each(["", "soon", "0s", "9999d", "<b>"])(
    "shows %j again, with what is wrong",
    async (quietPeriod) => {
      const response = await reader("little").post(RULE, { ...AS_IS, quietPeriod });
      const html = await response.text();
      expect(response.status).toBe(422);
      expect(html).toMatch(/aria-invalid="true" aria-describedby="quiet-error quiet-hint"/);
      expect(textOf(html)).toContain("not a duration such as");
      expect(html).not.toContain("<b>");
    },
  );

  it("resets to the rule pack", async () => {
    const someone = reader("little");
    const response = await someone.post("/rules/imds-v1-access", { ...AS_IS, reset: "all" });
    expect(response.headers.get("location")).toBe("/rules/imds-v1-access?notice=reset");
    expect(textOf((await someone.get("/rules/imds-v1-access")).html)).toContain(
      "nobody has changed it",
    );
  });

  it("says what turning it off would end, and why there is nothing to reset", async () => {
    const { html } = await reader("lot").get(RULE);
    expect(textOf(html)).toMatch(/Turning it off ends \d+ open findings as rule_retired/);
    expect(html).toMatch(/disabled="" title="Nothing is changed/);
  });

  it("links only to https, whatever a rule refers to", async () => {
    const { html } = await reader("little").get(RULE);
    expect(html).toContain('href="https://csrc.nist.gov/');
    expect(html).not.toContain("javascript:");
  });

  it("answers 404 for a rule that does not exist", async () => {
    expect((await reader("little").post("/rules/unknown", AS_IS)).status).toBe(404);
  });
});
