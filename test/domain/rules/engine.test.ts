/** The engine: same answers as trying every matcher, in order, once each, and never an exception. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { LullEvent } from "../../../schema/event.ts";
import { ruleId, type ResourceType } from "../../../schema/ids.ts";
import type { Matcher, Rule, Ruleset } from "../../../schema/rule.ts";
import { RULE_PACK } from "../../../schema/rules/pack.ts";
import { CelContext, executableName } from "../../../workers/rules/cel.ts";
import { compileRuleset } from "../../../workers/rules/engine.ts";
import { compileExpression } from "../../../workers/rules/expression.ts";
import { CASES } from "./cases.ts";
import { exec, facts } from "./events.ts";

/** A rule with nothing of note but what the test sets. */
function rule(id: string, matchers: readonly Matcher[], more: Partial<Rule> = {}): Rule {
  return {
    id: ruleId(id),
    title: id,
    class: "posture",
    severity: "low",
    scope: ["host", "container"],
    matchers,
    quietPeriodMs: 1_000,
    quietPeriodReason: "test",
    phrase: "{process} ran",
    why: "test",
    good: "test",
    remediation: "test",
    references: [],
    tags: [],
    enabled: true,
    ...more,
  };
}

const ruleset = (rules: readonly Rule[]): Ruleset => ({ version: 1, hash: "sha256:0", rules });
const onExec = (when?: string): Extract<Matcher, { on: "event" }> => ({
  on: "event",
  kind: "process",
  actions: ["exec"],
  ...(when === undefined ? {} : { when }),
});

/** What the index must agree with: every matcher of every rule, one after the other. */
function bruteForce(rules: readonly Rule[], event: LullEvent, type: ResourceType): Rule[] {
  return rules.filter(
    ({ enabled, scope, matchers }) =>
      enabled && scope.includes(type) && matchers.some((matcher) => accepts(matcher, event)),
  );
}

function accepts(matcher: Matcher, event: LullEvent): boolean {
  const named =
    matcher.on === "agentRule"
      ? matcher.format === event.format && matcher.names.some((name) => name === event.agentRule)
      : matcher.kind === event.kind &&
        matcher.actions.includes(event.action) &&
        (matcher.processNames?.includes(executableName(event.process)) ?? true) &&
        (matcher.paths?.some((path) => pathOf(event)?.startsWith(path)) ?? true);
  if (!named || matcher.when === undefined) return named;
  const compiled = compileExpression(matcher.when);
  return compiled.ok && compiled.evaluate(new CelContext(event)) === true;
}

function pathOf({ kind, process, file }: LullEvent): string | undefined {
  return kind === "process" ? process?.exe : file?.path;
}

// Few values each, so that events and matchers meet often.
const format = fc.constantFrom("native" as const, "falco" as const, "tetragon" as const);
const kind = fc.constantFrom("process" as const, "file" as const, "host" as const);
const action = fc.constantFrom("exec", "exit", "open");
const name = fc.constantFrom("gcc", "sh", "constructor", "__proto__", "");
const agentRule = fc.constantFrom("A", "B", "constructor");
const when = fc.constantFrom(
  "process.tty",
  "!process.tty && process.name == 'gcc'",
  "facts.x == 1",
  "size(process.args) > 1",
  "file.path.startsWithAny(['/etc/', '/bin/'])",
);

const matcher: fc.Arbitrary<Matcher> = fc.oneof(
  fc.record(
    {
      on: fc.constant("agentRule" as const),
      format,
      names: fc.array(agentRule, { maxLength: 3 }),
      when,
    },
    { requiredKeys: ["on", "format", "names"] },
  ),
  fc.record(
    {
      on: fc.constant("event" as const),
      kind,
      actions: fc.array(action, { maxLength: 3 }),
      processNames: fc.array(name, { maxLength: 3 }),
      paths: fc.array(fc.constantFrom("/", "/etc/", "/usr/bin/"), { maxLength: 2 }),
      when,
    },
    { requiredKeys: ["on", "kind", "actions"] },
  ),
);

const rules = fc
  .array(
    fc.record({
      matchers: fc.array(matcher, { maxLength: 4 }),
      scope: fc.subarray<ResourceType>(["host", "container"]),
      enabled: fc.boolean(),
    }),
    { maxLength: 12 },
  )
  .map((list) => list.map(({ matchers, ...more }, at) => rule(`r${at}`, matchers, more)));

