/** The time strip: why a finding is still open, at one glance. Server-drawn SVG with a table behind it. */
import type { EpisodeView, FindingDetail } from "../../schema/finding.ts";
import { RESOLUTION_WORDS, gapWords, quietShare } from "../format/headline.ts";
import { counted, percent } from "../format/number.ts";
import { epoch, span as inWords } from "../format/time.ts";
import { paths } from "../paths.ts";
import type { View } from "../view.ts";
import { type Block, type StripModel, type StripSpan, stripModel } from "./strip-model.ts";
import { StripTable } from "./strip-table.tsx";

/** Lanes: top and height in pixels. The labels left of the drawing use the same numbers in app.css. */
const EVENTS = { y: 32, h: 40 };
const WATCHED = { y: 84, h: 12 };
const QUIET = { y: 108, h: 16 };
const EPISODES = { y: 136, h: 16 };
const AXIS_Y = 164;
const HEIGHT = 186;
/** Two lines of labels over the lanes: the deadline's stays clear of now's, however near they are. */
const DEADLINE_LABEL_Y = 10;
const NOW_LABEL_Y = 25;

const pc = (n: number): string => `${n}%`;

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
function Occurrences(props: { model: StripModel; view: View }) {
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

function Watched(props: { finding: FindingDetail; model: StripModel; view: View }) {
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

function Quiet(props: { finding: FindingDetail; model: StripModel; view: View }) {
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

function Episodes(props: { finding: FindingDetail; model: StripModel; view: View }) {
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

/** A label over the drawing, kept inside it at either edge. */
function TopLabel(props: { x: number; y: number; text: string; class: string }) {
  const anchor = props.x > 88 ? "end" : props.x < 8 ? "start" : "middle";
  return (
    <text class={props.class} x={pc(props.x)} y={props.y} text-anchor={anchor}>
      {props.text}
    </text>
  );
}

function Axis(props: { model: StripModel }) {
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

function Hatch() {
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

/** The strip in a sentence, for its caption. */
export function stripWords(finding: FindingDetail, now: number): string {
  const since = inWords(now - epoch(finding.lastSeenAt));
  if (finding.status === "resolved")
    return `No event came for its quiet period of ${finding.quietPeriod}.`;
  const share = quietShare(finding, now);
  if (share === null) return `Last event ${since} ago. The quiet clock stands still during a gap.`;
  return `Last event ${since} ago. ${percent(share)} of the quiet period of ${finding.quietPeriod} has passed.`;
}

function SpanSwitch(props: { id: string; span: StripSpan }) {
  return (
    <nav class="segmented" aria-label="Time shown">
      <a
        href={paths.finding(props.id, "episode")}
        aria-current={props.span === "episode" ? "true" : undefined}
      >
        This episode
      </a>
      <a
        href={paths.finding(props.id, "all")}
        aria-current={props.span === "all" ? "true" : undefined}
      >
        All episodes
      </a>
    </nav>
  );
}

export function TimeStrip(props: {
  finding: FindingDetail;
  episodes: readonly EpisodeView[];
  span: StripSpan;
  view: View;
}) {
  const { finding, episodes, span, view } = props;
  const model = stripModel(finding, episodes, view, span);
  const past = episodes.some((episode) => episode.episode !== finding.episode);
  return (
    <figure class="strip">
      <figcaption>
        <span>{stripWords(finding, view.now)}</span>
        {past && <SpanSwitch id={finding.id} span={span} />}
      </figcaption>
      <div class="strip-grid">
        <div class="strip-labels" aria-hidden="true">
          <span class="at-events">Events</span>
          <span class="at-watched">Watched</span>
          <span class="at-quiet">Quiet</span>
          <span class="at-episodes">Episodes</span>
        </div>
        <svg
          width="100%"
          height={HEIGHT}
          role="img"
          aria-label={`Time strip. ${stripWords(finding, view.now)} The table after this picture holds the same data.`}
        >
          <Hatch />
          <Axis model={model} />
          <Occurrences model={model} view={view} />
          <Watched finding={finding} model={model} view={view} />
          <Quiet finding={finding} model={model} view={view} />
          <Episodes finding={finding} model={model} view={view} />
          {model.now !== null && (
            <g class="now">
              <line x1={pc(model.now)} x2={pc(model.now)} y1={EVENTS.y - 3} y2={AXIS_Y} />
              <TopLabel x={model.now} y={NOW_LABEL_Y} text="now" class="" />
            </g>
          )}
          {model.deadline !== null && finding.deadlineAt !== null && (
            <TopLabel
              x={model.deadline}
              class="deadline-label"
              y={DEADLINE_LABEL_Y}
              text={`resolves ${view.zone.short(epoch(finding.deadlineAt))}`}
            />
          )}
        </svg>
      </div>
      <StripTable finding={finding} view={view} />
    </figure>
  );
}
