/** Counts of a real node: they outlive a clean stop, and the environment's quota is in force. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { outcomesAnswerSchema } from "../../../schema/outcome.ts";
import { type RunningNode, startNode } from "../../support/node.ts";
import { compilerRun } from "./traffic.ts";

let node: RunningNode;

beforeAll(async () => {
  node = await startNode({ env: { LULL_DAILY_EVENT_QUOTA: "8" } });
});
afterAll(() => node.dispose());

test("a clean stop writes the counts that wait in memory", async () => {
  await node.intake(compilerRun({ host: "counted", container: "c0ffee000009", events: 5 }));
  await node.restart();
  const response = await node.api("/api/v1/outcomes");
  const { totals, quota } = outcomesAnswerSchema.parse(await response.json());
  expect(totals).toMatchObject({ received: 5, accepted: 5 });
  expect(quota).toEqual({ daily: 8, receivedToday: 5 });
});

test("the quota counts what came before the restart", async () => {
  const over = compilerRun({ host: "counted", container: "c0ffee000009", events: 4 });
  const response = await node.intake(over);
  expect(response.status).toBe(429);
  expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
});
