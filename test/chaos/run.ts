/**
 * `npm run chaos`: agents report to a real node while it is killed, its disk fills up and D1 fails; then what it says is
 * held against what the agents know. `--troubles` bounds a run by what happens, `--seconds` by time.
 */
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Random } from "../sim/random.ts";
import { eventually } from "../support/eventually.ts";
import { newDataDir, type RunningNode, startNode } from "../support/node.ts";
import { ownDisk, runOnOwnDisk } from "./disk.ts";
import { DEEDS, makeFleet, QUIET_PERIOD_MS } from "./fleet.ts";
import { judge } from "./judge.ts";
import { listFindings, readOutcome, type Outcome } from "./outcome.ts";
import { Outlet } from "./outlet.ts";
import { Record } from "./record.ts";
import { Reporter } from "./reporter.ts";
import { makeTrouble, type Stage, type Trouble, troubles } from "./trouble.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: process.env["LULL_CHAOS_SEED"] ?? String(Date.now() % 1e6) },
    seconds: { type: "string", default: process.env["LULL_CHAOS_SECONDS"] ?? "" },
    troubles: { type: "string", default: "" },
    port: { type: "string" },
  },
});
const seed = Number(values.seed);
/** Acknowledged between two troubles: at least, and at most that many more. */
const CALM = { least: 40, more: 200 };
/** As long as a loaded machine may need for that. */
const BUSY = { withinMs: 120_000 };
/** After D1 has failed for long, the next try may be minutes away. */
const SETTLE_MS = 300_000;

function say(text: string): void {
  const seconds = (performance.now() / 1_000).toFixed(1);
  console.log(`${seconds.padStart(6)}  ${text}`);
}

async function trouble(stage: Stage): Promise<Map<Trouble, number>> {
  const done = new Map<Trouble, number>();
  const { random, record } = stage;
  const most = Number(values.troubles || (values.seconds === "" ? 9 : Infinity));
  const endAt = Date.now() + Number(values.seconds || Infinity) * 1_000;
  const { traffic } = record;
  let n = 0;
  for (const next of troubles(random, stage.disk)) {
    if (n++ >= most || Date.now() >= endAt) break;
    const target = traffic.acknowledged + CALM.least + random.int(CALM.more);
    const busy = () => traffic.acknowledged >= target;
    await eventually("the node is busy", busy, BUSY);
    await delay(random.int(200));
    const startedAt = performance.now();
    await makeTrouble(next, stage);
    say(`${next}: ${Math.round(performance.now() - startedAt)} ms`);
    done.set(next, (done.get(next) ?? 0) + 1);
  }
  const target = traffic.acknowledged + CALM.least;
  await eventually("the node is busy at the end", () => traffic.acknowledged >= target, BUSY);
  return done;
}

async function prepareRules(node: RunningNode): Promise<void> {
  const rules = new Set(DEEDS.map(({ finding }) => finding).filter((rule) => rule !== null));
  for (const rule of rules) await change(node, rule, { quietPeriod: `${QUIET_PERIOD_MS}ms` });
  // Whoever cannot reach a killed node is silent: how often that is depends on the machine.
  await change(node, "agent-silent", { enabled: false });
}

async function change(node: RunningNode, rule: string, body: object): Promise<void> {
  const answer = await node.api(`/api/v1/rules/${rule}`, { method: "PATCH", body });
  if (answer.status !== 200) throw new Error(`${answer.status} ${await answer.text()}`);
  await answer.json();
}

/** Until everything has ended and been told, or nothing more happens. */
async function settled(node: RunningNode): Promise<void> {
  const isResolved = async () => {
    const all = await listFindings(node);
    return all.length > 0 && all.every(({ status }) => status === "resolved");
  };
  await eventually("all findings have resolved", isResolved, {
    withinMs: SETTLE_MS,
    everyMs: 500,
  }).catch((error: unknown) => say(String(error)));
}

/** Signals and late events reach D1 a little later than ends do. */
async function judgeInTheEnd(node: RunningNode, record: Record): Promise<[Outcome, string[]]> {
  const hosts = makeFleet().flat();
  const deadline = performance.now() + SETTLE_MS / 2;
  for (;;) {
    const outcome = await readOutcome(node);
    const wrong = judge({ hosts, told: record.told, contacts: record.contacts }, outcome);
    const isOver = wrong.length === 0 || record.complaints.length > 0;
    if (isOver || performance.now() > deadline) return [outcome, wrong];
    await delay(2_000);
  }
}

async function run(disk: string | null): Promise<number> {
  const dataDir = disk === null ? newDataDir() : join(disk, "node", "data");
  const node = await startNode({
    dataDir,
    ...(values.port === undefined ? {} : { port: Number(values.port) }),
  });
  process.once("SIGTERM", () => void node.dispose().finally(() => process.exit(1)));
  const record = new Record();
  const [quiet, end] = [new AbortController(), new AbortController()];
  try {
    await prepareRules(node);
    const outlet = new Outlet(node, record);
    const running = Promise.all(
      makeFleet().map((post, i) =>
        new Reporter(post, outlet, record, new Random(seed * 1_000 + i)).run(
          quiet.signal,
          end.signal,
        ),
      ),
    );
    const done = await trouble({ node, disk, record, random: new Random(seed) });
    quiet.abort();
    say("quiet now");
    await settled(node);
    end.abort();
    say("all is settled");
    await running;
    const [outcome, mismatches] = await judgeInTheEnd(node, record);
    return report(done, record, outcome, [...record.complaints, ...mismatches]);
  } finally {
    await node.dispose();
  }
}

function report(
  done: Map<Trouble, number>,
  { traffic }: Record,
  { findings, signals }: Outcome,
  mismatches: readonly string[],
): number {
  for (const text of mismatches.slice(0, 30)) say(`MISMATCH ${text}`);
  const table = (of: Iterable<[string, number]>) =>
    [...of].map(([what, n]) => `${n} ${what}`).join(", ");
  const sum = (of: (it: (typeof findings)[number]) => number) =>
    findings.reduce((total, it) => total + of(it), 0);
  say(`troubles: ${table(done)}`);
  say(`traffic: ${table(Object.entries(traffic))}`);
  say(
    `${findings.length} findings, ${sum((it) => it.episodes.length)} episodes, ${sum((it) => it.live.totalCount)} events in them, ${sum((it) => it.live.lateCount)} late, ${signals.length} signals`,
  );
  say(`seed ${seed}: ${mismatches.length} mismatches`);
  return mismatches.length === 0 ? 0 : 1;
}

async function main(): Promise<number> {
  const disk = ownDisk();
  if (disk !== null) return run(disk);
  say(`seed ${seed}`);
  const again = await runOnOwnDisk(fileURLToPath(import.meta.url), [
    ...process.argv.slice(2),
    `--seed=${seed}`,
  ]);
  if (again.code !== null) return again.code;
  say(`NO DISK OF ITS OWN, so that none can be full: ${again.reason}`);
  return run(null);
}

process.exitCode = await main();
