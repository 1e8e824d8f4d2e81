/** Deliveries as the API shows them. */
import type { Happening } from "../schema/happening.ts";
import { formatInstant, type EpochMs } from "../schema/time.ts";
import type { DeliveryView } from "../schema/webhooks.ts";
import type { DeliveryRow } from "./endpoint-storage.ts";

export function deliveryView(row: DeliveryRow): DeliveryView {
  return {
    id: row.id,
    event: row.event,
    type: row.type,
    key: row.key,
    status: row.status,
    deadReason: row.dead_reason,
    occurredAt: formatInstant(row.occurred_at),
    createdAt: formatInstant(row.created_at),
    attempts: row.attempts,
    nextAttemptAt: row.status === "pending" ? formatInstant(row.next_at) : null,
    lastAttemptAt: instantOrNull(row.last_at),
    lastOutcome: row.last_outcome,
    lastStatus: row.last_status,
    finishedAt: instantOrNull(row.finished_at),
    about: aboutOf(row),
  };
}

/** The narrowest of what is told: of a finding's mute the finding. */
function aboutOf({ key, happening }: DeliveryRow): DeliveryView["about"] {
  // Written by `insert` from this type.
  const {
    case: one,
    finding,
    signal,
    agent,
    mute,
    endpoint,
  } = (JSON.parse(happening) as Happening).data;
  if (one !== undefined) return { kind: "case", id: one.id, name: one.title };
  if (finding !== undefined) return { kind: "finding", id: finding.id, name: finding.headline };
  if (signal !== undefined) return { kind: "signal", id: signal.id, name: signal.headline };
  if (agent !== undefined) return { kind: "agent", id: key, name: `${agent.id} on ${agent.host}` };
  if (mute !== undefined) return { kind: "mute", id: mute.id, name: mute.scope ?? mute.note };
  return { kind: "endpoint", id: key, name: endpoint?.description ?? endpoint?.host ?? key };
}

export function instantOrNull(at: EpochMs | null): string | null {
  return at === null ? null : formatInstant(at);
}
