/**
 * What trackers tell of their tickets: whether it is signed, and what it means for which case. Contract: what Lull itself
 * has done there changes nothing here, so that no loop forms; what is not signed is told nothing.
 */
import { isTracker, type EndpointFormat } from "../schema/endpoint-formats.ts";
import { MAX_HOOK_COMMENT_CHARS } from "../schema/limits.ts";
import type { EpochMs } from "../schema/time.ts";
import { deliveryOf } from "./channels/ticket-text.ts";
import type { TicketNews, TicketRef, TrackerPerson } from "./channels/tracker.ts";
import { TRACKERS } from "./channels/trackers.ts";
import type { EndpointRecord } from "./domain/endpoint.ts";
import type { Moved } from "./domain/ticket.ts";
import type { EndpointIdentity, EndpointStorage } from "./endpoint-storage.ts";
import { caseMarkedIn, jsonOf } from "./endpoint-tickets.ts";

/** As it came. */
export interface Hook {
  headers: Record<string, string>;
  body: string;
}

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

const utf8 = new TextEncoder();

/** By the way of its tracker, with one of the endpoint's secrets as it is shown: `whsec_…`. */
export async function isSigned(
  { headers, body }: Hook,
  format: EndpointFormat,
  secrets: readonly string[],
): Promise<boolean> {
  if (!isTracker(format)) return false;
  const { signature } = TRACKERS[format];
  const given = headers[signature.header] ?? "";
  const expected =
    signature.scheme === "token"
      ? secrets
      : await Promise.all(
          secrets.map(async (secret) => signature.prefix + (await hmacHex(secret, body))),
        );
  const matches = await Promise.all(expected.map((one) => isSame(one, given)));
  return matches.includes(true);
}

async function hmacHex(secret: string, body: string): Promise<string> {
  const key = await hmacKey(new Uint8Array(utf8.encode(secret)));
  return hex(await crypto.subtle.sign("HMAC", key, utf8.encode(body)));
}

/** In a time that says nothing of where they differ: their MACs under a random key are compared. */
async function isSame(a: string, b: string): Promise<boolean> {
  const key = await hmacKey(crypto.getRandomValues(new Uint8Array(32)));
  const [ofA, ofB] = await Promise.all(
    [a, b].map(async (text) => hex(await crypto.subtle.sign("HMAC", key, utf8.encode(text)))),
  );
  return ofA === ofB;
}

function hmacKey(raw: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", raw, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
}

function hex(bytes: ArrayBuffer): string {
  return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

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
  const { id, at, author, ticket, moved, assignee, comment } = news;
  const own = author.id === storage.tickets.account() || isOwnComment(comment?.text, storage);
  if (moved !== undefined && !own)
    storage.tickets.saveState(caseId, moved === "reopened" ? "open" : moved, now);
  const change: TicketChange = {
    ticket: { key: ticket.key, url: ticket.url },
    author,
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
