/**
 * Tells what has become of cases, in the order in which it happened. It stands in the outbox with the change, so that
 * a crash loses none of it; what is not told at once, the sweep tells.
 */
import { and, eq, lte } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { TenantId } from "../../schema/ids.ts";
import { CASE_NEWS_BATCH } from "../../schema/limits.ts";
import { selectCaseNews } from "../../schema/queries-cases.ts";
import { caseOutbox } from "../../schema/tables.ts";
import { errorText, log } from "../../durable/log.ts";
import type { Env } from "../env.ts";

/** Of one case, or of all tenants'. What fails is logged: the sweep goes on. */
export async function tellCaseNews(
  env: Env,
  of: { tenant: TenantId; id: string } | null,
): Promise<void> {
  const db = drizzle(env.DB);
  try {
    for (const row of await selectCaseNews(db, of, CASE_NEWS_BATCH)) {
      const { tenant, case: id, version, type } = row;
      log("info", type, { tenant, case: id, version });
      const one = and(eq(caseOutbox.tenant, tenant), eq(caseOutbox.case, id));
      await db.delete(caseOutbox).where(and(one, lte(caseOutbox.version, version)));
    }
  } catch (error) {
    log("warn", "case.not_told", { case: of?.id, error: errorText(error) });
  }
}
