/** Problem details (RFC 9457), the body of every error. */
import { z } from "zod";

export const PROBLEM_MEDIA_TYPE = "application/problem+json";

export const problemSchema = z.object({
  type: z.string().describe("Stable and machine-readable: `urn:lull:problem:<code>`"),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  field: z
    .string()
    .optional()
    .describe("The field that is wrong, where there is one: a JSON pointer or a parameter's name"),
  limit: z
    .union([z.string(), z.number()])
    .optional()
    .describe("The limit that was passed, in the unit that `detail` names"),
  /** Of `bad_expression`: where in the expression, as an offset from 0 and as line and column from 1. */
  position: z
    .object({
      offset: z.int().nonnegative(),
      line: z.int().positive(),
      column: z.int().positive(),
    })
    .optional(),
  version: z.int().optional().describe("Of `version_conflict`: the version that there is now"),
});
export type Problem = z.infer<typeof problemSchema>;
