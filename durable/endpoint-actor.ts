/**
 * The actor of one endpoint: what is to be delivered to it, in order, until it has arrived or is given up. The shell
 * around durable/domain/delivery.ts: it keeps the queue, makes the attempts, and notes what they came to.
 *
 * Contract: what {@link EndpointActor.enqueue} has taken is attempted until it is delivered or a dead letter. An
 * attempt whose record was lost in a crash is made again, under the same `webhook-id`. The alarm never throws.
 */
import { DurableObject } from "cloudflare:workers";
import { isTracker } from "../schema/endpoint-formats.ts";
import type { Happening } from "../schema/happening.ts";
import { SYSTEM } from "../schema/ledger.ts";
import { parseTenantId, type TenantId } from "../schema/ids.ts";
import {
  DELIVERY_LEASE_MS,
  DELIVERY_WORK_MS,
  MAX_PENDING_DELIVERIES,
  MAX_REPLAY,
  MAX_REPLY_BYTES,
  PRUNE_EVERY_MS,
  RECORD_RETRY_MS,
  SECRET_OVERLAP_MS,
  TICKET_COPY_RETRY_MS,
} from "../schema/limits.ts";
import { formatInstant, type EpochMs } from "../schema/time.ts";
import type {
  DeliveriesQuery,
  DeliveryDetail,
  DeliveryView,
  EndpointHealth,
  Replayed,
} from "../schema/webhooks.ts";
import { attemptRecord } from "./attempt-record.ts";
import { attempt, blocked, type Attempted } from "./attempt.ts";
import { channelOf } from "./channels/channels.ts";
import type { Call, Message } from "./channels/channel.ts";
import { hide } from "./channels/hide.ts";
import { currentConfig } from "./current-config.ts";
import { asItWas, deliveryId, finalReason, settledBy, waitingOf } from "./delivery-settled.ts";
import { deliveryView, instantOrNull } from "./delivery-view.ts";
import {
  breakerAfter,
  CLOSED,
  isOpen,
  turn,
  type Breaker,
  type Waiting,
} from "./domain/delivery.ts";
import { newsOf, type EndpointRecord } from "./domain/endpoint.ts";
import { EndpointKeys } from "./endpoint-keys.ts";
import { endpointHappening } from "./endpoint-news.ts";
import {
  EndpointStorage,
  type DeliveryRow,
  type EndpointIdentity,
  type ReplaySpan,
  type Settled,
} from "./endpoint-storage.ts";
import { readHook, type Heard } from "./endpoint-hooks.ts";
import { exchangeOf, jsonOf, type Send } from "./endpoint-tickets.ts";
import { checkEndpointUrl } from "./endpoint-url.ts";
import { isSigned, type Hook } from "./hook-signature.ts";
import { errorText, log } from "./log.ts";
import { copyTickets } from "./ticket-copy.ts";
import { publicUrlOf, type PublicUrlEnv } from "./public-url.ts";
import { publish, type PublishEnv } from "./publish.ts";
import { tenantClient } from "./tenant-actor.ts";

interface EndpointActorEnv extends PublishEnv, PublicUrlEnv {
  DB: D1Database;
  LULL_SECRET: string;
  LULL_ALLOW_PRIVATE_ENDPOINTS?: string;
  TENANT_ACTOR: DurableObjectNamespace;
}

/** What an attempt needs beside its delivery. */
interface Target {
  endpoint: EndpointRecord;
  identity: EndpointIdentity;
  secrets: readonly string[];
  /** Null: the format needs one, and there is none. */
  credential: string | null;
}

/** What an attempt means for its delivery. */
interface Settling {
  of: (current: DeliveryRow, now: EpochMs) => Settled;
  /** What is noted with it. */
  note?: (current: DeliveryRow) => void;
  /** Of the receiver; absent: nothing can be said of it. */
  success?: boolean;
}

const NO_CREDENTIAL = "The endpoint has no credential: give it one.";

export class EndpointActor extends DurableObject<EndpointActorEnv> {
  readonly #storage: EndpointStorage;
  readonly #keys: EndpointKeys;
  /** Null: to be read. In order of `seq`. */
  #waiting: Map<number, Waiting> | null = null;
  #breaker: Breaker | null = null;
  #working = false;
  /** The configuration that the work under way has read is not the last one. */
  #outdated = false;
  #prunedAt: EpochMs = 0;
  /** Ends the wait of the work under way for its attempts: there is something new. */
  #nudge = Promise.withResolvers<void>();

