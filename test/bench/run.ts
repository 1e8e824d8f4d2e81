/**
 * `npm run bench`: Lull, the limit and (where it is installed) Alertmanager under the same events in
 * one run. What the numbers mean stands in docs/bench.md.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { LoadThread } from "./load-thread.ts";
import { one, printFleet, printMix, printSingles, two, whole } from "./report.ts";
import { fill, runRound, type Plan, type Round } from "./rounds.ts";
import { startAlertmanager } from "./targets/alertmanager.ts";
import { startLimit } from "./targets/limit.ts";
import { startLull } from "./targets/lull.ts";
import type { Target } from "./targets/target.ts";

/** Everything is bounded; this bounds the sum. */
const MAX_RUN_MS = 540_000;

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "3" },
    hosts: { type: "string", default: "200" },
    batches: { type: "string", default: "300" },
    connections: { type: "string", default: "16" },
  },
});
const plan: Plan = {
  rounds: Number(values.rounds),
  hosts: Number(values.hosts),
  batches: Number(values.batches),
  connections: Number(values.connections),
  singles: [300, 1_200],
};

const folder = mkdtempSync(join(tmpdir(), "lull-bench-"));
const targets: Target[] = [];
const load = new LoadThread();

async function measure(): Promise<void> {
  const lull = await startLull(folder);
  targets.push(lull);
  targets.push(await startLimit());
  const alertmanager = await startAlertmanager(folder);
  if (alertmanager !== null) targets.push(alertmanager);
  console.log(
    `${plan.hosts} hosts × 20 containers, ${plan.batches} batches of 500 events a round, ${plan.connections} connections, ${plan.rounds} rounds after a warm-up; ${availableParallelism()} processors, load average ${loadavg().map(two).join(" ")}`,
  );
  const rounds: Round[] = [];
  for (let round = 0; round <= plan.rounds; round++) {
    const result = await runRound(round, targets, load, plan);
    rounds.push(result);
    printProgress(round, result);
    if (round === 0) await fill(lull, load, plan);
  }
  const [opening, ...steady] = rounds;
  if (opening !== undefined) printFleet("Opening: the first batch of each host", [opening]);
  printFleet("Steady: the findings are open (median of the rounds; range)", steady);
  printSingles(steady);
  printMix(steady);
  console.log(`\nLoad average by round: ${rounds.map((it) => two(it.loadAverage)).join(", ")}`);
}

function printProgress(round: number, { fleet, bytesPerEvent }: Round): void {
  const rates = targets.map(({ name }) => {
    const result = fleet.get(name);
    return result === undefined
      ? ""
      : `${name} ${whole(result.eventsPerS)}/s, ${two(result.cpuMsPer1000 ?? Number.NaN)} CPU ms/1,000, settled after ${one(result.settledAfterMs / 1_000)} s`;
  });
  const what = round === 0 ? "opening" : `round ${round}`;
  console.log(`${what}: ${rates.join("; ")}; ${whole(bytesPerEvent)} bytes an event`);
}

let cleaned: Promise<void> | null = null;

/** Once, however many ways lead here: a signal also makes the measuring fail. */
function cleanUp(): Promise<void> {
  return (cleaned ??= endAll());
}

async function endAll(): Promise<void> {
  await load.stop();
  await Promise.all(targets.map(({ child }) => child.stop()));
  rmSync(folder, { recursive: true, force: true });
}

async function endEarly(why: string): Promise<void> {
  console.error(why);
  await cleanUp();
  process.exit(1);
}

for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.on(signal, () => void endEarly(`ended by ${signal}`));
const late = setTimeout(() => void endEarly(`not done after ${MAX_RUN_MS / 1_000} s`), MAX_RUN_MS);

try {
  await measure();
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  clearTimeout(late);
  await cleanUp();
}
