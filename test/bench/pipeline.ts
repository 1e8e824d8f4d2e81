/**
 * The pure part of intake in this process, without workerd: from a body to what would be written. It
 * tells the price of each stage and what each batch costs in rows.
 */
import type { AgentReport } from "../../workers/ingest/agent-report.ts";
import { coalesce, type Coalesced } from "../../workers/ingest/coalesce.ts";
import { decodeBatch, type DecodedBatch } from "../../workers/ingest/decode.ts";
import { compileRuleset, type RuleEngine } from "../../workers/rules/engine.ts";
import { defaultRuleset } from "../../durable/ruleset.ts";
import { decide, emptyState } from "../../durable/domain/decide.ts";
import { UnsavedEffects } from "../../durable/domain/journal.ts";
import type { Command, Decision, HostState } from "../../durable/domain/model.ts";
import { MAX_JOURNAL_CHARS, MAX_JOURNAL_ROWS } from "../../schema/limits.ts";
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
    intervalMs: null,
    rulesVersion: 1,
    receivedAt,
  });
}

interface Held {
  state: HostState;
  unsaved: UnsavedEffects;
  journalled: number;
  journalledChars: number;
}

/** What making a command durable takes: rows, and the JSON in them. */
export interface Durable {
  rows: number;
  json: string[];
}

/** All actors, with their journals; they make commands durable as durable/host-actor.ts does. */
export class Actors {
  readonly #held = new Map<OwnerId, Held>();

  state(owner: OwnerId): HostState {
    return this.#of(owner).state;
  }

  /** Decides without making anything durable. */
  decide(owner: OwnerId, command: Command, now: number): Decision {
    const held = this.#of(owner);
    const decision = decide(held.state, command, now);
    held.state = decision.state;
    held.unsaved.add(decision);
    return decision;
  }

  /** A row of the journal; every so often the entities, the batches' ids, and the journal's end. */
  keep(owner: OwnerId, command: Command, now: number): Durable {
    const held = this.#of(owner);
    const json = [JSON.stringify({ at: now, command })];
    held.journalled++;
    held.journalledChars += json[0]?.length ?? 0;
    const isFull = held.journalled >= MAX_JOURNAL_ROWS || held.journalledChars >= MAX_JOURNAL_CHARS;
    if (!isFull) return { rows: 1, json };
    for (const effect of held.unsaved.values()) json.push(JSON.stringify(effect));
    // The identity; each journal row is deleted, and at the most becomes the id of a batch, forgotten later.
    const rows = 1 + held.unsaved.size + 1 + 3 * held.journalled;
    held.unsaved.clear();
    held.journalled = 0;
    held.journalledChars = 0;
    return { rows, json };
  }

  #of(owner: OwnerId): Held {
    let held = this.#held.get(owner);
    if (held === undefined) {
      held = {
        state: emptyState(owner),
        unsaved: new UnsavedEffects(),
        journalled: 0,
        journalledChars: 0,
      };
      this.#held.set(owner, held);
    }
    return held;
  }
}

/** The command that an actor makes of a report. */
export function commandOf({ contact, resources, observations, signals }: AgentReport): Command {
  return { type: "report", contact, resources, observations, signals };
}
