/**
 * Changes of a tenant's rules and exceptions (of its mutes: tenant-mutes.ts, of its members: tenant-members.ts, of its endpoints: tenant-endpoints.ts), each with what its history says of it. Pure: a change is
 * planned here, and made durable together with its record by the TenantActor.
 */
import { CASE_PRIORITIES } from "../../schema/case.ts";
import type { RuleChangeAction } from "../../schema/rules-api.ts";
import type { RuleId } from "../../schema/ids.ts";
import {
  MAX_CUSTOM_RULE_CHARS,
  MAX_CUSTOM_RULES,
  MAX_CUSTOM_RULES_CHARS,
  MAX_EXCEPTIONS,
  MAX_EXCEPTIONS_CHARS,
} from "../../schema/limits.ts";
import {
  riseView,
  severityRank,
  stepsOf,
  type Rule,
  type RuleException,
  type RuleOverride,
  type Severity,
} from "../../schema/rule.ts";
import type { SettingsPatch } from "../../schema/settings.ts";
import { formatDuration, formatInstant, type EpochMs } from "../../schema/time.ts";
import type { RuleChange } from "./model.ts";
import { builtInRule, customRule, ruleOf, ruleState } from "./rules.ts";
import {
  changed,
  overrideRule,
  type OverridePatch,
  type ScopeMute,
  type TenantConfig,
} from "./tenant.ts";

/** What the history says of a change: the fields with their new values, as the API spells them. */
export interface ChangeRecord {
  action: RuleChangeAction;
  /** The id of the rule, exception, mute, member or endpoint. */
  subject: string;
  detail: Record<string, unknown>;
  /** What the ledger says of it before: the same fields, or all of what is gone. Absent: there was nothing. */
  before?: Record<string, unknown>;
  /** What actors are told, where the change has put the rule in or out of force, or made it another; else null. */
  force: RuleChange | null;
  /** The mute that begins, for D1 to know of it with the change; absent: none. */
  mute?: ScopeMute;
}

/** Why a change is not made. `limit` is the one that stands in its way, in the unit of its name. */
export interface Refusal {
  code:
    | "rule_exists"
    | "not_found"
    | "rise_not_worse"
    | "too_many_rules"
    | "rule_too_large"
    | "rules_too_large"
    | "too_many_exceptions"
    | "exceptions_too_large"
    | "too_many_mutes"
    | "mutes_too_large"
    | "email_taken"
    | "too_many_members"
    | "members_too_large"
    | "last_admin"
    | "too_many_endpoints"
    | "endpoints_too_large"
    | "case_rules_too_large"
    | "version_conflict"
    | "changes_waiting";
  limit?: number;
  /** Of what was sent, where it stands. */
  field?: string;
}

/** The next configuration with the record of the change; a null record: nothing is different. */
export type Planned =
  | { ok: true; config: TenantConfig; record: ChangeRecord | null }
  | { ok: false; refusal: Refusal };

/** Fields of a custom rule with their new values; its id stays. */
export type RuleFields = Partial<Omit<Rule, "id">>;

export function patchBuiltIn(
  config: TenantConfig,
  id: string,
  patch: OverridePatch,
  by: string,
  now: EpochMs,
): Planned {
  const rule = builtInRule(id);
  if (rule === null) return refuse("not_found");
  const next = overrideRule(config, rule.id, patch, by, now);
  const after = ruleOf(next, id) ?? rule;
  const before = fieldsOf(ruleOf(config, id) ?? rule, Object.keys(patch));
  return sameOverride(config.rules[rule.id], next.rules[rule.id])
    ? unchanged(config)
    : (notWorse(after.severity, patch.rises) ??
        planned(config, next, "rule.changed", rule.id, inWords(patch), rule.id, before));
}

function sameOverride(before: RuleOverride | undefined, after: RuleOverride | undefined): boolean {
  const said = (it: RuleOverride | undefined) =>
    JSON.stringify([it?.severity, it?.rises, it?.quietPeriodMs, it?.enabled]);
  return said(before) === said(after);
}

