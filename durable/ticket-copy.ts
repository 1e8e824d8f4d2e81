/** Tickets as rows of D1, for the pages and the API of cases. Contract: copied again, nothing is different. */
import { and, eq, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { EndpointFormat } from "../schema/endpoint-formats.ts";
import { TICKET_COPIES } from "../schema/limits.ts";
import { cases, caseTickets } from "../schema/tables.ts";
import { addEntries } from "./cases/write.ts";
import type { EndpointIdentity } from "./endpoint-storage.ts";
import type { Ticket, TicketStorage } from "./ticket-storage.ts";

/** All that D1 does not know. */
export async function copyTickets(
  d1: D1Database,
  tickets: TicketStorage,
  identity: EndpointIdentity,
  format: EndpointFormat,
): Promise<void> {
  for (;;) {
    const some = tickets.uncopied(TICKET_COPIES);
    for (const ticket of some) {
      await copy(d1, identity, format, ticket);
      tickets.noteCopied(ticket);
    }
    if (some.length < TICKET_COPIES) return;
  }
}

async function copy(
  d1: D1Database,
  { tenant, endpoint }: EndpointIdentity,
  format: EndpointFormat,
  ticket: Ticket,
): Promise<void> {
  const db = drizzle(d1);
  const { case: id, key, url, state, madeAt: createdAt, changedAt: updatedAt } = ticket;
  const changing = { key, url, state, updatedAt };
  const data = { endpoint, format, key, url };
  const entry = {
    id: `t:${endpoint}:ticket.created`,
    at: createdAt,
    by: null,
    kind: "ticket.created" as const,
    data,
  };
  const one = and(eq(cases.tenant, tenant), eq(cases.id, id));
  const itself = sql`(select ${cases.id} as id from ${cases} where ${one})`;
  await db.batch([
    db
      .insert(caseTickets)
      .values({ tenant, case: id, endpoint, format, createdAt, ...changing })
      .onConflictDoUpdate({
        target: [caseTickets.tenant, caseTickets.case, caseTickets.endpoint],
        set: changing,
        setWhere: sql`${caseTickets.updatedAt} <= ${updatedAt}`,
      }),
    addEntries(db, tenant, [entry], itself, 0),
  ]);
}
