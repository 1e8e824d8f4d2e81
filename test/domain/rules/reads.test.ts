/** Remembering never changes an answer: keys tell apart whatever conditions could tell apart. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { LullEvent } from "../../../schema/event.ts";
import { RULE_PACK } from "../../../schema/rules/pack.ts";
import { CEL_OBJECTS, CelContext } from "../../../workers/rules/cel.ts";
import { compileRuleset } from "../../../workers/rules/engine.ts";
import { compileExpression, isVariable } from "../../../workers/rules/expression.ts";
import { Memo } from "../../../workers/rules/memo.ts";
import { keyOfReads } from "../../../workers/rules/reads.ts";
import { CASES } from "./cases.ts";

// Made of what keys are made of, so that contents would pass for structure if they could.
const text = fc.string({ unit: fc.constantFrom("0", "1", ":", "~", "["), maxLength: 3 });
const texts = fc.array(text, { maxLength: 3 });
const some = { requiredKeys: [] };

const event: fc.Arbitrary<LullEvent> = fc.record(
  {
    time: fc.constant(0),
    format: fc.constantFrom("native" as const, "falco" as const),
    kind: fc.constantFrom("process" as const, "file" as const),
    action: fc.constantFrom("exec", "open"),
    agentRule: text,
    tags: texts,
    syscall: text,
    process: fc.record(
      {
        name: text,
        exe: text,
        args: texts,
        tty: fc.boolean(),
        cwd: text,
        parent: fc.record({ name: text, exe: text }, some),
      },
      some,
    ),
    user: fc.record({ name: text, uid: fc.constantFrom(-1, 0, 1), loginUid: fc.nat(1) }, some),
    file: fc.record({ path: text, flags: text }, { requiredKeys: ["path"] }),
    network: fc.record({ ip: text, port: fc.nat(2), hostname: text, protocol: text }, some),
    container: fc.record({ id: text, name: text, image: text }, { requiredKeys: ["id"] }),
    k8s: fc.record({ namespace: text, workload: fc.record({ name: text }) }, some),
  },
  { requiredKeys: ["time", "format", "kind", "action"] },
);

/** Says nothing of anything. */
const BARE: LullEvent = { time: 0, format: "native", kind: "process", action: "exec" };

/** Every field that rules may ask for, as an expression of its own. */
const FIELDS = CEL_OBJECTS.flatMap(({ variable, fields }) =>
  variable === null ? [] : Object.keys(fields).map((name) => `${variable}.${name}`),
).concat("process.parent.name", "process.parent.exe");

function valueOf(one: LullEvent, path: string): unknown {
  // The path is one of FIELDS.
  return path
    .split(".")
    .reduce<unknown>(
      (value, name) => (value as Record<string, unknown>)[name],
      new CelContext(one),
    );
}

function keyOf(...reads: string[]) {
  return keyOfReads(reads, isVariable);
}

const KEYED = FIELDS.filter((path) => keyOf(path) !== null);

describe("a key", () => {
  test("leaves out only what is nearly always new, or has no fixed shape", () => {
    expect(FIELDS.filter((path) => keyOf(path) === null)).toEqual([
      "event.message",
      "process.pid",
      "process.parent",
      "container.id",
      "container.imageDigest",
      "k8s.cluster",
      "k8s.pod",
      "k8s.workloadKind",
      "host.id",
      "host.name",
    ]);
    expect(keyOf("process.name", "facts")).toBeNull();
  });

  test("that two events share says that they read the same", () => {
    const pair = fc.tuple(event, event).map(([one, other]) => [one, { ...one, ...other }] as const);
    fc.assert(
      fc.property(fc.subarray(KEYED, { minLength: 1 }), pair, (paths, [one, other]) => {
        const of = keyOf(...paths);
        if (of?.(one, "") !== of?.(other, "")) return;
        for (const path of paths) expect(valueOf(one, path)).toEqual(valueOf(other, path));
      }),
      { numRuns: 5_000 },
    );
  });

  test.each([
    [["a", "b"], ["a b"]],
    [["1:a"], ["1", "a"]],
    [["a", ""], ["a"]],
    [[], [""]],
  ])("of arguments %j is not that of %j", (left, right) => {
    const of = keyOf("process.args", "process.exe");
    const made = (args: string[]): LullEvent => ({ ...BARE, process: { args } });
    expect(of?.(made(left), "")).not.toBe(of?.(made(right), ""));
  });

  test("that would be long is none", () => {
    const long: LullEvent = { ...BARE, file: { path: "x".repeat(600) } };
    expect(keyOf("file.path")?.(long, "")).toBeNull();
  });
});

