/**
 * `npm run check`: what can be known without running the program. Prints a line for each step, and the
 * output only of those that fail; its exit code is 1 if one does.
 */
import { runSteps } from "./check/steps.ts";

process.exitCode = (await runSteps()).every((step) => step.passed) ? 0 : 1;
