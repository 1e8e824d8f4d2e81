/** The lanes of the time strip: what is drawn where. Geometry comes from strip-model.ts. */
import { gapWords, RESOLUTION_WORDS } from "../format/headline.ts";
import { counted } from "../format/number.ts";
import { epoch, span as inWords } from "../format/time.ts";
import type { View } from "../view.ts";
import { paths } from "../paths.ts";
import type { Block, StripModel, StripSubject } from "./strip-model.ts";
import type { WatchBlocks } from "./strip-watch.ts";

/** Lanes: top and height in pixels. The labels left of the drawing use the same numbers in app.css. */
export const EVENTS = { y: 32, h: 40 };

const WATCHED = { y: 84, h: 12 };

const QUIET = { y: 108, h: 16 };

const EPISODES = { y: 136, h: 16 };

export const AXIS_Y = 164;

export const pc = (n: number): string => `${n}%`;

export function Bar(props: {
  at: Block;
  y: number;
  h: number;
  class: string;
  title: string;
  fill?: string;
}) {
  const { at, y, h } = props;
  return (
    <rect class={props.class} x={pc(at.x)} y={y} width={pc(at.w)} height={h} fill={props.fill}>
      <title>{props.title}</title>
    </rect>
  );
}

/** Bars where a bucket is wide enough to see, ticks where it is not. */
export function Buckets(props: {
  occurrences: StripModel["occurrences"];
  /** Pixels: where they stand, and how high the highest is. */
  floor: number;
  highest: number;
  view: View;
}) {
  const { occurrences, floor, highest, view } = props;
  return (
    <g class="occurrences">
      {occurrences.map((o) => {
        const h = Math.round(o.h * highest);
        const title = `${view.zone.short(o.from)}: ${counted(o.count, "event")}`;
        return o.w < 0.4 ? (
          <line class="tick" x1={pc(o.x)} x2={pc(o.x)} y1={floor - h} y2={floor}>
            <title>{title}</title>
          </line>
        ) : (
          <Bar at={o} y={floor - h} h={h} class="bar" title={title} />
        );
      })}
    </g>
  );
}

export function Occurrences(props: { finding: StripSubject; model: StripModel; view: View }) {
  const { finding, model, view } = props;
  const floor = EVENTS.y + EVENTS.h;
  return (
    <>
      <line class="floor" x1="0" x2="100%" y1={floor} y2={floor} />
      {model.seen !== null && <Seen at={model.seen} count={finding.count} view={view} />}
      <Buckets occurrences={model.occurrences} floor={floor} highest={EVENTS.h} view={view} />
    </>
  );
}

/** The first event and the last; of those between it is known only how many there were. */
function Seen(props: { at: Block; count: number; view: View }) {
  const { at, count, view } = props;
  const floor = EVENTS.y + EVENTS.h;
  const title = `${counted(count, "event")} from ${view.zone.short(at.from)} to ${view.zone.short(at.to)}; when exactly is not kept`;
  return (
    <g class="occurrences">
      <Bar at={at} y={floor - 10} h={10} class="seen" title={title} />
      {[at.x, at.x + at.w].map((x) => (
        <line class="tick" x1={pc(x)} x2={pc(x)} y1={floor - EVENTS.h * 0.6} y2={floor}>
          <title>{title}</title>
        </line>
      ))}
    </g>
  );
}

export function Watched(props: { finding: StripSubject; model: StripModel; view: View }) {
  const { finding, model, view } = props;
  return (
    <g>
      <rect class="lane" x="0" y={WATCHED.y} width="100%" height={WATCHED.h} />
      <WatchBars watch={model} {...WATCHED} isWeak={!finding.verification.heartbeats} view={view} />
    </g>
  );
}

/** `isWeak`: no heartbeats prove it. `least`: percent of the width, so that what is short is seen in a small picture. */
export function WatchBars(props: {
  watch: WatchBlocks;
  y: number;
  h: number;
  isWeak: boolean;
  least?: number;
  view: View;
}) {
  const { watch, y, h, least = 0, view } = props;
  const seen = <B extends Block>(at: B): B =>
    at.w >= least ? at : { ...at, x: Math.min(at.x, 100 - least), w: least };
  return (
    <>
      {watch.watched.map((at) => (
        <Bar
          at={seen(at)}
          y={y}
          h={h}
          class={props.isWeak ? "watched is-weak" : "watched"}
          title={`Watched from ${view.zone.short(at.from)} to ${view.zone.short(at.to)}`}
        />
      ))}
      {watch.gaps.map((at) => (
        <Bar
          at={seen(at)}
          y={y}
          h={h}
          class="gap"
          fill="url(#hatch)"
          title={`Gap from ${view.zone.short(at.from)}: ${gapWords(at.gap, view.now)}`}
        />
      ))}
    </>
  );
}

