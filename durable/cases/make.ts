/** Makes cases of findings: what nobody says of one comes of them. */
import type { SQL } from "drizzle-orm";
import type { DrizzleD1Database } from "drizzle-orm/d1";
import type { CasePriority } from "../../schema/case.ts";
import type { TenantId } from "../../schema/ids.ts";
import { MAX_CASE_TITLE_CHARS, MAX_CHECKLIST, MAX_CHECKLIST_CHARS } from "../../schema/limits.ts";
import { caseChecklist } from "../../schema/tables.ts";
import type { EpochMs } from "../../schema/time.ts";
import { caseSearchText, type CaseRow } from "../domain/case-row.ts";
import { priorityOf } from "../domain/case.ts";
import { displayName } from "../domain/headline.ts";
import { ruleOf } from "../domain/rules.ts";
import type { TenantConfig } from "../domain/tenant.ts";
import type { FindingDoc } from "../domain/view.ts";
import { randomId } from "../identity.ts";
import { isInScope } from "../mute-scope.ts";
import { linkEntries } from "./link.ts";
import { addRows, createCase, linkFindings, linkSignals, type Linking } from "./write.ts";

/** What is to be in it. */
export interface Content {
  rollup: string | null;
  docs: FindingDoc[];
  signals: string[];
}

/** What somebody, or an automation rule, says of it. */
export interface Wanted {
  title?: string | undefined;
  description?: string | undefined;
  priority?: CasePriority | undefined;
  assignee?: string | null | undefined;
  team?: string | null | undefined;
  dueAt?: EpochMs | null | undefined;
  labels?: readonly string[] | undefined;
  checklist?: readonly string[] | undefined;
}

type Origin = Pick<CaseRow, "tenant" | "automation" | "createdBy" | "idempotency" | "digest">;

/** Null: it has no title, and nothing that would give it one. */
export function caseRow(
  config: TenantConfig,
  wanted: Wanted,
  { rollup, docs }: Content,
  origin: Origin,
  now: EpochMs,
): CaseRow | null {
  const title = wanted.title ?? titleOf(docs);
  if (title === null) return null;
  const { description = "", assignee = null, labels = [] } = wanted;
  const priority = wanted.priority ?? priorityOf(docs.map(({ finding }) => finding.severity));
  return {
    id: "",
    n: 0,
    version: 1,
    change: randomId(),
    status: "open",
    title,
    description,
    priority,
    assignee,
    team: wanted.team === undefined ? teamOf(config, docs) : wanted.team,
    dueAt: wanted.dueAt === undefined ? now + config.sla[priority] : wanted.dueAt,
    dueSet: wanted.dueAt !== undefined,
    labels: JSON.stringify(labels),
    rollup,
    fixedAt: null,
    fixedBy: null,
    regressedAt: null,
    duty: null,
    closeReason: null,
    closedAt: null,
    closedBy: null,
    createdAt: now,
    updatedAt: now,
    sweptAt: now,
    search: caseSearchText({ title, description }),
    ...origin,
  };
}

/** "Compiler run in a container: api, and 3 more" */
export function titleOf(docs: readonly FindingDoc[]): string | null {
  const [first] = docs;
  if (first === undefined) return null;
  const { finding, resource } = first;
  const more = docs.length > 1 ? `, and ${docs.length - 1} more` : "";
  const where = resource.workload ?? displayName(resource);
  return `${finding.title}: ${where}${more}`.slice(0, MAX_CASE_TITLE_CHARS);
}

/** By the first of the ownership rules that is true of the first finding. */
export function teamOf({ ownership }: TenantConfig, [first]: readonly FindingDoc[]): string | null {
  if (first === undefined) return null;
  return ownership.find(({ when }) => isInScope(when, first))?.team ?? null;
}

/** The steps of the rule's remediation, where all findings are of one rule and nobody says other ones. */
export function stepsOf(
  config: TenantConfig,
  wanted: Wanted,
  docs: readonly FindingDoc[],
): readonly string[] {
  if (wanted.checklist !== undefined) return wanted.checklist;
  const [rule, ...others] = new Set(docs.map(({ finding }) => finding.ruleId));
  if (rule === undefined || others.length > 0) return [];
  const remediation = ruleOf(config, rule)?.remediation ?? "";
  return [...remediation.matchAll(/^(?:\d+\.|[-*]) +(.+)$/gm)]
    .map(([, text = ""]) => text.trim().slice(0, MAX_CHECKLIST_CHARS))
    .slice(0, MAX_CHECKLIST);
}

/** Its id; null where the condition does not hold. */
export function makeCase(
  db: DrizzleD1Database,
  tenant: TenantId,
  config: TenantConfig,
  row: CaseRow,
  wanted: Wanted,
  { docs, signals }: Content,
  linking: Linking,
  condition: SQL,
): Promise<string | null> {
  const ids = docs.map(({ finding }) => finding.id);
  const open = docs.filter(({ finding }) => finding.status === "open").length;
  const { title, priority, rollup, automation } = row;
  const { at, by, doer } = linking;
  const data = { title, priority, rollup, ...(automation === null ? {} : { automation }) };
  const linked = signals.map((signal) => ({
    kind: "signal.linked" as const,
    at,
    by,
    data: { signal },
  }));
  const draft = {
    row,
    counts: { findings: ids.length, open, signals: signals.length },
    entries: [
      { kind: "case.created" as const, at, by, data },
      ...linkEntries(docs, linking),
      ...linked,
    ],
    doer,
    news: "case.created" as const,
  };
  const checklist = stepsOf(config, wanted, docs).map((text, position) => ({
    tenant,
    id: randomId(),
    position,
    text,
    doneAt: null,
    doneBy: null,
  }));
  return createCase(db, draft, condition, (changed) => [
    ...linkFindings(db, tenant, ids, linking, changed),
    linkSignals(db, tenant, signals, linking, changed),
    addRows(db, caseChecklist, checklist, changed),
  ]);
}
