/** The node's clock: every minute on the minute, one run at a time. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { startCron } from "../../../scripts/node/cron.ts";

const MINUTE_MS = 60_000;
const START = Date.UTC(2026, 10, 24, 10, 0, 20);

beforeEach(() => {
  vi.useFakeTimers({ now: START });
});
afterEach(() => {
  vi.useRealTimers();
});

test("it fires at the start of each minute, for that minute", async () => {
  const minutes: number[] = [];
  const cron = startCron(
    async (at) => void minutes.push(at),
    () => undefined,
  );
  await vi.advanceTimersByTimeAsync(39_999);
  expect(minutes).toEqual([]);
  await vi.advanceTimersByTimeAsync(2 * MINUTE_MS);
  expect(minutes).toEqual([1, 2].map((n) => Date.UTC(2026, 10, 24, 10, n)));
  cron.stop();
  await vi.advanceTimersByTimeAsync(5 * MINUTE_MS);
  expect(minutes).toHaveLength(2);
});

test("a run of more than a minute is not overtaken", async () => {
  let running = 0;
  let most = 0;
  let runs = 0;
  const cron = startCron(
    async () => {
      runs += 1;
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, 1.5 * MINUTE_MS));
      running -= 1;
    },
    () => undefined,
  );
  await vi.advanceTimersByTimeAsync(10 * MINUTE_MS);
  expect(most).toBe(1);
  expect(runs).toBe(5);
  cron.stop();
});

test("a run that fails is told, and the next one comes", async () => {
  const failures: unknown[] = [];
  const cron = startCron(
    () => Promise.reject(new Error("no runtime")),
    (error) => failures.push(error),
  );
  await vi.advanceTimersByTimeAsync(3 * MINUTE_MS);
  expect(failures).toHaveLength(3);
  cron.stop();
});
