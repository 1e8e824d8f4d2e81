/** What rule exceptions have hidden of one report: what its actor must know, and what is counted. Pure. */
import { TENANT_CACHE_MS } from "../../schema/limits.ts";
import type { LullEvent } from "../../schema/event.ts";
import type { FindingId, ResourceId, TenantId } from "../../schema/ids.ts";
import type { Rule, RuleException } from "../../schema/rule.ts";
import type { EpochMs } from "../../schema/time.ts";
import type { Excepted } from "../../durable/domain/model.ts";
import type { Exceptions } from "../rules/exceptions.ts";
import { findingId } from "../../durable/identity.ts";

/** The exceptions that hide an event from these rules; null where none does. Signals are never hidden. */
export function hiddenFrom(
  exceptions: Exceptions,
  rules: readonly Rule[],
  event: LullEvent,
  now: EpochMs,
): ReadonlyMap<Rule, RuleException> | null {
  let hidden: Map<Rule, RuleException> | null = null;
  for (const rule of rules) {
    if (rule.class === "threat") continue;
    const exception = exceptions.hiding(rule.id, event, now);
    if (exception !== null) (hidden ??= new Map()).set(rule, exception);
  }
  return hidden;
}

export class Excepting {
  /** Events that each exception has hidden, by its id. */
  readonly hits = new Map<string, number>();
  readonly #since = new Map<FindingId, EpochMs>();

  add(
    tenant: TenantId,
    resource: ResourceId,
    hidden: Iterable<readonly [Rule, RuleException]>,
  ): void {
    for (const [rule, { id, createdAt }] of hidden) {
      this.hits.set(id, (this.hits.get(id) ?? 0) + 1);
      const finding = findingId(tenant, rule.id, resource);
      // Until then an edge that had not heard of the exception may have let events through.
      const since = createdAt + TENANT_CACHE_MS;
      this.#since.set(finding, Math.max(since, this.#since.get(finding) ?? 0));
    }
  }

  get findings(): Excepted[] {
    return Array.from(this.#since, ([id, since]) => ({ findingId: id, since }));
  }
}
