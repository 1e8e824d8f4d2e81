/** Whether a certificate would say what is so: its facts beside what a run knows of the episode. */
import type { EpisodeFacts } from "../../schema/certificate.ts";
import { formatInstant, parseInstant, type EpochMs } from "../../schema/time.ts";
import type { End } from "./story.ts";
import type { ToldActor } from "./told-actor.ts";
import { lengthWithin, union, type Span } from "./told-agent.ts";

type AgentFacts = EpisodeFacts["agents"][number];

/** What is wrong; null: nothing. */
export function judgeFacts(
  actor: ToldActor,
  end: End,
  facts: EpisodeFacts | undefined,
  now: EpochMs,
  note: (what: string) => void,
): string | null {
  if (facts === undefined) return "there are no facts";
  return (
    wrongIn(expectedOf(end, now), flat(facts)) ??
    wrongGaps(end, facts) ??
    facts.agents.map((agent) => wrongAgent(actor, end, agent, note)).find((one) => one !== null) ??
    null
  );
}

function expectedOf(end: End, now: EpochMs): Record<string, unknown> {
  const { episode, quiet } = end;
  const isCovered = quiet.basis === "coverage";
  const until = Math.max(episode.last, end.at);
  const isQuiet = end.resolution === "quiet";
  return {
    number: end.number,
    openedAt: formatInstant(episode.first),
    lastSeenAt: formatInstant(episode.last),
    resolvedAt: formatInstant(end.at),
    decidedAt: formatInstant(now),
    resolution: end.resolution,
    count: episode.count,
    totalCount: end.totalCount,
    periodMs: end.periodMs,
    rulePeriodMs: episode.rule.periodMs,
    longestPauseMs: end.longestPauseMs,
    basis: isCovered ? "coverage" : "silence",
    watchedMs: isCovered ? lengthWithin(quiet.spans, episode.last, until) : null,
    coverage: isQuiet ? share(end.periodMs, end.at - episode.last) : null,
    agents: [...episode.reporters].toSorted().join(),
  };
}

function flat({ episode, history, quiet, agents }: EpisodeFacts): Record<string, unknown> {
  return {
    ...episode,
    ...history,
    ...quiet,
    agents: agents
      .map(({ id }) => id)
      .toSorted()
      .join(),
  };
}

function share(part: number, whole: number): number {
  return whole <= 0 ? 1 : Math.round((part / whole) * 10_000) / 10_000;
}

function wrongIn(expected: Record<string, unknown>, actual: Record<string, unknown>) {
  for (const [key, value] of Object.entries(expected)) {
    if (actual[key] !== value)
      return `${key} is ${String(actual[key])}, and should be ${String(value)}`;
  }
  return null;
}

/** Of a window that ended by quiet under watch each moment was watched or is in a gap. */
function wrongGaps(end: End, { quiet }: EpisodeFacts): string | null {
  const gaps = quiet.gaps.map(({ from, to }): Span => ({
    from: parseInstant(from) ?? 0,
    to: parseInstant(to) ?? 0,
  }));
  const { last } = end.episode;
  const inGaps = lengthWithin(gaps, last, end.at);
  const doubled = gaps.reduce(
    (sum, gap) => sum + lengthWithin(end.quiet.spans, gap.from, gap.to),
    0,
  );
  if (doubled > 0) return `${doubled} ms are a gap and watched`;
  if (lengthWithin(union(gaps), last, end.at) !== inGaps) return "gaps overlap";
  if (end.resolution !== "quiet") return null;
  const watched = lengthWithin(end.quiet.spans, last, end.at);
  if (inGaps + watched === end.at - last) return null;
  return `${inGaps} ms in gaps and ${watched} ms watched are not the window of ${end.at - last} ms`;
}

/** Heartbeats and losses are exact, or not told. */
function wrongAgent(
  actor: ToldActor,
  { episode, at }: End,
  facts: AgentFacts,
  note: (what: string) => void,
): string | null {
  const agent = [...actor.agents.values()].find(({ id }) => id === facts.id);
  const { received, expected } = facts.heartbeats;
  if (agent === undefined) return received === null ? null : `${facts.id} is not known`;
  const until = Math.max(episode.last, at);
  const within = agent.within(episode.last, until);
  const due =
    agent.intervalMs === null ? null : Math.floor((until - episode.last) / agent.intervalMs);
  if (expected !== due) return `${facts.id} should have come ${due} times, not ${expected}`;
  note(received === null ? "heartbeats unknown" : "heartbeats known");
  if (received !== null && received !== within.heartbeats) {
    return `${facts.id} came ${within.heartbeats} times, not ${received}`;
  }
  if (facts.dropped !== null && facts.dropped !== within.dropped) {
    return `${facts.id} lost ${within.dropped} events, not ${facts.dropped}`;
  }
  return null;
}
