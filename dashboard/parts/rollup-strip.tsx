/** A roll-up's time strip: its containers one under the other on one axis, so that one sees them come, act and go. */
import type { RollupDetail } from "../../schema/rollup.ts";
import { RESOLUTION_WORDS } from "../format/headline.ts";
import { counted, exactCount } from "../format/number.ts";
import { epoch } from "../format/time.ts";
import { visible } from "../format/visible.ts";
import { paths } from "../paths.ts";
import type { View } from "../view.ts";
import { laneName, laneState } from "../format/lane.ts";
import { Digest } from "./rollup-images.tsx";
import { LaneGrid, LaneTicks } from "./lane-axis.tsx";
import { type Lane, type LanesModel, lanesModel } from "./rollup-lanes.ts";
import { RollupStripTable } from "./rollup-strip-table.tsx";
import { Bar, Buckets, InBlock, WatchBars } from "./strip-lanes.tsx";

/** Pixels of a lane. In it: the episodes, the events that stand on their floor, and under them the watch. */
const LANE = 30;
const EPISODE = { y: 4, h: 18 };
const WATCHED = { y: 23, h: 4 };

function LaneDrawing(props: { lane: Lane; model: LanesModel; view: View }) {
  const { lane, model, view } = props;
  const at = (instant: number) => view.zone.short(instant);
  const { finding, current } = lane;
  const weak = finding !== null && !finding.verification.heartbeats;
  return (
    <svg width="100%" height={LANE} aria-hidden="true">
      <LaneGrid model={model} height={LANE} />
      {lane.earlier.map((block) => (
        <Bar
          at={block}
          {...EPISODE}
          class={`episode is-${block.episode.resolution}`}
          title={`Episode ${block.episode.episode}: ${at(block.from)} to ${at(block.to)}, ${RESOLUTION_WORDS[block.episode.resolution]}`}
        />
      ))}
      <Bar
        at={current}
        {...EPISODE}
        class={finding === null ? "witness" : `episode is-${finding.resolution ?? "open"}`}
        title={
          finding === null
            ? `Known since ${at(current.from)}: not seen in it`
            : `Episode ${finding.episode}: ${counted(finding.count, "event")} since ${at(current.from)}, ${laneState(lane)}`
        }
      />
      <Buckets
        occurrences={lane.occurrences}
        floor={EPISODE.y + EPISODE.h}
        highest={EPISODE.h - 4}
        view={view}
      />
      <WatchBars watch={lane} {...WATCHED} isWeak={weak} view={view} />
      {finding === null && <InBlock at={current} y={EPISODE.y + 1} text="not seen in it" />}
    </svg>
  );
}

function LaneRow(props: { lane: Lane; model: LanesModel; view: View }) {
  const { lane, model, view } = props;
  const name = laneName(lane);
  const { finding } = lane;
  const resolution = finding?.resolution ?? null;
  const title = `${name}: ${laneState(lane)}`;
  return (
    <div class="lane-row">
      <span class="lane-name" title={title}>
        {finding === null ? (
          <bdi>{name}</bdi>
        ) : (
          <a href={paths.finding(finding.id)}>
            <bdi>{name}</bdi>
          </a>
        )}
      </span>
      <span class="lane-state">
        <span class={resolution === null ? "" : `resolution is-${resolution}`}>
          {laneState(lane)}
        </span>
      </span>
      <LaneDrawing lane={lane} model={model} view={view} />
    </div>
  );
}

function words({ containers, timelines }: RollupDetail): string {
  const older = containers.hit - timelines.length;
  const of = "By image, the one that was seen first on top.";
  if (older <= 0) return `Every container with this finding. ${of}`;
  const more = older === 1 ? "1 more is" : `${exactCount(older)} more are`;
  return `The ${timelines.length} containers with the newest events; ${more} in the list below. ${of}`;
}

export function RollupStrip(props: { rollup: RollupDetail; view: View }) {
  const { rollup, view } = props;
  const model = lanesModel(rollup, view);
  if (model === null) return null;
  return (
    <figure class="strip lanes">
      <figcaption>
        <span>{words(rollup)}</span>
        <span class="lane-key">
          {rollup.status === "open"
            ? `now ${view.zone.minute(view.now)}`
            : `newest event ${view.zone.short(epoch(rollup.newestEventAt))}`}
        </span>
      </figcaption>
      {model.images.map(({ image, lanes }) => (
        <>
          <p class="lane-image">
            <bdi>{visible(image.image ?? "Image unknown")}</bdi> <Digest digest={image.digest} />
          </p>
          {lanes.map((lane) => (
            <LaneRow lane={lane} model={model} view={view} />
          ))}
        </>
      ))}
      <div class="lane-row">
        <span class="lane-name"></span>
        <span class="lane-state"></span>
        <LaneTicks model={model} />
      </div>
      <RollupStripTable model={model} view={view} />
    </figure>
  );
}
