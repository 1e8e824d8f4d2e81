/**
 * The time strip's geometry: what lies where on the axis, in percent of its width. Pure; the
 * drawing is strip.tsx. Percent, not pixels, so that text keeps its size at every width.
 */
import type { EpisodeView, FindingDetail, GapView } from "../../schema/finding.ts";
import { type EpochMs, formatInstant } from "../../schema/time.ts";
import { epoch } from "../format/time.ts";
import type { ReaderZone } from "../format/zone.ts";
import { rounded, ticksOf } from "./strip-axis.ts";

/** The current episode alone, or everything since the first one opened. */
export type StripSpan = "episode" | "all";

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
  lastSeen: number;
  ticks: { x: number; label: string; minor: boolean }[];
  /** `h` is 0 to 1, on a logarithmic scale. */
  occurrences: (Block & { count: number; h: number })[];
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
function subtract(
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

/** Whether the current episode would be lost in the whole history. */
export function usualSpan(
  finding: FindingDetail,
  episodes: readonly EpisodeView[],
  now: EpochMs,
): StripSpan {
  const first = Math.min(epoch(finding.firstSeenAt), ...episodes.map((e) => epoch(e.openedAt)));
  const end = epoch(finding.resolvedAt ?? finding.deadlineAt ?? formatInstant(now));
  const own = end - epoch(finding.firstSeenAt);
  return own >= (end - first) * 0.25 ? "all" : "episode";
}

/** Lays a finding and its resolved episodes out on one axis. */
export function stripModel(
  finding: FindingDetail,
  episodes: readonly EpisodeView[],
  view: { now: EpochMs; zone: ReaderZone },
  span: StripSpan,
): StripModel {
  const { now, zone } = view;
  const first = epoch(finding.firstSeenAt);
  const last = epoch(finding.lastSeenAt);
  const resolved = finding.resolvedAt === null ? null : epoch(finding.resolvedAt);
  const deadline = finding.deadlineAt === null ? null : epoch(finding.deadlineAt);
  const opened =
    span === "all" ? Math.min(first, ...episodes.map((episode) => epoch(episode.openedAt))) : first;
  const end = resolved ?? Math.max(now, deadline ?? now);
  const pad = Math.max(1_000, (end - opened) * 0.02);
  const from = opened - pad;
  const to = end + pad;

  const place = (at: EpochMs): number => ((at - from) / (to - from)) * 100;
  const block = (start: EpochMs, stop: EpochMs): Block => {
    const x = place(Math.max(start, from));
    const right = place(Math.min(stop, to));
    return { from: start, to: stop, x: rounded(x), w: rounded(Math.max(0, right - x)) };
  };
  const visible = (b: Block) => b.to > from && b.from < to;

  const most = Math.max(1, ...finding.occurrences.buckets.map(([, n]) => n));
  const gaps = finding.verification.gaps.map((gap) => ({
    ...block(epoch(gap.from), gap.to === null ? (resolved ?? now) : epoch(gap.to)),
    gap,
  }));
  const quietSpan = { from: last, to: resolved ?? now };
  const clipped = gaps
    .map((gap) => ({ from: Math.max(gap.from, last), to: Math.min(gap.to, quietSpan.to) }))
    .filter((gap) => gap.to > gap.from);
  return {
    from,
    to,
    now: resolved === null ? rounded(place(now)) : null,
    deadline: deadline === null || resolved !== null ? null : rounded(place(deadline)),
    lastSeen: rounded(place(last)),
    ticks: ticksOf(from, to, zone),
    occurrences: finding.occurrences.buckets.map(([start, n]) => ({
      ...block(
        epoch(start),
        Math.min(epoch(start) + finding.occurrences.bucketMs, resolved ?? now),
      ),
      count: n,
      h: rounded(0.25 + 0.75 * (Math.log(n + 1) / Math.log(most + 1))),
    })),
    watched: finding.coverage.map((c) => block(epoch(c.from), epoch(c.to))).filter(visible),
    gaps: gaps.filter(visible),
    quiet: subtract(quietSpan, clipped).map((part) => block(part.from, part.to)),
    stopped: clipped.map((part) => block(part.from, part.to)),
    remaining:
      deadline === null || resolved !== null || deadline <= now ? null : block(now, deadline),
    episodes: episodes
      .filter((episode) => episode.episode !== finding.episode || resolved === null)
      .map((episode) =>
        Object.assign(block(epoch(episode.openedAt), epoch(episode.resolvedAt)), { episode }),
      )
      .filter(visible),
    current: block(first, resolved ?? now),
  };
}
