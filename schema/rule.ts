/**
 * Rules: what to look for, on which resource type, and what it means.
 * Built-in rules are typed objects in schema/rules/; a tenant may override severity, its steps, quiet period and enabled.
 */
import type { AgentFormat, EventKind } from "./event.ts";
import type { ResourceType, RuleId } from "./ids.ts";
import { formatDuration, type DurationMs, type EpochMs } from "./time.ts";

/** From worst to least; the order is used for sorting. */
export const SEVERITIES = ["critical", "high", "medium", "low", "info"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** 1 (critical) to 5 (info): for ORDER BY. */
export function severityRank(severity: Severity): number {
  return SEVERITIES.indexOf(severity) + 1;
}

/** Why the severity of a finding has risen: it has lasted, or it has spread within its workload. */
export const RISE_BASES = ["persistence", "spread"] as const;
export type RiseBasis = (typeof RISE_BASES)[number];

/** A finding is so bad once it has been open for so long, or once so many resources of its workload have one. */
export type RiseStep =
  | { afterMs: DurationMs; severity: Severity }
  | { resources: number; severity: Severity };

/** A step as the API has it. */
export interface RiseView {
  after?: string | undefined;
  resources?: number | undefined;
  severity: Severity;
}

export function riseView(step: RiseStep): RiseView {
  const { severity } = step;
  return "afterMs" in step
    ? { after: formatDuration(step.afterMs), severity }
    : { resources: step.resources, severity };
}

export const RULE_CLASSES = ["posture", "threat", "both"] as const;
/** `posture` opens findings, `threat` raises signals, `both` does both. */
export type RuleClass = (typeof RULE_CLASSES)[number];

/**
 * One way to match. An event meets a matcher only by index: by the agent's own rule name, or by
 * kind and action (and process name or path, where `processNames` or `paths` are given). `when` is
 * CEL over the event.
 */
export type Matcher =
  | { on: "agentRule"; format: AgentFormat; names: readonly string[]; when?: string }
  | {
      on: "event";
      kind: EventKind;
      actions: readonly string[];
      /** Exact names of the executable (`gcc`); absent: any. */
      processNames?: readonly string[];
      /** Beginnings of the path: the executable's for kind `process`, else the file's. Absent: any. */
      paths?: readonly string[];
      when?: string;
    };

export interface Reference {
  title: string;
  url: string;
}

export interface Rule {
  id: RuleId;
  /** A noun phrase: "Compiler run in a container". */
  title: string;
  class: RuleClass;
  severity: Severity;
  /** How it rises; absent: it does not. A step that is no worse than `severity` has no effect. */
  rises?: readonly RiseStep[];
  /** The resource types that it concerns; an event on another type does not match. */
  scope: readonly ResourceType[];
  matchers: readonly Matcher[];
  /** How long no matching event may come before the finding resolves. */
  quietPeriodMs: DurationMs;
  /** Why this length. */
  quietPeriodReason: string;
  /**
   * The start of a finding's headline, before "in api (shop, node-7) 14 times since Tuesday".
   * `{process}`, `{file}` and `{peer}` are taken from the latest sample.
   */
  phrase: string;
  /** Markdown: why it matters. */
  why: string;
  /** Markdown: what good looks like. */
  good: string;
  /** Markdown: how to fix it, step by step. */
  remediation: string;
  references: readonly Reference[];
  tags: readonly string[];
  enabled: boolean;
}

/** A rule's steps, where it has any: nearly all have none, and say nothing of it. */
export function stepsOf(rises: Rule["rises"] = []): Pick<Rule, "rises"> {
  return rises.length === 0 ? {} : { rises };
}

/** What a tenant may change on a built-in rule. */
export interface RuleOverride {
  severity?: Severity;
  rises?: readonly RiseStep[];
  quietPeriodMs?: DurationMs;
  enabled?: boolean;
  /** Who changed it last, and when. */
  updatedBy: string;
  updatedAt: number;
}

/** Applies a tenant's changes to a rule. */
export function applyOverride(rule: Rule, override: RuleOverride | null): Rule {
  if (override === null) return rule;
  const { rises: own, ...rest } = rule;
  return {
    ...rest,
    ...stepsOf(override.rises ?? own),
    severity: override.severity ?? rule.severity,
    quietPeriodMs: override.quietPeriodMs ?? rule.quietPeriodMs,
    enabled: override.enabled ?? rule.enabled,
  };
}

/**
 * What a posture rule shall not report, for a reason and until an instant. Signals are never hidden by it.
 */
export interface RuleException {
  id: string;
  rule: RuleId;
  /** CEL over the event. */
  when: string;
  reason: string;
  createdBy: string;
  createdAt: EpochMs;
  /** It hides nothing from then on. */
  until: EpochMs;
}

/** All rules in force for a tenant. */
export interface Ruleset {
  version: number;
  /** `sha256:` over the canonical JSON of the rules and of what is excepted from them. */
  hash: string;
  rules: readonly Rule[];
}
