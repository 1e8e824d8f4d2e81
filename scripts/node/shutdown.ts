/** When the node must end: SIGTERM, SIGINT, or npm, which started it, has gone without a word. */

const PARENT_CHECK_MS = 500;

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
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    gone();
  }, PARENT_CHECK_MS);
  timer.unref();
}
