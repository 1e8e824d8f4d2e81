/** Compiles a rule's `when`, or an exception's: conditions over an event. */
import { celEnvironment, conditionCompiler, type Compiled } from "../../durable/conditions.ts";
import { CEL_OBJECTS, CEL_SCALARS, type CelContext } from "./cel.ts";
import { readsOf } from "./reads.ts";

const ENVIRONMENT = celEnvironment(CEL_OBJECTS);
for (const { variable, type, doc } of CEL_SCALARS)
  ENVIRONMENT.registerVariable(variable, type, { description: doc });

/** Whether rules know a variable of that name. */
export function isVariable(name: string): boolean {
  return ENVIRONMENT.hasVariable(name);
}

/** `reads`: see {@link readsOf}. */
export const compileExpression: (source: string) => Compiled<CelContext, ReadonlySet<string>> =
  conditionCompiler(ENVIRONMENT, readsOf);
