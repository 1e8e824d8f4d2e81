/** Exceptions: nothing is hidden that has not been shown first, and everything hidden is accounted for. */
import { describe, expect, it } from "vitest";
import { suggestedScope } from "../../../dashboard/exception-form.ts";
import { compileExpression } from "../../../workers/rules/expression.ts";
import { dashboardFixture } from "../../e2e/dashboard-fixture.ts";
import { finding, NOW, reader, textOf } from "./support.ts";

const NEW = "/exceptions/new";
const FIELDS = {
  rule: "compiler-in-container",
  when: 'k8s.namespace == "ci"\r\n  && process.name == "gcc"',
  reason: "Runners compile.",
  term: "month",
  date: "",
};
const PREVIEWED = `${FIELDS.rule} ${FIELDS.when}`;

describe("a new exception", () => {
  it("is previewed first: what it hides, where, with examples", async () => {
    const response = await reader("lot").post(NEW, { ...FIELDS, do: "preview" });
    const html = await response.text();
    expect(textOf(html)).toMatch(
      /Hides 43 findings on 6 workloads, and some events of 2 more\. Of 86 open findings of this rule, 43 would still be reported\./,
    );
    expect(html).toMatch(/<a href="\/findings\/f\w+"><bdi class="clip">gcc ran in/);
    expect(textOf(html)).toContain("Make the exception");
  });

  it("is not made before it was previewed, nor of something else than was previewed", async () => {
    const someone = reader("lot");
    for (const previewed of ["", `${FIELDS.rule} true`]) {
      const response = await someone.post(NEW, { ...FIELDS, previewed, do: "create" });
      expect(response.status).toBe(200);
      expect(textOf(await response.text())).toContain("What it would hide");
    }
    expect(textOf((await someone.get("/exceptions")).html)).not.toContain("Runners compile.");
  });

  it("is made of what was previewed, and ends when the form says", async () => {
    const someone = reader("lot");
    const response = await someone.post(NEW, { ...FIELDS, previewed: PREVIEWED, do: "create" });
    expect(response.headers.get("location")).toBe("/exceptions?notice=created");
    const { html } = await someone.get("/exceptions/x40");
    expect(textOf(html)).toContain("Runners compile.");
    expect(textOf(html)).toContain("ends in 30 d");
    expect(html).toContain("k8s.namespace == &quot;ci&quot;\n  &amp;&amp; process.name");
  });

  it("may end with a day of its own, which must lie ahead", async () => {
    const someone = reader("lot");
    const on = (date: string) =>
      someone.post(NEW, { ...FIELDS, previewed: PREVIEWED, do: "create", term: "date", date });
    expect((await on("2026-12-24")).status).toBe(303);
    for (const date of ["", "2026-11-01", "2026-13-40", "tomorrow"]) {
      const response = await on(date);
      expect(response.status).toBe(422);
      expect(await response.text()).toContain('href="#until"');
    }
  });

  it("shows where its condition is wrong", async () => {
    const response = await reader("lot").post(NEW, { ...FIELDS, when: "k8s.namespac == 1" });
    const html = await response.text();
    expect(textOf(html)).toContain("Line 1, column");
    expect(html).toMatch(/id="exception-when"[^>]*aria-invalid="true"/);
  });

  it("needs a rule and a reason", async () => {
    const none = await reader("lot").post(NEW, { ...FIELDS, rule: "" });
    expect(textOf(await none.text())).toContain("Rule: Choose a rule.");
    const silent = { ...FIELDS, reason: "", previewed: PREVIEWED, do: "create" };
    expect(textOf(await (await reader("lot").post(NEW, silent)).text())).toContain(
      "Because: Fill this in.",
    );
  });

  it("offers no rule that only raises signals", async () => {
    const { html } = await reader("lot").get(NEW);
    expect(html).not.toContain('value="reverse-shell"');
    expect(html).toContain('value="interactive-shell-in-container"');
  });
});

describe("from a finding", () => {
  it("leads to the form with its rule, place and program filled in", async () => {
    const someone = reader("little");
    const { html } = await someone.get(`/findings/${finding(3)}`);
    const href =
      /href="(\/exceptions\/new\?[^"]*)"/.exec(html)?.[1]?.replaceAll("&amp;", "&") ?? "";
    const form = await someone.get(href);
    expect(form.html).toMatch(/<option value="compiler-in-container" selected/);
    expect(textOf(form.html)).toMatch(
      /k8s\.namespace == "\w+" && k8s\.workload == "[\w-]+" && process\.name == "gcc"/,
    );
  });

  it("suggests a condition that compiles, whatever names an attacker has chosen", async () => {
    const { items } = await dashboardFixture("hostile", NOW).findings({
      status: [],
      severity: [],
      sort: "opened",
      limit: 50,
    });
    for (const { id } of items) {
      const detail = await dashboardFixture("hostile", NOW).finding(id);
      const scope = detail === null ? "" : suggestedScope(detail);
      // Too long to suggest is none at all.
      if (scope !== "") expect(compileExpression(scope)).toMatchObject({ ok: true });
    }
    expect(items.length).toBeGreaterThan(0);
  });
});

describe("the list of exceptions", () => {
  it("says of each where, why, who, until when, and what it has hidden", async () => {
    const text = textOf((await reader("little").get("/exceptions")).html);
    expect(text).toContain('k8s.workload == "runner-0"');
    expect(text).toContain("The build runners are there to compile.");
    expect(text).toContain("ana@shop.example");
    expect(text).toContain("ends in 1 d");
    expect(text).toContain("hid nothing yet");
  });

  it("keeps those that have ended apart", async () => {
    const text = textOf((await reader("little").get("/exceptions?state=ended")).html);
    expect(text).toContain("ended 1 d ago");
    expect(text).toContain("hid 411 events, last 1 h ago");
    expect(text).not.toContain("runner-0");
  });

  it("teaches what an exception is for", async () => {
    const text = textOf((await reader("none").get("/exceptions")).html);
    expect(text).toContain("never hides a signal");
  });

  it("takes one back only when asked twice", async () => {
    const someone = reader("little");
    expect((await someone.get("/exceptions/x0")).html).not.toContain('method="post" action="/exc');
    const asked = await someone.get("/exceptions/x0/delete");
    expect(textOf(asked.html)).toContain("will open findings again");
    const response = await someone.post("/exceptions/x0/delete", {});
    expect(response.headers.get("location")).toBe("/exceptions?notice=deleted");
    expect((await someone.get("/exceptions/x0")).status).toBe(404);
  });
});

describe("the changes of rules", () => {
  it("say who, what, and the ruleset's version and hash, whole on hover", async () => {
    const { html } = await reader("lot").get("/rules/changes");
    const text = textOf(html);
    expect(text).toContain("Call to the version 1 metadata service changed quiet period: 24h");
    expect(text).toContain("severity: as the rule pack says");
    expect(text).toMatch(/version 121 a1b2c3a1b2c3/);
    expect(html).toMatch(/title="Ruleset 121: sha256:a1b2c3/);
    expect(html).toContain('href="/rules/changes?cursor=50"');
  });

  it("stand on a rule's own page", async () => {
    const { html } = await reader("lot").get("/rules/imds-v1-access");
    expect(textOf(html)).toContain("Last changeschanged quiet period: 24h");
    expect(html).toContain('href="/rules/changes?subject=imds-v1-access"');
  });
});
