/**
 * What can happen in a run, as plain data, so that a failing run can be printed, replayed and shortened.
 * Numbers that point at something are taken modulo what is there: any sublist of a run is a run.
 */
import { FINDINGS, HOSTS, HOUR, MINUTE, RULES, SECOND, at } from "./cast.ts";
import type { Random } from "./random.ts";

/** What goes wrong during a drain, at which of its calls of D1, before or after D1 has done its part. */
export interface Trouble {
  call: number;
  when: "before" | "after";
  what: "down" | "crash" | SimCommand;
}

export type SimCommand =
  /** An agent sees events, each `ago` before now, and puts them into a batch that is under way. */
  | {
      do: "send";
      host: number;
      agent: number;
      events: [finding: number, ago: number][];
      dropped: number;
    }
  /** A batch arrives; where its answer is lost, the agent sends it again later. */
  | { do: "deliver"; batch: number; loseAnswer: boolean }
  /** A batch that has been answered arrives once more. */
  | { do: "repeat"; batch: number }
  | { do: "beat"; host: number; agent: number; dropped: number }
  /** An agent dies, or comes back. */
  | { do: "toggle"; host: number; agent: number }
  | { do: "advance"; ms: number; beats: boolean; alarms: boolean }
  /** The alarm fires if it is due; `sweep` wakes whether it is or not. */
  | { do: "wake"; host: number; sweep: boolean; trouble: Trouble | null }
  /** The actor is taken out of memory. */
  | { do: "evict"; host: number }
  | { do: "rule"; rule: number; quietPeriodMs: number; enabled: boolean };

const ADVANCES: readonly (readonly [number, readonly [least: number, most: number]])[] = [
  [10, [0, 2 * SECOND]],
  [10, [SECOND, 20 * SECOND]],
  [8, [20 * SECOND, MINUTE]],
  [4, [MINUTE, 5 * MINUTE]],
  [0.3, [HOUR, 2 * HOUR]],
  [0.1, [25 * HOUR, 27 * HOUR]],
];

export function randomCommands(random: Random, length: number): SimCommand[] {
  const hostsOfRun = random.chance(0.3) ? [2] : random.chance(0.4) ? [0, 1] : [0, 1, 2];
  return Array.from({ length }, () => randomCommand(random, hostsOfRun));
}

function randomCommand(random: Random, hosts: readonly number[]): SimCommand {
  const host = random.pick(hosts);
  const agent = random.int(at(HOSTS, host).agents.length);
  const kind = random.weighted<SimCommand["do"]>([
    [22, "send"],
    [22, "deliver"],
    [3, "repeat"],
    [6, "beat"],
    [1.5, "toggle"],
    [20, "advance"],
    [22, "wake"],
    [2, "evict"],
    [0.8, "rule"],
  ]);
  switch (kind) {
    case "send":
      return randomSend(random, host, agent);
    case "deliver":
      // Mostly the newest: batches are reordered now and then, not always.
      return {
        do: "deliver",
        batch: random.chance(0.7) ? -1 : random.int(8),
        loseAnswer: random.chance(0.15),
      };
    case "repeat":
      return { do: "repeat", batch: random.int(50) };
    case "beat":
      return { do: "beat", host, agent, dropped: random.chance(0.1) ? 1 + random.int(5) : 0 };
    case "toggle":
      return { do: "toggle", host, agent };
    case "advance": {
      const [least, most] = random.weighted(ADVANCES);
      return {
        do: "advance",
        ms: least + random.int(most - least),
        beats: random.chance(0.8),
        alarms: random.chance(0.6),
      };
    }
    case "wake":
      return {
        do: "wake",
        host,
        sweep: random.chance(0.2),
        trouble: random.chance(0.45) ? randomTrouble(random, hosts) : null,
      };
    case "evict":
      return { do: "evict", host };
    case "rule": {
      const rule = random.int(RULES.length);
      const { quietPeriodMs } = at(RULES, rule);
      return {
        do: "rule",
        rule,
        quietPeriodMs: random.pick([quietPeriodMs, quietPeriodMs / 2, quietPeriodMs * 2]),
        enabled: random.chance(0.7),
      };
    }
  }
}

function randomSend(random: Random, host: number, agent: number): SimCommand {
  const happening = at(HOSTS, host).findings;
  const events = Array.from({ length: 1 + random.int(3) }, (): [number, number] => [
    random.pick(happening) % FINDINGS.length,
    random.weighted([
      [6, random.int(3 * SECOND)],
      [2, random.int(MINUTE)],
      [1, random.int(5 * MINUTE)],
    ]),
  ]);
  return { do: "send", host, agent, events, dropped: random.chance(0.05) ? 3 : 0 };
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
