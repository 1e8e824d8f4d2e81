/** Rules. */
import { z } from "zod";
import { pageOf } from "../../schema/answers.ts";
import {
  customRulePatchSchema,
  customRuleSchema,
  rulePatchSchema,
  ruleTestAnswerSchema,
  ruleTestSchema,
  ruleViewSchema,
} from "../../schema/rules-api.ts";
import { CUSTOM_RULE, CUSTOM_RULE_INPUT, RULE_TEST } from "./example-rules.ts";
import { NATIVE_BATCH } from "./example-events.ts";
import { RULE } from "./examples.ts";
import type { Operation, PathParam } from "./operation.ts";
import type { ProblemCode } from "./problems.ts";

const shared = { tag: "Rules", auth: "apiToken" } as const;
const ruleIdParam: PathParam = {
  schema: z.string(),
  description: "The rule's id",
  example: "compiler-in-container",
};

const BODY_PROBLEMS: readonly ProblemCode[] = ["bad_body", "invalid_request", "body_too_large"];

export const RULE_OPERATIONS: readonly Operation[] = [
  {
    ...shared,
    id: "listRules",
    method: "get",
    path: "/api/v1/rules",
    summary: "List rules",
    description:
      "All of them, enabled or not: the built-in ones with what the tenant has changed, then its own.",
    answers: {
      200: {
        description: "All rules",
        schema: pageOf(ruleViewSchema),
        example: { items: [RULE], nextCursor: null },
      },
    },
    problems: [],
  },
  {
    ...shared,
    id: "createRule",
    method: "post",
    path: "/api/v1/rules",
    summary: "Make a rule",
    description:
      "A rule of the tenant's own. Its conditions are CEL, compiled and type-checked when it is saved; `POST /api/v1/rules/test` tries it before.",
    body: {
      schema: customRuleSchema,
      mediaTypes: ["application/json"],
      examples: { crontab: { summary: "Cron changed in a container", value: CUSTOM_RULE_INPUT } },
    },
    answers: {
      201: { description: "Made, and in force", schema: ruleViewSchema, example: CUSTOM_RULE },
    },
    problems: [
      ...BODY_PROBLEMS,
      "bad_expression",
      "rise_not_worse",
      "rule_exists",
      "too_many_rules",
      "rule_too_large",
      "rules_too_large",
      "changes_waiting",
    ],
  },
  {
    ...shared,
    id: "testRule",
    method: "post",
    path: "/api/v1/rules/test",
    summary: "Try a rule",
    description:
      "A rule that exists, or a draft, on events as agents send them, or on the samples that are kept of findings and signals. Nothing is stored, and exceptions are not applied.",
    body: {
      schema: ruleTestSchema,
      mediaTypes: ["application/json"],
      examples: {
        events: {
          summary: "A built-in rule on a batch",
          value: { id: "compiler-in-container", events: NATIVE_BATCH },
        },
        draft: {
          summary: "A draft on the samples that are kept",
          value: { rule: CUSTOM_RULE_INPUT },
        },
      },
    },
    answers: {
      200: { description: "What would match", schema: ruleTestAnswerSchema, example: RULE_TEST },
    },
    problems: [...BODY_PROBLEMS, "bad_expression", "bad_envelope", "not_found", "too_many_events"],
  },
  {
    ...shared,
    id: "getRule",
    method: "get",
    path: "/api/v1/rules/{id}",
    summary: "Read one rule",
    description: "What it looks for, why it matters, and how to fix what it finds.",
    params: { id: ruleIdParam },
    answers: { 200: { description: "The rule", schema: ruleViewSchema, example: RULE } },
    problems: ["not_found"],
  },
  {
    ...shared,
    id: "patchRule",
    method: "patch",
    path: "/api/v1/rules/{id}",
    summary: "Change a rule",
    description:
      "Of a built-in rule severity, how it rises, quiet period and `enabled` can be changed; null takes a change back. Of a custom rule every field but the id. Open findings follow; those of a rule that is disabled resolve as `rule_retired`.",
    params: { id: ruleIdParam },
    body: {
      schema: z.union([rulePatchSchema, customRulePatchSchema]),
      mediaTypes: ["application/json"],
      examples: {
        shorter: { summary: "A shorter quiet period", value: { quietPeriod: "12h" } },
        rises: {
          summary: "Worse when it lasts, or spreads",
          value: {
            rises: [
              { after: "72h", severity: "high" },
              { resources: 5, severity: "critical" },
            ],
          },
        },
        back: { summary: "As the pack has it", value: { quietPeriod: null, severity: null } },
      },
    },
    answers: {
      200: { description: "The rule as it is now", schema: ruleViewSchema, example: RULE },
    },
    problems: [
      ...BODY_PROBLEMS,
      "bad_expression",
      "rise_not_worse",
      "not_found",
      "rule_too_large",
      "rules_too_large",
      "changes_waiting",
    ],
  },
  {
    ...shared,
    id: "deleteRule",
    method: "delete",
    path: "/api/v1/rules/{id}",
    summary: "Delete a custom rule",
    description:
      "Its open findings end as `rule_retired`; its history stays. A built-in rule cannot be deleted, only disabled.",
    params: { id: { ...ruleIdParam, example: CUSTOM_RULE.id } },
    answers: { 204: { description: "Deleted" } },
    problems: ["not_found", "built_in_rule", "changes_waiting"],
  },
];
