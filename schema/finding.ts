/** Findings, episodes and signals as the API, the webhooks and the dashboard show them. */
import { z } from "zod";
import { AGENT_FORMATS } from "./event.ts";
import { MAX_FIX_NOTE_CHARS } from "./limits.ts";
import { findingMuteSchema } from "./mute.ts";
import { RISE_BASES, SEVERITIES } from "./rule.ts";

export const FINDING_STATUSES = ["open", "resolved"] as const;
export type FindingStatus = (typeof FINDING_STATUSES)[number];

/** Why an episode ended: verified by coverage, silence only, the resource is gone, the rule was retired. */
export const RESOLUTIONS = ["quiet", "quiet_unverified", "resource_gone", "rule_retired"] as const;
export type Resolution = (typeof RESOLUTIONS)[number];

/** What the quiet period in force comes from: the rule, an agent that holds back repeats, the finding's own pauses. */
export const QUIET_PERIOD_BASES = ["rule", "suppression", "cadence"] as const;
export type QuietPeriodBasis = (typeof QUIET_PERIOD_BASES)[number];

const instant = z.iso.datetime().describe("RFC 3339 in UTC");
const duration = z.string().describe('A duration such as "24h"');

/** What a reader needs to see what happened; bounded, see schema/limits.ts. */
export const sampleSchema = z.object({
  at: instant,
  agent: z.enum(AGENT_FORMATS),
  agentRule: z.string().optional(),
  message: z.string().optional(),
  kind: z.string(),
  action: z.string(),
  process: z
    .object({
      exe: z.string().optional(),
      name: z.string().optional(),
      args: z.array(z.string()).optional(),
      pid: z.number().optional(),
      tty: z.boolean().optional(),
      cwd: z.string().optional(),
      parent: z.object({ exe: z.string().optional(), name: z.string().optional() }).optional(),
    })
    .optional(),
  user: z
    .object({
      name: z.string().optional(),
      uid: z.number().optional(),
      loginUid: z.number().optional(),
    })
    .optional(),
  file: z.object({ path: z.string(), flags: z.string().optional() }).optional(),
  network: z
    .object({
      ip: z.string().optional(),
      port: z.number().optional(),
      hostname: z.string().optional(),
      protocol: z.string().optional(),
      direction: z.enum(["outbound", "inbound"]).optional(),
    })
    .optional(),
  syscall: z.string().optional(),
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  image: z.string().optional(),
  pod: z.string().optional(),
  truncated: z.array(z.string()).optional(),
  clamped: z.boolean().optional(),
});
export type SampleView = z.infer<typeof sampleSchema>;

export const resourceSchema = z.object({
  id: z.string().describe("`host:<name>` or `container:<first 12 hex digits>`"),
  type: z.enum(["host", "container"]),
  name: z.string().describe("What people call it: the container's name, or the host's"),
  host: z.string().nullable(),
  hostId: z.string().nullable(),
  containerId: z.string().nullable().describe("The longest form that an agent has reported"),
  image: z.string().nullable(),
  imageDigest: z.string().nullable(),
  cluster: z.string().nullable(),
  namespace: z.string().nullable(),
  pod: z.string().nullable(),
  workload: z.string().nullable(),
  workloadKind: z.string().nullable(),
  service: z.string().nullable(),
});
export type ResourceView = z.infer<typeof resourceSchema>;

export const gapSchema = z.object({
  from: instant,
  to: instant.nullable().describe("Null while it lasts"),
  reason: z.enum(["no_contact", "dropped"]),
});
export type GapView = z.infer<typeof gapSchema>;

export const verificationSchema = z.object({
  state: z.enum(["watching", "unverified"]),
  heartbeats: z
    .boolean()
    .describe(
      "Whether an agent that reported the finding sends heartbeats, so that silence can be proven",
    ),
  strict: z
    .boolean()
    .describe(
      "Whether the tenant lets nothing resolve on silence alone: without heartbeats it stays open",
    ),
  gaps: z.array(gapSchema),
});
export type VerificationView = z.infer<typeof verificationSchema>;

/** Somebody's word that a finding is fixed. */
export const fixSchema = z.object({
  at: instant,
  by: z.string(),
  note: z.string().nullable(),
});
export type FixView = z.infer<typeof fixSchema>;

/** `POST /api/v1/findings/{id}/fixed` */
export const fixInputSchema = z.strictObject({
  note: z.string().trim().min(1).max(MAX_FIX_NOTE_CHARS).optional(),
});

