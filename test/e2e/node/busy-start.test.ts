/**
 * A start into the arms of agents that have been waiting for it. The node once waited for the runtime with its
 * whole process, and did not read the runtime's log meanwhile; with enough to log, the runtime waited for that.
 */
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningNode, startNode } from "../../support/node.ts";
import { compilerRun } from "./traffic.ts";

const AGENTS = 60;

let node: RunningNode;
beforeAll(async () => {
  node = await startNode();
});
afterAll(() => node.dispose());

/** Sends one event after the other: each is a line of the log. */
async function report(agent: number, stop: AbortSignal): Promise<void> {
  const container = `c0ffee${String(agent).padStart(6, "0")}`;
  while (!stop.aborted) {
    const batch = compilerRun({ host: `busy-${agent % 20}`, container, events: 1 });
    await node.intake(batch).then(
      (answer) => answer.body?.cancel(),
      () => delay(5),
    );
  }
}

test("a node becomes ready while many agents send to it", async () => {
  const stop = new AbortController();
  const agents = Array.from({ length: AGENTS }, (_, n) => report(n, stop.signal));
  try {
    await delay(500);
    await node.restart("SIGKILL");
    expect((await fetch(`${node.url}/healthz`)).status).toBe(200);
  } finally {
    stop.abort();
  }
  await Promise.all(agents);
}, 200_000);
