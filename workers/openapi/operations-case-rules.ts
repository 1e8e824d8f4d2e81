/** Rules by which cases are made and given to teams. */
import {
  automationPreviewInputSchema,
  automationPreviewSchema,
  automationsInputSchema,
  automationsSchema,
  listHeadersSchema,
  ownershipInputSchema,
  ownershipSchema,
} from "../../schema/case-rules.ts";
import { FINDING_ID } from "./examples.ts";
import type { Operation } from "./operation.ts";

const shared = { tag: "Cases", auth: "apiToken" } as const;

const AUTOMATION = {
  id: "shop-compilers",
  when: 'resource.namespace == "shop" && finding.rule == "compiler-in-container"',
  enabled: true,
  priority: "P2",
  assignee: null,
  team: null,
  labels: ["image"],
  dailyCap: 20,
} as const;
const AUTOMATIONS = {
  items: [{ ...AUTOMATION, labels: ["image"], today: { created: 1, capped: false } }],
};
const OWNERSHIP = {
  items: [
    { when: 'resource.namespace == "shop"', team: "shop" },
    { when: 'resource.image.startsWith("base/")', team: "platform" },
  ],
};

export const CASE_RULE_OPERATIONS: readonly Operation[] = [
  {
    ...shared,
    id: "listAutomations",
    method: "get",
    path: "/api/v1/automations",
    summary: "List automation rules",
    description:
      "In their order, with how many cases each has made today. Its `ETag` is the list's version.",
    answers: {
      200: { description: "All of them", schema: automationsSchema, example: AUTOMATIONS },
    },
    problems: [],
  },
  {
    ...shared,
    id: "setAutomations",
    method: "put",
    path: "/api/v1/automations",
    summary: "Set automation rules",
    description:
      "All of them, in order: of a finding that opens, is not muted and is in no case, the first that is true makes a case, with what else of its (rule, workload) opens. There is one such case that is not closed. What a rule's `dailyCap` holds back stays without a case.",
    headers: listHeadersSchema,
    body: {
      schema: automationsInputSchema,
      mediaTypes: ["application/json"],
      examples: {
        shop: {
          summary: "Cases of compilers in a namespace",
          value: {
            items: [{ id: AUTOMATION.id, when: AUTOMATION.when, priority: "P2", dailyCap: 20 }],
          },
        },
      },
    },
    answers: {
      200: { description: "All of them", schema: automationsSchema, example: AUTOMATIONS },
    },
    problems: [
      "bad_body",
      "invalid_request",
      "bad_expression",
      "body_too_large",
      "case_rules_too_large",
      "version_conflict",
      "changes_waiting",
    ],
  },
  {
    ...shared,
    id: "previewAutomation",
    method: "post",
    path: "/api/v1/automations/preview",
    summary: "See of what an automation rule would make cases",
    description: "Of the open findings in no case, the newest 1,000. Nothing is stored.",
    body: {
      schema: automationPreviewInputSchema,
      mediaTypes: ["application/json"],
      examples: { shop: { summary: "Before it is set", value: { when: AUTOMATION.when } } },
    },
    answers: {
      200: {
        description: "What it would make",
        schema: automationPreviewSchema,
        example: {
          findings: 5,
          cases: 2,
          tested: 41,
          cut: false,
          examples: [
            { finding: FINDING_ID, title: "Compiler run in a container: api, and 3 more" },
          ],
        },
      },
    },
    problems: ["bad_body", "invalid_request", "bad_expression", "body_too_large"],
  },
  {
    ...shared,
    id: "listOwnership",
    method: "get",
    path: "/api/v1/ownership",
    summary: "List ownership rules",
    description: "In their order. Its `ETag` is the list's version.",
    answers: { 200: { description: "All of them", schema: ownershipSchema, example: OWNERSHIP } },
    problems: [],
  },
  {
    ...shared,
    id: "setOwnership",
    method: "put",
    path: "/api/v1/ownership",
    summary: "Set ownership rules",
    description:
      "All of them, in order: of a case that is made without a team, the first that is true of its first finding says whose it is.",
    headers: listHeadersSchema,
    body: {
      schema: ownershipInputSchema,
      mediaTypes: ["application/json"],
      examples: { teams: { summary: "By namespace and image", value: OWNERSHIP } },
    },
    answers: { 200: { description: "All of them", schema: ownershipSchema, example: OWNERSHIP } },
    problems: [
      "bad_body",
      "invalid_request",
      "bad_expression",
      "body_too_large",
      "case_rules_too_large",
      "version_conflict",
      "changes_waiting",
    ],
  },
];
