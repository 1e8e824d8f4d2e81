/**
 * `node test/bench/stages.ts`: the processor time of each stage of intake, measured in plain Node on
 * the fleet workload, and the rows that it writes. Processor time, since the clock also counts others.
 */
import { createHash } from "node:crypto";
import { deserialize, serialize } from "node:v8";
import type { AgentReport } from "../../workers/ingest/agent-report.ts";
import { writeBodies } from "./bodies.ts";
import { happenings, makeFleet, type BenchHost } from "./fleet.ts";
import { EVENTS_PER_BATCH, SEED } from "./load.ts";
import { Actors, coalesced, commandOf, decoded, newEngine } from "./pipeline.ts";
import { random } from "./random.ts";
import { one, row, two } from "./report.ts";
import { rowsOf } from "./rows.ts";

const HOSTS = 20;
const BATCHES_PER_HOST = 40;
/** Of the batches of each host: what opens the findings and warms up the compiler. */
const WARM_UP = 5;
/** How often a host sends a batch, by the simulated clock. */
const BATCH_EVERY_MS = 2_000;

const STAGES = [
  "parse",
  "normalise",
  "hash",
  "match+coalesce",
  "RPC",
  "decide",
  "write JSON",
] as const;
type Stage = (typeof STAGES)[number];

const spent = new Map<Stage, number>(STAGES.map((stage) => [stage, 0]));
const engine = newEngine();
const actors = new Actors();

/** Runs a stage; counts its processor time if `counts`. */
function timed<T>(stage: Stage, counts: boolean, run: () => T): T {
  const before = process.cpuUsage();
  const result = run();
  const { user, system } = process.cpuUsage(before);
  if (counts) spent.set(stage, (spent.get(stage) ?? 0) + (user + system) / 1_000);
  return result;
}

function batchOf(host: BenchHost, round: number, now: number, draw: () => number): Buffer {
  return writeBodies(host, happenings(host, EVENTS_PER_BATCH, draw), `${round}${host.name}`, now)
    .native;
}

/** One batch through all stages, as the Worker and then the actor would take it. */
function intake(body: Buffer, now: number, counts: boolean): number {
  const text = new TextDecoder("utf-8", { fatal: true }).decode(body);
  timed("parse", counts, () => JSON.parse(text) as unknown);
  const batch = timed("normalise", counts, () => decoded(text, now));
  timed("hash", counts, () => createHash("sha256").update(text).digest("hex"));
  const { reports } = timed("match+coalesce", counts, () => coalesced(batch, engine, now));
  let rows = 0;
  for (const report of reports) {
    const received = timed("RPC", counts, () => deserialize(serialize(report)) as AgentReport);
    const command = commandOf(received);
    timed("decide", counts, () => actors.decide(report.owner, command, now));
    const durable = timed("write JSON", counts, () => actors.keep(report.owner, command, now));
    bytesWritten += durable.json.reduce((sum, json) => sum + json.length, 0);
    rows += durable.rows;
  }
  return rows;
}

let bytesWritten = 0;

function main(): void {
  const draw = random(SEED);
  const hosts = makeFleet(SEED).slice(0, HOSTS);
  const opening = { batches: 0, rows: 0, d1: 0 };
  const steady = { batches: 0, rows: 0, d1: 0 };
  let bytesIn = 0;
  let now = Date.now();
  for (let round = 0; round < BATCHES_PER_HOST; round++) {
    now += BATCH_EVERY_MS;
    const counts = round >= WARM_UP;
    if (round === WARM_UP) bytesWritten = 0;
    for (const host of hosts) {
      const body = batchOf(host, round, now, draw);
      if (counts) bytesIn += body.byteLength;
      const rows = intake(body, now, counts);
      const into = round === 0 ? opening : steady;
      const owners = rowsOf(rows, actors, host, now);
      into.batches++;
      into.rows += owners.rows;
      into.d1 += owners.d1;
    }
  }
  print(bytesIn, opening, steady);
}

interface Rows {
  batches: number;
  rows: number;
  d1: number;
}

function print(bytesIn: number, opening: Rows, steady: Rows): void {
  const batches = HOSTS * (BATCHES_PER_HOST - WARM_UP);
  const events = batches * EVENTS_PER_BATCH;
  // `normalise` parses too, as the Worker does in one function.
  spent.set("normalise", (spent.get("normalise") ?? 0) - (spent.get("parse") ?? 0));
  const total = [...spent.values()].reduce((sum, ms) => sum + ms, 0);
  console.log(`Processor time by stage in plain Node, ${events} events, findings open\n`);
  row("stage", "ms/1,000", "share");
  for (const [stage, ms] of spent)
    row(stage, two((ms / events) * 1_000), `${one((ms / total) * 100)} %`);
  row("sum", two((total / events) * 1_000));
  console.log(
    `\nBytes of JSON written to the actor's storage for each byte received: ${two(bytesWritten / bytesIn)}\n`,
  );
  console.log("Rows written for 1,000 events\n");
  row("", "actor", "D1");
  for (const [name, { batches: count, rows, d1 }] of [
    ["first batch", opening],
    ["steady", steady],
  ] as const) {
    const perThousand = 1_000 / (count * EVENTS_PER_BATCH);
    row(name, one(rows * perThousand), one(d1 * perThousand));
  }
}

main();
