/** Requests and answers of the API beside findings, rules and outcomes: queries, keys, pages. */
import { z } from "zod";
import { FINDING_STATUSES } from "./finding.ts";
import { DEFAULT_PAGE, MAX_FIELD_CHARS, MAX_PAGE, MAX_QUERY_CHARS } from "./limits.ts";
import { roleSchema } from "./member.ts";
import { ROLLUP_STATUSES } from "./rollup.ts";
import { SEVERITIES } from "./rule.ts";

/** A page of a list; `nextCursor` is null on the last one. */
export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

/** `a,b` or repeated parameters; absent and empty mean any. */
export const listOf = <T extends string>(values: readonly [T, ...T[]]) => {
  const known = new Map<string, T>(values.map((value) => [value, value]));
  return z
    .string()
    .optional()
    .describe(`One or more of ${values.join(", ")}, separated by commas`)
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

export const exact = z.string().max(MAX_QUERY_CHARS).optional();
const flag = z.enum(["true", "false"]).optional();

/** Parameters of every list. */
export const pageShape = {
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(MAX_PAGE)
    .default(DEFAULT_PAGE)
    .describe("Items of a page"),
  // It holds a group's name, which is as long as a field of an event, in Base64 of UTF-8.
  cursor: z
    .string()
    .max(4 * MAX_FIELD_CHARS + 64)
    .optional()
    .describe("`nextCursor` of the page before"),
};

export const FINDING_SORTS = ["opened", "lastSeen", "severity", "deadline"] as const;
export const GROUPINGS = ["rule", "workload", "resource", "host"] as const;
export type Grouping = (typeof GROUPINGS)[number];

/** Filters that findings and signals share. */
const commonFilters = {
  rule: exact.describe("Rule id"),
  resource: exact.describe(
    "A resource id, or a container id in any spelling, or a host's name or id",
  ),
  host: exact.describe("A host's name or id"),
  namespace: exact.describe("Kubernetes namespace"),
  workload: exact.describe("Name of the workload: of the Deployment, the DaemonSet, the service"),
  q: exact.describe("Free text over rule, resource, workload, image and process"),
};

/** The filters of `GET /api/v1/findings`, and of the dashboard's URL. Unknown parameters are refused. */
export const findingFiltersShape = {
  status: listOf(FINDING_STATUSES),
  severity: listOf(SEVERITIES),
  ...commonFilters,
  resourceType: z.enum(["host", "container"]).optional().describe("What the finding is about"),
  service: exact.describe("Name of the service, as the agent says it"),
  muted: flag.describe("Whether somebody has decided not to be told"),
  regressed: flag.describe(
    "Whether it goes on, or has come back, after somebody said it was fixed",
  ),
  case: exact.describe("Case id"),
};

export const findingsQuerySchema = z.strictObject({
  ...findingFiltersShape,
  ...pageShape,
  groupBy: z.enum(GROUPINGS).optional().describe("Groups of findings instead of findings"),
  sort: z
    .enum(FINDING_SORTS)
    .default("opened")
    .describe(
      "`opened`, `lastSeen`: newest first; `severity`: worst first; `deadline`: soonest first",
    ),
});
export type FindingsQuery = z.infer<typeof findingsQuerySchema>;

export const signalsQuerySchema = z.strictObject({
  ...pageShape,
  severity: listOf(SEVERITIES),
  ...commonFilters,
});
export type SignalsQuery = z.infer<typeof signalsQuerySchema>;

export const rollupsQuerySchema = z.strictObject({
  ...pageShape,
  status: listOf(ROLLUP_STATUSES),
  severity: listOf(SEVERITIES),
  rule: commonFilters.rule,
  namespace: commonFilters.namespace,
  workload: commonFilters.workload,
  q: exact.describe(
    "Free text over rule, workload, container, image and process of its findings (of the open ones with `status=open`)",
  ),
});
export type RollupsQuery = z.infer<typeof rollupsQuerySchema>;

export const pageQuerySchema = z.strictObject(pageShape);

/** How many findings there are in each state, under the filters but those of status. */
export interface FindingCounts {
  open: number;
  unverified: number;
  resolved: number;
  /** Open findings by severity. */
  bySeverity: Record<(typeof SEVERITIES)[number], number>;
}

/** A key or token as it is listed; the secret itself is shown once, when it is made. */
export const keyViewSchema = z.object({
  id: z.string(),
  name: z.string(),
  host: z
    .string()
    .nullable()
    .describe("The host that batches with this key speak for, where the key is bound to one"),
  createdAt: z.string().nullable().describe("Null for the first one, which comes with the secret"),
  revokedAt: z.string().nullable(),
});
export type KeyView = z.infer<typeof keyViewSchema>;

const keyName = z.string().trim().min(1).max(100);

export const keyCreateSchema = z.strictObject({
  name: keyName,
  host: z.string().trim().min(1).max(253).optional(),
});
export type KeyInput = z.infer<typeof keyCreateSchema>;

export const tokenViewSchema = keyViewSchema.extend({
  role: roleSchema.describe("What it may do"),
});
export type TokenView = z.infer<typeof tokenViewSchema>;

export const tokenCreateSchema = z.strictObject({
  name: keyName,
  role: roleSchema.describe("What it may do; give the least that will do"),
});
export type TokenInput = z.infer<typeof tokenCreateSchema>;