export function Quiet(props: { finding: StripSubject; model: StripModel; view: View }) {
  const { finding, model, view } = props;
  const { y, h } = QUIET;
  return (
    <g class={finding.verification.heartbeats ? "quiet" : "quiet is-weak"}>
      {model.remaining !== null && (
        <Bar
          at={model.remaining}
          y={y}
          h={h}
          class="remaining"
          title={`Still to pass: ${inWords(model.remaining.to - model.remaining.from)}`}
        />
      )}
      {model.quiet.map((at) => (
        <Bar at={at} y={y} h={h} class="passed" title={`Quiet for ${inWords(at.to - at.from)}`} />
      ))}
      {model.stopped.map((at) => (
        <Bar
          at={at}
          y={y}
          h={h}
          class="stopped"
          fill="url(#hatch)"
          title={`The quiet clock stood still for ${inWords(at.to - at.from)}`}
        />
      ))}
      {model.deadline !== null && (
        <line
          class="deadline"
          x1={pc(model.deadline)}
          x2={pc(model.deadline)}
          y1={y - 5}
          y2={y + h + 5}
        >
          <title>Resolves {view.zone.exact(epoch(finding.deadlineAt ?? finding.lastSeenAt))}</title>
        </line>
      )}
    </g>
  );
}

/** Past episodes lead to their certificates; `id` is the finding's. */
export function Episodes(props: {
  id: string;
  finding: StripSubject;
  model: StripModel;
  view: View;
}) {
  const { finding, model, view } = props;
  const { y, h } = EPISODES;
  const end = finding.resolution === null ? "open" : RESOLUTION_WORDS[finding.resolution];
  return (
    <g>
      <rect class="lane" x="0" y={y} width="100%" height={h} />
      {model.episodes.map((at) => (
        <a href={paths.certificate(props.id, at.episode.episode)} tabindex={-1}>
          <Bar
            at={at}
            y={y}
            h={h}
            class={`episode is-${at.episode.resolution}`}
            title={`Episode ${at.episode.episode}: ${view.zone.short(at.from)} to ${view.zone.short(at.to)}, ${RESOLUTION_WORDS[at.episode.resolution]}`}
          />
          <InBlock
            at={at}
            y={y}
            text={`${at.episode.episode}: ${RESOLUTION_WORDS[at.episode.resolution]}`}
          />
        </a>
      ))}
      <Bar
        at={model.current}
        y={y}
        h={h}
        class={`episode is-${finding.resolution ?? "open"}`}
        title={`Episode ${finding.episode}: ${end}`}
      />
      <InBlock at={model.current} y={y} text={`${finding.episode}: ${end}`} />
    </g>
  );
}

/** The words of a block that is wide enough for them. */
export function InBlock(props: { at: Block; y: number; text: string }) {
  if (props.at.w <= 12) return null;
  return (
    <text class="in-block" x={pc(props.at.x)} dx="6" y={props.y + 12}>
      {props.text}
    </text>
  );
}

export function Axis(props: { model: StripModel }) {
  const { model } = props;
  return (
    <g class="axis">
      <line x1="0" x2="100%" y1={AXIS_Y} y2={AXIS_Y} />
      {model.ticks.map((tick) => (
        <g class={tick.minor ? "minor" : ""}>
          <line class="grid" x1={pc(tick.x)} x2={pc(tick.x)} y1={EVENTS.y} y2={AXIS_Y + 4} />
          <text x={pc(tick.x)} y={AXIS_Y + 17} text-anchor="middle">
            {tick.label}
          </text>
        </g>
      ))}
    </g>
  );
}

export function Hatch() {
  return (
    <defs>
      <pattern
        id="hatch"
        width="6"
        height="6"
        patternUnits="userSpaceOnUse"
        patternTransform="rotate(45)"
      >
        <rect class="hatch-ground" width="6" height="6" />
        <line class="hatch-line" x1="0" x2="0" y1="0" y2="6" />
      </pattern>
    </defs>
  );
}
