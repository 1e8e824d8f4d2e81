/** Hosts and containers: what people say of them. */
import { z } from "zod";
import { resourceGoneSchema } from "../../schema/answers.ts";
import type { Operation } from "./operation.ts";

export const RESOURCE_OPERATIONS: readonly Operation[] = [
  {
    id: "resourceGone",
    method: "post",
    path: "/api/v1/resources/{id}/gone",
    tag: "Coverage",
    summary: "Say that a host or container is gone",
    description:
      "Call it when a host is taken out of service. What is open on it and on its containers ends as `resource_gone`, which claims nothing about the behaviour, and its agents are no longer expected. Who says it is logged. Should the host report again, it is there again. Of a container it says the same that a heartbeat's list of containers does. Saying it twice changes nothing.",
    auth: "apiToken",
    params: {
      id: {
        schema: z.string(),
        description: "`host:<name>` or `container:<first 12 hex digits>`",
        example: "host:node-7",
      },
    },
    answers: {
      200: {
        description: "It is gone",
        schema: resourceGoneSchema,
        example: { resource: "host:node-7", findings: 3 },
      },
    },
    problems: ["not_found"],
  },
];
