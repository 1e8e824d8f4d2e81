/** Whom a case may be given to. */
import { memberOf } from "../../durable/domain/tenant-members.ts";
import type { ProblemFields } from "../problem.ts";
import type { Tenant } from "../tenant.ts";

/** Null: to nobody, or to a member who is not disabled. */
export function badAssignee(
  { config }: Tenant,
  assignee: string | null | undefined,
): ProblemFields | null {
  if (assignee === undefined || assignee === null) return null;
  if (memberOf(config, assignee)?.disabledAt === null) return null;
  return {
    status: 400,
    code: "invalid_request",
    detail: "assignee: not the id of a member who may sign in",
    field: "assignee",
  };
}
