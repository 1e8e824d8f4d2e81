/** Deliveries as the API shows them. */
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
  };
}

export function instantOrNull(at: EpochMs | null): string | null {
  return at === null ? null : formatInstant(at);
}
