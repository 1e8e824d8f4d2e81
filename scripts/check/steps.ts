/** The steps of the check, two at a time: that is what the smallest machine has cores for. */
import { spawn } from "node:child_process";
import { delimiter } from "node:path";
import { fileURLToPath } from "node:url";

interface Step {
  name: string;
  command: readonly [string, ...string[]];
}

export interface StepResult {
  name: string;
  passed: boolean;
}

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const AT_ONCE = 2;

const STEPS: readonly Step[] = [
  { name: "types: Worker", command: ["tsc", "-p", "tsconfig.json"] },
  { name: "types: pure core", command: ["tsc", "-p", "tsconfig.domain.json"] },
  { name: "types: Node", command: ["tsc", "-p", "tsconfig.node.json"] },
  { name: "types: tests in workerd", command: ["tsc", "-p", "tsconfig.workers-test.json"] },
  { name: "lint", command: ["oxlint", "--type-aware", "--deny-warnings"] },
  { name: "format", command: ["oxfmt", "--check", "."] },
  { name: "unused code and dependencies", command: ["knip", "--no-progress"] },
  { name: "deployable", command: ["wrangler", "deploy", "--dry-run"] },
];

/** Runs all steps, whatever becomes of each. */
export async function runSteps(): Promise<StepResult[]> {
  const waiting = [...STEPS];
  const results: StepResult[] = [];
  async function work(): Promise<void> {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift())
      results.push(await run(step));
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return results;
}

function run({ name, command: [program, ...args] }: Step): Promise<StepResult> {
  const startedAt = performance.now();
  return new Promise((resolve) => {
    let output = "";
    const child = spawn(program, args, {
      cwd: ROOT,
      env: environment(),
      stdio: ["ignore", "pipe", "pipe"],
    });
    const finish = (passed: boolean) => {
      const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
      process.stdout.write(`${passed ? "ok  " : "FAIL"}  ${name} (${seconds} s)\n`);
      if (!passed) process.stdout.write(`${output.trimEnd()}\n`);
      resolve({ name, passed });
    };
    child.stdout.on("data", (text: Buffer) => (output += text.toString()));
    child.stderr.on("data", (text: Buffer) => (output += text.toString()));
    child.once("error", (error) => {
      output += error.message;
      finish(false);
    });
    child.once("close", (code) => finish(code === 0));
  });
}

/** The tools of this checkout first, and nothing sent home. */
function environment(): NodeJS.ProcessEnv {
  const bin = fileURLToPath(new URL("../../node_modules/.bin", import.meta.url));
  return {
    ...process.env,
    PATH: `${bin}${delimiter}${process.env["PATH"] ?? ""}`,
    WRANGLER_SEND_METRICS: "false",
    WRANGLER_WRITE_LOGS: "false",
    NO_COLOR: "1",
  };
}
