/**
 * `npm run sim -- --runs 10000`: as many runs of the simulation as one has time for, on all cores. Prints each
 * failure with its seed and the fewest commands that still fail, and exits with 1 if there was any.
 */
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { DAY } from "./cast.ts";
import type { Chunk, ChunkOutcome } from "./worker.ts";

/** Of one chunk: small, so that all cores have work to the end. */
const RUNS_AT_ONCE = 20;
const PROGRESS_EVERY_MS = 30_000;
/** More tell nothing new, and each is shortened for long. */
const MAX_FAILURES = 10;

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "10000" },
    steps: { type: "string", default: "1000" },
    seed: { type: "string", default: "1" },
    workers: { type: "string", default: String(availableParallelism()) },
  },
});
const [runs, steps, firstSeed, workers] = [
  values.runs,
  values.steps,
  values.seed,
  values.workers,
].map(wholeNumber) as [number, number, number, number];

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new Error(`not a number of anything: ${text}`);
  return value;
}

const began = performance.now();
const totals = { begun: 0, done: 0, elapsedMs: 0, failures: 0 };

function nextChunk(): Chunk | null {
  if (totals.begun >= runs || totals.failures >= MAX_FAILURES) return null;
  const first = firstSeed + totals.begun;
  const count = Math.min(RUNS_AT_ONCE, runs - totals.begun);
  totals.begun += count;
  return { first, count, steps };
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** `400 runs of 1000 steps in 95 s (4211 steps a second), 3.2 years of virtual time, no failures` */
function summary(): string {
  const seconds = (performance.now() - began) / 1_000;
  const speed = Math.round((totals.done * steps) / seconds);
  const years = (totals.elapsedMs / (365 * DAY)).toFixed(1);
  const failures = totals.failures === 0 ? "no failures" : `${totals.failures} FAILED`;
  return `${totals.done} runs of ${steps} steps in ${Math.round(seconds)} s (${speed} steps a second), ${years} years of virtual time, ${failures}`;
}

/** One core's work, chunk after chunk. */
function work(): Promise<void> {
  const worker = new Worker(new URL("worker.ts", import.meta.url));
  return new Promise((resolve, reject) => {
    const next = () => {
      const chunk = nextChunk();
      if (chunk !== null) return worker.postMessage(chunk);
      void worker.terminate();
      resolve();
    };
    worker.on("error", reject);
    worker.on("message", (outcome: ChunkOutcome) => {
      totals.done += outcome.count;
      totals.elapsedMs += outcome.elapsedMs;
      totals.failures += outcome.failures.length;
      for (const failure of outcome.failures) say(failure);
      next();
    });
    next();
  });
}

const progress = setInterval(() => say(summary()), PROGRESS_EVERY_MS);
await Promise.all(Array.from({ length: workers }, work));
clearInterval(progress);
say(`seeds ${firstSeed} to ${firstSeed + totals.begun - 1}: ${summary()}`);
process.exitCode = totals.failures === 0 ? 0 : 1;
