/** One agent of a host, with everything that it says of itself and what its peers say. */
import type { AgentView } from "../../schema/coverage.ts";
import {
  AGENT_STATE_MEANING,
  AGENT_STATE_WORDS,
  agentName,
  intervalWords,
  peersWords,
} from "../format/coverage.ts";
import { exactCount } from "../format/number.ts";
import { epoch } from "../format/time.ts";
import { visible } from "../format/visible.ts";
import type { View } from "../view.ts";
import { shortHash } from "./changes.tsx";
import { AgentMark } from "./host-rows.tsx";
import { Ruleset } from "./ruleset.tsx";
import { Moment } from "./time.tsx";

function Drift({ agent }: { agent: AgentView }) {
  if (agent.drift === null) return null;
  const { peersRuleset } = agent.drift;
  return (
    <div>
      <dt>Its peers</dt>
      <dd>
        {peersWords(agent)}{" "}
        <span class="mono" title={visible(peersRuleset)}>
          {visible(shortHash(peersRuleset))}
        </span>
      </dd>
    </div>
  );
}

export function AgentFacts({ agent, view }: { agent: AgentView; view: View }) {
  return (
    <section class="panel">
      <h2>
        <bdi>{agentName(agent)}</bdi>
      </h2>
      <p>
        <AgentMark state={agent.state} words={AGENT_STATE_WORDS[agent.state]} />
      </p>
      <p class="dim">{AGENT_STATE_MEANING[agent.state]}.</p>
      <dl class="side-facts">
        <div>
          <dt>Last contact</dt>
          <dd>
            <Moment at={epoch(agent.lastContactAt)} as="ago" view={view} />
          </dd>
        </div>
        <div>
          <dt>First contact</dt>
          <dd>
            <Moment at={epoch(agent.firstContactAt)} as="ago" view={view} />
          </dd>
        </div>
        <div>
          <dt>Heartbeats</dt>
          <dd title="Declared or learned; counted since its first contact">
            {agent.interval === null
              ? "none expected"
              : `every ${intervalWords(agent)}, ${exactCount(agent.heartbeats)} so far`}
          </dd>
        </div>
        <div>
          <dt>Dropped</dt>
          <dd title="By its own word, since its first contact">
            {exactCount(agent.dropped)} {agent.dropped === 1 ? "event" : "events"}
          </dd>
        </div>
        <div>
          <dt>Ruleset</dt>
          <dd>
            <Ruleset agent={agent} />
          </dd>
        </div>
        <Drift agent={agent} />
        <div>
          <dt>Id</dt>
          <dd class="mono" title={visible(agent.id)}>
            <bdi>{visible(agent.id)}</bdi>
          </dd>
        </div>
      </dl>
    </section>
  );
}
