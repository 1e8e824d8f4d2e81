/** What the Elasticsearch output of Beats and other shippers asks. Refusals are in Elasticsearch's words. */
import { z } from "zod";
import {
  bulkAnswerSchema,
  elasticsearchErrorSchema,
  elasticsearchHealthSchema,
  elasticsearchLicenseSchema,
  elasticsearchProductSchema,
} from "../../schema/protocols.ts";
import { FALCO_EVENT } from "./example-events.ts";
import { agentEventSchema, BATCH_PROBLEMS, batchHeaders, batchQuery } from "./intake-parts.ts";
import type { Dialect, Operation } from "./operation.ts";

const ELASTICSEARCH: Dialect = {
  schema: elasticsearchErrorSchema,
  say({ type, detail, status }) {
    const cause = { type: type.slice(type.lastIndexOf(":") + 1), reason: detail };
    return { error: { root_cause: [cause], ...cause }, status };
  },
};

const shared = {
  tag: "Agents' own addresses",
  auth: "agentKey",
  dialect: ELASTICSEARCH,
} as const;

const DOCUMENT = {
  "@timestamp": "2026-11-24T09:59:57.482Z",
  message: JSON.stringify(FALCO_EVENT),
  host: { name: "node-7" },
};

/** An action, then its document, each on a line of its own. */
const bulkOf = (action: object): string =>
  [{ create: action }, DOCUMENT].map((line) => `${JSON.stringify(line)}\n`).join("");

function bulk(id: string, path: string, action: object, params?: Operation["params"]): Operation {
  return {
    ...shared,
    id,
    method: "post",
    path,
    summary: params === undefined ? "Take a bulk request" : "Take a bulk request for an index",
    description:
      "Lines of `create` or `index` actions, each followed by its document. A document is an event of any format, or a Beat's wrapper around the line that it read. Each is answered by itself; `update` and `delete` are rejected. A document's `_id` makes that it counts once.",
    ...(params === undefined ? {} : { params }),
    query: batchQuery,
    headers: batchHeaders,
    body: {
      schema: agentEventSchema,
      mediaTypes: ["application/x-ndjson"],
      examples: {
        falco: { summary: "A line of Falco's log, from Filebeat", value: bulkOf(action) },
      },
    },
    answers: {
      200: {
        description: "Every host concerned has committed",
        schema: bulkAnswerSchema,
        example: {
          took: 12,
          errors: false,
          items: [{ create: { _index: "lull", _id: "a1", result: "created", status: 201 } }],
        },
      },
    },
    problems: BATCH_PROBLEMS.filter((code) => code !== "bad_envelope"),
  };
}

export const ELASTICSEARCH_OPERATIONS: readonly Operation[] = [
  {
    ...shared,
    id: "getElasticsearchProduct",
    method: "get",
    path: "/v1/elasticsearch",
    summary: "Say what a Beat asks when it connects",
    description: "A version that Beats of any version take.",
    answers: {
      200: {
        description: "The product",
        schema: elasticsearchProductSchema,
        example: {
          name: "lull",
          cluster_name: "lull",
          cluster_uuid: "lull",
          version: {
            number: "8.99.0",
            build_flavor: "default",
            minimum_wire_compatibility_version: "7.17.0",
            minimum_index_compatibility_version: "7.0.0",
          },
          tagline: "Lull takes the bulk requests of agents.",
        },
      },
    },
    problems: ["rate_limited"],
  },
  {
    ...shared,
    id: "getElasticsearchLicense",
    method: "get",
    path: "/v1/elasticsearch/_license",
    summary: "Say which licence, for Beats",
    description: "Beats go on with any that has not expired.",
    answers: {
      200: {
        description: "The licence",
        schema: elasticsearchLicenseSchema,
        example: { license: { uid: "lull", type: "oss", status: "active" } },
      },
    },
    problems: ["rate_limited"],
  },
  {
    ...shared,
    id: "getElasticsearchHealth",
    method: "get",
    path: "/v1/elasticsearch/_cluster/health",
    summary: "Say that all is well, for Vector",
    description: "Vector's health check. Whether Lull is ready says `GET /healthz`.",
    answers: {
      200: {
        description: "Always this",
        schema: elasticsearchHealthSchema,
        example: { cluster_name: "lull", status: "green" },
      },
    },
    problems: ["rate_limited"],
  },
  bulk("sendBulk", "/v1/elasticsearch/_bulk", { _index: "falco", _id: "a1" }),
  bulk(
    "sendBulkTo",
    "/v1/elasticsearch/{index}/_bulk",
    { _id: "a1" },
    {
      index: {
        schema: z.string(),
        description: "Any name: Lull keeps no indices. An `_id` counts once within it",
        example: "falco",
      },
    },
  ),
];
