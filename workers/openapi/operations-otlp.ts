/** OpenTelemetry's logs. Refusals are in OTLP's words. */
import { z } from "zod";
import { otlpAnswerSchema, otlpErrorSchema } from "../../schema/protocols.ts";
import { NATIVE_BATCH } from "./example-events.ts";
import { BATCH_PROBLEMS, batchHeaders, batchQuery } from "./intake-parts.ts";
import type { Operation } from "./operation.ts";

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

export const OTLP_OPERATIONS: readonly Operation[] = [
  {
    method: "post",
    tag: "Agents' own addresses",
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
];
