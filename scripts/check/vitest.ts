/** Runs vitest as its users do, and counts from its JSON report what really ran. */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";

export interface TestCounts {
  passed: number;
  failed: number;
  skipped: number;
}

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

const reportSchema = z.object({
  testResults: z.array(
    z.object({
      status: z.string(),
      assertionResults: z.array(z.object({ status: z.string() })),
    }),
  ),
});

/** `filters` are vitest's own arguments: files, `--project`, `-t`. */
export async function runVitest(filters: readonly string[]): Promise<TestCounts> {
  const folder = mkdtempSync(join(tmpdir(), "lull-report-"));
  const report = join(folder, "report.json");
  try {
    const succeeded = await run([
      "run",
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${report}`,
      ...filters,
    ]);
    const counts = readCounts(report);
    // An error outside any test, or a runner that broke: not a pass, whatever was counted.
    return succeeded || counts.failed > 0 ? counts : { ...counts, failed: 1 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function run(args: readonly string[]): Promise<boolean> {
  const vitest = fileURLToPath(new URL("vitest.mjs", import.meta.resolve("vitest/package.json")));
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [vitest, ...args], {
      cwd: ROOT,
      stdio: ["ignore", "inherit", "inherit"],
    });
    child.once("error", () => resolve(false));
    child.once("close", (code) => resolve(code === 0));
  });
}

function readCounts(path: string): TestCounts {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const parsed = reportSchema.safeParse(readJson(path));
  if (!parsed.success) return { ...counts, failed: 1 };
  for (const file of parsed.data.testResults) {
    const statuses = file.assertionResults.map((result) => result.status);
    const failed = statuses.filter((status) => status === "failed").length;
    const passed = statuses.filter((status) => status === "passed").length;
    counts.passed += passed;
    counts.skipped += statuses.length - passed - failed;
    counts.failed += failed === 0 && file.status === "failed" ? 1 : failed;
  }
  return counts;
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return null;
  }
}
