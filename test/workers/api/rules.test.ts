/** Rules over the API: listed, changed, and refused with a message that helps. */
import { beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { ruleViewSchema } from "../../../schema/rules-api.ts";
import { iso, type Json, okJson, problemOf, Site, stopClock } from "../support.ts";

beforeEach(stopClock);

const ruleView = z.strictObject(ruleViewSchema.shape);
const RULE = "compiler-in-container";

async function ruleOf(site: Site, id: string = RULE) {
  return ruleView.parse(await okJson(await site.api(`/rules/${id}`)));
}

test("all rules of the pack are listed, as the schema says", async () => {
  const site = await Site.open();
  const page = z.strictObject({ items: z.array(ruleView), nextCursor: z.null() });
  const { items } = page.parse(await okJson(await site.api("/rules")));
  const ids = items.map((rule) => rule.id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of [
    "compiler-in-container",
    "package-manager-in-container",
    "interactive-shell-in-container",
    "imds-v1-access",
    "cgroup-v1-host",
  ])
    expect(ids).toContain(id);
});

test("a change shows who made it and when, and null takes it back", async () => {
  const site = await Site.open();
  const before = await ruleOf(site);
  expect(before.overrides).toBeNull();
  const patch = { quietPeriod: "1d12h", severity: "critical", enabled: false };
  const changed = ruleView.parse(
    await okJson(await site.apiJson("PATCH", `/rules/${RULE}`, patch)),
  );
  expect(changed).toMatchObject({ quietPeriod: "36h", severity: "critical", enabled: false });
  // What the pack says, so that a reader sees what was changed.
  expect(changed.overrides).toMatchObject({
    quietPeriod: before.quietPeriod,
    severity: before.severity,
    enabled: true,
    updatedBy: "API token first",
    updatedAt: iso(),
  });
  expect(await ruleOf(site)).toEqual(changed);

  await site.patchRule(RULE, { quietPeriod: null });
  expect(await ruleOf(site)).toMatchObject({
    quietPeriod: before.quietPeriod,
    severity: "critical",
  });
  await site.patchRule(RULE, { severity: null, enabled: null });
  expect(await ruleOf(site)).toEqual(before);
});

test("steps of severity are shown with what the pack says, and null takes them back", async () => {
  const site = await Site.open();
  const shell = "interactive-shell-in-container";
  const own = [{ after: "3d", severity: "high" }];
  expect(await ruleOf(site, shell)).toMatchObject({ rises: own, overrides: null });
  const rises = [
    { after: "36h", severity: "high" },
    { resources: 5, severity: "critical" },
  ];
  await site.patchRule(shell, { rises });
  expect(await ruleOf(site, shell)).toMatchObject({ rises, overrides: { rises: own } });
  await site.patchRule(shell, { rises: [] });
  expect(await ruleOf(site, shell)).toMatchObject({ rises: [], overrides: { rises: own } });
  // What is no worse any more stays, and has no effect.
  await site.patchRule(shell, { rises });
  await site.patchRule(shell, { severity: "critical" });
  await site.patchRule(shell, { rises: null, severity: null });
  expect(await ruleOf(site, shell)).toMatchObject({ rises: own, overrides: null });
  const changes = await okJson(await site.api(`/ruleset/changes?subject=${shell}&limit=1`));
  expect(changes).toMatchObject({ items: [{ detail: { rises: null, severity: null } }] });
});

test("1s is the least quiet period, 365d the longest", async () => {
  const site = await Site.open();
  for (const quietPeriod of ["1s", "1000ms", "365d", "1.5h"])
    await site.patchRule(RULE, { quietPeriod });
  expect((await ruleOf(site)).quietPeriod).toBe("1h30m");
});

describe("400 names the field and what is taken:", () => {
  const wrong: [Json, string, string][] = [
    [{ quietPeriod: "0s" }, "quietPeriod", "1s"],
    [{ quietPeriod: "999ms" }, "quietPeriod", "1s"],
    [{ quietPeriod: "1y" }, "quietPeriod", "365d"],
    [{ quietPeriod: "366d" }, "quietPeriod", "365d"],
    [{ quietPeriod: "" }, "quietPeriod", "24h"],
    [{ quietPeriod: "-1h" }, "quietPeriod", "24h"],
    [{ quietPeriod: 3600 }, "quietPeriod", "string"],
    [{ severity: "urgent" }, "severity", "critical"],
    [{ enabled: "no" }, "enabled", "boolean"],
    [{ rises: "high" }, "rises", "array"],
    [{ rises: [{ severity: "high" }] }, "rises.0", "either after or resources"],
    [{ rises: [{ after: "1h", resources: 3, severity: "high" }] }, "rises.0", "either"],
    [{ rises: [{ after: "0s", severity: "high" }] }, "rises.0.after", "1s"],
    [{ rises: [{ resources: 1, severity: "high" }] }, "rises.0.resources", "2"],
    [{ rises: [{ resources: 10_001, severity: "high" }] }, "rises.0.resources", "10000"],
    [{ rises: [{ after: "1h", severity: "worst" }] }, "rises.0.severity", "critical"],
    [{ rises: [{ after: "1h", severity: "high", when: "x" }] }, "rises.0", "when"],
    [
      {
        rises: [
          { after: "1h", severity: "high" },
          { after: "2h", severity: "medium" },
        ],
      },
      "rises.1.severity",
      "worse than the rule's",
    ],
    [
      { severity: "critical", rises: [{ after: "1h", severity: "high" }] },
      "rises.0.severity",
      "worse than the rule's",
    ],
    [{ rises: Array.from({ length: 5 }, () => ({ after: "1h", severity: "high" })) }, "rises", "4"],
    [{ quietperiod: "1h" }, "quietperiod", "quietperiod"],
  ];
  test.each(wrong)("%o", async (patch, field, hint) => {
    const site = await Site.open();
    const response = await site.apiJson("PATCH", `/rules/${RULE}`, patch);
    expect(response.status).toBe(400);
    const problem = await problemOf(response);
    expect(problem.field).toBe(field);
    expect(problem.detail).toContain(hint);
    expect((await ruleOf(site)).overrides).toBeNull();
  });

  test("an empty change, a list, no JSON", async () => {
    const site = await Site.open();
    const empty = await problemOf(await site.apiJson("PATCH", `/rules/${RULE}`, {}));
    expect(empty).toMatchObject({ status: 400 });
    expect(empty.detail).toContain("at least one of");
    for (const body of ["[]", "{", "", "null"]) {
      const response = await site.api(`/rules/${RULE}`, {
        method: "PATCH",
        headers: { authorization: `Bearer ${site.token}` },
        body,
      });
      expect((await problemOf(response)).status).toBe(400);
    }
  });
});

test("a rule that is not there is 404, to read and to change", async () => {
  const site = await Site.open();
  for (const id of ["no-such-rule", "__proto__", "constructor"]) {
    expect((await problemOf(await site.api(`/rules/${id}`))).status).toBe(404);
    const response = await site.apiJson("PATCH", `/rules/${id}`, { enabled: false });
    expect((await problemOf(response)).status).toBe(404);
  }
});
