/** What a tenant has decided for all of its findings. */
import { settingsPatchSchema, settingsSchema } from "../../schema/settings.ts";
import type { Operation } from "./operation.ts";

export const SETTINGS_OPERATIONS: readonly Operation[] = [
  {
    id: "getSettings",
    method: "get",
    path: "/api/v1/settings",
    tag: "Coverage",
    summary: "Read the settings",
    description: "What holds for all findings of the tenant.",
    auth: "apiToken",
    answers: {
      200: {
        description: "The settings",
        schema: settingsSchema,
        example: { coverage: "lenient" },
      },
    },
    problems: [],
  },
  {
    id: "changeSettings",
    method: "patch",
    path: "/api/v1/settings",
    tag: "Coverage",
    summary: "Change the settings",
    description:
      "`coverage: strict` lets nothing resolve on silence alone: findings whose agents send no heartbeats stay open, unverified. Open findings follow at once, or before they would resolve. The change stands in the history of the ruleset.",
    auth: "apiToken",
    body: {
      schema: settingsPatchSchema,
      mediaTypes: ["application/json"],
      examples: {
        strict: { summary: "Require heartbeats", value: { coverage: "strict" } },
      },
    },
    answers: {
      200: {
        description: "The settings as they are now",
        schema: settingsSchema,
        example: { coverage: "strict" },
      },
    },
    problems: ["bad_body", "invalid_request", "body_too_large", "changes_waiting"],
  },
];
