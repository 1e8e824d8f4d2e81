/** One case with all that belongs to it, as the API shows it. */
import { drizzle } from "drizzle-orm/d1";
import type {
  CaseCounts,
  CaseDetail,
  CaseSort,
  CasesQuery,
  CaseSummary,
  NoteView,
  StepView,
} from "../../schema/case.ts";
import type { Page } from "../../schema/api.ts";
import type { TenantId } from "../../schema/ids.ts";
import type { Role } from "../../schema/member.ts";
import {
  selectCaseCounts,
  selectCases,
  selectChecklist,
  selectFindingsOfCase,
  selectNotes,
  selectSignalsOfCase,
} from "../../schema/queries-cases.ts";
import { selectTickets } from "../../schema/queries-trackers.ts";
import type { caseChecklist, caseNotes } from "../../schema/tables.ts";
import { formatInstant, type EpochMs } from "../../schema/time.ts";
import { actionsFor } from "../../durable/domain/case.ts";
import type { CaseRow } from "../../durable/domain/case-row.ts";
import { caseSummary, instantOrNull } from "../../durable/cases/view.ts";
import { findingSummary, signalView } from "../../durable/domain/view.ts";
import { caseStateOf, loadCase } from "../../durable/cases/read.ts";
import { findingDocOf } from "../../durable/finding-doc.ts";
import { cursorOf, page, signalDocOf } from "../api/reads.ts";
import type { Env } from "../env.ts";
import { proofOf } from "../../durable/cases/proven.ts";
import { ticketView } from "./tickets.ts";

export async function listCases(
  env: Env,
  tenant: TenantId,
  query: CasesQuery,
  now: EpochMs,
): Promise<Page<CaseSummary>> {
  const rows = await selectCases(drizzle(env.DB), tenant, query, cursorOf(query.cursor), now);
  return page(
    rows.map(caseStateOf),
    query.limit,
    ({ row, counts }) => caseSummary(row, counts, now),
    ({ row }) => [row.n, String(sortedBy(query.sort, row))],
  );
}

function sortedBy(sort: CaseSort, { n, updatedAt, priority, dueAt }: CaseRow): number | string {
  // Only those that are due are listed by it.
  return { created: n, updated: updatedAt, priority, due: dueAt ?? 0 }[sort];
}

/** Under the list's filters, whatever status it asks for. `member`: whose `own` are. */
export async function countCases(
  env: Env,
  tenant: TenantId,
  query: CasesQuery,
  member: string,
  now: EpochMs,
): Promise<CaseCounts> {
  const rows = await selectCaseCounts(drizzle(env.DB), tenant, query, member, now);
  const counts: CaseCounts = { open: 0, in_progress: 0, fixed: 0, overdue: 0, own: 0 };
  for (const { status, n, overdue, own } of rows) {
    // Only these are counted.
    counts[status as "open" | "in_progress" | "fixed"] = n;
    counts.overdue += overdue;
    counts.own += own;
  }
  return counts;
}

/** Null if there is none. `role`: of who asks, for what they may do. */
export async function readCase(
  env: Env,
  tenant: TenantId,
  id: string,
  role: Role,
  now: EpochMs,
): Promise<CaseDetail | null> {
  const db = drizzle(env.DB);
  const [state, linked, linkedSignals, notes, checklist, tickets] = await Promise.all([
    loadCase(db, tenant, id),
    selectFindingsOfCase(db, tenant, id),
    selectSignalsOfCase(db, tenant, id),
    selectNotes(db, tenant, id),
    selectChecklist(db, tenant, id),
    selectTickets(db, tenant, id),
  ]);
  if (state === null) return null;
  const { row, counts } = state;
  return {
    ...caseSummary(row, counts, now),
    description: row.description,
    actions: actionsFor(row, role).flatMap(({ action, allowed }) => (allowed ? [action] : [])),
    proof: await proofOf(env.DB, tenant, row, linked, now),
    checklist: checklist.map(stepView),
    notes: notes.map(noteView),
    linkedFindings: linked.map((it) => findingSummary(findingDocOf(it.doc), it, now)),
    linkedSignals: linkedSignals.map(({ doc }) => signalView(signalDocOf(doc), now)),
    tickets: tickets.map(ticketView),
  };
}

export function noteView(row: typeof caseNotes.$inferSelect): NoteView {
  const { id, body, author } = row;
  return {
    id,
    body,
    author,
    createdAt: formatInstant(row.createdAt),
    editedAt: instantOrNull(row.editedAt),
  };
}

export function stepView(row: typeof caseChecklist.$inferSelect): StepView {
  const { id, text, doneAt, doneBy } = row;
  return { id, text, done: doneAt !== null, doneBy, doneAt: instantOrNull(doneAt) };
}
