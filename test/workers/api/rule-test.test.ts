/** `POST /api/v1/rules/test`: what a rule would find, before it is saved. Nothing is stored. */
import { beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { ruleTestAnswerSchema } from "../../../schema/rules-api.ts";
import { MAX_TEST_EVENTS } from "../../../schema/limits.ts";
import {
  batch,
  gcc,
  harmless,
  iso,
  type Json,
  type JsonObject,
  newContainer,
  okJson,
  problemOf,
  Site,
  stopClock,
  unique,
} from "../support.ts";

beforeEach(stopClock);

const answer = z.strictObject(ruleTestAnswerSchema.shape);
const RULE = "compiler-in-container";
const host = () => unique("host");

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

async function run(site: Site, body: JsonObject) {
  return answer.parse(await okJson(await site.apiJson("POST", "/rules/test", body)));
}

describe("against events", () => {
  test("says of each whether it matches, or why not", async () => {
    const site = await Site.open();
    const [a, b] = [newContainer(), newContainer()];
    const falco = {
      hostname: "node-7",
      output: "x",
      priority: "Notice",
      rule: "Terminal shell in container",
      time: iso(),
      output_fields: { "container.id": a.slice(0, 12), "proc.name": "true", "evt.type": "execve" },
    };
    const { container: _, ...onHost } = harmless(a);
    const events: Json[] = [
      harmless(a),
      gcc(a),
      falco,
      onHost,
      { kind: "process" },
      harmless(a),
      harmless(b),
      { ...onHost, host: { name: "node-8" } },
    ];
    const result = await run(site, { rule: draft(), events });
    expect(result).toMatchObject({ against: "events", tested: 8, matched: 4, signals: 0 });
    expect(result.results.map(({ index, matches }) => [index, matches])).toEqual(
      events.map((_event, index) => [index, [0, 2, 5, 6].includes(index)]),
    );
    const reasons = result.results.map(({ reason }) => reason);
    expect(reasons[0]).toBeNull();
    expect(reasons[1]).toBe('no matcher for process "gcc"');
    expect(reasons[3]).toContain("names a host");
    expect(reasons[4]).toMatch(/^rejected: not recognised/);
    expect(reasons[7]).toBe("not on a container");
    expect(result.results[0]).toMatchObject({
      at: iso(),
      subject: "true ran",
      resource: `container:${a.slice(0, 12)}`,
      source: null,
    });
    expect(result.findings).toMatchObject([
      { resource: `container:${a.slice(0, 12)}`, count: 3, state: "new" },
      { resource: `container:${b.slice(0, 12)}`, count: 1, state: "new" },
    ]);
  });

  test("names the finding that would open, as it is once the rule is saved", async () => {
    const site = await Site.open();
    const [name, container] = [host(), newContainer()];
    const body = batch(name, [harmless(container)]);
    const tried = await run(site, { rule: draft(), events: body });
    expect(tried).toMatchObject({ tested: 1, matched: 1 });
    // Nothing came of it.
    expect((await site.findings()).items).toEqual([]);
    expect((await site.api("/rules/true-ran")).status).toBe(404);

    await site.apiJson("POST", "/rules", draft());
    await site.send(body);
    await site.alarm(`host:${name}`);
    const { id } = await site.onlyFinding();
    expect(tried.findings).toMatchObject([{ id, state: "new" }]);
    const again = await run(site, { id: "true-ran", events: body });
    expect(again.findings).toMatchObject([{ id, state: "open" }]);
  });

  test("takes one event, a host for those that name none, and a rule that is disabled", async () => {
    const site = await Site.open();
    const { container: _, ...onHost } = harmless(newContainer());
    const onHosts = draft({ scope: ["host"], enabled: false });
    const named = await run(site, { rule: onHosts, events: onHost, host: "node-7" });
    expect(named).toMatchObject({ tested: 1, matched: 1, findings: [{ resource: "host:node-7" }] });
    await site.patchRule(RULE, { enabled: false });
    const one = await run(site, { id: RULE, events: gcc(newContainer()) });
    expect(one).toMatchObject({ tested: 1, matched: 1 });
  });

  test("counts the signals of a threat by their manner", async () => {
    const site = await Site.open();
    const container = newContainer();
    const events = [harmless(container), harmless(container), harmless(newContainer())];
    const result = await run(site, { rule: draft({ class: "threat" }), events });
    expect(result).toMatchObject({ matched: 3, signals: 2, findings: [] });
  });

  test("does not apply exceptions", async () => {
    const site = await Site.open();
    const until = "2031-06-01T00:00:00Z";
    const body = { rule: RULE, when: "true", reason: "a test", until };
    await okJson(await site.apiJson("POST", "/exceptions", body));
    expect(await run(site, { id: RULE, events: [gcc(newContainer())] })).toMatchObject({
      matched: 1,
    });
  });
});

describe("against the kept samples", () => {
  test("finds what has been seen, of findings and of signals, and shows only that", async () => {
    const site = await Site.open();
    const name = host();
    const [a, b] = [newContainer(), newContainer()];
    const miner = gcc(b, { process: { exe: "/tmp/xmrig", name: "xmrig", args: ["-o", "pool"] } });
    await site.send(batch(name, [gcc(a), gcc(b), miner]));
    await site.alarm(`host:${name}`);
    const matchers = [
      { on: "event", kind: "process", actions: ["exec"], when: 'process.name == "xmrig"' },
    ];
    const result = await run(site, { rule: draft({ matchers }) });
    expect(result.against).toBe("samples");
    expect(result.tested).toBeGreaterThanOrEqual(3);
    const { items } = await site.signals();
    const sources = result.results.map(({ source }) => source);
    expect(sources).toContain(items[0]?.id);
    expect(result.results.every(({ matches }) => matches)).toBe(true);
    expect(result.matched).toBe(result.results.length);
    expect(result.findings).toMatchObject([
      { resource: `container:${b.slice(0, 12)}`, state: "new" },
    ]);

    const { items: findings } = await site.findings(`?rule=${RULE}`);
    const open = await run(site, { id: RULE });
    expect(new Set(open.findings.map(({ id }) => id))).toEqual(
      new Set(findings.map(({ id }) => id)),
    );
    expect(open.findings.every(({ state }) => state === "open")).toBe(true);
  });

  test("of a tenant that has seen nothing are none", async () => {
    const site = await Site.open();
    expect(await run(site, { id: RULE })).toMatchObject({ tested: 0, matched: 0, results: [] });
  });
});

describe("is refused", () => {
  const cases: [JsonObject, Partial<{ status: number; field: string; limit: number }>][] = [
    [{ id: "no-such-rule" }, { status: 404, field: "id" }],
    [{}, { status: 400 }],
    [{ id: RULE, rule: draft() }, { status: 400 }],
    [{ rule: draft({ severity: "bad" }) }, { status: 400, field: "rule.severity" }],
    [
      { id: RULE, events: Array.from({ length: MAX_TEST_EVENTS + 1 }, () => gcc("c0ffee000001")) },
      { status: 413, field: "events", limit: MAX_TEST_EVENTS },
    ],
  ];
  test.each(cases)("%#", async (body, expected) => {
    const site = await Site.open();
    const response = await site.apiJson("POST", "/rules/test", body);
    expect(await problemOf(response)).toMatchObject(expected);
  });

  test("where a condition does not compile, with the place of the error", async () => {
    const site = await Site.open();
    const matchers = [{ on: "event", kind: "process", actions: ["exec"], when: "a b" }];
    const response = await site.apiJson("POST", "/rules/test", { rule: draft({ matchers }) });
    expect(await problemOf(response)).toMatchObject({
      status: 400,
      type: "urn:lull:problem:bad_expression",
      field: "rule.matchers.0.when",
      position: { line: 1 },
    });
  });
});
