/** The forms of a new agent key and a new API token. Pure. */
import {
  keyCreateSchema,
  type KeyInput,
  tokenCreateSchema,
  type TokenInput,
} from "../schema/api.ts";
import { errorsOfIssues, type FormErrors, text } from "./form-errors.ts";

export type NewKind = "key" | "token";

/** As typed; a key has a host, a token a role. */
export interface KeyValues {
  name: string;
  host: string;
  role: string;
}

export const NEW_KEY: KeyValues = { name: "", host: "", role: "viewer" };

export function readKey(form: FormData): KeyValues {
  const values = { ...NEW_KEY };
  for (const name of Object.keys(values) as (keyof KeyValues)[]) values[name] = text(form, name);
  return values;
}

type Read<T> = { ok: true; value: T } | { ok: false; errors: FormErrors };

export function keyInput({ name, host }: KeyValues): Read<KeyInput> {
  const parsed = keyCreateSchema.safeParse({ name, ...(host !== "" && { host }) });
  return parsed.success
    ? { ok: true, value: parsed.data }
    : { ok: false, errors: errorsOfIssues(parsed.error.issues) };
}

export function tokenInput({ name, role }: KeyValues): Read<TokenInput> {
  const parsed = tokenCreateSchema.safeParse({ name, role });
  return parsed.success
    ? { ok: true, value: parsed.data }
    : { ok: false, errors: errorsOfIssues(parsed.error.issues) };
}
