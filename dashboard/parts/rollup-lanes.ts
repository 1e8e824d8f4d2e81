/** What lies where in a roll-up's picture: one axis, a lane for each container, by image. Pure. */
import type { FindingSummary, ResourceView } from "../../schema/finding.ts";
import type { ImageRef, RollupDetail, Timeline, Witness } from "../../schema/rollup.ts";
import type { EpochMs } from "../../schema/time.ts";
import { epoch } from "../format/time.ts";
import type { ReaderZone } from "../format/zone.ts";
import { ticksOf } from "./strip-axis.ts";
import { type Block, occurrencesOf, type Scale, scaleOf, type StripModel } from "./strip-model.ts";
import { type WatchBlocks, watchBlocks } from "./strip-watch.ts";

/** One container. */
export interface Lane extends WatchBlocks {
  resource: ResourceView;
  /** Null for one that has no finding of the rule, and shows that the fix holds. */
  finding: FindingSummary | null;
  occurrences: StripModel["occurrences"];
  earlier: (Block & { episode: Timeline["episodes"][number] })[];
  /** From the opening of its current or last episode until now or its end; of one without from when it is known. */
  current: Block;
}

export interface LanesModel {
  now: number | null;
  ticks: StripModel["ticks"];
  /** The image that was seen first is the first. */
  images: { image: ImageRef; lanes: Lane[] }[];
}

type Told = Pick<RollupDetail, "status" | "findings" | "timelines" | "fix" | "quietAt">;

interface Member {
  finding: FindingSummary;
  timeline: Timeline;
}

function membersOf({ findings, timelines }: Told): Member[] {
  const byId = new Map(findings.map((finding) => [finding.id, finding]));
  return timelines.flatMap((timeline) => {
    const finding = byId.get(timeline.finding);
    return finding === undefined ? [] : [{ finding, timeline }];
  });
}

/** Where the axis begins: with the first episode of all, unless the current ones would be lost in it. */
function startOf(members: readonly Member[], witness: Witness | null, end: EpochMs): EpochMs {
  const current = Math.min(
    ...members.map(({ finding }) => epoch(finding.firstSeenAt)),
    ...(witness === null ? [] : [epoch(witness.knownSince)]),
  );
  const first = Math.min(
    current,
    ...members.flatMap(({ timeline }) => timeline.episodes.map((it) => epoch(it.openedAt))),
  );
  return end - current >= (end - first) * 0.25 ? first : current;
}

/** Where it ends: what has ended is not pressed to the left by all the time since. */
function endOf(told: Told, members: readonly Member[], now: EpochMs): EpochMs {
  if (told.status === "open") return now;
  const ends = [
    epoch(told.quietAt),
    ...members.map(({ finding }) => epoch(finding.resolvedAt ?? finding.lastSeenAt)),
    ...(told.fix?.witness?.coverage ?? []).map((span) => epoch(span.to)),
  ];
  return Math.min(now, Math.max(...ends));
}

function laneOf({ finding, timeline }: Member, scale: Scale, end: EpochMs): Lane {
  const { block, shows } = scale;
  const until = finding.resolvedAt === null ? end : epoch(finding.resolvedAt);
  return {
    resource: finding.resource,
    finding,
    occurrences: occurrencesOf(timeline.occurrences, until, scale),
    earlier: timeline.episodes
      .map((episode) =>
        Object.assign(block(epoch(episode.openedAt), epoch(episode.resolvedAt)), { episode }),
      )
      .filter(shows),
    current: block(epoch(finding.firstSeenAt), until),
    ...watchBlocks({ coverage: timeline.coverage, gaps: finding.verification.gaps }, scale, until),
  };
}

function witnessLane(witness: Witness, scale: Scale, end: EpochMs): Lane {
  return {
    resource: witness.resource,
    finding: null,
    occurrences: [],
    earlier: [],
    current: scale.block(epoch(witness.knownSince), end),
    ...watchBlocks({ coverage: witness.coverage, gaps: [] }, scale, end),
  };
}

function byImage(lanes: readonly Lane[]): LanesModel["images"] {
  const inOrder = lanes.toSorted((a, b) => a.current.from - b.current.from);
  const groups = Map.groupBy(inOrder, ({ resource }) =>
    JSON.stringify([resource.image, resource.imageDigest]),
  );
  return [...groups.values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    const { image, imageDigest } = first.resource;
    return [{ image: { image, digest: imageDigest }, lanes: same }];
  });
}

/** Lays the newest findings of a roll-up out on one axis; null where there is nothing to lay out. */
export function lanesModel(
  told: Told,
  view: { now: EpochMs; zone: ReaderZone },
): LanesModel | null {
  const members = membersOf(told);
  if (members.length === 0) return null;
  const witness = told.fix?.witness ?? null;
  const end = endOf(told, members, view.now);
  const scale = scaleOf(startOf(members, witness, end), end);
  const lanes = members.map((member) => laneOf(member, scale, end));
  if (witness !== null) lanes.push(witnessLane(witness, scale, end));
  return {
    now: told.status === "open" ? scale.place(view.now) : null,
    ticks: ticksOf(scale.from, scale.to, view.zone),
    images: byImage(lanes),
  };
}
