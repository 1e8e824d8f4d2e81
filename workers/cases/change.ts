/** Changes a case's fields and status. What follows of a status (claims, mutes) is done at once, or by the sweep. */
import { and, eq, ne, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { CasePatch } from "../../schema/case.ts";
import { MAX_MUTE_MS } from "../../schema/limits.ts";
import type { MuteReason } from "../../schema/mute.ts";
import { selectCasesOfRollups } from "../../schema/queries-cases.ts";
import { cases } from "../../schema/tables.ts";
import { MUTING_REASONS } from "../../durable/domain/case.ts";
import { planPatch, type PatchPlan } from "../../durable/domain/case-patch.ts";
import type { CaseRow } from "../../durable/domain/case-row.ts";
import { settleCase } from "../../durable/cases/settle.ts";
import type { CaseChange, CaseDuty, CaseState } from "../../durable/cases/write.ts";
import { badEnd } from "../api/rule-input.ts";
import type { Editor } from "../api/rules.ts";
import { refuse, type Answer, type ProblemFields } from "../problem.ts";
import { alterCase, CASE_ROLE, type Alteration } from "./alter.ts";
import { badAssignee } from "./assignee.ts";
import { caseExists } from "./create.ts";
import { attemptDuty } from "./duty.ts";
import { tellCaseNews } from "../../durable/cases/news.ts";

type Planned = Extract<PatchPlan, { ok: true }>;

export async function patchCase(
  editor: Editor,
  id: string,
  patch: CasePatch,
  version: number | null | undefined,
): Promise<Answer<CaseState>> {
  const { env, tenant, now } = editor;
  const { until } = patch;
  const bad = until === undefined ? null : badEnd(until, now, MAX_MUTE_MS);
  if (bad !== null) return refuse(bad);
  const nobody = badAssignee(tenant, patch.assignee);
  if (nobody !== null) return refuse(nobody);
  const altered = await alterCase(editor, { id, action: null, version }, (state) =>
    planned(editor, state, patch),
  );
  if (!altered.ok) return altered;
  const { state } = altered.value;
  if (patch.status === undefined) return { ok: true, value: state };
  await attemptDuty(env, tenant, state.row, now);
  // What has happened to its findings before it was said to be fixed was told before.
  if (await settleCase(env.DB, tenant.id, id, now))
    await tellCaseNews(env, { tenant: tenant.id, id }, now);
  return { ok: true, value: state };
}

async function planned(
  editor: Editor,
  { row }: CaseState,
  patch: CasePatch,
): Promise<Answer<Alteration<null>>> {
  const { by, doer, now } = editor;
  const { sla } = editor.tenant.config;
  const plan = planPatch(row, patch, { by, role: CASE_ROLE, now, sla });
  if (!plan.ok) return refuse(problemOf(plan));
  if (plan.entries.length === 0) return { ok: true, value: { change: null, value: null } };
  const entries = plan.entries.map((entry) => ({ ...entry, at: now, by }));
  const duty = dutyOf(row, plan, patch, editor);
  const set = duty === null ? plan.set : { ...plan.set, duty: JSON.stringify(duty) };
  const change: CaseChange = { set, entries, doer, news: plan.news };
  if (plan.action !== "reopen" || row.rollup === null)
    return { ok: true, value: { change, value: null } };
  return reopening(editor, row, change);
}

/** Only while no other case of its roll-up is alive. */
async function reopening(
  { env, tenant }: Editor,
  row: CaseRow,
  change: CaseChange,
): Promise<Answer<Alteration<null>>> {
  const rollup = row.rollup ?? "";
  const alive = and(
    eq(cases.tenant, tenant.id),
    eq(cases.rollup, rollup),
    ne(cases.status, "closed"),
  );
  const condition = sql`not exists (select 1 from ${cases} where ${alive})`;
  const [latest] = await selectCasesOfRollups(drizzle(env.DB), tenant.id, [rollup]);
  const otherwise = caseExists(latest?.row.id ?? row.id);
  return { ok: true, value: { change: { ...change, condition }, value: null, otherwise } };
}

function problemOf(plan: Extract<PatchPlan, { ok: false }>): ProblemFields {
  const { code, detail, field } = plan;
  return { status: code === "invalid_request" ? 400 : 409, code, detail, field };
}

function dutyOf(
  row: CaseRow,
  { action }: Planned,
  { closeReason, until, note }: CasePatch,
  { doer, now }: Editor,
): CaseDuty | null {
  if (action === "mark_fixed") return { do: "claim", at: now, note: note ?? null, doer };
  if (action === "take_back") return { do: "unclaim", doer };
  if (action !== "close" || closeReason === undefined || until === undefined) return null;
  if (!MUTING_REASONS.has(closeReason)) return null;
  // Of these two reasons, which a mute has too.
  const reason = closeReason as MuteReason;
  return { do: "mute", reason, note: note ?? `${row.id}: ${row.title}`, until, doer };
}
