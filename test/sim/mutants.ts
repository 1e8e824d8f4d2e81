/** Deliberate breakages of the core and of D1's guards, each of which the checks of a run must catch. */
import { decide } from "../../durable/domain/decide.ts";
import type { Agent, Command, Finding, HostState } from "../../durable/domain/model.ts";
import { drainOnce, type DrainDeps } from "../../durable/host-drain.ts";
import type { EpochMs } from "../../schema/time.ts";
import type { Core } from "./host.ts";
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
};
