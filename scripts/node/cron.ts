/**
 * Fires the Worker's cron at the start of every minute, as Cloudflare does; Miniflare never does.
 * Contract: one run at a time; a run that takes longer than a minute skips the minutes it covers.
 */

const MINUTE_MS = 60_000;

export interface Cron {
  stop(): void;
}

/** `fire` gets the minute it stands for; its failure is `failed`'s, and the next minute comes anyway. */
export function startCron(
  fire: (scheduledAtMs: number) => Promise<void>,
  failed: (error: unknown) => void,
): Cron {
  let timer: NodeJS.Timeout;
  let stopped = false;
  function arm(): void {
    if (stopped) return;
    const nowMs = Date.now();
    const nextMs = nowMs - (nowMs % MINUTE_MS) + MINUTE_MS;
    timer = setTimeout(() => {
      void fire(nextMs)
        .catch((error: unknown) => {
          if (!stopped) failed(error);
        })
        .finally(arm);
    }, nextMs - nowMs);
  }
  arm();
  return {
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
