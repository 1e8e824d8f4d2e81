/** The demo's fleet speaks the agents' formats: what each scene sends is understood and meets a rule. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { falcoAlert, falcoMetrics } from "../../../scripts/demo/falco.ts";
import { nativeBatch, nativeEvent, nativeHeartbeat } from "../../../scripts/demo/native.ts";
import { seededRandom } from "../../../scripts/demo/random.ts";
import { happens, isActive, RULES, type Scene, SCENES } from "../../../scripts/demo/scenes.ts";
import { tetragonExit, tetragonLine, vectorWrap } from "../../../scripts/demo/tetragon.ts";
import { HOSTS, runningOn } from "../../../scripts/demo/cast.ts";
import { type RunningNode, startNode } from "../../support/node.ts";

let node: RunningNode;
beforeAll(async () => {
  node = await startNode();
});
afterAll(() => node.dispose());

const random = seededRandom(1);

function bodyOf({ host, container, deed }: Scene, at: Date): object | null {
  switch (host.agent) {
    case "falco":
      return falcoAlert(host, container, deed, at, random);
    case "tetragon":
      return vectorWrap(tetragonLine(host, container, deed, at, random), at);
    case "native":
      return nativeBatch(host, [nativeEvent(container, deed, at, random)], at);
  }
}

test.each(SCENES)("$host.name $container.name: $title", async (scene) => {
  const answer = await node.intake(bodyOf(scene, new Date()));
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({ received: 1, accepted: 1, rejected: [] });
});

test("signs of life are taken as such", async () => {
  const at = new Date();
  for (const body of [
    falcoMetrics(HOSTS.node1, at, random),
    tetragonExit(HOSTS.node3, at, random),
  ]) {
    const answer = await node.intake(body);
    expect(await answer.json()).toMatchObject({ received: 1, ignored: 1, rejected: [] });
  }
  const beat = await node.heartbeat(
    nativeHeartbeat(HOSTS.node6, runningOn(HOSTS.node6, 0), at, 5_000),
  );
  expect(beat.status).toBe(200);
});

test.each(RULES)("the quiet period of %s can be shortened", async (rule) => {
  const answer = await node.api(`/api/v1/rules/${rule}`, {
    method: "PATCH",
    body: { quietPeriod: "15s" },
  });
  expect(answer.status).toBe(200);
});

test("each scene has its bursts, its pauses and an end where it is fixed", () => {
  const minutes = Array.from({ length: 300 }, (_, second) => second);
  for (const scene of SCENES) {
    const times = minutes.filter((second) => happens(scene, second));
    expect(times[0], scene.title).toBe(scene.from);
    expect(times.every((second) => isActive(scene, second))).toBe(true);
    if (scene.until !== undefined) expect(times.at(-1)).toBeLessThanOrEqual(scene.until);
  }
});

test("a pause is longer than Lull waits by then, so that what comes back also clears again", () => {
  const cap = 14 * 15;
  for (const { title, every, pauses, burst } of SCENES.filter((scene) => scene.burst < 100)) {
    // Between the last event of a burst and the first of the next; a signal does not wait.
    if (title.startsWith("THREAT")) continue;
    const silences = pauses.map((pause) => pause + burst - every * Math.floor((burst - 1) / every));
    silences.forEach((silence, i) => {
      const before = silences[i - 1] ?? 0;
      expect(pauses[i], title).toBeGreaterThan(Math.min(cap, Math.max(15, 2 * (before + 1))));
      expect(silence).toBeGreaterThan(0);
    });
    expect(pauses.at(-1), title).toBeGreaterThan(cap);
  }
});
