/** What an attempt means for its delivery, and how a delivery is known. */
import { FORMATS, type EndpointFormat } from "../schema/endpoint-formats.ts";
import type { Happening } from "../schema/happening.ts";
import type { EpochMs } from "../schema/time.ts";
import type { DeadReason } from "../schema/webhooks.ts";
import type { Attempted } from "./attempt.ts";
import { channelOf } from "./channels/channels.ts";
import { retryAfter, type Waiting } from "./domain/delivery.ts";
import type { DeliveryRow, EndpointIdentity, Settled } from "./endpoint-storage.ts";
import { sha256 } from "./identity.ts";

/** 128 bits of a hash, as receivers see them. */
const ID_HEX = 32;
const GONE = 410;

/** The same happening at the same endpoint is the same delivery. */
export function deliveryId({ tenant, endpoint }: EndpointIdentity, { id }: Happening): string {
  return `msg_${sha256(`${tenant}\0${endpoint}\0${id}`).slice(0, ID_HEX)}`;
}

export function waitingOf({ seq, key, since, tries, next_at: nextAt }: DeliveryRow): Waiting {
  return { seq, key, since, tries, nextAt };
}

/** It waits on. */
export function asItWas({ tries, next_at: nextAt }: DeliveryRow): Settled {
  return { status: "pending", deadReason: null, tries, nextAt };
}

/** What its answer ends at once; null: nothing, it is tried again. */
export function finalReason({ status }: Attempted, format: EndpointFormat): DeadReason | null {
  if (status === GONE && FORMATS[format].kind === "signed") return "gone";
  const isRefused = status !== null && channelOf(format).refusals?.includes(status) === true;
  return isRefused ? "refused" : null;
}

export function settledBy(
  row: DeliveryRow,
  { outcome, retryAfterMs }: Attempted,
  final: DeadReason | null,
  now: EpochMs,
): Settled {
  const { tries, nextAt } = asItWas(row);
  if (outcome === "delivered") return { ...asItWas(row), status: "delivered" };
  if (final !== null) return { status: "dead", deadReason: final, tries: tries + 1, nextAt };
  const retry = retryAfter(row, retryAfterMs, Math.random(), now);
  return retry.again
    ? { status: "pending", deadReason: null, tries: retry.tries, nextAt: retry.nextAt }
    : { status: "dead", deadReason: retry.why, tries: tries + 1, nextAt };
}
