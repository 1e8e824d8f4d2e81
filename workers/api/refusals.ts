/** Why a change of rules, exceptions, mutes, members or endpoints is not made, as a problem that names the limit and the way out. */
import type { Refusal } from "../../durable/domain/tenant-rules.ts";
import type { ProblemFields } from "../problem.ts";

const RETRY_AFTER_S = 60;

const REFUSALS: Record<Refusal["code"], (limit: number) => Omit<ProblemFields, "code">> = {
  not_found: () => ({ status: 404, detail: "There is nothing of this id." }),
  rise_not_worse: () => ({
    status: 400,
    detail: "A step's severity must be worse than the rule's.",
  }),
  rule_exists: () => ({
    status: 409,
    detail: "id: there is a rule with this id already. Choose another one, or change that rule.",
    field: "id",
  }),
  too_many_rules: (limit) => ({
    status: 409,
    detail: `There are ${limit} custom rules, which is as many as there may be. Delete one first.`,
  }),
  rule_too_large: (limit) => ({
    status: 413,
    detail: `The rule is longer than ${limit} characters of JSON.`,
  }),
  rules_too_large: (limit) => ({
    status: 413,
    detail: `With this rule, all custom rules together are longer than ${limit} characters of JSON.`,
  }),
  too_many_exceptions: (limit) => ({
    status: 409,
    detail: `There are ${limit} active exceptions, which is as many as there may be. Delete one first.`,
  }),
  exceptions_too_large: (limit) => ({
    status: 413,
    detail: `With this one, all exceptions together are longer than ${limit} characters of JSON.`,
  }),
  too_many_mutes: (limit) => ({
    status: 409,
    detail: `There are ${limit} mutes with a scope, which is as many as there may be. End one first.`,
  }),
  mutes_too_large: (limit) => ({
    status: 413,
    detail: `With this one, all mutes with a scope together are longer than ${limit} characters of JSON.`,
  }),
  email_taken: () => ({
    status: 409,
    detail:
      "email: there is a member with this address already. Make a new link for that one, who is let in again by it.",
    field: "email",
  }),
  too_many_members: (limit) => ({
    status: 409,
    detail: `There are ${limit} members, which is as many as there may be. Disable one first.`,
  }),
  members_too_large: (limit) => ({
    status: 413,
    detail: `With this one, all members together are longer than ${limit} characters of JSON.`,
  }),
  last_admin: () => ({
    status: 409,
    detail: "Nobody else who has joined is an admin. Make somebody else one first.",
  }),
  too_many_endpoints: (limit) => ({
    status: 409,
    detail: `There are ${limit} endpoints, which is as many as there may be. Delete one first.`,
  }),
  case_rules_too_large: (limit) => ({
    status: 413,
    detail: `All automation and ownership rules together are longer than ${limit} characters of JSON.`,
  }),
  version_conflict: () => ({
    status: 412,
    detail: "Somebody has changed the list since. Read it, and decide anew.",
    field: "If-Match",
  }),
  endpoints_too_large: (limit) => ({
    status: 413,
    detail: `With this one, all endpoints together are longer than ${limit} characters of JSON.`,
  }),
  changes_waiting: () => ({
    status: 503,
    detail:
      "Too many changes of rules wait for the database to record them. Nothing was changed; try again later.",
    retryAfter: RETRY_AFTER_S,
  }),
};

export function problemOfRefusal({ code, limit, field }: Refusal): ProblemFields {
  const problem = { code, ...REFUSALS[code](limit ?? 0), limit };
  return field === undefined
    ? problem
    : { ...problem, field, detail: `${field}: ${problem.detail}` };
}
