/** The form that sends a span of deliveries again. Pure. */
import { formatInstant } from "../schema/time.ts";
import { type ReplayInput, replayInputSchema } from "../schema/webhooks.ts";
import { type Read, readBy, text } from "./form-errors.ts";
import type { ReaderZone } from "./format/zone.ts";
import { readLocal } from "./local-instant.ts";

/** As typed, in the reader's zone; `all`: what has arrived instead of dead letters. */
export interface ReplayValues {
  from: string;
  to: string;
  all: string;
  /** Where the part before has ended; empty: this is the first. */
  cursor: string;
}

export function readReplay(form: FormData): ReplayValues {
  return {
    from: text(form, "from"),
    to: text(form, "to"),
    all: text(form, "all"),
    cursor: text(form, "cursor"),
  };
}

export function replayInput(values: ReplayValues, zone: ReaderZone): Read<ReplayInput> {
  const [from, to] = [readLocal(values.from, zone), readLocal(values.to, zone)];
  const noDay = { text: "Name a day and a time." };
  if (from === null) return { ok: false, errors: { from: noDay } };
  if (values.to !== "" && to === null) return { ok: false, errors: { to: noDay } };
  if (to !== null && to < from)
    return { ok: false, errors: { to: { text: "That is before the beginning." } } };
  return readBy(replayInputSchema, {
    from: formatInstant(from),
    // The minute that was named, to its end.
    ...(to !== null && { to: formatInstant(to + 59_999) }),
    failedOnly: values.all === "",
    ...(values.cursor !== "" && { cursor: values.cursor }),
  });
}
