/**
 * The worker thread that makes load: it writes a round's bodies before any clock runs, and sends them
 * when it is told to, so that the main thread's work does not stand in the way.
 */
import { parentPort } from "node:worker_threads";
import { writeBodies, type Bodies } from "./bodies.ts";
import { send, type Endpoint, type Sent } from "./client.ts";
import { happenings, makeFleet } from "./fleet.ts";
import { at, random, shuffled } from "./random.ts";

export const SEED = 20_261_124;
export const EVENTS_PER_BATCH = 500;

export type BodyFormat = keyof Bodies;

export interface Preparation {
  round: number;
  /** The first so many of the fleet. */
  hosts: number;
  batches: number;
  singles: number;
}

export type Order =
  | ({ do: "prepare" } & Preparation)
  | {
      do: "send";
      what: "batches" | "singles";
      /** The slice of the prepared bodies. */
      from: number;
      to: number;
      format: BodyFormat;
      endpoint: Endpoint;
      concurrency: number;
      maxMs: number;
    };

export type Report = { done: "prepared"; bytes: number } | { done: "sent"; sent: Sent };

const fleet = makeFleet(SEED);
let batches: Bodies[] = [];
let singles: Bodies[] = [];

function prepare({ round, hosts, ...counts }: Preparation): number {
  const draw = random(SEED + 1 + round);
  const now = Date.now();
  // One batch from each host before any host sends its second, as agents on a timer do.
  const order = shuffled(fleet.slice(0, hosts), draw);
  const make = (count: number, size: number, name: string) =>
    Array.from({ length: count }, (_, i) => {
      const host = at(order, i % order.length);
      return writeBodies(host, happenings(host, size, draw), `${round}${name}${i}`, now);
    });
  batches = make(counts.batches, EVENTS_PER_BATCH, "b");
  singles = make(counts.singles, 1, "s");
  return batches.reduce((sum, { native }) => sum + native.byteLength, 0);
}

async function obey(order: Order): Promise<Report> {
  if (order.do === "prepare") {
    return { done: "prepared", bytes: prepare(order) };
  }
  const bodies = (order.what === "batches" ? batches : singles)
    .slice(order.from, order.to)
    .map((body) => body[order.format]);
  return { done: "sent", sent: await send(order.endpoint, bodies, order.concurrency, order.maxMs) };
}

const port = parentPort;
if (port !== null) {
  port.on("message", (order: Order) => {
    void obey(order).then((report) => port.postMessage(report));
  });
}
