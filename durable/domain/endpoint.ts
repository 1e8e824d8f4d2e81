/** An endpoint as its tenant's configuration holds it, and what it wants to hear. Pure. */
import type { Happening, HappeningScope } from "../../schema/happening.ts";
import { severityRank } from "../../schema/rule.ts";
import type { EpochMs } from "../../schema/time.ts";
import type { EndpointFormat, EndpointSettings } from "../../schema/endpoint-formats.ts";
import type { DisabledReason, EndpointFilter, EndpointStatus } from "../../schema/webhooks.ts";

/** Without its secrets and its credential: those are with its actor. */
export interface EndpointRecord {
  id: string;
  url: string;
  description: string | null;
  /** Patterns of types, see {@link isOfType}. */
  events: string[];
  filter: EndpointFilter;
  format: EndpointFormat;
  /** Of the shape that its format asks for. */
  settings: EndpointSettings;
  /** Since when its actor has the credential that is in force; null: it has none. */
  credentialAt: EpochMs | null;
  status: EndpointStatus;
  disabledReason: DisabledReason | null;
  createdBy: string;
  createdAt: EpochMs;
  updatedBy: string;
  updatedAt: EpochMs;
}

const NAMES = ["rule", "namespace", "workload", "service", "host", "cluster"] as const;

/** Whether an endpoint is told of a happening, as far as that can be seen from both. */
export function wants(
  { status, events, filter }: Pick<EndpointRecord, "status" | "events" | "filter">,
  happening: Pick<Happening, "type" | "scope" | "data">,
): boolean {
  return (
    status === "enabled" &&
    events.some((pattern) => isOfType(happening.type, pattern)) &&
    isInFilter(filter, happening.scope) &&
    !isHushed(happening)
  );
}

/** `finding.*`, `finding.opened`, or `*`. */
export function isOfType(type: string, pattern: string): boolean {
  if (pattern === "*" || pattern === type) return true;
  return pattern.endsWith(".*") && type.startsWith(pattern.slice(0, -1));
}

function isInFilter(filter: EndpointFilter, scope: HappeningScope): boolean {
  const { severity } = filter;
  if (
    severity !== undefined &&
    scope.severity !== undefined &&
    severityRank(scope.severity) > severityRank(severity)
  )
    return false;
  return NAMES.every((name) => {
    const wanted = filter[name];
    const value = scope[name];
    return wanted === undefined || value === undefined || wanted.includes(value ?? "");
  });
}

/** What a mute is for. That something is muted, and that it is not any more, is told; for its end see {@link News}. */
const HUSHED: ReadonlySet<Happening["type"]> = new Set([
  "finding.opened",
  "finding.reopened",
  "finding.regressed",
  "finding.unverified",
]);

function isHushed({ type, data }: Pick<Happening, "type" | "data">): boolean {
  return HUSHED.has(type) && data.finding?.muted === true;
}

/**
 * What a happening means for an endpoint's memory of what it has been told: `begins`: of a finding that is open;
 * `ends`: that it is resolved; `ifTold`: the same of one that is muted, which is of interest only to whom it was told
 * that it is open.
 */
export type News = "begins" | "ends" | "ifTold" | "other";

export function newsOf({ type, data }: Pick<Happening, "type" | "data">): News {
  const { finding } = data;
  if (finding === undefined) return "other";
  if (type === "finding.resolved") return finding.muted ? "ifTold" : "ends";
  const opens = HUSHED.has(type) || type === "finding.unmuted";
  return opens && finding.status === "open" ? "begins" : "other";
}
