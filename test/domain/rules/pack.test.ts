/** Each built-in rule sees what it should and nothing near it; its texts are complete. */
import { describe, expect, test } from "vitest";
import type { LullEvent } from "../../../schema/event.ts";
import { parseRuleId, type ResourceType } from "../../../schema/ids.ts";
import { MAX_QUIET_PERIOD_MS, MIN_QUIET_PERIOD_MS } from "../../../schema/limits.ts";
import type { Matcher, Rule } from "../../../schema/rule.ts";
import { RULE_PACK } from "../../../schema/rules/pack.ts";
import { compileRuleset } from "../../../workers/rules/engine.ts";
import { CASES } from "./cases.ts";

const engine = compileRuleset({ version: 0, hash: "", rules: RULE_PACK });

/** Where an event took place; a hit that says nothing took place where the rule looks. */
function placeOf(event: LullEvent, rule: Rule): ResourceType {
  if (event.container !== undefined) return "container";
  if (event.agentRule === undefined) return "host";
  return rule.scope[0] ?? "host";
}

function fires(rule: Rule, event: LullEvent, place = placeOf(event, rule)): boolean {
  return engine.match(event, place).includes(rule);
}

test("every rule of the pack compiles, and none fails on any case", () => {
  expect(engine.failures).toEqual([]);
  for (const { fires: hits, stays } of Object.values(CASES))
    for (const event of hits.concat(stays))
      for (const place of ["host", "container"] as const) engine.match(event, place);
  expect(engine.takeEvaluationFailures()).toEqual([]);
});

test("every rule has cases, and every case a rule", () => {
  const ids: readonly string[] = RULE_PACK.map(({ id }) => id);
  expect(Object.keys(CASES).toSorted()).toEqual(ids.toSorted());
});

describe.each(RULE_PACK.map((rule) => ({ id: rule.id, rule })))("$id", ({ id, rule }) => {
  const { fires: hits, stays } = CASES[id] ?? { fires: [], stays: [] };

  test("fires on what it is for", () => {
    expect(hits).not.toEqual([]);
    expect(hits.filter((event) => !fires(rule, event))).toEqual([]);
  });

  test("stays silent on the nearest other thing", () => {
    expect(stays).not.toEqual([]);
    expect(stays.filter((event) => fires(rule, event))).toEqual([]);
  });

  test("never takes the exit of a program for the program", () => {
    const exits = hits
      .filter(({ kind, action }) => kind === "process" && action === "exec")
      .map((event): LullEvent => Object.assign({}, event, { action: "exit" }));
    expect(exits.filter((event) => fires(rule, event))).toEqual([]);
  });

  test("needs each of its matchers, conditions and paths", () => {
    const tells = (matchers: readonly Matcher[]) => {
      const variant = compileRuleset({ version: 0, hash: "", rules: [{ ...rule, matchers }] });
      const seen = (event: LullEvent) => variant.match(event, placeOf(event, rule)).length === 1;
      return hits.every(seen) && !stays.some(seen);
    };
    expect(tells(rule.matchers)).toBe(true);
    for (const [at, matcher] of rule.matchers.entries()) {
      expect(tells(rule.matchers.toSpliced(at, 1)), `without matcher ${at}`).toBe(false);
      for (const part of ["when", "paths"] as const) {
        if (!(part in matcher)) continue;
        const { [part]: _, ...weaker } = matcher as Extract<Matcher, { on: "event" }>; // `part` is in it
        const weakened = rule.matchers.toSpliced(at, 1, weaker);
        expect(tells(weakened), `without ${part} of matcher ${at}`).toBe(false);
      }
    }
  });

  test("keeps to its scope", () => {
    const outside = (["host", "container"] as const).filter((type) => !rule.scope.includes(type));
    for (const place of outside)
      expect(hits.filter((event) => fires(rule, event, place))).toEqual([]);
  });
});

const AUTHORITY = /^(CIS |NIST SP 800-190|MITRE ATT&CK T)/;
const TECHNIQUE = /^MITRE ATT&CK (T\d{4}(?:\.\d{3})?): /;

test("there are as many rules of each class as promised", () => {
  const ofClass = (name: string) => RULE_PACK.filter((rule) => rule.class === name).length;
  expect(ofClass("posture")).toBeGreaterThanOrEqual(40);
  expect(ofClass("threat")).toBeGreaterThanOrEqual(20);
});

describe("texts", () => {
  test("ids are unique and well formed", () => {
    const ids = RULE_PACK.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => parseRuleId(id) === null)).toEqual([]);
  });

  test.each(RULE_PACK.map((rule) => ({ id: rule.id, rule })))("$id is complete", ({ rule }) => {
    const texts = [
      rule.title,
      rule.phrase,
      rule.quietPeriodReason,
      rule.why,
      rule.good,
      rule.remediation,
    ];
    expect(texts.filter((text) => text.trim() === "")).toEqual([]);
    expect(rule.title).not.toMatch(/[.!]$/);
    expect(rule.phrase).not.toMatch(/[.!]$/);
    // Steps one can follow, in order.
    const numbers = [...rule.remediation.matchAll(/^(\d+)\. \S/gm)].map(([, number]) => number);
    expect(rule.remediation).toMatch(/^1\. /);
    expect(numbers.length).toBeGreaterThanOrEqual(3);
    expect(numbers).toEqual(numbers.map((_, at) => String(at + 1)));
    // Threats name what the attacker does; all stand on something that auditors know.
    const titles = rule.references.map(({ title }) => title);
    expect(titles.some((title) => AUTHORITY.test(title))).toBe(true);
    if (rule.class !== "posture") expect(titles.some((title) => TECHNIQUE.test(title))).toBe(true);
    expect(rule.tags.length).toBeGreaterThan(0);
    expect(rule.scope.length).toBeGreaterThan(0);
    expect(rule.matchers.length).toBeGreaterThan(0);
  });

  test.each(RULE_PACK.map((rule) => ({ id: rule.id, rule })))(
    "$id has placeholders that are known, references by https, a quiet period within limits",
    ({ rule }) => {
      const placeholders = [...rule.phrase.matchAll(/\{([^}]*)\}/g)].map(([, name]) => name);
      expect(
        placeholders.filter((name) => !["process", "file", "peer"].includes(name ?? "")),
      ).toEqual([]);
      const techniques = rule.references.flatMap(({ title }) => TECHNIQUE.exec(title)?.[1] ?? []);
      for (const tag of rule.tags.filter((it) => /^T\d{4}/.test(it)))
        expect(techniques, `the technique of the tag ${tag}`).toContain(tag);
      for (const { title, url } of rule.references) {
        expect(title).not.toBe("");
        expect(new URL(url).protocol).toBe("https:");
      }
      expect(rule.quietPeriodMs).toBeGreaterThanOrEqual(MIN_QUIET_PERIOD_MS);
      expect(rule.quietPeriodMs).toBeLessThanOrEqual(MAX_QUIET_PERIOD_MS);
    },
  );
});

test("the ids that other parts rely on are there", () => {
  const ids = new Set<string>(RULE_PACK.map(({ id }) => id));
  for (const id of [
    "compiler-in-container",
    "package-manager-in-container",
    "interactive-shell-in-container",
    "imds-v1-access",
    "cgroup-v1-host",
  ])
    expect(ids).toContain(id);
});
