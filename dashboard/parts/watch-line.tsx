/** The last day of a host in 120 px: a line for each agent, solid where it was in contact, hatched in a gap. */
import type { AgentView } from "../../schema/coverage.ts";
import type { EpochMs } from "../../schema/time.ts";
import { agentName, gapsOf, worstFirst } from "../format/coverage.ts";
import { epoch } from "../format/time.ts";
import type { View } from "../view.ts";
import { Bar, WatchBars } from "./strip-lanes.tsx";
import { type Block, type Scale, scaleOf } from "./strip-model.ts";
import { watchBlocks } from "./strip-watch.ts";

const DAY_MS = 86_400_000;
/** Pixels. More lines than this would be too thin to see; those in trouble come first. */
const HEIGHT = 20;
const MOST_LINES = 4;
/** Percent: two pixels, so that a single contact and a gap of minutes are seen. */
const LEAST = 1.7;

/** The last day up to now, or since the first contact of any of the agents, where that is less. */
export function dayScale(agents: readonly AgentView[], now: EpochMs): Scale {
  const first = Math.min(...agents.map((agent) => epoch(agent.firstContactAt)));
  return scaleOf(Math.max(now - DAY_MS, Math.min(first, now - SHORTEST_MS)), now, 0);
}

/** An agent that has just come has a line too. */
const SHORTEST_MS = 60_000;

/**
 * From the last contact that the list knows of until now: it would have been told at once that the agent is silent,
 * but it is told of how it goes on only now and then.
 */
function sinceToldOf({ state, coverage }: AgentView, scale: Scale): Block | null {
  const last = coverage.at(-1);
  return state === "watching" && last !== undefined ? scale.block(epoch(last.to), scale.to) : null;
}

export function WatchLine(props: { agents: readonly AgentView[]; view: View }) {
  const { agents, view } = props;
  const shown = worstFirst(agents).slice(0, MOST_LINES);
  const pitch = HEIGHT / shown.length;
  const h = Math.min(8, pitch - 1.5);
  const scale = dayScale(agents, view.now);
  const { words } = gapsOf(agents, view.now);
  return (
    <svg class="watch-line" width="120" height={HEIGHT} role="img" aria-label={words}>
      {shown.map((agent, i) => {
        const y = i * pitch + (pitch - h) / 2;
        const sinceTold = sinceToldOf(agent, scale);
        return (
          <g>
            <rect class="lane" x="0" y={y} width="100%" height={h}>
              <title>{agentName(agent)}: not heard of</title>
            </rect>
            <WatchBars
              watch={watchBlocks(agent, scale, view.now)}
              {...{ y, h, view }}
              isWeak={agent.state === "no_heartbeats"}
              least={LEAST}
            />
            {sinceTold !== null && (
              <Bar
                at={sinceTold}
                {...{ y, h }}
                class="watched is-recent"
                title={`In contact; how exactly since ${view.zone.minute(sinceTold.from)} is on its page`}
              />
            )}
          </g>
        );
      })}
    </svg>
  );
}
