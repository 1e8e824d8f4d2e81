/**
 * The quiet clock of one finding: how much proven silence has passed, when it will be enough, and
 * whether it is. Pure. Silence counts only while an agent that has reported the finding is in contact;
 * where none of them ever sends heartbeats, silence is all there is, and the resolution says so.
 */
import type { Resolution } from "../../schema/finding.ts";
import type { EpochMs } from "../../schema/time.ts";
import { tolerance, watchedSince, type Gap, type Span } from "./coverage.ts";
import type { Agent, Finding, HostState } from "./model.ts";

export interface QuietStatus {
  /**
   * `coverage`: silence under watch. `silence`: no agent that reported it sends heartbeats. `none`: nor is silence
   * enough for the tenant.
   */
  basis: "coverage" | "silence" | "none";
  /** When the quiet period was or will be complete; null while nobody is watching. */
  deadlineAt: EpochMs | null;
  /** Complete, and known to be. */
  complete: boolean;
  /** Whether an agent that reported it is in contact now. */
  watching: boolean;
  /** Holes since the last event, the last one possibly still open. */
  gaps: Gap[];
  spans: Span[];
}

type Watched = Pick<Finding, "lastSeenAt" | "quietPeriodMs" | "reporters" | "strict">;

/** Agents whose silence would be noticed. */
function watchers(finding: Watched, agents: HostState["agents"]): Agent[] {
  return finding.reporters
    .map((id) => agents.get(id))
    .filter((agent) => agent !== undefined)
    .filter((agent) => agent.intervalMs !== null);
}

/** Where the finding's quiet clock stands at `now`. */
export function quietStatus(
  finding: Watched,
  agents: HostState["agents"],
  now: EpochMs,
): QuietStatus {
  const watching = watchers(finding, agents);
  if (watching.length > 0) return underWatch(finding, watching, now);
  const unwatched = { watching: false, gaps: [], spans: [] };
  if (finding.strict?.on === true)
    return { basis: "none", deadlineAt: null, complete: false, ...unwatched };
  const deadlineAt = finding.lastSeenAt + finding.quietPeriodMs;
  return { basis: "silence", deadlineAt, complete: now >= deadlineAt, ...unwatched };
}

function underWatch(finding: Watched, agents: readonly Agent[], now: EpochMs): QuietStatus {
  const { spans, gaps } = watchedSince(agents, finding.lastSeenAt);
  let missing = finding.quietPeriodMs;
  for (const span of spans) {
    const length = span.to - span.from;
    if (length >= missing) {
      const deadlineAt = span.from + missing;
      const inside = gaps.filter((gap) => gap.from < deadlineAt);
      return {
        basis: "coverage",
        deadlineAt,
        complete: deadlineAt <= now,
        watching: true,
        gaps: inside,
        spans,
      };
    }
    missing -= length;
  }
  const watchedUntil = spans.at(-1)?.to ?? finding.lastSeenAt;
  const alive = agents.some((agent) => now - agent.lastContactAt <= tolerance(agent));
  return {
    basis: "coverage",
    deadlineAt: alive ? watchedUntil + missing : null,
    complete: false,
    watching: alive,
    gaps: alive ? gaps : [...gaps, { from: watchedUntil, to: null, reason: "no_contact" }],
    spans,
  };
}

/**
 * From when on nobody is watching the finding, if nobody reports before; null where no agent that reported it sends
 * heartbeats, and none has to.
 */
export function unwatchedFrom(finding: Watched, agents: HostState["agents"]): EpochMs | null {
  const ends = watchers(finding, agents).map((agent) => agent.lastContactAt + tolerance(agent) + 1);
  if (ends.length > 0) return Math.max(...ends);
  return finding.strict?.on === true ? finding.lastSeenAt : null;
}

/** How an episode that ended by silence is called. */
export function resolutionOf(status: QuietStatus): Resolution {
  return status.basis === "coverage" ? "quiet" : "quiet_unverified";
}

/** Share of the window from the last event to the deadline that was watched, 0 to 1; null without watchers. */
export function coverageShare(finding: Watched, status: QuietStatus): number | null {
  if (status.basis !== "coverage" || status.deadlineAt === null) return null;
  const window = status.deadlineAt - finding.lastSeenAt;
  return window <= 0 ? 1 : Math.round((finding.quietPeriodMs / window) * 10_000) / 10_000;
}

/** The earliest instant at which it could be complete, whatever the coverage: never too late. */
export function dueFrom(finding: Watched): EpochMs {
  return finding.lastSeenAt + finding.quietPeriodMs;
}
