/** Runs commands, and shortens the run that fails until each of its commands is needed. */
import type { DurationMs } from "../../schema/time.ts";
import type { SimCommand } from "./commands.ts";
import { randomCommands } from "./draw.ts";
import { Random } from "./random.ts";
import { Violation } from "./violation.ts";
import { REAL, World, type Setup } from "./world.ts";

export interface Failure {
  seed: number;
  violation: Violation;
  commands: SimCommand[];
}

/** The violation that the commands lead to, or null. */
export async function violationOf(
  commands: readonly SimCommand[],
  setup: Setup = REAL,
): Promise<Violation | null> {
  return violationIn(new World(setup), commands);
}

async function violationIn(
  world: World,
  commands: readonly SimCommand[],
): Promise<Violation | null> {
  try {
    await world.run(commands);
    return null;
  } catch (error) {
    if (error instanceof Violation) return error;
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return new Violation("it threw", text);
  }
}

/** Takes out ever smaller pieces while the run still fails for the same reason. */
export async function shorten(
  commands: readonly SimCommand[],
  rule: string,
  setup: Setup = REAL,
): Promise<SimCommand[]> {
  let current = [...commands];
  for (let size = Math.ceil(current.length / 2); size >= 1;) {
    let removed = false;
    for (let from = 0; from < current.length;) {
      const without = current.toSpliced(from, size);
      if ((await violationOf(without, setup))?.rule === rule) {
        current = without;
        removed = true;
      } else from += size;
    }
    if (!removed || size > current.length) size = size === 1 ? 0 : Math.ceil(size / 2);
  }
  return current;
}

/** What became of one run. */
export interface Outcome {
  /** Virtual time. */
  elapsedMs: DurationMs;
  failure: Failure | null;
}

/** Runs a seed, and shortens what fails. */
export async function runSeed(seed: number, steps: number): Promise<Outcome> {
  const commands = randomCommands(new Random(seed), steps);
  const world = new World();
  const violation = await violationIn(world, commands);
  const { elapsedMs } = world;
  if (violation === null) return { elapsedMs, failure: null };
  const short = await shorten(commands, violation.rule);
  const failure = { seed, violation: (await violationOf(short)) ?? violation, commands: short };
  return { elapsedMs, failure };
}

export function describeFailure({ seed, violation, commands }: Failure): string {
  const lines = commands.map((command) => `  ${JSON.stringify(command)},`);
  const entry = [`"${violation.rule}": [`, ...lines, "],"];
  return [`seed ${seed}`, violation.message, "for PAST_FAILURES:", ...entry].join("\n");
}
