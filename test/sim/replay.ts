/** Runs commands, and shortens the run that fails until each of its commands is needed. */
import type { SimCommand } from "./commands.ts";
import { randomCommands } from "./commands.ts";
import { Violation } from "./oracle.ts";
import { Random } from "./random.ts";
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
  try {
    await new World(setup).run(commands);
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

export async function findFailure(
  seed: number,
  steps: number,
  setup: Setup = REAL,
): Promise<Failure | null> {
  const commands = randomCommands(new Random(seed), steps);
  const violation = await violationOf(commands, setup);
  if (violation === null) return null;
  const short = await shorten(commands, violation.rule, setup);
  return { seed, violation: (await violationOf(short, setup)) ?? violation, commands: short };
}

export function describeFailure({ seed, violation, commands }: Failure): string {
  const lines = commands.map((command) => `  ${JSON.stringify(command)},`);
  return [`seed ${seed}`, violation.message, "[", ...lines, "]"].join("\n");
}
