/** What a request to change a case comes to. Pure. Contract: what is repeated changes nothing. */
import type {
  CaseAction,
  CasePatch,
  CaseNews,
  CasePriority,
  TimelineKind,
} from "../../schema/case.ts";
import type { Role } from "../../schema/member.ts";
import { formatInstant, type DurationMs, type EpochMs } from "../../schema/time.ts";
import { actionTo, MUTING_REASONS, refusalOf } from "./case.ts";
import { caseSearchText, type CaseRow } from "./case-row.ts";

/** Who asks, and when. */
export interface Asking {
  by: string;
  role: Role;
  now: EpochMs;
  /** How long after it was made a case is due. */
  sla: Readonly<Record<CasePriority, DurationMs>>;
}

export interface PatchEntry {
  kind: TimelineKind;
  data: Record<string, unknown>;
}

export type PatchPlan =
  | {
      ok: true;
      /** What has led to another status; null where it stays. */
      action: CaseAction | null;
      set: Partial<CaseRow>;
      /** Empty: nothing is different. */
      entries: PatchEntry[];
      news: CaseNews;
    }
  | { ok: false; code: "invalid_request" | "action_not_allowed"; detail: string; field?: string };

export function planPatch(row: CaseRow, patch: CasePatch, asking: Asking): PatchPlan {
  const moved = planStatus(row, patch, asking);
  if (!moved.ok) return moved;
  const edited = planFields(row, patch, asking);
  for (const { needs } of edited) {
    const why = refusalOf(row.status, needs, asking.role);
    // One that is reopened by the same request is not closed any more.
    if (why !== null && moved.action !== "reopen") return notAllowed(why);
  }
  const set = Object.assign({}, moved.set, ...edited.map((it) => it.set)) as Partial<CaseRow>;
  if (set.title !== undefined || set.description !== undefined)
    set.search = caseSearchText({ ...row, ...set });
  return { ...moved, set, entries: [...moved.entries, ...edited.map(({ entry }) => entry)] };
}

const KINDS: Partial<Record<CaseAction, TimelineKind>> = {
  start: "case.started",
  stop: "case.stopped",
  mark_fixed: "case.fixed",
  take_back: "case.fix_taken_back",
  close: "case.closed",
  reopen: "case.reopened",
};

const NEWS: Partial<Record<CaseAction, CaseNews>> = {
  mark_fixed: "case.fixed",
  close: "case.closed",
  reopen: "case.reopened",
};

function planStatus(row: CaseRow, patch: CasePatch, { by, role, now }: Asking): PatchPlan {
  const { status, closeReason, until, note } = patch;
  const stays = status === undefined || status === row.status;
  const action = stays ? null : actionTo(row.status, status);
  const bad = badClosing(row, patch, action);
  if (bad !== null) return bad;
  if (stays) return { ok: true, action, set: {}, entries: [], news: "case.updated" };
  if (action === null)
    return notAllowed(`Nothing leads from ${row.status} to ${status}; see \`actions\`.`);
  const why = refusalOf(row.status, action, role);
  if (why !== null) return notAllowed(why);
  const data: Record<string, unknown> = { before: row.status, after: status };
  if (closeReason !== undefined) data["reason"] = closeReason;
  if (until !== undefined) data["until"] = formatInstant(until);
  if (note !== undefined) data["note"] = note;
  const set = { status, ...becomes(action, patch, by, now) };
  const kind = KINDS[action] ?? "case.edited";
  return { ok: true, action, set, entries: [{ kind, data }], news: NEWS[action] ?? "case.updated" };
}

/** What a status brings with it. */
function becomes(
  action: CaseAction,
  { closeReason }: CasePatch,
  by: string,
  now: EpochMs,
): Partial<CaseRow> {
  const unclaimed = { fixedAt: null, fixedBy: null };
  if (action === "mark_fixed") return { fixedAt: now, fixedBy: by };
  if (action === "take_back") return unclaimed;
  if (action === "reopen")
    return { ...unclaimed, closeReason: null, closedAt: null, closedBy: null };
  if (action !== "close") return {};
  // Said to be fixed, it still is: an event disproves that.
  const claim = closeReason === "unproven" ? {} : unclaimed;
  return { ...claim, closeReason: closeReason ?? null, closedAt: now, closedBy: by };
}

function badClosing(
  row: CaseRow,
  { closeReason, until }: CasePatch,
  action: CaseAction | null,
): PatchPlan | null {
  if (closeReason === undefined)
    return action === "close" ? invalid("closeReason", "say why it is closed") : null;
  if (action !== "close") return invalid("closeReason", "only with `status: closed`");
  if (closeReason === "unproven" && row.status !== "fixed")
    return invalid("closeReason", "`unproven` is of a case that is said to be fixed");
  const mutes = MUTING_REASONS.has(closeReason);
  if (mutes && until === undefined)
    return invalid("until", `needed with ${closeReason}: until when its findings are muted`);
  if (!mutes && until !== undefined) return invalid("until", `not with ${closeReason}`);
  return null;
}

interface Edited {
  needs: CaseAction;
  set: Partial<CaseRow>;
  entry: PatchEntry;
}

const ASSIGNED = ["assignee", "team"] as const;
const EDITED = ["title", "description", "priority", "dueAt"] as const;

function planFields(row: CaseRow, patch: CasePatch, { sla }: Asking): Edited[] {
  const assigned = differences(row, patch, ASSIGNED);
  const wanted = { ...patch, ...dueOf(row, patch, sla) };
  const edited = differences(row, wanted, EDITED);
  if (patch.dueAt !== undefined && "dueAt" in edited.data) edited.set.dueSet = true;
  const { labels } = patch;
  if (labels !== undefined && JSON.stringify(labels) !== row.labels) {
    edited.set.labels = JSON.stringify(labels);
    edited.data["labels"] = { before: JSON.parse(row.labels) as unknown, after: labels };
  }
  return [
    { needs: "assign" as const, kind: "case.assigned" as const, ...assigned },
    { needs: "edit" as const, kind: "case.edited" as const, ...edited },
  ].flatMap(({ needs, kind, set, data }) =>
    Object.keys(data).length === 0 ? [] : [{ needs, set, entry: { kind, data } }],
  );
}

/** A due date that nobody has set moves with the priority. */
function dueOf(
  { priority: before, createdAt, dueSet }: CaseRow,
  { priority, dueAt }: CasePatch,
  sla: Asking["sla"],
): Pick<CasePatch, "dueAt"> {
  if (priority === undefined || priority === before || dueAt !== undefined || dueSet) return {};
  return { dueAt: createdAt + sla[priority] };
}

function differences(
  row: CaseRow,
  patch: CasePatch,
  fields: readonly ((typeof ASSIGNED)[number] | (typeof EDITED)[number])[],
): { set: Partial<CaseRow>; data: Record<string, unknown> } {
  const set: Partial<CaseRow> = {};
  const data: Record<string, unknown> = {};
  for (const field of fields) {
    const after: string | number | null | undefined = patch[field];
    const before: string | number | null = row[field];
    if (after === undefined || after === before) continue;
    Object.assign(set, { [field]: after });
    data[field] = { before: inWords(before), after: inWords(after) };
  }
  return { set, data };
}

/** Of these fields, only instants are numbers. */
function inWords(value: string | number | null): string | null {
  return typeof value === "number" ? formatInstant(value) : value;
}

function notAllowed(detail: string): PatchPlan {
  return { ok: false, code: "action_not_allowed", detail };
}

function invalid(field: string, what: string): PatchPlan {
  return { ok: false, code: "invalid_request", detail: `${field}: ${what}`, field };
}
