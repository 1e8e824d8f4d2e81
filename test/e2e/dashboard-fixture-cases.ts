/** Cases for the dashboard's fixture; what is done stays in memory, and is kept from being lost as the API does it. */
import type { CaseData, Result } from "../../dashboard/data.ts";
import { actionsFor, actionTo, refusalOf } from "../../durable/domain/case.ts";
import {
  CASE_PRIORITIES,
  CASE_STATUSES,
  type CaseDetail,
  type CaseDraft,
  type CaseStatus,
  type TimelineEntry,
} from "../../schema/case.ts";
import type { AutomationView, OwnershipRule } from "../../schema/case-rules.ts";
import { compileScope } from "../../durable/mute-scope.ts";
import { badExpression } from "../../workers/api/rule-input.ts";
import type { FindingDetail } from "../../schema/finding.ts";
import type { Role } from "../../schema/member.ts";
import type { FixtureSize } from "./dashboard-fixture.ts";
import { endpointOf } from "./dashboard-fixture-endpoints.ts";
import { HOSTILE } from "./dashboard-fixture-hostile.ts";

const DAY = 86_400_000;
const iso = (at: number): string => new Date(at).toISOString();

function caseOf(
  i: number,
  size: FixtureSize,
  all: readonly FindingDetail[],
  now: number,
): CaseDetail {
  const text = size === "hostile" ? (Object.values(HOSTILE)[i % 4] ?? "") : "";
  const status = CASE_STATUSES[i % 4] ?? "open";
  const linked = all.slice(i * 2, i * 2 + 2);
  const closed = status === "closed";
  const fixed = status === "fixed" || closed ? { at: iso(now - DAY), by: "Ada Okafor" } : null;
  return {
    id: `LULL-${i + 1}`,
    version: 3,
    status,
    title: text === "" ? `Compiler run in a container: api-${i}` : text.slice(0, 200),
    priority: CASE_PRIORITIES[i % 5] ?? "P3",
    assignee: i % 3 === 0 ? null : "u1",
    team: text === "" ? "platform" : text.slice(0, 100),
    dueAt: i % 5 === 4 ? null : iso(now + (i - 2) * DAY),
    overdue: !closed && i < 2,
    labels: text === "" ? ["image"] : [text.slice(0, 64)],
    rollup: null,
    automation: null,
    fixed,
    regressedAt: i % 4 === 1 ? iso(now - DAY) : null,
    closeReason: closed ? "verified" : null,
    closedAt: closed ? iso(now - 3_600_000) : null,
    closedBy: null,
    findings: { total: linked.length, open: linked.filter((f) => f.status === "open").length },
    signals: 0,
    createdAt: iso(now - 3 * DAY),
    createdBy: text === "" ? "Ada Okafor" : text.slice(0, 100),
    updatedAt: iso(now - i * 60_000),
    description: text === "" ? "**Look** at the image." : text,
    actions: [],
    proof: {
      state: closed ? "verified" : fixed === null ? "not_claimed" : "watching",
      findings: linked.map((f) => ({
        finding: f.id,
        state: closed ? "quiet" : "watching",
        resolution: null,
        certificate: closed ? `/api/v1/findings/${f.id}/episodes/1/certificate` : null,
      })),
    },
    checklist: [
      {
        id: "s1",
        text: text === "" ? "Use a `slim` image" : text.slice(0, 400),
        done: false,
        doneBy: null,
        doneAt: null,
      },
    ],
    notes: [
      {
        id: "n1",
        body: text === "" ? "Looked at it." : text,
        author: "Ada Okafor",
        createdAt: iso(now - DAY),
        editedAt: null,
      },
    ],
    linkedFindings: [...linked],
    linkedSignals: [],
    tickets: [
      {
        endpoint: "e1",
        format: "jira",
        key: text === "" ? `SEC-${i + 1}` : text.slice(0, 60),
        url: text === "" ? `https://acme.atlassian.net/browse/SEC-${i + 1}` : text,
        state: closed || fixed !== null ? "done" : "open",
        createdAt: iso(now - 2 * DAY),
        updatedAt: iso(now - DAY),
      },
    ],
  };
}

