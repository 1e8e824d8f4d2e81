/** Mutes: nothing of a scope is hidden that has not been shown first, and what happened meanwhile is told. */
import { describe, expect, it } from "vitest";
import { finding, reader, textOf } from "./support.ts";

const NEW = "/mutes/new";
const SCOPE = 'resource.namespace == "ci"\r\n  && finding.severity == "low"';
const FIELDS = {
  scope: SCOPE,
  reason: "risk_accepted",
  note: "They compile.",
  term: "month",
  date: "",
};

describe("a new mute of a scope", () => {
  it("is previewed first: what it hides, where, by severity, with examples", async () => {
    const response = await reader("lot").post(NEW, { ...FIELDS, do: "preview" });
    const html = await response.text();
    expect(textOf(html)).toMatch(/Hides \d+ findings on \d+ workloads and \d+ hosts: \d+ \w+/);
    expect(html).toMatch(/<a href="\/findings\/f\w+"><bdi class="clip">/);
    expect(textOf(html)).not.toContain("hides every open finding");
  });

  it("is told plainly when it hides everything, also where nothing is open", async () => {
    const all = { ...FIELDS, scope: "true", do: "preview" };
    const lot = await (await reader("lot").post(NEW, all)).text();
    expect(textOf(lot)).toContain("This hides every open finding.");
    const none = await (await reader("none").post(NEW, all)).text();
    expect(textOf(none)).toContain("It is true of any finding");
  });

  it("is not made before it was previewed, nor of something else than was previewed", async () => {
    const someone = reader("lot");
    for (const previewed of ["", "true"]) {
      const response = await someone.post(NEW, { ...FIELDS, previewed, do: "create" });
      expect(response.status).toBe(200);
    }
    expect(textOf((await someone.get("/mutes")).html)).not.toContain("They compile.");
    const made = await someone.post(NEW, { ...FIELDS, previewed: SCOPE, do: "create" });
    expect(made.headers.get("location")).toBe("/mutes/m40?notice=created");
    const { html } = await someone.get("/mutes/m40");
    expect(textOf(html)).toMatch(/They compile\..*ends in 30 d/);
  });

  it("shows where its scope is wrong, and what else is missing", async () => {
    const wrong = { ...FIELDS, scope: "resource.namespac == 1", do: "preview" };
    const html = await (await reader("lot").post(NEW, wrong)).text();
    expect(textOf(html)).toContain("Line 1, column");
    expect(html).toContain('href="#mute-scope"');
    const bare = { ...FIELDS, previewed: SCOPE, do: "create", reason: "", note: "", term: "date" };
    const refused = await reader("lot").post(NEW, bare);
    expect(refused.status).toBe(422);
    const text = textOf(await refused.text());
    expect(text).toContain("Because: Choose one.");
    expect(text).toContain("Note: Fill this in.");
    expect(text).toContain("Ends after: Name a day, or choose a length.");
  });
});

describe("a finding", () => {
  it("is muted with a reason, a note and an end", async () => {
    const someone = reader("little");
    const path = `/findings/${finding(3)}/mute`;
    expect(textOf((await someone.get(`/findings/${finding(3)}`)).html)).toContain("Mute");
    const refused = await someone.post(path, { term: "week" });
    expect(refused.status).toBe(422);
    const muted = await someone.post(path, { reason: "pending_fix", note: "n", term: "week" });
    expect(muted.headers.get("location")).toBe(`/findings/${finding(3)}`);
    expect(textOf((await someone.get("/")).html)).toContain("2 open findings");
    expect(textOf((await someone.get("/")).html)).toContain("1 more is muted");
    expect((await someone.post("/findings/unknown/mute", { term: "week" })).status).toBe(404);
  });
});

describe("a mute", () => {
  it("tells what happened meanwhile before and after it is ended", async () => {
    const someone = reader("lot");
    const asked = textOf((await someone.get("/mutes/m2/end")).html);
    expect(asked).toContain("12 open findings are shown again");
    expect(asked).toContain("Meanwhile 822 events came, 2 episodes opened, 1 episode resolved.");
    const ended = await someone.post("/mutes/m2/end", {});
    expect(ended.headers.get("location")).toBe("/mutes/m2?notice=ended");
    const { html } = await someone.get("/mutes/m2?notice=ended");
    expect(textOf(html)).toMatch(/Ended\. What it hid is shown again.*events822/);
    expect(html).not.toContain('action="/mutes/m2/end"');
    expect((await someone.post("/mutes/unknown/end", {})).status).toBe(404);
  });

  it("says that its end is near, on the list and on the overview", async () => {
    const someone = reader("lot");
    const list = textOf((await someone.get("/mutes")).html);
    expect(list).toContain("2 mutes end within 3 days");
    expect(textOf((await someone.get("/")).html)).toContain("2 mutes end within 3 days");
  });
});
