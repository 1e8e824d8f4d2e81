/**
 * Compiles a rule's `when`. Contract: an expression is parsed and type-checked once; evaluating it
 * never throws, and anything but `true` is not a match.
 */
import { Environment } from "@marcbachmann/cel-js";
import { CEL_OBJECTS, CEL_SCALARS, type CelContext } from "./cel.ts";
import { readsOf } from "./reads.ts";

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

function createEnvironment(): Environment {
  const environment = new Environment({ limits: LIMITS });
  for (const { type, ctor, fields } of CEL_OBJECTS) {
    const types = Object.entries(fields).map(([name, { type: fieldType }]) => [name, fieldType]);
    environment.registerType(type, { ctor, fields: Object.fromEntries(types) });
  }
  for (const { type, variable } of CEL_OBJECTS)
    if (variable !== null) environment.registerVariable(variable, type);
  for (const { variable, type, doc } of CEL_SCALARS)
    environment.registerVariable(variable, type, { description: doc });
  for (const { signature, doc, run } of CEL_METHODS)
    environment.registerFunction(signature, run, { description: doc, async: false });
  return environment;
}

const ENVIRONMENT = createEnvironment();

/** What is wrong with an expression; `position` is the offset of the offending part. */
export interface ExpressionError {
  message: string;
  position: number | null;
}

/** True or false, or why it could not be told. */
export type Evaluate = (context: CelContext) => boolean | ExpressionError;

export type Compiled =
  /** `reads`: see {@link readsOf}. */
  | { ok: true; evaluate: Evaluate; reads: ReadonlySet<string> }
  | { ok: false; error: ExpressionError };

/** Whether rules know a variable of that name. */
export function isVariable(name: string): boolean {
  return ENVIRONMENT.hasVariable(name);
}

/** Tenants share most of their rules, and compiling one takes as long as hundreds of evaluations. */
const COMPILED = new Map<string, Compiled>();
/** Many times the pack; where custom rules come and go, forgetting all now and then is cheap enough. */
const MAX_COMPILED = 2_000;

/** Parses and type-checks an expression; it must be a condition, not just a value. */
export function compileExpression(source: string): Compiled {
  let compiled = COMPILED.get(source);
  if (compiled === undefined) {
    if (COMPILED.size >= MAX_COMPILED) COMPILED.clear();
    COMPILED.set(source, (compiled = compile(source)));
  }
  return compiled;
}

function compile(source: string): Compiled {
  try {
    const program = ENVIRONMENT.parse(source);
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

function guard(program: (context: CelContext) => unknown): Evaluate {
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