  constructor(ctx: DurableObjectState, env: EndpointActorEnv) {
    super(ctx, env);
    this.#storage = new EndpointStorage(ctx.storage);
    this.#keys = new EndpointKeys(this.#storage, env.LULL_SECRET);
  }

  /** Takes its place in the world; answers its first secret, which nobody will see again. */
  async begin(identity: EndpointIdentity): Promise<string> {
    const { secret, sealed } = await this.#keys.newSecret(identity);
    const now = Date.now();
    if (this.#storage.identity() === null) this.#storage.begin(identity);
    this.#storage.addSecret(sealed, now, now);
    return secret;
  }

  /** What the receiver asks for, and for what it is; null: it is forgotten. It is never shown. */
  async setCredential(credential: { text: string; purpose: string } | null): Promise<void> {
    const identity = this.#storage.identity();
    if (identity !== null) await this.#keys.setCredential(identity, credential);
  }

  /** A new secret; the former one signs too until `previousUntil`. Null where there is no such endpoint. */
  async rotate(): Promise<{ secret: string; previousUntil: string } | null> {
    const identity = this.#storage.identity();
    if (identity === null) return null;
    const { secret, sealed } = await this.#keys.newSecret(identity);
    const now = Date.now();
    const until = now + SECRET_OVERLAP_MS;
    this.#storage.addSecret(sealed, until, now);
    this.#armBy(now);
    return { secret, previousUntil: formatInstant(until) };
  }

  /** Takes what has happened, each once however often it is told. An endpoint that was deleted takes nothing. */
  enqueue(happenings: readonly Happening[]): void {
    const identity = this.#storage.identity();
    if (identity === null) return;
    const now = Date.now();
    try {
      this.#storage.atomically(() => {
        for (const happening of happenings) this.#take(identity, happening, now);
      });
    } catch (error) {
      // What of it stands in the queue is not on disk.
      this.#waiting = null;
      throw error;
    }
    this.#begin(now);
  }

  #take(identity: EndpointIdentity, happening: Happening, now: EpochMs): void {
    const id = deliveryId(identity, happening);
    if (this.#storage.has(id) || !this.#isNews(happening, now)) return;
    const queue = this.#queue();
    const hasRoom = queue.size < MAX_PENDING_DELIVERIES;
    const one = this.#storage.insert(id, happening, hasRoom ? null : "queue_full", now);
    if (hasRoom) queue.set(one.seq, one);
  }

  /** Remembers which findings it has told of; the end of one that is muted is told only to whom its beginning was. */
  #isNews(happening: Happening, now: EpochMs): boolean {
    const news = newsOf(happening);
    if (news === "other") return true;
    const { key } = happening;
    if (news === "begins") this.#storage.noteTold(key, now);
    const told = news !== "ifTold" || this.#storage.wasTold(key);
    if (news !== "begins") this.#storage.forgetTold(key);
    return told;
  }

  /** Takes a happening of its own, and answers what has become of it. */
  take(happening: Happening): DeliveryView | null {
    this.enqueue([happening]);
    const identity = this.#storage.identity();
    const row = identity === null ? null : this.#storage.byId(deliveryId(identity, happening));
    return row === null ? null : deliveryView(row);
  }

  /** Deliveries, the newest first; one more than a page. */
  deliveries(query: DeliveriesQuery, before: number | null): { seq: number; view: DeliveryView }[] {
    if (this.#storage.identity() === null) return [];
    return this.#storage
      .page(query, before)
      .map((row) => ({ seq: row.seq, view: deliveryView(row) }));
  }

  /** With its attempts and what is sent; null where there is none. */
  async delivery(id: string, endpoint: EndpointRecord): Promise<DeliveryDetail | null> {
    const identity = this.#storage.identity();
    const row = identity === null ? null : this.#storage.byId(id);
    if (identity === null || row === null) return null;
    const target = { endpoint, identity, secrets: [], credential: "" };
    const { body, hidden } = await this.#call(row, target, Date.now());
    return { ...deliveryView(row), body: hide(body, hidden), tries: this.#storage.attempts(id) };
  }

  /** Makes a delivery again, under the same `webhook-id`; null where there is none. */
  replay(id: string): DeliveryView | null {
    if (this.#storage.identity() === null || this.#storage.byId(id) === null) return null;
    const now = Date.now();
    this.#storage.again(id, now);
    this.#waiting = null;
    this.#begin(now);
    const row = this.#storage.byId(id);
    return row === null ? null : deliveryView(row);
  }

  /** Makes those of a span again, in their order. */
  replayBetween(span: ReplaySpan): Replayed {
    if (this.#storage.identity() === null) return { replayed: 0, nextCursor: null };
    const now = Date.now();
    const found = this.#storage.finishedBetween(span, MAX_REPLAY);
    this.#storage.atomically(() => {
      for (const { id } of found) this.#storage.again(id, now);
    });
    this.#waiting = null;
    this.#begin(now);
    const last = found.length < MAX_REPLAY ? undefined : found.at(-1);
    return { replayed: found.length, nextCursor: last === undefined ? null : String(last.seq) };
  }

  /** How it goes; null where there is no such endpoint. */
  health(): EndpointHealth | null {
    if (this.#storage.identity() === null) return null;
    const now = Date.now();
    const breaker = this.#breakerNow();
    const { last, delivered } = this.#storage.lastAttempts();
    return {
      ...this.#storage.counts(),
      failuresInARow: breaker.failures,
      failingSince: instantOrNull(breaker.since ?? null),
      pausedUntil: isOpen(breaker) ? formatInstant(breaker.pausedUntil) : null,
      lastAttemptAt: instantOrNull(last),
      lastDeliveredAt: instantOrNull(delivered),
      secrets: this.#storage.secrets(now).length,
    };
  }

  /** Its configuration has changed: what waits is tried at once. */
  follow(): void {
    if (this.#storage.identity() === null) return;
    const now = Date.now();
    this.#breaker = CLOSED;
    this.#storage.saveBreaker(CLOSED);
    this.#storage.hasten(now);
    this.#waiting = null;
    this.#outdated = true;
    this.#begin(now);
  }

  /** What a tracker's hook means, where one of the endpoint's secrets has signed it. */
  async hear(hook: Hook, endpoint: EndpointRecord): Promise<Heard> {
    const identity = this.#storage.identity();
    if (identity === null) return { type: "refused" };
    const secrets = await this.#keys.secrets(identity, Date.now());
    if (!(await isSigned(hook, endpoint.format, secrets))) return { type: "refused" };
    const heard = readHook(hook, endpoint, identity, this.#storage, Date.now());
    // What it has said of a ticket, D1 shows.
    this.#begin(Date.now());
    return heard;
  }

  /** Deletes everything: what waits is not delivered any more. */
  async remove(): Promise<void> {
    this.#waiting = null;
    this.#breaker = null;
    await this.#storage.deleteAll();
  }

  override async alarm(): Promise<void> {
    if (this.#working) return;
    this.#working = true;
    try {
      if (this.#storage.identity() !== null) await this.#work();
    } catch (error) {
      log("error", "endpoint.work_failed", { ...this.#ids(), error: errorText(error) });
      this.#armBy(Date.now() + RECORD_RETRY_MS);
    } finally {
      this.#working = false;
    }
  }

  async #work(): Promise<void> {
    const began = Date.now();
    // If the process ends in the middle: the platform would run the alarm again, and this makes sure of it.
    this.#armBy(began + DELIVERY_LEASE_MS);
    await this.#finishDisabling();
    this.#outdated = false;
    const target = await this.#target(began);
    if (target === "deleted") {
      await this.remove();
      return;
    }
    if (target === "unreadable") {
      this.#armBy(Date.now() + RECORD_RETRY_MS);
      return;
    }
    if (target.endpoint.status === "enabled") await this.#deliver(target, began + DELIVERY_WORK_MS);
    if (this.#storage.identity() === null) return;
    const isCopied = await this.#copyTickets(target);
    if (this.#storage.identity() === null) return;
    this.#prune(Date.now());
    this.#rearm(target.endpoint);
    if (!isCopied) this.#armBy(Date.now() + TICKET_COPY_RETRY_MS);
  }

  /** Attempts what is due, several keys at once, until nothing is or the time is up. */
  async #deliver(target: Target, until: EpochMs): Promise<void> {
    const flying = new Map<string, Promise<void>>();
    while (this.#storage.identity() !== null) {
      const now = Date.now();
      const next = turn(this.#queue().values(), new Set(flying.keys()), this.#breakerNow(), now);
      for (const { seq } of next.expired) this.#giveUp(seq, now);
      if (next.expired.length > 0) continue;
      const goesOn = now < until && !this.#outdated && this.#storage.disablingSince() === null;
      for (const one of goesOn ? next.start : []) {
        const flight = this.#attempt(one, target).finally(() => flying.delete(one.key));
        flying.set(one.key, flight);
      }
      if (flying.size === 0) return;
      this.#nudge = Promise.withResolvers<void>();
      await Promise.race([...flying.values(), this.#nudge.promise]);
    }
  }

  /** One attempt, from the request to its record. */
  async #attempt({ seq }: Waiting, target: Target): Promise<void> {
    const row = this.#storage.bySeq(seq);
    if (row === null) return;
    if (isTracker(target.endpoint.format)) return this.#exchange(row, target);
    const at = Date.now();
    const call = await this.#call(row, target, at);
    const attempted = await this.#request(call, target, at);
    const final = finalReason(attempted, target.endpoint.format);
    const isGone = final === "gone";
    this.#settle(row, {
      of: (current, now) => settledBy(current, attempted, final, now),
      note: (current) => {
        this.#storage.note(current, attemptRecord(call, attempted, at, Date.now()));
        if (isGone) this.#storage.saveDisabling(Date.now());
      },
      success: attempted.outcome === "delivered",
    });
  }

  async #request(
    call: Call,
    { credential }: Target,
    at: EpochMs,
    maxBytes?: number,
  ): Promise<Attempted> {
    const allowPrivate = this.env.LULL_ALLOW_PRIVATE_ENDPOINTS === "1";
    const checked = checkEndpointUrl(call.url, allowPrivate);
    if (!checked.ok) return blocked(`The address ${checked.reason}.`);
    if (credential === null) return blocked(NO_CREDENTIAL);
    return attempt(call, at, undefined, maxBytes);
  }

  /** Of a tracker: as many requests as it takes, each noted with what it has done. */
  async #exchange(row: DeliveryRow, target: Target): Promise<void> {
    const send: Send = async (step, call, save) => {
      const at = Date.now();
      const attempted = await this.#request(call, target, at, MAX_REPLY_BYTES);
      const current = this.#storage.identity() === null ? null : this.#storage.bySeq(row.seq);
      if (current === null) return null;
      const now = Date.now();
      let noted = attempted;
      this.#storage.atomically(() => {
        noted = save({ attempted, json: jsonOf(attempted.answer) });
        this.#storage.note(current, attemptRecord(call, noted, at, now, step));
      });
      return noted;
    };
    const outcome = await exchangeOf(this.#storage, row, target, this.env, send).deliver();
    if (outcome.type === "abandoned") return;
    if (outcome.type === "failed") {
      const { attempted } = outcome;
      const of = (current: DeliveryRow, now: EpochMs) => settledBy(current, attempted, null, now);
      return this.#settle(row, { of, success: false });
    }
    if (outcome.type === "later")
      return this.#settle(row, { of: (current) => ({ ...asItWas(current), nextAt: outcome.at }) });
    const of = (current: DeliveryRow) => ({ ...asItWas(current), status: "delivered" as const });
    this.#settle(row, { of, success: true });
  }

  #call(row: DeliveryRow, target: Target, at: EpochMs): Promise<Message> {
    const { endpoint, identity, secrets, credential } = target;
    const { id } = row;
    // Written by `insert` from this type.
    const happening = JSON.parse(row.happening) as Happening;
    const context = {
      id,
      tenant: identity.tenant,
      endpoint,
      secrets,
      credential: credential ?? "",
      publicUrl: publicUrlOf(this.env),
      at,
    };
    // Of a tracker it is shown what its requests are made of.
    return channelOf(endpoint.format).build(happening, context);
  }

  /** Notes what an attempt came to. Nothing is awaited here: it is noted whole, or the attempt is made again. */
  #settle({ seq }: DeliveryRow, { of, note, success }: Settling): void {
    // It was deleted, or begun anew by a replay, while the attempt was under way.
    const current = this.#storage.identity() === null ? null : this.#storage.bySeq(seq);
    if (current === null) return;
    const now = Date.now();
    const known = this.#breakerNow();
    const breaker = success === undefined ? known : breakerAfter(known, success, now);
    const settled = of(current, now);
    this.#storage.atomically(() => {
      note?.(current);
      this.#storage.settle(current, settled, now);
      this.#storage.saveBreaker(breaker);
    });
    this.#breaker = breaker;
    if (settled.status === "pending") this.#queue().set(seq, { ...waitingOf(current), ...settled });
    else this.#queue().delete(seq);
    if (settled.status === "dead") this.#logDead(seq, settled);
  }

  #giveUp(seq: number, now: EpochMs): void {
    this.#storage.giveUp(seq, "age", now);
    this.#queue().delete(seq);
  }

  /** The receiver has said that it is gone: the configuration must say so too, and the other endpoints hear of it. */
  async #finishDisabling(): Promise<void> {
    const since = this.#storage.disablingSince();
    if (since === null) return;
    const { tenant, endpoint } = this.#mustIdentity();
    const client = tenantClient(this.env.TENANT_ACTOR, tenant);
    const fields = { status: "disabled", disabledReason: "gone" } as const;
    const changed = await client.changeEndpoint(endpoint, fields, SYSTEM, since);
    const record = changed.ok
      ? changed.config.endpoints.find(({ id }) => id === endpoint)
      : undefined;
    if (changed.ok && record !== undefined) {
      const news = endpointHappening("endpoint.disabled", record, since);
      await publish(this.env, tenant, changed.config, [news]);
    }
    this.#storage.saveDisabling(null);
    log("warn", "endpoint.disabled", { ...this.#ids(), reason: "gone" });
  }

  async #target(now: EpochMs): Promise<Target | "deleted" | "unreadable"> {
    const identity = this.#mustIdentity();
    const { endpoints } = await currentConfig(this.env.TENANT_ACTOR, identity.tenant);
    const endpoint = endpoints.find(({ id }) => id === identity.endpoint);
    if (endpoint === undefined) return "deleted";
    const secrets = await this.#keys.secrets(identity, now);
    const credential = await this.#keys.credential(identity, endpoint);
    if (secrets.length > 0) return { endpoint, identity, secrets, credential };
    log("error", "endpoint.secret_unreadable", this.#ids());
    return "unreadable";
  }

  /** D1 shows them with their cases. False: they are tried again. */
  async #copyTickets({ endpoint, identity }: Target): Promise<boolean> {
    try {
      await copyTickets(this.env.DB, this.#storage.tickets, identity, endpoint.format);
      return true;
    } catch (error) {
      log("warn", "tickets.not_copied", { ...this.#ids(), error: errorText(error) });
      return false;
    }
  }

  #prune(now: EpochMs): void {
    if (now - this.#prunedAt < PRUNE_EVERY_MS) return;
    this.#prunedAt = now;
    this.#storage.prune(now);
  }

  /** When there is something to do again. Of a disabled endpoint what waits only grows old. */
  #rearm({ status }: EndpointRecord): void {
    const now = Date.now();
    if (this.#outdated || this.#storage.disablingSince() !== null) return this.#armBy(now);
    if (status === "disabled") return this.#expireOrWait(now);
    const next = turn(this.#queue().values(), new Set(), this.#breakerNow(), now);
    const at = next.start.length + next.expired.length > 0 ? now : next.wakeAt;
    this.#armBy(Number.isFinite(at) ? at : now + PRUNE_EVERY_MS * 24);
  }

  #expireOrWait(now: EpochMs): void {
    for (;;) {
      const { expired } = turn(this.#queue().values(), new Set(), this.#breakerNow(), now);
      if (expired.length === 0) break;
      for (const { seq } of expired) this.#giveUp(seq, now);
    }
    this.#armBy(now + PRUNE_EVERY_MS);
  }

  #queue(): Map<number, Waiting> {
    this.#waiting ??= new Map(this.#storage.waiting().map((one) => [one.seq, one]));
    return this.#waiting;
  }

  #breakerNow(): Breaker {
    this.#breaker ??= this.#storage.breaker();
    return this.#breaker;
  }

  /** Work that is under way looks again; else the alarm begins it. */
  #begin(now: EpochMs): void {
    if (this.#working) this.#nudge.resolve();
    else this.#armBy(now);
  }

  #armBy(at: EpochMs): void {
    // Not awaited: the output gate holds every answer until the write is safe.
    this.ctx.waitUntil(this.ctx.storage.setAlarm(at));
  }

  #mustIdentity(): EndpointIdentity & { tenant: TenantId } {
    const identity = this.#storage.identity();
    const tenant = identity === null ? null : parseTenantId(identity.tenant);
    if (identity === null || tenant === null) throw new Error("the endpoint's actor has not begun");
    return { ...identity, tenant };
  }

  #ids(): { tenant: string | null; endpoint: string | null } {
    const identity = this.#storage.identity();
    return { tenant: identity?.tenant ?? null, endpoint: identity?.endpoint ?? null };
  }

  #logDead(seq: number, { deadReason: reason }: Settled): void {
    const row = this.#storage.bySeq(seq);
    const fields = { delivery: row?.id, type: row?.type, attempts: row?.attempts, reason };
    log("warn", "delivery.dead", { ...this.#ids(), ...fields });
  }
}
