/** Deliberate breakages of the core and of D1's guards, each of which the checks of a run must catch. */
import { decide } from "../../durable/domain/decide.ts";
import type {
  Agent,
  Command,
  Decision,
  Finding,
  HostState,
  Observation,
  OutboxMessage,
} from "../../durable/domain/model.ts";
import { AGENT_SILENT } from "../../durable/domain/silence.ts";
import { drainOnce, type DrainDeps } from "../../durable/host-drain.ts";
import { ruleId } from "../../schema/ids.ts";
import type { EpochMs } from "../../schema/time.ts";
import type { Core, ReportCommand } from "./host.ts";
import { REAL, type Setup } from "./world.ts";

/** What the broken core sees, in place of what there is. */
type Distort = (
  state: HostState,
  command: Command,
  now: EpochMs,
) => { state: HostState; command: Command; now: EpochMs };

function broken(core: Partial<Core>): Setup {
  return { ...REAL, core: { ...REAL.core, ...core } };
}

function seeing(distort: Distort): Setup {
  return broken({
    decide: (state, command, now) => {
      const seen = distort(state, command, now);
      return decide(seen.state, seen.command, seen.now);
    },
  });
}

function mapValues<K, V>(map: ReadonlyMap<K, V>, change: (value: V) => V): Map<K, V> {
  return new Map([...map].map(([key, value]) => [key, change(value)]));
}

function withAgents(change: (agent: Agent, now: EpochMs) => Agent): Distort {
  return (state, command, now) => ({
    state: { ...state, agents: mapValues(state.agents, (agent) => change(agent, now)) },
    command,
    now,
  });
}

function withFindings(change: (finding: Finding) => Finding): Distort {
  return (state, command, now) => ({
    state: { ...state, findings: mapValues(state.findings, change) },
    command,
    now,
  });
}

function without<T, K extends keyof T>(whole: T, key: K): Omit<T, K> {
  const { [key]: _, ...rest } = whole;
  return rest;
}

/** What is left of a report when some of it is not looked at. */
function withReports(change: (report: ReportCommand, state: HostState) => ReportCommand): Distort {
  return (state, command, now) => ({
    state,
    command: command.type === "report" ? change(command, state) : command,
    now,
  });
}

function withObservations(change: (seen: Observation) => Observation): Distort {
  return withReports((report) => ({ ...report, observations: report.observations.map(change) }));
}

/** What the core decides, changed afterwards. */
function deciding(change: (decision: Decision) => Decision): Setup {
  return broken({ decide: (state, command, now) => change(decide(state, command, now)) });
}

function withMessages(change: (message: OutboxMessage) => OutboxMessage): Setup {
  return deciding((decision) => ({
    ...decision,
    state: { ...decision.state, outbox: decision.state.outbox.map(change) },
    effects: decision.effects.map((effect) =>
      effect.type === "enqueue" ? { ...effect, message: change(effect.message) } : effect,
    ),
  }));
}

/** All agents of the host, whether or not they have reported anything of it. */
function seenByAll(state: HostState, concerns: (finding: Finding) => boolean): HostState {
  const all = [...state.agents.keys()].toSorted();
  const findings = mapValues(state.findings, (finding) =>
    concerns(finding) ? { ...finding, reporters: all } : finding,
  );
  return { ...state, findings };
}

