/** What a tenant has decided for all of its findings and cases. */
import { settingsPatchSchema, settingsSchema } from "../../schema/settings.ts";
import type { Operation } from "./operation.ts";

const SLA = { P1: "24h", P2: "3d", P3: "14d", P4: "30d", P5: "90d" };

export const SETTINGS_OPERATIONS: readonly Operation[] = [
  {
    id: "getSettings",
    method: "get",
    path: "/api/v1/settings",
    tag: "Coverage",
    summary: "Read the settings",
    description: "What holds for all findings and cases of the tenant.",
    auth: "apiToken",
    answers: {
      200: {
        description: "The settings",
        schema: settingsSchema,
        example: { coverage: "lenient", sla: SLA },
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
      "`coverage: strict` lets nothing resolve on silence alone: findings whose agents send no heartbeats stay open, unverified. Open findings follow at once, or before they would resolve. `sla` says by priority how long after it was made a case is due; it is used when a case is made and when its priority changes, and priorities that are not named stay. The change stands in the history of the ruleset.",
    auth: "apiToken",
    body: {
      schema: settingsPatchSchema,
      mediaTypes: ["application/json"],
      examples: {
        strict: { summary: "Require heartbeats", value: { coverage: "strict" } },
        sla: { summary: "Let P1 be due in 12 hours", value: { sla: { P1: "12h" } } },
      },
    },
    answers: {
      200: {
        description: "The settings as they are now",
        schema: settingsSchema,
        example: { coverage: "strict", sla: SLA },
      },
    },
    problems: ["bad_body", "invalid_request", "body_too_large", "changes_waiting"],
  },
];
