/** Tickets of a case: those that there are, and one that somebody wants now. */
import { drizzle } from "drizzle-orm/d1";
import type { CaseTicket } from "../../schema/case.ts";
import { isTracker } from "../../schema/endpoint-formats.ts";
import type { caseTickets } from "../../schema/tables.ts";
import { formatInstant } from "../../schema/time.ts";
import type { DeliveryView } from "../../schema/webhooks.ts";
import { loadCase } from "../../durable/cases/read.ts";
import { caseSummary } from "../../durable/cases/view.ts";
import type { TicketState } from "../../durable/domain/ticket.ts";
import { endpointActor } from "../../durable/publish.ts";
import { disabled } from "../api/deliveries.ts";
import { findEndpoint } from "../api/endpoints.ts";
import type { Editor } from "../api/rules.ts";
import { refuse, type Answer } from "../problem.ts";
import { noCase } from "./alter.ts";
import { aboutFindings } from "../../durable/cases/news.ts";

export function ticketView(row: typeof caseTickets.$inferSelect): CaseTicket {
  const { endpoint, format, key, url, state, createdAt, updatedAt } = row;
  return {
    endpoint,
    format,
    key,
    url,
    // Written by durable/ticket-copy.ts from this type.
    state: state as TicketState,
    createdAt: formatInstant(createdAt),
    updatedAt: formatInstant(updatedAt),
  };
}

/** An endpoint hears of what happens after it was made: this is for the cases that there were. */
export async function makeTicket(
  { env, tenant, now }: Editor,
  id: string,
  endpointId: string,
): Promise<Answer<DeliveryView>> {
  const state = await loadCase(drizzle(env.DB), tenant.id, id);
  if (state === null) return noCase();
  const endpoint = findEndpoint(tenant, endpointId);
  if (endpoint === null || !isTracker(endpoint.format)) return noTracker();
  if (endpoint.status === "disabled") return disabled();
  if (state.row.status === "closed") return caseClosed();
  const { row, counts } = state;
  const data = {
    case: caseSummary(row, counts, now),
    ...(await aboutFindings(env.DB, tenant.id, id, now)),
  };
  const value = await endpointActor(env, tenant.id, endpointId).take({
    id: `tkt:${id}:v${row.version}`,
    type: "case.updated",
    at: now,
    key: id,
    data,
    scope: {},
  });
  return value === null ? noTracker() : { ok: true, value };
}

function noTracker() {
  const detail = "endpoint: there is no such endpoint, or it is no tracker";
  return refuse({ status: 400, code: "invalid_request", detail, field: "endpoint" });
}

function caseClosed() {
  const detail = "The case is closed. Reopen it first.";
  return refuse({ status: 409, code: "action_not_allowed", detail });
}
