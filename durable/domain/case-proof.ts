/**
 * How far the word that a case is fixed has been verified, by its findings. Pure. Contract: times of events decide; an
 * event that is not newer than the word says nothing about it.
 */
import type { CaseProof, CaseReason, CaseStatus, ProofState } from "../../schema/case.ts";
import type { Resolution } from "../../schema/finding.ts";
import { REGRESSION_WINDOW_MS } from "../../schema/limits.ts";
import type { EpochMs } from "../../schema/time.ts";
import type { Finding } from "./model.ts";

/** What of a case decides. */
export interface Claimed {
  status: CaseStatus;
  fixedAt: EpochMs | null;
  closedAt: EpochMs | null;
  closeReason: CaseReason | null;
}

/** What of a finding decides. */
export type Watched = Pick<
  Finding,
  "id" | "status" | "episode" | "resolution" | "firstSeenAt" | "lastSeenAt" | "regressed"
>;

export type Verdict =
  | { type: "none" }
  | { type: "verified" }
  /** `at`: of the event that disproves it. */
  | { type: "regressed"; finding: Finding["id"]; episode: number; at: EpochMs };

/** Findings whose container is gone, and whose workload is shown to be fixed. */
type Proven = ReadonlySet<string>;

const NONE: Proven = new Set();

/** What becomes of the case, by its findings as they are. */
export function judge(
  claimed: Claimed,
  findings: readonly Watched[],
  proven: Proven = NONE,
): Verdict {
  const { status, fixedAt } = claimed;
  if (fixedAt === null || !isWatched(claimed)) return { type: "none" };
  const news = findings
    .map((finding) => ({ finding, at: eventAfter(finding, fixedAt) }))
    .filter((it): it is { finding: Watched; at: EpochMs } => it.at !== null)
    .filter(({ at }) => isInWindow(claimed, at))
    .toSorted((a, b) => a.at - b.at);
  const [first] = news;
  if (first !== undefined) {
    const { id, episode } = first.finding;
    return { type: "regressed", finding: id, episode, at: first.at };
  }
  const isProven = findings.every((finding) => stateOf(finding, fixedAt, proven) === "quiet");
  const verified = status === "fixed" && findings.length > 0 && isProven;
  return { type: verified ? "verified" : "none" };
}

/** Closed by quiet, or though it was not shown: then an event still disproves the word. */
function isWatched({ status, closeReason }: Claimed): boolean {
  if (status === "fixed") return true;
  return status === "closed" && (closeReason === "verified" || closeReason === "unproven");
}

function isInWindow({ status, closedAt }: Claimed, at: EpochMs): boolean {
  return status === "fixed" || at - (closedAt ?? 0) <= REGRESSION_WINDOW_MS;
}

/** The first event of after the word, as exactly as it is known; null: there is none. */
function eventAfter({ regressed, firstSeenAt, lastSeenAt }: Watched, at: EpochMs): EpochMs | null {
  if (regressed !== undefined && regressed.at > at) return regressed.at;
  if (firstSeenAt > at) return firstSeenAt;
  return lastSeenAt > at ? lastSeenAt : null;
}

function stateOf(finding: Watched, fixedAt: EpochMs, proven: Proven): ProofState {
  if (eventAfter(finding, fixedAt) !== null) return "regressed";
  if (finding.status === "open") return "watching";
  if (finding.resolution === "quiet") return "quiet";
  return finding.resolution === "resource_gone" && proven.has(finding.id) ? "quiet" : "unproven";
}

/** As people and the API see it. */
export function proofView(
  claimed: Claimed,
  findings: readonly Watched[],
  proven: Proven = NONE,
): CaseProof {
  const { fixedAt, closeReason } = claimed;
  const ofFindings = findings.map((finding) => ({
    finding: finding.id,
    state: stateOf(finding, fixedAt ?? Number.POSITIVE_INFINITY, proven),
    resolution: finding.status === "open" ? null : (finding.resolution satisfies Resolution | null),
    certificate:
      finding.status === "open"
        ? null
        : `/api/v1/findings/${finding.id}/episodes/${finding.episode}/certificate`,
  }));
  const has = (state: ProofState) => ofFindings.some((it) => it.state === state);
  const live = has("regressed") ? "regressed" : has("watching") ? "watching" : "unproven";
  const allQuiet = ofFindings.length > 0 && ofFindings.every(({ state }) => state === "quiet");
  const isVerified = closeReason === "verified" || allQuiet;
  const state = fixedAt === null ? "not_claimed" : isVerified ? "verified" : live;
  return { state, findings: ofFindings };
}
