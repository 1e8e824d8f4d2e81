/**
 * Processor time of a process and all below it, from /proc (Linux; elsewhere null). Less at the mercy
 * of who else uses the machine than the time on the clock.
 */
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

/** USER_HZ; 100 on every Linux that runs Node. */
const TICK_MS = 10;

/** Milliseconds of user and system time that the tree below `pid` has used. */
export function cpuMs(pid: number): number | null {
  const parents = new Map<number, number>();
  const used = new Map<number, number>();
  try {
    for (const name of readdirSync("/proc")) {
      const id = Number(name);
      if (!Number.isInteger(id)) continue;
      const stat = readStat(id);
      if (stat === null) continue;
      parents.set(id, stat.parent);
      used.set(id, stat.ticks * TICK_MS);
    }
  } catch {
    return null;
  }
  let total = 0;
  for (const [id, ms] of used) if (isBelow(id, pid, parents)) total += ms;
  return total;
}

function readStat(id: number): { parent: number; ticks: number } | null {
  try {
    const text = readFileSync(`/proc/${id}/stat`, "utf8");
    // The name, in parentheses, may hold anything; the fields after it do not.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return { parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) };
  } catch {
    return null;
  }
}

function isBelow(id: number, root: number, parents: ReadonlyMap<number, number>): boolean {
  for (let at: number | undefined = id; at !== undefined && at > 1; at = parents.get(at))
    if (at === root) return true;
  return false;
}

const LOOK_MS = 250;
/** Less than this share of one processor is idle. */
const IDLE_SHARE = 0.08;

/** Waits until the tree below `pid` has finished what it does in the background; answers for how long. */
export async function untilIdle(pid: number, maxMs: number): Promise<number> {
  const started = performance.now();
  let before = cpuMs(pid);
  while (before !== null && performance.now() - started < maxMs) {
    await delay(LOOK_MS);
    const after = cpuMs(pid);
    if (after === null || after - before < LOOK_MS * IDLE_SHARE) break;
    before = after;
  }
  return Math.max(0, performance.now() - started - LOOK_MS);
}
