/**
 * The time strip's geometry: what lies where on the axis, in percent of its width. Pure; the
 * drawing is strip.tsx. Percent, not pixels, so that text keeps its size at every width.
 */
import type { EpisodeView, FindingDetail, GapView } from "../../schema/finding.ts";
import type { EpochMs } from "../../schema/time.ts";
import { epoch } from "../format/time.ts";
import type { ReaderZone } from "../format/zone.ts";
import { rounded, ticksOf } from "./strip-axis.ts";

/** The current episode, the same up to its deadline, or everything since the first one opened. */
export type StripSpan = "episode" | "deadline" | "all";

/** What is drawn of a finding's episode. */
export type StripSubject = Pick<
  FindingDetail,
  | "episode"
  | "firstSeenAt"
  | "lastSeenAt"
  | "resolvedAt"
  | "resolution"
  | "deadlineAt"
  | "verification"
  | "coverage"
  | "count"
> & {
  /** Null where all that is known is the first event and the last. */
  occurrences: FindingDetail["occurrences"] | null;
};

/** A span of time and where it lies. */
export interface Block {
  from: EpochMs;
  to: EpochMs;
  /** Percent of the width. */
  x: number;
  w: number;
}

/** Everything the strip draws. */
export interface StripModel {
  from: EpochMs;
  to: EpochMs;
  now: number | null;
  deadline: number | null;
  /** The deadline lies past the right edge. */
  beyond: boolean;
  ticks: { x: number; label: string; minor: boolean }[];
  /** `h` is 0 to 1, on a logarithmic scale. */
  occurrences: (Block & { count: number; h: number })[];
  /** From the first event to the last, where what lies between is not known. */
  seen: Block | null;
  watched: Block[];
  gaps: (Block & { gap: GapView })[];
  /** Quiet time that counted; between these the clock stood still. */
  quiet: Block[];
  stopped: Block[];
  /** What is still to pass; null when resolved or while no agent is watching. */
  remaining: Block | null;
  episodes: (Block & { episode: EpisodeView })[];
  /** The current episode, from its opening until now or its end. */
  current: Block;
}

/** Spans minus holes; both in order of time. */
export function subtract(
  span: { from: EpochMs; to: EpochMs },
  holes: readonly { from: EpochMs; to: EpochMs }[],
): { from: EpochMs; to: EpochMs }[] {
  const out: { from: EpochMs; to: EpochMs }[] = [];
  let at = span.from;
  for (const hole of holes.toSorted((a, b) => a.from - b.from)) {
    if (hole.to <= at || hole.from >= span.to) continue;
    if (hole.from > at) out.push({ from: at, to: hole.from });
    at = Math.max(at, hole.to);
  }
  if (at < span.to) out.push({ from: at, to: span.to });
  return out;
}

interface Instants {
  first: EpochMs;
  last: EpochMs;
  resolved: EpochMs | null;
  /** Null when resolved or while no agent is watching. */
  deadline: EpochMs | null;
}

function instantsOf(finding: StripSubject): Instants {
  const at = (instant: string | null) => (instant === null ? null : epoch(instant));
  const resolved = at(finding.resolvedAt);
  return {
    first: epoch(finding.firstSeenAt),
    last: epoch(finding.lastSeenAt),
    resolved,
    deadline: resolved === null ? at(finding.deadlineAt) : null,
  };
}

/**
 * Where the axis ends. A deadline that lies far out would press everything that has happened
 * against the left edge, so that this episode's picture keeps at least 40 % for it.
 */
function endOf(at: Instants, now: EpochMs, span: StripSpan): EpochMs {
  if (at.resolved !== null) return at.resolved;
  const end = Math.max(now, at.deadline ?? now);
  if (span === "deadline") return end;
  const longest = now + Math.max(MIN_AHEAD_MS, (now - at.first) * 1.5);
  return Math.min(end, longest);
}

/** A finding that opened a moment ago still shows some road ahead. */
const MIN_AHEAD_MS = 60_000;

function firstOpened(finding: StripSubject, episodes: readonly EpisodeView[]): EpochMs {
  return Math.min(
    epoch(finding.firstSeenAt),
    ...episodes.map((episode) => epoch(episode.openedAt)),
  );
}