describe("what an expression reads", () => {
  test.each([
    ["process.tty", ["process.tty"]],
    ["process.parent.name in ['sh', user.name]", ["process.parent.name", "user.name"]],
    ["container.id != ''", ["container.id?"]],
    ["container.id == process.exe", ["container.id", "process.exe"]],
    ["'' != file.path || user.uid > 0", ["file.path", "user.uid"]],
    ["has(facts.x) && facts['y'] == 1", ["facts.x", "facts"]],
    ["process.args.exists(arg, arg == event.action)", ["process.args", "arg", "event.action"]],
    [
      "process.tty ? file.flags == '1' : size(event.tags) > 1",
      ["process.tty", "file.flags", "event.tags"],
    ],
    ["{'a': network.ip}['a'] == service", ["network.ip", "service"]],
  ])("%s", (source, reads) => {
    const compiled = compileExpression(source);
    expect(compiled.ok && [...compiled.reads].toSorted()).toEqual(reads.toSorted());
  });
});

describe("an engine that remembers", () => {
  const when = fc.constantFrom(
    ...KEYED.filter((path) => typeof valueOf(BARE, path) === "string").map(
      (path) => `${path} == "1" || ${path}.contains(":")`,
    ),
    "process.tty",
    "container.id != ''",
    "container.id == '1'",
    "process.args.exists(arg, arg == '1')",
    "size(process.args) == 2",
    "user.uid > 0",
    "network.port == 1",
    "user.loginUid == process.pid",
    "'1' in event.tags",
    "facts.x == 1",
  );
  const [anyRule] = RULE_PACK;
  if (anyRule === undefined) throw new Error("the pack is empty");
  const paths = fc.option(fc.constant(["1"]), { nil: undefined });
  const rules = fc.array(fc.record({ when, kind: fc.constantFrom("process", "file"), paths }), {
    minLength: 1,
    maxLength: 4,
  });

  test("answers as one that does not, for any conditions and events", () => {
    fc.assert(
      fc.property(rules, fc.array(event, { minLength: 2, maxLength: 12 }), (drawn, events) => {
        const set = drawn.map(({ when: condition, kind, paths: below }, at) => ({
          ...anyRule,
          id: `r${at}` as typeof anyRule.id, // It is a rule id.
          scope: ["container" as const],
          matchers: [
            {
              on: "event" as const,
              kind,
              actions: ["exec", "open"],
              when: condition,
              ...(below === undefined ? {} : { paths: below }),
            },
          ],
        }));
        const ruleset = { version: 1, hash: "", rules: set };
        const [remembering, other] = [compileRuleset(ruleset), compileRuleset(ruleset, false)];
        for (const one of [...events, ...events])
          expect(remembering.match(one, "container")).toEqual(other.match(one, "container"));
        expect(remembering.takeEvaluationFailures()).toEqual(other.takeEvaluationFailures());
      }),
      { numRuns: 500 },
    );
  });

  test("answers as one that does not, on the pack's cases and on mixtures of them", () => {
    const ruleset = { version: 1, hash: "", rules: RULE_PACK };
    const [remembering, other] = [compileRuleset(ruleset), compileRuleset(ruleset, false)];
    const cases = Object.values(CASES).flatMap(({ fires, stays }) => fires.concat(stays));
    const one = fc.constantFrom(...cases);
    fc.assert(
      fc.property(one, one, fc.constantFrom("host", "container"), (left, right, place) => {
        const { container: _, ...outside } = { ...left, user: right.user ?? {} };
        for (const mixed of [
          left,
          outside,
          { ...left, process: { ...left.process, ...right.process } },
          { ...right, process: left.process ?? {}, file: right.file ?? left.file ?? { path: "" } },
        ])
          expect(remembering.match(mixed, place)).toEqual(other.match(mixed, place));
      }),
      { numRuns: 3_000 },
    );
  });
});

describe("a memo", () => {
  test("holds twice its half at the most, and keeps what is in use", () => {
    const memo = new Memo<{ n: number }>(10);
    memo.set("used", { n: -1 });
    for (let n = 0; n < 1_000; n++) {
      memo.set(`k${n}`, { n });
      expect(memo.get("used")).toEqual({ n: -1 });
    }
    const held = Array.from({ length: 1_000 }, (_, n) => memo.get(`k${n}`)).filter(
      (value) => value !== undefined,
    );
    expect(held.length).toBeLessThanOrEqual(20);
    expect(memo.get("k999")).toEqual({ n: 999 });
  });
});
