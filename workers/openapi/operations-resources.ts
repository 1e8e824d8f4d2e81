/** Hosts and containers: what was found on them, and what people say of them. */
import { z } from "zod";
import { pageOf, resourceGoneSchema } from "../../schema/answers.ts";
import { resourcesQuerySchema, resourceSummarySchema } from "../../schema/resource.ts";
import { SUMMARY } from "./examples.ts";
import type { Operation } from "./operation.ts";

export const RESOURCE_OPERATIONS: readonly Operation[] = [
  {
    id: "listResources",
    method: "get",
    path: "/api/v1/resources",
    tag: "Coverage",
    summary: "List resources with their findings",
    description:
      "Hosts and containers that a finding is or was about, by their ids, each as it was seen last and with the counts of all its findings. One that has done nothing is not known here; hosts that agents watch are under coverage.",
    auth: "apiToken",
    query: resourcesQuerySchema,
    queryExamples: [
      { summary: "On one host", query: "host=node-7" },
      { summary: "Of one workload", query: "namespace=shop&workload=api" },
    ],
    answers: {
      200: {
        description: "A page of resources",
        schema: pageOf(resourceSummarySchema),
        example: {
          items: [
            {
              ...SUMMARY.resource,
              findings: { open: 2, unverified: 0, resolved: 5 },
              lastSeenAt: "2026-11-24T09:59:58.120Z",
            },
          ],
          nextCursor: null,
        },
      },
    },
    problems: ["invalid_request"],
  },
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
