/** Cases as they are read before they are changed. */
import type { DrizzleD1Database } from "drizzle-orm/d1";
import type { TenantId } from "../../schema/ids.ts";
import { selectCase, type selectCases } from "../../schema/queries-cases.ts";
import type { CaseRow } from "../domain/case-row.ts";
import type { CaseState } from "./write.ts";

type Selected = Awaited<ReturnType<typeof selectCases>>[number];

/** Null if there is none. */
export async function loadCase(
  db: DrizzleD1Database,
  tenant: TenantId,
  id: string,
): Promise<CaseState | null> {
  const [found] = await selectCase(db, tenant, id);
  return found === undefined ? null : caseStateOf(found);
}

export function caseStateOf({ row, ...counts }: Selected): CaseState {
  // Rows are written from this type alone.
  return { row: row as CaseRow, counts };
}
