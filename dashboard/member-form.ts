/** The form of a member: who they are, and what they may do. Pure. */
import {
  type MemberInput,
  memberInputSchema,
  type MemberPatch,
  memberPatchSchema,
  type MemberView,
} from "../schema/member.ts";
import type { Refusal } from "./data.ts";
import { errorsOfIssues, errorsOfRefusal, type FormErrors, text } from "./form-errors.ts";

/** As typed. */
export interface MemberValues {
  name: string;
  email: string;
  role: string;
  team: string;
}

export const NEW_MEMBER: MemberValues = { name: "", email: "", role: "responder", team: "" };

export function valuesOf({ name, email, role, team }: MemberView): MemberValues {
  return { name, email: email ?? "", role, team: team ?? "" };
}

export function readMember(form: FormData): MemberValues {
  const values = { ...NEW_MEMBER };
  for (const name of Object.keys(values) as (keyof MemberValues)[]) values[name] = text(form, name);
  return values;
}

type Read<T> = { ok: true; value: T } | { ok: false; errors: FormErrors };

export function memberInput({ team, ...values }: MemberValues): Read<MemberInput> {
  const parsed = memberInputSchema.safeParse({ ...values, ...(team !== "" && { team }) });
  return parsed.success
    ? { ok: true, value: parsed.data }
    : { ok: false, errors: errorsOfIssues(parsed.error.issues) };
}

/** All of the form; an address that there never was may stay empty. */
export function memberPatch(values: MemberValues, before: MemberView): Read<MemberPatch> {
  const { name, email, role, team } = values;
  const known = email === "" && before.email === null ? {} : { email };
  const parsed = memberPatchSchema.safeParse({
    name,
    role,
    team: team === "" ? null : team,
    ...known,
  });
  return parsed.success
    ? { ok: true, value: parsed.data }
    : { ok: false, errors: errorsOfIssues(parsed.error.issues) };
}

export function refusalErrors(problem: Refusal): FormErrors {
  return errorsOfRefusal(problem, (field) => Object.hasOwn(NEW_MEMBER, field));
}
