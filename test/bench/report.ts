/** What a run prints. */
import type { FleetResult, Round, SinglesResult } from "./rounds.ts";
import type { Target } from "./targets/target.ts";

type Name = Target["name"];

const NAMES: readonly Name[] = ["Lull", "limit", "Alertmanager"];

/** The middle of an odd number of values, else the lower of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
}

/** Batches of 500 events. */
export function printFleet(title: string, rounds: readonly Round[]): void {
  console.log(`\n${title}\n`);
  row("", "events/s", "range", "p50 ms", "p99 ms", "CPU ms/1,000", "settled after s");
  for (const name of NAMES) {
    const results = rounds.flatMap((round) => round.fleet.get(name) ?? []);
    if (results.length > 0) fleetRow(name, results);
  }
  printRatios(rounds);
}

export function printSingles(rounds: readonly Round[]): void {
  console.log("\nOne-event posts (median of the rounds)\n");
  row("", "concurrency", "p50 ms", "p99 ms", "posts/s");
  for (const name of NAMES) {
    for (const at of [0, 1]) {
      const results = rounds.flatMap((round) => round.singles.get(name)?.[at] ?? []);
      if (results.length > 0) singlesRow(name, results);
    }
  }
}

function fleetRow(name: Name, results: readonly FleetResult[]): void {
  const of = (pick: (result: FleetResult) => number) => median(results.map(pick));
  const rates = results.map((result) => result.eventsPerS);
  row(
    name,
    whole(median(rates)),
    `${whole(Math.min(...rates))}–${whole(Math.max(...rates))}`,
    one(of((result) => result.p50Ms)),
    one(of((result) => result.p99Ms)),
    one(of((result) => result.cpuMsPer1000 ?? Number.NaN)),
    one(of((result) => result.settledAfterMs / 1_000)),
  );
}

function singlesRow(name: Name, results: readonly SinglesResult[]): void {
  const of = (pick: (result: SinglesResult) => number) => median(results.map(pick));
  row(
    name,
    String(results[0]?.concurrency),
    two(of((result) => result.p50Ms)),
    two(of((result) => result.p99Ms)),
    whole(of((result) => result.perS)),
  );
}

/** Ratios are taken within a round, so that noise that lasts longer than a round falls out. */
function printRatios(rounds: readonly Round[]): void {
  console.log("");
  for (const other of ["Alertmanager", "limit"] as const) {
    const ratios = rounds.flatMap(({ fleet }) => {
      const [mine, its] = [fleet.get("Lull"), fleet.get(other)];
      return mine === undefined || its === undefined ? [] : [mine.eventsPerS / its.eventsPerS];
    });
    if (ratios.length === 0) {
      console.log(`Lull / ${other}: not measured (no prometheus-alertmanager on the PATH)`);
      continue;
    }
    const all = ratios.map(two).join(", ");
    console.log(`Lull / ${other}: ${two(median(ratios))} (rounds: ${all})`);
  }
}

export function printMix(rounds: readonly Round[]): void {
  const logs = rounds.flatMap((round) => round.fleet.get("Lull")?.log ?? []);
  const sum = (pick: (log: FleetResult["log"]) => number) =>
    logs.reduce((total, log) => total + pick(log), 0);
  const received = sum((log) => log.received);
  const share = (part: number) => `${((part / received) * 100).toFixed(1)} %`;
  const calls = sum((log) => log.calls);
  console.log(
    [
      "",
      `By the Worker's log: ${whole(received)} events received; ${share(sum((log) => log.accepted))} matched a rule, ${share(sum((log) => log.ignored))} matched none; ${sum((log) => log.duplicate)} duplicate, ${sum((log) => log.rejected)} rejected.`,
      `Calls to HostActors (one commit each) for 1,000 events: ${two((calls / received) * 1_000)}. Observations a batch: ${one(sum((log) => log.findings) / sum((log) => log.batches))}; signals a batch: ${two(sum((log) => log.signals) / sum((log) => log.batches))}.`,
      `Alarms for 1,000 events: ${two((sum((log) => log.wakes) / received) * 1_000)}; drains into D1: ${two((sum((log) => log.drains) / received) * 1_000)}.`,
    ].join("\n"),
  );
}

const WIDTHS = [14, 12, 20, 10, 10, 14, 16];

export function row(...cells: readonly string[]): void {
  const padded = cells.map((cell, i) =>
    i === 0 ? cell.padEnd(WIDTHS[i] ?? 12) : cell.padStart(WIDTHS[i] ?? 12),
  );
  console.log(padded.join(" ").trimEnd());
}

export const whole = (value: number): string => Math.round(value).toLocaleString("en-US");
export const one = (value: number): string => value.toFixed(1);
export const two = (value: number): string => value.toFixed(2);
