/** What a host's outbox holds, as happenings; and what D1 alone knows of its findings. */
import { and, eq, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { Happening, HappeningScope, HappeningType } from "../schema/happening.ts";
import type { FindingId, TenantId } from "../schema/ids.ts";
import { findings } from "../schema/tables.ts";
import type { EpochMs } from "../schema/time.ts";
import { agentDoc, agentView } from "./domain/agent-view.ts";
import type { Agent, Finding, HostState, OutboxMessage, Resource, Signal } from "./domain/model.ts";
import {
  findingDoc,
  findingSummary,
  resourceOf,
  signalView,
  type Attached,
} from "./domain/view.ts";
import { sha256 } from "./identity.ts";

/** The messages of an outbox that are worth telling. The others are for D1. */
type News = OutboxMessage & { type: HappeningType };

const TOLD: ReadonlySet<OutboxMessage["type"]> = new Set([
  "finding.opened",
  "finding.reopened",
  "finding.regressed",
  "finding.resolved",
  "finding.unverified",
  "signal.raised",
  "agent.silent",
  "agent.recovered",
]);

export function newsAmong(messages: readonly OutboxMessage[]): News[] {
  return messages.filter((message): message is News => TOLD.has(message.type));
}

/** Of the findings that they are about. */
export async function attachedTo(
  d1: D1Database,
  tenant: TenantId,
  news: readonly News[],
): Promise<Map<FindingId, Attached>> {
  const ids = news.flatMap((message) => ("finding" in message ? [message.finding.id] : []));
  if (ids.length === 0) return new Map();
  const rows = await drizzle(d1)
    .select({ id: findings.id, mutedUntil: findings.mutedUntil, caseId: findings.caseId })
    .from(findings)
    .where(
      and(
        eq(findings.tenant, tenant),
        sql`${findings.id} in (select value from json_each(${JSON.stringify(ids)}))`,
      ),
    );
  // Written by Projection from ids of this type.
  return new Map(rows.map(({ id, ...attached }) => [id as FindingId, attached]));
}

/** As each of them was when it happened. Pure. */
export function happeningsOf(
  state: HostState,
  news: readonly News[],
  attached: ReadonlyMap<FindingId, Attached>,
  now: EpochMs,
): Happening[] {
  return news.map((message) => {
    if ("finding" in message) return ofFinding(state, message, attached, now);
    return "signal" in message ? ofSignal(state, message, now) : ofAgent(state, message, now);
  });
}

/** Opening and end come once an episode, whoever owns it then; the others may come again. */
const ONCE: ReadonlySet<HappeningType> = new Set([
  "finding.opened",
  "finding.reopened",
  "finding.resolved",
]);

function ofFinding(
  state: HostState,
  { type, at, finding }: News & { finding: Finding },
  attached: ReadonlyMap<FindingId, Attached>,
  now: EpochMs,
): Happening {
  const { id, episode, version } = finding;
  const known = attached.get(id) ?? { mutedUntil: 0, caseId: null };
  const doc = findingDoc(state, finding, now);
  return {
    id: `fnd:${id}:${ONCE.has(type) ? episode : `v${version}`}:${type}`,
    type,
    at,
    key: id,
    data: { finding: findingSummary(doc, known, now) },
    scope: { rule: finding.ruleId, severity: finding.severity, ...placeOf(doc.resource) },
  };
}

/** Its repeats are the same happening. */
function ofSignal(
  state: HostState,
  { type, at, signal }: News & { signal: Signal },
  now: EpochMs,
): Happening {
  const resource = resourceOf(state, signal.resourceId);
  return {
    id: `sig:${signal.id}:${type}`,
    type,
    at,
    key: signal.id,
    data: { signal: signalView({ signal, resource }, now) },
    scope: { rule: signal.ruleId, severity: signal.severity, ...placeOf(resource) },
  };
}

function ofAgent(
  state: HostState,
  { type, at, agent, silentSince }: News & { agent: Agent; silentSince: EpochMs },
  now: EpochMs,
): Happening {
  const doc = agentDoc(state, agent, now);
  // An agent's id is any text, and as long.
  const name = sha256(JSON.stringify([state.owner, agent.id, silentSince]));
  return {
    id: `agt:${name}:${type}`,
    type,
    at,
    key: state.owner,
    data: { agent: { ...agentView(doc), host: doc.host } },
    scope: { host: doc.host },
  };
}

function placeOf({ namespace, workload, service, host, cluster }: Resource): HappeningScope {
  return { namespace, workload, service, host, cluster };
}
