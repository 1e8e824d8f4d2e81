/** The axis of lanes that lie one under the other: a roll-up's containers, a host's agents. */
import { Hatch, pc } from "./strip-lanes.tsx";
import type { StripModel } from "./strip-model.ts";

type LaneAxis = Pick<StripModel, "ticks" | "now">;

/** Pixels. */
const AXIS = 24;

/** The axis goes through all lanes. */
export function LaneGrid(props: { model: LaneAxis; height: number }) {
  const { model, height } = props;
  return (
    <g class="axis">
      {model.ticks.map((tick) => (
        <line
          class={tick.minor ? "grid minor" : "grid"}
          x1={pc(tick.x)}
          x2={pc(tick.x)}
          y1="0"
          y2={height}
        />
      ))}
      {model.now !== null && (
        <line class="lane-now" x1={pc(model.now)} x2={pc(model.now)} y1="0" y2={height} />
      )}
    </g>
  );
}

/** Under the last lane: its labels, and the hatching of gaps. */
export function LaneTicks(props: { model: LaneAxis }) {
  const { model } = props;
  return (
    <svg class="lane-axis" width="100%" height={AXIS} aria-hidden="true">
      <Hatch />
      <g class="axis">
        <line x1="0" x2="100%" y1="0.5" y2="0.5" />
        {model.ticks.map((tick) => (
          <text class={tick.minor ? "minor" : ""} x={pc(tick.x)} y="17" text-anchor="middle">
            {tick.label}
          </text>
        ))}
      </g>
    </svg>
  );
}
