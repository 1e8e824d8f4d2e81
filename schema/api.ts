/** Requests and answers of the API beside findings themselves: queries, rules, keys, pages. */
import { z } from "zod";
import { FINDING_STATUSES } from "./finding.ts";
import {
  DEFAULT_PAGE,
  MAX_FIELD_CHARS,
  MAX_PAGE,
  MAX_QUERY_CHARS,
  MAX_QUIET_PERIOD_MS,
  MIN_QUIET_PERIOD_MS,
} from "./limits.ts";
import { RULE_CLASSES, SEVERITIES } from "./rule.ts";
import { formatDuration, parseDuration } from "./time.ts";

/** A page of a list; `nextCursor` is null on the last one. */
export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

/** `a,b` or repeated parameters; absent and empty mean any. */
const listOf = <T extends string>(values: readonly [T, ...T[]]) => {
  const known = new Map<string, T>(values.map((value) => [value, value]));
  return z
    .string()
    .optional()
    .transform((text, context) => {
      const chosen: T[] = [];
      for (const part of text === undefined || text === "" ? [] : text.split(",")) {
        const value = known.get(part);
        if (value === undefined) {
          context.addIssue({ code: "custom", message: `one or more of ${values.join(", ")}` });
          return z.NEVER;
        }
        chosen.push(value);
      }
      return chosen;
    });
};

const exact = z.string().max(MAX_QUERY_CHARS).optional();
const flag = z.enum(["true", "false"]).optional();

const pageShape = {
  limit: z.coerce.number().int().min(1).max(MAX_PAGE).default(DEFAULT_PAGE),
  // It holds a group's name, which is as long as a field of an event, in Base64 of UTF-8.
  cursor: z
    .string()
    .max(4 * MAX_FIELD_CHARS + 64)
    .optional(),
};

export const FINDING_SORTS = ["opened", "lastSeen", "severity", "deadline"] as const;
export const GROUPINGS = ["rule", "workload", "resource", "host"] as const;
export type Grouping = (typeof GROUPINGS)[number];

/** The filters of `GET /api/v1/findings`, and of the dashboard's URL. Unknown parameters are refused. */
export const findingFiltersShape = {
  status: listOf(FINDING_STATUSES),
  severity: listOf(SEVERITIES),
  rule: exact,
  resourceType: z.enum(["host", "container"]).optional(),
  /** A resource id, or a container id in any spelling, or a host name. */
  resource: exact,
  host: exact,
  namespace: exact,
  workload: exact,
  service: exact,
  muted: flag,
  case: exact,
  /** Free text over rule, resource, workload, image and process. */
  q: exact,
};

export const findingsQuerySchema = z.strictObject({
  ...findingFiltersShape,
  ...pageShape,
  groupBy: z.enum(GROUPINGS).optional(),
  /** `opened`, `lastSeen`: newest first; `severity`: worst first; `deadline`: soonest first. */
  sort: z.enum(FINDING_SORTS).default("opened"),
});
export type FindingsQuery = z.infer<typeof findingsQuerySchema>;

export const signalsQuerySchema = z.strictObject({
  ...pageShape,
  severity: listOf(SEVERITIES),
  rule: exact,
  resource: exact,
  host: exact,
  namespace: exact,
  workload: exact,
  q: exact,
});
export type SignalsQuery = z.infer<typeof signalsQuerySchema>;

export const pageQuerySchema = z.strictObject(pageShape);

/** How many findings there are in each state, under the filters but those of status. */
export interface FindingCounts {
  open: number;
  unverified: number;
  resolved: number;
  /** Open findings by severity. */
  bySeverity: Record<(typeof SEVERITIES)[number], number>;
}

export const ruleViewSchema = z.object({
  id: z.string(),
  title: z.string(),
  class: z.enum(RULE_CLASSES),
  severity: z.enum(SEVERITIES),
  scope: z.array(z.enum(["host", "container"])),
  enabled: z.boolean(),
  builtIn: z.boolean(),
  quietPeriod: z.string(),
  quietPeriodReason: z.string(),
  why: z.string().describe("Markdown"),
  good: z.string().describe("Markdown"),
  remediation: z.string().describe("Markdown"),
  references: z.array(z.object({ title: z.string(), url: z.string() })),
  tags: z.array(z.string()),
  matchers: z.array(z.record(z.string(), z.unknown())),
  /** What the pack says, where the tenant has changed it. */
  overrides: z
    .object({
      severity: z.enum(SEVERITIES).optional(),
      quietPeriod: z.string().optional(),
      enabled: z.boolean().optional(),
      updatedBy: z.string(),
      updatedAt: z.string(),
    })
    .nullable(),
});
export type RuleView = z.infer<typeof ruleViewSchema>;

const quietPeriod = z.string().transform((text, context) => {
  const ms = parseDuration(text);
  if (ms !== null && ms >= MIN_QUIET_PERIOD_MS && ms <= MAX_QUIET_PERIOD_MS) return ms;
  context.addIssue({
    code: "custom",
    message: `not a duration such as "24h" from ${formatDuration(MIN_QUIET_PERIOD_MS)} to ${formatDuration(MAX_QUIET_PERIOD_MS)}`,
  });
  return z.NEVER;
});

/** `PATCH /api/v1/rules/{id}`; a null takes the override back. */
export const rulePatchSchema = z
  .strictObject({
    severity: z.enum(SEVERITIES).nullable().optional(),
    quietPeriod: quietPeriod.nullable().optional(),
    enabled: z.boolean().nullable().optional(),
  })
  .refine(
    (patch) => Object.keys(patch).length > 0,
    "name at least one of severity, quietPeriod, enabled",
  );
export type RulePatch = z.infer<typeof rulePatchSchema>;

/** A key or token as it is listed; the secret itself is shown once, when it is made. */
export const keyViewSchema = z.object({
  id: z.string(),
  name: z.string(),
  /** The host that batches with this key speak for, where the key is bound to one. */
  host: z.string().nullable(),
  /** Null for the first one, which comes with the secret. */
  createdAt: z.string().nullable(),
  revokedAt: z.string().nullable(),
});
export type KeyView = z.infer<typeof keyViewSchema>;

export const keyCreateSchema = z.strictObject({
  name: z.string().trim().min(1).max(100),
  host: z.string().trim().min(1).max(253).optional(),
});