function timelineOf(of: CaseDetail): TimelineEntry[] {
  return [
    { id: "1", at: of.createdAt, by: of.createdBy, kind: "case.created", data: {} },
    ...of.linkedFindings.map((f, i) => ({
      id: `2${i}`,
      at: of.createdAt,
      by: of.createdBy,
      kind: "finding.linked" as const,
      data: { finding: f.id, headline: f.headline },
    })),
    ...of.notes.map((note) => ({
      id: note.id,
      at: note.createdAt,
      by: note.author,
      kind: "note.added" as const,
      data: { note: note.id, body: note.body },
    })),
  ];
}

const conflicting: Result<never> = {
  ok: false,
  problem: { code: "version_conflict", detail: "Somebody has changed the list since." },
};

const missing: Result<never> = {
  ok: false,
  problem: { code: "not_found", detail: "There is no such case." },
};

export function caseFixture(
  size: FixtureSize,
  all: readonly FindingDetail[],
  now: number,
  role: Role,
): CaseData {
  const n = { none: 0, little: 4, lot: 60, hostile: 4 }[size];
  const cases = Array.from({ length: n }, (_, i) => caseOf(i, size, all, now));
  const hostileText = size === "hostile" ? HOSTILE.markup : "shop";
  const automation: AutomationView = {
    id: "compilers",
    when: `resource.namespace == ${JSON.stringify(hostileText)}`,
    enabled: true,
    priority: "P2",
    assignee: "u1",
    team: hostileText,
    labels: [hostileText],
    dailyCap: 1,
    today: { created: 1, capped: true },
  };
  let automations =
    size === "none" ? [] : [automation, { ...automation, id: "rest", enabled: false }];
  let ownership: OwnershipRule[] =
    size === "none" ? [] : [{ when: automation.when, team: hostileText }];
  const description = size === "hostile" ? HOSTILE.markup : "Jira of the shop";
  const tracker = endpointOf(now, { id: "j1", format: "jira", description, credential: "set" });
  const trackers = size === "none" ? [] : [tracker];
  const extra = new Map<string, TimelineEntry[]>();
  const found = (id: string) => cases.find((it) => it.id === id);
  const change = (id: string, act: (of: CaseDetail) => Partial<CaseDetail>): Result<unknown> => {
    const of = found(id);
    if (of === undefined) return missing;
    Object.assign(of, act(of), { version: of.version + 1 });
    return { ok: true, value: null };
  };
  const inStatus = (status: CaseStatus) => cases.filter((it) => it.status === status).length;
  const draftOf = (ids: readonly string[]): CaseDraft => {
    const findings = all.filter((f) => ids.includes(f.id));
    const title = findings[0] === undefined ? "" : `${findings[0].title}: api`;
    return {
      title,
      priority: "P3",
      team: "shop",
      checklist: ["Rebuild"],
      findings,
      signals: [],
      taken: [],
    };
  };
  return {
    cases: async (query) => ({
      items: cases
        .filter(
          (it) =>
            (query.status.length === 0 || query.status.includes(it.status)) &&
            (query.assignee === undefined || query.assignee === (it.assignee ?? "none")) &&
            it.title.includes(query.q ?? ""),
        )
        .slice(0, query.limit),
      nextCursor: null,
    }),
    caseCounts: async () => ({
      open: inStatus("open"),
      in_progress: inStatus("in_progress"),
      fixed: inStatus("fixed"),
      overdue: cases.filter((it) => it.overdue).length,
      own: cases.filter((it) => it.assignee === "u1" && it.status !== "closed").length,
    }),
    caseActions: (status) => actionsFor({ status }, role),
    caseTeams: async () => ["platform", "shop"],
    case: async (id) => {
      const of = found(id);
      return of === undefined ? null : structuredClone(of);
    },
    patchCase: async (id, patch, version) => {
      const of = found(id);
      if (of === undefined) return missing;
      if (of.version !== version)
        return { ok: false, problem: { code: "version_conflict", detail: "Somebody was faster." } };
      const { status, closeReason, note: _, until: __, dueAt, ...fields } = patch;
      const action = status === undefined ? null : actionTo(of.status, status);
      const why = action === null ? null : refusalOf(of.status, action, role);
      if (why !== null) return { ok: false, problem: { code: "action_not_allowed", detail: why } };
      const data = Object.fromEntries(
        Object.entries(fields).map(([field, after]) => [
          field,
          { before: of[field as "title"], after },
        ]),
      );
      const entry = {
        id: `e${of.version}`,
        at: iso(now),
        by: "Ben",
        kind: "case.edited" as const,
        data,
      };
      extra.set(id, [...(extra.get(id) ?? []), entry]);
      const due = dueAt === undefined ? of.dueAt : dueAt === null ? null : iso(dueAt);
      const closing =
        status === "closed" ? { closedAt: iso(now), closeReason: closeReason ?? null } : {};
      return change(id, () => ({
        ...(fields as Partial<CaseDetail>),
        ...closing,
        dueAt: due,
        status: status ?? of.status,
      }));
    },
    caseTimeline: async (id) => {
      const of = found(id);
      const items = of === undefined ? [] : [...timelineOf(of), ...(extra.get(id) ?? [])];
      return { items: items.toReversed(), nextCursor: null };
    },
    caseRecord: async (id) => {
      const of = found(id);
      if (of === undefined) return null;
      const timeline = timelineOf(of);
      return {
        exportedAt: iso(now),
        case: of,
        timeline,
        episodes: [],
        certificates: [],
        ledger: [],
      };
    },
    draftCase: async ({ findings = [] }) =>
      all.some((f) => findings.includes(f.id)) || findings.length === 0
        ? { ok: true, value: draftOf(findings) }
        : {
            ok: false,
            problem: { code: "not_found", detail: "findings: there is no such finding" },
          },
    automations: async () => ({ items: [...automations], tag: JSON.stringify(automations) }),
    setAutomations: async (items, tag) => {
      if (tag !== JSON.stringify(automations)) return conflicting;
      automations = items.map((it) => ({
        ...it,
        today: { created: 1, capped: it.dailyCap === 1 },
      }));
      return { ok: true, value: null };
    },
    previewAutomation: async (when) => {
      const bad = badExpression(when, "when", compileScope);
      if (bad !== null) return { ok: false, problem: bad };
      const examples = all.slice(0, 3).map((f) => ({ finding: f.id, title: f.title }));
      return {
        ok: true,
        value: { findings: all.length, cases: 2, tested: 9, cut: false, examples },
      };
    },
    ownership: async () => ({ items: [...ownership], tag: JSON.stringify(ownership) }),
    setOwnership: async (items, tag) => {
      if (tag !== JSON.stringify(ownership)) return conflicting;
      ownership = items;
      return { ok: true, value: null };
    },
    createCase: async (input) => {
      const made = { ...caseOf(0, "little", [], now), id: `LULL-${cases.length + 1}` };
      const linked = all.filter((f) => input.findings?.includes(f.id));
      cases.push({ ...made, title: input.title ?? linked[0]?.title ?? "", linkedFindings: linked });
      return { ok: true, value: made.id };
    },
    linkToCase: async (id) => change(id, () => ({})),
    unlinkFromCase: async (id, what) =>
      change(id, (of) => ({
        linkedFindings: of.linkedFindings.filter(
          (f) => !("finding" in what) || f.id !== what.finding,
        ),
      })),
    addNote: async (id, body) =>
      change(id, (of) => ({
        notes: [
          ...of.notes,
          {
            id: `n${of.notes.length + 1}`,
            body,
            author: "Ada Okafor",
            createdAt: iso(now),
            editedAt: null,
          },
        ],
      })),
    editNote: async (id, note, body) =>
      change(id, (of) => ({
        notes: of.notes.map((it) => (it.id === note ? { ...it, body } : it)),
      })),
    addStep: async (id, text) =>
      change(id, (of) => ({
        checklist: [
          ...of.checklist,
          { id: `s${of.checklist.length + 1}`, text, done: false, doneBy: null, doneAt: null },
        ],
      })),
    changeStep: async (id, step, { done = false }) =>
      change(id, (of) => ({
        checklist: of.checklist.map((it) => (it.id === step ? { ...it, done } : it)),
      })),
    removeStep: async (id, step) =>
      change(id, (of) => ({ checklist: of.checklist.filter((it) => it.id !== step) })),
    trackers: async () => trackers,
    makeTicket: async (id, endpoint) =>
      trackers.some((one) => one.id === endpoint) ? change(id, () => ({})) : missing,
  };
}
