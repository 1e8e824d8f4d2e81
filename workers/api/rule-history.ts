/** The history of a tenant's rules and exceptions. */
import { drizzle } from "drizzle-orm/d1";
import type { Page } from "../../schema/api.ts";
import type { RuleChangeAction, RuleChangesQuery, RuleChangeView } from "../../schema/rules-api.ts";
import type { TenantId } from "../../schema/ids.ts";
import { selectRuleChanges } from "../../schema/queries-rules.ts";
import { formatInstant } from "../../schema/time.ts";
import type { RecordedChange } from "../../durable/rule-history.ts";
import type { Env } from "../env.ts";
import { client } from "../tenant.ts";
import { cursorOf, page } from "./reads.ts";

type Change = Omit<RecordedChange, "force">;

/** Newest first; with those that D1 does not know yet. */
export async function ruleChanges(
  env: Env,
  tenant: TenantId,
  query: RuleChangesQuery,
): Promise<Page<RuleChangeView>> {
  const cursor = cursorOf(query.cursor);
  // First those that wait, then those that are recorded: one that moves in between is seen twice, not never.
  const waiting = await client(env, tenant).unrecorded();
  const recorded = await selectRuleChanges(drizzle(env.DB), tenant, query, cursor);
  const byVersion = new Map<number, Change>();
  for (const change of waiting) {
    if (query.subject && change.subject !== query.subject) continue;
    if (cursor === null || change.version < cursor[0]) byVersion.set(change.version, change);
  }
  for (const row of recorded) {
    // Written by durable/rule-history.ts from these types.
    const action = row.action as RuleChangeAction;
    const detail = JSON.parse(row.detail) as Record<string, unknown>;
    byVersion.set(row.version, { ...row, action, detail });
  }
  const rows = [...byVersion.values()].toSorted((a, b) => b.version - a.version);
  return page(rows, query.limit, changeView, (change) => [change.version, ""]);
}

function changeView({ version, at, by, action, subject, detail, hash }: Change): RuleChangeView {
  return { version, at: formatInstant(at), by, action, subject, detail, hash };
}
