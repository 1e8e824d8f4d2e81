/**
 * Finds the rules that an event matches.
 * Contract: `match` gives exactly the enabled rules one of whose matchers accepts the event, each
 * once, in the order of the ruleset, and never throws. An index leads an event to the few matchers
 * that could accept it; an event that meets none costs a few map look-ups. What conditions made of an
 * event is remembered by all that they read of it, since a fleet runs the same commands over and over.
 */
import type { EventKind, LullEvent } from "../../schema/event.ts";
import type { ResourceType, RuleId } from "../../schema/ids.ts";
import type { Matcher, Rule, Ruleset } from "../../schema/rule.ts";
import type { Evaluate, ExpressionError } from "../../durable/conditions.ts";
import { CelContext, executableName } from "./cel.ts";
import { compileExpression, isVariable } from "./expression.ts";
import { Memo } from "./memo.ts";
import { keyOfReads, type KeyOf } from "./reads.ts";

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

/**
 * What was matched before, of all rulesets; plans have numbers of their own. A key is at most 512 characters,
 * so that this is 16 MiB if someone wants it to be, and about 2 MiB if not.
 */
const REMEMBERED = new Memo<readonly Rule[]>(8_192);

/** Compiles the conditions of the enabled rules and builds the index; `remembers` is off in tests. */
export function compileRuleset(ruleset: Ruleset, remembers = true): RuleEngine {
  const failures: CompileFailure[] = [];
  const drafts = { host: newDraft(), container: newDraft() };
  for (const [position, rule] of ruleset.rules.entries()) {
    if (!rule.enabled) continue;
    const compiled = compileMatchers(rule, position);
    if (compiled.failures.length > 0) {
      failures.push(...compiled.failures);
      continue;
    }
    for (const type of new Set(rule.scope))
      for (const [matcher, candidate] of compiled.candidates) add(drafts[type], matcher, candidate);
  }
  const indexes = { host: sealed(drafts.host), container: sealed(drafts.container) };
  return new IndexedEngine(ruleset, failures, indexes, remembers);
}

/** One matcher with its rule, as the index holds it. */
interface Candidate {
  /** Of the rule in the ruleset. */
  readonly position: number;
  readonly rule: Rule;
  readonly paths: readonly string[] | null;
  readonly evaluate: Evaluate<CelContext> | null;
  /** All that decides, beside what the index has looked at. */
  readonly reads: ReadonlySet<string>;
}

/** Candidates that stand together in the index, in the order of their rules. */
interface Plan {
  readonly candidates: readonly Candidate[];
  /** Tells this plan's keys from all others'. */
  readonly prefix: string;
  /** Null where remembering does not pay, or cannot be right. */
  readonly keyOf: KeyOf | null;
}

/** The candidates of one kind and action. */
interface Bucket<C> {
  readonly anyProcess: C;
  /** Once sealed, with those for any process, so that one look-up gives all. */
  readonly byProcess: Map<string, C>;
}

interface Index<C> {
  /** Format, then the agent's rule name. */
  readonly byAgentRule: Map<string, Map<string, C>>;
  /** Kind, then action. */
  readonly byEvent: Map<string, Map<string, Bucket<C>>>;
}

const newDraft = (): Index<Candidate[]> => ({ byAgentRule: new Map(), byEvent: new Map() });
const newBucket = (): Bucket<Candidate[]> => ({ anyProcess: [], byProcess: new Map() });

function compileMatchers(rule: Rule, position: number) {
  const failures: CompileFailure[] = [];
  const candidates: [Matcher, Candidate][] = [];
  for (const [at, matcher] of rule.matchers.entries()) {
    const compiled = matcher.when === undefined ? null : compileExpression(matcher.when);
    if (compiled?.ok === false) failures.push({ ruleId: rule.id, matcher: at, ...compiled.error });
    else {
      const paths = (matcher.on === "event" ? matcher.paths : undefined) ?? null;
      const evaluate = compiled?.evaluate ?? null;
      const reads = new Set(compiled?.reads);
      if (matcher.on === "event" && paths !== null) reads.add(pathField(matcher.kind));
      candidates.push([matcher, { position, rule, paths, evaluate, reads }]);
    }
  }
  return { failures, candidates };
}

function add(draft: Index<Candidate[]>, matcher: Matcher, candidate: Candidate): void {
  if (matcher.on === "agentRule") {
    const byName = entry(draft.byAgentRule, matcher.format, () => new Map<string, Candidate[]>());
    for (const name of new Set(matcher.names)) entry(byName, name, () => []).push(candidate);
    return;
  }
  const byAction = entry(draft.byEvent, matcher.kind, () => new Map<string, Bucket<Candidate[]>>());
  for (const action of new Set(matcher.actions)) {
    const bucket = entry(byAction, action, newBucket);
    if (matcher.processNames === undefined) bucket.anyProcess.push(candidate);
    else
      for (const name of new Set(matcher.processNames))
        entry(bucket.byProcess, name, () => []).push(candidate);
  }
}

