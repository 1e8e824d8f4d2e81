/** Other senders' protocols: OTLP and osquery's TLS logger. Refusals are in their words. */
import { z } from "zod";
import {
  osqueryEnrolledSchema,
  osqueryErrorSchema,
  osqueryLoggedSchema,
  otlpAnswerSchema,
  otlpErrorSchema,
} from "../../schema/protocols.ts";
import { NATIVE_BATCH } from "./example-events.ts";
import { BATCH_PROBLEMS, batchHeaders, batchQuery } from "./intake-parts.ts";
import type { Dialect, Operation } from "./operation.ts";
import type { ProblemCode } from "./problems.ts";

const shared = { method: "post", tag: "Agents' own addresses" } as const;

const OTLP_BODY = z.looseObject({
  resourceLogs: z
    .array(z.record(z.string(), z.unknown()))
    .optional()
    .describe(
      "ResourceLogs of OTLP; each record's body is an event, as a string of JSON or a kvlistValue",
    ),
});

const OTLP_EXAMPLE = {
  resourceLogs: [
    {
      resource: { attributes: [{ key: "k8s.node.name", value: { stringValue: "node-7" } }] },
      scopeLogs: [
        {
          logRecords: [{ body: { stringValue: JSON.stringify(NATIVE_BATCH.events[0]) } }],
        },
      ],
    },
  ],
};

const OSQUERY: Dialect = {
  schema: osqueryErrorSchema,
  say: ({ status, detail }) => ({ node_invalid: status === 401, error: detail }),
};
const OSQUERY_PROBLEMS: readonly ProblemCode[] = [
  "not_authenticated",
  "bad_body",
  "bad_encoding",
  "body_too_large",
  "unsupported_encoding",
  "rate_limited",
];

export const PROTOCOL_OPERATIONS: readonly Operation[] = [
  {
    ...shared,
    id: "sendOtlpLogs",
    path: "/v1/logs",
    summary: "Take OpenTelemetry logs",
    description:
      "An ExportLogsServiceRequest in OTLP's JSON encoding, as a Collector's `otlphttp` exporter sends it with `encoding: json`. Each record's body is one event of any format. A host that the event does not name is that of the resource: `host.id`, else `k8s.node.name`, else `host.name`. Protobuf is refused.",
    auth: "agentKey",
    query: batchQuery,
    headers: batchHeaders,
    body: {
      schema: OTLP_BODY,
      mediaTypes: ["application/json"],
      examples: {
        record: { summary: "One record that holds a native event", value: OTLP_EXAMPLE },
        empty: { summary: "An empty request", value: {} },
      },
    },
    answers: {
      200: {
        description: "Every host concerned has committed",
        schema: otlpAnswerSchema,
        example: {
          partialSuccess: {
            rejectedLogRecords: "1",
            errorMessage:
              "1 of 3 log records were rejected. record 2: not_json: body: must be an event, as a string of JSON or as a kvlistValue",
          },
        },
      },
    },
    problems: [
      ...BATCH_PROBLEMS.filter((code) => code !== "bad_envelope"),
      "unsupported_media_type",
    ],
    dialect: { schema: otlpErrorSchema, say: ({ detail }) => ({ message: detail }) },
  },
  {
    ...shared,
    id: "enrollOsquery",
    path: "/v1/osquery/enroll",
    summary: "Enrol an osquery node",
    description:
      "For `--enroll_tls_endpoint`. The enroll secret is an agent key; the answer is a key of the node's own, which speaks for the host that enrolled, or for the one that the agent key is bound to.",
    auth: "inBody",
    body: {
      schema: z.looseObject({
        enroll_secret: z.string().describe("An agent key"),
        host_identifier: z.string().describe("The host that the node speaks for"),
      }),
      mediaTypes: ["application/json"],
      examples: {
        node: {
          summary: "A node",
          value: { enroll_secret: "$LULL_AGENT_KEY", host_identifier: "node-7" },
        },
      },
    },
    answers: {
      200: {
        description: "Enrolled",
        schema: osqueryEnrolledSchema,
        example: { node_key: `lullnode_acme_first_${"0123456789".repeat(4)}`, node_invalid: false },
      },
    },
    problems: [...OSQUERY_PROBLEMS, "invalid_request"],
    dialect: OSQUERY,
  },
  {
    ...shared,
    id: "sendOsqueryLog",
    path: "/v1/osquery/log",
    summary: "Take an osquery node's log",
    description:
      "For `--logger_tls_endpoint`. Results, row by row, and status lines, which are signs of life. A node speaks for its own host, whatever its lines say.",
    auth: "inBody",
    body: {
      schema: z.looseObject({
        node_key: z.string().describe("What enrolment answered"),
        log_type: z.string().optional().describe("`result` or `status`"),
        data: z.array(z.record(z.string(), z.unknown())).describe("Lines of the log"),
      }),
      mediaTypes: ["application/json"],
      examples: {
        result: {
          summary: "A container that runs privileged",
          value: {
            node_key: "$LULL_NODE_KEY",
            log_type: "result",
            data: [
              {
                name: "docker_containers",
                hostIdentifier: "node-7",
                unixTime: 1_795_514_398,
                action: "added",
                columns: {
                  id: "4f1c9a7be20d4f1c9a7be20d4f1c9a7be20d4f1c9a7be20d4f1c9a7be20d4f1c",
                  name: "/api",
                  image: "shop/api:1.4",
                  state: "running",
                  privileged: "1",
                },
              },
            ],
          },
        },
      },
    },
    answers: {
      200: {
        description: "The host has committed",
        schema: osqueryLoggedSchema,
        example: { node_invalid: false },
      },
    },
    problems: [...OSQUERY_PROBLEMS, "too_many_events", "daily_quota", "not_committed"],
    dialect: OSQUERY,
  },
];
