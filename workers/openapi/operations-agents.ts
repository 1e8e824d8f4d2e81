/** Addresses that agents and shippers bring along. */
import { DATADOG_BATCH } from "./example-events.ts";
import {
  BATCH_ANSWER,
  BATCH_PROBLEMS,
  batchHeaders,
  batchQuery,
  eventsBodySchema,
} from "./intake-parts.ts";
import type { Operation } from "./operation.ts";

/** The Datadog Agent's, by its configuration. */
function datadog(id: string, path: string, what: string, description: string): Operation {
  return {
    id,
    method: "post",
    path,
    tag: "Agents' own addresses",
    summary: `Take a Datadog Agent's ${what}`,
    description: `${description} As \`POST /v1/events/datadog\`; the agent key is the Agent's \`DD-API-KEY\`.

The Agent drops what is answered with 400, 401, 403 or 413, and sends again what is answered with any other error.`,
    auth: "agentKey",
    query: batchQuery,
    headers: batchHeaders,
    body: {
      schema: eventsBodySchema,
      mediaTypes: ["application/json"],
      examples: {
        runtime: { summary: "One runtime security event", value: DATADOG_BATCH },
        probe: { summary: "The Agent's probe at its start", value: {} },
      },
    },
    answers: { 200: BATCH_ANSWER },
    problems: BATCH_PROBLEMS,
  };
}

export const AGENT_ADDRESSES: readonly Operation[] = [
  datadog(
    "datadogRuntimeSecurity",
    "/api/v2/secruntime",
    "runtime security events",
    "Where the Agent sends runtime security events.",
  ),
  datadog(
    "datadogLogs",
    "/api/v2/logs",
    "logs",
    "Where it sends them with `use_secruntime_track: false`.",
  ),
  datadog(
    "datadogInput",
    "/v1/input",
    "logs, at its first address",
    "Where it sends them with the first version of its intake.",
  ),
];
