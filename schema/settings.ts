/** What a tenant has decided for all of its findings. */
import { z } from "zod";

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
});
export type Settings = z.infer<typeof settingsSchema>;

export const settingsPatchSchema = z
  .strictObject({ coverage: settingsSchema.shape.coverage.optional() })
  .refine((patch) => Object.keys(patch).length > 0, "names nothing to change");
export type SettingsPatch = z.infer<typeof settingsPatchSchema>;