export const findingSummarySchema = z.object({
  id: z.string(),
  status: z.enum(FINDING_STATUSES),
  rule: z.string().describe("Rule id"),
  title: z.string().describe("The rule's title"),
  headline: z.string().describe("One sentence: what ran where, how often"),
  severity: z.enum(SEVERITIES).describe("What the rule says, or what it has risen to"),
  risen: z
    .object({
      basis: z.enum(RISE_BASES),
      at: instant,
      from: z.enum(SEVERITIES).describe("What the rule says"),
      after: duration.nullable().describe("How long it had been open, where it has lasted"),
      resources: z
        .int()
        .nullable()
        .describe("How many of its workload had an open finding of the rule, where it has spread"),
    })
    .nullable()
    .describe("Why it is worse than its rule says"),
  resource: resourceSchema,
  episode: z.int().positive(),
  firstSeenAt: instant,
  lastSeenAt: instant,
  count: z.int().nonnegative().describe("Events of the current (or last) episode"),
  totalCount: z.int().nonnegative().describe("Events of all episodes"),
  quietPeriod: duration.describe("In force: what the rule says, or longer; see `quiet`"),
  quiet: z
    .object({
      basis: z.enum(QUIET_PERIOD_BASES),
      rulePeriod: duration.describe("What the rule says"),
      longestPause: duration.describe("Between two of its events so far; twice that must be quiet"),
    })
    .describe("Why the quiet period is what it is"),
  flapping: z
    .object({ reopenings: z.int().positive(), since: instant })
    .nullable()
    .describe("Reopened at least three times within seven days"),
  fixed: fixSchema
    .nullable()
    .describe("Somebody says that it is fixed; null once an event has disproved that"),
  regressed: z
    .object({ at: instant, fixed: fixSchema.describe("The claim that it disproved") })
    .nullable()
    .describe("In this episode an event came after somebody had said that it was fixed"),
  deadlineAt: instant
    .nullable()
    .describe(
      "When it resolves if it stays quiet; null when resolved, or while no agent is watching",
    ),
  resolvedAt: instant.nullable(),
  resolution: z.enum(RESOLUTIONS).nullable(),
  verification: verificationSchema,
  muted: z.boolean().describe("Somebody has decided not to be told; it is counted all the same"),
  caseId: z.string().nullable(),
  version: z.int().positive(),
});
export type FindingSummary = z.infer<typeof findingSummarySchema>;

/** Occurrences over time: `[start of bucket, events in it]`. */
export const occurrencesSchema = z.object({
  bucketMs: z.int().positive(),
  buckets: z.array(z.tuple([instant, z.int().positive()])),
});

export const coverageSchema = z
  .array(z.object({ from: instant, to: instant }))
  .describe("Spans in which an agent that reported it was in contact");

export const findingDetailSchema = findingSummarySchema.extend({
  mute: findingMuteSchema
    .nullable()
    .describe("Why it is muted; of several mutes the one that lasts longest"),
  samples: z
    .object({ first: z.array(sampleSchema), latest: z.array(sampleSchema) })
    .describe("The first and the latest events of the current episode, in order of time"),
  occurrences: occurrencesSchema,
  coverage: coverageSchema,
  agents: z.array(z.string()).describe("Agents that have reported it"),
  lateCount: z.int().nonnegative().describe("Events that came too late to count for this episode"),
});
export type FindingDetail = z.infer<typeof findingDetailSchema>;

export const episodeSchema = z.object({
  episode: z.int().positive(),
  openedAt: instant,
  lastSeenAt: instant,
  resolvedAt: instant,
  resolution: z.enum(RESOLUTIONS),
  count: z.int().nonnegative(),
  severity: z.enum(SEVERITIES),
  quietPeriod: duration,
  regressedAt: instant
    .nullable()
    .describe(
      "The first event that disproved the word that it was fixed: `openedAt`, where the episode began as a regression",
    ),
  caseId: z.string().nullable(),
  coverage: z
    .number()
    .nullable()
    .describe(
      "Share of the quiet window in which an agent was watching, 0 to 1; null without heartbeats",
    ),
});
export type EpisodeView = z.infer<typeof episodeSchema>;

export const signalSchema = z.object({
  id: z.string(),
  rule: z.string(),
  title: z.string(),
  headline: z.string(),
  severity: z.enum(SEVERITIES),
  resource: resourceSchema,
  firstSeenAt: instant,
  lastSeenAt: instant,
  count: z.int().positive(),
  sample: sampleSchema,
  version: z.int().positive(),
});
export type SignalView = z.infer<typeof signalSchema>;

/** One row of `groupBy`. */
export const groupSchema = z.object({
  key: z.string(),
  label: z.string(),
  findings: z.int().nonnegative(),
  open: z.int().nonnegative(),
  resolved: z.int().nonnegative(),
  resources: z.int().nonnegative(),
  count: z.int().nonnegative(),
  severity: z.enum(SEVERITIES).describe("The worst among them"),
  oldestFirstSeenAt: instant,
  lastSeenAt: instant,
});
export type GroupView = z.infer<typeof groupSchema>;
