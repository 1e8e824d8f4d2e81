/**
 * Hosts, agents, a network and D1 on a virtual clock, driven by seeded random commands; after every step
 * the run is judged by what it knows itself (oracle.ts). `LULL_SIM_RUNS` makes more runs, `LULL_SIM_SEED`
 * sets the first seed: a failing run prints its own seed and the fewest commands that still fail.
 */
import { expect, test } from "vitest";
import { randomCommands, type SimCommand } from "./commands.ts";
import { describeFailure, findFailure, violationOf } from "./replay.ts";
import { Random } from "./random.ts";
import { World } from "./world.ts";

const RUNS = numberFrom("LULL_SIM_RUNS", 200);
const FIRST_SEED = numberFrom("LULL_SIM_SEED", 1);
const STEPS = 300;
/** Many times what a run takes, since the machine may be busy. */
const MS_PER_RUN = 500;

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
      const failure = await findFailure(seed, STEPS);
      if (failure !== null) expect.fail(describeFailure(failure));
    }
  },
);

test("a few runs meet everything that can happen", async () => {
  const seen = new Set<string>();
  for (let seed = 1; seed <= 40; seed++) {
    const world = new World();
    await world.run(randomCommands(new Random(seed), STEPS));
    for (const what of world.oracle.seen.keys()) seen.add(what);
  }
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

/** Runs that failed once, shortened. */
const PAST_FAILURES: Record<string, SimCommand[]> = {
  "an episode that two owners share is joined once": [
    { do: "send", host: 1, agent: 1, events: [[2, 52_317]], dropped: 0 },
    { do: "deliver", batch: 2, loseAnswer: false },
    { do: "advance", ms: 46_500, beats: true, alarms: true },
    { do: "send", host: 1, agent: 1, events: [[2, 110_253]], dropped: 0 },
    { do: "send", host: 0, agent: 0, events: [[2, 1_501]], dropped: 0 },
  ],
  "a joined episode does not end before its newest event": [
    { do: "send", host: 0, agent: 1, events: [[3, 38_582]], dropped: 0 },
    {
      do: "send",
      host: 1,
      agent: 1,
      events: [
        [1, 645],
        [1, 123_707],
      ],
      dropped: 0,
    },
    { do: "deliver", batch: 1, loseAnswer: false },
    { do: "advance", ms: 230_269, beats: true, alarms: false },
    {
      do: "send",
      host: 1,
      agent: 1,
      events: [
        [3, 1_054],
        [1, 17_617],
      ],
      dropped: 0,
    },
  ],
  "an unsettled end does not make events late": [
    { do: "send", host: 1, agent: 0, events: [[2, 1_962]], dropped: 0 },
    { do: "send", host: 0, agent: 0, events: [[2, 222]], dropped: 0 },
    { do: "deliver", batch: 0, loseAnswer: false },
    { do: "send", host: 0, agent: 1, events: [[2, 14_687]], dropped: 0 },
    { do: "advance", ms: 19_812, beats: true, alarms: true },
    { do: "deliver", batch: -1, loseAnswer: false },
  ],
  "an owner that is refused keeps the time of its late events": [
    { do: "send", host: 1, agent: 1, events: [[1, 43_791]], dropped: 0 },
    { do: "send", host: 0, agent: 0, events: [[1, 239]], dropped: 0 },
    { do: "deliver", batch: 1, loseAnswer: false },
    { do: "deliver", batch: 0, loseAnswer: true },
    { do: "advance", ms: 50_191, beats: true, alarms: true },
    {
      do: "send",
      host: 0,
      agent: 0,
      events: [
        [1, 179_306],
        [1, 2_551],
      ],
      dropped: 0,
    },
    { do: "advance", ms: 191_619, beats: true, alarms: false },
  ],
  "an event is not late for a rule that was retired before D1 was asked": [
    { do: "send", host: 0, agent: 1, events: [[3, 14_839]], dropped: 0 },
    { do: "deliver", batch: -1, loseAnswer: false },
    { do: "send", host: 1, agent: 0, events: [[3, 815]], dropped: 0 },
    { do: "advance", ms: 171_825, beats: true, alarms: false },
    {
      do: "send",
      host: 1,
      agent: 0,
      events: [
        [3, 1_496],
        [3, 152],
      ],
      dropped: 3,
    },
    { do: "advance", ms: 8_753, beats: true, alarms: true },
    { do: "deliver", batch: 0, loseAnswer: false },
    { do: "send", host: 1, agent: 0, events: [[3, 2_655]], dropped: 0 },
    { do: "rule", rule: 1, quietPeriodMs: 240_000, enabled: false },
    { do: "deliver", batch: -1, loseAnswer: true },
    { do: "wake", host: 1, sweep: false, trouble: null },
  ],
  "drops at the instant of a heartbeat are a gap": [
    { do: "beat", host: 0, agent: 0, dropped: 0 },
    { do: "send", host: 0, agent: 0, events: [[2, 454]], dropped: 3 },
  ],
  "the first heartbeat does not cover drops before it": [
    { do: "send", host: 1, agent: 0, events: [[0, 1_642]], dropped: 3 },
    { do: "deliver", batch: -1, loseAnswer: false },
    { do: "advance", ms: 1_108, beats: true, alarms: true },
    { do: "send", host: 1, agent: 0, events: [[0, 2_630]], dropped: 0 },
  ],
  "an actor whose agent has died does not wake again and again": [
    { do: "advance", ms: 30_932, beats: true, alarms: true },
    { do: "send", host: 1, agent: 0, events: [[0, 2_419]], dropped: 0 },
    { do: "advance", ms: 91_295_670, beats: false, alarms: true },
  ],
};

test.each(Object.entries(PAST_FAILURES))("%s", async (_, commands) => {
  expect(await violationOf(commands)).toBeNull();
});
