/**
 * What a certificate will say of an episode, taken down in the decision that ends it, from what that decision
 * saw. Pure. Contract: nothing in it says more than was known; what is not known is null.
 */
import { CERTIFICATE_FORMAT, type EpisodeFacts } from "../../schema/certificate.ts";
import type { AgentId } from "../../schema/ids.ts";
import { formatInstant, type EpochMs } from "../../schema/time.ts";
import { longestPause, quietPeriodOf } from "./cadence.ts";
import type { Gap, Span } from "./coverage.ts";
import type { Finding, HostState } from "./model.ts";
import { quietStatus } from "./quiet.ts";
import { ruleSeverityOf } from "./rise.ts";
import { notedOf, totalsWithin } from "./tally.ts";
import { resourceOf, resourceView } from "./view.ts";

/** The part of an actor's state that it is read from. */
export type FactSource = Pick<HostState, "owner" | "resources" | "agents">;

/** The facts of an episode that has just been ended at `now`. */
export function episodeFacts(source: FactSource, ended: Finding, now: EpochMs): EpisodeFacts {
  const { id, episode, resolution, resolvedAt } = ended;
  if (resolution === null || resolvedAt === null) throw new Error("the episode has not ended");
  return {
    format: CERTIFICATE_FORMAT,
    jti: `${id}/${episode}`,
    iat: Math.floor(now / 1_000),
    finding: id,
    rule: {
      id: ended.ruleId,
      title: ended.title,
      severity: ruleSeverityOf(ended),
      rulesVersion: ended.rulesVersion,
      rulesetHash: ended.ruleset?.version === ended.rulesVersion ? ended.ruleset.hash : null,
    },
    resource: resourceView(resourceOf(source, ended.resourceId)),
    episode: {
      number: episode,
      openedAt: formatInstant(ended.firstSeenAt),
      lastSeenAt: formatInstant(ended.lastSeenAt),
      resolvedAt: formatInstant(resolvedAt),
      decidedAt: formatInstant(now),
      resolution,
      count: ended.count,
    },
    history: { totalCount: ended.totalCount, lateCount: ended.lateCount },
    ...quietFacts(source, ended, resolvedAt, now),
  };
}

/** The quiet window: from the last event to the end of the episode. */
function quietFacts(
  source: FactSource,
  ended: Finding,
  resolvedAt: EpochMs,
  now: EpochMs,
): Pick<EpisodeFacts, "quiet" | "agents"> {
  // Clocks may differ by more than lies between an event and the change of its rule.
  const window: Span = { from: ended.lastSeenAt, to: Math.max(ended.lastSeenAt, resolvedAt) };
  const status = quietStatus(ended, source.agents, now);
  const isCovered = status.basis === "coverage";
  return {
    quiet: {
      from: formatInstant(window.from),
      to: formatInstant(window.to),
      periodMs: ended.quietPeriodMs,
      periodBasis: quietPeriodOf(ended).basis,
      rulePeriodMs: ended.rulePeriodMs,
      longestPauseMs: longestPause(ended),
      basis: isCovered ? "coverage" : "silence",
      watchedMs: isCovered ? watchedWithin(status.spans, window) : null,
      coverage: ended.coverage,
      gaps: gapsWithin(status.gaps, window),
    },
    agents: ended.reporters.map((id) => agentFacts(source, ended, id, window)),
  };
}

function watchedWithin(spans: readonly Span[], window: Span): number {
  return spans.reduce(
    (sum, span) => sum + Math.max(0, Math.min(span.to, window.to) - span.from),
    0,
  );
}

function gapsWithin(gaps: readonly Gap[], window: Span): EpisodeFacts["quiet"]["gaps"] {
  return gaps
    .filter((gap) => gap.from < window.to)
    .map(({ from, to, reason }) => ({
      from: formatInstant(from),
      to: formatInstant(Math.min(to ?? window.to, window.to)),
      reason,
    }));
}

function agentFacts(
  source: FactSource,
  ended: Finding,
  id: AgentId,
  window: Span,
): EpisodeFacts["agents"][number] {
  const agent = source.agents.get(id);
  // It reported to another owner, or was forgotten.
  if (agent === undefined) {
    const heartbeats = { expected: null, received: null };
    return {
      id,
      kind: null,
      version: null,
      ruleset: null,
      intervalMs: null,
      heartbeats,
      dropped: null,
    };
  }
  const { kind, version, ruleset, intervalMs } = agent;
  const noted = notedOf(ended, source.owner, id);
  const totals = totalsWithin(agent, noted, window.from, window.to);
  const expected = intervalMs === null ? null : Math.floor((window.to - window.from) / intervalMs);
  const heartbeats = { expected, received: totals?.heartbeats ?? null };
  return { id, kind, version, ruleset, intervalMs, heartbeats, dropped: totals?.dropped ?? null };
}
