/** "Try it": what was asked of a rule, and what came of it. */
import type { RuleTest, RuleTestAnswer } from "../schema/rules-api.ts";
import { MAX_TEST_BODY_BYTES } from "../schema/limits.ts";

/** What the panel shows. `events` is the text as typed. */
export interface Trial {
  events: string;
  result: { type: "answer"; answer: RuleTestAnswer } | { type: "refused"; text: string } | null;
}

export const NO_TRIAL: Trial = { events: "", result: null };

type Pasted = { ok: true; events: NonNullable<RuleTest["events"]> } | { ok: false; text: string };

/** Pasted events: a JSON array or object, or one JSON object a line. */
export function readEvents(typed: string): Pasted {
  if (typed.trim() === "") return { ok: false, text: "Paste an event first." };
  if (new TextEncoder().encode(typed).length > MAX_TEST_BODY_BYTES)
    return {
      ok: false,
      text: `That is more than ${MAX_TEST_BODY_BYTES} bytes: paste fewer events.`,
    };
  const whole = parse(typed);
  if (isObject(whole)) return { ok: true, events: whole };
  const events: unknown[] = [];
  for (const [i, line] of typed.split(/\r?\n/).entries()) {
    if (line.trim() === "") continue;
    const value = parse(line);
    if (!isObject(value))
      return {
        ok: false,
        text: `Line ${i + 1} is not a JSON object. Paste one object a line, or one JSON array.`,
      };
    events.push(value);
  }
  return { ok: true, events };
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is unknown[] | Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
