/** Rules by which cases are made and given to teams, as the API takes and shows them. */
import { z } from "zod";
import { CASE_PRIORITIES } from "./case.ts";
import {
  MAX_AUTOMATIONS,
  MAX_CASE_LABELS,
  MAX_DAILY_CASES,
  MAX_EXPRESSION_CHARS,
  MAX_OWNERSHIP_RULES,
} from "./limits.ts";
import { line } from "./rules-api.ts";

const when = z
  .string()
  .trim()
  .min(1)
  .max(MAX_EXPRESSION_CHARS)
  .describe("A condition in CEL over `finding` and `resource`; see docs/mutes.md");

/** Makes a case of what opens. */
export const automationSchema = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, "lower-case letters, digits and hyphens, at most 64"),
  when,
  enabled: z.boolean().default(true),
  priority: z.enum(CASE_PRIORITIES).nullable().default(null).describe("Null: of the worst finding"),
  assignee: line(100).nullable().default(null).describe("A member's id"),
  team: line(100).nullable().default(null).describe("Null: as the ownership rules say"),
  labels: z.array(line(64)).max(MAX_CASE_LABELS).default([]),
  dailyCap: z
    .int()
    .min(1)
    .max(MAX_DAILY_CASES)
    .default(50)
    .describe("Cases that it makes on a day (UTC) at the most"),
});
export type Automation = z.infer<typeof automationSchema>;

/** Says whose a case is, where nobody has. */
export const ownershipRuleSchema = z.strictObject({ when, team: line(100) });
export type OwnershipRule = z.infer<typeof ownershipRuleSchema>;

/** `PUT /api/v1/automations`: all of them, in order. */
export const automationsInputSchema = z.strictObject({
  items: z
    .array(automationSchema)
    .max(MAX_AUTOMATIONS)
    .refine(
      (items) => new Set(items.map(({ id }) => id)).size === items.length,
      "two have the same id",
    ),
});
export const automationViewSchema = automationSchema.extend({
  today: z
    .object({ created: z.int().nonnegative(), capped: z.boolean() })
    .describe("Cases that it has made since midnight (UTC), and whether its cap is reached"),
});
export type AutomationView = z.infer<typeof automationViewSchema>;
export const automationsSchema = z.object({ items: z.array(automationViewSchema) });

export const ownershipInputSchema = z.strictObject({
  items: z.array(ownershipRuleSchema).max(MAX_OWNERSHIP_RULES),
});
export const ownershipSchema = z.object({ items: z.array(ownershipRuleSchema) });

/** `If-Match` of a list that is replaced as a whole. */
export const listHeadersSchema = z.object({
  "If-Match": z
    .string()
    .optional()
    .describe("The ETag of the list that you have seen: 412 where somebody has changed it since"),
});

/** `POST /api/v1/automations/preview`. */
export const automationPreviewInputSchema = z.strictObject({ when });
export const automationPreviewSchema = z.object({
  findings: z.int().nonnegative().describe("Open findings in no case that it is true of"),
  cases: z.int().nonnegative().describe("Cases that they would be"),
  tested: z.int().nonnegative().describe("Open findings that were looked at"),
  cut: z.boolean().describe("There are more open findings, which were not looked at"),
  examples: z.array(z.object({ finding: z.string(), title: z.string() })),
});
export type AutomationPreview = z.infer<typeof automationPreviewSchema>;
