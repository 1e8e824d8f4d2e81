/**
 * Hosts, agents, a network and D1 on a virtual clock, driven by seeded random commands; after every step
 * the run is judged by what it knows itself (oracle.ts). `LULL_SIM_RUNS` makes more runs, `LULL_SIM_SEED`
 * sets the first seed; `npm run sim` makes many more on all cores. A failing run prints its own seed and the
 * fewest commands that still fail.
 */
import { expect, test } from "vitest";
import { DAY } from "./cast.ts";
import { randomCommands } from "./draw.ts";
import { PAST_FAILURES } from "./past-failures.ts";
import { describeFailure, runSeed, violationOf } from "./replay.ts";
import { Random } from "./random.ts";
import { World } from "./world.ts";

const RUNS = numberFrom("LULL_SIM_RUNS", 200);
const FIRST_SEED = numberFrom("LULL_SIM_SEED", 1);
const STEPS = 1_000;
/** Many times what a run takes, since the machine may be busy. */
const MS_PER_RUN = 3_000;

function numberFrom(variable: string, otherwise: number): number {
  const text = process.env[variable];
  const value = Number(text ?? otherwise);
  if (!Number.isSafeInteger(value) || value < 0)
    throw new Error(`${variable} is no number: ${text}`);
  return value;
}

test(
  `holds in ${RUNS} runs of ${STEPS} steps from seed ${FIRST_SEED}`,
  { timeout: 30_000 + RUNS * MS_PER_RUN },
  async () => {
    for (let seed = FIRST_SEED; seed < FIRST_SEED + RUNS; seed++) {
      const { failure } = await runSeed(seed, STEPS);
      if (failure !== null) expect.fail(describeFailure(failure));
    }
  },
);

test("a few runs meet everything that can happen", async () => {
  const seen = new Set<string>();
  let longestMs = 0;
  for (let seed = 1; seed <= 15; seed++) {
    const world = new World();
    await world.run(randomCommands(new Random(seed), STEPS));
    for (const what of world.oracle.seen.keys()) seen.add(what);
    longestMs = Math.max(longestMs, world.elapsedMs);
  }
  expect(longestMs).toBeGreaterThan(28 * DAY);
  expect([...seen]).toEqual(
    expect.arrayContaining([
      "finding.opened",
      "finding.reopened",
      "finding.moved",
      "finding.resolved",
      "event finding.late",
      "resolution quiet",
      "resolution quiet_unverified",
      "resolution rule_retired",
      "resolution resource_gone",
      "event finding.unverified",
      "event finding.watched",
      "event finding.changed",
      "event agent.silent",
      "event agent.recovered",
      "event signal.repeated",
      "heartbeats known",
      "heartbeats unknown",
      "batch applied",
      "batch repeated",
      "trouble down",
      "trouble crash",
      "trouble meanwhile",
      "actor forgotten",
    ]),
  );
});

test("the same seed gives the same run", async () => {
  const worlds = [new World(), new World()];
  for (const world of worlds) await world.run(randomCommands(new Random(7), STEPS));
  const [first, second] = worlds.map((world) => world.database.dump());
  expect(first).toBe(second);
});

test.each(Object.entries(PAST_FAILURES))("%s", async (_, commands) => {
  expect(await violationOf(commands)).toBeNull();
});
