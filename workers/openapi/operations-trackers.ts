/** What trackers send. */
import { z } from "zod";
import { TRACKER_ID } from "./example-cases.ts";
import type { Operation } from "./operation.ts";

export const TRACKER_OPERATIONS: readonly Operation[] = [
  {
    id: "trackerHook",
    method: "post",
    path: "/hooks/v1/{tenant}/{endpoint}",
    tag: "Endpoints",
    summary: "Tell of a ticket",
    description:
      "For the webhooks of trackers, in their own words, signed in their own way with the secret of the endpoint (Jira `X-Hub-Signature`, GitHub `X-Hub-Signature-256`, GitLab `X-Gitlab-Token` or `webhook-signature`, ServiceNow `X-Lull-Signature`). Who closes a ticket says that its case is fixed. See the guide of trackers.",
    auth: "none",
    params: {
      tenant: { schema: z.string(), description: "The tenant", example: "default" },
      endpoint: {
        schema: z.string(),
        description: "The endpoint's id",
        example: TRACKER_ID,
      },
    },
    body: {
      schema: z.looseObject({}),
      mediaTypes: ["application/json"],
      examples: {
        github: { summary: "GitHub: an issue was closed", value: { action: "closed" } },
        servicenow: {
          summary: "ServiceNow: an incident was resolved, as the guide's business rule tells it",
          value: {
            id: "5f1d8c6a2f4b4e0f9a3c7d2e1b0a9f8e",
            at: 1_763_978_400_000,
            table: "incident",
            sysId: "9d385017c611228701d22104cc95c371",
            number: "INC0010042",
            correlationId: "lull-42-0a1b2c3d4e",
            by: { user: "ana.ruiz", name: "Ana Ruiz", email: "ana@example.com" },
            state: "6",
          },
        },
      },
    },
    answers: {
      202: { description: "It is stored, and takes effect" },
      204: { description: "It is about nothing that counts here" },
    },
    problems: ["not_authenticated", "body_too_large", "rate_limited"],
  },
];
