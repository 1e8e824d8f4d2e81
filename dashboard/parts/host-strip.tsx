/** A host's last day: its agents one under the other on one axis, and how far the host was watched by any. */
import type { AgentView, HostCoverage } from "../../schema/coverage.ts";
import { AGENT_STATE_WORDS, agentName, gapsOf, worstFirst } from "../format/coverage.ts";
import { epoch } from "../format/time.ts";
import { visible } from "../format/visible.ts";
import type { View } from "../view.ts";
import { LaneGrid, LaneTicks } from "./lane-axis.tsx";
import { ticksOf } from "./strip-axis.ts";
import { WatchBars } from "./strip-lanes.tsx";
import { watchBlocks } from "./strip-watch.ts";
import { dayScale } from "./watch-line.tsx";

/** Pixels. */
const LANE = 28;
const WATCHED = { y: 8, h: 12 };
/** Percent: a single contact, and a gap of minutes in a day, are still seen. */
const LEAST = 0.3;

export function HostStrip(props: { host: HostCoverage; view: View }) {
  const { host, view } = props;
  const scale = dayScale(host.agents, view.now);
  const axis = { ticks: ticksOf(scale.from, scale.to, view.zone), now: scale.place(view.now) };
  return (
    <figure class="strip lanes">
      <figcaption>
        <span>{gapsOf(host.agents, view.now).words}.</span>
        <span class="lane-key">now {view.zone.minute(view.now)}</span>
      </figcaption>
      {worstFirst(host.agents).map((agent) => (
        <div class="lane-row">
          <span class="lane-name" title={visible(agent.id)}>
            <bdi>{agentName(agent)}</bdi>
          </span>
          <span class="lane-state">{AGENT_STATE_WORDS[agent.state]}</span>
          <svg width="100%" height={LANE} aria-hidden="true">
            <LaneGrid model={axis} height={LANE} />
            <rect class="lane" x="0" width="100%" y={WATCHED.y} height={WATCHED.h} />
            <WatchBars
              watch={watchBlocks(agent, scale, view.now)}
              {...WATCHED}
              isWeak={agent.state === "no_heartbeats"}
              least={LEAST}
              view={view}
            />
          </svg>
        </div>
      ))}
      <div class="lane-row">
        <span class="lane-name"></span>
        <span class="lane-state"></span>
        <LaneTicks model={axis} />
      </div>
      <WatchTable agents={host.agents} view={view} />
    </figure>
  );
}

/** The same for screen readers; its gaps have a table that everybody sees. */
function WatchTable(props: { agents: readonly AgentView[]; view: View }) {
  const at = (instant: string) => props.view.zone.exact(epoch(instant));
  return (
    <div class="visually-hidden">
      <table>
        <caption>When each agent was in contact</caption>
        <thead>
          <tr>
            <th scope="col">Agent</th>
            <th scope="col">From</th>
            <th scope="col">To</th>
          </tr>
        </thead>
        <tbody>
          {props.agents.flatMap((agent) =>
            agent.coverage.map((span) => (
              <tr>
                <td>{agentName(agent)}</td>
                <td>{at(span.from)}</td>
                <td>{at(span.to)}</td>
              </tr>
            )),
          )}
        </tbody>
      </table>
    </div>
  );
}