/** The whole history, unless the current episode would be lost in it. */
export function usualSpan(
  finding: StripSubject,
  episodes: readonly EpisodeView[],
  now: EpochMs,
): StripSpan {
  const at = instantsOf(finding);
  const end = endOf(at, now, "episode");
  return end - at.first >= (end - firstOpened(finding, episodes)) * 0.25 ? "all" : "episode";
}

export interface Scale {
  from: EpochMs;
  to: EpochMs;
  place: (at: EpochMs) => number;
  block: (from: EpochMs, to: EpochMs) => Block;
  shows: (block: Block) => boolean;
}

/** The axis from `opened` to `end`, with a little air at either side: `air` is its share of that. */
export function scaleOf(opened: EpochMs, end: EpochMs, air = 0.02): Scale {
  const pad = Math.max(1_000, (end - opened) * air);
  const from = opened - pad;
  const to = end + pad;
  const place = (at: EpochMs) => rounded(((at - from) / (to - from)) * 100);
  const clip = (at: EpochMs) => Math.min(Math.max(at, from), to);
  return {
    from,
    to,
    place,
    block: (start, stop) => {
      const x = place(clip(start));
      return { from: start, to: stop, x, w: rounded(Math.max(0, place(clip(stop)) - x)) };
    },
    shows: (block) => block.to > from && block.from < to,
  };
}

/** Where buckets lie up to `end`, and how high they are. */
export function occurrencesOf(
  occurrences: StripSubject["occurrences"],
  end: EpochMs,
  scale: Scale,
): StripModel["occurrences"] {
  if (occurrences === null) return [];
  const { bucketMs, buckets } = occurrences;
  const most = Math.log(Math.max(1, ...buckets.map(([, n]) => n)) + 1);
  return buckets.map(([start, n]) => ({
    ...scale.block(epoch(start), Math.min(epoch(start) + bucketMs, end)),
    count: n,
    h: rounded(0.25 + 0.75 * (Math.log(n + 1) / most)),
  }));
}

/** Lays a finding and its resolved episodes out on one axis. */
export function stripModel(
  finding: StripSubject,
  episodes: readonly EpisodeView[],
  view: { now: EpochMs; zone: ReaderZone },
  span: StripSpan,
): StripModel {
  const { now } = view;
  const at = instantsOf(finding);
  const scale = scaleOf(
    span === "all" ? firstOpened(finding, episodes) : at.first,
    endOf(at, now, span),
  );
  const { block, shows } = scale;
  const until = at.resolved ?? now;
  const gaps = finding.verification.gaps.map((gap) =>
    Object.assign(block(epoch(gap.from), gap.to === null ? until : epoch(gap.to)), { gap }),
  );
  const stopped = gaps
    .map((gap) => ({ from: Math.max(gap.from, at.last), to: Math.min(gap.to, until) }))
    .filter((gap) => gap.to > gap.from);
  const beyond = at.deadline !== null && at.deadline > scale.to;
  return {
    from: scale.from,
    to: scale.to,
    now: at.resolved === null ? scale.place(now) : null,
    deadline: at.deadline === null || beyond ? null : scale.place(at.deadline),
    beyond,
    ticks: ticksOf(scale.from, scale.to, view.zone),
    occurrences: occurrencesOf(finding.occurrences, until, scale),
    seen: finding.occurrences === null ? block(at.first, at.last) : null,
    watched: finding.coverage.map((c) => block(epoch(c.from), epoch(c.to))).filter(shows),
    gaps: gaps.filter(shows),
    quiet: subtract({ from: at.last, to: until }, stopped).map((q) => block(q.from, q.to)),
    stopped: stopped.map((part) => block(part.from, part.to)),
    remaining: at.deadline === null || at.deadline <= now ? null : block(now, at.deadline),
    episodes: episodes
      .filter((episode) => episode.episode !== finding.episode || at.resolved === null)
      .map((episode) =>
        Object.assign(block(epoch(episode.openedAt), epoch(episode.resolvedAt)), { episode }),
      )
      .filter(shows),
    current: block(at.first, until),
  };
}
