/** What the tenant of a run has decided: its rules, exceptions, and whether silence alone is enough. */
import type { AgentRule } from "../../durable/domain/agent-rule.ts";
import type { RuleId } from "../../schema/ids.ts";
import { TENANT_CACHE_MS } from "../../schema/limits.ts";
import type { DurationMs, EpochMs } from "../../schema/time.ts";
import { at, RULES, SILENCE, silenceOf } from "./cast.ts";
import type { CoverageCommand, RuleCommand } from "./host.ts";

/** A rule as it is at a version of all of them. */
export interface RuleNow {
  id: RuleId;
  quietPeriodMs: DurationMs;
  version: number;
}

export class Tenant {
  readonly #rules = RULES.map((rule) => ({ ...rule, enabled: true }));
  #version = 1;
  isStrict = false;
  /** Since when an exception hides the events of one of {@link FINDINGS}, everywhere. */
  readonly exceptions = new Map<number, EpochMs>();

  /** Null where it is not in force. */
  rule(n: number): RuleNow | null {
    const { id, quietPeriodMs, enabled } = at(this.#rules, n);
    return enabled ? { id, quietPeriodMs, version: this.#version } : null;
  }

  get longestPeriodMs(): DurationMs {
    return Math.max(...this.#rules.map(({ quietPeriodMs }) => quietPeriodMs));
  }

  change(n: number, quietPeriodMs: DurationMs, enabled: boolean): void {
    this.#version++;
    Object.assign(at(this.#rules, n), { quietPeriodMs, enabled });
  }

  /** All rules as they are in cast.ts, so many times as slow. */
  pace(factor: number): void {
    for (const [n, { quietPeriodMs }] of RULES.entries()) {
      this.change(n, Math.round(quietPeriodMs * factor), true);
    }
  }

  changeOf(n: number): RuleCommand {
    const { id, quietPeriodMs, enabled } = at(this.#rules, n);
    const version = this.#version;
    return { type: "applyRule", ruleId: id, version, severity: "high", quietPeriodMs, enabled };
  }

  changesOf(ids: ReadonlySet<RuleId>): RuleCommand[] {
    return this.#rules.flatMap(({ id }, n) => (ids.has(id) ? [this.changeOf(n)] : []));
  }

  silenceRule(host: number): AgentRule | null {
    const rule = this.rule(SILENCE);
    if (rule === null) return null;
    const { quietPeriodMs, version } = rule;
    const findingId = silenceOf(host);
    return { findingId, title: "title", severity: "high", quietPeriodMs, rulesVersion: version };
  }

  coverage(): CoverageCommand {
    return { type: "applyCoverage", strict: this.isStrict, version: this.#version };
  }

  toggleStrict(): void {
    this.isStrict = !this.isStrict;
    this.#version++;
  }

  toggleException(finding: number, now: EpochMs): void {
    if (!this.exceptions.delete(finding)) this.exceptions.set(finding, now + TENANT_CACHE_MS);
  }
}
