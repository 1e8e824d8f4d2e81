/** The forms of a new agent key and a new API token. Pure. */
import {
  keyCreateSchema,
  type KeyInput,
  tokenCreateSchema,
  type TokenInput,
} from "../schema/api.ts";
import { type Read, readBy, text } from "./form-errors.ts";

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

export function keyInput({ name, host }: KeyValues): Read<KeyInput> {
  return readBy(keyCreateSchema, { name, ...(host !== "" && { host }) });
}

export function tokenInput({ name, role }: KeyValues): Read<TokenInput> {
  return readBy(tokenCreateSchema, { name, role });
}
