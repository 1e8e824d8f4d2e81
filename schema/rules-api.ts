/** Requests and answers of the API about rules: a tenant's own, their test, exceptions from them, and their history. */
import { z } from "zod";
import { exact, pageShape } from "./api.ts";
import {
  MAX_EXPRESSION_CHARS,
  MAX_FIELD_CHARS,
  MAX_MATCHERS,
  MAX_QUIET_PERIOD_MS,
  MAX_RISES,
  MAX_SPREAD,
  MIN_QUIET_PERIOD_MS,
  MIN_SPREAD,
} from "./limits.ts";
import { AGENT_FORMATS, EVENT_KINDS } from "./event.ts";
import { RULE_CLASSES, SEVERITIES } from "./rule.ts";
import { formatDuration, parseDuration, parseInstant } from "./time.ts";

const riseViewSchema = z.object({
  after: z.string().optional().describe("Once the episode has been open for so long"),
  resources: z
    .int()
    .optional()
    .describe("Once so many resources of the workload have an open finding of the rule"),
  severity: z.enum(SEVERITIES),
});

export const ruleViewSchema = z.object({
  id: z.string(),
  title: z.string(),
  class: z.enum(RULE_CLASSES),
  severity: z.enum(SEVERITIES),
  rises: z.array(riseViewSchema).describe("How the severity of a finding rises"),
  scope: z.array(z.enum(["host", "container"])),
  enabled: z.boolean(),
  builtIn: z.boolean(),
  quietPeriod: z.string(),
  quietPeriodReason: z.string(),
  phrase: z.string().describe("The start of a finding's headline"),
  why: z.string().describe("Markdown"),
  good: z.string().describe("Markdown"),
  remediation: z.string().describe("Markdown"),
  references: z.array(z.object({ title: z.string(), url: z.string() })),
  tags: z.array(z.string()),
  matchers: z.array(z.record(z.string(), z.unknown())),
  overrides: z
    .object({
      severity: z.enum(SEVERITIES).optional(),
      rises: z.array(riseViewSchema).optional(),
      quietPeriod: z.string().optional(),
      enabled: z.boolean().optional(),
      updatedBy: z.string(),
      updatedAt: z.string(),
    })
    .nullable()
    .describe("What the pack says, where the tenant has changed it"),
});
export type RuleView = z.infer<typeof ruleViewSchema>;

const quietPeriod = z
  .string()
  .describe('A duration such as "24h"')
  .transform((text, context) => {
    const ms = parseDuration(text);
    if (ms !== null && ms >= MIN_QUIET_PERIOD_MS && ms <= MAX_QUIET_PERIOD_MS) return ms;
    context.addIssue({
      code: "custom",
      message: `not a duration such as "24h" from ${formatDuration(MIN_QUIET_PERIOD_MS)} to ${formatDuration(MAX_QUIET_PERIOD_MS)}`,
    });
    return z.NEVER;
  });

const rises = z
  .array(
    z
      .strictObject({
        after: quietPeriod.optional().describe("The episode has been open for so long"),
        resources: z
          .int()
          .min(MIN_SPREAD)
          .max(MAX_SPREAD)
          .optional()
          .describe("So many resources of the workload have an open finding of the rule"),
        severity: z.enum(SEVERITIES).describe("Worse than the rule's"),
      })
      .refine(
        ({ after, resources }) => (after === undefined) !== (resources === undefined),
        "name either after or resources",
      ),
  )
  .max(MAX_RISES)
  .describe("How the severity of a finding rises");

/** `PATCH /api/v1/rules/{id}` of a built-in rule; a null takes the override back. */
export const rulePatchSchema = z
  .strictObject({
    severity: z.enum(SEVERITIES).nullable().optional(),
    rises: rises.nullable().optional(),
    quietPeriod: quietPeriod.nullable().optional(),
    enabled: z.boolean().nullable().optional(),
  })
  .refine(
    (patch) => Object.keys(patch).length > 0,
    "name at least one of severity, rises, quietPeriod, enabled",
  );
export type RulePatch = z.infer<typeof rulePatchSchema>;

/** One line of text that people read. */
export const line = (max: number) => z.string().trim().min(1).max(max);
const markdown = z.string().max(8_000).describe("Markdown");
const names = z.array(line(MAX_FIELD_CHARS)).min(1).max(200);
const expression = z
  .string()
  .trim()
  .min(1)
  .max(MAX_EXPRESSION_CHARS)
  .describe("A condition in CEL over the event; see docs/rules.md");

