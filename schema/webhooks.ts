/** Endpoints and their deliveries, as the API shows them, and the bodies that endpoints receive. */
import { z } from "zod";
import { exact, pageShape } from "./api.ts";
import {
  CREDENTIAL_STATES,
  credentialSchema,
  ENDPOINT_FORMATS,
  endpointSettingsSchema,
} from "./endpoint-formats.ts";
import { HAPPENING_TYPES, happeningDataSchema } from "./happening.ts";
import {
  MAX_ENDPOINT_DESCRIPTION_CHARS,
  MAX_ENDPOINT_EVENTS,
  MAX_ENDPOINT_FILTER_VALUES,
  MAX_ENDPOINT_URL_CHARS,
  MAX_QUERY_CHARS,
} from "./limits.ts";
import { ledgerHeadSchema } from "./ledger.ts";
import { instantInput, line } from "./rules-api.ts";
import { SEVERITIES } from "./rule.ts";

const instant = z.iso.datetime().describe("RFC 3339 in UTC");
const count = z.int().nonnegative();

export const ENDPOINT_STATUSES = ["enabled", "disabled"] as const;
export type EndpointStatus = (typeof ENDPOINT_STATUSES)[number];

/** Why an endpoint is disabled: somebody has done it, or the receiver has answered 410 Gone. */
export const DISABLED_REASONS = ["by_hand", "gone"] as const;
export type DisabledReason = (typeof DISABLED_REASONS)[number];

const groups = [...new Set(HAPPENING_TYPES.map((type) => `${type.split(".")[0]}.*`))];
const PATTERNS: ReadonlySet<string> = new Set(["*", ...groups, ...HAPPENING_TYPES]);

const pattern = z
  .string()
  .refine((text) => PATTERNS.has(text), { error: `not one of ${[...PATTERNS].join(", ")}` });

/** `finding.*`, `finding.opened`, or `*`. */
const events = z
  .array(pattern)
  .min(1)
  .max(MAX_ENDPOINT_EVENTS)
  .describe("Types of events: `finding.opened`, all of a kind as `finding.*`, or `*`");

const values = z
  .array(z.string().trim().min(1).max(MAX_QUERY_CHARS))
  .min(1)
  .max(MAX_ENDPOINT_FILTER_VALUES)
  .optional();

/** All that are named must hold; of several values, one. */
export const endpointFilterSchema = z.strictObject({
  severity: z.enum(SEVERITIES).optional().describe("At least this severity"),
  rule: values.describe("Rule ids"),
  namespace: values,
  workload: values,
  service: values,
  host: values.describe("Names of hosts"),
  cluster: values,
});
export type EndpointFilter = z.infer<typeof endpointFilterSchema>;

const description = line(MAX_ENDPOINT_DESCRIPTION_CHARS).describe("For people");
const url = z
  .string()
  .trim()
  .min(1)
  .max(MAX_ENDPOINT_URL_CHARS)
  .describe("https, without credentials, at a public address");

/** `POST /api/v1/endpoints`. */
export const endpointInputSchema = z.strictObject({
  url,
  events: events.optional().describe("Absent: all that the format has something to say of"),
  format: z.enum(ENDPOINT_FORMATS).default("standard"),
  settings: endpointSettingsSchema.default({}),
  credential: credentialSchema.optional(),
  filter: endpointFilterSchema
    .default({})
    .describe("Absent: everything that `events` names. See docs/webhooks.md"),
  description: description.nullable().default(null),
});
export type EndpointInput = z.infer<typeof endpointInputSchema>;

/** `PATCH /api/v1/endpoints/{id}`. What is absent stays. */
export const endpointPatchSchema = z
  .strictObject({
    url: url.optional(),
    events: events.optional(),
    format: z.enum(ENDPOINT_FORMATS).optional(),
    settings: endpointSettingsSchema.optional().describe("Takes the place of the former ones"),
    credential: credentialSchema
      .nullable()
      .optional()
      .describe("Null: it is forgotten. Another format or host forgets the former one too"),
    filter: endpointFilterSchema.optional().describe("Takes the place of the former one"),
    description: description.nullable().optional(),
    status: z.enum(ENDPOINT_STATUSES).optional(),
  })
  .refine((patch) => Object.keys(patch).length > 0, "names nothing to change");