function sealed({ byAgentRule, byEvent }: Index<Candidate[]>): Index<Plan> {
  const inOrder = (left: readonly Candidate[], right: readonly Candidate[]) =>
    planOf([...left, ...right].toSorted((a, b) => a.position - b.position));
  return {
    byAgentRule: mapped(byAgentRule, (byName) => mapped(byName, planOf)),
    byEvent: mapped(byEvent, (byAction) =>
      mapped(byAction, ({ anyProcess, byProcess }) => ({
        anyProcess: planOf(anyProcess),
        byProcess: mapped(byProcess, (named) => inOrder(anyProcess, named)),
      })),
    ),
  };
}

let plans = 0;

function planOf(candidates: readonly Candidate[]): Plan {
  const reads = new Set(candidates.flatMap((candidate) => [...candidate.reads]));
  // Beginnings of paths alone are looked at as fast as a key is made.
  const pays = candidates.some(({ evaluate }) => evaluate !== null);
  return { candidates, prefix: `${plans++}#`, keyOf: pays ? keyOfReads(reads, isVariable) : null };
}

function mapped<K, V, W>(map: ReadonlyMap<K, V>, change: (value: V) => W): Map<K, W> {
  return new Map(Array.from(map, ([key, value]) => [key, change(value)]));
}

function entry<K, V>(map: Map<K, V>, key: K, create: () => V): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = create()));
  return value;
}

const NO_RULES: readonly Rule[] = [];

class IndexedEngine implements RuleEngine {
  readonly ruleset: Ruleset;
  readonly failures: readonly CompileFailure[];
  readonly #indexes: Readonly<Record<ResourceType, Index<Plan>>>;
  readonly #remembers: boolean;
  readonly #evaluationFailures = new Map<RuleId, EvaluationFailure>();

  constructor(
    ruleset: Ruleset,
    failures: readonly CompileFailure[],
    indexes: Readonly<Record<ResourceType, Index<Plan>>>,
    remembers: boolean,
  ) {
    this.ruleset = ruleset;
    this.failures = failures;
    this.#indexes = indexes;
    this.#remembers = remembers;
  }

  match(event: LullEvent, resourceType: ResourceType): readonly Rule[] {
    const index = this.#indexes[resourceType];
    const named = planOfAgentRule(index, event);
    const seen = planOfEvent(index, event);
    const byEvent = seen === undefined ? NO_RULES : this.#run(seen, event);
    const byName = named === undefined ? NO_RULES : this.#run(named, event);
    if (byName.length === 0) return byEvent;
    if (byEvent.length === 0) return byName;
    if (byName.length === 1 && byEvent.length === 1 && byName[0] === byEvent[0]) return byEvent;
    // Rare: the agent's rule says one thing, and what happened says another.
    return this.ruleset.rules.filter((rule) => byName.includes(rule) || byEvent.includes(rule));
  }

  /** The rules of a plan that the event matches, remembered or worked out. */
  #run(plan: Plan, event: LullEvent): readonly Rule[] {
    const { candidates, prefix, keyOf } = plan;
    // Most files lie below no path that anyone asks for: not worth a key each.
    if (!candidates.some(({ paths }) => paths === null || isBelow(event, paths))) return NO_RULES;
    const key = keyOf === null || !this.#remembers ? null : keyOf(event, prefix);
    if (key === null) return this.#evaluate(candidates, event).matched;
    const remembered = REMEMBERED.get(key);
    if (remembered !== undefined) return remembered;
    const { matched, failed } = this.#evaluate(candidates, event);
    // Every failure is counted.
    if (!failed) REMEMBERED.set(key, matched);
    return matched;
  }

  #evaluate(
    candidates: readonly Candidate[],
    event: LullEvent,
  ): { matched: readonly Rule[]; failed: boolean } {
    const matched: Rule[] = [];
    let failed = false;
    let context: CelContext | undefined;
    for (const { rule, paths, evaluate } of candidates) {
      // Candidates come in the order of rules, so a rule's matchers stand together.
      if (matched.at(-1) === rule || (paths !== null && !isBelow(event, paths))) continue;
      const verdict = evaluate === null || evaluate((context ??= new CelContext(event)));
      if (verdict === true) matched.push(rule);
      else if (verdict !== false) {
        failed = true;
        this.#recordFailure(rule, verdict);
      }
    }
    return { matched: matched.length === 0 ? NO_RULES : matched, failed };
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

function planOfAgentRule(index: Index<Plan>, event: LullEvent): Plan | undefined {
  if (event.agentRule === undefined) return undefined;
  return index.byAgentRule.get(event.format)?.get(event.agentRule);
}

function planOfEvent(index: Index<Plan>, event: LullEvent): Plan | undefined {
  const bucket = index.byEvent.get(event.kind)?.get(event.action);
  if (bucket === undefined) return undefined;
  if (bucket.byProcess.size === 0) return bucket.anyProcess;
  return bucket.byProcess.get(executableName(event.process)) ?? bucket.anyProcess;
}

/** The field that a matcher's `paths` are about. */
function pathField(kind: EventKind): "process.exe" | "file.path" {
  return kind === "process" ? "process.exe" : "file.path";
}

/** Whether the path that the event is about begins with one of these. */
export function isBelow(event: LullEvent, paths: readonly string[]): boolean {
  const path = pathField(event.kind) === "process.exe" ? event.process?.exe : event.file?.path;
  return path !== undefined && paths.some((beginning) => path.startsWith(beginning));
}