export const MUTANTS: Record<string, Setup> = {
  "a late event opens a new episode": seeing(
    withFindings((finding) => ({
      ...finding,
      previousEndAt: null,
      resolvedAt: finding.resolvedAt === null ? null : 0,
    })),
  ),
  "a gap does not stop the quiet clock": seeing(
    withAgents((agent, now) => ({
      ...agent,
      intervals: [{ from: agent.firstContactAt, to: now, after: "start" }],
    })),
  ),
  "lost events do not stop the quiet clock": seeing((state, command, now) => ({
    state,
    command:
      command.type === "report"
        ? { ...command, contact: { ...command.contact, dropped: 0 } }
        : command,
    now,
  })),
  "an episode ends without the proof that heartbeats promise": seeing(
    withAgents((agent) => ({ ...agent, intervalMs: null })),
  ),
  "an episode ends before its time has come": seeing((state, command, now) => ({
    state,
    command,
    now: now + 10_000,
  })),
  "an episode ends before D1 has told of newer events": seeing((state, command, now) => ({
    state:
      command.type === "settle"
        ? state
        : {
            ...state,
            findings: mapValues(state.findings, (finding) => ({ ...finding, settled: true })),
          },
    command,
    now,
  })),
  "a repeated batch is applied again": broken({ remembersBatches: false }),
  "D1 is not asked what it holds": seeing((state, command, now) => ({
    state,
    command: command.type === "settle" ? { ...command, stored: [] } : command,
    now,
  })),
  "an owner that D1 refuses goes on": seeing((state, command, now) => ({
    state,
    command: command.type === "refused" ? { ...command, stored: [] } : command,
    now,
  })),
  "an owner that was taken over does not learn what D1 had counted": seeing(
    (state, command, now) => ({
      state,
      command:
        command.type === "refused"
          ? {
              ...command,
              stored: command.stored.map(({ owner, finding }) => ({
                owner,
                finding: { ...finding, takeovers: [] },
              })),
            }
          : command,
      now,
    }),
  ),
  "an owner that lost a race counts what it had joined": seeing(
    withFindings((finding) =>
      finding.claim === null ? finding : { ...finding, flushed: null, takeovers: [] },
    ),
  ),
  "an effect is left out": broken({
    decide: (state, command, now) => {
      const decision = decide(state, command, now);
      return {
        ...decision,
        effects: decision.effects.filter((effect) => effect.type !== "dequeue"),
      };
    },
  }),
  "an ended episode is not written to the history": broken({
    drainOnce: <S>(deps: DrainDeps<S>) =>
      drainOnce<S>({
        ...deps,
        projection: {
          stored: (ids) => deps.projection.stored(ids),
          write: (statements) => deps.projection.write(statements),
          finding: (doc) => deps.projection.finding(doc),
          refresh: (doc) => deps.projection.refresh(doc),
          episode: (finding) =>
            deps.projection.episode({ ...finding, episode: Math.max(1, finding.episode - 1) }),
          signal: (doc) => deps.projection.signal(doc),
          agent: (doc) => deps.projection.agent(doc),
        },
      }),
  }),
  "the alarm is set for a moment that is past": broken({
    nextWakeAt: (state, now) =>
      Math.min(REAL.core.nextWakeAt(state, now), state.findings.size > 0 ? now : Infinity),
  }),
  "any owner may overwrite a row": { ...REAL, guards: { ...REAL.guards, claim: false } },
  "any owner may write the history": { ...REAL, guards: { ...REAL.guards, episodeOwner: false } },
  "its own pauses do not lengthen a quiet period": seeing(
    withFindings((finding) => ({
      ...without(finding, "pauses"),
      occurrences: { ...finding.occurrences, buckets: [] },
    })),
  ),
  "a gap is one only after twice the time": seeing(
    withReports(({ contact, ...report }) => {
      const { intervalMs } = contact;
      return {
        ...report,
        contact: { ...contact, intervalMs: intervalMs === null ? null : 2 * intervalMs },
      };
    }),
  ),
  "the return of any agent ends the silence of all": seeing((state, command, now) => ({
    state: seenByAll(state, (finding) => finding.ruleId === AGENT_SILENT),
    command,
    now,
  })),
  "the silence of an agent is not told": seeing((state, command, now) => ({
    state,
    command: command.type === "silence" ? { ...command, rule: null } : command,
    now,
  })),
  "an agent that has reported nothing of it counts as its watcher": seeing(
    (state, command, now) => ({ state: seenByAll(state, () => true), command, now }),
  ),
  "a container that is gone is taken for a quiet one": seeing(
    withReports((report) => without(report, "gone")),
  ),
  "a list of containers is not looked at": broken({ missingFrom: () => [] }),
  "a list says that a container is gone which has been heard of since": broken({
    missingFrom: (state, { ids, at }) =>
      [...state.findings.values()]
        .filter(({ status, resourceId }) => status === "open" && !ids.includes(resourceId))
        .filter(({ resourceId }) => state.resources.get(resourceId)?.type === "container")
        .map(({ resourceId }) => ({ id: resourceId, at })),
  }),
  "events from beyond the late horizon are news": seeing(
    withObservations((seen) => without(seen, "late")),
  ),
  "an interval is learned from the longest distance": seeing(
    withAgents((agent) => {
      if (agent.beats === undefined || agent.beats.gaps.length === 0) return agent;
      return { ...agent, beats: { ...agent.beats, gaps: [Math.max(...agent.beats.gaps)] } };
    }),
  ),
  "what happens behind an exception is silence": seeing(
    withReports((report) => without(report, "excepted")),
  ),
  "an agent that holds back repeats is believed at once": seeing(
    withObservations((seen) => without(seen, "leastQuietPeriodMs")),
  ),
  "findings do not follow their rule": seeing((state, command, now) => ({
    state,
    command: command.type === "applyRule" ? { ...command, ruleId: ruleId("none") } : command,
    now,
  })),
  "no alarm is set for what comes next": broken({ nextWakeAt: () => Number.POSITIVE_INFINITY }),
  "an end is told twice": deciding((decision) => {
    const more = decision.effects.filter(
      (effect) => effect.type === "enqueue" && effect.message.type === "finding.resolved",
    );
    return { ...decision, effects: [...decision.effects, ...more] };
  }),
  "a certificate counts a heartbeat too many": withMessages((message) => {
    if (message.type !== "finding.resolved" || message.facts === undefined) return message;
    const agents = message.facts.agents.map((agent) => {
      const { expected, received } = agent.heartbeats;
      return {
        ...agent,
        heartbeats: { expected, received: received === null ? null : received + 1 },
      };
    });
    return { ...message, facts: { ...message.facts, agents } };
  }),
  "a certificate keeps a gap to itself": withMessages((message) => {
    if (message.type !== "finding.resolved" || message.facts === undefined) return message;
    const quiet = { ...message.facts.quiet, gaps: message.facts.quiet.gaps.slice(1) };
    return { ...message, facts: { ...message.facts, quiet } };
  }),
  "silence alone is enough, whatever the tenant says": seeing((state, command, now) => ({
    state,
    command: command.type === "applyCoverage" ? { ...command, strict: false } : command,
    now,
  })),
  "a claim that it is fixed outlives the events after it": broken({
    decide: (state, command, now) => {
      const decision = decide(state, command, now);
      const findings = mapValues(decision.state.findings, (finding) => {
        const claim = state.findings.get(finding.id)?.fixed;
        return claim === undefined ? finding : { ...finding, fixed: claim };
      });
      return { ...decision, state: { ...decision.state, findings } };
    },
  }),
};
