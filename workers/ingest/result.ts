/**
 * What intake answers instead of throwing: a value, or why the whole request cannot be taken.
 * One bad event is not a problem; it is a rejection within the batch.
 */

export const INTAKE_PROBLEM_CODES = [
  "bad_encoding",
  "bad_body",
  "bad_envelope",
  "body_too_large",
  "too_many_events",
  "unsupported_encoding",
] as const;
export type IntakeProblemCode = (typeof INTAKE_PROBLEM_CODES)[number];

/** Everything that the edge needs to write a problem document (schema/problem.ts). */
export interface IntakeProblem {
  status: 400 | 413 | 415;
  code: IntakeProblemCode;
  detail: string;
  /** The field of the envelope that is wrong. */
  field?: string;
  /** The limit that was passed, in the unit that `detail` names. */
  limit?: number;
}

export type Result<T> = { ok: true; value: T } | { ok: false; problem: IntakeProblem };

export function refuse(problem: IntakeProblem): { ok: false; problem: IntakeProblem } {
  return { ok: false, problem };
}
