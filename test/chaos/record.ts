/**
 * What the agents know of a run: what they have told Lull, when, and whether it said that it has it. Instants
 * are of this machine's clock, which is the node's too.
 */
import type { EpochMs } from "../../schema/time.ts";

/** The events of one batch about one thing, all of one moment, so that Lull takes them as one. */
export interface Told {
  /** What it is about; see {@link thingOf}. */
  thing: Thing;
  host: string;
  count: number;
  /**
   * When it happened as Lull may see it: where the agent's clock is wrong, at some moment of the exchange; `to` is
   * infinite while that has not ended.
   */
  from: EpochMs;
  to: EpochMs;
  batch: Batch;
}

/** A sign of life of an agent that says when the next one is due. */
export interface Contact {
  host: string;
  from: EpochMs;
  to: EpochMs;
}

/** One batch, which came by one id, however often it was sent. */
export interface Batch {
  id: string;
  /** When Lull said that it has all of it; null: it may have it, or not. */
  acknowledgedAt: EpochMs | null;
}

export type Thing = `finding ${string}` | `signal ${string}`;

/** `rule` is a rule's id, `resource` a resource's. */
export function thingOf(kind: "finding" | "signal", rule: string, resource: string): Thing {
  return `${kind} ${rule} of ${resource}`;
}

/** Counts of what happened to the requests of a run. */
export interface Traffic {
  batches: number;
  acknowledged: number;
  /** Attempts that were not answered with 200. */
  retried: number;
  /** Batches that their agent has not sent again after a failure. */
  givenUp: number;
  /** Acknowledged batches that were sent again all the same. */
  repeated: number;
  heartbeats: number;
  events: number;
  /** Answers with 503. */
  refused: number;
}

export class Record {
  readonly told: Told[] = [];
  readonly contacts: Contact[] = [];
  /** What should not have been answered. */
  readonly complaints: string[] = [];
  readonly traffic: Traffic = {
    batches: 0,
    acknowledged: 0,
    retried: 0,
    givenUp: 0,
    repeated: 0,
    heartbeats: 0,
    events: 0,
    refused: 0,
  };

  complain(text: string): void {
    this.complaints.push(text);
  }
}
