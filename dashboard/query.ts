/**
 * The address of a list, read and written. A parameter that makes no sense is dropped and named,
 * so that an old or mistyped link still shows a list.
 */
import {
  type FindingsQuery,
  findingsQuerySchema,
  type RollupsQuery,
  rollupsQuerySchema,
  type SignalsQuery,
  signalsQuerySchema,
} from "../schema/api.ts";
import { type CasesQuery, casesQuerySchema, type CaseStatus } from "../schema/case.ts";
import { type CoverageQuery, coverageQuerySchema } from "../schema/coverage.ts";
import type { CaseParams, CoverageParams, ListParams } from "./paths.ts";

const FINDING_KEYS = [
  "status",
  "severity",
  "rule",
  "resourceType",
  "resource",
  "host",
  "namespace",
  "workload",
  "service",
  "muted",
  "regressed",
  "case",
  "q",
  "groupBy",
  "sort",
  "cursor",
] as const;

const SIGNAL_KEYS = [
  "severity",
  "rule",
  "resource",
  "host",
  "namespace",
  "workload",
  "q",
  "cursor",
] as const;

const ROLLUP_KEYS = ["status", "severity", "rule", "namespace", "workload", "q", "cursor"] as const;

const CASE_KEYS = [
  "status",
  "priority",
  "assignee",
  "team",
  "label",
  "overdue",
  "q",
  "sort",
  "cursor",
] as const;

/** What a list of cases shows where its address names no status: all that are not closed. */
export const ALIVE = ["open", "in_progress", "fixed"] as const satisfies readonly CaseStatus[];

const COVERAGE_KEYS = ["state", "drift", "kind", "q", "cursor"] as const;

/** The filters that a chip can take away again, in the order they are shown. */
export const FILTER_KEYS = [
  "severity",
  "rule",
  "resourceType",
  "resource",
  "namespace",
  "workload",
  "service",
  "host",
  "muted",
  "regressed",
  "case",
  "q",
] as const satisfies readonly (keyof ListParams)[];
export type FilterKey = (typeof FILTER_KEYS)[number];

/** A list query, and what of the address it could not use. */
export interface ParsedList<Q> {
  query: Q;
  /** Parameters that were dropped, as `name=value`. */
  dropped: string[];
}

/** Repeated parameters (checkboxes) become one list; empty fields of a form are absent. */
function collect(url: URLSearchParams, keys: readonly string[]): Record<string, string> {
  const raw: Record<string, string> = {};
  for (const key of keys) {
    const values = url.getAll(key).filter((value) => value.trim() !== "");
    if (values.length > 0) raw[key] = key === "severity" ? values.join(",") : (values.at(-1) ?? "");
  }
  return raw;
}

interface Schema<Q> {
  safeParse(
    raw: unknown,
  ):
    | { success: true; data: Q }
    | { success: false; error: { issues: readonly { path: readonly PropertyKey[] }[] } };
}

/** Reads the parameters that are named; what the schema refuses is dropped. */
export function parseTolerantly<Q>(
  schema: Schema<Q>,
  url: URLSearchParams,
  keys: readonly string[],
): ParsedList<Q> {
  return tolerant(schema, collect(url, keys));
}

function tolerant<Q>(schema: Schema<Q>, raw: Record<string, string>): ParsedList<Q> {
  const first = schema.safeParse(raw);
  if (first.success) return { query: first.data, dropped: [] };
  const bad = new Set(first.error.issues.map((issue) => String(issue.path[0])));
  const kept = Object.fromEntries(Object.entries(raw).filter(([key]) => !bad.has(key)));
  const second = schema.safeParse(kept);
  if (!second.success) throw new Error("a list query stays invalid without its invalid parameters");
  return { query: second.data, dropped: [...bad].map((key) => `${key}=${raw[key] ?? ""}`) };
}

/** Reads a findings list's address. Without `status` it is the list of open findings. */
export function parseFindingsQuery(
  url: URLSearchParams,
  fixed?: { status: "resolved" },
): ParsedList<FindingsQuery> {
  const raw = collect(url, FINDING_KEYS);
  const parsed = tolerant<FindingsQuery>(findingsQuerySchema, {
    ...raw,
    status: fixed?.status ?? raw["status"] ?? "open",
    ...(fixed !== undefined && raw["sort"] === undefined && { sort: "lastSeen" }),
  });
  // A bad status was dropped: open is still what the reader came for.
  if (parsed.query.status.length === 0) parsed.query.status = ["open"];
  return parsed;
}

/** Reads a signals list's address. */
export function parseSignalsQuery(url: URLSearchParams): ParsedList<SignalsQuery> {
  return parseTolerantly<SignalsQuery>(signalsQuerySchema, url, SIGNAL_KEYS);
}

/** Without `status` it is the list of open roll-ups. */
export function parseRollupsQuery(url: URLSearchParams): ParsedList<RollupsQuery> {
  const parsed = parseTolerantly<RollupsQuery>(rollupsQuerySchema, url, ROLLUP_KEYS);
  if (parsed.query.status.length === 0) parsed.query.status = ["open"];
  return parsed;
}

/** Reads the coverage list's address. */
export function parseCoverageQuery(url: URLSearchParams): ParsedList<CoverageQuery> {
  return parseTolerantly<CoverageQuery>(coverageQuerySchema, url, COVERAGE_KEYS);
}

/** Without `status` it is the list of cases that are not closed. */
export function parseCasesQuery(url: URLSearchParams): ParsedList<CasesQuery> {
  const parsed = parseTolerantly<CasesQuery>(casesQuerySchema, url, CASE_KEYS);
  if (parsed.query.status.length === 0) parsed.query.status = [...ALIVE];
  return parsed;
}

/** The parameters of a list's address, without the place in the list (`cursor`) and without defaults. */
export function listParams(query: FindingsQuery, fixedStatus = false): ListParams {
  const { limit: _limit, cursor: _cursor, status, sort, ...rest } = query;
  const open = status.length === 1 && status[0] === "open";
  const usual = fixedStatus ? "lastSeen" : "opened";
  return {
    ...rest,
    status: fixedStatus || open ? undefined : status.join(","),
    sort: sort === usual ? undefined : sort,
  };
}

/** The same for cases. */
export function caseParams(query: CasesQuery): CaseParams {
  const { limit: _limit, cursor: _cursor, status, sort, ...rest } = query;
  const alive = status.length === ALIVE.length && ALIVE.every((it) => status.includes(it));
  return {
    ...rest,
    status: alive ? undefined : status.join(","),
    sort: sort === "created" ? undefined : sort,
  };
}

/** The same for signals. */
export function signalParams(query: SignalsQuery): ListParams {
  const { limit: _limit, cursor: _cursor, ...rest } = query;
  return rest;
}

/** The same for the coverage list. */
export function coverageParams(query: CoverageQuery): CoverageParams {
  const { limit: _limit, cursor: _cursor, ...rest } = query;
  return rest;
}

/** The same for roll-ups. */
export function rollupParams(query: RollupsQuery): ListParams {
  const { limit: _limit, cursor: _cursor, status, ...rest } = query;
  const usual = status.length === 1 && status[0] === "open";
  return { ...rest, status: usual ? undefined : status.join(",") };
}

/** Whether anything but the status narrows the list. */
export function isFiltered(params: ListParams): boolean {
  return FILTER_KEYS.some((key) => {
    const value = params[key];
    return value !== undefined && value.length > 0;
  });
}
