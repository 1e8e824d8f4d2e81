/**
 * What should be known of one finding that a single owner reports, told from the words of
 * docs/architecture.md. It judges the core: nothing of that is used here.
 */
import type { Observation } from "../../durable/domain/model.ts";
import type { Resolution } from "../../schema/finding.ts";
import type { AgentId, FindingId, ResourceId, RuleId } from "../../schema/ids.ts";
import {
  CADENCE_CAP_PERIODS,
  CADENCE_FACTOR,
  MAX_CADENCE_QUIET_PERIOD_MS,
  OCCURRENCE_BUCKETS,
} from "../../schema/limits.ts";
import type { DurationMs, EpochMs } from "../../schema/time.ts";
import { SECOND } from "./cast.ts";
import type { Span } from "./told-agent.ts";

/** What was seen between two silences. */
export interface Episode {
  first: EpochMs;
  last: EpochMs;
  count: number;
  /** Seconds with events. */
  seconds: Set<EpochMs>;
  /** The longest pause between them, when there were so many. */
  pause: { of: number; ms: DurationMs };
  reporters: Set<AgentId>;
  rule: { version: number; periodMs: DurationMs };
  leastMs: DurationMs;
  /** Whether nothing of it was news. */
  isLate: boolean;
}

/** How long it has been quiet, as far as anybody can tell. */
export interface Quiet {
  basis: "coverage" | "silence" | "none";
  /** When it was quiet for long enough; null: not yet. */
  endAt: EpochMs | null;
  spans: Span[];
  /** Whether somebody is watching, or nobody could. */
  isWatched: boolean;
}

export interface End {
  number: number;
  episode: Episode;
  periodMs: DurationMs;
  longestPauseMs: DurationMs;
  at: EpochMs;
  resolution: Resolution;
  quiet: Quiet;
  totalCount: number;
  lateCount: number;
}

export function episodeOf(seen: Observation, reporter: AgentId): Episode {
  return {
    first: seen.firstAt,
    last: seen.lastAt,
    count: seen.count,
    seconds: new Set(seen.occurrences.map(([second]) => second)),
    pause: { of: 0, ms: 0 },
    reporters: new Set([reporter]),
    rule: { version: seen.rulesVersion, periodMs: seen.quietPeriodMs },
    leastMs: seen.leastQuietPeriodMs ?? 0,
    isLate: seen.late === true,
  };
}

export class Story {
  readonly id: FindingId;
  readonly rule: RuleId;
  readonly resource: ResourceId;
  /** The number of the current episode, or of the last one. */
  number = 0;
  /** The open one. */
  current: Episode | null = null;
  /** Seen by an actor that has not asked D1 yet what there was before. */
  provisional: Episode | null = null;
  /** Whether the actor holds it, and not D1 alone. */
  isHeld = false;
  /** Whether it may not end by silence alone, as of a version of the tenant's configuration. */
  strict = { isOn: false, version: 0 };
  ends: End[] = [];
  pastCount = 0;
  lateCount = 0;
  #lateLast: EpochMs = 0;
  /** False once something has happened that this does not tell of: bounds are all there is to go by then. */
  isExact: boolean;

  readonly #onEnd: (end: End) => void;

  constructor(
    { findingId, ruleId, resourceId }: Observation,
    isExact: boolean,
    onEnd: (end: End) => void,
  ) {
    this.#onEnd = onEnd;
    this.id = findingId;
    this.rule = ruleId;
    this.resource = resourceId;
    this.isExact = isExact;
  }

  get last(): End | undefined {
    return this.ends.at(-1);
  }

  /** Of the open episode, or of the last one. */
  get shown(): Episode | null {
    return this.current ?? this.last?.episode ?? null;
  }

  see(seen: Episode, quiet: (episode: Episode) => Quiet): void {
    this.isHeld = true;
    if (this.provisional !== null) this.#join(this.provisional, seen);
    else if (this.current === null && this.ends.length === 0) this.provisional = seen;
    else this.#seeSettled(seen, quiet);
  }

  /** As {@link see}, of a finding that its actor does not hold: it has to ask D1 first. */
  seeAnew(seen: Episode): void {
    this.isHeld = true;
    this.provisional = seen;
  }

