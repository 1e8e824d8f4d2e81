/**
 * Outcomes: what became of everything that agents sent. Counted in events, but for `refused`, which
 * counts requests: what is refused whole is not read, and is its sender's to send again.
 */
import { z } from "zod";
import { pageShape } from "./api.ts";
import { MAX_FIELD_CHARS, MAX_OUTCOME_HOURS } from "./limits.ts";

/**
 * received = accepted + duplicate + ignored + rejected, always.
 * `late` are those of the accepted that are older than the late horizon; `excepted` those of the ignored
 * that a rule exception hid; `dropped` is what agents say they lost themselves.
 */
export const OUTCOMES = [
  "accepted",
  "duplicate",
  "ignored",
  "rejected",
  "late",
  "excepted",
  "dropped",
  "refused",
] as const;
export type Outcome = (typeof OUTCOMES)[number];

const count = z.int().nonnegative();

export const outcomeCountsSchema = z.object({
  received: count.describe("accepted + duplicate + ignored + rejected"),
  accepted: count,
  duplicate: count,
  ignored: count,
  rejected: count,
  late: count.describe("Of the accepted: older than the late horizon"),
  excepted: count.describe("Of the ignored: hidden by a rule exception"),
  dropped: count.describe("Lost before they were sent, by the agents' own word"),
  refused: count.describe(
    "Requests that were refused whole, unread: rate limits, sizes, bad bodies",
  ),
});
export type OutcomeCounts = z.infer<typeof outcomeCountsSchema>;

/** Counts by code: of rejections and of refusals. */
const codes = z.record(z.string(), count);

export const outcomeGroupSchema = outcomeCountsSchema.extend({
  hour: z.string().nullable().describe("The hour's start; null when grouped by agent"),
  key: z
    .object({ id: z.string(), name: z.string() })
    .nullable()
    .describe("Id and name of the agent key; null when grouped by hour"),
  host: z
    .string()
    .nullable()
    .describe("`host:<name>`; null where no host was named, and when grouped by hour"),
  agent: z
    .string()
    .nullable()
    .describe(
      "The agent's id; null where a request was refused before its agent was known, and when grouped by hour",
    ),
  rejectedBy: codes,
  refusedBy: codes,
});
export type OutcomeGroup = z.infer<typeof outcomeGroupSchema>;

export const OUTCOME_GROUPINGS = ["hour", "agent"] as const;

const filter = z.string().max(MAX_FIELD_CHARS).optional();

/** `GET /api/v1/outcomes`. */
export const outcomesQuerySchema = z.strictObject({
  groupBy: z.enum(OUTCOME_GROUPINGS).default("agent").describe("What an item stands for"),
  hours: z.coerce
    .number()
    .int()
    .min(1)
    .max(MAX_OUTCOME_HOURS)
    .default(24)
    .describe("The latest hours, the current one included"),
  key: filter.describe("Id of an agent key"),
  host: filter.describe("`host:<name>`"),
  agent: filter.describe("The agent's id"),
  ...pageShape,
});
export type OutcomesQuery = z.infer<typeof outcomesQuerySchema>;

/** By hour: oldest first, every hour of the window. By agent: those with rejections, refusals and drops first. */
export const outcomesAnswerSchema = z.object({
  items: z.array(outcomeGroupSchema),
  nextCursor: z.string().nullable(),
  totals: outcomeCountsSchema.extend({ rejectedBy: codes, refusedBy: codes }),
  behindMs: count.describe("Counts may be behind by this much; events never are"),
  quota: z
    .object({
      daily: count.nullable().describe("Events that a day (UTC) may bring; null: no quota"),
      receivedToday: count,
    })
    .describe("The daily quota of the tenant"),
});
export type OutcomesAnswer = z.infer<typeof outcomesAnswerSchema>;
