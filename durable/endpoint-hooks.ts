/**
 * What it means for which case that a tracker tells of a ticket; that it is signed: hook-signature.ts. Contract: what Lull
 * itself has done there changes nothing here, so that no loop forms.
 */
import { isTracker } from "../schema/endpoint-formats.ts";
import {
  MAX_HOOK_COMMENT_CHARS,
  MAX_TRACKER_NAME_CHARS,
  MAX_TRACKER_PATH_CHARS,
} from "../schema/limits.ts";
import type { EpochMs } from "../schema/time.ts";
import { deliveryOf } from "./channels/ticket-text.ts";
import {
  CLOCKS_MS,
  type TicketNews,
  type TicketRef,
  type TrackerPerson,
} from "./channels/tracker.ts";
import { TRACKERS } from "./channels/trackers.ts";
import type { EndpointRecord } from "./domain/endpoint.ts";
import type { Moved } from "./domain/ticket.ts";
import type { EndpointIdentity, EndpointStorage } from "./endpoint-storage.ts";
import { caseMarkedIn, jsonOf } from "./endpoint-tickets.ts";
import type { Hook } from "./hook-signature.ts";

/** What somebody has done with a ticket. What did not change is absent. */
export interface TicketChange {
  ticket: Pick<TicketRef, "key" | "url">;
  author: TrackerPerson;
  moved?: Moved;
  assignee?: TrackerPerson | null;
  comment?: { id: string; text: string };
  /** It is Lull's own doing: only that it came before or after others counts. */
  own: boolean;
}

export type Heard =
  | { type: "refused" }
  /** It is nobody's business here. */
  | { type: "nothing" }
  | { type: "change"; id: string; case: string; at: EpochMs; change: TicketChange };

/** Of a signed one. A ticket whose creation was not answered is known by its marker from then on. */
export function readHook(
  { headers, body }: Hook,
  endpoint: EndpointRecord,
  identity: EndpointIdentity,
  storage: EndpointStorage,
  now: EpochMs,
): Heard {
  if (!isTracker(endpoint.format)) return { type: "nothing" };
  const context = { endpoint, credential: "" };
  const news = TRACKERS[endpoint.format].readHook(new Headers(headers), jsonOf(body), context);
  const caseId = news === null ? null : caseOf(news, endpoint, identity, storage, now);
  if (news === null || caseId === null) return { type: "nothing" };
  const { id, author, ticket, moved, assignee, comment } = news;
  // A clock that is wrong must not overtake all that is to come.
  const at = Math.min(news.at, now + CLOCKS_MS);
  const own = author.id === storage.tickets.account() || isOwnComment(comment?.text, storage);
  if (moved !== undefined && !own)
    storage.tickets.saveState(caseId, moved === "reopened" ? "open" : moved, now);
  const change: TicketChange = {
    ticket: { key: ticket.key.slice(0, MAX_TRACKER_PATH_CHARS), url: ticket.url },
    author: { ...author, name: author.name.slice(0, MAX_TRACKER_NAME_CHARS) },
    ...(moved === undefined ? {} : { moved }),
    ...(assignee === undefined ? {} : { assignee }),
    ...(comment === undefined ? {} : { comment: bounded(comment) }),
    own,
  };
  return { type: "change", id, case: caseId, at, change };
}

function caseOf(
  { ticket, marked }: TicketNews,
  endpoint: EndpointRecord,
  { tenant }: EndpointIdentity,
  { tickets }: EndpointStorage,
  now: EpochMs,
): string | null {
  const known = tickets.byRef(ticket.ref);
  if (known !== null) return known.case;
  const caseId = caseMarkedIn({ tenant, endpoint }, marked);
  const row = caseId === null ? null : tickets.of(caseId);
  // Somebody may have copied a marker: only what may have been made is taken up.
  if (caseId === null || row?.creating === null || row?.creating === undefined) return null;
  tickets.saveRef(caseId, ticket, now);
  return caseId;
}

/** A comment may be Lull's though its answer was lost, and though the account has been changed since. */
function isOwnComment(text: string | undefined, storage: EndpointStorage): boolean {
  const delivery = text === undefined ? null : deliveryOf(text);
  return delivery !== null && storage.has(delivery);
}

function bounded({ id, text }: { id: string; text: string }) {
  return { id, text: text.trim().slice(0, MAX_HOOK_COMMENT_CHARS) };
}
