/** The time strip: why a finding is still open, at one glance. Server-drawn SVG with a table behind it. */
import type { Child } from "hono/jsx";
import type { EpisodeView, FindingDetail } from "../../schema/finding.ts";
import { quietShare } from "../format/headline.ts";
import { percent } from "../format/number.ts";
import { epoch, span as inWords } from "../format/time.ts";
import { paths } from "../paths.ts";
import type { View } from "../view.ts";
import {
  Axis,
  AXIS_Y,
  Episodes,
  EVENTS,
  Hatch,
  Occurrences,
  pc,
  Quiet,
  Watched,
} from "./strip-lanes.tsx";
import { stripModel, type StripModel, type StripSpan, type StripSubject } from "./strip-model.ts";
import { StripTable } from "./strip-table.tsx";

const HEIGHT = 186;

/** Two lines of labels over the lanes: the deadline's stays clear of now's, however near they are. */
const DEADLINE_LABEL_Y = 10;

const NOW_LABEL_Y = 25;

/** A label over the drawing, kept inside it at either edge. */
function TopLabel(props: { x: number; y: number; text: string; class: string }) {
  const anchor = props.x > 88 ? "end" : props.x < 8 ? "start" : "middle";
  return (
    <text class={props.class} x={pc(props.x)} y={props.y} text-anchor={anchor}>
      {props.text}
    </text>
  );
}

/** The strip in a sentence, for its caption. */
function stripWords(finding: FindingDetail, now: number): string {
  const since = inWords(now - epoch(finding.lastSeenAt));
  if (finding.resolution === "resource_gone") return "It ended because the resource is gone.";
  if (finding.resolution === "rule_retired") return "It ended because the rule was retired.";
  if (finding.status === "resolved")
    return `No event came for its quiet period of ${finding.quietPeriod}.`;
  const share = quietShare(finding, now);
  if (share === null) return `Last event ${since} ago. The quiet clock stands still during a gap.`;
  return `Last event ${since} ago. ${percent(share)} of the quiet period of ${finding.quietPeriod} has passed.`;
}

const SPAN_WORDS: Readonly<Record<StripSpan, string>> = {
  episode: "This episode",
  deadline: "Until the deadline",
  all: "All episodes",
};

/** Only spans that would show something else. */
function SpanSwitch(props: { id: string; span: StripSpan; others: readonly StripSpan[] }) {
  if (props.others.length === 0) return null;
  return (
    <nav class="segmented" aria-label="Time shown">
      {(["episode", ...props.others] as const).map((span) => (
        <a
          href={paths.finding(props.id, span)}
          aria-current={props.span === span ? "true" : undefined}
        >
          {SPAN_WORDS[span]}
        </a>
      ))}
    </nav>
  );
}

/** A finding's strip: its current episode and those before. */
export function TimeStrip(props: {
  finding: FindingDetail;
  episodes: readonly EpisodeView[];
  span: StripSpan;
  view: View;
}) {
  const { finding, episodes, span, view } = props;
  const model = stripModel(finding, episodes, view, span);
  const past = episodes.some((episode) => episode.episode !== finding.episode);
  const others: StripSpan[] = [];
  if (model.beyond || span === "deadline") others.push("deadline");
  if (past) others.push("all");
  return (
    <StripFigure
      id={finding.id}
      finding={finding}
      model={model}
      words={stripWords(finding, view.now)}
      view={view}
    >
      <SpanSwitch
        id={finding.id}
        span={past || span !== "all" ? span : "episode"}
        others={others}
      />
    </StripFigure>
  );
}

/** The figure: caption, drawing, and the table behind it. `id` is the finding's. */
export function StripFigure(props: {
  id: string;
  finding: StripSubject;
  model: StripModel;
  words: string;
  view: View;
  children?: Child;
}) {
  const { id, finding, model, words, view } = props;
  return (
    <figure class={model.now === null ? "strip is-over" : "strip"}>
      <figcaption>
        <span>{words}</span>
        {props.children}
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
          aria-label={`Time strip. ${words} The table after this picture holds the same data.`}
        >
          <Hatch />
          <Axis model={model} />
          <Occurrences finding={finding} model={model} view={view} />
          <Watched finding={finding} model={model} view={view} />
          <Quiet finding={finding} model={model} view={view} />
          <Episodes id={id} finding={finding} model={model} view={view} />
          <Marks finding={finding} model={model} view={view} />
        </svg>
      </div>
      <StripTable finding={finding} view={view} />
    </figure>
  );
}

/** Now, and the deadline. */
function Marks(props: { finding: StripSubject; model: StripModel; view: View }) {
  const { finding, model, view } = props;
  return (
    <>
      {model.now !== null && (
        <g class="now">
          <line x1={pc(model.now)} x2={pc(model.now)} y1={EVENTS.y - 3} y2={AXIS_Y} />
          <TopLabel x={model.now} y={NOW_LABEL_Y} text="now" class="" />
        </g>
      )}
      {(model.deadline !== null || model.beyond) && finding.deadlineAt !== null && (
        <TopLabel
          x={model.deadline ?? 100}
          class="deadline-label"
          y={DEADLINE_LABEL_Y}
          text={`resolves ${view.zone.short(epoch(finding.deadlineAt))}${model.beyond ? " →" : ""}`}
        />
      )}
    </>
  );
}