const matcherSchema = z.discriminatedUnion("on", [
  z.strictObject({
    on: z.literal("agentRule"),
    format: z.enum(AGENT_FORMATS),
    names: names.describe("The agent's own rules, policies or signatures"),
    when: expression.optional(),
  }),
  z.strictObject({
    on: z.literal("event"),
    kind: z.enum(EVENT_KINDS),
    actions: names,
    processNames: names.optional().describe("Exact names of the executable; absent: any"),
    paths: names
      .optional()
      .describe("Beginnings of the executable's or the file's path; absent: any"),
    when: expression.optional(),
  }),
]);

const customRuleShape = {
  title: line(120).describe('A noun phrase: "Compiler run in a container"'),
  class: z.enum(RULE_CLASSES),
  severity: z.enum(SEVERITIES),
  rises: rises.default([]),
  scope: z
    .array(z.enum(["host", "container"]))
    .min(1)
    .max(2),
  enabled: z.boolean().default(true),
  quietPeriod,
  quietPeriodReason: z.string().trim().max(400).default(""),
  phrase: line(200)
    .refine(
      (text) => !/\{(?!(?:process|file|peer)\})/.test(text),
      "only {process}, {file} and {peer} are filled in",
    )
    .describe(
      "The start of a finding's headline; `{process}`, `{file}` and `{peer}` are taken from the latest event",
    ),
  matchers: z.array(matcherSchema).min(1).max(MAX_MATCHERS),
  why: markdown.default(""),
  good: markdown.default(""),
  remediation: markdown.default(""),
  references: z
    .array(z.strictObject({ title: line(200), url: z.url({ protocol: /^https?$/ }).max(500) }))
    .max(20)
    .default([]),
  tags: z.array(line(64)).max(32).default([]),
};

/** Names of the dashboard's pages beside `/rules/{id}`, and of the API's test. */
const RESERVED_RULE_IDS: ReadonlySet<string> = new Set(["new", "changes", "test"]);

/** `POST /api/v1/rules`: a rule of the tenant's own. */
export const customRuleSchema = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, "lower-case letters, digits and hyphens, at most 64")
    .refine((id) => !RESERVED_RULE_IDS.has(id), "a reserved word; choose another id")
    .describe("Not the id of a built-in rule"),
  ...customRuleShape,
});
export type CustomRuleInput = z.infer<typeof customRuleSchema>;

/** `PATCH /api/v1/rules/{id}` of a custom rule: any of its fields but the id. */
export const customRulePatchSchema = z
  .strictObject(customRuleShape)
  .extend({
    // Defaults are for what is made, not for what is changed.
    rises,
    enabled: z.boolean(),
    quietPeriodReason: customRuleShape.quietPeriodReason.unwrap(),
    why: markdown,
    good: markdown,
    remediation: markdown,
    references: customRuleShape.references.unwrap(),
    tags: customRuleShape.tags.unwrap(),
  })
  .partial()
  .refine((patch) => Object.keys(patch).length > 0, "name at least one field");
export type CustomRulePatch = z.infer<typeof customRulePatchSchema>;

/**
 * `POST /api/v1/rules/test`: a rule that exists, enabled or not, or a draft, against events, or against the
 * kept samples. Nothing is stored, and exceptions are not applied.
 */
export const ruleTestSchema = z
  .strictObject({
    id: z.string().max(64).optional().describe("The id of a rule, enabled or not"),
    rule: customRuleSchema.optional(),
    events: z
      .union([z.array(z.unknown()), z.record(z.string(), z.unknown())])
      .optional()
      .describe(
        "As an agent would send them, of any format; absent: the samples of findings and signals",
      ),
    host: z
      .string()
      .trim()
      .min(1)
      .max(253)
      .optional()
      .describe("The host of events that name none"),
  })
  .refine(({ id, rule }) => (id === undefined) !== (rule === undefined), "name either id or rule");
export type RuleTest = z.infer<typeof ruleTestSchema>;

export const ruleTestAnswerSchema = z.object({
  against: z
    .enum(["events", "samples"])
    .describe("`events`: those supplied. `samples`: those kept of findings and signals."),
  tested: z.int().nonnegative(),
  matched: z.int().nonnegative(),
  results: z
    .array(
      z.object({
        index: z.int().nonnegative(),
        matches: z.boolean(),
        reason: z
          .string()
          .nullable()
          .describe(
            "Why not, where that can be told: rejected, not an event, out of scope, no matcher, condition false",
          ),
        at: z.string().nullable(),
        subject: z.string().nullable().describe("What was done, as a headline's subject says it"),
        resource: z.string().nullable(),
        source: z.string().nullable().describe("The finding or signal that the sample is kept of"),
      }),
    )
    .describe("One for each supplied event, in order; of samples only those that match"),
  findings: z
    .array(
      z.object({
        id: z.string(),
        resource: z.string(),
        count: z.int().positive(),
        state: z
          .enum(["new", "open", "resolved"])
          .describe("`new` would open; the others are there"),
      }),
    )
    .describe("Findings that would open, or that exist already"),
  signals: z.int().nonnegative().describe("Signals that would be raised: distinct detections"),
});
export type RuleTestAnswer = z.infer<typeof ruleTestAnswerSchema>;

