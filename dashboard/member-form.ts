/** The form of a member: who they are, and what they may do. Pure. */
import {
  type MemberInput,
  memberInputSchema,
  type MemberPatch,
  memberPatchSchema,
  type MemberView,
} from "../schema/member.ts";
import type { Refusal } from "./data.ts";
import { errorsOfRefusal, type FormErrors, type Read, readBy, text } from "./form-errors.ts";

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

export function memberInput({ team, ...values }: MemberValues): Read<MemberInput> {
  return readBy(memberInputSchema, { ...values, ...(team !== "" && { team }) });
}

/** All of the form; an address that there never was may stay empty. */
export function memberPatch(values: MemberValues, before: MemberView): Read<MemberPatch> {
  const { name, email, role, team } = values;
  const known = email === "" && before.email === null ? {} : { email };
  return readBy(memberPatchSchema, { name, role, team: team === "" ? null : team, ...known });
}

export function refusalErrors(problem: Refusal): FormErrors {
  return errorsOfRefusal(problem, (field) => Object.hasOwn(NEW_MEMBER, field));
}
