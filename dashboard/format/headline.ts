/** What a finding's state is called, and when it will end: the words of lists and of the headline. */
import type {
  FindingSummary,
  GapView,
  Resolution,
  VerificationView,
} from "../../schema/finding.ts";
import { type EpochMs, parseDuration } from "../../schema/time.ts";
import { ago, epoch, span, until } from "./time.ts";

/** The state a person cares about; `unverified` is open while no agent is watching. */
export type ShownStatus = "open" | "unverified" | "resolved";

type Stateful = Pick<
  FindingSummary,
  "status" | "deadlineAt" | "resolvedAt" | "resolution" | "verification"
>;

/** Open findings without a deadline are unverified: nobody is watching. */
export function shownStatus(finding: Stateful): ShownStatus {
  if (finding.status === "resolved") return "resolved";
  return finding.deadlineAt === null ? "unverified" : "open";
}

/** Short, for columns and blocks. */
export const RESOLUTION_WORDS: Readonly<Record<Resolution, string>> = {
  quiet: "quiet, verified",
  quiet_unverified: "quiet, unverified",
  resource_gone: "resource gone",
  rule_retired: "rule retired",
};

/** What each resolution proves, for titles and the finding's page. */
export const RESOLUTION_MEANING: Readonly<Record<Resolution, string>> = {
  quiet: "An agent was watching for the whole quiet period and saw no matching event.",
  quiet_unverified:
    "No matching event came, but no heartbeats prove that an agent was watching: silence only.",
  resource_gone: "The resource no longer exists.",
  rule_retired: "The rule was turned off or removed.",
};

/** One clause on how the finding stands. `at` is set where the clause counts down or up. */
export interface Standing {
  text: string;
  /** The clause without its moving time, so that the browser can keep the time fresh. */
  before: string;
  at: EpochMs | null;
  direction: "until" | "ago" | null;
  after: string;
}

function standing(
  before: string,
  at: EpochMs | null,
  direction: Standing["direction"],
  after: string,
  now: EpochMs,
): Standing {
  const moving = at === null ? "" : direction === "ago" ? ago(at, now) : until(at, now);
  return { text: `${before}${moving}${after}`, before, at, direction, after };
}

/** Whether it stays open for want of heartbeats, since its tenant lets nothing resolve without. */
function isUnprovable({
  status,
  verification,
}: Pick<Stateful, "status" | "verification">): boolean {
  return status === "open" && verification.strict && !verification.heartbeats;
}

/**
 * "resolves in 3 h 12 min if it stays quiet", "unverified: no agent is watching",
 * "resolved 2 h ago: …". `short` is for the columns of a list.
 */
export function standingOf(finding: Stateful, now: EpochMs, short = false): Standing {
  if (finding.status === "resolved") {
    const why = finding.resolution === null ? "" : `: ${RESOLUTION_WORDS[finding.resolution]}`;
    if (finding.resolvedAt === null) return standing(`resolved${why}`, null, null, "", now);
    return standing("resolved ", epoch(finding.resolvedAt), "ago", why, now);
  }
  if (finding.deadlineAt === null) {
    const why = isUnprovable(finding) ? "its agents send no heartbeats" : "no agent is watching";
    return standing(`unverified: ${why}`, null, null, "", now);
  }
  const proven = finding.verification.heartbeats;
  const long = proven ? " if it stays quiet" : " if it stays quiet, on silence only";
  const after = short ? (proven ? " if quiet" : " on silence") : long;
  return standing("resolves ", epoch(finding.deadlineAt), "until", after, now);
}

/** The headline as a whole sentence; a full stop that the headline brought is not doubled. */
export function headlineOf(finding: Stateful & Pick<FindingSummary, "headline">): string {
  return finding.headline.replace(/[.\s]+$/u, "");
}

/** How much of the quiet period has passed, 0 to 1; gaps push the deadline out and so do not count. */
export function quietShare(
  finding: Pick<FindingSummary, "status" | "deadlineAt" | "lastSeenAt" | "quietPeriod">,
  now: EpochMs,
): number | null {
  if (finding.status === "resolved") return 1;
  if (finding.deadlineAt === null) return null;
  const period = parseDuration(finding.quietPeriod);
  const whole =
    period === null || period === 0
      ? epoch(finding.deadlineAt) - epoch(finding.lastSeenAt)
      : period;
  if (whole <= 0) return 1;
  return Math.min(1, Math.max(0, 1 - (epoch(finding.deadlineAt) - now) / whole));
}

/** Why silence counts or does not, in sentences. */
export function verificationWords(
  verification: VerificationView,
  status: FindingSummary["status"],
): string {
  if (isUnprovable({ status, verification }))
    return "No agent that reported this sends heartbeats, and nothing resolves without them here (coverage is strict): it stays open until one does, or its resource is gone.";
  if (!verification.heartbeats)
    return status === "resolved"
      ? "No agent that reported this sends heartbeats, so its silence could not be proven."
      : "No agent that reported this sends heartbeats, so silence cannot be proven; it will resolve as quiet_unverified.";
  if (status === "resolved") return "An agent that reported this sends heartbeats.";
  if (verification.state === "unverified")
    return "No agent that reported this is in contact, so the quiet clock has stopped. It runs on when the agent is back.";
  return "An agent that reported this is watching: silence counts.";
}

/** A gap in words: "no contact for 12 min". */
export function gapWords(gap: GapView, now: EpochMs): string {
  const length = span((gap.to === null ? now : epoch(gap.to)) - epoch(gap.from));
  const lasts = gap.to === null ? `for ${length}, still` : `for ${length}`;
  return gap.reason === "dropped"
    ? `the agent dropped events ${lasts}`
    : `no contact with an agent ${lasts}`;
}

/** Why a finding is worse than its rule says: "since it has been open for 3 d; the rule says medium". */
export function risenWords({ risen }: Pick<FindingSummary, "risen">): string | null {
  if (risen === null) return null;
  const { basis, after, resources, from } = risen;
  const why =
    basis === "persistence"
      ? `it has been open for ${span(parseDuration(after ?? "") ?? 0)}`
      : `${resources ?? "so many"} resources of its workload have it`;
  return `since ${why}; the rule says ${from}`;
}

/** Why a finding must be quiet for longer than its rule says; null where the rule's period is in force. */
export function quietPeriodWords({
  quiet,
  quietPeriod,
}: Pick<FindingSummary, "quiet" | "quietPeriod">): string | null {
  switch (quiet.basis) {
    case "rule":
      return null;
    case "suppression":
      return `It must be quiet for ${quietPeriod}, not for the rule's ${quiet.rulePeriod}: an agent that reports it holds back repeats.`;
    case "cadence":
      return `It must be quiet for ${quietPeriod}, not for the rule's ${quiet.rulePeriod}: it has paused for ${quiet.longestPause} before and come back.`;
  }
}
