/** One core of `npm run sim`: runs the seeds that it is told, and answers what became of them. */
import { parentPort } from "node:worker_threads";
import { describeFailure, runSeed } from "./replay.ts";

export interface Chunk {
  first: number;
  count: number;
  steps: number;
}

export interface ChunkOutcome {
  count: number;
  /** Virtual time of all runs. */
  elapsedMs: number;
  /** Each with its seed and its shortened commands. */
  failures: string[];
}

async function runChunk({ first, count, steps }: Chunk): Promise<ChunkOutcome> {
  const outcome: ChunkOutcome = { count, elapsedMs: 0, failures: [] };
  for (let seed = first; seed < first + count; seed++) {
    const { elapsedMs, failure } = await runSeed(seed, steps);
    outcome.elapsedMs += elapsedMs;
    if (failure !== null) outcome.failures.push(describeFailure(failure));
  }
  return outcome;
}

parentPort?.on("message", (chunk: Chunk) => {
  void runChunk(chunk).then((outcome) => parentPort?.postMessage(outcome));
});
