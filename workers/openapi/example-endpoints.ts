/** Endpoints and deliveries for the examples, written by hand. They play at EXAMPLES_AT. */
import {
  PAYLOAD_VERSION,
  type DeliveryDetail,
  type DeliveryView,
  type EndpointCreated,
  type EndpointDetail,
  type EndpointView,
  type WebhookBody,
} from "../../schema/webhooks.ts";
import { CASE, CASE_DETAIL, NOTE } from "./example-cases.ts";
import { FINDING_MUTE } from "./example-mutes.ts";
import { FINDING_ID, SIGNAL, SUMMARY } from "./examples.ts";

export const ENDPOINT_INPUT = {
  url: "https://hooks.example.com/lull",
  events: ["finding.*"],
  format: "standard",
};

export const ENDPOINT_SCOPED_INPUT = {
  url: "https://siem.example.com/ingest",
  events: ["finding.opened", "finding.resolved", "signal.raised"],
  format: "ocsf",
  filter: { severity: "high", namespace: ["shop", "billing"] },
  description: "SIEM of the shop",
};

export const TRACKER_INPUT = {
  url: "https://acme.atlassian.net",
  format: "jira",
  settings: { project: "SEC", email: "lull@acme.com" },
  credential: "an-API-token-of-that-account",
};

export const ENDPOINT: EndpointView = {
  id: "5e0c81b7d9f2a4636b1e",
  url: ENDPOINT_INPUT.url,
  description: null,
  events: ENDPOINT_INPUT.events,
  filter: {},
  format: "standard",
  settings: {},
  credential: null,
  status: "enabled",
  disabledReason: null,
  createdBy: "ana",
  createdAt: "2026-11-24T09:30:00.000Z",
  updatedBy: "ana",
  updatedAt: "2026-11-24T09:30:00.000Z",
};

const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=";

export const ENDPOINT_CREATED: EndpointCreated = { ...ENDPOINT, secret: SECRET };

export const ENDPOINT_ROTATED = {
  id: ENDPOINT.id,
  secret: SECRET,
  previousUntil: "2026-11-25T10:00:00.000Z",
};

export const ENDPOINT_DETAIL: EndpointDetail = {
  ...ENDPOINT,
  health: {
    pending: 1,
    dead: 0,
    delivered: 41,
    failuresInARow: 1,
    failingSince: "2026-11-24T09:59:58.900Z",
    pausedUntil: null,
    lastAttemptAt: "2026-11-24T09:59:58.900Z",
    lastDeliveredAt: "2026-11-24T09:41:10.020Z",
    secrets: 1,
  },
};

export const DELIVERY: DeliveryView = {
  id: "msg_8a1f0c37e5d24b69a0f3c2d1e4b5968f",
  event: `fnd:${FINDING_ID}:1:finding.opened`,
  type: "finding.opened",
  key: FINDING_ID,
  status: "pending",
  deadReason: null,
  occurredAt: "2026-11-24T09:59:58.300Z",
  createdAt: "2026-11-24T09:59:58.410Z",
  attempts: 1,
  nextAttemptAt: "2026-11-24T10:00:04.110Z",
  lastAttemptAt: "2026-11-24T09:59:58.430Z",
  lastOutcome: "status",
  lastStatus: 503,
  finishedAt: null,
  about: { kind: "finding", id: FINDING_ID, name: SUMMARY.headline },
};

export const DELIVERY_AGAIN: DeliveryView = {
  ...DELIVERY,
  nextAttemptAt: "2026-11-24T10:00:00.000Z",
};

const BODY = {
  type: "finding.opened",
  version: PAYLOAD_VERSION,
  timestamp: DELIVERY.occurredAt,
  data: { finding: SUMMARY },
} as const;

export const DELIVERY_DETAIL: DeliveryDetail = {
  ...DELIVERY,
  body: JSON.stringify(BODY),
  tries: [
    {
      n: 1,
      at: "2026-11-24T09:59:58.430Z",
      latencyMs: 470,
      outcome: "status",
      step: null,
      method: "POST",
      url: ENDPOINT.url,
      headers: {
        "content-type": "application/json",
        "user-agent": "Lull-Webhooks/1",
        "webhook-id": DELIVERY.id,
        "webhook-timestamp": "1795514398",
        "webhook-signature": "…",
      },
      status: 503,
      answer: "upstream restarting",
      error: null,
    },
  ],
};

export const TEST_DELIVERY: DeliveryView = {
  ...DELIVERY,
  event: `ept:${ENDPOINT.id}:endpoint.test:41f7c0d29be85a63f1d0`,
  type: "endpoint.test",
  key: ENDPOINT.id,
  occurredAt: "2026-11-24T10:00:00.000Z",
  createdAt: "2026-11-24T10:00:00.000Z",
  attempts: 0,
  nextAttemptAt: "2026-11-24T10:00:00.000Z",
  lastAttemptAt: null,
  lastOutcome: null,
  lastStatus: null,
  about: { kind: "endpoint", id: ENDPOINT.id, name: "hooks.example.com" },
};

