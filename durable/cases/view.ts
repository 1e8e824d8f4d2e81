/** A case as the API shows it, from its row in D1. */
import type { CaseSummary, TimelineEntry, TimelineKind } from "../../schema/case.ts";
import { parseRollupKey, rollupId } from "../../schema/rollup-id.ts";
import type { caseTimeline } from "../../schema/tables.ts";
import { formatInstant, type EpochMs } from "../../schema/time.ts";
import type { CaseCounts, CaseRow } from "../domain/case-row.ts";

export function caseSummary(row: CaseRow, counts: CaseCounts, now: EpochMs): CaseSummary {
  const { fixedAt, fixedBy, dueAt, status } = row;
  const rollup = row.rollup === null ? null : parseRollupKey(row.rollup);
  return {
    id: row.id,
    version: row.version,
    status,
    title: row.title,
    priority: row.priority,
    assignee: row.assignee,
    team: row.team,
    dueAt: instantOrNull(dueAt),
    overdue: status !== "closed" && dueAt !== null && dueAt < now,
    // Written from this type.
    labels: JSON.parse(row.labels) as string[],
    rollup: rollup === null ? null : rollupId(rollup),
    automation: row.automation,
    fixed: fixedAt === null ? null : { at: formatInstant(fixedAt), by: fixedBy },
    regressedAt: instantOrNull(row.regressedAt),
    closeReason: row.closeReason,
    closedAt: instantOrNull(row.closedAt),
    closedBy: row.closedBy,
    findings: { total: counts.findings, open: counts.open },
    signals: counts.signals,
    createdAt: formatInstant(row.createdAt),
    createdBy: row.createdBy,
    updatedAt: formatInstant(row.updatedAt),
  };
}

export function timelineEntry(row: typeof caseTimeline.$inferSelect): TimelineEntry {
  return {
    id: row.id,
    at: formatInstant(row.at),
    by: row.by,
    // Both were written from these types.
    kind: row.kind as TimelineKind,
    data: JSON.parse(row.data) as Record<string, unknown>,
  };
}

export function instantOrNull(at: EpochMs | null): string | null {
  return at === null ? null : formatInstant(at);
}
