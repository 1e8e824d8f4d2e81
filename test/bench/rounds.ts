/**
 * The measured part: all phases in turn, several rounds, so that what else happens on the machine hits
 * all targets alike. Round 0 warms up; for Lull it is also the one in which every finding opens.
 */
import { loadavg } from "node:os";
import type { Sent } from "./client.ts";
import { cpuMs, untilIdle } from "./cpu.ts";
import { EVENTS_PER_BATCH } from "./load.ts";
import type { LoadThread } from "./load-thread.ts";
import { batchLog, type BatchLog } from "./log-lines.ts";
import type { Target } from "./targets/target.ts";

export interface Plan {
  rounds: number;
  hosts: number;
  batches: number;
  connections: number;
  /** One-event posts at concurrency 1, and at 8. */
  singles: readonly [atOne: number, atEight: number];
}

/** The end of a phase that goes wrong. */
const MAX_FLEET_MS = 75_000;
const MAX_SINGLES_MS = 4_000;
const MAX_SETTLE_MS = 25_000;
const MANY = 8;

export interface FleetResult {
  eventsPerS: number;
  /** Of the server and all below it, for 1,000 events; null where /proc is missing. */
  cpuMsPer1000: number | null;
  /** Of one batch. */
  p50Ms: number;
  p99Ms: number;
  events: number;
  /** How long the server went on in the background after its last answer. */
  settledAfterMs: number;
  log: BatchLog;
}

export interface SinglesResult {
  concurrency: number;
  p50Ms: number;
  p99Ms: number;
  perS: number;
}

export interface Round {
  fleet: Map<Target["name"], FleetResult>;
  singles: Map<Target["name"], SinglesResult[]>;
  /** Bytes of one event in a native batch. */
  bytesPerEvent: number;
  loadAverage: number;
}

export async function runRound(
  round: number,
  targets: readonly Target[],
  load: LoadThread,
  plan: Plan,
): Promise<Round> {
  const [atOne, atEight] = plan.singles;
  // The warm-up sends one batch from each host: all that can open has then been opened.
  const batches = round === 0 ? plan.hosts : plan.batches;
  const bytes = await load.prepare({
    round,
    hosts: plan.hosts,
    batches,
    singles: atOne + atEight,
  });
  const result: Round = {
    fleet: new Map(),
    singles: new Map(),
    bytesPerEvent: bytes / (batches * EVENTS_PER_BATCH),
    loadAverage: 0,
  };
  for (const target of inTurn(targets, round))
    result.fleet.set(target.name, await fleetPhase(target, load, batches, plan));
  for (const target of inTurn(targets, round)) {
    result.singles.set(target.name, [
      await singlesPhase(target, load, 1, 0, atOne),
      await singlesPhase(target, load, MANY, atOne, atOne + atEight),
    ]);
    await untilIdle(target.child.pid, MAX_SETTLE_MS);
  }
  result.loadAverage = loadavg()[0] ?? 0;
  return result;
}

/** Round number of the bodies that open the rest; no measured round has it. */
const FILL_ROUND = 1_000;
const FILL_BATCHES_PER_HOST = 2;

/** Opens what the first batches did not touch, off the clock: the tail of the Zipf distribution. */
export async function fill(target: Target, load: LoadThread, plan: Plan): Promise<void> {
  const batches = FILL_BATCHES_PER_HOST * plan.hosts;
  await load.prepare({ round: FILL_ROUND, hosts: plan.hosts, batches, singles: 0 });
  await fleetPhase(target, load, batches, plan);
}

/** Another one begins in each round. */
function inTurn(targets: readonly Target[], round: number): Target[] {
  const first = round % targets.length;
  return [...targets.slice(first), ...targets.slice(0, first)];
}

async function fleetPhase(
  target: Target,
  load: LoadThread,
  batches: number,
  plan: Plan,
): Promise<FleetResult> {
  const { pid } = target.child;
  target.child.takeOutput();
  const cpuBefore = cpuMs(pid);
  const sent = await load.send({
    what: "batches",
    from: 0,
    to: batches,
    format: target.format,
    endpoint: target.endpoint,
    concurrency: plan.connections,
    maxMs: MAX_FLEET_MS,
  });
  const settledAfterMs = await untilIdle(pid, MAX_SETTLE_MS);
  // With the background work: it is part of the price of these events.
  const cpuAfter = cpuMs(pid);
  const events = sent.answered * EVENTS_PER_BATCH;
  return {
    eventsPerS: (events / sent.ms) * 1_000,
    cpuMsPer1000:
      cpuBefore === null || cpuAfter === null ? null : ((cpuAfter - cpuBefore) / events) * 1_000,
    p50Ms: quantile(sent, 0.5),
    p99Ms: quantile(sent, 0.99),
    events,
    settledAfterMs,
    log: batchLog(target.child.takeOutput()),
  };
}

async function singlesPhase(
  target: Target,
  load: LoadThread,
  concurrency: number,
  from: number,
  to: number,
): Promise<SinglesResult> {
  const sent = await load.send({
    what: "singles",
    from,
    to,
    format: target.format,
    endpoint: target.endpoint,
    concurrency,
    maxMs: MAX_SINGLES_MS,
  });
  return {
    concurrency,
    p50Ms: quantile(sent, 0.5),
    p99Ms: quantile(sent, 0.99),
    perS: (sent.answered / sent.ms) * 1_000,
  };
}

function quantile({ latencies }: Sent, q: number): number {
  const index = Math.min(latencies.length - 1, Math.floor(latencies.length * q));
  return latencies[index] ?? Number.NaN;
}
