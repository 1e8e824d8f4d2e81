/** Requests and answers of the API about mutes. */
import { z } from "zod";
import { pageShape } from "./api.ts";
import { findingSummarySchema } from "./finding.ts";
import { MAX_EXPRESSION_CHARS, MAX_MUTE_NOTE_CHARS } from "./limits.ts";
import { MUTE_ENDS, MUTE_KINDS, MUTE_REASONS } from "./mute.ts";
import { instantInput, line } from "./rules-api.ts";
import { SEVERITIES } from "./rule.ts";

const instant = z.iso.datetime().describe("RFC 3339 in UTC");

/** `POST /api/v1/findings/{id}/mute`. */
export const muteInputSchema = z.strictObject({
  reason: z.enum(MUTE_REASONS),
  note: line(MAX_MUTE_NOTE_CHARS).describe("For whoever wonders later"),
  until: instantInput.describe("RFC 3339; at most a year away"),
});
export type MuteInput = z.infer<typeof muteInputSchema>;

const scope = z
  .string()
  .trim()
  .min(1)
  .max(MAX_EXPRESSION_CHARS)
  .describe("A condition in CEL over `finding` and `resource`; see docs/mutes.md");

/** `POST /api/v1/mutes`. */
export const scopeMuteInputSchema = muteInputSchema.extend({ scope });
export type ScopeMuteInput = z.infer<typeof scopeMuteInputSchema>;

/** `POST /api/v1/mutes/preview`. */
export const mutePreviewInputSchema = z.strictObject({ scope });

export const mutePreviewSchema = z.object({
  findings: z.int().nonnegative().describe("Open findings that it would hide"),
  workloads: z.int().nonnegative(),
  hosts: z.int().nonnegative(),
  bySeverity: z.record(z.enum(SEVERITIES), z.int().nonnegative()),
  tested: z.int().nonnegative().describe("Open findings that were looked at"),
  cut: z.boolean().describe("There are more open findings, which were not looked at"),
  everything: z
    .boolean()
    .describe("It hides every finding that was looked at, or, where none is open, any finding"),
  examples: z.array(z.object({ id: z.string(), headline: z.string(), resource: z.string() })),
});
export type MutePreview = z.infer<typeof mutePreviewSchema>;

/** What happened while it hid: live while it is in force, and as it was at its end. */
export const muteSummarySchema = z.object({
  findings: z.int().nonnegative().describe("Findings that it hides or has hidden"),
  open: z.int().nonnegative().describe("Of them, those that are open"),
  events: z.int().nonnegative().describe("Events counted while hidden"),
  episodesOpened: z.int().nonnegative(),
  episodesResolved: z.int().nonnegative(),
  newestEventAt: instant.nullable().describe("Null where no event has come"),
});
export type MuteSummary = z.infer<typeof muteSummarySchema>;

export const muteViewSchema = z.object({
  id: z.string(),
  kind: z.enum(MUTE_KINDS),
  finding: z
    .object({ id: z.string(), headline: z.string() })
    .nullable()
    .describe("The finding that it is of; null where it has a scope"),
  scope: z.string().nullable().describe("Null where it is of one finding"),
  reason: z.enum(MUTE_REASONS),
  note: z.string(),
  author: z.string(),
  createdAt: instant,
  until: instant,
  state: z.enum(["in_force", "ended"]),
  endsSoon: z
    .boolean()
    .describe("In force for three more days at most, or for the last fifth of a short life"),
  announcedAt: instant.nullable().describe("When its end was announced"),
  endedAt: instant.nullable(),
  endedBy: z.string().nullable().describe("Null where nobody ended it"),
  end: z.enum(MUTE_ENDS).nullable().describe("How it ended; null while it is in force"),
  applied: z
    .boolean()
    .describe("False for the moments in which its beginning or end goes through many findings"),
  meanwhile: muteSummarySchema.describe("What happened while it hid"),
});
export type MuteView = z.infer<typeof muteViewSchema>;

/** `GET /api/v1/mutes/{id}`. */
export const muteDetailSchema = muteViewSchema.extend({
  findings: z
    .array(findingSummarySchema)
    .describe("The newest fifty that it hides or has hidden, those that are open first"),
});
export type MuteDetail = z.infer<typeof muteDetailSchema>;

export const mutesQuerySchema = z.strictObject({
  ...pageShape,
  state: z
    .enum(["in_force", "ended"])
    .default("in_force")
    .describe("`in_force`: those that end first come first; `ended`: the latest first"),
});
export type MutesQuery = z.infer<typeof mutesQuerySchema>;

/** How many mutes are in force, and how many of them end within three days. */
export interface MuteCounts {
  inForce: number;
  endingSoon: number;
}
