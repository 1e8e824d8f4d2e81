/**
 * What follows of a case's status: the owners of its findings are told that they are said to be fixed, or its findings
 * are muted. It stands with the case until it is done, and may be done again.
 */
import { and, eq } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { TenantId } from "../../schema/ids.ts";
import type { Doer } from "../../schema/ledger.ts";
import { selectFindingsOfCase } from "../../schema/queries-cases.ts";
import { parseRollupKey } from "../../schema/rollup-id.ts";
import type { RollupKey } from "../../schema/rollup.ts";
import { cases } from "../../schema/tables.ts";
import type { EpochMs } from "../../schema/time.ts";
import type { CaseRow } from "../../durable/domain/case-row.ts";
import type { CaseDuty } from "../../durable/cases/write.ts";
import { errorText, log } from "../../durable/log.ts";
import { tellFix } from "../api/fixed.ts";
import { createMute, muteFinding } from "../api/mutes.ts";
import type { Env } from "../env.ts";
import type { Tenant } from "../tenant.ts";

/** What fails is logged: the sweep goes on. */
export async function attemptDuty(
  env: Env,
  tenant: Tenant,
  row: CaseRow,
  now: EpochMs,
): Promise<void> {
  try {
    await doDuty(env, tenant, row, now);
  } catch (error) {
    const { id } = row;
    log("warn", "case.duty_not_done", { tenant: tenant.id, case: id, error: errorText(error) });
  }
}

async function doDuty(env: Env, tenant: Tenant, row: CaseRow, now: EpochMs): Promise<void> {
  const { id, duty: text } = row;
  if (text === null) return;
  // Written by change.ts from this type.
  const duty = JSON.parse(text) as CaseDuty;
  const ids = await findingsOf(env, tenant.id, id);
  switch (duty.do) {
    case "claim": {
      const { at, note, doer } = duty;
      const claim = { at, by: doer.name, doer, ...(note === null ? {} : { note }) };
      for (const finding of ids) await tellFix(env, tenant.id, finding, claim, doer);
      break;
    }
    case "unclaim":
      for (const finding of ids) await tellFix(env, tenant.id, finding, null, duty.doer);
      break;
    case "mute":
      await mute(env, tenant, row, duty, ids, now);
  }
  const one = and(eq(cases.tenant, tenant.id), eq(cases.id, id), eq(cases.duty, text));
  await drizzle(env.DB).update(cases).set({ duty: null }).where(one);
}

/** The case is said to be fixed already: findings that are put into it are too. */
export async function attemptClaims(
  env: Env,
  tenant: Tenant,
  { id, status, fixedAt: at, fixedBy: by }: CaseRow,
  findings: readonly string[],
  doer: Doer,
): Promise<void> {
  if (status !== "fixed" || at === null) return;
  try {
    for (const finding of findings)
      await tellFix(env, tenant.id, finding, { at, by: by ?? id, doer }, doer);
  } catch (error) {
    log("warn", "case.claim_not_told", { tenant: tenant.id, case: id, error: errorText(error) });
  }
}

/** Those that are still its own. */
async function findingsOf(env: Env, tenant: TenantId, id: string): Promise<string[]> {
  const rows = await selectFindingsOfCase(drizzle(env.DB), tenant, id);
  return rows.filter(({ caseId }) => caseId === id).map((row) => row.id);
}

/** Of a roll-up by its scope, so that its new containers are hidden too; where that is refused, one by one. */
async function mute(
  env: Env,
  tenant: Tenant,
  { id, rollup }: CaseRow,
  { reason, note, until, doer }: Extract<CaseDuty, { do: "mute" }>,
  ids: readonly string[],
  now: EpochMs,
): Promise<void> {
  if (until <= now) return;
  const editor = { env, tenant, by: doer.name, doer, now };
  const input = { reason, note, until };
  const key = rollup === null ? null : parseRollupKey(rollup);
  if (key !== null) {
    const made = await createMute(editor, { ...input, scope: scopeOf(key) });
    if (made.ok) return;
    log("warn", "case.scope_not_muted", { tenant: tenant.id, case: id, code: made.problem.code });
  }
  for (const finding of ids) {
    const muted = await muteFinding(editor, finding, input);
    if (!muted.ok && muted.problem.status !== 404) throw new Error(muted.problem.detail);
  }
}

/** What is not known of a resource reads as "". */
function scopeOf({ rule, cluster, namespace, kind, workload }: RollupKey): string {
  const is = (what: string, value: string | null) => `${what} == ${JSON.stringify(value ?? "")}`;
  return [
    is("finding.rule", rule),
    is("resource.cluster", cluster),
    is("resource.namespace", namespace),
    is("resource.workloadKind", kind),
    is("resource.workload", workload),
  ].join(" && ");
}
