/**
 * A tenant's configuration: one small document, and the pure changes to it. Each change bumps the
 * version, so that caches can tell old from new.
 */
import type { Automation, OwnershipRule } from "../../schema/case-rules.ts";
import type { CasePriority } from "../../schema/case.ts";
import { CASE_SLA_MS } from "../../schema/limits.ts";
import type { CoverageMode } from "../../schema/settings.ts";
import type { Role } from "../../schema/member.ts";
import type { MuteReason } from "../../schema/mute.ts";
import type { RiseStep, Rule, RuleException, RuleOverride, Severity } from "../../schema/rule.ts";
import type { DurationMs, EpochMs } from "../../schema/time.ts";
import type { EndpointRecord } from "./endpoint.ts";

/** An agent key or API token as it is on record; the secret itself is derived, never kept. */
export interface KeyRecord {
  id: string;
  name: string;
  /** The host that an agent key speaks for, where it is bound to one. */
  host: string | null;
  /** Of an API token; absent: admin, as all were before there were roles. */
  role?: Role;
  createdAt: EpochMs;
  revokedAt: EpochMs | null;
}

/** The one link that lets somebody in. */
export interface Invite {
  id: string;
  expiresAt: EpochMs;
}

/** Somebody who may sign in. What they do stands beside their name. */
export interface Member {
  id: string;
  name: string;
  /** Null for the first one, until somebody says it. */
  email: string | null;
  team: string | null;
  role: Role;
  /** Null for the first one, whom nobody has invited. */
  invitedAt: EpochMs | null;
  joinedAt: EpochMs | null;
  disabledAt: EpochMs | null;
  /** Null once it is used. */
  invite: Invite | null;
}

/** A mute that hides every finding that its condition is true of. */
export interface ScopeMute {
  id: string;
  /** A condition in CEL, see durable/mute-scope.ts. */
  scope: string;
  reason: MuteReason;
  note: string;
  createdBy: string;
  createdAt: EpochMs;
  until: EpochMs;
}

/** Something that may be used once, or not any more, until it expires by itself. */
interface Spent {
  id: string;
  expiresAt: EpochMs;
}

export interface TenantConfig {
  version: number;
  /** Overrides of built-in rules, by rule id. */
  rules: Record<string, RuleOverride>;
  /** The tenant's own rules, in the order in which they were made. */
  customRules: Rule[];
  exceptions: RuleException[];
  /** Whether findings may resolve on silence alone (`lenient`), or by heartbeats only. */
  coverage: CoverageMode;
  /** How long after it was made a case is due. */
  sla: Readonly<Record<CasePriority, DurationMs>>;
  /** Some may be past their end. Whom each hides, D1 knows. */
  scopeMutes: ScopeMute[];
  /** Without the first one, for as long as there is nothing to say of them: see tenant-members.ts. */
  members: Member[];
  /** Where webhooks go. */
  endpoints: EndpointRecord[];
  /** By which cases are made, in order. */
  automations: Automation[];
  /** Whose cases are, in order. */
  ownership: OwnershipRule[];
  agentKeys: KeyRecord[];
  apiTokens: KeyRecord[];
  /** The operator's sign-in links that have been used. */
  usedLinks: Spent[];
  /** Sessions that were signed out. */
  endedSessions: Spent[];
}

export const EMPTY_CONFIG: TenantConfig = {
  version: 1,
  rules: {},
  customRules: [],
  exceptions: [],
  coverage: "lenient",
  sla: CASE_SLA_MS,
  scopeMutes: [],
  members: [],
  endpoints: [],
  automations: [],
  ownership: [],
  agentKeys: [],
  apiTokens: [],
  usedLinks: [],
  endedSessions: [],
};

/** Null takes an override back, absent leaves it alone. */
export interface OverridePatch {
  severity?: Severity | null;
  rises?: readonly RiseStep[] | null;
  quietPeriodMs?: DurationMs | null;
  enabled?: boolean | null;
}

export type KeyKind = "agentKeys" | "apiTokens";

/** The next version of the configuration. */
export function changed(config: TenantConfig, part: Partial<TenantConfig>): TenantConfig {
  return { ...config, ...part, version: config.version + 1 };
}

/** What a tenant may say of a built-in rule. */
const OVERRIDABLE = ["severity", "rises", "quietPeriodMs", "enabled"] as const;

export function overrideRule(
  config: TenantConfig,
  rule: string,
  patch: OverridePatch,
  by: string,
  now: EpochMs,
): TenantConfig {
  const next: RuleOverride = { ...config.rules[rule], updatedBy: by, updatedAt: now };
  if (patch.severity !== undefined) setOrDelete(next, "severity", patch.severity);
  if (patch.rises !== undefined) setOrDelete(next, "rises", patch.rises);
  if (patch.quietPeriodMs !== undefined) setOrDelete(next, "quietPeriodMs", patch.quietPeriodMs);
  if (patch.enabled !== undefined) setOrDelete(next, "enabled", patch.enabled);
  const { [rule]: _, ...others } = config.rules;
  const overridden = OVERRIDABLE.some((key) => next[key] !== undefined);
  return changed(config, { rules: overridden ? { ...others, [rule]: next } : others });
}

function setOrDelete<K extends (typeof OVERRIDABLE)[number]>(
  override: RuleOverride,
  key: K,
  value: NonNullable<RuleOverride[K]> | null,
): void {
  if (value === null) delete override[key];
  else override[key] = value;
}

export function addKey(config: TenantConfig, kind: KeyKind, key: KeyRecord): TenantConfig {
  return changed(config, { [kind]: [...config[kind], key] });
}

/** Revoking twice keeps the first time. */
export function revokeKey(
  config: TenantConfig,
  kind: KeyKind,
  id: string,
  now: EpochMs,
): TenantConfig {
  // A key that is derived but not on record (the first one) is recorded by its revocation.
  const known = config[kind].find((key) => key.id === id);
  const record = known ?? { id, name: id, host: null, createdAt: now, revokedAt: null };
  const revoked = { ...record, revokedAt: record.revokedAt ?? now };
  return changed(config, { [kind]: [...config[kind].filter((key) => key.id !== id), revoked] });
}

/** Marks a sign-in link as used; null if it was already. */
export function useLink(
  config: TenantConfig,
  id: string,
  expiresAt: EpochMs,
  now: EpochMs,
): TenantConfig | null {
  if (config.usedLinks.some((link) => link.id === id)) return null;
  return changed(config, { usedLinks: [...current(config.usedLinks, now), { id, expiresAt }] });
}

export function endSession(
  config: TenantConfig,
  id: string,
  expiresAt: EpochMs,
  now: EpochMs,
): TenantConfig {
  return changed(config, {
    endedSessions: [...current(config.endedSessions, now), { id, expiresAt }],
  });
}

function current(spent: readonly Spent[], now: EpochMs): Spent[] {
  return spent.filter((entry) => entry.expiresAt > now);
}
