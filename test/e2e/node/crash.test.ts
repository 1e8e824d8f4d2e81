/**
 * The promise of exactly-once: SIGKILL in the middle of intake, with senders that keep what was not
 * acknowledged and send it again under the same key. Afterwards every event is counted once.
 */
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { type RunningNode, startNode } from "../../support/node.ts";
import { compilerRun, listFindings, readFinding } from "./traffic.ts";

const HOSTS = ["crash-a", "crash-b", "crash-c"];
const SENDERS = 6;
const CRASHES = 2;
const EVENTS_PER_BATCH = 20;
/** Acknowledged between two crashes, so that each one meets a busy node. */
const BATCHES_BEFORE_CRASH = 40;

let node: RunningNode;
beforeAll(async () => {
  node = await startNode();
});
afterAll(() => node.dispose());

/** One agent: sends batches one after the other, and each one until it is acknowledged. */
class Sender {
  acknowledged = 0;
  retried = 0;
  readonly #id: number;

  constructor(id: number) {
    this.#id = id;
  }

  async run(stop: AbortSignal): Promise<void> {
    for (let n = 0; !stop.aborted; n++) {
      // Each sender has a container of its own, and two senders share a host.
      const batch = compilerRun({
        host: HOSTS[this.#id % HOSTS.length] ?? "crash-a",
        container: `c0ffee00000${this.#id}`,
        events: EVENTS_PER_BATCH,
      });
      await this.#sendUntilAcknowledged(batch, `sender-${this.#id}-batch-${n}`);
      this.acknowledged += 1;
    }
  }

  async #sendUntilAcknowledged(batch: object, key: string): Promise<void> {
    for (;;) {
      const answer = await node.intake(batch, { "idempotency-key": key }).catch(() => null);
      if (answer?.status === 200) {
        const { received, accepted, duplicate } = (await answer.json()) as Record<string, number>;
        expect(received).toBe(EVENTS_PER_BATCH);
        expect([0, EVENTS_PER_BATCH]).toContain(accepted);
        expect((accepted ?? 0) + (duplicate ?? 0)).toBe(EVENTS_PER_BATCH);
        return;
      }
      if (answer !== null) expect(answer.status, await answer.text()).toBeGreaterThanOrEqual(500);
      this.retried += 1;
      await delay(50);
    }
  }
}

test("after SIGKILL and retries every acknowledged event is counted exactly once", async () => {
  const senders = Array.from({ length: SENDERS }, (_, i) => new Sender(i));
  const acknowledged = () => senders.reduce((sum, sender) => sum + sender.acknowledged, 0);
  const stop = new AbortController();
  const runs = Promise.all(senders.map((sender) => sender.run(stop.signal)));

  for (let crash = 0; crash < CRASHES; crash++) {
    const target = acknowledged() + BATCHES_BEFORE_CRASH;
    await eventually("the node is busy", () => acknowledged() >= target, { withinMs: 60_000 });
    await node.restart("SIGKILL");
  }
  const target = acknowledged() + BATCHES_BEFORE_CRASH;
  await eventually("the node is busy again", () => acknowledged() >= target, { withinMs: 60_000 });
  stop.abort();
  await runs;

  const findings = await eventually("every container's finding is listed", async () => {
    const found = await listFindings(node, "rule=compiler-in-container");
    return found.length === SENDERS && found;
  });
  const live = await Promise.all(findings.map(({ id }) => readFinding(node, id)));
  expect(senders.reduce((sum, sender) => sum + sender.retried, 0)).toBeGreaterThan(0);
  expect(live.reduce((sum, finding) => sum + finding.count, 0)).toBe(
    acknowledged() * EVENTS_PER_BATCH,
  );
}, 240_000);
