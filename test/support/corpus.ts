/**
 * The corpus of real agent events, which is not part of the repository (its licences differ).
 * Where it is absent its tests are skipped, and say so: a silent skip would look like a pass.
 */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe } from "vitest";

const folder =
  process.env["LULL_EVENTS_DIR"] ??
  fileURLToPath(new URL("../../../shared/events", import.meta.url));

/** The corpus folder; null where there is none. */
export const corpusDir: string | null = existsSync(folder) ? folder : null;

/** A `describe` over the corpus folder that is skipped aloud where there is none. */
export function describeWithCorpus(name: string, tests: (dir: string) => void): void {
  if (corpusDir !== null) {
    const dir = corpusDir;
    describe(name, () => tests(dir));
    return;
  }
  process.stderr.write(`SKIPPED ${name}: no corpus (set LULL_EVENTS_DIR to its folder)\n`);
  describe.skip(name, () => tests(""));
}
