/**
 * Finds the rules that an event matches.
 * Contract: `match` gives exactly the enabled rules one of whose matchers accepts the event, each
 * once, in the order of the ruleset, and never throws. An index leads an event to the few matchers
 * that could accept it; an event that meets none costs a few map look-ups.
 */
import type { LullEvent } from "../../schema/event.ts";
import type { ResourceType, RuleId } from "../../schema/ids.ts";
import type { Matcher, Rule, Ruleset } from "../../schema/rule.ts";
import { CelContext, executableName } from "./cel.ts";
import { compileExpression, type Evaluate, type ExpressionError } from "./expression.ts";

/** A rule that was left out because one of its conditions does not compile. */
export interface CompileFailure extends ExpressionError {
  ruleId: RuleId;
  /** Which of the rule's matchers. */
  matcher: number;
}

/** Conditions of a rule that could not be evaluated; counted as no match. */
export interface EvaluationFailure extends ExpressionError {
  ruleId: RuleId;
  count: number;
}

export interface RuleEngine {
  readonly ruleset: Ruleset;
  /** Rules that are left out. */
  readonly failures: readonly CompileFailure[];
  /** The enabled rules that the event matches on such a resource, in the order of the ruleset. */
  match(event: LullEvent, resourceType: ResourceType): readonly Rule[];
  /** What went wrong while matching since the last call, at most one entry a rule, for the log. */
  takeEvaluationFailures(): readonly EvaluationFailure[];
}

/** Compiles the conditions of the enabled rules and builds the index. */
export function compileRuleset(ruleset: Ruleset): RuleEngine {
  const failures: CompileFailure[] = [];
  const indexes = { host: newIndex(), container: newIndex() };
  for (const [position, rule] of ruleset.rules.entries()) {
    if (!rule.enabled) continue;
    const compiled = compileMatchers(rule, position);
    if (compiled.failures.length > 0) {
      failures.push(...compiled.failures);
      continue;
    }
    for (const type of new Set(rule.scope))
      for (const [matcher, candidate] of compiled.candidates)
        add(indexes[type], matcher, candidate);
  }
  seal(indexes.host);
  seal(indexes.container);
  return new IndexedEngine(ruleset, failures, indexes);
}

/** One matcher with its rule, as the index holds it. */
interface Candidate {
  /** Of the rule in the ruleset. */
  readonly position: number;
  readonly rule: Rule;
  readonly paths: readonly string[] | null;
  readonly evaluate: Evaluate | null;
}

interface Bucket {
  readonly anyProcess: Candidate[];
  /** Once sealed, with those for any process, so that one look-up gives all. */
  readonly byProcess: Map<string, readonly Candidate[]>;
}

interface Index {
  /** Format, then the agent's rule name. */
  readonly byAgentRule: Map<string, Map<string, Candidate[]>>;
  /** Kind, then action. */
  readonly byEvent: Map<string, Map<string, Bucket>>;
}

const newIndex = (): Index => ({ byAgentRule: new Map(), byEvent: new Map() });
const newBucket = (): Bucket => ({ anyProcess: [], byProcess: new Map() });

function compileMatchers(rule: Rule, position: number) {
  const failures: CompileFailure[] = [];
  const candidates: [Matcher, Candidate][] = [];
  for (const [at, matcher] of rule.matchers.entries()) {
    const compiled = matcher.when === undefined ? null : compileExpression(matcher.when);
    if (compiled?.ok === false) failures.push({ ruleId: rule.id, matcher: at, ...compiled.error });
    else {
      const paths = (matcher.on === "event" ? matcher.paths : undefined) ?? null;
      const evaluate = compiled?.evaluate ?? null;
      candidates.push([matcher, { position, rule, paths, evaluate }]);
    }
  }
  return { failures, candidates };
}

