/** Draws the commands of a run. */
import { at, BEAT_MS, DAY, HOSTS, HOUR, MINUTE, RULES, SECOND } from "./cast.ts";
import type { SimCommand, SimPart, Trouble } from "./commands.ts";
import type { Random } from "./random.ts";

/** What a run is about: some hosts, at some pace. */
interface Scene {
  hosts: readonly number[];
  /** How many times as slow as in cast.ts. */
  pace: number;
}

/** From three seconds of quiet to two days: a run of 1,000 steps takes half an hour, or months. */
const PACES: readonly (readonly [weight: number, pace: number])[] = [
  [1, 0.1],
  [5, 1],
  [2, 60],
  [2, 360],
  [1, 1_440],
];

const ADVANCES: readonly (readonly [number, readonly [least: number, most: number]])[] = [
  [10, [0, 2 * SECOND]],
  [10, [SECOND, 20 * SECOND]],
  [8, [20 * SECOND, MINUTE]],
  [4, [MINUTE, 5 * MINUTE]],
  [0.3, [HOUR, 2 * HOUR]],
];
/** Whatever the pace: what is remembered for an hour, a day or a week is forgotten. */
const LONG_ADVANCES: readonly (readonly [number, readonly [least: number, most: number]])[] = [
  [2, [HOUR, 2 * HOUR]],
  [2, [25 * HOUR, 27 * HOUR]],
  [0.5, [7 * DAY, 9 * DAY]],
];
/** A clock may be a day off, either way. */
const SKEWS = [0, 0, 5 * SECOND, -5 * SECOND, 10 * MINUTE, -10 * MINUTE, DAY, -DAY];

export function randomCommands(random: Random, length: number): SimCommand[] {
  const scene: Scene = { hosts: randomHosts(random), pace: random.weighted(PACES) };
  const steps = Array.from({ length: length - 1 }, () => randomCommand(random, scene));
  return [{ do: "pace", factor: scene.pace }, ...steps];
}

function randomHosts(random: Random): number[] {
  const all = HOSTS.map((_, host) => host);
  return random.weighted<() => number[]>([
    // The machine with two names: most can go wrong there.
    [3, () => [0, 1]],
    [3, () => [random.int(all.length)]],
    [2, () => [0, 1, 2, random.pick([3, 4, 5])]],
    [2, () => [2 + random.int(all.length - 2), 2 + random.int(all.length - 2)]],
    [1, () => all],
  ])();
}

const WEIGHTS: readonly (readonly [number, SimCommand["do"]])[] = [
  [22, "send"],
  [22, "deliver"],
  [3, "repeat"],
  [0.7, "lose"],
  [6, "beat"],
  [1.5, "toggle"],
  [0.4, "skew"],
  [20, "advance"],
  [22, "wake"],
  [2, "evict"],
  [0.5, "outage"],
  [0.8, "rule"],
  [0.5, "except"],
  [0.8, "replace"],
  [0.3, "gone"],
  [0.3, "strict"],
  [1, "fix"],
];

function randomCommand(random: Random, scene: Scene): SimCommand {
  const host = random.pick(scene.hosts);
  const agent = random.int(at(HOSTS, host).agents.length);
  const kind = random.weighted(WEIGHTS);
  switch (kind) {
    case "send":
      return randomSend(random, scene, host, agent);
    case "deliver":
      return randomDeliver(random);
    case "repeat":
      return { do: "repeat", batch: random.int(50) };
    case "lose":
      return { do: "lose", batch: random.int(8) };
    case "beat":
      return randomBeat(random, scene, host, agent);
    case "toggle":
      return { do: "toggle", host, agent };
    case "skew":
      return { do: "skew", host, agent, ms: random.pick(SKEWS) };
    case "advance":
      return randomAdvance(random, scene);
    case "wake":
      return {
        do: "wake",
        host,
        sweep: random.chance(0.2),
        trouble: random.chance(0.45) ? randomTrouble(random, scene.hosts) : null,
      };
    case "evict":
      return { do: "evict", host };
    case "outage":
      return { do: "outage" };
    case "rule":
      return randomRule(random, scene);
    case "except":
      return { do: "except", finding: random.pick(at(HOSTS, host).findings) };
    case "replace":
      return { do: "replace", place: randomPlace(random, host) };
    case "gone":
      return { do: "gone", host, place: random.chance(0.6) ? randomPlace(random, host) : null };
    case "strict":
      return { do: "strict", isTold: random.chance(0.7) };
    case "fix": {
      const finding = random.pick(at(HOSTS, host).findings);
      return { do: "fix", finding, isFixed: random.chance(0.8) };
    }
    case "pace":
      return { do: "pace", factor: scene.pace };
  }
}

