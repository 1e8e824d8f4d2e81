/**
 * One agent: tells what it sees, batch after batch, each until it is acknowledged. Now and then it does what agents
 * do: gives up after a failure, sends again what was acknowledged, sends twice at once, uses a key for other content.
 */
import { setTimeout as delay } from "node:timers/promises";
import { at } from "../bench/random.ts";
import type { Random } from "../sim/random.ts";
import type { EpochMs } from "../../schema/time.ts";
import { type Behaviour, behavioursOf } from "./behaviour.ts";
import { compose } from "./compose.ts";
import { heartbeat, type Post } from "./fleet.ts";
import type { Outlet, Parcel } from "./outlet.ts";
import type { Batch, Contact, Record } from "./record.ts";

const THINK_MS = 120;
/** Heartbeats come a little before they are due, as a busy agent's do. */
const BEAT_EARLY = 0.7;
/** Each doubles what the judge has to try for its hosts. */
const MAX_GIVEN_UP = 6;

export class Reporter {
  readonly #post: Post;
  readonly #outlet: Outlet;
  readonly #record: Record;
  readonly #random: Random;
  readonly #behaviours: readonly Behaviour[];
  #beatAt: EpochMs = 0;
  #batches = 0;
  #givenUp = 0;

  constructor(post: Post, outlet: Outlet, record: Record, random: Random) {
    this.#post = post;
    this.#outlet = outlet;
    this.#record = record;
    this.#random = random;
    this.#behaviours = post.flatMap((host) => behavioursOf(host, Date.now(), random));
  }

  /** Reports until `quiet`, and from then on only that it is there, until `end`. */
  async run(quiet: AbortSignal, end: AbortSignal): Promise<void> {
    while (!end.aborted) {
      await this.#beatIfDue();
      await this.#tell(quiet.aborted ? [] : this.#behaviours);
      await delay(THINK_MS * (0.3 + 1.4 * this.#random.next()));
    }
  }

  async #beatIfDue(): Promise<void> {
    const host = at(this.#post, 0);
    const now = Date.now();
    if (host.format !== "native" || host.heartbeatMs === null) return;
    if (now < this.#beatAt + BEAT_EARLY * host.heartbeatMs) return;
    this.#beatAt = now;
    const contact = this.#contact(now);
    const body = JSON.stringify(heartbeat(host, now));
    await this.#outlet.deliver({ path: "/v1/heartbeats", headers: {}, body, events: null });
    contact.to = Date.now();
    this.#record.traffic.heartbeats++;
  }

  async #tell(seen: readonly Behaviour[]): Promise<void> {
    const now = Date.now();
    const id = `${at(this.#post, 0).name}-${this.#batches++}`;
    const batch: Batch = { id, acknowledgedAt: null };
    const { parcel, told } = compose(this.#post, seen, batch, now, this.#random);
    const { traffic } = this.#record;
    traffic.batches++;
    traffic.events += parcel.events ?? 0;
    this.#record.told.push(...told);
    const contact = this.#contact(now);
    const isAcknowledged = await this.#send(parcel);
    // Taken or not: no later than now.
    contact.to = Date.now();
    for (const one of told) one.to = Math.min(one.to, contact.to);
    if (!isAcknowledged) {
      traffic.givenUp++;
      this.#givenUp++;
      return;
    }
    traffic.acknowledged++;
    batch.acknowledgedAt = contact.to;
    if (told.length > 0 && this.#random.chance(0.06)) await this.#sendAgain(parcel);
  }

  #contact(from: EpochMs): Contact {
    const contact = { host: at(this.#post, 0).name, from, to: Number.POSITIVE_INFINITY };
    this.#record.contacts.push(contact);
    return contact;
  }

  /** Whether it was acknowledged in the end. */
  async #send(parcel: Parcel): Promise<boolean> {
    if (this.#givenUp < MAX_GIVEN_UP && this.#random.chance(0.1))
      return this.#outlet.attempt(parcel);
    const copies = this.#random.chance(0.03) ? 2 : 1;
    await Promise.all(Array.from({ length: copies }, () => this.#outlet.deliver(parcel)));
    return true;
  }

  /** What was acknowledged: nothing of it may count again, whatever comes under its key. */
  async #sendAgain(parcel: Parcel): Promise<void> {
    this.#record.traffic.repeated++;
    if (parcel.headers["idempotency-key"] !== undefined && this.#random.chance(0.3))
      await this.#outlet.reuseKey(parcel);
    else await this.#outlet.attempt(parcel, true);
  }
}
