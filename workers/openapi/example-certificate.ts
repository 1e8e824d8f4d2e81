/** A certificate for the examples, written by hand: of the first episode of the finding in examples.ts. */
import type { z } from "zod";
import type { certificateViewSchema } from "../../schema/certificate.ts";
import { EPISODE, FINDING_ID, RULE, SUMMARY } from "./examples.ts";
import { RULESET } from "./example-rules.ts";

export const CERTIFICATE: z.infer<typeof certificateViewSchema> = {
  // Shortened: header, payload and signature, in Base64.
  jws: "eyJhbGciOiJFZERTQSJ9.eyJmb3JtYXQiOjF9.c2lnbmF0dXJl",
  header: {
    alg: "EdDSA",
    kid: "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
    typ: "lull-certificate+jwt",
  },
  payload: {
    format: 1,
    jti: `${FINDING_ID}/1`,
    iat: 1_793_986_869,
    tenant: "acme",
    finding: FINDING_ID,
    rule: {
      id: RULE.id,
      title: RULE.title,
      severity: EPISODE.severity,
      rulesVersion: RULESET.version,
      rulesetHash: RULESET.hash,
    },
    resource: SUMMARY.resource,
    episode: {
      number: EPISODE.episode,
      openedAt: EPISODE.openedAt,
      lastSeenAt: EPISODE.lastSeenAt,
      resolvedAt: EPISODE.resolvedAt,
      decidedAt: "2026-11-06T17:41:09.000Z",
      resolution: EPISODE.resolution,
      count: EPISODE.count,
      case: null,
    },
    history: { totalCount: EPISODE.count, lateCount: 0 },
    quiet: {
      from: EPISODE.lastSeenAt,
      to: EPISODE.resolvedAt,
      periodMs: 86_400_000,
      periodBasis: "rule",
      rulePeriodMs: 86_400_000,
      longestPauseMs: 28_800_000,
      basis: "coverage",
      watchedMs: 86_400_000,
      coverage: 1,
      gaps: [],
    },
    agents: [
      {
        id: "node-7-agent",
        kind: "native",
        version: "1.0",
        ruleset: null,
        intervalMs: 60_000,
        heartbeats: { expected: 1_440, received: 1_439 },
        dropped: 0,
      },
    ],
    ledger: {
      seq: 41,
      hash: "sha256:7d1a54127b222502f5b79b5fb0803061152a44f92b37e23c6527baf665d4da9a",
    },
  },
};
