/** What happens to the node during a run: each trouble is over when its promise is. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as delay } from "node:timers/promises";
import { shuffled } from "../bench/random.ts";
import type { Random } from "../sim/random.ts";
import { eventually } from "../support/eventually.ts";
import { type RunningNode, runtimePids } from "../support/node.ts";
import { fillDisk } from "./disk.ts";
import type { Record } from "./record.ts";

/** Those of the first run, in which every kind of failure comes once. */
const ESSENTIAL = [
  "killed on a full disk",
  "killed while D1 refuses",
  "D1 locked",
  "runtime killed",
] as const;
const OTHERS = ["kill", "stop", "disk full", "disk nearly full", "D1 refuses"] as const;
export type Trouble = (typeof ESSENTIAL)[number] | (typeof OTHERS)[number];

/** Each once, the essential ones first, and then as it comes, without an end. */
export function* troubles(random: Random, disk: string | null): Generator<Trouble, never> {
  const isPossible = (trouble: Trouble) => disk !== null || !trouble.includes("disk");
  yield* shuffled(ESSENTIAL.filter(isPossible), () => random.next());
  yield* shuffled(OTHERS.filter(isPossible), () => random.next());
  for (;;) yield random.pick([...ESSENTIAL, ...OTHERS].filter(isPossible));
}

export interface Stage {
  node: RunningNode;
  /** One that may be filled up; null: there is none. */
  disk: string | null;
  record: Record;
  random: Random;
}

/** As long as a loaded machine may need. */
const PATIENCE = { withinMs: 120_000 };
const SPELL_MS = 2_000;
/** In what is left on a disk that is nearly full. */
const MAX_LEFT_BYTES = 300_000;
/** Where D1 refuses to write, one at a time. */
const TABLES = ["findings", "episodes", "signals"];

export function makeTrouble(trouble: Trouble, stage: Stage): Promise<void> {
  switch (trouble) {
    case "kill":
      return stage.node.restart("SIGKILL");
    case "stop":
      return stage.node.restart("SIGTERM");
    case "runtime killed":
      return killRuntime(stage);
    case "disk full":
      return onFullDisk(stage, 0, () => untilRefused(stage));
    case "disk nearly full":
      return onFullDisk(stage, stage.random.int(MAX_LEFT_BYTES), () => spell(stage));
    case "killed on a full disk":
      return killedOnFullDisk(stage);
    case "D1 locked":
      return withD1(stage, (d1) => lock(d1, () => untilMoreIsTaken(stage)));
    case "D1 refuses":
      return withD1(stage, (d1) => refuse(d1, stage, () => untilMoreIsTaken(stage)));
    case "killed while D1 refuses":
      return withD1(stage, (d1) =>
        refuse(d1, stage, async () => {
          await spell(stage);
          await stage.node.restart("SIGKILL");
          await spell(stage);
        }),
      );
  }
}

function spell({ random }: Stage): Promise<void> {
  return delay(random.next() * SPELL_MS);
}

/** workerd alone: the launcher starts another one. */
async function killRuntime({ node }: Stage): Promise<void> {
  const [, workerd] = runtimePids(node.dataDir);
  if (workerd === undefined) throw new Error("no runtime");
  process.kill(workerd, "SIGKILL");
  const again = () => {
    const [, now] = runtimePids(node.dataDir);
    return now !== undefined && now !== workerd;
  };
  await eventually("the runtime was started again", again, PATIENCE);
}

async function onFullDisk(stage: Stage, leave: number, act: () => Promise<void>): Promise<void> {
  const free = fillDisk(stage.disk ?? "", leave);
  try {
    await act();
  } finally {
    free();
  }
}

/** Actors that have run for long may go on for a while, in the room that their write-ahead logs have taken before. */
async function untilRefused(stage: Stage): Promise<void> {
  const { traffic } = stage.record;
  const { acknowledged, refused } = traffic;
  const isFelt = () => traffic.refused >= refused + 5 || traffic.acknowledged >= acknowledged + 500;
  await eventually("a full disk is told, or borne", isFelt, PATIENCE);
  await judgeRead(stage);
  await spell(stage);
}

/** It may or may not be able to start without any room; with room, it must. */
async function killedOnFullDisk(stage: Stage): Promise<void> {
  const { node } = stage;
  await onFullDisk(stage, 0, async () => {
    await untilRefused(stage);
    await node.kill("SIGKILL");
    const refused = await node.start().then(
      () => null,
      (error: unknown) => String(error),
    );
    if (refused === null) await node.kill("SIGKILL");
    else if (!refused.includes("the disk is full"))
      stage.record.complain(`a start on a full disk said: ${refused.slice(0, 500)}`);
  });
  await node.start();
}

/** Intake must not feel it. */
async function untilMoreIsTaken(stage: Stage): Promise<void> {
  const { traffic } = stage.record;
  const { acknowledged, refused } = traffic;
  await judgeRead(stage);
  await spell(stage);
  await eventually("intake goes on", () => traffic.acknowledged >= acknowledged + 30, PATIENCE);
  if (traffic.refused > refused) stage.record.complain("intake depends on D1");
}

/** Who reads meanwhile is answered, or told to come again. */
async function judgeRead({ node, record }: Stage): Promise<void> {
  const answer = await node.api("/api/v1/findings?limit=1");
  const text = await answer.text();
  const isLater = answer.status === 503 && answer.headers.get("retry-after") !== null;
  if (answer.status !== 200 && !isLater)
    record.complain(`a list was answered with ${answer.status}: ${text.slice(0, 300)}`);
}

/** A connection to D1's file from outside, as a backup program would have it. */
async function withD1(stage: Stage, act: (d1: DatabaseSync) => Promise<void>): Promise<void> {
  const folder = join(stage.node.dataDir, "state/d1/miniflare-D1DatabaseObject");
  const file = readdirSync(folder).find((name) => /^[0-9a-f]{64}\.sqlite$/.test(name));
  if (file === undefined) throw new Error("D1 has no file");
  const d1 = new DatabaseSync(join(folder, file), { timeout: 30_000 });
  try {
    await act(d1);
  } finally {
    d1.close();
  }
}

async function lock(d1: DatabaseSync, act: () => Promise<void>): Promise<void> {
  d1.exec("BEGIN IMMEDIATE");
  try {
    await act();
  } finally {
    d1.exec("ROLLBACK");
  }
}

/** One row in two is refused, so that most drains fail in their middle. */
async function refuse(
  d1: DatabaseSync,
  { random }: Stage,
  act: () => Promise<void>,
): Promise<void> {
  const table = random.pick(TABLES);
  const event = random.pick(["INSERT", "UPDATE"]);
  d1.exec(`CREATE TRIGGER chaos BEFORE ${event} ON ${table} WHEN random() % 2 = 0
    BEGIN SELECT RAISE(ABORT, 'chaos'); END`);
  try {
    await act();
  } finally {
    d1.exec("DROP TRIGGER chaos");
  }
}
