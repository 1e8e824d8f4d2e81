/** Attempts as they are kept. */
import { MAX_ANSWER_BYTES } from "../schema/limits.ts";
import { formatInstant, type EpochMs } from "../schema/time.ts";
import type { AttemptView } from "../schema/webhooks.ts";
import type { Attempted } from "./attempt.ts";
import type { Call } from "./channels/channel.ts";
import { hide } from "./channels/hide.ts";

/** Nothing of it that is secret. `step`: what a tracker was asked for. */
export function attemptRecord(
  { method, url, headers, hidden }: Call,
  { outcome, status, answer, error }: Attempted,
  at: EpochMs,
  now: EpochMs,
  step: string | null = null,
): Omit<AttemptView, "n"> {
  const shown = (text: string) => hide(text, hidden);
  const shownOrNull = (text: string | null) => (text === null ? null : shown(text));
  return {
    at: formatInstant(at),
    latencyMs: Math.max(0, now - at),
    outcome,
    step,
    method,
    url: shown(url),
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, shown(value)]),
    ),
    status,
    answer: shownOrNull(answer)?.slice(0, MAX_ANSWER_BYTES) ?? null,
    error: shownOrNull(error),
  };
}
