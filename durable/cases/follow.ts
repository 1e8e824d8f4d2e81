/**
 * Lets cases follow what happens to findings: a host's drain tells of it when D1 knows, before its outbox lets go of
 * it. Contract: it may be told again and again; if it fails, it is.
 */
import { and, eq, sql } from "drizzle-orm";
import { drizzle, type DrizzleD1Database } from "drizzle-orm/d1";
import type { TenantId } from "../../schema/ids.ts";
import { SYSTEM } from "../../schema/ledger.ts";
import { CASE_TRIES, MAX_FINDINGS_OF_CASE } from "../../schema/limits.ts";
import { selectCasesOfRollups, selectWithCases } from "../../schema/queries-cases.ts";
import { rollupKeyOf, rollupKeyText } from "../../schema/rollup-key.ts";
import { cases } from "../../schema/tables.ts";
import type { EpochMs } from "../../schema/time.ts";
import { isTold, transitionEntry } from "../domain/case-entries.ts";
import { judge } from "../domain/case-proof.ts";
import type { OutboxMessage } from "../domain/model.ts";
import type { TenantConfig } from "../domain/tenant.ts";
import type { FindingDoc } from "../domain/view.ts";
import { findingDocOf } from "../finding-doc.ts";
import { log } from "../log.ts";
import { automateCases } from "./automate.ts";
import { linkInto } from "./link.ts";
import { caseStateOf } from "./read.ts";
import { settleCase } from "./settle.ts";
import { addEntries, type CaseState, type Entry } from "./write.ts";

type Message = Extract<OutboxMessage, { finding: unknown }>;
type Row = Awaited<ReturnType<typeof selectWithCases>>[number];

/** After these a finding may be in want of a case. */
const OPENINGS: ReadonlySet<string> = new Set([
  "finding.opened",
  "finding.reopened",
  "finding.regressed",
]);

/** The cases that may have changed by it: what they have to tell stands in their outbox. */
export async function followFindings(
  d1: D1Database,
  tenant: TenantId,
  outbox: readonly OutboxMessage[],
  config: () => Promise<TenantConfig>,
  now: EpochMs,
): Promise<Set<string>> {
  const messages = outbox.filter(
    (message): message is Message => "finding" in message && isTold(message.type),
  );
  if (messages.length === 0) return new Set();
  const db = drizzle(d1);
  const ids = [...new Set(messages.map(({ finding }) => finding.id))];
  const rows = await selectWithCases(db, tenant, ids);
  const moved = await tellCases(d1, tenant, messages, rows, now);
  const opened = new Set<string>(
    messages.filter(({ type }) => OPENINGS.has(type)).map(({ finding }) => finding.id),
  );
  let known = moved ? await selectWithCases(db, tenant, ids) : rows;
  const before = casesOf(rows);
  for (let tries = 0; tries < CASE_TRIES; tries++) {
    const free = known.filter((row) => opened.has(row.id) && isFree(row));
    const docs = free.map(({ doc }) => findingDocOf(doc));
    if (docs.length === 0) return before.union(casesOf(known));
    const joined = await joinRollups(db, tenant, docs, now);
    if (joined !== "none") known = await selectWithCases(db, tenant, ids);
    if (joined === "lost") continue;
    const left = known.filter((row) => opened.has(row.id) && isFree(row) && row.mutedUntil <= now);
    const automated = await automate(d1, tenant, left, config, now);
    if (automated !== "none") known = await selectWithCases(db, tenant, ids);
    if (automated !== "lost") return before.union(casesOf(known));
  }
  throw new Error("cases are changed again and again");
}

function casesOf(rows: readonly Row[]): Set<string> {
  return new Set(rows.flatMap(({ caseId }) => caseId ?? []));
}

/** Of what nobody has muted. `lost`: look again. */
async function automate(
  d1: D1Database,
  tenant: TenantId,
  rows: readonly Row[],
  read: () => Promise<TenantConfig>,
  now: EpochMs,
): Promise<"none" | "made" | "lost"> {
  if (rows.length === 0) return "none";
  const config = await read();
  if (config.automations.length === 0) return "none";
  const docs = rows.map(({ doc }) => findingDocOf(doc));
  return (await automateCases(d1, tenant, config, docs, now)) ? "made" : "lost";
}

/** Open, and no case is about it. */
function isFree({ status, caseId, caseStatus }: Row): boolean {
  return status === "open" && (caseId === null || caseStatus === "closed");
}

/** Those that its findings are in. True: one of them has moved. */
async function tellCases(
  d1: D1Database,
  tenant: TenantId,
  messages: readonly Message[],
  rows: readonly Row[],
  now: EpochMs,
): Promise<boolean> {
  let moved = false;
  for (const [id, members] of Map.groupBy(rows, ({ caseId }) => caseId)) {
    if (id === null) continue;
    const docs = new Map(members.map((row) => [row.id, findingDocOf(row.doc)]));
    const entries = messages.flatMap((message) => entryOf(message, docs, now));
    if (entries.length === 0) continue;
    const db = drizzle(d1);
    await db.batch([addEntries(db, tenant, entries, sameCase(tenant, id), 0)]);
    if (await settleCase(d1, tenant, id, now)) moved = true;
  }
  return moved;
}

/** As the finding was when it happened. */
function entryOf(
  { type, at, finding }: Message,
  docs: ReadonlyMap<string, FindingDoc>,
  now: EpochMs,
): Entry[] {
  const doc = docs.get(finding.id);
  if (doc === undefined || !isTold(type)) return [];
  return [transitionEntry(type, at, { ...doc, finding }, now)];
}

function sameCase(tenant: TenantId, id: string) {
  const one = and(eq(cases.tenant, tenant), eq(cases.id, id));
  return sql`(select ${cases.id} as id from ${cases} where ${one})`;
}

/** Findings of a roll-up link themselves to its case, while that is not closed or they disprove it. `lost`: look again. */
async function joinRollups(
  db: DrizzleD1Database,
  tenant: TenantId,
  docs: readonly FindingDoc[],
  now: EpochMs,
): Promise<"none" | "joined" | "lost"> {
  const byKey = new Map<string, FindingDoc[]>();
  for (const doc of docs) {
    const key = rollupKeyOf(doc.finding.ruleId, doc.resource);
    if (key === null) continue;
    const text = rollupKeyText(key);
    byKey.set(text, [...(byKey.get(text) ?? []), doc]);
  }
  if (byKey.size === 0) return "none";
  let joined: "none" | "joined" | "lost" = "none";
  for (const found of await selectCasesOfRollups(db, tenant, [...byKey.keys()])) {
    const state = caseStateOf(found);
    const members = byKey.get(state.row.rollup ?? "") ?? [];
    if (!(await join(db, tenant, state, members, now))) return "lost";
    joined = "joined";
  }
  return joined;
}

/** False: it has been changed meanwhile, or another case has one of them. */
async function join(
  db: DrizzleD1Database,
  tenant: TenantId,
  state: CaseState,
  docs: readonly FindingDoc[],
  now: EpochMs,
): Promise<boolean> {
  const { row, counts } = state;
  const findings = docs.map(({ finding }) => finding);
  if (row.status === "closed" && judge(row, findings).type !== "regressed") return true;
  if (counts.findings + docs.length > MAX_FINDINGS_OF_CASE) {
    log("warn", "case.full", { tenant, case: row.id, findings: counts.findings });
    return true;
  }
  return (
    (await linkInto(db, tenant, state, docs, { at: now, by: null, doer: SYSTEM }, now)) !== null
  );
}
