/** The lanes of the time strip: what is drawn where. Geometry comes from strip-model.ts. */
import type { FindingDetail } from "../../schema/finding.ts";
import { gapWords, RESOLUTION_WORDS } from "../format/headline.ts";
import { counted } from "../format/number.ts";
import { epoch, span as inWords } from "../format/time.ts";
import type { View } from "../view.ts";
import type { Block, StripModel } from "./strip-model.ts";

/** Lanes: top and height in pixels. The labels left of the drawing use the same numbers in app.css. */
export const EVENTS = { y: 32, h: 40 };

const WATCHED = { y: 84, h: 12 };

const QUIET = { y: 108, h: 16 };

const EPISODES = { y: 136, h: 16 };

export const AXIS_Y = 164;

export const pc = (n: number): string => `${n}%`;

function Bar(props: {
  at: Block;
  y: number;
  h: number;
  class: string;
  title: string;
  fill?: string;
}) {
  const { at, y, h } = props;
  return (
    <>
      <rect class={props.class} x={pc(at.x)} y={y} width={pc(at.w)} height={h} fill={props.fill}>
        <title>{props.title}</title>
      </rect>
    </>
  );
}

/** Bars where a bucket is wide enough to see, ticks where it is not. */
export function Occurrences(props: { model: StripModel; view: View }) {
  const { zone } = props.view;
  const floor = EVENTS.y + EVENTS.h;
  return (
    <g class="occurrences">
      <line class="floor" x1="0" x2="100%" y1={floor} y2={floor} />
      {props.model.occurrences.map((o) => {
        const h = Math.round(o.h * EVENTS.h);
        const title = `${zone.short(o.from)}: ${counted(o.count, "event")}`;
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

export function Watched(props: { finding: FindingDetail; model: StripModel; view: View }) {
  const { finding, model, view } = props;
  const weak = finding.verification.heartbeats ? "" : " is-weak";
  return (
    <g>
      <rect class="lane" x="0" y={WATCHED.y} width="100%" height={WATCHED.h} />
      {model.watched.map((at) => (
        <Bar
          at={at}
          y={WATCHED.y}
          h={WATCHED.h}
          class={`watched${weak}`}
          title={`Watched from ${view.zone.short(at.from)} to ${view.zone.short(at.to)}`}
        />
      ))}
      {model.gaps.map((at) => (
        <Bar
          at={at}
          y={WATCHED.y}
          h={WATCHED.h}
          class="gap"
          fill="url(#hatch)"
          title={`Gap from ${view.zone.short(at.from)}: ${gapWords(at.gap, view.now)}`}
        />
      ))}
    </g>
  );
}

export function Quiet(props: { finding: FindingDetail; model: StripModel; view: View }) {
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

export function Episodes(props: { finding: FindingDetail; model: StripModel; view: View }) {
  const { finding, model, view } = props;
  const { y, h } = EPISODES;
  const end = finding.resolution === null ? "open" : RESOLUTION_WORDS[finding.resolution];
  return (
    <g>
      <rect class="lane" x="0" y={y} width="100%" height={h} />
      {model.episodes.map((at) => (
        <Bar
          at={at}
          y={y}
          h={h}
          class={`episode is-${at.episode.resolution}`}
          title={`Episode ${at.episode.episode}: ${view.zone.short(at.from)} to ${view.zone.short(at.to)}, ${RESOLUTION_WORDS[at.episode.resolution]}`}
        />
      ))}
      <Bar
        at={model.current}
        y={y}
        h={h}
        class={`episode is-${finding.resolution ?? "open"}`}
        title={`Episode ${finding.episode}: ${end}`}
      />
      {model.current.w > 12 && (
        <text class="in-block" x={pc(model.current.x)} dx="6" y={y + 12}>
          {`${finding.episode}: ${end}`}
        </text>
      )}
    </g>
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
