/** Plays the scenes, a second at a time, each through the agent that would see it. */
import { setTimeout as delay } from "node:timers/promises";
import { type Host, HOSTS, runningOn } from "./cast.ts";
import type { Client } from "./client.ts";
import { falcoAlert, falcoMetrics } from "./falco.ts";
import { nativeBatch, nativeEvent, nativeHeartbeat } from "./native.ts";
import { type Random, seededRandom } from "./random.ts";
import { happens, isActive, isAgentDead, type Scene, SCENES } from "./scenes.ts";
import { tetragonExit, tetragonLine, vectorWrap } from "./tetragon.ts";

const SECOND_MS = 1_000;
const SEED = 20_261_124;
const HEARTBEAT_S = 5;

export async function play(
  client: Client,
  say: (text: string) => void,
  end: AbortSignal,
): Promise<void> {
  const random = seededRandom(SEED);
  const startedAtMs = Date.now();
  for (let second = 0; !end.aborted; second++) {
    narrate(second, say);
    await playSecond(client, second, new Date(), random);
    const nextMs = startedAtMs + (second + 1) * SECOND_MS;
    await delay(Math.max(0, nextMs - Date.now()), undefined, { signal: end }).catch(
      () => undefined,
    );
  }
}

/** One line where something begins, ends or changes. */
function narrate(second: number, say: (text: string) => void): void {
  for (const scene of SCENES) {
    const place = `${scene.host.name} ${scene.container.namespace}/${scene.container.name}`;
    const [before, now] = [isActive(scene, second - 1), isActive(scene, second)];
    if (now && !before) say(`${place}: ${scene.title}`);
    if (before && !now) say(`${place}: quiet`);
  }
  for (const host of Object.values(HOSTS)) {
    for (const { namespace, name, image, runs } of host.containers) {
      if (second > 0 && runs?.[0] === second)
        say(`${host.name} ${namespace}/${name}: a replica is rebuilt as ${image}`);
    }
    const [before, now] = [isAgentDead(host, second - 1), isAgentDead(host, second)];
    if (now && !before) say(`${host.name}: the agent dies; its findings cannot be verified now`);
    if (before && !now) say(`${host.name}: the agent is back`);
  }
}

async function playSecond(client: Client, second: number, at: Date, random: Random): Promise<void> {
  const scenes = SCENES.filter((scene) => happens(scene, second));
  const beats = second % HEARTBEAT_S === 0;
  await Promise.all([
    playFalco(client, scenes, beats, at, random),
    playTetragon(client, scenes, beats, at, random),
    playNative(client, scenes, second, at, random),
  ]);
}

const hostsWith = (agent: Host["agent"]): Host[] =>
  Object.values(HOSTS).filter((host) => host.agent === agent);

async function playFalco(
  client: Client,
  scenes: readonly Scene[],
  beats: boolean,
  at: Date,
  random: Random,
): Promise<void> {
  const alerts = scenes
    .filter(({ host }) => host.agent === "falco")
    .map(({ host, container, deed }) => falcoAlert(host, container, deed, at, random))
    .filter((alert) => alert !== null);
  if (beats) alerts.push(...hostsWith("falco").map((host) => falcoMetrics(host, at, random)));
  for (const alert of alerts) await client.falco(alert);
}

/** One shipper for all of these hosts, as where Vector runs as an aggregator. */
async function playTetragon(
  client: Client,
  scenes: readonly Scene[],
  beats: boolean,
  at: Date,
  random: Random,
): Promise<void> {
  const lines = scenes
    .filter(({ host }) => host.agent === "tetragon")
    .map(({ host, container, deed }) => tetragonLine(host, container, deed, at, random));
  if (beats) lines.push(...hostsWith("tetragon").map((host) => tetragonExit(host, at, random)));
  if (lines.length > 0) await client.lines(lines.map((line) => vectorWrap(line, at)));
}

async function playNative(
  client: Client,
  scenes: readonly Scene[],
  second: number,
  at: Date,
  random: Random,
): Promise<void> {
  for (const host of hostsWith("native")) {
    if (isAgentDead(host, second)) continue;
    const events = scenes
      .filter((scene) => scene.host.name === host.name)
      .map(({ container, deed }) => nativeEvent(container, deed, at, random));
    if (events.length > 0) await client.native("/v1/events", nativeBatch(host, events, at));
    if (second % HEARTBEAT_S === 0) {
      const beat = nativeHeartbeat(host, runningOn(host, second), at, HEARTBEAT_S * SECOND_MS);
      await client.native("/v1/heartbeats", beat);
    }
  }
}
