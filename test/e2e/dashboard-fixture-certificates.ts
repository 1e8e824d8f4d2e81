/** Certificates for the dashboard's fixture: what they claim is made of its findings and episodes; nobody signs them. */
import type { CertificateClaims, CertificateState } from "../../schema/certificate.ts";
import type { EpisodeView, FindingDetail } from "../../schema/finding.ts";
import { parseDuration } from "../../schema/time.ts";

const MINUTE = 60_000;
const at = (instant: string): number => Date.parse(instant);
const iso = (ms: number): string => new Date(ms).toISOString();

export function claimsOf(finding: FindingDetail, episode: EpisodeView): CertificateClaims {
  const from = at(episode.lastSeenAt);
  const to = at(episode.resolvedAt);
  const isCovered = episode.coverage !== null;
  const gap = Math.round((to - from) * 0.006);
  const gaps = isCovered
    ? [{ from: iso(from + MINUTE), to: iso(from + MINUTE + gap), reason: "no_contact" as const }]
    : [];
  return {
    format: 1,
    jti: `${finding.id}/${episode.episode}`,
    iat: Math.floor(to / 1_000),
    tenant: "shop-eu",
    finding: finding.id,
    rule: {
      id: finding.rule,
      title: finding.title,
      severity: finding.severity,
      rulesVersion: 4,
      rulesetHash: `sha256:${"5e".repeat(32)}`,
    },
    resource: finding.resource,
    episode: {
      number: episode.episode,
      openedAt: episode.openedAt,
      lastSeenAt: episode.lastSeenAt,
      resolvedAt: episode.resolvedAt,
      decidedAt: episode.resolvedAt,
      resolution: episode.resolution,
      count: episode.count,
      case: episode.caseId,
    },
    history: { totalCount: finding.totalCount, lateCount: 0 },
    quiet: {
      from: episode.lastSeenAt,
      to: episode.resolvedAt,
      periodMs: parseDuration(episode.quietPeriod) ?? 0,
      periodBasis: "rule",
      rulePeriodMs: parseDuration(episode.quietPeriod) ?? 0,
      longestPauseMs: 40 * MINUTE,
      basis: isCovered ? "coverage" : "silence",
      watchedMs: isCovered ? to - from - gap : null,
      coverage: episode.coverage,
      gaps,
    },
    agents: finding.agents.map((id) => ({
      id,
      kind: "falco",
      version: "0.41.0",
      ruleset: null,
      intervalMs: isCovered ? MINUTE : null,
      heartbeats: {
        expected: isCovered ? Math.floor((to - from) / MINUTE) : null,
        received: isCovered ? Math.floor((to - from - gap) / MINUTE) : 0,
      },
      dropped: 0,
    })),
  };
}

/** Of the last episode the signature is due, the first one is of before there were certificates. */
export function certificateOf(
  finding: FindingDetail | undefined,
  episodes: readonly EpisodeView[],
  episode: string,
): CertificateState {
  if (finding === undefined) return { state: "absent", detail: "There is no such finding." };
  const found = episodes.find((one) => String(one.episode) === episode);
  if (found === undefined) {
    return String(finding.episode) === episode && finding.status === "open"
      ? { state: "open" }
      : { state: "absent", detail: "There is no such episode." };
  }
  const claims = JSON.stringify(claimsOf(finding, found));
  if (found.resolution === "resource_gone") return { state: "unsigned", claims };
  if (found.resolution === "rule_retired") return { state: "uncertified" };
  const payload = Buffer.from(claims).toString("base64url");
  const kid = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k";
  const header = Buffer.from(
    JSON.stringify({ alg: "EdDSA", kid, typ: "lull-certificate+jwt" }),
  ).toString("base64url");
  return { state: "signed", jws: `${header}.${payload}.${"A".repeat(86)}`, kid, claims };
}