function randomPlace(random: Random, host: number): number {
  return random.pick(at(HOSTS, host).findings) >> 1;
}

function scaled(ms: number, { pace }: Scene): number {
  return Math.round(ms * pace);
}

function randomAdvance(random: Random, scene: Scene): SimCommand {
  const isLong = random.chance(0.008);
  const [least, most] = random.weighted(isLong ? LONG_ADVANCES : ADVANCES);
  const ms = least + random.int(most - least);
  return {
    do: "advance",
    ms: isLong ? ms : scaled(ms, scene),
    beats: random.chance(0.8),
    alarms: random.chance(0.6),
  };
}

function randomDeliver(random: Random): SimCommand {
  const deliver: SimCommand = {
    do: "deliver",
    // Mostly the newest: batches are reordered now and then, not always.
    batch: random.chance(0.7) ? -1 : random.int(8),
    loseAnswer: random.chance(0.15),
  };
  if (random.chance(0.1)) deliver.fails = random.int(2);
  if (random.chance(0.1)) deliver.lag = random.int(3 * SECOND);
  return deliver;
}

function randomBeat(random: Random, scene: Scene, host: number, agent: number): SimCommand {
  const beat: SimCommand = {
    do: "beat",
    host,
    agent,
    dropped: random.chance(0.1) ? 1 + random.int(5) : 0,
  };
  if (random.chance(0.2)) beat.ago = random.int(scaled(MINUTE, scene));
  return beat;
}

function randomRule(random: Random, scene: Scene): SimCommand {
  const rule = random.int(RULES.length);
  const quietPeriodMs = scaled(at(RULES, rule).quietPeriodMs, scene);
  return {
    do: "rule",
    rule,
    quietPeriodMs: random.pick([quietPeriodMs, Math.round(quietPeriodMs / 2), quietPeriodMs * 2]),
    enabled: random.chance(0.7),
  };
}

function randomSend(random: Random, scene: Scene, host: number, agent: number): SimCommand {
  const part = randomPart(random, scene, host, agent);
  if (!random.chance(0.1)) return { do: "send", ...part };
  const other = random.pick(scene.hosts);
  if (other === host) return { do: "send", ...part };
  return { do: "send", ...part, more: [randomPart(random, scene, other, 0)] };
}

function randomPart(random: Random, scene: Scene, host: number, agent: number): SimPart {
  const happening = at(HOSTS, host).findings;
  const ago = (): number =>
    scaled(
      random.weighted([
        [6, random.int(3 * SECOND)],
        [2, random.int(MINUTE)],
        [1, random.int(5 * MINUTE)],
      ]),
      scene,
    );
  const events = Array.from({ length: 1 + random.int(3) }, (): [number, number] => [
    random.pick(happening),
    ago(),
  ]);
  const part: SimPart = { host, agent, events, dropped: random.chance(0.05) ? 3 : 0 };
  if (random.chance(0.03)) part.gone = [randomPlace(random, host), ago()];
  return part;
}

function randomTrouble(random: Random, hosts: readonly number[]): Trouble {
  const call = random.int(4);
  const when = random.chance(0.5) ? "before" : "after";
  const what = random.weighted<"down" | "crash" | "meanwhile">([
    [3, "down"],
    [3, "crash"],
    [4, "meanwhile"],
  ]);
  if (what !== "meanwhile") return { call, when, what };
  const host = random.pick(hosts);
  return {
    call,
    when,
    what: random.chance(0.5)
      ? { do: "wake", host, sweep: true, trouble: null }
      : { do: "deliver", batch: -1, loseAnswer: false },
  };
}

/** The interval between heartbeats at a pace. */
export function beatAt(pace: number): number {
  return Math.max(SECOND, Math.round(BEAT_MS * pace));
}
