/** The wire contract of intake: what agents send in the native format, and what they are answered. */
import { z } from "zod";
import { EVENT_KINDS, REJECT_CODES } from "./event.ts";
import {
  MAX_CONTAINERS_PER_HEARTBEAT,
  MAX_FACTS,
  MAX_HEARTBEAT_INTERVAL_MS,
  MIN_HEARTBEAT_INTERVAL_MS,
} from "./limits.ts";
import { parseInstant } from "./time.ts";

const instant = z
  .union([z.string(), z.number()])
  .describe("RFC 3339, or milliseconds since 1970")
  .transform((value, context) => {
    const at = typeof value === "number" ? value : parseInstant(value);
    if (at !== null && Number.isFinite(at) && at >= 0 && at < 8.64e15) return Math.floor(at);
    context.addIssue({ code: "custom", message: "not an RFC 3339 instant" });
    return z.NEVER;
  });

const text = z.string();
const hostRef = z.object({ id: text.optional(), name: text.optional() });

export const nativeAgentSchema = z.object({
  id: text.min(1),
  kind: text.optional(),
  version: text.optional(),
  ruleset: text.optional(),
  host: hostRef.optional(),
});

/** One native event. Unknown fields are left out, not refused, so that agents may be newer than we are. */
export const nativeEventSchema = z.object({
  id: text.optional(),
  time: instant,
  kind: z.enum(EVENT_KINDS),
  action: text.min(1),
  rule: text.optional(),
  message: text.optional(),
  tags: z.array(text).optional(),
  host: hostRef.optional(),
  container: z
    .object({
      id: text.min(1),
      name: text.optional(),
      image: text.optional(),
      imageDigest: text.optional(),
    })
    .optional(),
  k8s: z
    .object({
      cluster: text.optional(),
      namespace: text.optional(),
      pod: text.optional(),
      workload: z.object({ kind: text.optional(), name: text.min(1) }).optional(),
    })
    .optional(),
  service: text.optional(),
  user: z
    .object({
      name: text.optional(),
      uid: z.int().optional(),
      loginUid: z.int().optional(),
    })
    .optional(),
  process: z
    .object({
      exe: text.optional(),
      name: text.optional(),
      args: z.array(text).optional(),
      pid: z.int().optional(),
      tty: z.boolean().optional(),
      cwd: text.optional(),
      parent: z.object({ exe: text.optional(), name: text.optional() }).optional(),
    })
    .optional(),
  file: z.object({ path: text.min(1), flags: text.optional() }).optional(),
  network: z
    .object({
      ip: text.optional(),
      port: z.int().min(0).max(65_535).optional(),
      hostname: text.optional(),
      protocol: text.optional(),
      direction: z.enum(["outbound", "inbound"]).optional(),
    })
    .optional(),
  syscall: text.optional(),
});

/** The envelope of `POST /v1/events` in the native format; `events` is checked one by one. */
export const nativeEnvelopeSchema = z.object({
  agent: nativeAgentSchema,
  sentAt: instant.optional(),
  dropped: z
    .int()
    .nonnegative()
    .optional()
    .describe("Events that the agent knows it lost since its last batch"),
  events: z.array(z.unknown()),
});

/** A whole native batch, as it is documented. */
export const nativeBatchSchema = nativeEnvelopeSchema.extend({
  events: z.array(nativeEventSchema).describe("Each is judged alone"),
});

const fact = z.union([z.string(), z.number(), z.boolean()]);

export const heartbeatSchema = z.object({
  agent: nativeAgentSchema,
  sentAt: instant.optional(),
  intervalMs: z
    .int()
    .min(MIN_HEARTBEAT_INTERVAL_MS)
    .max(MAX_HEARTBEAT_INTERVAL_MS)
    .default(60_000)
    .describe("When the next one is due. Three without contact are a gap"),
  dropped: z
    .int()
    .nonnegative()
    .default(0)
    .describe("Events that the agent knows it lost since its last batch or heartbeat"),
  containers: z
    .array(text.min(1))
    .max(MAX_CONTAINERS_PER_HEARTBEAT)
    .optional()
    .describe(
      "The full list of running containers; findings of what is missing from it end as resource_gone",
    ),
  facts: z
    .record(z.string().min(1).max(64), fact)
    .refine((facts) => Object.keys(facts).length <= MAX_FACTS, `at most ${MAX_FACTS} facts`)
    .optional()
    .describe("The host's state: `cgroupVersion`, `kernel`, `selinux`, …"),
});
export type Heartbeat = z.infer<typeof heartbeatSchema>;

export const rejectionSchema = z.object({
  index: z.int().nonnegative(),
  code: z.enum(REJECT_CODES),
  detail: z.string(),
});
export type Rejection = z.infer<typeof rejectionSchema>;

/** The answer to a batch. `received` is always accepted + duplicate + ignored + rejected. */
export const batchAnswerSchema = z.object({
  batchId: z.string(),
  received: z.int().nonnegative(),
  accepted: z.int().nonnegative().describe("Matched at least one rule"),
  duplicate: z
    .int()
    .nonnegative()
    .describe("Counted before: the batch, or the event within it, was seen already"),
  ignored: z.int().nonnegative().describe("Valid, matched no rule"),
  rejected: z.array(rejectionSchema),
  excepted: z
    .int()
    .nonnegative()
    .describe("Of the ignored: hidden by a rule exception, and counted nowhere else"),
  late: z
    .int()
    .nonnegative()
    .describe("Of the accepted: older than the late horizon; they reopen nothing"),
  findings: z.int().nonnegative().describe("Findings that the batch opened or extended"),
  signals: z.int().nonnegative().describe("Signals that the batch raised or extended"),
  clockAheadMs: z
    .int()
    .positive()
    .optional()
    .describe(
      "The sender's clock is ahead by at least this much; the events' times were corrected",
    ),
});
export type BatchAnswer = z.infer<typeof batchAnswerSchema>;
