/**
 * The pure part of intake in this process, without workerd: from a body to what would be written. It
 * tells the price of each stage and what each batch costs in rows.
 */
import { coalesce, type AgentReport, type Coalesced } from "../../workers/ingest/coalesce.ts";
import { decodeBatch, type DecodedBatch } from "../../workers/ingest/decode.ts";
import { compileRuleset, type RuleEngine } from "../../workers/rules/engine.ts";
import { defaultRuleset } from "../../workers/rules/ruleset.ts";
import { decide, emptyState } from "../../durable/domain/decide.ts";
import type { Decision, HostState } from "../../durable/domain/model.ts";
import { parseTenantId, type OwnerId, type TenantId } from "../../schema/ids.ts";

function tenantOf(name: string): TenantId {
  const tenant = parseTenantId(name);
  if (tenant === null) throw new Error(`not a tenant: ${name}`);
  return tenant;
}

export const TENANT = tenantOf("bench");

export function newEngine(): RuleEngine {
  return compileRuleset(defaultRuleset());
}

export function decoded(text: string, receivedAt: number): DecodedBatch {
  const batch = decodeBatch(text, { format: null, receivedAt });
  if (!batch.ok) throw new Error(batch.problem.detail);
  return batch.value;
}

export function coalesced(batch: DecodedBatch, engine: RuleEngine, receivedAt: number): Coalesced {
  return coalesce(batch.items, {
    tenant: TENANT,
    engine,
    agent: batch.agent,
    dropped: batch.dropped,
    namedHost: null,
    rulesVersion: 1,
    receivedAt,
  });
}

/** The states of all actors. */
export class Actors {
  readonly #states = new Map<OwnerId, HostState>();

  state(owner: OwnerId): HostState {
    return this.#states.get(owner) ?? emptyState(owner);
  }

  apply(owner: OwnerId, decision: Decision): Decision {
    this.#states.set(owner, decision.state);
    return decision;
  }

  report(report: AgentReport, now: number): Decision {
    const { owner, accepted: _, ...told } = report;
    return this.apply(owner, decide(this.state(owner), { type: "report", ...told }, now));
  }
}
