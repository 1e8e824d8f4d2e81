/**
 * Makes one delivery to a tracker: the steps that a happening means for its case's ticket, one request after the other.
 * Contract: each step is done once, though any answer may be lost. What a request has done is noted with its record, so
 * that a later attempt goes on from there; and of a ticket or comment that may have been made it is noted before the
 * request leaves, so that it is looked for before it is made again.
 */
import { isTracker } from "../schema/endpoint-formats.ts";
import { TRACKER_SETTLE_MS } from "../schema/limits.ts";
import type { Happening } from "../schema/happening.ts";
import type { EpochMs } from "../schema/time.ts";
import type { Attempted } from "./attempt.ts";
import type { Call } from "./channels/channel.ts";
import { commentOf, deliveryOf, draftOf, titleOf } from "./channels/ticket-text.ts";
import { TRACKERS } from "./channels/trackers.ts";
import {
  CLOCKS_MS,
  WORKFLOW_REFUSALS,
  type Ask,
  type Look,
  type TicketRef,
  type Tracker,
  type TrackerContext,
} from "./channels/tracker.ts";
import type { EndpointRecord } from "./domain/endpoint.ts";
import { isThere, newlyTold, stepsFor, type Step } from "./domain/ticket.ts";
import { sha256 } from "./identity.ts";
import type { DeliveryRow, EndpointIdentity, EndpointStorage } from "./endpoint-storage.ts";
import { publicUrlOf, type PublicUrlEnv } from "./public-url.ts";
import { ticketOf, toldOf, type TicketStorage } from "./ticket-storage.ts";

/** What a delivery came to. `later`: an answer was lost, and it is too early to ask again; that is no failure. */
export type Exchanged =
  | { type: "delivered" }
  | { type: "failed"; attempted: Attempted }
  | { type: "later"; at: EpochMs }
  /** The endpoint was deleted meanwhile. */
  | { type: "abandoned" };

/** An answer. `note`: what people are told of it. */
interface Reply {
  attempted: Attempted;
  json: unknown;
}

/** Sends a request, and notes it in one transaction with `save`. Null: the endpoint was deleted meanwhile. */
export type Send = (
  step: string,
  call: Call,
  save: (reply: Reply) => Attempted,
) => Promise<Attempted | null>;

export interface ExchangeContext extends TrackerContext {
  tenant: string;
  endpoint: TrackerContext["endpoint"] & { id: string };
  publicUrl: string | null;
  /** Of the delivery. */
  seq: number;
  id: string;
}

/** Ends a delivery's attempt: thrown within it, caught where it begins. */
class Ended extends Error {
  readonly outcome: Exchanged;
  constructor(outcome: Exchanged) {
    super(outcome.type);
    this.outcome = outcome;
  }
}

const GONE = 410;
/** Refused as it was, and not done. Not among them: 408, which says nothing. */
const isRefusal = ({ status }: Attempted) =>
  status !== null && status >= 300 && status < 500 && status !== 408;

/** What to note where a request was not done. */
interface Unless {
  /** It was refused. */
  refused?: () => void;
  /** It was refused with one of these, which is no failure. */
  spared?: { statuses: readonly number[]; save: () => void };
  /** It is about a ticket: there may be nobody to tell any more. */
  ofTicket?: boolean;
}

const OF_TICKET: Unless = { ofTicket: true };

export class TicketExchange {
  readonly #tracker: Tracker;
  readonly #storage: TicketStorage;
  readonly #context: ExchangeContext;
  readonly #happening: Happening;
  readonly #send: Send;

  constructor(
    tracker: Tracker,
    storage: TicketStorage,
    context: ExchangeContext,
    happening: Happening,
    send: Send,
  ) {
    this.#tracker = tracker;
    this.#storage = storage;
    this.#context = context;
    this.#happening = happening;
    this.#send = send;
  }

