/** A page of roll-ups from D1. */
import { drizzle } from "drizzle-orm/d1";
import type { Page, RollupsQuery } from "../../schema/api.ts";
import type { TenantId } from "../../schema/ids.ts";
import { selectRollupKeys } from "../../schema/queries-rollups.ts";
import { parseRollupKey } from "../../schema/rollup-id.ts";
import type { RollupSummary } from "../../schema/rollup.ts";
import type { EpochMs } from "../../schema/time.ts";
import { summariesOf } from "../../durable/rollups.ts";
import type { Env } from "../env.ts";
import { cursorOf, page } from "./reads.ts";

export async function listRollups(
  env: Env,
  tenant: TenantId,
  query: RollupsQuery,
  now: EpochMs,
): Promise<Page<RollupSummary>> {
  const db = drizzle(env.DB);
  const rows = await selectRollupKeys(db, tenant, query, cursorOf(query.cursor), now);
  const { items, nextCursor } = page(
    rows,
    query.limit,
    (row) => parseRollupKey(row.key),
    (row) => [row.severityRank, row.key],
  );
  const summaries = await summariesOf(
    db,
    tenant,
    items.filter((key) => key !== null),
    now,
  );
  return { items: summaries.map((it) => it.summary), nextCursor };
}
