/** Deliveries: what was sent to an endpoint, what came of it, and how it is sent again. */
import { z } from "zod";
import { pageOf } from "../../schema/answers.ts";
import {
  deliveriesQuerySchema,
  deliveryDetailSchema,
  deliveryViewSchema,
  replayedSchema,
  replayInputSchema,
} from "../../schema/webhooks.ts";
import {
  DELIVERY,
  DELIVERY_AGAIN,
  DELIVERY_DETAIL,
  REPLAY_INPUT,
  TEST_DELIVERY,
} from "./example-endpoints.ts";
import type { Operation, PathParam } from "./operation.ts";
import { endpointParam } from "./operations-endpoints.ts";

const shared = { tag: "Endpoints", auth: "apiToken" } as const;
const deliveryParam: PathParam = {
  schema: z.string(),
  description: "The delivery's id",
  example: DELIVERY.id,
};

export const DELIVERY_OPERATIONS: readonly Operation[] = [
  {
    ...shared,
    id: "testEndpoint",
    method: "post",
    path: "/api/v1/endpoints/{id}/test",
    summary: "Send a test",
    description:
      "Delivers `endpoint.test` on the way that everything takes, whatever the endpoint has chosen to hear. What comes of it stands in the delivery.",
    params: { id: endpointParam },
    answers: {
      202: {
        description: "The delivery, about to be attempted",
        schema: deliveryViewSchema,
        example: TEST_DELIVERY,
      },
    },
    problems: ["not_found", "endpoint_disabled"],
  },
  {
    ...shared,
    id: "listDeliveries",
    method: "get",
    path: "/api/v1/endpoints/{id}/deliveries",
    summary: "List deliveries",
    description:
      "The newest first. What has arrived is kept for a week, dead letters for a month, at most 50,000 of each.",
    params: { id: endpointParam },
    query: deliveriesQuerySchema,
    queryExamples: [
      { summary: "Dead letters", query: "status=dead" },
      { summary: "What opened", query: "type=finding.opened&limit=10" },
    ],
    answers: {
      200: {
        description: "A page of deliveries",
        schema: pageOf(deliveryViewSchema),
        example: { items: [DELIVERY], nextCursor: null },
      },
    },
    problems: ["invalid_request", "not_found"],
  },
  {
    ...shared,
    id: "getDelivery",
    method: "get",
    path: "/api/v1/endpoints/{id}/deliveries/{delivery}",
    summary: "Read one delivery",
    description: "With its body, and every attempt.",
    params: { id: endpointParam, delivery: deliveryParam },
    answers: {
      200: { description: "The delivery", schema: deliveryDetailSchema, example: DELIVERY_DETAIL },
    },
    problems: ["not_found"],
  },
  {
    ...shared,
    id: "replayDelivery",
    method: "post",
    path: "/api/v1/endpoints/{id}/deliveries/{delivery}/replay",
    summary: "Send a delivery again",
    description:
      "Under the same `webhook-id`, at once and with all of its attempts, whether it had arrived or not.",
    params: { id: endpointParam, delivery: deliveryParam },
    answers: {
      202: {
        description: "The delivery, about to be attempted",
        schema: deliveryViewSchema,
        example: DELIVERY_AGAIN,
      },
    },
    problems: ["not_found", "endpoint_disabled"],
  },
  {
    ...shared,
    id: "replayDeliveries",
    method: "post",
    path: "/api/v1/endpoints/{id}/replay",
    summary: "Send a span of deliveries again",
    description:
      "The dead letters among those that were made in the span, or with `failedOnly: false` those that had arrived too. In their order, at most 1,000 with one call.",
    params: { id: endpointParam },
    body: {
      schema: replayInputSchema,
      mediaTypes: ["application/json"],
      examples: { hour: { summary: "The dead letters of an hour", value: REPLAY_INPUT } },
    },
    answers: {
      202: {
        description: "How many will be sent again",
        schema: replayedSchema,
        example: { replayed: 12, nextCursor: null },
      },
    },
    problems: ["bad_body", "invalid_request", "not_found", "endpoint_disabled", "body_too_large"],
  },
];
