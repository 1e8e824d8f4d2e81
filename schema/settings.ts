/** What a tenant has decided for all of its findings and cases. */
import { z } from "zod";
import { CASE_PRIORITIES } from "./case.ts";
import { MAX_CASE_SLA_MS, MIN_CASE_SLA_MS } from "./limits.ts";
import { formatDuration, parseDuration } from "./time.ts";

/**
 * `lenient`: a finding whose agents send no heartbeats resolves as `quiet_unverified`. `strict`: it stays open,
 * unverified, until an agent that sends them has reported it, or its resource is gone.
 */
const COVERAGE_MODES = ["lenient", "strict"] as const;
export type CoverageMode = (typeof COVERAGE_MODES)[number];

export const settingsSchema = z.object({
  coverage: z
    .enum(COVERAGE_MODES)
    .describe(
      "`lenient`: findings without heartbeats resolve as `quiet_unverified`; `strict`: they stay open",
    ),
  sla: z
    .record(z.enum(CASE_PRIORITIES), z.string())
    .describe("How long after it was made a case is due, by its priority"),
});
export type Settings = z.infer<typeof settingsSchema>;

const slaInput = z
  .string()
  .describe('A duration such as "3d"')
  .transform((text, context) => {
    const ms = parseDuration(text);
    if (ms !== null && ms >= MIN_CASE_SLA_MS && ms <= MAX_CASE_SLA_MS) return ms;
    const [least, most] = [MIN_CASE_SLA_MS, MAX_CASE_SLA_MS].map(formatDuration);
    const message = `not a duration such as "3d" from ${least} to ${most}`;
    context.addIssue({ code: "custom", message });
    return z.NEVER;
  });

/** `PATCH /api/v1/settings`; priorities that `sla` does not name stay. */
export const settingsPatchSchema = z
  .strictObject({
    coverage: settingsSchema.shape.coverage.optional(),
    sla: z
      .partialRecord(z.enum(CASE_PRIORITIES), slaInput)
      .refine((sla) => Object.keys(sla).length > 0, "names no priority")
      .optional(),
  })
  .refine((patch) => Object.keys(patch).length > 0, "names nothing to change");
export type SettingsPatch = z.infer<typeof settingsPatchSchema>;
