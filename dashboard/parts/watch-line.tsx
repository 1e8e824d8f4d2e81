/** The last day of a host in 120 px: a line for each agent, solid where it was in contact, hatched in a gap. */
import type { AgentView } from "../../schema/coverage.ts";
import { agentName, gapsOf, worstFirst } from "../format/coverage.ts";
import type { View } from "../view.ts";
import { WatchBars } from "./strip-lanes.tsx";
import { type Scale, scaleOf } from "./strip-model.ts";
import { watchBlocks } from "./strip-watch.ts";

const DAY_MS = 86_400_000;
/** Pixels. More lines than this would be too thin to see; those in trouble come first. */
const HEIGHT = 20;
const MOST_LINES = 4;
/** Percent: two pixels, so that a gap of minutes is seen. */
const SHORTEST_GAP = 1.7;

/** The last day up to now: what coverage is shown of. */
export function dayScale(now: number): Scale {
  return scaleOf(now - DAY_MS, now, 0);
}

export function WatchLine(props: { agents: readonly AgentView[]; view: View }) {
  const { agents, view } = props;
  const shown = worstFirst(agents).slice(0, MOST_LINES);
  const pitch = HEIGHT / shown.length;
  const h = Math.min(8, pitch - 1.5);
  const scale = dayScale(view.now);
  const { words } = gapsOf(agents, view.now);
  return (
    <svg class="watch-line" width="120" height={HEIGHT} role="img" aria-label={words}>
      {shown.map((agent, i) => {
        const y = i * pitch + (pitch - h) / 2;
        return (
          <g>
            <rect class="lane" x="0" y={y} width="100%" height={h}>
              <title>{agentName(agent)}: not heard of</title>
            </rect>
            <WatchBars
              watch={watchBlocks(agent, scale, view.now)}
              {...{ y, h, view }}
              isWeak={agent.state === "no_heartbeats"}
              least={SHORTEST_GAP}
            />
          </g>
        );
      })}
    </svg>
  );
}
