/**
 * Roll-ups: the findings of one rule in one workload, seen as one while its containers come and go.
 * They are read from the findings in D1 and hold nothing of their own.
 */
import { z } from "zod";
import {
  coverageSchema,
  episodeSchema,
  findingSummarySchema,
  occurrencesSchema,
  RESOLUTIONS,
  resourceSchema,
} from "./finding.ts";
import { SEVERITIES } from "./rule.ts";

/**
 * `open`: a finding of it is open. `quiet`: all have ended, one of them was seen to be quiet under watch after
 * the newest event of all, and no container of the workload has emitted within the longest quiet period.
 * `ended`: all have ended, and that is not shown.
 */
export const ROLLUP_STATUSES = ["open", "quiet", "ended"] as const;
export type RollupStatus = (typeof ROLLUP_STATUSES)[number];

/** What makes a roll-up one: the rule, and the workload in its namespace and cluster. Null is unknown. */
export interface RollupKey {
  rule: string;
  cluster: string | null;
  namespace: string | null;
  /** Such as `Deployment`; `service` or `image` where that is all that is known of what outlives a container. */
  kind: string | null;
  workload: string;
}

const name = z.string().nullable();
const instant = z.iso.datetime().describe("RFC 3339 in UTC");
const count = z.int().nonnegative();

export const rollupSummarySchema = z.object({
  id: z.string().describe("Stable: it is made of the rule and the workload"),
  status: z.enum(ROLLUP_STATUSES),
  rule: z.string().describe("Rule id"),
  title: z.string().describe("The rule's title"),
  headline: z.string().describe("One sentence: what ran, in how many containers of which workload"),
  severity: z.enum(SEVERITIES).describe("The worst among its open findings, else among all"),
  workload: z.object({
    name: z.string(),
    kind: name.describe("Such as `Deployment`, or `service` or `image` where no more is known"),
    namespace: name,
    cluster: name,
  }),
  containers: z
    .object({
      affected: count.describe("With an open finding of this rule"),
      total: count.describe(
        "Known and, as far as anyone has said, still there: those that a finding of any rule was about. Containers that have done nothing are not known",
      ),
      gone: count.describe("Known, and reported as gone"),
      hit: count.describe("That have ever had this finding, those that are gone included"),
    })
    .describe("Of the workload"),
  images: count.describe("Images, told apart by name and digest, in which it was seen"),
  count: count.describe("Events of all its findings and episodes"),
  oldestOpenedAt: instant.describe(
    "RFC 3339 in UTC: the oldest start of a current or last episode",
  ),
  newestEventAt: instant.describe("RFC 3339 in UTC: late events included"),
  quietPeriod: z.string().describe("The longest in force among its findings"),
  quietAt: instant.describe("RFC 3339 in UTC: the newest event and the quiet period after it"),
  ended: z
    .record(z.enum(RESOLUTIONS), count)
    .describe("How those of its findings that are not open have ended"),
});
export type RollupSummary = z.infer<typeof rollupSummarySchema>;

export const imageRefSchema = z.object({ image: name, digest: name });
export type ImageRef = z.infer<typeof imageRefSchema>;

export const rollupImageSchema = imageRefSchema.extend({
  firstSeenAt: instant.describe("RFC 3339 in UTC: the oldest start of a finding of any rule in it"),
  lastSeenAt: instant.describe("RFC 3339 in UTC: the newest event of a finding of any rule in it"),
  containers: count.describe("Known with this image, those that are gone included"),
  hit: count.describe("Of these, with a finding of this rule in whichever state"),
  affected: count.describe("Of these, with an open finding of this rule"),
});
export type RollupImage = z.infer<typeof rollupImageSchema>;

/** What happened when in one finding of a roll-up. */
export const timelineSchema = z.object({
  finding: z.string().describe("Its id"),
  occurrences: occurrencesSchema.describe("Of its current or last episode"),
  coverage: coverageSchema.describe(
    "Since its last event, spans in which an agent that reported it was in contact; of an open one as of the last write to D1",
  ),
  episodes: z
    .array(
      episodeSchema.pick({ episode: true, openedAt: true, resolvedAt: true, resolution: true }),
    )
    .describe("Before the current or last one, newest first, at most 10"),
});
export type Timeline = z.infer<typeof timelineSchema>;

/** A container that shows that the behaviour has stopped, or may come to. */
const witnessSchema = z.object({
  resource: resourceSchema,
  knownSince: instant.describe("RFC 3339 in UTC: its first event, of another rule"),
  coverage: coverageSchema.describe("Spans in which an agent that reported it was in contact"),
});
export type Witness = z.infer<typeof witnessSchema>;

export const fixSchema = z.object({
  proven: z
    .boolean()
    .describe(
      "A container of the newer digest was watched for the whole quiet period by an agent of a kind that reports this rule, and has no finding of it",
    ),
  before: imageRefSchema.nullable().describe("The image of the newest event; null where unknown"),
  after: imageRefSchema
    .nullable()
    .describe(
      "The image of the newest container without this finding, with another digest and seen after the newest event; null where none is known",
    ),
  witness: witnessSchema
    .nullable()
    .describe("The container that `after` is the image of; null with it"),
  why: z.string().describe("What is shown, or what is missing, in a sentence"),
});
export type Fix = z.infer<typeof fixSchema>;

export const rollupDetailSchema = rollupSummarySchema.extend({
  imagesSeen: z.array(rollupImageSchema).describe("Those of the workload, the one seen last first"),
  findings: z.array(findingSummarySchema).describe("The newest of its findings, at most 100"),
  timelines: z
    .array(timelineSchema)
    .describe("Of those findings that have the newest events, at most 12"),
  fix: fixSchema.nullable().describe("Null while it is open"),
});
export type RollupDetail = z.infer<typeof rollupDetailSchema>;
