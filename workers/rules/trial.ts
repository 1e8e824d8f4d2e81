/**
 * Trying one rule on events, without storing anything: what it matches, and why it does not match. Pure.
 * Contract: an event matches here if, and only if, it matches in the engine.
 */
import type { LullEvent } from "../../schema/event.ts";
import type { ResourceId } from "../../schema/ids.ts";
import type { Matcher, Rule } from "../../schema/rule.ts";
import type { EpochMs } from "../../schema/time.ts";
import { mannerOf } from "../ingest/growing.ts";
import { CelContext, executableName } from "./cel.ts";
import { compileRuleset, isBelow, type CompileFailure, type RuleEngine } from "./engine.ts";
import { compileExpression } from "./expression.ts";

export interface Verdict {
  matches: boolean;
  /** Why not. */
  reason: string | null;
}

export class Trial {
  readonly rule: Rule;
  readonly #engine: RuleEngine;
  /** Events by resource. */
  readonly counts = new Map<ResourceId, number>();
  readonly #manners = new Set<string>();

  constructor(rule: Rule) {
    this.rule = { ...rule, enabled: true };
    this.#engine = compileRuleset({ version: 0, hash: "", rules: [this.rule] }, false);
  }

  /** What is wrong with its conditions: then it matches nothing. */
  get failures(): readonly CompileFailure[] {
    return this.#engine.failures;
  }

  /** Distinct detections: the signals that would be raised. */
  get signals(): number {
    return this.#manners.size;
  }

  add(event: LullEvent, resource: ResourceId, now: EpochMs): Verdict {
    const type = event.container === undefined ? "host" : "container";
    if (this.#engine.match(event, type).length === 0)
      return { matches: false, reason: whyNot(this.rule, event) };
    if (this.rule.class !== "threat")
      this.counts.set(resource, (this.counts.get(resource) ?? 0) + 1);
    if (this.rule.class !== "posture") this.#manners.add(mannerOf(this.rule, resource, event, now));
    return { matches: true, reason: null };
  }
}

function whyNot(rule: Rule, event: LullEvent): string {
  const type = event.container === undefined ? "host" : "container";
  if (!rule.scope.includes(type)) return type === "host" ? "not on a container" : "not on a host";
  const reasons = rule.matchers.map((matcher) => obstacleOf(matcher, event));
  // What came closest says most.
  const [closest] = reasons.toSorted((a, b) => b.closeness - a.closeness);
  return closest?.reason ?? noMatcher(event);
}

interface Obstacle {
  closeness: number;
  reason: string;
}

/** What kept the event from passing a matcher, one step after the other. */
function obstacleOf(matcher: Matcher, event: LullEvent): Obstacle {
  if (matcher.on === "agentRule") {
    if (matcher.format !== event.format || !matcher.names.includes(event.agentRule ?? ""))
      return { closeness: 0, reason: noMatcher(event) };
    return conditionOf(matcher.when, event);
  }
  if (matcher.kind !== event.kind || !matcher.actions.includes(event.action))
    return { closeness: 0, reason: noMatcher(event) };
  const name = executableName(event.process);
  if (matcher.processNames?.includes(name) === false)
    return { closeness: 1, reason: `no matcher for process "${name}"` };
  if (matcher.paths !== undefined && !isBelow(event, matcher.paths))
    return { closeness: 2, reason: "the path begins with none of the matcher's" };
  return conditionOf(matcher.when, event);
}

function conditionOf(when: string | undefined, event: LullEvent): Obstacle {
  const compiled = when === undefined ? null : compileExpression(when);
  const verdict = compiled?.ok === true ? compiled.evaluate(new CelContext(event)) : false;
  return typeof verdict === "boolean"
    ? { closeness: 3, reason: "condition is false" }
    : { closeness: 4, reason: `condition cannot be evaluated: ${verdict.message}` };
}

function noMatcher({ kind, action, agentRule }: LullEvent): string {
  const named = agentRule === undefined ? "" : `, nor for the agent's rule "${agentRule}"`;
  return `no matcher for ${kind}/${action}${named}`;
}