/** A step that is no worse than its rule would do nothing: whoever asks for it wants something else. */
function notWorse(severity: Severity, rises: Rule["rises"] | null): Planned | null {
  const at = (rises ?? []).findIndex(
    (step) => severityRank(step.severity) >= severityRank(severity),
  );
  if (at === -1) return null;
  return { ok: false, refusal: { code: "rise_not_worse", field: `rises.${at}.severity` } };
}

export function createRule(config: TenantConfig, rule: Rule): Planned {
  if (builtInRule(rule.id) !== null || customRule(config, rule.id) !== null)
    return refuse("rule_exists");
  if (config.customRules.length >= MAX_CUSTOM_RULES)
    return refuse("too_many_rules", MAX_CUSTOM_RULES);
  const next = changed(config, { customRules: [...config.customRules, rule] });
  const { id, ...fields } = rule;
  return (
    notWorse(rule.severity, rule.rises) ??
    tooLarge(next, rule) ??
    planned(config, next, "rule.created", id, inWords(fields), rule.id)
  );
}

export function changeRule(config: TenantConfig, id: string, fields: RuleFields): Planned {
  const before = customRule(config, id);
  if (before === null) return refuse("not_found");
  const { rises, ...others } = { ...before, ...fields };
  const rule: Rule = { ...others, ...stepsOf(rises) };
  const different = Object.entries(fields).filter(
    // Of the same shape, and made in the same order.
    ([name]) =>
      JSON.stringify(rule[name as keyof Rule]) !== JSON.stringify(before[name as keyof Rule]),
  );
  if (different.length === 0) return unchanged(config);
  const customRules = config.customRules.map((known) => (known.id === id ? rule : known));
  const next = changed(config, { customRules });
  const detail = inWords(Object.fromEntries(different));
  const names = different.map(([name]) => name);
  const was = fieldsOf(before, names);
  const made =
    notWorse(rule.severity, fields.rises) ??
    tooLarge(next, rule) ??
    planned(config, next, "rule.changed", id, detail, rule.id, was);
  if (!made.ok || made.record === null || !rule.enabled || !looksElsewhere(before, rule))
    return made;
  const force: RuleChange = { ...ruleState(next, rule.id), enabled: false };
  return { ...made, record: { ...made.record, force } };
}

/**
 * Whether events that counted for findings may not count any more. Then the silence of a finding would say
 * nothing about what it was opened for: it ends with the rule as it was, and begins anew with the next event.
 */
function looksElsewhere(before: Rule, after: Rule): boolean {
  if (before.class === "threat") return false;
  return (
    after.class === "threat" ||
    before.scope.some((type) => !after.scope.includes(type)) ||
    JSON.stringify(before.matchers) !== JSON.stringify(after.matchers)
  );
}

export function deleteRule(config: TenantConfig, id: string): Planned {
  const rule = customRule(config, id);
  if (rule === null) return refuse("not_found");
  const next = changed(config, {
    customRules: config.customRules.filter((known) => known.id !== id),
  });
  return planned(config, next, "rule.deleted", id, { title: rule.title }, rule.id, inWords(rule));
}

/** Where there are as many as there may be, the one that ended first makes room. */
export function createException(
  config: TenantConfig,
  exception: RuleException,
  now: EpochMs,
): Planned {
  const kept = withRoom(config.exceptions, now);
  if (kept === null) return refuse("too_many_exceptions", MAX_EXCEPTIONS);
  const exceptions = [...kept, exception];
  if (JSON.stringify(exceptions).length > MAX_EXCEPTIONS_CHARS)
    return refuse("exceptions_too_large", MAX_EXCEPTIONS_CHARS);
  const { rule, when, reason, until } = exception;
  const detail = { rule, when, reason, until: formatInstant(until) };
  const next = changed(config, { exceptions });
  return planned(config, next, "exception.created", exception.id, detail, null);
}

