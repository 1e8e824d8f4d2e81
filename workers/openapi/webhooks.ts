/** What endpoints receive, one entry for each type (OpenAPI's `webhooks`). */
import { z } from "zod";
import {
  HAPPENING_TYPES,
  happeningDataSchema,
  type HappeningType,
} from "../../schema/happening.ts";
import { PAYLOAD_VERSION, webhookBodySchema } from "../../schema/webhooks.ts";
import type { OpenApiDocument } from "../../schema/openapi.ts";
import { EXAMPLES_AT } from "../../schema/openapi.ts";
import { formatInstant } from "../../schema/time.ts";
import { WEBHOOK_EXAMPLES } from "./example-endpoints.ts";
import type { SchemaWriter } from "./json-schema.ts";

/** When it is told. */
export const WEBHOOK_MEANINGS: Readonly<Record<HappeningType, string>> = {
  "finding.opened": "A finding opens for the first time.",
  "finding.reopened": "It has come back after it was resolved: a new episode.",
  "finding.regressed": "It goes on, or has come back, after somebody said that it was fixed.",
  "finding.resolved": "An episode has ended; `resolution` says why, and whether that is proven.",
  "finding.unverified": "Nobody is watching any more: its quiet clock stands still.",
  "finding.muted":
    "Somebody has muted it, or all that a scope is true of: then there is `mute` alone.",
  "finding.unmuted": "A mute has ended, by somebody or by itself.",
  "signal.raised": "A threat was detected. Its repeats within the hour are not told.",
  "agent.silent": "An agent that was expected has not come for three intervals.",
  "agent.recovered": "It has come back.",
  "mute.expiring": "A mute ends within three days, or is in the last fifth of a shorter life.",
  "case.created": "Somebody has made a case.",
  "case.updated": "Its fields, its status, its checklist, or what is linked to it has changed.",
  "case.note_added": "Somebody has added a note.",
  "case.fixed": "Somebody says that it is fixed; quiet has to verify that.",
  "case.regressed": "An event has disproved that it was fixed: the same case is back at work.",
  "case.closed": "It is closed; `closeReason` says why, `verified` that quiet has shown it.",
  "case.reopened": "Somebody has reopened it.",
  "endpoint.disabled": "Another endpoint was disabled, since its receiver has answered 410 Gone.",
  "endpoint.test": "Somebody has asked for it.",
};

/** Of every case. */
const OF_CASE = ["findings", "proof"] as const;

/** The part of `data` that each type has; `mute` and `finding` stand together where a mute is of one finding. */
const PARTS: Readonly<Record<HappeningType, readonly (keyof typeof happeningDataSchema.shape)[]>> =
  {
    "finding.opened": ["finding"],
    "finding.reopened": ["finding"],
    "finding.regressed": ["finding"],
    "finding.resolved": ["finding"],
    "finding.unverified": ["finding"],
    "finding.muted": ["mute", "finding"],
    "finding.unmuted": ["mute", "finding"],
    "signal.raised": ["signal"],
    "agent.silent": ["agent"],
    "agent.recovered": ["agent"],
    "mute.expiring": ["mute", "finding"],
    "case.created": ["case", ...OF_CASE],
    "case.updated": ["case", ...OF_CASE],
    "case.note_added": ["case", "note", ...OF_CASE],
    "case.fixed": ["case", ...OF_CASE],
    "case.regressed": ["case", "evidence", ...OF_CASE],
    "case.closed": ["case", ...OF_CASE],
    "case.reopened": ["case", ...OF_CASE],
    "endpoint.disabled": ["endpoint"],
    "endpoint.test": ["endpoint"],
  };

/** The body of one type: its first part is always there. */
export const WEBHOOK_SCHEMAS: ReadonlyMap<HappeningType, z.ZodType> = new Map(
  HAPPENING_TYPES.map((type) => {
    const { shape } = happeningDataSchema;
    const entries = PARTS[type].map((part, i) => [
      part,
      i === 0 ? shape[part].unwrap() : shape[part],
    ]);
    const data = z.object(Object.fromEntries(entries) as Record<string, z.ZodType>);
    return [type, webhookBodySchema.extend({ type: z.literal(type), data })];
  }),
);

const HEADERS = [
  ["webhook-id", "The same for all attempts: what has been seen under it is to be ignored"],
  ["webhook-timestamp", "Seconds since 1970, of the attempt"],
  ["webhook-signature", "`v1,` and Base64; several are separated by spaces"],
] as const;

export function webhooksOf(writer: SchemaWriter): OpenApiDocument["webhooks"] {
  return Object.fromEntries(
    [...WEBHOOK_SCHEMAS].map(([type, schema]) => [
      type,
      {
        post: {
          operationId: `on.${type}`.replaceAll(/[._](\w)/g, (_, letter: string) =>
            letter.toUpperCase(),
          ),
          tags: ["Endpoints"],
          summary: type,
          description: WEBHOOK_MEANINGS[type],
          security: [],
          parameters: HEADERS.map(([name, description]) => ({
            name,
            in: "header",
            required: true,
            description,
            schema: { type: "string" },
          })),
          requestBody: {
            required: true,
            content: {
              "application/json": {
                schema: writer.write(schema),
                examples: { example: { summary: type, value: exampleOf(type) } },
              },
            },
          },
          responses: {
            "200": { description: "Any 2xx within 15 s: it has arrived, and is not sent again." },
            "410": { description: "The endpoint is gone: it is disabled." },
          },
        },
      },
    ]),
  );
}

export function exampleOf(type: HappeningType) {
  return {
    type,
    version: PAYLOAD_VERSION,
    timestamp: formatInstant(EXAMPLES_AT),
    data: WEBHOOK_EXAMPLES[type],
  };
}
