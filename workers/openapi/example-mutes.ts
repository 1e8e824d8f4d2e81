/** Mutes for the examples, written by hand. They play at EXAMPLES_AT. */
import type { MuteDetail, MutePreview, MuteView } from "../../schema/mutes-api.ts";
import { FINDING_ID, SUMMARY } from "./examples.ts";

export const FINDING_MUTE_INPUT = {
  reason: "pending_fix",
  note: "The image without a compiler is built; it is rolled out on Monday.",
  until: "2026-12-01T00:00:00Z",
};

export const FINDING_MUTE: MuteView = {
  id: "9c41d07ae2b85f36c0d1",
  kind: "finding",
  finding: { id: FINDING_ID, headline: SUMMARY.headline },
  scope: null,
  reason: "pending_fix",
  note: FINDING_MUTE_INPUT.note,
  author: "ana",
  createdAt: "2026-11-24T09:40:00.000Z",
  until: "2026-12-01T00:00:00.000Z",
  state: "in_force",
  endsSoon: false,
  announcedAt: null,
  endedAt: null,
  endedBy: null,
  end: null,
  applied: true,
  meanwhile: {
    findings: 1,
    open: 1,
    events: 3,
    episodesOpened: 0,
    episodesResolved: 0,
    newestEventAt: "2026-11-24T09:59:58.120Z",
  },
};

export const FINDING_MUTE_ENDED: MuteView = {
  ...FINDING_MUTE,
  state: "ended",
  endedAt: "2026-11-24T10:00:00.000Z",
  endedBy: "ana",
  end: "ended",
};

export const SCOPE_MUTE_INPUT = {
  scope: 'resource.namespace == "builders" && finding.severity in ["low", "medium"]',
  reason: "risk_accepted",
  note: "Builders compile, and are rebuilt each night.",
  until: "2027-03-01T00:00:00Z",
};

export const SCOPE_MUTE: MuteView = {
  ...FINDING_MUTE,
  id: "2b7f90c4d1e8a36f5b0d",
  kind: "scope",
  finding: null,
  scope: SCOPE_MUTE_INPUT.scope,
  reason: "risk_accepted",
  note: SCOPE_MUTE_INPUT.note,
  until: "2027-03-01T00:00:00.000Z",
  meanwhile: {
    findings: 41,
    open: 38,
    events: 1204,
    episodesOpened: 12,
    episodesResolved: 15,
    newestEventAt: "2026-11-24T09:59:58.120Z",
  },
};

export const SCOPE_MUTE_DETAIL: MuteDetail = {
  ...SCOPE_MUTE,
  findings: [{ ...SUMMARY, muted: true }],
};

export const SCOPE_MUTE_ENDED: MuteView = {
  ...SCOPE_MUTE,
  state: "ended",
  endedAt: "2026-11-24T10:00:00.000Z",
  endedBy: "ana",
  end: "ended",
};

export const MUTE_PREVIEW: MutePreview = {
  findings: 41,
  workloads: 12,
  hosts: 9,
  bySeverity: { critical: 0, high: 0, medium: 30, low: 11, info: 0 },
  tested: 230,
  cut: false,
  everything: false,
  examples: [{ id: FINDING_ID, headline: SUMMARY.headline, resource: "api" }],
};