  async deliver(): Promise<Exchanged> {
    try {
      const row = this.#storage.of(this.#case());
      const known = row === null || row.ref === null ? null : toldOf(row);
      const { endpoint, seq } = this.#context;
      const done = new Set(this.#storage.progress(seq).done);
      for (const step of stepsFor(this.#happening, endpoint.id, known))
        if (!done.has(step.name)) await this.#do(step);
      return { type: "delivered" };
    } catch (error) {
      if (error instanceof Ended) return error.outcome;
      throw error;
    }
  }

  #do(step: Step): Promise<void> {
    switch (step.name) {
      case "check":
        return this.#check();
      case "create":
        return this.#create();
      case "comment":
        return this.#comment();
      case "move":
        return this.#move(step);
      case "update":
        return this.#update();
    }
  }

  async #check(): Promise<void> {
    await this.#whoami();
    await this.#ask("check", this.#tracker.check(this.#context), () => undefined);
    this.#noteDone("check");
  }

  /** What it does there is Lull's own doing, when the tracker tells of it. */
  async #whoami(): Promise<string> {
    const ask = this.#tracker.whoami(this.#context);
    return this.#ask("whoami", ask, (json) => {
      const account = this.#tracker.account(json);
      if (account !== undefined) this.#storage.saveAccount(account);
      return account ?? unreadable();
    });
  }

  async #create(): Promise<void> {
    const account = this.#storage.account() ?? (await this.#whoami());
    const it = this.#summary();
    const marker = markerOf(this.#context, it.id);
    const row = this.#storage.of(it.id);
    const known = row === null ? null : ticketOf(row);
    // A hook has told of it meanwhile.
    if (known !== null) return this.#saveMade(known);
    const since = row?.creating ?? null;
    if (since !== null) {
      const find = this.#tracker.find(this.#context, marker, account, since);
      const isFound = await this.#ask("find", find, (json) => {
        const found = this.#tracker.found(json, marker, this.#context);
        if (found === undefined) return unreadable();
        if (found !== null) this.#saveMade(found);
        return found !== null;
      });
      if (isFound) return;
      this.#waitFor(since);
    }
    const now = Date.now();
    this.#storage.saveCreating(it.id, now, now);
    const draft = draftOf(this.#happening, it, marker, this.#context.publicUrl);
    const create = this.#tracker.create(this.#context, draft);
    const save = (json: unknown) => {
      const made = this.#tracker.created(json, this.#context);
      return made === undefined ? unreadable() : this.#saveMade(made);
    };
    const refused = () => this.#storage.saveCreating(it.id, null, now);
    await this.#ask("create", create, save, { refused });
  }

  #saveMade(ref: TicketRef): void {
    this.#storage.saveMade(this.#case(), ref, newlyTold(this.#summary()), Date.now());
    this.#noteDone("create");
  }

  async #comment(): Promise<void> {
    const { seq, id, publicUrl } = this.#context;
    const { ref } = this.#ticket();
    const sentAt = this.#storage.progress(seq).commentedAt;
    if (sentAt !== undefined) {
      const ask = this.#tracker.comments(this.#context, ref, Math.max(0, sentAt - CLOCKS_MS));
      const read = (json: unknown) => {
        const comments = this.#tracker.commentsRead(json);
        if (comments === undefined) return unreadable();
        const own = comments.some(({ text }) => deliveryOf(text) === id);
        if (own) this.#noteDone("comment");
        return own;
      };
      if (await this.#ask("find comment", ask, read, OF_TICKET)) return;
      this.#waitFor(sentAt);
    }
    this.#saveCommented(Date.now());
    const text = commentOf(this.#happening, id, publicUrl);
    const ask = this.#tracker.comment(this.#context, ref, text);
    const refused = () => this.#saveCommented(undefined);
    const save = () => this.#noteDone("comment");
    await this.#ask("comment", ask, save, { refused, ofTicket: true });
  }

  async #move({ to, loosely }: Extract<Step, { name: "move" }>): Promise<void> {
    const { ref } = this.#ticket();
    let look: Look | null = null;
    if (this.#tracker.look !== null) {
      const ask = this.#tracker.look(this.#context, ref);
      const read = (json: unknown) => this.#tracker.looked(json, this.#context) ?? unreadable();
      look = await this.#ask("look", ask, read, OF_TICKET);
    }
    const isMoved = look !== null && isThere(look.state, to, loosely);
    const move = isMoved ? null : this.#tracker.move(this.#context, ref, to, look);
    if (move === null) return this.#noteMoved(look?.state ?? to);
    const stays = this.#storage.of(this.#case())?.state ?? "open";
    // A workflow that forbids it is no failure: somebody has wanted it so.
    const statuses = [...WORKFLOW_REFUSALS, ...(this.#tracker.refusals ?? [])];
    const spared = { statuses, save: () => this.#noteMoved(look?.state ?? stays) };
    await this.#ask("move", move, () => this.#noteMoved(to), { spared, ofTicket: true });
  }

  #noteMoved(state: Look["state"]): void {
    const { status } = this.#summary();
    const row = this.#storage.of(this.#case());
    const told = (row && toldOf(row)) ?? newlyTold(this.#summary());
    this.#storage.saveTold(this.#case(), { ...told, status });
    this.#storage.saveState(this.#case(), state, Date.now());
    this.#noteDone("move");
  }

  async #update(): Promise<void> {
    const it = this.#summary();
    const { title, priority } = it;
    const fields = { title: titleOf(it), priority };
    const ask = this.#tracker.update(this.#context, this.#ticket().ref, fields);
    const save = () => {
      const row = this.#storage.of(it.id);
      const told = (row && toldOf(row)) ?? newlyTold(it);
      this.#storage.saveTold(it.id, { ...told, title, priority });
      this.#noteDone("update");
    };
    if (ask === null) save();
    else await this.#ask("update", ask, save, OF_TICKET);
  }

  /** One request, and what it has done or not. */
  async #ask<T>(
    step: string,
    ask: Ask,
    save: (json: unknown) => T | Unreadable,
    { refused, spared, ofTicket = false }: Unless = {},
  ): Promise<T> {
    let value: T | Unreadable = UNREADABLE;
    const attempted = await this.#send(step, this.#call(ask), ({ attempted: it, json }) => {
      if (it.outcome === "delivered") {
        value = save(json);
        return value === UNREADABLE ? { ...it, outcome: "status", error: UNKNOWN_ANSWER } : it;
      }
      if (spared?.statuses.includes(it.status ?? 0) === true) {
        spared.save();
        return { ...it, outcome: "delivered", error: "It was refused: the ticket stays as it is." };
      }
      if (isRefusal(it)) refused?.();
      return it;
    });
    if (attempted === null) throw new Ended({ type: "abandoned" });
    if (ofTicket && attempted.status === GONE) throw new Ended({ type: "delivered" });
    if (attempted.outcome !== "delivered") throw new Ended({ type: "failed", attempted });
    // What is unreadable has failed, and of what was spared nobody asks for a value.
    return value as T;
  }

  #call({ method, path, body }: Ask): Call {
    const { endpoint, credential } = this.#context;
    const given = this.#tracker.headers(this.#context);
    const authorization = given["authorization"] ?? "";
    return {
      method,
      url: `${endpoint.url.replace(/\/+$/, "")}${path}`,
      headers: {
        "user-agent": "Lull/1",
        accept: "application/json",
        ...given,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      body: body === undefined ? null : JSON.stringify(body),
      // With and without its scheme.
      hidden: [credential, authorization, authorization.split(" ").at(-1) ?? ""],
    };
  }

  #waitFor(since: EpochMs): void {
    const at = since + TRACKER_SETTLE_MS;
    if (Date.now() < at) throw new Ended({ type: "later", at });
  }

  #noteDone(step: string): void {
    const { seq } = this.#context;
    const { commentedAt, done = [] } = this.#storage.progress(seq);
    const open = step === "comment" || commentedAt === undefined ? {} : { commentedAt };
    this.#storage.saveProgress(seq, { ...open, done: [...done, step] });
  }

  #saveCommented(at: EpochMs | undefined): void {
    const { seq } = this.#context;
    const { commentedAt: _, ...progress } = this.#storage.progress(seq);
    this.#storage.saveProgress(seq, at === undefined ? progress : { ...progress, commentedAt: at });
  }

  #ticket(): TicketRef {
    const row = this.#storage.of(this.#case());
    const ticket = row === null ? null : ticketOf(row);
    if (ticket === null) throw new Error("a step came before its ticket");
    return ticket;
  }

  #case(): string {
    return this.#happening.data.case?.id ?? "";
  }

  #summary() {
    const it = this.#happening.data.case;
    if (it === undefined) throw new Error("a step without a case");
    return it;
  }
}

