/** The ruleset and its history. */
import { pageOf } from "../../schema/answers.ts";
import {
  ruleChangesQuerySchema,
  ruleChangeViewSchema,
  rulesetViewSchema,
} from "../../schema/rules-api.ts";
import { RULE_CHANGE, RULESET } from "./example-rules.ts";
import type { Operation } from "./operation.ts";

const shared = { tag: "Rules", auth: "apiToken" } as const;

export const RULESET_OPERATIONS: readonly Operation[] = [
  {
    ...shared,
    id: "getRuleset",
    method: "get",
    path: "/api/v1/ruleset",
    summary: "Read the ruleset's version and hash",
    description:
      "They change with every rule and exception, so that one can tell what was in force.",
    answers: { 200: { description: "The ruleset", schema: rulesetViewSchema, example: RULESET } },
    problems: [],
  },
  {
    ...shared,
    id: "listRuleChanges",
    method: "get",
    path: "/api/v1/ruleset/changes",
    summary: "List who changed which rule",
    description: "Newest first, exceptions included.",
    query: ruleChangesQuerySchema,
    queryExamples: [{ summary: "Of one rule", query: "subject=compiler-in-container" }],
    answers: {
      200: {
        description: "A page of changes",
        schema: pageOf(ruleChangeViewSchema),
        example: { items: [RULE_CHANGE], nextCursor: null },
      },
    },
    problems: ["invalid_request"],
  },
];
