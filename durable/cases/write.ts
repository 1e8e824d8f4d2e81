/**
 * Writes to a case in D1. Contract: a change is one batch, which does all or nothing: it names the version that it was
 * planned for, and every statement looks whether the case has been changed by it. What is to be told stands in the
 * outbox with it. So no change is lost, and none is told that was not made.
 */
import { and, eq, sql, type SQL } from "drizzle-orm";
import type { DrizzleD1Database } from "drizzle-orm/d1";
import type { RunnableQuery } from "drizzle-orm/runnable-query";
import type { SQLiteTable } from "drizzle-orm/sqlite-core";
import type { CaseNews, CaseRegression, NoteView, TimelineKind } from "../../schema/case.ts";
import type { TenantId } from "../../schema/ids.ts";
import type { Doer } from "../../schema/ledger.ts";
import type { MuteReason } from "../../schema/mute.ts";
import {
  caseFindings,
  caseOutbox,
  cases,
  caseSignals,
  caseTimeline,
  findings,
  ledgerActs,
} from "../../schema/tables.ts";
import type { EpochMs } from "../../schema/time.ts";
import { type CaseCounts, type CaseRow } from "../domain/case-row.ts";
import { caseSummary } from "./view.ts";
import { randomId } from "../identity.ts";
import { sent, sentJson, sentRows, valuesOf } from "../json-rows.ts";

export type Statement = RunnableQuery<unknown, "sqlite">;

/** A case as it was read. */
export interface CaseState {
  row: CaseRow;
  counts: CaseCounts;
}

/** What is still to be done when the case says that it is: told to the owners of its findings, or muted. */
export type CaseDuty =
  | { do: "claim"; at: EpochMs; note: string | null; doer: Doer }
  | { do: "unclaim"; doer: Doer }
  | { do: "mute"; reason: MuteReason; note: string; until: EpochMs; doer: Doer };

/** A line of its timeline. `id`: of the occurrence, where it may be told again; absent: of this change. */
export interface Entry {
  id?: string;
  at: EpochMs;
  by: string | null;
  kind: TimelineKind;
  data: Record<string, unknown>;
}

export interface CaseChange {
  set: Partial<Omit<CaseRow, "tenant" | "id" | "n" | "version" | "change">>;
  entries: readonly Entry[];
  /** Who does it, for the ledger. */
  doer: Doer;
  /** What is told of it. */
  news: CaseNews;
  /** The note that it is about. */
  note?: NoteView;
  /** Of `case.regressed`: the event that it comes of. */
  evidence?: CaseRegression;
  /** The endpoint whose tracker it comes of. */
  origin?: string;
  /** What is linked after it; absent: what was. */
  counts?: CaseCounts;
  /** What must hold besides, or nothing is changed. */
  condition?: SQL;
}

/** Where a statement finds the case that this batch has changed: one row with its `id`, or none. */
export type Changed = SQL;

/** The case after the change; null: somebody has changed it since it was read, or the condition does not hold. */
export async function changeCase(
  db: DrizzleD1Database,
  before: CaseState,
  change: CaseChange,
  now: EpochMs,
  more: (changed: Changed) => Statement[] = () => [],
): Promise<CaseState | null> {
  const { tenant, id, version } = before.row;
  const token = randomId();
  const row = { ...before.row, ...change.set, version: version + 1, change: token, updatedAt: now };
  const after = { row, counts: change.counts ?? before.counts };
  const one = and(eq(cases.tenant, tenant), eq(cases.id, id));
  const changed = sql`(select ${cases.id} as id from ${cases} where ${one} and ${cases.change} = ${token})`;
  const [updated] = await db.batch([
    db
      .update(cases)
      .set({ ...change.set, version: row.version, change: token, updatedAt: now })
      .where(and(one, eq(cases.version, version), change.condition))
      .returning({ id: cases.id }),
    ...recordOf(db, after, change, changed, now),
    ...more(changed),
  ]);
  return updated.length === 0 ? null : after;
}

/** What a new case is made of; its number is found in the batch. */
export interface Draft extends Omit<CaseChange, "set"> {
  row: CaseRow;
  counts: CaseCounts;
}

/** Its id; null where the condition does not hold. Numbers have no gaps. */
export async function createCase(
  db: DrizzleD1Database,
  draft: Draft,
  condition: SQL,
  more: (changed: Changed) => Statement[],
): Promise<string | null> {
  const { row } = draft;
  const ofTenant = eq(cases.tenant, row.tenant);
  const number = sql`coalesce((select max(${cases.n}) from ${cases} where ${ofTenant}), 0) + 1`;
  const values = valuesOf(cases, { n: number, id: sql`'LULL-' || (${number})` });
  const newest = sql`(select ${cases.id} as id, ${cases.change} as token from ${cases}
    where ${ofTenant} order by ${cases.n} desc limit 1)`;
  const changed = sql`(select id from ${newest} where token = ${row.change})`;
  const [made] = await db.batch([
    db
      .insert(cases)
      .select(sql`select ${values} from ${sentRows(JSON.stringify([row]))} where ${condition}`)
      .onConflictDoNothing()
      .returning({ id: cases.id }),
    ...recordOf(db, draft, draft, changed, row.createdAt),
    ...more(changed),
  ]);
  return made[0]?.id ?? null;
}

