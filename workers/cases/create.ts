/** Makes a case of one finding, a selection, or a roll-up. What is repeated under its `Idempotency-Key` makes one. */
import { and, eq, ne, sql, type SQL } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { CaseInput } from "../../schema/case.ts";
import {
  CASE_SLA_MS,
  CASE_TRIES,
  MAX_CHECKLIST,
  MAX_CHECKLIST_CHARS,
} from "../../schema/limits.ts";
import {
  selectCaseByKey,
  selectCasesOfRollups,
  selectOpenOfRollup,
} from "../../schema/queries-cases.ts";
import { parseRollupId } from "../../schema/rollup-id.ts";
import { rollupKeyText } from "../../schema/rollup-key.ts";
import { caseChecklist, cases } from "../../schema/tables.ts";
import { priorityOf } from "../../durable/domain/case.ts";
import { caseSearchText, type CaseRow } from "../../durable/domain/case-row.ts";
import { displayName } from "../../durable/domain/headline.ts";
import { ruleOf } from "../../durable/domain/rules.ts";
import type { FindingDoc } from "../../durable/domain/view.ts";
import { linkEntries } from "../../durable/cases/link.ts";
import {
  addRows,
  areFree,
  createCase as insertCase,
  linkFindings,
  linkSignals,
} from "../../durable/cases/write.ts";
import { randomId, sha256 } from "../../durable/identity.ts";
import { tellActs } from "../../durable/ledger-acts.ts";
import type { Editor } from "../api/rules.ts";
import { refuse, type Answer } from "../problem.ts";
import { badAssignee } from "./assignee.ts";
import { linkableFindings, linkableSignals } from "./linkable.ts";
import { tellCaseNews } from "./news.ts";

/** What is to be in it. */
interface Content {
  rollup: string | null;
  docs: FindingDoc[];
  signals: string[];
}

/** Its id. */
export async function createCase(
  editor: Editor,
  input: CaseInput,
  key: string | null,
): Promise<Answer<string>> {
  const { env, tenant, by, now } = editor;
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
    const row = rowOf(editor, input, content.value, request);
    if (row === null) return refuse(untitled);
    const id = await insert(editor, row, content.value, stepsOf(editor, input, content.value));
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

async function contentOf({ env, tenant }: Editor, input: CaseInput): Promise<Answer<Content>> {
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

function rowOf(
  { tenant, by, now }: Editor,
  input: CaseInput,
  { rollup, docs }: Content,
  request: { idempotency: string | null; digest: string },
): CaseRow | null {
  const title = input.title ?? titleOf(docs);
  if (title === null) return null;
  const { description = "", assignee = null, team = null, labels = [] } = input;
  const priority = input.priority ?? priorityOf(docs.map(({ finding }) => finding.severity));
  return {
    tenant: tenant.id,
    id: "",
    n: 0,
    version: 1,
    change: randomId(),
    status: "open",
    title,
    description,
    priority,
    assignee,
    team,
    dueAt: input.dueAt === undefined ? now + CASE_SLA_MS[priority] : input.dueAt,
    labels: JSON.stringify(labels),
    rollup,
    automation: null,
    fixedAt: null,
    fixedBy: null,
    regressedAt: null,
    duty: null,
    closeReason: null,
    closedAt: null,
    closedBy: null,
    createdAt: now,
    createdBy: by,
    updatedAt: now,
    sweptAt: now,
    search: caseSearchText({ title, description }),
    ...request,
  };
}

/** "Compiler run in a container: api, and 3 more" */
function titleOf(docs: readonly FindingDoc[]): string | null {
  const [first] = docs;
  if (first === undefined) return null;
  const { finding, resource } = first;
  const more = docs.length > 1 ? `, and ${docs.length - 1} more` : "";
  return `${finding.title}: ${resource.workload ?? displayName(resource)}${more}`.slice(0, 200);
}

/** The steps of the rule's remediation, where all findings are of one rule and nobody says other ones. */
function stepsOf({ tenant }: Editor, input: CaseInput, { docs }: Content): string[] {
  if (input.checklist !== undefined) return input.checklist;
  const [rule, ...others] = new Set(docs.map(({ finding }) => finding.ruleId));
  if (rule === undefined || others.length > 0) return [];
  const remediation = ruleOf(tenant.config, rule)?.remediation ?? "";
  return [...remediation.matchAll(/^(?:\d+\.|[-*]) +(.+)$/gm)]
    .map(([, text = ""]) => text.trim().slice(0, MAX_CHECKLIST_CHARS))
    .slice(0, MAX_CHECKLIST);
}

async function insert(
  { env, tenant, by, doer, now }: Editor,
  row: CaseRow,
  { docs, signals }: Content,
  steps: readonly string[],
): Promise<string | null> {
  const db = drizzle(env.DB);
  const ids = docs.map(({ finding }) => finding.id);
  const open = docs.filter(({ finding }) => finding.status === "open").length;
  const { title, priority, rollup } = row;
  const linking = { at: now, by, doer };
  const created = { kind: "case.created" as const, at: now, by, data: { title, priority, rollup } };
  const linked = signals.map((signal) => ({
    kind: "signal.linked" as const,
    at: now,
    by,
    data: { signal },
  }));
  const draft = {
    row,
    counts: { findings: ids.length, open, signals: signals.length },
    entries: [created, ...linkEntries(docs, linking), ...linked],
    doer,
    news: "case.created" as const,
  };
  const checklist = steps.map((text, position) => ({
    tenant: tenant.id,
    id: randomId(),
    position,
    text,
    doneAt: null,
    doneBy: null,
  }));
  return insertCase(db, draft, canBe(row, ids), (changed) => [
    ...linkFindings(db, tenant.id, ids, linking, changed),
    linkSignals(db, tenant.id, signals, linking, changed),
    addRows(db, caseChecklist, checklist, changed),
  ]);
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
