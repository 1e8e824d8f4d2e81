/**
 * `npm test`: the check, then all tests. Contract: the last line is `N passed, N failed` (and
 * `, N skipped`), from what really ran; the exit code is 1 if anything failed. A failed step of the check
 * counts as one failure, and so does a test file that could not be run.
 */
import { runSteps } from "./check/steps.ts";
import { runVitest, type TestCounts } from "./check/vitest.ts";

/** `1 passed, 0 failed` */
function summary({ passed, failed, skipped }: TestCounts): string {
  const counts = `${passed} passed, ${failed} failed`;
  return skipped === 0 ? counts : `${counts}, ${skipped} skipped`;
}

const steps = await runSteps();
const tests = await runVitest(process.argv.slice(2));
const failed = tests.failed + steps.filter((step) => !step.passed).length;
process.exitCode = failed === 0 ? 0 : 1;
process.stdout.write(`${summary({ ...tests, failed })}\n`);