/** The exchange of a delivery as it is stored. */
export function exchangeOf(
  { tickets }: EndpointStorage,
  { seq, id, happening }: DeliveryRow,
  { endpoint, identity, credential }: ExchangeTarget,
  env: PublicUrlEnv,
  send: Send,
): TicketExchange {
  if (!isTracker(endpoint.format)) throw new Error(`${endpoint.format} is no tracker`);
  const context = {
    tenant: identity.tenant,
    endpoint,
    credential: credential ?? "",
    publicUrl: publicUrlOf(env),
    seq,
    id,
  };
  // Written by EndpointStorage from this type.
  const told = JSON.parse(happening) as Happening;
  return new TicketExchange(TRACKERS[endpoint.format], tickets, context, told, send);
}

interface ExchangeTarget {
  endpoint: EndpointRecord;
  identity: EndpointIdentity;
  credential: string | null;
}

/** Null where it is none, or was cut off. */
export function jsonOf(answer: string | null): unknown {
  try {
    return JSON.parse(answer ?? "null");
  } catch {
    return null;
  }
}

const UNREADABLE = Symbol("unreadable");
type Unreadable = typeof UNREADABLE;
const unreadable = (): Unreadable => UNREADABLE;

const UNKNOWN_ANSWER = "The answer is not as the tracker documents it.";

const MARKER_HEX = 10;
const MARKER = /lull-(\d{1,9})-[0-9a-f]{10}(?![0-9a-f])/g;

/** By what a case's ticket is known at this endpoint: `lull-42-` and a hash that nobody else's ticket has. */
export function markerOf(
  { tenant, endpoint }: { tenant: string; endpoint: { id: string } },
  caseId: string,
): string {
  const hash = sha256(`${tenant}\0${endpoint.id}\0${caseId}`).slice(0, MARKER_HEX);
  return `lull-${caseId.replace(/^\D*/, "")}-${hash}`;
}

/** The case whose marker stands in a text; null: there is none of this endpoint's. */
export function caseMarkedIn(
  owner: { tenant: string; endpoint: { id: string } },
  text: string,
): string | null {
  for (const [marker, number] of text.matchAll(MARKER)) {
    const caseId = `LULL-${number}`;
    if (markerOf(owner, caseId) === marker) return caseId;
  }
  return null;
}
