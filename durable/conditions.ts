/**
 * Compiles conditions in CEL, whatever they are about. Contract: a condition is parsed and type-checked once;
 * evaluating it never throws, and anything but `true` is not a match. Pure.
 */
import { Environment, type ASTNode } from "@marcbachmann/cel-js";

/** A condition is a line or two; these only stop hostile input from costing much to parse. */
const LIMITS = { maxAstNodes: 2_000, maxDepth: 64, maxListElements: 500, maxCallArguments: 16 };

/** Methods beside CEL's own; `a.startsWithAny(["/bin/", "/sbin/"])` is one call, not a loop. */
export const CEL_METHODS = [
  {
    signature: "string.startsWithAny(list<string>): bool",
    doc: "Whether it starts with one of them",
    run: (text: string, parts: Iterable<string>) => some(parts, (part) => text.startsWith(part)),
  },
  {
    signature: "string.endsWithAny(list<string>): bool",
    doc: "Whether it ends with one of them",
    run: (text: string, parts: Iterable<string>) => some(parts, (part) => text.endsWith(part)),
  },
  {
    signature: "string.containsAny(list<string>): bool",
    doc: "Whether it contains one of them",
    run: (text: string, parts: Iterable<string>) => some(parts, (part) => text.includes(part)),
  },
] as const;

function some(parts: Iterable<string>, test: (part: string) => boolean): boolean {
  for (const part of parts) if (test(part)) return true;
  return false;
}

/** An object among the variables: its CEL type, its variable (none for a nested type), its class and fields. */
export interface CelObject {
  readonly type: string;
  readonly variable: string | null;
  readonly ctor: Function;
  readonly fields: Readonly<Record<string, { readonly type: string }>>;
}

/** An environment that knows these objects, and the methods of all conditions. */
export function celEnvironment(objects: readonly CelObject[]): Environment {
  const environment = new Environment({ limits: LIMITS });
  for (const { type, ctor, fields } of objects) {
    const types = Object.entries(fields).map(([name, { type: fieldType }]) => [name, fieldType]);
    environment.registerType(type, { ctor, fields: Object.fromEntries(types) });
  }
  for (const { type, variable } of objects)
    if (variable !== null) environment.registerVariable(variable, type);
  for (const { signature, doc, run } of CEL_METHODS)
    environment.registerFunction(signature, run, { description: doc, async: false });
  return environment;
}

/** What is wrong with an expression; `position` is the offset of the offending part. */
export interface ExpressionError {
  message: string;
  position: number | null;
}

/** True or false, or why it could not be told. */
export type Evaluate<C> = (context: C) => boolean | ExpressionError;

/** `reads`: what the compiler's `readsOf` says of the expression. */
export type Compiled<C, R> =
  | { ok: true; evaluate: Evaluate<C>; reads: R }
  | { ok: false; error: ExpressionError };

/** Compiling an expression takes as long as hundreds of evaluations. */
const MAX_COMPILED = 2_000;

/**
 * Parses and type-checks expressions, which must be conditions, not just values. Remembers what it has compiled;
 * forgetting all now and then is cheap enough.
 */
export function conditionCompiler<C extends object, R>(
  environment: Environment,
  readsOf: (expression: ASTNode) => R,
): (source: string) => Compiled<C, R> {
  const known = new Map<string, Compiled<C, R>>();
  return (source) => {
    let compiled = known.get(source);
    if (compiled === undefined) {
      if (known.size >= MAX_COMPILED) known.clear();
      known.set(source, (compiled = compile(environment, source, readsOf)));
    }
    return compiled;
  };
}

function compile<C extends object, R>(
  environment: Environment,
  source: string,
  readsOf: (expression: ASTNode) => R,
): Compiled<C, R> {
  try {
    const program = environment.parse(source);
    // Before the check, which turns loops into what they are made of.
    const reads = readsOf(program.ast);
    const { valid, type, error } = program.check();
    if (!valid) return { ok: false, error: describe(error) };
    if (type !== "bool") {
      const message = `is ${type ?? "unknown"}, must be bool`;
      return { ok: false, error: { message, position: 0 } };
    }
    return { ok: true, evaluate: guard(program), reads };
  } catch (error) {
    return { ok: false, error: describe(error) };
  }
}

function guard<C extends object>(program: (context: C) => unknown): Evaluate<C> {
  return (context) => {
    try {
      return program(context) === true;
    } catch (error) {
      return describe(error);
    }
  };
}

/** The library's errors carry `summary` (without the source excerpt) and `range`. */
function describe(error: unknown): ExpressionError {
  if (!(error instanceof Error)) return { message: String(error), position: null };
  const { summary, range } = error as Error & { summary?: string; range?: { start: number } };
  return { message: summary ?? error.message, position: range?.start ?? null };
}