export function deleteException(config: TenantConfig, id: string): Planned {
  const exception = config.exceptions.find((known) => known.id === id);
  if (exception === undefined) return refuse("not_found");
  const next = changed(config, { exceptions: config.exceptions.filter((it) => it.id !== id) });
  const { rule, when, reason, until } = exception;
  const before = { rule, when, reason, until: formatInstant(until) };
  return planned(config, next, "exception.deleted", id, { rule, when }, null, before);
}

/** What the tenant has decided for all of its findings and cases. */
export function changeSettings(config: TenantConfig, patch: SettingsPatch): Planned {
  const coverage = patch.coverage ?? config.coverage;
  const sla = { ...config.sla, ...patch.sla };
  const moved = CASE_PRIORITIES.filter((priority) => sla[priority] !== config.sla[priority]);
  const isOther = coverage !== config.coverage;
  if (!isOther && moved.length === 0) return unchanged(config);
  const said = (it: Pick<TenantConfig, "coverage" | "sla">) => ({
    ...(isOther && { coverage: it.coverage }),
    ...(moved.length > 0 && {
      sla: Object.fromEntries(
        moved.map((priority) => [priority, formatDuration(it.sla[priority])]),
      ),
    }),
  });
  const next = changed(config, { coverage, sla });
  return planned(config, next, "settings.changed", "settings", said(next), null, said(config));
}

function withRoom(exceptions: readonly RuleException[], now: EpochMs): RuleException[] | null {
  if (exceptions.length < MAX_EXCEPTIONS) return [...exceptions];
  const [oldest] = exceptions
    .filter(({ until }) => until <= now)
    .toSorted((a, b) => a.until - b.until);
  return oldest === undefined ? null : exceptions.filter((it) => it !== oldest);
}

function tooLarge(config: TenantConfig, rule: Rule): Planned | null {
  if (JSON.stringify(rule).length > MAX_CUSTOM_RULE_CHARS)
    return refuse("rule_too_large", MAX_CUSTOM_RULE_CHARS);
  return JSON.stringify(config.customRules).length > MAX_CUSTOM_RULES_CHARS
    ? refuse("rules_too_large", MAX_CUSTOM_RULES_CHARS)
    : null;
}

function planned(
  before: TenantConfig,
  config: TenantConfig,
  action: RuleChangeAction,
  subject: string,
  detail: Record<string, unknown>,
  rule: RuleId | null,
  was?: Record<string, unknown>,
): Planned {
  const state = rule === null ? null : ruleState(config, rule);
  // A rule that is gone leaves its severity to its findings (see ruleState).
  const moved = state !== null && state.enabled !== ruleState(before, state.ruleId).enabled;
  const force = moved ? state : null;
  const record: ChangeRecord = { action, subject, detail, force };
  if (was !== undefined) record.before = was;
  return { ok: true, config, record };
}

export function unchanged(config: TenantConfig): Planned {
  return { ok: true, config, record: null };
}

export function refuse(code: Refusal["code"], limit?: number): Planned {
  return { ok: false, refusal: { code, ...(limit === undefined ? {} : { limit }) } };
}

/** As the API spells them; null where an override is taken back. */
function inWords(fields: RuleFields | OverridePatch): Record<string, unknown> {
  const { quietPeriodMs, rises, ...rest } = fields;
  const words: Record<string, unknown> = { ...rest };
  if (rises !== undefined) words["rises"] = rises?.map(riseView) ?? null;
  if (quietPeriodMs !== undefined)
    words["quietPeriod"] = quietPeriodMs === null ? null : formatDuration(quietPeriodMs);
  return words;
}

/** These fields of a rule, as the API spells them; null where it has none of the name. */
function fieldsOf(rule: Rule, names: readonly string[]): Record<string, unknown> {
  const chosen = Object.fromEntries(
    names.map((name): [string, unknown] => [name, rule[name as keyof Rule] ?? null]),
  );
  return inWords(chosen);
}
