/** Events and heartbeats. */
import { z } from "zod";
import { heartbeatAnswerSchema } from "../../schema/answers.ts";
import { AGENT_FORMATS } from "../../schema/event.ts";
import { heartbeatSchema } from "../../schema/ingest.ts";
import {
  MAX_BODY_BYTES,
  MAX_EVENT_BYTES,
  MAX_EVENTS_PER_BATCH,
  MAX_HOSTS_PER_BATCH,
} from "../../schema/limits.ts";
import { CLOUD_EVENT, FALCO_EVENT, NATIVE_BATCH, TETRAGON_LINES } from "./example-events.ts";
import {
  BATCH_ANSWER,
  BATCH_PROBLEMS,
  batchHeaders,
  batchQuery,
  eventsBodySchema,
  hostHeaders,
  hostQuery,
} from "./intake-parts.ts";
import type { Operation } from "./operation.ts";

const KIB = 1_024;
const MIB = 1_024 * KIB;

export const INTAKE_OPERATIONS: readonly Operation[] = [
  {
    id: "sendEvents",
    method: "post",
    path: "/v1/events",
    tag: "Intake",
    summary: "Send events",
    description: `One event, an array of them, lines of them (NDJSON), or a native batch. The format of each event is recognised: ${AGENT_FORMATS.join(", ")}. CloudEvents are taken out of their envelopes. \`Content-Type\` is not looked at.

The answer comes after every host concerned has committed, so a batch that was answered is not lost. \`received\` is always \`accepted\` + \`duplicate\` + \`ignored\` + the number of \`rejected\`; one bad event is rejected alone. Sending a batch again counts nothing twice for 24 hours.

At most ${MAX_BODY_BYTES / MIB} MiB after decompression, ${MAX_EVENTS_PER_BATCH} events, ${MAX_EVENT_BYTES / KIB} KiB an event, ${MAX_HOSTS_PER_BATCH} hosts.`,
    auth: "agentKey",
    query: batchQuery,
    headers: batchHeaders,
    body: {
      schema: eventsBodySchema,
      mediaTypes: ["application/json", "application/x-ndjson", "application/cloudevents+json"],
      examples: {
        native: { summary: "A native batch", value: NATIVE_BATCH },
        falco: { summary: "One event of Falco, recognised", value: FALCO_EVENT },
        lines: {
          summary: "Two lines of Tetragon's export",
          value: TETRAGON_LINES,
          mediaType: "application/x-ndjson",
        },
        cloudEvent: {
          summary: "An event in a CloudEvent",
          value: CLOUD_EVENT,
          mediaType: "application/cloudevents+json",
        },
        empty: { summary: "An empty batch is a sign of life of nobody, and valid", value: [] },
      },
    },
    answers: { 200: BATCH_ANSWER },
    problems: BATCH_PROBLEMS,
  },
  {
    id: "sendEventsAs",
    method: "post",
    path: "/v1/events/{format}",
    tag: "Intake",
    summary: "Send events of one format",
    description:
      "As `POST /v1/events`, with every event read as the format that the path names. An event of another format is rejected.",
    auth: "agentKey",
    params: {
      format: {
        schema: z.enum(AGENT_FORMATS),
        description: "What sent the events",
        example: "falco",
      },
    },
    query: batchQuery,
    headers: batchHeaders,
    body: {
      schema: eventsBodySchema,
      mediaTypes: ["application/json", "application/x-ndjson"],
      examples: {
        falco: { summary: "What Falco's http_output sends", value: FALCO_EVENT },
        host: {
          summary: "The host named in the address, and how often to expect something",
          value: [{ ...FALCO_EVENT, hostname: undefined }],
          query: "host=node-7&heartbeat=15m",
        },
      },
    },
    answers: { 200: BATCH_ANSWER },
    problems: ["unknown_format", ...BATCH_PROBLEMS],
  },
  {
    id: "sendHeartbeat",
    method: "post",
    path: "/v1/heartbeats",
    tag: "Intake",
    summary: "Give a sign of life",
    description: `Says that an agent is watching its host, so that silence can prove something. Three intervals without any contact are a gap: the quiet clock of the findings that this agent reported stands still. \`dropped\` makes a gap since the last contact.

\`facts\` are the host's state; together they are one event of kind \`host\`, action \`fact\`, so that a state is a finding for as long as it is reported.

A heartbeat with \`sentAt\` or \`Idempotency-Key\` counts once however often it is sent; one without always counts.`,
    auth: "agentKey",
    query: hostQuery,
    headers: hostHeaders,
    body: {
      schema: heartbeatSchema,
      mediaTypes: ["application/json"],
      examples: {
        facts: {
          summary: "A sign of life with the host's state",
          value: {
            agent: { id: "node-7-agent", host: { name: "node-7" } },
            sentAt: "2026-11-24T10:00:00Z",
            intervalMs: 60_000,
            dropped: 0,
            facts: { cgroupVersion: 1, kernel: "5.4", selinux: "permissive" },
          },
        },
        least: {
          summary: "The least, with the host named in the address",
          value: { agent: { id: "node-7-agent" } },
          query: "host=node-7",
        },
      },
    },
    answers: {
      200: {
        description: "The host has committed",
        schema: heartbeatAnswerSchema,
        example: { host: "host:node-7", findings: 1 },
      },
    },
    problems: [
      "bad_encoding",
      "bad_body",
      "invalid_request",
      "no_host",
      "idempotency_key_reused",
      "body_too_large",
      "unsupported_encoding",
      "rate_limited",
      "not_committed",
    ],
  },
];
