/** Makes a case of one finding, a selection, or a roll-up. What is repeated under its `Idempotency-Key` makes one. */
import { and, eq, ne, sql, type SQL } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { CaseInput } from "../../schema/case.ts";
import { CASE_TRIES } from "../../schema/limits.ts";
import {
  selectCaseByKey,
  selectCasesOfRollups,
  selectOpenOfRollup,
} from "../../schema/queries-cases.ts";
import { parseRollupId } from "../../schema/rollup-id.ts";
import { rollupKeyText } from "../../schema/rollup-key.ts";
import { cases } from "../../schema/tables.ts";
import type { CaseRow } from "../../durable/domain/case-row.ts";
import { caseRow, makeCase, type Content } from "../../durable/cases/make.ts";
import { areFree } from "../../durable/cases/write.ts";
import { sha256 } from "../../durable/identity.ts";
import { tellActs } from "../../durable/ledger-acts.ts";
import type { Editor } from "../api/rules.ts";
import { refuse, type Answer } from "../problem.ts";
import { badAssignee } from "./assignee.ts";
import { linkableFindings, linkableSignals } from "./linkable.ts";
import { tellCaseNews } from "../../durable/cases/news.ts";

/** Its id. */
export async function createCase(
  editor: Editor,
  input: CaseInput,
  key: string | null,
): Promise<Answer<string>> {
  const { env, tenant, by, doer, now } = editor;
  const nobody = badAssignee(tenant, input.assignee);
  if (nobody !== null) return refuse(nobody);
  const db = drizzle(env.DB);
  const request = {
    idempotency: key === null ? null : sha256(JSON.stringify([by, key])),
    digest: sha256(JSON.stringify(input)),
  };
  for (let tries = 0; tries < CASE_TRIES; tries++) {
    const before = await madeBefore(editor, request);
    if (before !== null) return before;
    const content = await contentOf(editor, input);
    if (!content.ok) return content;
    const origin = { tenant: tenant.id, automation: null, createdBy: by, ...request };
    const row = caseRow(tenant.config, input, content.value, origin, now);
    if (row === null) return refuse(untitled);
    const ids = content.value.docs.map(({ finding }) => finding.id);
    const id = await makeCase(
      db,
      tenant.id,
      tenant.config,
      row,
      input,
      content.value,
      { at: now, by, doer },
      canBe(row, ids),
    );
    if (id === null) continue;
    await tellActs(env, tenant.id);
    await tellCaseNews(env, { tenant: tenant.id, id }, now);
    return { ok: true, value: id };
  }
  const [other] =
    input.rollup === undefined
      ? []
      : await selectCasesOfRollups(db, tenant.id, [rollupText(input.rollup) ?? ""]);
  return other === undefined ? busy() : caseExists(other.row.id);
}

const untitled = {
  status: 400,
  code: "invalid_request",
  detail: "title: needed where nothing is linked",
  field: "title",
} as const;

function busy() {
  const detail = "Others make cases of the same findings. Send the request again.";
  return refuse({ status: 503, code: "busy", detail, retryAfter: 1 });
}

export function caseExists(id: string) {
  const detail = `rollup: ${id} is about it, and is not closed. Work there, or close it first.`;
  return refuse({ status: 409, code: "case_exists", detail, field: "rollup" });
}

async function madeBefore(
  { env, tenant }: Editor,
  { idempotency, digest }: { idempotency: string | null; digest: string },
): Promise<Answer<string> | null> {
  if (idempotency === null) return null;
  const [made] = await selectCaseByKey(drizzle(env.DB), tenant.id, idempotency);
  if (made === undefined) return null;
  if (made.digest === digest) return { ok: true, value: made.id };
  const detail = "The Idempotency-Key was used for another case. Use a new one.";
  return refuse({ status: 409, code: "idempotency_key_reused", detail });
}

function rollupText(id: string): string | null {
  const key = parseRollupId(id);
  return key === null ? null : rollupKeyText(key);
}

export async function contentOf(
  { env, tenant }: Pick<Editor, "env" | "tenant">,
  input: Pick<CaseInput, "findings" | "signals" | "rollup">,
): Promise<Answer<Content>> {
  const signals = await linkableSignals(env, tenant.id, input.signals ?? []);
  if (!signals.ok) return signals;
  const db = drizzle(env.DB);
  const key = input.rollup === undefined ? null : parseRollupId(input.rollup);
  if (input.rollup !== undefined && key === null) return noRollup();
  const ofRollup = key === null ? [] : await selectOpenOfRollup(db, tenant.id, key);
  if (key !== null && ofRollup.length === 0) return noRollup();
  const rollup = key === null ? null : rollupKeyText(key);
  if (rollup !== null) {
    const [latest] = await selectCasesOfRollups(db, tenant.id, [rollup]);
    if (latest !== undefined && latest.row.status !== "closed") return caseExists(latest.row.id);
  }
  // Those of the roll-up that are another case's stay there.
  const free = ofRollup.filter((it) => it.caseStatus === null || it.caseStatus === "closed");
  const ids = [...free.map(({ id }) => id), ...(input.findings ?? [])];
  const docs = await linkableFindings(env, tenant.id, ids, null);
  if (!docs.ok) return docs;
  return { ok: true, value: { rollup, docs: docs.value, signals: signals.value } };
}

function noRollup() {
  const detail = "rollup: there is no such roll-up with open findings";
  return refuse({ status: 404, code: "not_found", detail, field: "rollup" });
}

/** Nobody else has made a case of the roll-up or the findings, nor this one, since that was looked at. */
function canBe({ tenant, rollup, idempotency }: CaseRow, ids: readonly string[]): SQL {
  const ofTenant = eq(cases.tenant, tenant);
  const none = (which: SQL | undefined) =>
    sql`not exists (select 1 from ${cases} where ${and(ofTenant, which)})`;
  const conditions = [areFree(tenant, ids)];
  if (rollup !== null)
    conditions.push(none(and(eq(cases.rollup, rollup), ne(cases.status, "closed"))));
  if (idempotency !== null) conditions.push(none(eq(cases.idempotency, idempotency)));
  return sql.join(conditions, sql` and `);
}
