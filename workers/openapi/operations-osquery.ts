/** osquery's TLS enrolment and logger. Refusals are in osquery's words. */
import { z } from "zod";
import {
  osqueryEnrolledSchema,
  osqueryErrorSchema,
  osqueryLoggedSchema,
} from "../../schema/protocols.ts";
import type { Dialect, Operation } from "./operation.ts";
import type { ProblemCode } from "./problems.ts";

const shared = { method: "post", auth: "inBody", tag: "Agents' own addresses" } as const;

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

export const OSQUERY_OPERATIONS: readonly Operation[] = [
  {
    ...shared,
    id: "enrollOsquery",
    path: "/v1/osquery/enroll",
    summary: "Enrol an osquery node",
    description:
      "For `--enroll_tls_endpoint`. The enroll secret is an agent key; the answer is a key of the node's own, which speaks for the host that enrolled, or for the one that the agent key is bound to.",
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
    body: {
      schema: z.looseObject({
        node_key: z.string().describe("What enrolment answered"),
        log_type: z.string().optional().describe("`result` or `status`"),
        data: z.array(z.record(z.string(), z.unknown())).describe("Lines of the log"),
      }),
      mediaTypes: ["application/json"],
      examples: {
        result: {
          summary: "A container that runs privileged; the key is what enrolment answered",
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
