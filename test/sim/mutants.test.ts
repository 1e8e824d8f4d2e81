/** The checks of a run are worth something: each breakage of the core makes one of a few runs fail. */
import { expect, test } from "vitest";
import { randomCommands } from "./draw.ts";
import { MUTANTS } from "./mutants.ts";
import { Random } from "./random.ts";
import { violationOf } from "./replay.ts";
import type { Violation } from "./violation.ts";
import type { Setup } from "./world.ts";

const STEPS = 1_000;
/** The rarest breakage takes three dozen; most take one. */
const MOST_RUNS = 80;

async function firstViolation(setup: Setup): Promise<Violation | null> {
  for (let seed = 1; seed <= MOST_RUNS; seed++) {
    const violation = await violationOf(randomCommands(new Random(seed), STEPS), setup);
    if (violation !== null) return violation;
  }
  return null;
}

test.each(Object.entries(MUTANTS))("it is noticed when %s", async (_, setup) => {
  const violation = await firstViolation(setup);
  expect(violation).not.toBeNull();
  expect(violation?.rule).not.toBe("it threw");
});