export const instantInput = z
  .string()
  .describe("RFC 3339")
  .transform((text, context) => {
    const at = parseInstant(text);
    if (at !== null) return at;
    context.addIssue({ code: "custom", message: "not an RFC 3339 instant" });
    return z.NEVER;
  });

/** `POST /api/v1/exceptions`: what a posture rule shall not report. Signals are never hidden. */
export const exceptionCreateSchema = z.strictObject({
  rule: z.string().max(64).describe("The id of a rule of class `posture` or `both`"),
  when: expression,
  reason: line(1_000),
  until: instantInput.describe("RFC 3339; at most a year away"),
});
export type ExceptionCreate = z.infer<typeof exceptionCreateSchema>;

/** `POST /api/v1/exceptions/preview`: what it would hide, by the kept samples. */
export const exceptionPreviewRequestSchema = z.strictObject({
  rule: exceptionCreateSchema.shape.rule,
  when: expression,
});
export const exceptionPreviewSchema = z.object({
  findings: z.int().nonnegative().describe("Open findings all of whose samples it covers"),
  partly: z.int().nonnegative().describe("Open findings some of whose samples it covers"),
  workloads: z.int().nonnegative(),
  tested: z.int().nonnegative().describe("Open findings of the rule that were looked at"),
  examples: z.array(z.object({ id: z.string(), headline: z.string(), resource: z.string() })),
});
export type ExceptionPreview = z.infer<typeof exceptionPreviewSchema>;

export const exceptionViewSchema = z.object({
  id: z.string(),
  rule: z.string(),
  ruleTitle: z.string().nullable().describe("Null where the rule is gone"),
  when: z.string(),
  reason: z.string(),
  createdBy: z.string(),
  createdAt: z.string(),
  until: z.string(),
  state: z
    .enum(["active", "ended"])
    .describe("`ended` is past its end; an exception that is taken back is deleted"),
  hits: z.int().nonnegative().describe("Events that it has hidden; may be half a minute behind"),
  lastHitAt: z.string().nullable(),
});
export type ExceptionView = z.infer<typeof exceptionViewSchema>;

export const RULE_CHANGE_ACTIONS = [
  "rule.created",
  "rule.changed",
  "rule.deleted",
  "exception.created",
  "exception.deleted",
  "settings.changed",
  "mute.created",
  "mute.ended",
  "member.invited",
  "member.changed",
  "member.disabled",
  "endpoint.created",
  "endpoint.changed",
  "endpoint.deleted",
  "case_rules.changed",
] as const;
export type RuleChangeAction = (typeof RULE_CHANGE_ACTIONS)[number];

export const ruleChangesQuerySchema = z.strictObject({
  ...pageShape,
  subject: exact.describe("The id of a rule, an exception, a mute, a member or an endpoint"),
});
export type RuleChangesQuery = z.infer<typeof ruleChangesQuerySchema>;

/** One entry of `GET /api/v1/ruleset/changes`, newest first. */
export const ruleChangeViewSchema = z.object({
  version: z.int().positive(),
  at: z.string(),
  by: z.string(),
  action: z.enum(RULE_CHANGE_ACTIONS),
  subject: z
    .string()
    .describe(
      "The id of the rule, exception, mute, member or endpoint, or `settings`, `automations`, `ownership`",
    ),
  detail: z
    .record(z.string(), z.unknown())
    .describe("What was changed: the fields with their new values"),
  hash: z.string().describe("Of the ruleset after the change, exceptions included"),
});
export type RuleChangeView = z.infer<typeof ruleChangeViewSchema>;

/** `GET /api/v1/ruleset`. */
export const rulesetViewSchema = z.object({
  version: z.int().positive(),
  hash: z.string(),
  rules: z.int().nonnegative().describe("Built-in and custom ones, enabled or not"),
  enabled: z.int().nonnegative(),
  custom: z.int().nonnegative(),
  exceptions: z.int().nonnegative().describe("Those that are active"),
});
export type RulesetView = z.infer<typeof rulesetViewSchema>;
