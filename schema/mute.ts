/** What a mute is: kinds, reasons, ends, and what a finding says of the one that hides it. */
import { z } from "zod";

export const MUTE_KINDS = ["finding", "scope"] as const;
export type MuteKind = (typeof MUTE_KINDS)[number];

export const MUTE_REASONS = [
  "risk_accepted",
  "false_positive",
  "pending_fix",
  "duplicate",
  "no_fix",
  "other",
] as const;
export type MuteReason = (typeof MUTE_REASONS)[number];

/** How a mute ended: by itself, by somebody, or by another mute of the same finding. */
export const MUTE_ENDS = ["expired", "ended", "replaced"] as const;
export type MuteEnd = (typeof MUTE_ENDS)[number];

/** The mute of a finding that lasts longest. */
export const findingMuteSchema = z.object({
  id: z.string(),
  kind: z.enum(MUTE_KINDS),
  reason: z.enum(MUTE_REASONS),
  note: z.string(),
  author: z.string(),
  until: z.iso.datetime().describe("RFC 3339 in UTC"),
});
export type FindingMute = z.infer<typeof findingMuteSchema>;