export type EndpointPatch = z.infer<typeof endpointPatchSchema>;

/** Beside admins nobody sees more of an address than its host. */
const shownUrl = z
  .string()
  .describe(
    "As it was set to admins; to others `https://hooks.example.com/…`: a path may be a secret",
  );

export const endpointViewSchema = z.object({
  id: z.string(),
  url: shownUrl,
  description: z.string().nullable(),
  events: z.array(z.string()),
  filter: endpointFilterSchema,
  format: z.enum(ENDPOINT_FORMATS),
  settings: endpointSettingsSchema,
  credential: z
    .enum(CREDENTIAL_STATES)
    .nullable()
    .describe("Whether the format has the token that it needs; null: it needs none"),
  status: z.enum(ENDPOINT_STATUSES),
  disabledReason: z.enum(DISABLED_REASONS).nullable(),
  createdBy: z.string(),
  createdAt: instant,
  updatedBy: z.string(),
  updatedAt: instant,
});
export type EndpointView = z.infer<typeof endpointViewSchema>;

/** How deliveries to it go, as its actor knows. */
export const endpointHealthSchema = z.object({
  pending: count.describe("Deliveries that wait for their next attempt"),
  dead: count.describe("Deliveries that were given up, and are kept"),
  delivered: count.describe("Deliveries that arrived, of those that are kept"),
  failuresInARow: count.describe("Attempts that failed since the last one that did not"),
  failingSince: instant.nullable().describe("When the first of them was made; null: none failed"),
  pausedUntil: instant
    .nullable()
    .describe("After too many failures in a row one attempt at a time is made, the next one then"),
  lastAttemptAt: instant.nullable(),
  lastDeliveredAt: instant.nullable(),
  secrets: count.describe("Secrets that it signs with: two for a day after a rotation"),
});
export type EndpointHealth = z.infer<typeof endpointHealthSchema>;

/** `GET /api/v1/endpoints/{id}`. */
export const endpointDetailSchema = endpointViewSchema.extend({ health: endpointHealthSchema });
export type EndpointDetail = z.infer<typeof endpointDetailSchema>;

const secret = z.string().describe("`whsec_` and Base64. It is shown this once.");

export const endpointCreatedSchema = endpointViewSchema.extend({ secret });
export type EndpointCreated = z.infer<typeof endpointCreatedSchema>;

/** `POST …/rotate`. */
export const endpointRotatedSchema = z.object({
  id: z.string(),
  secret,
  previousUntil: instant.describe("Until then each delivery is signed with the former secret too"),
});
export type EndpointRotated = z.infer<typeof endpointRotatedSchema>;

/** `pending`: to be tried; `delivered`: answered with 2xx; `dead`: given up. */
export const DELIVERY_STATUSES = ["pending", "delivered", "dead"] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/**
 * Why a delivery was given up: after the last attempt, for its age, by a 410, by an answer that says that the message
 * will never be taken, or since too many waited.
 */
export const DEAD_REASONS = ["attempts", "age", "gone", "refused", "queue_full"] as const;
export type DeadReason = (typeof DEAD_REASONS)[number];

/**
 * What an attempt came to. `status`: an answer that is not 2xx; `redirect`: refused to follow; `timeout`: no answer in
 * time; `unreachable`: no connection, or broken off; `blocked`: the address may not be called.
 */
export const ATTEMPT_OUTCOMES = [
  "delivered",
  "status",
  "redirect",
  "timeout",
  "unreachable",
  "blocked",
] as const;
export type AttemptOutcome = (typeof ATTEMPT_OUTCOMES)[number];

