/** Deliveries of an endpoint: the log, replays, and the test. All of it is its actor's. */
import type { Page } from "../../schema/api.ts";
import type { TenantId } from "../../schema/ids.ts";
import type { Role } from "../../schema/member.ts";
import { encodeCursor } from "../../schema/queries.ts";
import type { EpochMs } from "../../schema/time.ts";
import type {
  DeliveriesQuery,
  DeliveryDetail,
  DeliveryView,
  Replayed,
  ReplayInput,
} from "../../schema/webhooks.ts";
import type { EndpointRecord } from "../../durable/domain/endpoint.ts";
import { endpointHappening } from "../../durable/endpoint-news.ts";
import { randomId } from "../../durable/identity.ts";
import { endpointActor } from "../../durable/publish.ts";
import type { Env } from "../env.ts";
import { refuse, type Answer } from "../problem.ts";
import { shownDelivery } from "./endpoint-shown.ts";
import { cursorOf } from "./reads.ts";

/** An endpoint that is known to be the tenant's. */
export interface Subject {
  env: Env;
  tenant: TenantId;
  endpoint: EndpointRecord;
}

export async function listDeliveries(
  subject: Subject,
  query: DeliveriesQuery,
): Promise<Page<DeliveryView>> {
  const [before = null] = cursorOf(query.cursor) ?? [];
  const rows = await actorOf(subject).deliveries(query, before);
  const shown = rows.slice(0, query.limit);
  const last = rows.length > query.limit ? shown.at(-1) : undefined;
  return {
    items: shown.map(({ view }) => view),
    nextCursor: last === undefined ? null : encodeCursor([last.seq, last.view.id]),
  };
}

/** Null where there is none. `role`: of who asks. */
export async function readDelivery(
  subject: Subject,
  id: string,
  role: Role | null,
): Promise<DeliveryDetail | null> {
  const detail = await actorOf(subject).delivery(id, subject.endpoint);
  return detail === null ? null : shownDelivery(detail, role);
}

export async function replayDelivery(subject: Subject, id: string): Promise<Answer<DeliveryView>> {
  if (subject.endpoint.status === "disabled") return disabled();
  const value = await actorOf(subject).replay(id);
  return value === null ? noSuch("delivery") : { ok: true, value };
}

export async function replayDeliveries(
  subject: Subject,
  { from, to, failedOnly, cursor }: ReplayInput,
  now: EpochMs,
): Promise<Answer<Replayed>> {
  if (subject.endpoint.status === "disabled") return disabled();
  const span = { from, to: to ?? now, failedOnly, after: Number(cursor ?? 0) };
  return { ok: true, value: await actorOf(subject).replayBetween(span) };
}

/** Sends a message that says nothing, whatever the endpoint has chosen to hear. */
export async function testEndpoint(subject: Subject, now: EpochMs): Promise<Answer<DeliveryView>> {
  if (subject.endpoint.status === "disabled") return disabled();
  const happening = endpointHappening("endpoint.test", subject.endpoint, now, randomId());
  const value = await actorOf(subject).take(happening);
  return value === null ? noSuch("endpoint") : { ok: true, value };
}

function actorOf({ env, tenant, endpoint }: Subject) {
  return endpointActor(env, tenant, endpoint.id);
}

function noSuch(what: "endpoint" | "delivery") {
  return refuse({ status: 404, code: "not_found", detail: `There is no such ${what}.` });
}

export function disabled() {
  const detail = "The endpoint is disabled: nothing is sent to it. Enable it first.";
  return refuse({ status: 409, code: "endpoint_disabled", detail });
}