function add(index: Index, matcher: Matcher, candidate: Candidate): void {
  if (matcher.on === "agentRule") {
    const byName = entry(index.byAgentRule, matcher.format, () => new Map<string, Candidate[]>());
    for (const name of new Set(matcher.names)) entry(byName, name, () => []).push(candidate);
    return;
  }
  const byAction = entry(index.byEvent, matcher.kind, () => new Map<string, Bucket>());
  for (const action of new Set(matcher.actions)) {
    const bucket = entry(byAction, action, newBucket);
    if (matcher.processNames === undefined) bucket.anyProcess.push(candidate);
    else
      for (const name of new Set(matcher.processNames)) {
        const others = bucket.byProcess.get(name) ?? NO_CANDIDATES;
        bucket.byProcess.set(name, others.concat(candidate));
      }
  }
}

function seal(index: Index): void {
  for (const byAction of index.byEvent.values())
    for (const { anyProcess, byProcess } of byAction.values())
      for (const [name, named] of byProcess) byProcess.set(name, inOrder(anyProcess, named));
}

function entry<K, V>(map: Map<K, V>, key: K, create: () => V): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = create()));
  return value;
}

const NO_RULES: readonly Rule[] = [];
const NO_CANDIDATES: readonly Candidate[] = [];

class IndexedEngine implements RuleEngine {
  readonly ruleset: Ruleset;
  readonly failures: readonly CompileFailure[];
  readonly #indexes: Readonly<Record<ResourceType, Index>>;
  readonly #evaluationFailures = new Map<RuleId, EvaluationFailure>();

  constructor(
    ruleset: Ruleset,
    failures: readonly CompileFailure[],
    indexes: Readonly<Record<ResourceType, Index>>,
  ) {
    this.ruleset = ruleset;
    this.failures = failures;
    this.#indexes = indexes;
  }

  match(event: LullEvent, resourceType: ResourceType): readonly Rule[] {
    const candidates = lookUp(this.#indexes[resourceType], event);
    if (candidates.length === 0) return NO_RULES;
    const matched: Rule[] = [];
    let context: CelContext | undefined;
    for (const { rule, paths, evaluate } of candidates) {
      // Candidates come in the order of rules, so a rule's matchers stand together.
      if (matched.at(-1) === rule || (paths !== null && !isBelow(event, paths))) continue;
      if (evaluate === null) {
        matched.push(rule);
        continue;
      }
      const verdict = evaluate((context ??= new CelContext(event)));
      if (verdict === true) matched.push(rule);
      else if (verdict !== false) this.#recordFailure(rule, verdict);
    }
    return matched;
  }

  takeEvaluationFailures(): readonly EvaluationFailure[] {
    const taken = [...this.#evaluationFailures.values()];
    this.#evaluationFailures.clear();
    return taken;
  }

  #recordFailure(rule: Rule, error: ExpressionError): void {
    const known = this.#evaluationFailures.get(rule.id);
    if (known === undefined)
      this.#evaluationFailures.set(rule.id, { ruleId: rule.id, count: 1, ...error });
    else known.count += 1;
  }
}

/** The matchers that could accept the event, in the order of their rules. */
function lookUp(index: Index, event: LullEvent): readonly Candidate[] {
  const byAgent =
    event.agentRule === undefined
      ? NO_CANDIDATES
      : (index.byAgentRule.get(event.format)?.get(event.agentRule) ?? NO_CANDIDATES);
  const bucket = index.byEvent.get(event.kind)?.get(event.action);
  if (bucket === undefined) return byAgent;
  const byEvent =
    bucket.byProcess.size === 0
      ? bucket.anyProcess
      : (bucket.byProcess.get(executableName(event.process)) ?? bucket.anyProcess);
  return inOrder(byAgent, byEvent);
}

/** Whether the path that the event is about begins with one of these. */
function isBelow(event: LullEvent, paths: readonly string[]): boolean {
  const path = event.kind === "process" ? event.process?.exe : event.file?.path;
  return path !== undefined && paths.some((beginning) => path.startsWith(beginning));
}

function inOrder(left: readonly Candidate[], right: readonly Candidate[]): readonly Candidate[] {
  if (left.length === 0) return right;
  if (right.length === 0) return left;
  return [...left, ...right].toSorted((a, b) => a.position - b.position);
}
