/**
 * What posture rules shall not report: conditions compiled once for a configuration, and asked only of events
 * that match a rule which has any. Contract: what does not compile, or cannot be evaluated, hides nothing.
 */
import type { LullEvent } from "../../schema/event.ts";
import type { RuleId } from "../../schema/ids.ts";
import type { RuleException } from "../../schema/rule.ts";
import type { EpochMs } from "../../schema/time.ts";
import type { Evaluate } from "../../durable/conditions.ts";
import { CelContext } from "./cel.ts";
import { compileExpression } from "./expression.ts";

/** Exceptions that could not be asked, at most one entry each, for the log. */
export interface ExceptionFailure {
  exception: string;
  count: number;
  message: string;
}

interface Compiled {
  readonly exception: RuleException;
  readonly evaluate: Evaluate<CelContext>;
}

/** Null where there are none, so that those who have none pay nothing. */
export function compileExceptions(exceptions: readonly RuleException[]): Exceptions | null {
  return exceptions.length === 0 ? null : new Exceptions(exceptions);
}

export class Exceptions {
  readonly #byRule = new Map<RuleId, Compiled[]>();
  readonly #failures = new Map<string, ExceptionFailure>();

  constructor(exceptions: readonly RuleException[]) {
    for (const exception of exceptions) {
      const compiled = compileExpression(exception.when);
      if (!compiled.ok) {
        this.#fail(exception, compiled.error.message);
        continue;
      }
      const ofRule = this.#byRule.get(exception.rule);
      const one = { exception, evaluate: compiled.evaluate };
      if (ofRule === undefined) this.#byRule.set(exception.rule, [one]);
      else ofRule.push(one);
    }
  }

  /** The first exception in force at the instant that hides the event from the rule. */
  hiding(rule: RuleId, event: LullEvent, now: EpochMs): RuleException | null {
    const ofRule = this.#byRule.get(rule);
    if (ofRule === undefined) return null;
    const context = new CelContext(event);
    for (const { exception, evaluate } of ofRule) {
      if (exception.until <= now) continue;
      const verdict = evaluate(context);
      if (verdict === true) return exception;
      if (verdict !== false) this.#fail(exception, verdict.message);
    }
    return null;
  }

  /** What went wrong since the last call. */
  takeFailures(): readonly ExceptionFailure[] {
    const taken = [...this.#failures.values()];
    this.#failures.clear();
    return taken;
  }

  #fail({ id }: RuleException, message: string): void {
    const known = this.#failures.get(id);
    if (known === undefined) this.#failures.set(id, { exception: id, count: 1, message });
    else known.count++;
  }
}
