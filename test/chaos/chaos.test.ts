/**
 * The short run of `npm run chaos`: one failure of each kind. `LULL_CHAOS_SEED` and `LULL_CHAOS_SECONDS` make it
 * another one, and a longer one.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";

const SECONDS = process.env["LULL_CHAOS_SECONDS"];
const SEED = process.env["LULL_CHAOS_SEED"] ?? "1";
/** Bounded by what happens, not by time: a loaded machine may take much longer. */
const TIMEOUT_MS = 600_000 + 1_000 * Number(SECONDS ?? 0);

test(
  "through kills, a full disk and failures of D1, what was acknowledged counts exactly once",
  async () => {
    const bound = SECONDS === undefined ? "--troubles=4" : `--seconds=${SECONDS}`;
    const script = fileURLToPath(new URL("run.ts", import.meta.url));
    const run = spawn(process.execPath, [script, `--seed=${SEED}`, bound], { stdio: "pipe" });
    onTestFinished(() => void run.kill("SIGTERM"));
    let output = "";
    for (const stream of [run.stdout, run.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => (output += text));
    const [code] = await once(run, "close");
    const skipped = /NO DISK.*/.exec(output);
    if (skipped !== null) process.stderr.write(`${skipped[0]}\n`);
    expect(output).toContain(`seed ${SEED}: 0 mismatches`);
    expect(code, output).toBe(0);
  },
  TIMEOUT_MS,
);
