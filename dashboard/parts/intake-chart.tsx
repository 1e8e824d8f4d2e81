/** What was received over time, and what it came to: stacked bars, with a table for screen readers. */
import type { OutcomeGroup } from "../../schema/outcome.ts";
import { count, exactCount } from "../format/number.ts";
import type { View } from "../view.ts";
import {
  type Bar,
  barsOf,
  labelOf,
  roundUp,
  STACKED,
  type Window,
  WINDOWS,
} from "./intake-bars.ts";

/** Pixels; the style sheet knows them too. */
const HEIGHT = 160;
const TOP = 8;
/** What is there is seen, however little it is. */
const LEAST = 2;

export const OUTCOME_WORDS = {
  accepted: "accepted",
  ignored: "ignored",
  duplicate: "duplicates",
  rejected: "rejected",
} as const;

function barWords(bar: Bar, view: View): string {
  const parts = STACKED.filter((outcome) => bar[outcome] > 0).map(
    (outcome) => `${exactCount(bar[outcome])} ${OUTCOME_WORDS[outcome]}`,
  );
  const what = parts.length === 0 ? "nothing received" : parts.join(", ");
  return `From ${view.zone.short(bar.start)}: ${what}`;
}

function BarShape(props: { bar: Bar; x: number; width: number; most: number; view: View }) {
  const { bar, x, width, most } = props;
  let foot = HEIGHT;
  return (
    <g>
      <title>{barWords(bar, props.view)}</title>
      <rect class="hit" x={`${x}%`} y={TOP} width={`${width}%`} height={HEIGHT - TOP} />
      {STACKED.map((outcome) => {
        if (bar[outcome] === 0) return null;
        const h = Math.max(LEAST, (bar[outcome] / most) * (HEIGHT - TOP));
        foot -= h;
        return (
          <rect
            class={`is-${outcome}`}
            x={`${(x + width * 0.12).toFixed(3)}%`}
            y={foot.toFixed(1)}
            width={`${(width * 0.76).toFixed(3)}%`}
            height={h.toFixed(1)}
          />
        );
      })}
    </g>
  );
}

function Scale(props: { most: number }) {
  const marks = [props.most, props.most / 2, 0];
  const y = (value: number) => HEIGHT - (value / props.most) * (HEIGHT - TOP);
  return (
    <svg class="chart-scale" width="56" height={HEIGHT + 24} aria-hidden="true">
      {marks.map((mark) => (
        <text x="48" y={y(mark) + 4} text-anchor="end">
          {count(mark)}
        </text>
      ))}
    </svg>
  );
}

function Plot(props: { bars: readonly Bar[]; most: number; window: Window; view: View }) {
  const { bars, most, window, view } = props;
  const width = 100 / Math.max(1, bars.length);
  const label = `Events received, ${WINDOWS[window].bar}`;
  return (
    <svg width="100%" height={HEIGHT + 24} role="img" aria-label={label}>
      {[TOP, (HEIGHT + TOP) / 2, HEIGHT].map((y) => (
        <line class="grid" x1="0" x2="100%" y1={y} y2={y} />
      ))}
      {bars.map((bar, i) => (
        <BarShape bar={bar} x={i * width} width={width} most={most} view={view} />
      ))}
      {bars.map((bar, i) => {
        const under = labelOf(bar, i, window, view);
        return under === null ? null : (
          <text
            class={under.minor ? "minor" : undefined}
            x={`${((i + 0.5) * width).toFixed(3)}%`}
            y={HEIGHT + 18}
            text-anchor="middle"
          >
            {under.text}
          </text>
        );
      })}
    </svg>
  );
}

function Table(props: { bars: readonly Bar[]; window: Window; view: View }) {
  return (
    <table class="visually-hidden">
      <caption>Events received, {WINDOWS[props.window].bar}</caption>
      <thead>
        <tr>
          <th scope="col">From</th>
          <th scope="col">Received</th>
          {STACKED.map((outcome) => (
            <th scope="col">{OUTCOME_WORDS[outcome]}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {props.bars.map((bar) => (
          <tr>
            <td>{props.view.zone.short(bar.start)}</td>
            <td>{bar.received}</td>
            {STACKED.map((outcome) => (
              <td>{bar[outcome]}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function IntakeChart(props: { hours: readonly OutcomeGroup[]; window: Window; view: View }) {
  const { window, view } = props;
  const bars = barsOf(props.hours, window, view);
  const most = roundUp(Math.max(0, ...bars.map((bar) => bar.received)));
  return (
    <figure class="chart">
      <figcaption>
        Events received, {WINDOWS[window].bar}
        {STACKED.map((outcome) => (
          <span class="key">
            <svg width="10" height="10" aria-hidden="true">
              <rect class={`is-${outcome}`} width="10" height="10" rx="2" />
            </svg>
            {OUTCOME_WORDS[outcome]}
          </span>
        ))}
      </figcaption>
      <div class="chart-grid">
        <Scale most={most} />
        <Plot bars={bars} most={most} window={window} view={view} />
      </div>
      <div class="visually-hidden">
        <Table bars={bars} window={window} view={view} />
      </div>
    </figure>
  );
}
