/** Endpoints: where webhooks go. Their deliveries: operations-deliveries.ts. */
import { z } from "zod";
import { pageOf } from "../../schema/answers.ts";
import {
  endpointCreatedSchema,
  endpointDetailSchema,
  endpointInputSchema,
  endpointPatchSchema,
  endpointRotatedSchema,
  endpointViewSchema,
} from "../../schema/webhooks.ts";
import {
  ENDPOINT,
  ENDPOINT_CREATED,
  ENDPOINT_DETAIL,
  ENDPOINT_INPUT,
  ENDPOINT_ROTATED,
  ENDPOINT_SCOPED_INPUT,
  TRACKER_INPUT,
} from "./example-endpoints.ts";
import type { Operation, PathParam } from "./operation.ts";

const shared = { tag: "Endpoints", auth: "apiToken" } as const;

export const endpointParam: PathParam = {
  schema: z.string(),
  description: "The endpoint's id",
  example: ENDPOINT.id,
};

export const ENDPOINT_OPERATIONS: readonly Operation[] = [
  {
    ...shared,
    id: "listEndpoints",
    method: "get",
    path: "/api/v1/endpoints",
    summary: "List endpoints",
    description: "In the order in which they were made.",
    answers: {
      200: {
        description: "All endpoints",
        schema: pageOf(endpointViewSchema),
        example: { items: [ENDPOINT], nextCursor: null },
      },
    },
    problems: [],
  },
  {
    ...shared,
    id: "createEndpoint",
    method: "post",
    path: "/api/v1/endpoints",
    summary: "Make an endpoint",
    description:
      "From now on it is told what happens, by `POST` as Standard Webhooks 1.0.0 says. The answer holds its secret, which is shown this once. Each call makes one more endpoint.",
    body: {
      schema: endpointInputSchema,
      mediaTypes: ["application/json"],
      examples: {
        findings: { summary: "All about findings", value: ENDPOINT_INPUT },
        siem: {
          summary: "What is serious in two namespaces, as OCSF",
          value: ENDPOINT_SCOPED_INPUT,
        },
        tracker: { summary: "A ticket for each case", value: TRACKER_INPUT },
      },
    },
    answers: {
      201: {
        description: "Made; keep the secret",
        schema: endpointCreatedSchema,
        example: ENDPOINT_CREATED,
      },
    },
    problems: [
      "bad_body",
      "invalid_request",
      "body_too_large",
      "too_many_endpoints",
      "endpoints_too_large",
      "changes_waiting",
    ],
  },
  {
    ...shared,
    id: "getEndpoint",
    method: "get",
    path: "/api/v1/endpoints/{id}",
    summary: "Read one endpoint",
    description: "With how its deliveries go.",
    params: { id: endpointParam },
    answers: {
      200: { description: "The endpoint", schema: endpointDetailSchema, example: ENDPOINT_DETAIL },
    },
    problems: ["not_found"],
  },
  {
    ...shared,
    id: "changeEndpoint",
    method: "patch",
    path: "/api/v1/endpoints/{id}",
    summary: "Change an endpoint",
    description:
      "What waits for it is tried at once, at the new address. While it is disabled nothing is sent, and what happens then is never told; what waited goes on when it is enabled again.",
    params: { id: endpointParam },
    body: {
      schema: endpointPatchSchema,
      mediaTypes: ["application/json"],
      examples: {
        disable: { summary: "Disable it", value: { status: "disabled" } },
        filter: {
          summary: "Hear of less",
          value: { events: ["finding.opened"], filter: { severity: "high" } },
        },
      },
    },
    answers: { 200: { description: "Changed", schema: endpointViewSchema, example: ENDPOINT } },
    problems: [
      "bad_body",
      "invalid_request",
      "not_found",
      "body_too_large",
      "endpoints_too_large",
      "changes_waiting",
    ],
  },
  {
    ...shared,
    id: "deleteEndpoint",
    method: "delete",
    path: "/api/v1/endpoints/{id}",
    summary: "Delete an endpoint",
    description: "With its deliveries: what waits is not delivered any more.",
    params: { id: endpointParam },
    answers: { 204: { description: "Deleted" } },
    problems: ["not_found", "changes_waiting"],
  },
  {
    ...shared,
    id: "rotateEndpointSecret",
    method: "post",
    path: "/api/v1/endpoints/{id}/rotate",
    summary: "Rotate an endpoint's secret",
    description:
      "For a day each delivery carries two signatures, by the new secret and by the former one, so that the receiver can change over without losing any.",
    params: { id: endpointParam },
    answers: {
      200: {
        description: "The new secret, shown this once",
        schema: endpointRotatedSchema,
        example: ENDPOINT_ROTATED,
      },
    },
    problems: ["not_found"],
  },
];