  #seeSettled(seen: Episode, quiet: (episode: Episode) => Quiet): void {
    const end = this.last;
    if (end !== undefined && seen.last <= end.at) return this.#late(seen);
    if (this.current === null) {
      const isOfRetiredRule =
        end?.resolution === "rule_retired" && seen.rule.version < end.episode.rule.version;
      if (seen.isLate || isOfRetiredRule) return this.#late(seen);
      return this.#open(seen);
    }
    const status = quiet(this.current);
    if (!seen.isLate && status.endAt !== null && seen.first > status.endAt) {
      this.end(status.endAt, status.basis === "coverage" ? "quiet" : "quiet_unverified", status);
      return this.#open(seen);
    }
    this.#join(this.current, seen);
  }

  #late({ count, last }: Episode): void {
    this.lateCount += count;
    this.#lateLast = Math.max(this.#lateLast, last);
  }

  /** What has been late since the end is in no episode, but there was no silence before it. */
  #open(seen: Episode): void {
    this.number++;
    this.current = seen;
    if (this.#lateLast > (this.last?.at ?? 0)) seen.last = Math.max(seen.last, this.#lateLast);
  }

  #join(episode: Episode, seen: Episode): void {
    episode.first = Math.min(episode.first, seen.first);
    episode.last = Math.max(episode.last, seen.last);
    episode.count += seen.count;
    for (const second of seen.seconds) episode.seconds.add(second);
    for (const reporter of seen.reporters) episode.reporters.add(reporter);
    if (seen.rule.version >= episode.rule.version) episode.rule = seen.rule;
    episode.leastMs = Math.max(episode.leastMs, seen.leastMs);
    episode.isLate &&= seen.isLate;
  }

  /** D1 has told what it holds, which is what this knows. */
  settle(quiet: (episode: Episode) => Quiet): void {
    const seen = this.provisional;
    if (seen === null) return;
    this.provisional = null;
    if (this.ends.length === 0) this.#open(seen);
    else this.#seeSettled(seen, quiet);
  }

  /** Its rule has changed; false where what it knows is newer. */
  follow(version: number, periodMs: DurationMs, enabled: boolean): boolean {
    const episode = this.provisional ?? this.current;
    if (episode === null) return false;
    const known = episode.rule.version;
    if (enabled ? known > version : known >= version) return false;
    episode.rule = { version, periodMs };
    return true;
  }

  end(at: EpochMs, resolution: Resolution, quiet: Quiet): void {
    const episode = this.current;
    if (episode === null) throw new Error("no episode is open");
    this.pastCount += episode.count;
    const end: End = {
      number: this.number,
      periodMs: this.periodMs(episode),
      longestPauseMs: this.longestPauseMs(episode),
      totalCount: this.pastCount,
      lateCount: this.lateCount,
      episode,
      at,
      resolution,
      quiet,
    };
    this.ends.push(end);
    this.current = null;
    this.#onEnd(end);
  }

  /** The rule's, twice what an agent holds back, or twice the longest pause so far, up to a cap. */
  periodMs(episode: Episode): DurationMs {
    const { periodMs } = episode.rule;
    const cap = Math.min(MAX_CADENCE_QUIET_PERIOD_MS, CADENCE_CAP_PERIODS * periodMs);
    const cadence = Math.min(cap, CADENCE_FACTOR * this.longestPauseMs(episode));
    return Math.max(periodMs, episode.leastMs, cadence);
  }

  /** Between two seconds with events so far; between two episodes from the last event to the first. */
  longestPauseMs(episode: Episode): DurationMs {
    const before = this.#endBefore(episode);
    const within = pauseWithin(episode);
    if (before === undefined) return within;
    const between = Math.ceil((episode.first - before.episode.last) / SECOND) * SECOND;
    return Math.max(within, before.longestPauseMs, between);
  }

  #endBefore(episode: Episode): End | undefined {
    // What is provisional knows of nothing before.
    if (episode === this.provisional) return undefined;
    return this.last?.episode === episode ? this.ends.at(-2) : this.last;
  }
}

function pauseWithin(episode: Episode): DurationMs {
  const { seconds, pause } = episode;
  if (pause.of !== seconds.size) episode.pause = { of: seconds.size, ms: longestWithin(seconds) };
  return episode.pause.ms;
}

/** Where there are many seconds, neighbours are seen as one: the fewest that make them few enough. */
function longestWithin(seconds: ReadonlySet<EpochMs>): DurationMs {
  let width = SECOND;
  let starts = [...seconds].toSorted((a, b) => a - b);
  while (starts.length > OCCURRENCE_BUCKETS) {
    width *= 2;
    starts = [...new Set(starts.map((start) => Math.floor(start / width) * width))];
  }
  let longest = 0;
  for (const [i, start] of starts.entries()) {
    longest = Math.max(longest, start - (starts[i - 1] ?? start) - width);
  }
  return longest;
}