const process = fc.record(
  {
    name,
    exe: fc.constantFrom("/usr/bin/gcc", "sh", "/"),
    args: fc.array(fc.constantFrom("-c", "x"), { maxLength: 3 }),
    tty: fc.boolean(),
  },
  { requiredKeys: [] },
);

const event: fc.Arbitrary<LullEvent> = fc.record(
  {
    time: fc.constant(0),
    format,
    kind,
    action,
    agentRule,
    process,
    file: fc.record({ path: fc.constantFrom("/etc/x", "/home/x") }),
    facts: fc.dictionary(fc.constantFrom("x", "y"), fc.constantFrom(1, 2, "1", true)),
  },
  { requiredKeys: ["time", "format", "kind", "action"] },
);
const place = fc.constantFrom<ResourceType>("host", "container");

describe("match", () => {
  test("agrees with trying every matcher of any ruleset", () => {
    fc.assert(
      fc.property(
        rules,
        fc.array(event, { minLength: 1, maxLength: 8 }),
        place,
        (set, events, type) => {
          const engine = compileRuleset(ruleset(set));
          for (const one of events)
            expect(engine.match(one, type)).toEqual(bruteForce(set, one, type));
        },
      ),
      { numRuns: 400 },
    );
  });

  test("agrees with trying every matcher of the built-in pack", () => {
    const engine = compileRuleset(ruleset(RULE_PACK));
    const events = Object.values(CASES).flatMap(({ fires, stays }) => fires.concat(stays));
    for (const one of events)
      for (const type of ["host", "container"] as const)
        expect(engine.match(one, type)).toEqual(bruteForce(RULE_PACK, one, type));
  });

  test("gives a rule once, however many of its matchers accept", () => {
    const twice = rule("twice", [
      onExec(),
      onExec("true"),
      { ...onExec(), processNames: ["gcc", "gcc"] },
    ]);
    expect(compileRuleset(ruleset([twice])).match(exec("gcc"), "container")).toEqual([twice]);
  });

  test("leaves out what is disabled", () => {
    const off = rule("off", [onExec()], { enabled: false });
    expect(compileRuleset(ruleset([off])).match(exec("gcc"), "container")).toEqual([]);
  });
});

describe("a condition that does not compile", () => {
  test.each([
    ["syntax", "process.name =="],
    ["unknown variable", "proces.name == 'gcc'"],
    ["unknown field", "process.nmae == 'gcc'"],
    ["types that do not fit", "process.pid == 'gcc'"],
    ["no condition", "process.name"],
    ["nothing", ""],
  ])("%s: leaves its rule out with id, matcher and message, and no other", (_what, bad) => {
    const good = rule("good", [onExec()]);
    const engine = compileRuleset(ruleset([rule("bad", [onExec(), onExec(bad)]), good]));
    expect(engine.failures).toEqual([
      {
        ruleId: "bad",
        matcher: 1,
        message: expect.stringMatching(/\S/),
        position: expect.any(Number),
      },
    ]);
    expect(engine.match(exec("gcc"), "container")).toEqual([good]);
  });

  test("says where", () => {
    const engine = compileRuleset(
      ruleset([rule("bad", [onExec("process.tty && process.nmae == ''")])]),
    );
    expect(engine.failures[0]?.position).toBe("process.tty && process.".length);
  });
});

describe("a condition that fails while it is evaluated", () => {
  const broken = rule("broken", [
    { on: "event", kind: "host", actions: ["fact"], when: "facts.x > 1" },
  ]);

  test("is no match, is counted, and is told once", () => {
    const engine = compileRuleset(ruleset([broken]));
    expect(engine.match(facts({}), "host")).toEqual([]);
    expect(engine.match(facts({ x: "text" }), "host")).toEqual([]);
    expect(engine.match(facts({ x: 2 }), "host")).toEqual([broken]);
    expect(engine.takeEvaluationFailures()).toEqual([
      { ruleId: "broken", count: 2, message: "No such key: x", position: 6 },
    ]);
    expect(engine.takeEvaluationFailures()).toEqual([]);
  });

  test("a bad pattern does not throw", () => {
    const engine = compileRuleset(
      ruleset([rule("pattern", [onExec("process.name.matches('(')")])]),
    );
    expect(engine.match(exec("gcc"), "container")).toEqual([]);
    expect(engine.takeEvaluationFailures()).toHaveLength(1);
  });
});
