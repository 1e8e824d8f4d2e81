/**
 * Makes cases of findings that open, by a tenant's automation rules: in order, the first that is true counts. One case
 * a (rule, workload) that is not closed, so that churn makes no second one; D1 holds to that, whoever else makes one at
 * the same time.
 */
import { and, eq, gte, ne, sql, type SQL } from "drizzle-orm";
import { drizzle, type DrizzleD1Database } from "drizzle-orm/d1";
import type { Automation } from "../../schema/case-rules.ts";
import type { TenantId } from "../../schema/ids.ts";
import { SYSTEM } from "../../schema/ledger.ts";
import { rollupKeyOf, rollupKeyText } from "../../schema/rollup-key.ts";
import { cases } from "../../schema/tables.ts";
import { startOfDay, type EpochMs } from "../../schema/time.ts";
import type { TenantConfig } from "../domain/tenant.ts";
import type { FindingDoc } from "../domain/view.ts";
import { log } from "../log.ts";
import { isInScope } from "../mute-scope.ts";
import { caseRow, makeCase } from "./make.ts";
import { areFree } from "./write.ts";

/** Of findings that are in no case: whichever have become one case, by their (rule, workload). */
export function automationOf(
  automations: readonly Automation[],
  doc: FindingDoc,
): Automation | undefined {
  return automations.find(({ enabled, when }) => enabled && isInScope(when, doc));
}

/** What makes findings one case: their roll-up; that of a host, or of no known workload, is alone. */
export function caseKeyOf({ finding, resource }: FindingDoc): string {
  const key = rollupKeyOf(finding.ruleId, resource);
  return key === null ? finding.id : rollupKeyText(key);
}

/** False: somebody else has made one meanwhile. Look again. */
export async function automateCases(
  d1: D1Database,
  tenant: TenantId,
  config: TenantConfig,
  docs: readonly FindingDoc[],
  now: EpochMs,
): Promise<boolean> {
  let done = true;
  for (const [key, members] of Map.groupBy(docs, caseKeyOf)) {
    const [first] = members;
    const automation = first === undefined ? undefined : automationOf(config.automations, first);
    if (first === undefined || automation === undefined) continue;
    const rollup = key === first.finding.id ? null : key;
    const content = { rollup, docs: members, signals: [] };
    if (!(await make(d1, tenant, config, automation, content, now))) done = false;
  }
  return done;
}

async function make(
  d1: D1Database,
  tenant: TenantId,
  config: TenantConfig,
  automation: Automation,
  content: Parameters<typeof caseRow>[2],
  now: EpochMs,
): Promise<boolean> {
  const { id, priority, assignee, labels, dailyCap } = automation;
  const team = automation.team ?? undefined;
  const wanted = { priority: priority ?? undefined, assignee, team, labels };
  const origin = { tenant, automation: id, createdBy: null, idempotency: null, digest: null };
  const row = caseRow(config, wanted, content, origin, now);
  if (row === null) return true;
  const db = drizzle(d1);
  const ids = content.docs.map(({ finding }) => finding.id);
  const condition = sql.join(
    [areFree(tenant, ids), ...isOnly(tenant, row.rollup), isUnderCap(tenant, automation, now)],
    sql` and `,
  );
  const linking = { at: now, by: null, doer: SYSTEM };
  const made = await makeCase(db, tenant, config, row, wanted, content, linking, condition);
  if (made !== null) return true;
  const [today] = await selectMadeToday(db, tenant, id, now);
  if ((today?.n ?? 0) < dailyCap) return false;
  log("warn", "automation.capped", { tenant, automation: id, dailyCap, findings: ids.length });
  return true;
}

function isOnly(tenant: string, rollup: string | null): SQL[] {
  if (rollup === null) return [];
  const alive = and(eq(cases.tenant, tenant), eq(cases.rollup, rollup), ne(cases.status, "closed"));
  return [sql`not exists (select 1 from ${cases} where ${alive})`];
}

/** How many it has made since midnight (UTC), as `n`. */
export function selectMadeToday(
  db: DrizzleD1Database,
  tenant: string,
  automation: string,
  now: EpochMs,
) {
  return db.select({ n: madeToday(tenant, automation, now) }).from(sql`(select 1)`);
}

function madeToday(tenant: string, automation: string, now: EpochMs): SQL<number> {
  const own = and(
    eq(cases.tenant, tenant),
    eq(cases.automation, automation),
    gte(cases.createdAt, startOfDay(now)),
  );
  return sql<number>`(select count(*) from ${cases} where ${own})`;
}

function isUnderCap(tenant: string, { id, dailyCap }: Automation, now: EpochMs): SQL {
  return sql`${madeToday(tenant, id, now)} < ${dailyCap}`;
}
