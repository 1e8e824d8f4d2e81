/** Cases for the examples, written by hand. They play at EXAMPLES_AT. */
import type { CaseDetail, CaseRecord, CaseSummary, TimelineEntry } from "../../schema/case.ts";
import { FINDING_ID, SUMMARY } from "./examples.ts";

export const CASE_ID = "LULL-42";
export const NOTE_ID = "4b8e07c2d9a15f36e0b7";
export const STEP_ID = "71c0d5e9a2f84b36d8e1";

export const CASE_INPUT = {
  title: "Take the compiler out of api's image",
  description: "It came with the new base image.",
  priority: "P3",
  labels: ["image"],
};

export const CASE_OF_FINDINGS = { findings: [FINDING_ID], priority: "P2", team: "shop" };

export const CASE: CaseSummary = {
  id: CASE_ID,
  version: 3,
  status: "in_progress",
  title: CASE_INPUT.title,
  priority: "P3",
  assignee: "first",
  team: "shop",
  dueAt: "2026-12-07T21:20:00.000Z",
  overdue: false,
  labels: ["image"],
  rollup: null,
  automation: null,
  fixed: null,
  regressedAt: null,
  closeReason: null,
  closedAt: null,
  closedBy: null,
  findings: { total: 1, open: 1 },
  signals: 0,
  createdAt: "2026-11-23T21:20:00.000Z",
  createdBy: "ana",
  updatedAt: "2026-11-24T09:40:00.000Z",
};

export const NOTE: CaseDetail["notes"][number] = {
  id: NOTE_ID,
  body: "The base image is `python:3.13`; `-slim` has no compiler.",
  author: "ana",
  createdAt: "2026-11-24T09:40:00.000Z",
  editedAt: null,
};

export const STEP: CaseDetail["checklist"][number] = {
  id: STEP_ID,
  text: "Use a final base image without a toolchain (`-slim`, distroless).",
  done: false,
  doneBy: null,
  doneAt: null,
};

/** An endpoint that is a tracker. */
export const TRACKER_ID = "9a3f0be2c47d5618f0a1";

const TICKET: CaseDetail["tickets"][number] = {
  endpoint: TRACKER_ID,
  format: "jira",
  key: "SEC-12",
  url: "https://acme.atlassian.net/browse/SEC-12",
  state: "in_progress",
  createdAt: "2026-11-23T21:20:02.000Z",
  updatedAt: "2026-11-23T21:25:01.000Z",
};

export const CASE_DETAIL: CaseDetail = {
  ...CASE,
  description: CASE_INPUT.description,
  actions: ["stop", "mark_fixed", "close", "assign", "edit", "link", "unlink", "note", "check"],
  proof: {
    state: "not_claimed",
    findings: [{ finding: FINDING_ID, state: "watching", resolution: null, certificate: null }],
  },
  checklist: [STEP],
  notes: [NOTE],
  linkedFindings: [{ ...SUMMARY, caseId: CASE_ID }],
  linkedSignals: [],
  tickets: [TICKET],
};

export const TIMELINE: TimelineEntry[] = [
  {
    id: `f:${FINDING_ID}:e2:finding.reopened`,
    at: "2026-11-22T21:14:03.000Z",
    by: null,
    kind: "finding.reopened",
    data: {
      finding: FINDING_ID,
      rule: SUMMARY.rule,
      severity: "medium",
      headline: SUMMARY.headline,
      episode: 2,
    },
  },
  {
    id: "v00000002.0",
    at: "2026-11-23T21:25:00.000Z",
    by: "ana",
    kind: "case.started",
    data: { before: "open", after: "in_progress" },
  },
];

export const CASE_RECORD: CaseRecord = {
  exportedAt: "2026-11-24T10:00:00.000Z",
  case: CASE_DETAIL,
  timeline: TIMELINE,
  episodes: [],
  certificates: [],
  ledger: [],
};