/** Its lines in the timeline, and what is to be told. */
function recordOf(
  db: DrizzleD1Database,
  { row, counts }: CaseState,
  change: Pick<CaseChange, "entries" | "doer" | "news" | "note" | "evidence" | "origin">,
  changed: Changed,
  now: EpochMs,
): Statement[] {
  const { tenant, version } = row;
  const { entries, doer, news, note, evidence, origin } = change;
  // What is undefined does not stand in JSON.
  const doc = { case: caseSummary(row, counts, now), note, evidence, origin };
  const told = [{ tenant, version, type: news, at: now, doc }];
  return [
    addEntries(db, tenant, entries, changed, version),
    addActs(db, tenant, entries, doer, changed, version),
    addRows(db, caseOutbox, told, changed, {
      doc: sql`json_set(${sentJson("doc")}, '$.case.id', made.id)`,
    }),
  ];
}

/** `version`: of the change that they are of. */
export function addEntries(
  db: DrizzleD1Database,
  tenant: string,
  entries: readonly Entry[],
  changed: Changed,
  version: number,
): Statement {
  const prefix = `v${String(version).padStart(8, "0")}`;
  const rows = entries.map((entry, i) => ({ id: `${prefix}.${i}`, ...entry, tenant }));
  return addRows(db, caseTimeline, rows, changed, { data: sentJson("data") });
}

/** What people and Lull decide goes to the ledger; what happens to findings, their owners write down there. */
function addActs(
  db: DrizzleD1Database,
  tenant: string,
  entries: readonly Entry[],
  actor: Doer,
  changed: Changed,
  version: number,
): Statement {
  const rows = entries
    .filter(({ id }) => id === undefined)
    .map(({ at, kind, data }, i) => {
      const { note, ...after } = data;
      const reason = kind.startsWith("case.") && typeof note === "string" ? { reason: note } : {};
      const doc = { at, actor, action: kind, subject: { kind: "case", id: "" } };
      const said = "reason" in reason ? after : data;
      return { tenant, at, place: `v${version}.${i}`, doc: { ...doc, after: said, ...reason } };
    });
  const id = sql`'case:' || made.id || ':' || (${sent("place")})`;
  return addRows(db, ledgerActs, rows, changed, {
    id,
    doc: sql`json_set(${sentJson("doc")}, '$.id', ${id}, '$.subject.id', made.id)`,
  });
}

/** Adds rows of the case; those that are there already stay as they are. */
export function addRows(
  db: DrizzleD1Database,
  table: SQLiteTable,
  rows: readonly object[],
  changed: Changed,
  given: Partial<Record<string, SQL>> = {},
): Statement {
  // The column `case` is that of every table of a case.
  const values = valuesOf(table, { case: sql`made.id`, ...given });
  return db
    .insert(table)
    .select(
      sql`select ${values} from ${sentRows(JSON.stringify(rows))} cross join ${changed} as made where true`,
    )
    .onConflictDoNothing();
}

/** Who links, and when; null: Lull itself. */
export interface Linking {
  at: EpochMs;
  by: string | null;
  doer: Doer;
}

/** Puts findings into the case. */
export function linkFindings(
  db: DrizzleD1Database,
  tenant: TenantId,
  ids: readonly string[],
  { at: linkedAt, by: linkedBy }: Linking,
  changed: Changed,
): Statement[] {
  const rows = ids.map((finding) => ({ tenant, finding, linkedAt, linkedBy }));
  return [
    addRows(db, caseFindings, rows, changed),
    db
      .update(findings)
      .set({ caseId: sql`(select id from ${changed})` })
      .where(and(ofFindings(tenant, ids), sql`exists ${changed}`)),
  ];
}

export function linkSignals(
  db: DrizzleD1Database,
  tenant: TenantId,
  ids: readonly string[],
  { at: linkedAt, by: linkedBy }: Linking,
  changed: Changed,
): Statement {
  const rows = ids.map((signal) => ({ tenant, signal, linkedAt, linkedBy }));
  return addRows(db, caseSignals, rows, changed);
}

export function ofFindings(tenant: string, ids: readonly string[]): SQL | undefined {
  const asked = sql`(select value from json_each(${JSON.stringify(ids)}))`;
  return and(eq(findings.tenant, tenant), sql`${findings.id} in ${asked}`);
}

/** None of the findings is in a case that is not closed (but this one): a finding is one team's work at a time. */
export function areFree(tenant: string, ids: readonly string[], but = ""): SQL {
  return sql`not exists (select 1 from ${findings} inner join ${cases}
    on ${cases.tenant} = ${findings.tenant} and ${cases.id} = ${findings.caseId}
    where ${ofFindings(tenant, ids)} and ${cases.status} <> 'closed' and ${cases.id} <> ${but})`;
}
