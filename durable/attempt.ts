/**
 * One HTTP attempt: bounded in time and in what is read of the answer, and following no redirect.
 * Contract: never throws; whatever happens is an outcome.
 */
import type { AttemptOutcome } from "../schema/webhooks.ts";
import { ATTEMPT_TIMEOUT_MS, MAX_ANSWER_BYTES } from "../schema/limits.ts";
import type { DurationMs, EpochMs } from "../schema/time.ts";
import type { Call } from "./channels/channel.ts";
import { errorText } from "./log.ts";

/** What an attempt came to. */
export interface Attempted {
  outcome: AttemptOutcome;
  status: number | null;
  /** The start of the answer's body, as far as it was to be read. */
  answer: string | null;
  error: string | null;
  /** How long the receiver asked to be left alone. */
  retryAfterMs: DurationMs | null;
}

const NOTHING: Omit<Attempted, "outcome"> = {
  status: null,
  answer: null,
  error: null,
  retryAfterMs: null,
};

const SECOND_MS = 1_000;

export async function attempt(
  call: Pick<Call, "method" | "url" | "headers" | "body">,
  now: EpochMs,
  timeoutMs: DurationMs = ATTEMPT_TIMEOUT_MS,
  maxBytes: number = MAX_ANSWER_BYTES,
): Promise<Attempted> {
  // Not AbortSignal.timeout, whose timer goes on after the answer and keeps the actor from resting.
  const ending = new AbortController();
  const { signal } = ending;
  const timer = setTimeout(
    () => ending.abort(new DOMException("no answer", "TimeoutError")),
    timeoutMs,
  );
  try {
    const response = await fetch(call.url, {
      method: call.method,
      headers: call.headers,
      body: call.body,
      redirect: "manual",
      signal,
    });
    const { status } = response;
    const retryAfterMs = retryAfterOf(response.headers.get("retry-after"), now);
    const answer = await startOf(response, maxBytes);
    return { ...NOTHING, outcome: outcomeOf(status), status, answer, retryAfterMs };
  } catch (error) {
    const outcome = signal.aborted || isTimeout(error) ? "timeout" : "unreachable";
    return { ...NOTHING, outcome, error: errorText(error) };
  } finally {
    clearTimeout(timer);
  }
}

/** What was not even tried: since the address may not be called, or something is missing. */
export function blocked(error: string): Attempted {
  return { ...NOTHING, outcome: "blocked", error };
}

function outcomeOf(status: number): AttemptOutcome {
  if (status >= 200 && status < 300) return "delivered";
  return status >= 300 && status < 400 ? "redirect" : "status";
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.name === "TimeoutError";
}

/** The status has come and decides: what breaks off after it is no failure. */
async function startOf(response: Response, maxBytes: number): Promise<string> {
  const reader = response.body?.getReader();
  if (reader === undefined) return "";
  const decoder = new TextDecoder();
  let read = 0;
  let text = "";
  try {
    while (read < maxBytes) {
      const { done, value } = await reader.read();
      if (done) return text + decoder.decode();
      const piece = value.subarray(0, maxBytes - read);
      read += piece.length;
      text += decoder.decode(piece, { stream: true });
    }
    await reader.cancel();
  } catch {
    // Broken off, or out of time: what was read is all there is.
  }
  return text;
}

/** Seconds, or a date (RFC 9110, 10.2.3); null where it is neither. */
function retryAfterOf(header: string | null, now: EpochMs): DurationMs | null {
  if (header === null) return null;
  if (/^\d+$/.test(header)) return Number(header) * SECOND_MS;
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}