export const TICKET_DELIVERY: DeliveryView = {
  ...TEST_DELIVERY,
  event: `tkt:${CASE.id}:v3`,
  type: "case.updated",
  key: CASE.id,
};

export const REPLAY_INPUT = { from: "2026-11-24T08:00:00Z", to: "2026-11-24T09:00:00Z" };

const resolved = {
  ...SUMMARY,
  status: "resolved",
  deadlineAt: null,
  resolvedAt: "2026-11-25T09:59:58.120Z",
  resolution: "quiet",
} as const;

const AGENT = {
  id: "a1",
  kind: "native",
  version: "1.0",
  interval: "1m",
  firstContactAt: "2026-11-20T08:00:00.000Z",
  lastContactAt: "2026-11-24T09:56:00.000Z",
  heartbeats: 5_796,
  dropped: 0,
  ruleset: null,
  drift: null,
  coverage: [{ from: "2026-11-23T10:00:00.000Z", to: "2026-11-24T09:56:00.000Z" }],
  gaps: [],
  host: "node-7",
} as const;

const CLAIM = { at: "2026-11-23T22:00:00.000Z", by: "ana" };

const { proof: PROOF, linkedFindings } = CASE_DETAIL;
const OF_CASE = { findings: linkedFindings, proof: PROOF };

/** One body for each type. */
export const WEBHOOK_EXAMPLES: Readonly<Record<WebhookBody["type"], WebhookBody["data"]>> = {
  "finding.opened": { finding: SUMMARY },
  "finding.reopened": { finding: { ...SUMMARY, episode: 2 } },
  "finding.regressed": {
    finding: {
      ...SUMMARY,
      episode: 2,
      regressed: {
        at: SUMMARY.firstSeenAt,
        fixed: { at: "2026-11-20T12:00:00.000Z", by: "ana", note: "Compiler removed in 1.4" },
      },
    },
  },
  "finding.resolved": { finding: resolved },
  "finding.unverified": {
    finding: {
      ...SUMMARY,
      deadlineAt: null,
      verification: { ...SUMMARY.verification, state: "unverified" },
    },
  },
  "finding.muted": { finding: { ...SUMMARY, muted: true }, mute: FINDING_MUTE },
  "finding.unmuted": {
    finding: SUMMARY,
    mute: {
      ...FINDING_MUTE,
      state: "ended",
      endedAt: "2026-11-24T10:00:00.000Z",
      endedBy: "ana",
      end: "ended",
    },
  },
  "signal.raised": { signal: SIGNAL },
  "agent.silent": {
    agent: {
      ...AGENT,
      state: "silent",
      silentSince: AGENT.lastContactAt,
      coverage: [...AGENT.coverage],
      gaps: [{ from: AGENT.lastContactAt, to: null, reason: "no_contact" }],
    },
  },
  "agent.recovered": {
    agent: {
      ...AGENT,
      state: "watching",
      silentSince: null,
      coverage: [...AGENT.coverage],
      gaps: [],
    },
  },
  "mute.expiring": { finding: { ...SUMMARY, muted: true }, mute: FINDING_MUTE },
  "case.created": { case: { ...CASE, version: 1, status: "open" }, ...OF_CASE },
  "case.updated": { case: CASE, ...OF_CASE },
  "case.note_added": { case: CASE, note: NOTE, ...OF_CASE },
  "case.fixed": {
    case: { ...CASE, status: "fixed", fixed: CLAIM },
    findings: OF_CASE.findings,
    proof: { ...PROOF, state: "watching" },
  },
  "case.regressed": {
    case: { ...CASE, regressedAt: "2026-11-24T09:59:58.120Z" },
    evidence: {
      finding: FINDING_ID,
      episode: SUMMARY.episode,
      eventAt: "2026-11-24T09:59:58.120Z",
      headline: SUMMARY.headline,
      sample: SIGNAL.sample,
    },
    ...OF_CASE,
  },
  "case.closed": {
    case: {
      ...CASE,
      status: "closed",
      fixed: CLAIM,
      closeReason: "verified",
      closedAt: "2026-11-24T10:00:00.000Z",
      findings: { total: 1, open: 0 },
    },
    findings: [{ ...resolved, caseId: CASE.id }],
    proof: {
      state: "verified",
      findings: [
        {
          finding: FINDING_ID,
          state: "quiet",
          resolution: "quiet",
          certificate: `/api/v1/findings/${FINDING_ID}/episodes/${SUMMARY.episode}/certificate`,
        },
      ],
    },
  },
  "case.reopened": { case: { ...CASE, status: "open" }, ...OF_CASE },
  "endpoint.disabled": {
    endpoint: { id: ENDPOINT.id, description: null, host: "hooks.example.com", reason: "gone" },
  },
  "endpoint.test": {
    endpoint: { id: ENDPOINT.id, description: null, host: "hooks.example.com", reason: null },
  },
};
