/** The forms of a mute: its reason, note and end, and its scope where it has one. Pure. */
import {
  mutePreviewInputSchema,
  type MuteInput,
  muteInputSchema,
  type ScopeMuteInput,
  scopeMuteInputSchema,
} from "../schema/mutes-api.ts";
import type { MuteReason } from "../schema/mute.ts";
import { type EpochMs, formatInstant } from "../schema/time.ts";
import type { Refusal } from "./data.ts";
import { endErrors, endOf, type EndValues } from "./end-form.ts";
import {
  errorsOfIssues,
  errorsOfRefusal,
  type FormErrors,
  type FormSchema,
  type Read,
  readBy,
  text,
} from "./form-errors.ts";

export const REASON_WORDS: Readonly<Record<MuteReason, string>> = {
  risk_accepted: "Risk accepted",
  false_positive: "False positive",
  pending_fix: "Fix on its way",
  duplicate: "Duplicate",
  no_fix: "No fix exists",
  other: "Other",
};

/** As typed. */
export interface MuteValues extends EndValues {
  /** Empty where it is of one finding. */
  scope: string;
  reason: string;
  note: string;
}

export const NEW_MUTE: MuteValues = { scope: "", reason: "", note: "", term: "week", date: "" };

export function readMute(form: FormData): MuteValues {
  const values = { ...NEW_MUTE };
  for (const name of Object.keys(values) as (keyof MuteValues)[]) values[name] = text(form, name);
  return values;
}

function read<T>(schema: FormSchema<T>, fields: object, values: MuteValues, now: EpochMs): Read<T> {
  const until = endOf(values, now);
  const parsed = schema.safeParse({ ...fields, until: formatInstant(until ?? now) });
  const errors = {
    ...(parsed.success ? {} : errorsOfIssues(parsed.error.issues)),
    ...endErrors(until, now),
  };
  return parsed.success && Object.keys(errors).length === 0
    ? { ok: true, value: parsed.data }
    : { ok: false, errors };
}

/** Of one finding. */
export function muteInput(values: MuteValues, now: EpochMs): Read<MuteInput> {
  const { reason, note } = values;
  return read<MuteInput>(muteInputSchema, { reason, note }, values, now);
}

export function scopeMuteInput(values: MuteValues, now: EpochMs): Read<ScopeMuteInput> {
  const { scope, reason, note } = values;
  return read<ScopeMuteInput>(scopeMuteInputSchema, { scope, reason, note }, values, now);
}

/** What can be previewed before the rest is filled in. */
export function scopeToPreview({ scope }: MuteValues): Read<string> {
  const typed = readBy(mutePreviewInputSchema, { scope });
  return typed.ok ? { ok: true, value: typed.value.scope } : typed;
}

export function refusalErrors(problem: Refusal): FormErrors {
  return errorsOfRefusal(problem, (field) => Object.hasOwn(NEW_MUTE, field) || field === "until");
}
