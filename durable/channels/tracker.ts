/**
 * What a tracker must be able to do, one small file each: it writes requests and reads answers. In which order, how often
 * and what if not, is the same for all of them (durable/endpoint-tickets.ts).
 */
import type { z } from "zod";
import type { CasePriority } from "../../schema/case.ts";
import type { EpochMs } from "../../schema/time.ts";
import type { EndpointRecord } from "../domain/endpoint.ts";
import type { Moved, TicketState } from "../domain/ticket.ts";
import type { RichText } from "./rich-text.ts";

/** Where it is, and as whom. */
export interface TrackerContext {
  endpoint: Pick<EndpointRecord, "url" | "settings">;
  /** Empty where requests are only shown. */
  credential: string;
}

/** A request, by what is told apart from its tracker's others. */
export interface Ask {
  method: "GET" | "POST" | "PUT" | "PATCH";
  /** After the endpoint's address, with a slash before it. */
  path: string;
  /** As JSON. */
  body?: object;
}

/** A ticket as the tracker knows it. */
export interface TicketRef {
  /** What its requests name it by. */
  ref: string;
  /** What people call it, such as `SEC-12`. */
  key: string;
  /** Where people find it. */
  url: string;
}

export interface TicketDraft {
  title: string;
  text: RichText;
  priority: CasePriority;
  /** Stands in the ticket, so that it is found though the answer to its creation was lost. Letters, digits and `-`. */
  marker: string;
}

export interface TicketComment {
  id: string;
  /** Plain. */
  text: string;
}

/** Where a ticket stands, and where it can go. */
export interface Look {
  state: TicketState;
  moves: readonly { id: string; to: TicketState }[];
}

/** Who has done something in a tracker. `id` is what it calls the account; an address is not always told. */
export interface TrackerPerson {
  id: string;
  name: string;
  email: string | null;
}

/** What a hook says of a ticket. What did not change is absent. */
export interface TicketNews {
  /** Of the delivery, the same when it comes again. */
  id: string;
  /** By the tracker's clock. */
  at: EpochMs;
  author: TrackerPerson;
  ticket: TicketRef;
  /** What may hold the ticket's marker. */
  marked: string;
  moved?: Moved;
  /** Null: nobody any more. */
  assignee?: TrackerPerson | null;
  comment?: TicketComment;
}

/** How hooks are signed: an HMAC-SHA256 of the body after a prefix, a secret as it is, or as Standard Webhooks says. */
export type HookSignature =
  | { header: string; scheme: "hmac"; prefix: string; as: "hex" | "base64" }
  | { header: string; scheme: "token" }
  | { header: "webhook-signature"; scheme: "standard" };

/** What most trackers answer where a workflow refuses a move. */
export const WORKFLOW_REFUSALS: readonly number[] = [400, 409, 422];

/** Contract: readers answer undefined to what they cannot read. */
export interface Tracker {
  headers: (context: TrackerContext) => Readonly<Record<string, string>>;
  /** The account that the credential is of: what it does there is Lull's doing. */
  whoami: (context: TrackerContext) => Ask;
  account: (json: unknown) => string | undefined;
  /** Whether the account sees where tickets are to be made. */
  check: (context: TrackerContext) => Ask;
  /** `since`: when the request left that may have made it. */
  find: (context: TrackerContext, marker: string, account: string, since: EpochMs) => Ask;
  /** The first that was made; null: there is none. */
  found: (json: unknown, marker: string, context: TrackerContext) => TicketRef | null | undefined;
  create: (context: TrackerContext, draft: TicketDraft) => Ask;
  created: (json: unknown, context: TrackerContext) => TicketRef | undefined;
  comment: (context: TrackerContext, ref: string, text: RichText) => Ask;
  /** The newest comments of a ticket, or those that were made since. */
  comments: (context: TrackerContext, ref: string, since: EpochMs) => Ask;
  commentsRead: (json: unknown) => TicketComment[] | undefined;
  /** Null: it can be moved without. */
  look: ((context: TrackerContext, ref: string) => Ask) | null;
  looked: (json: unknown, context: TrackerContext) => Look | undefined;
  /** Null: nothing leads there. */
  move: (context: TrackerContext, ref: string, to: TicketState, look: Look | null) => Ask | null;
  /** Null: there is nothing that it would change. */
  update: (
    context: TrackerContext,
    ref: string,
    draft: Omit<TicketDraft, "marker" | "text">,
  ) => Ask | null;
  /** Beside {@link WORKFLOW_REFUSALS}: what it answers where a workflow refuses a move. */
  refusals?: readonly number[];
  /** Any of them will do. */
  signatures: readonly HookSignature[];
  /** Of the one who calls; null: it tells of nothing that counts. */
  readHook: (headers: Headers, json: unknown, context: TrackerContext) => TicketNews | null;
}

/** What a schema makes of an answer; undefined where it is another. */
export function shaped<S extends z.ZodType>(schema: S, json: unknown): z.infer<S> | undefined {
  const parsed = schema.safeParse(json);
  return parsed.success ? parsed.data : undefined;
}

/** Clocks of Lull and a tracker may differ by this, where one is asked for what is newer. */
export const CLOCKS_MS = 5 * 60_000;

/** An instant as trackers write it; NaN-free: null where it is none. */
export function instantOf(text: string): EpochMs | null {
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : at;
}

/** Null: none is told. */
export function addressOf(email: string | null | undefined): string | null {
  return email?.includes("@") === true ? email : null;
}

/** HTTP Basic, in UTF-8. */
export function basic(user: string, password: string): string {
  const bytes = new TextEncoder().encode(`${user}:${password}`);
  return `Basic ${btoa(String.fromCharCode(...bytes))}`;
}