export const deliveryViewSchema = z.object({
  id: z.string().describe("What the receiver sees as `webhook-id`"),
  event: z.string().describe("The id of what happened, the same for all endpoints"),
  type: z.enum(HAPPENING_TYPES),
  key: z.string().describe("What it is about: deliveries of one key are made in order"),
  status: z.enum(DELIVERY_STATUSES),
  deadReason: z.enum(DEAD_REASONS).nullable(),
  occurredAt: instant,
  createdAt: instant,
  attempts: count,
  nextAttemptAt: instant
    .nullable()
    .describe("Null unless pending; one of an earlier event of its key may have to come first"),
  lastAttemptAt: instant.nullable(),
  lastOutcome: z.enum(ATTEMPT_OUTCOMES).nullable(),
  lastStatus: z.int().nullable().describe("HTTP status of the latest answer"),
  finishedAt: instant.nullable(),
  about: z
    .object({
      kind: z.enum(["finding", "signal", "case", "agent", "mute", "endpoint"]),
      id: z.string().describe("Of an agent its host's resource id"),
      name: z.string().describe("What people call it, as it was then"),
    })
    .describe("What it tells of"),
});
export type DeliveryView = z.infer<typeof deliveryViewSchema>;

export const attemptSchema = z.object({
  n: z.int().positive(),
  at: instant,
  latencyMs: count,
  outcome: z.enum(ATTEMPT_OUTCOMES),
  step: z
    .string()
    .nullable()
    .describe("Of a tracker: what the request was for, such as `create`; else null"),
  method: z.string(),
  url: shownUrl,
  headers: z.record(z.string(), z.string()).describe("As sent; `…` stands for what is secret"),
  status: z.int().nullable(),
  answer: z
    .string()
    .nullable()
    .describe(
      "The first kibibyte of the answer's body; to who is no admin without what repeats the address",
    ),
  error: z.string().nullable(),
});
export type AttemptView = z.infer<typeof attemptSchema>;

/** `GET …/deliveries/{delivery}`. */
export const deliveryDetailSchema = deliveryViewSchema.extend({
  body: z.string().describe("As it is sent"),
  tries: z.array(attemptSchema).describe("The attempts, the oldest first; the last fifty"),
});
export type DeliveryDetail = z.infer<typeof deliveryDetailSchema>;

export const deliveriesQuerySchema = z.strictObject({
  ...pageShape,
  status: z.enum(DELIVERY_STATUSES).optional().describe("`dead` are the dead letters"),
  type: z.enum(HAPPENING_TYPES).optional().describe("What happened"),
  key: exact.describe("The id of a finding, a signal, a host, a mute"),
});
export type DeliveriesQuery = z.infer<typeof deliveriesQuerySchema>;

/** `POST …/{id}/replay`. */
export const replayInputSchema = z.strictObject({
  cursor: z
    .string()
    .regex(/^\d{1,15}$/, "not a cursor of an answer")
    .optional()
    .describe("`nextCursor` of the answer before"),
  from: instantInput.describe("RFC 3339: deliveries made from then on"),
  to: instantInput.optional().describe("RFC 3339; absent: until now"),
  failedOnly: z.boolean().default(true).describe("False: those that were delivered too"),
});
export type ReplayInput = z.infer<typeof replayInputSchema>;

export const replayedSchema = z.object({
  replayed: count.describe("Deliveries that will be made again, at most 1,000 at once"),
  nextCursor: z.string().nullable().describe("For `cursor`, where there are more of them"),
});
export type Replayed = z.infer<typeof replayedSchema>;

/** Grows with what a receiver of the former one would misread; what is only added does not count. */
export const PAYLOAD_VERSION = 1;

/** The body of a delivery in the format `standard`. */
export const webhookBodySchema = z.object({
  type: z.enum(HAPPENING_TYPES),
  version: z
    .literal(PAYLOAD_VERSION)
    .describe("Of the payload: it grows with what a receiver of the former one would misread"),
  timestamp: instant.describe("When it happened"),
  data: happeningDataSchema,
  ledger: ledgerHeadSchema
    .optional()
    .describe(
      "Where the tenant's ledger stood: keep it, and nothing up to there can be changed unseen. Absent: it did not answer",
    ),
});
export type WebhookBody = z.infer<typeof webhookBodySchema>;
