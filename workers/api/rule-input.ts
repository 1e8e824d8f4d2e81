/** From what the API takes of a rule to a rule, and what is wrong with conditions and ends. Pure. */
import type { CustomRuleInput, CustomRulePatch, RulePatch } from "../../schema/rules-api.ts";
import { ruleId } from "../../schema/ids.ts";
import { MAX_SPREAD } from "../../schema/limits.ts";
import { stepsOf, type Matcher, type RiseStep, type Rule } from "../../schema/rule.ts";
import { formatDuration, type DurationMs, type EpochMs } from "../../schema/time.ts";
import type { Compiled, ExpressionError } from "../../durable/conditions.ts";
import type { OverridePatch } from "../../durable/domain/tenant.ts";
import type { RuleFields } from "../../durable/domain/tenant-rules.ts";
import type { ProblemFields } from "../problem.ts";
import { compileExpression } from "../rules/expression.ts";

/** A field that may be absent is never there as undefined. */
type Present<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** zod types what may be absent as what may be undefined. */
function present<T extends object>(value: T): Present<T> {
  const entries = Object.entries(value).filter(([, field]) => field !== undefined);
  // The same object without the fields that the result's type says are absent.
  return Object.fromEntries(entries) as Present<T>;
}

/** The schema has seen that a step names one of the two. */
function stepFrom({ after, resources, severity }: CustomRuleInput["rises"][number]): RiseStep {
  return after === undefined
    ? { resources: resources ?? MAX_SPREAD, severity }
    : { afterMs: after, severity };
}

/** The schema has seen that the id is one. */
export function ruleFrom({ id, quietPeriod, rises, matchers, ...fields }: CustomRuleInput): Rule {
  return {
    id: ruleId(id),
    ...fields,
    ...stepsOf(rises.map(stepFrom)),
    quietPeriodMs: quietPeriod,
    matchers: matchers.map(present),
  };
}

export function fieldsFrom({
  quietPeriod,
  rises,
  matchers,
  ...fields
}: CustomRulePatch): RuleFields {
  return {
    ...present(fields),
    ...(rises === undefined ? {} : { rises: rises.map(stepFrom) }),
    ...(quietPeriod === undefined ? {} : { quietPeriodMs: quietPeriod }),
    ...(matchers === undefined ? {} : { matchers: matchers.map(present) }),
  };
}

export function overrideFrom({ quietPeriod, rises, ...fields }: RulePatch): OverridePatch {
  return {
    ...present(fields),
    ...(rises === undefined ? {} : { rises: rises?.map(stepFrom) ?? null }),
    ...(quietPeriod === undefined ? {} : { quietPeriodMs: quietPeriod }),
  };
}

/** The first condition that does not compile; `prefix` is where the matchers stand in the body. */
export function badCondition(matchers: readonly Matcher[], prefix = ""): ProblemFields | null {
  for (const [at, { when }] of matchers.entries()) {
    const bad = when === undefined ? null : badExpression(when, `${prefix}matchers.${at}.when`);
    if (bad !== null) return bad;
  }
  return null;
}

/** What is wrong with the end of an exception or a mute; null if it is in time. */
export function badEnd(until: EpochMs, now: EpochMs, longestMs: DurationMs): ProblemFields | null {
  if (until > now && until <= now + longestMs) return null;
  const limit = formatDuration(longestMs);
  return {
    status: 400,
    code: "invalid_request",
    detail: `until: must lie in the future, and at most ${limit} away`,
    field: "until",
    limit,
  };
}

/** What is wrong with an expression and where, as a problem; null if it compiles. */
export function badExpression(
  source: string,
  field: string,
  compile: (source: string) => Compiled<never, unknown> = compileExpression,
): ProblemFields | null {
  const compiled = compile(source);
  if (compiled.ok) return null;
  const { message } = compiled.error;
  return {
    status: 400,
    code: "bad_expression",
    detail: `${field}: ${message}`,
    field,
    position: positionOf(source, compiled.error),
  };
}

function positionOf(
  source: string,
  { position: offset }: ExpressionError,
): ProblemFields["position"] {
  if (offset === null) return undefined;
  const lines = source.slice(0, offset).split("\n");
  return { offset, line: lines.length, column: (lines.at(-1) ?? "").length + 1 };
}
