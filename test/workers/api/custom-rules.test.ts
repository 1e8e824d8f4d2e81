/** Rules of a tenant's own: made, changed, deleted, and refused with a message that helps. */
import { beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { rulesetViewSchema, ruleViewSchema, type RuleView } from "../../../schema/rules-api.ts";
import { MAX_CUSTOM_RULE_CHARS, MAX_CUSTOM_RULES_CHARS } from "../../../schema/limits.ts";
import { RULE_PACK } from "../../../schema/rules/pack.ts";
import { cron } from "../../durable/support.ts";
import {
  batch,
  gcc,
  harmless,
  HOUR,
  type Json,
  type JsonObject,
  newContainer,
  okJson,
  pass,
  problemOf,
  Site,
  stopClock,
  unique,
} from "../support.ts";

beforeEach(stopClock);

const ruleView = z.strictObject(ruleViewSchema.shape);

/** A rule that matches `harmless` events: /bin/true in a container. */
function draft(fields: JsonObject = {}): JsonObject {
  return {
    id: "true-ran",
    title: "The command true run in a container",
    class: "posture",
    severity: "low",
    scope: ["container"],
    quietPeriod: "1h",
    phrase: "{process} ran",
    matchers: [{ on: "event", kind: "process", actions: ["exec"], processNames: ["true"] }],
    ...fields,
  };
}

async function made(site: Site, fields: JsonObject = {}): Promise<RuleView> {
  const response = await site.apiJson("POST", "/rules", draft(fields));
  if (response.status !== 201) throw new Error(await response.text());
  return ruleView.parse(await response.json());
}

async function remove(site: Site, path: string): Promise<number> {
  const headers = { authorization: `Bearer ${site.token}` };
  return (await site.api(path, { method: "DELETE", headers })).status;
}

describe("a custom rule", () => {
  test("is listed after the pack's, with its defaults filled in", async () => {
    const site = await Site.open();
    const rule = await made(site);
    expect(rule).toMatchObject({
      id: "true-ran",
      builtIn: false,
      enabled: true,
      quietPeriod: "1h",
      why: "",
      overrides: null,
    });
    expect(ruleView.parse(await okJson(await site.api("/rules/true-ran")))).toEqual(rule);
    const { items } = z
      .object({ items: z.array(ruleView) })
      .parse(await okJson(await site.api("/rules")));
    expect(items).toHaveLength(RULE_PACK.length + 1);
    expect(items.at(-1)).toEqual(rule);
    // Unlike the pack's order, nothing else has changed.
    const other = await Site.open();
    expect((await other.api("/rules/true-ran")).status).toBe(404);
  });

  test("opens findings as any other rule does, from the next event on", async () => {
    const site = await Site.open();
    const [host, container] = [unique("host"), newContainer()];
    expect(await site.send(batch(host, [harmless(container)]))).toMatchObject({ ignored: 1 });
    await made(site);
    pass(1_000);
    expect(await site.send(batch(host, [harmless(container)]))).toMatchObject({
      accepted: 1,
      findings: 1,
    });
    await site.alarm(`host:${host}`);
    const finding = await site.onlyFinding("?rule=true-ran");
    expect(finding).toMatchObject({ rule: "true-ran", severity: "low", quietPeriod: "1h" });
    expect(finding.headline).toMatch(/^true ran/);
  });

  test("can be changed in any part but its id; its open findings follow", async () => {
    const site = await Site.open();
    const [host, container] = [unique("host"), newContainer()];
    await made(site);
    await site.send(batch(host, [harmless(container)]));
    await site.alarm(`host:${host}`);
    const patch = { severity: "critical", quietPeriod: "2h", title: "Other", tags: ["mine"] };
    const changed = ruleView.parse(
      await okJson(await site.apiJson("PATCH", "/rules/true-ran", patch)),
    );
    expect(changed).toMatchObject(patch);
    expect(await site.onlyFinding()).toMatchObject({ severity: "critical", quietPeriod: "2h" });
    const moved = await site.apiJson("PATCH", "/rules/true-ran", { id: "other" });
    expect(await problemOf(moved)).toMatchObject({ status: 400, field: "id" });
    const empty = await problemOf(await site.apiJson("PATCH", "/rules/true-ran", {}));
    expect(empty).toMatchObject({ status: 400 });
  });

  test("ends its findings when it is deleted, and goes on with them when it is made again", async () => {
    const site = await Site.open();
    const [host, container] = [unique("host"), newContainer()];
    const send = () => site.send(batch(host, [harmless(container)]));
    await made(site);
    await send();
    await site.alarm(`host:${host}`);
    const { id } = await site.onlyFinding();
    pass(HOUR / 2);
    expect(await remove(site, "/rules/true-ran")).toBe(204);
    expect(await site.finding(id)).toMatchObject({
      status: "resolved",
      resolution: "rule_retired",
      severity: "low",
    });
    expect(await remove(site, "/rules/true-ran")).toBe(404);
    expect(await send()).toMatchObject({ ignored: 1 });

    await made(site);
    pass(1_000);
    await send();
    await site.alarm(`host:${host}`);
    expect(await site.onlyFinding()).toMatchObject({ id, status: "open", episode: 2 });
  });

  describe("that is made to look elsewhere", () => {
    const exec = { on: "event", kind: "process", actions: ["exec"] };
    test.each<JsonObject>([
      { matchers: [{ ...exec, processNames: ["false"] }] },
      { scope: ["host"] },
      { class: "threat" },
    ])("(%o) ends what was open: its silence would say nothing", async (patch) => {
      const site = await Site.open();
      const [host, container] = [unique("host"), newContainer()];
      await made(site);
      await site.send(batch(host, [harmless(container)]));
      await site.alarm(`host:${host}`);
      const { id } = await site.onlyFinding();
      await okJson(await site.apiJson("PATCH", "/rules/true-ran", { ...patch, severity: "high" }));
      expect(await site.finding(id)).toMatchObject({ resolution: "rule_retired" });
    });

    test("goes on with the findings that it still sees, as their next episode", async () => {
      const site = await Site.open();
      const [host, container] = [unique("host"), newContainer()];
      await made(site);
      await site.send(batch(host, [harmless(container)]));
      await site.alarm(`host:${host}`);
      const { id } = await site.onlyFinding();
      const matchers = [{ ...exec, processNames: ["true", "false"] }];
      await okJson(await site.apiJson("PATCH", "/rules/true-ran", { matchers }));
      pass(1_000);
      await site.send(batch(host, [harmless(container)]));
      await site.alarm(`host:${host}`);
      expect(await site.finding(id)).toMatchObject({ status: "open", episode: 2 });
      // Nor does the sweep end those that follow the rule as it is now.
      await cron();
      expect(await site.finding(id)).toMatchObject({ status: "open" });
    });
  });

  test("of class threat raises signals", async () => {
    const site = await Site.open();
    await made(site, { class: "threat" });
    const host = unique("host");
    expect(await site.send(batch(host, [harmless(newContainer())]))).toMatchObject({
      findings: 0,
      signals: 1,
    });
    await site.alarm(`host:${host}`);
    const { items } = await site.signals();
    const one = await okJson(await site.api(`/signals/${items[0]?.id}`));
    expect(one).toEqual(items[0]);
    expect((await site.api("/signals/s000000000000000000000000")).status).toBe(404);
  });

  test("that is disabled looks for nothing, until it is enabled", async () => {
    const site = await Site.open();
    const host = unique("host");
    await made(site, { enabled: false });
    expect(await site.send(batch(host, [harmless(newContainer())]))).toMatchObject({ ignored: 1 });
    await okJson(await site.apiJson("PATCH", "/rules/true-ran", { enabled: true }));
    expect(await site.send(batch(host, [harmless(newContainer())]))).toMatchObject({ accepted: 1 });
  });
});

test("a built-in rule cannot be deleted, nor changed in what is the pack's", async () => {
  const site = await Site.open();
  const headers = { authorization: `Bearer ${site.token}` };
  const response = await site.api("/rules/compiler-in-container", { method: "DELETE", headers });
  const problem = await problemOf(response);
  expect(problem).toMatchObject({ status: 409, type: "urn:lull:problem:built_in_rule" });
  expect(problem.detail).toContain("enabled to false");
  const titled = await site.apiJson("PATCH", "/rules/compiler-in-container", { title: "mine" });
  expect(await problemOf(titled)).toMatchObject({ status: 400, field: "title" });
});

describe("an id is taken once:", () => {
  test.each(["compiler-in-container", "true-ran"])("%s", async (id) => {
    const site = await Site.open();
    await made(site);
    const response = await site.apiJson("POST", "/rules", draft({ id }));
    expect(await problemOf(response)).toMatchObject({
      status: 409,
      type: "urn:lull:problem:rule_exists",
      field: "id",
    });
  });
});

describe("400 names the field:", () => {
  const matcher = { on: "event", kind: "process", actions: ["exec"] };
  const wrong: [Json, string][] = [
    [{ id: "Bad Id" }, "id"],
    [{ id: "test" }, "id"],
    [{ title: " " }, "title"],
    [{ class: "bad" }, "class"],
    [{ scope: [] }, "scope"],
    [{ quietPeriod: "0s" }, "quietPeriod"],
    [{ phrase: "{cmd} ran" }, "phrase"],
    [{ matchers: [] }, "matchers"],
    [{ matchers: [{ ...matcher, kind: "prozess" }] }, "matchers.0.kind"],
    [{ matchers: [matcher, { ...matcher, actions: [] }] }, "matchers.1.actions"],
    [{ matchers: [{ ...matcher, when: "x".repeat(2_001) }] }, "matchers.0.when"],
    [{ references: [{ title: "t", url: "javascript:alert(1)" }] }, "references.0.url"],
    [{ other: 1 }, "other"],
  ];
  test.each(wrong)("%o", async (fields, field) => {
    const site = await Site.open();
    const response = await site.apiJson("POST", "/rules", draft(fields as JsonObject));
    expect(await problemOf(response)).toMatchObject({ status: 400, field });
  });
});

describe("a condition that does not compile", () => {
  const when = (text: string) => ({
    matchers: [
      { on: "event", kind: "process", actions: ["exec"] },
      { on: "event", kind: "process", actions: ["exec"], when: text },
    ],
  });

  test("is refused when the rule is made and when it is changed, with the place of the error", async () => {
    const site = await Site.open();
    const text = 'process.name == "true" &&\n  proces.tty';
    const bad = await problemOf(await site.apiJson("POST", "/rules", draft(when(text))));
    expect(bad).toMatchObject({
      status: 400,
      type: "urn:lull:problem:bad_expression",
      field: "matchers.1.when",
      position: { offset: 28, line: 2, column: 3 },
    });
    expect(bad.detail).toContain("proces");
    await made(site);
    const changed = await site.apiJson("PATCH", "/rules/true-ran", when("process.pid"));
    const problem = await problemOf(changed);
    expect(problem).toMatchObject({ status: 400, type: "urn:lull:problem:bad_expression" });
    expect(problem.detail).toContain("must be bool");
  });

  test("and one that does is asked", async () => {
    const site = await Site.open();
    const answers = async (text: string) => {
      await okJson(
        await site.apiJson("PATCH", "/rules/true-ran", {
          matchers: [{ on: "event", kind: "process", actions: ["exec"], when: text }],
        }),
      );
      return site.send(batch("h", [harmless(newContainer())]));
    };
    await made(site);
    expect(await answers('container.image == "shop/api:1.4"')).toMatchObject({ accepted: 1 });
    expect(await answers('container.image == "shop/web:1.4"')).toMatchObject({ ignored: 1 });
  });
});

describe("limits:", () => {
  /** A rule of just that many characters of JSON, in a script of three bytes a character. */
  function sized(id: string, chars: number): JsonObject {
    const fields = { id, why: "", good: "", remediation: "" };
    const bare = draft(fields);
    // As it is kept: with its defaults, and its quiet period in milliseconds.
    const kept = { ...bare, quietPeriod: undefined, quietPeriodMs: 3_600_000, enabled: true };
    const more = { quietPeriodReason: "", references: [], tags: [] };
    const left = chars - JSON.stringify({ ...kept, ...more }).length;
    const text = "語".repeat(left);
    return {
      ...bare,
      why: text.slice(0, 8_000),
      good: text.slice(8_000, 16_000),
      remediation: text.slice(16_000),
    };
  }

  test("a rule as large as it may be, in any script, is kept as it was sent; one character more is not", async () => {
    const site = await Site.open();
    const input = sized("large", MAX_CUSTOM_RULE_CHARS);
    const response = await site.apiJson("POST", "/rules", input);
    expect(response.status, await response.clone().text()).toBe(201);
    pass(HOUR);
    const rule = ruleView.parse(await okJson(await site.api("/rules/large")));
    expect(rule).toMatchObject({
      why: input["why"],
      good: input["good"],
      remediation: input["remediation"],
    });
    const larger = await site.apiJson("POST", "/rules", sized("larger", MAX_CUSTOM_RULE_CHARS + 1));
    expect(await problemOf(larger)).toMatchObject({
      status: 413,
      type: "urn:lull:problem:rule_too_large",
      limit: MAX_CUSTOM_RULE_CHARS,
    });
  });

  test("all rules together, in any script, still fit into the actor's storage", async () => {
    const site = await Site.open();
    let n = 0;
    let response: Response;
    do response = await site.apiJson("POST", "/rules", sized(`r${n++}`, 16_000));
    while (response.status === 201);
    expect(await problemOf(response)).toMatchObject({
      status: 413,
      type: "urn:lull:problem:rules_too_large",
      limit: MAX_CUSTOM_RULES_CHARS,
    });
    expect(n).toBeGreaterThan(30);
    expect(await site.send(batch("h", [gcc(newContainer())]))).toMatchObject({ accepted: 1 });
  }, 60_000);
});

test("the ruleset says how many rules there are, and its hash changes with them", async () => {
  const site = await Site.open();
  const ruleset = async () =>
    z.strictObject(rulesetViewSchema.shape).parse(await okJson(await site.api("/ruleset")));
  const before = await ruleset();
  expect(before).toMatchObject({ rules: RULE_PACK.length, custom: 0, exceptions: 0 });
  await made(site, { enabled: false });
  const after = await ruleset();
  expect(after).toMatchObject({
    version: before.version + 1,
    rules: before.rules + 1,
    enabled: before.enabled,
    custom: 1,
  });
  expect(after.hash).not.toBe(before.hash);
  await remove(site, "/rules/true-ran");
  expect(await ruleset()).toMatchObject({ version: before.version + 2, hash: before.hash });
});
