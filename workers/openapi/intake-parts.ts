/** What the operations of intake have in common. */
import { z } from "zod";
import { batchAnswerSchema, nativeBatchSchema } from "../../schema/ingest.ts";
import { MAX_IDEMPOTENCY_KEY_CHARS } from "../../schema/limits.ts";
import type { OperationAnswer } from "./operation.ts";
import type { ProblemCode } from "./problems.ts";

/** What any batch can meet. */
export const BATCH_PROBLEMS: readonly ProblemCode[] = [
  "bad_encoding",
  "bad_body",
  "bad_envelope",
  "invalid_request",
  "idempotency_key_reused",
  "body_too_large",
  "too_many_events",
  "too_many_hosts",
  "unsupported_encoding",
  "rate_limited",
  "daily_quota",
  "not_committed",
];

export const hostQuery = z.object({
  host: z
    .string()
    .optional()
    .describe("The host of what names none, for agents that can set no header; as `X-Lull-Host`"),
});

export const batchQuery = hostQuery.extend({
  heartbeat: z
    .string()
    .optional()
    .describe('How often the sender sends something at the least: `"15m"`; as `X-Lull-Heartbeat`'),
});

export const hostHeaders = z.object({
  "Idempotency-Key": z
    .string()
    .max(MAX_IDEMPOTENCY_KEY_CHARS)
    .optional()
    .describe("The batch's id: within 24 hours it counts once. Absent: the SHA-256 of the body"),
  "X-Lull-Host": z
    .string()
    .optional()
    .describe("The host of what names none. A key that is bound to a host says it instead"),
  "Content-Encoding": z.enum(["gzip", "deflate", "zstd"]).optional().describe("Absent: none"),
});

export const batchHeaders = hostHeaders.extend({
  "X-Lull-Heartbeat": z
    .string()
    .optional()
    .describe(
      'How often the sender sends something at the least: `"15m"`. What is missing is a gap',
    ),
});

/** An event as its agent writes it. */
export const agentEventSchema = z
  .record(z.string(), z.unknown())
  .describe("An event as its agent writes it");

export const eventsBodySchema = z.union([
  nativeBatchSchema,
  z.array(agentEventSchema),
  agentEventSchema,
]);

export const BATCH_ANSWER: OperationAnswer = {
  description: "Every host concerned has committed",
  schema: batchAnswerSchema,
  example: {
    batchId: "sha256:5d2c8c0f3a7be1947f60a1d6b2c94e83f17a0b5c6d7e8f90a1b2c3d4e5f60718",
    received: 3,
    accepted: 1,
    duplicate: 0,
    ignored: 1,
    rejected: [{ index: 2, code: "missing_field", detail: "events[2].time: is missing" }],
    late: 0,
    excepted: 0,
    findings: 1,
    signals: 0,
  },
};
