/** When the node must end: SIGTERM, SIGINT, or npm, which started it, has gone without a word. */

import { readFileSync } from "node:fs";

const PARENT_CHECK_MS = 500;
/** The shell that npm uses, and npm. */
const MAX_GENERATIONS = 3;

/** Aborts when the end is asked for; a second signal changes nothing. */
export function endSignal(): AbortSignal {
  const controller = new AbortController();
  const end = () => controller.abort();
  process.on("SIGTERM", end);
  process.on("SIGINT", end);
  onParentGone(end);
  return controller.signal;
}

/**
 * `kill -9` of `npm start` cannot reach the node below it; a node nobody can find must not keep the
 * port. Only under npm: a process started by hand may outlive its shell (`nohup`, `setsid`).
 */
function onParentGone(gone: () => void): void {
  if (process.env["npm_lifecycle_event"] === undefined) return;
  const npm = findNpm();
  if (npm === null) return;
  const timer = setInterval(() => {
    if (readProcess(npm)?.isNpm === true) return;
    clearInterval(timer);
    gone();
  }, PARENT_CHECK_MS);
  timer.unref();
}

/** npm starts scripts by a shell, which may or may not stay between. */
function findNpm(): number | null {
  let pid = process.ppid;
  for (let generation = 0; generation < MAX_GENERATIONS; generation++) {
    const found = readProcess(pid);
    if (found === null) return null;
    if (found.isNpm) return pid;
    pid = found.parent;
  }
  return null;
}

interface Ancestor {
  parent: number;
  isNpm: boolean;
}

/** Null where there is no such process, or no way to see it: then the node just stays. */
function readProcess(pid: number): Ancestor | null {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    const parent = /^PPid:\s+(\d+)$/m.exec(status)?.[1];
    // A zombie has no command line any more.
    const command = readFileSync(`/proc/${pid}/cmdline`, "utf8");
    return parent === undefined
      ? null
      : { parent: Number(parent), isNpm: /^npm\b|npm-cli\.js/.test(command) };
  } catch {
    return null;
  }
}
