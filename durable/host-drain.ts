/**
 * One drain of a HostActor's outbox into D1: settle what is unsettled, write, and tell the core how it
 * went. Contract: repeating any part of it changes nothing; a failure leaves the outbox as it was.
 */
import type { EpisodeFacts } from "../schema/certificate.ts";
import type { FindingId } from "../schema/ids.ts";
import type { EpochMs } from "../schema/time.ts";
import type {
  Agent,
  Command,
  Finding,
  HostState,
  OutboxMessage,
  StoredFinding,
  Written,
} from "./domain/model.ts";
import { planDrain, type DrainPlan } from "./domain/schedule.ts";
import { unsettled } from "./domain/settle.ts";
import { shapeOf } from "./domain/shape.ts";
import { agentDoc, type AgentDoc } from "./domain/agent-view.ts";
import { agentShape, type ToldAgent } from "./domain/roster.ts";
import { findingDoc, resourceOf, type FindingDoc, type SignalDoc } from "./domain/view.ts";

/** The read model as a drain sees it; `S` is one write. durable/projection.ts is the one on D1. */
export interface ReadModel<S> {
  stored(ids: readonly FindingId[]): Promise<StoredFinding[]>;
  /** All or nothing; answers how many rows each of them changed. */
  write(statements: S[]): Promise<number[]>;
  finding(doc: FindingDoc): S;
  refresh(doc: FindingDoc): S;
  /** `facts`: what is to be certified of it; absent where it ended before there were certificates. */
  episode(finding: Finding, facts?: EpisodeFacts): S;
  signal(doc: SignalDoc): S;
  agent(doc: AgentDoc): S;
}

export interface DrainDeps<S> {
  projection: ReadModel<S>;
  state(): HostState;
  /** Decides and commits. */
  apply(command: Command): void;
  /**
   * Told of open findings whose rows have just been written whole, before the outbox lets go of them: if it
   * fails, they are written and told again. Absent: nobody asks.
   */
  written?(docs: readonly FindingDoc[]): Promise<void>;
  /**
   * Told of what has happened and now stands in D1, before the outbox lets go of it: if it fails, all of it is
   * written and told again. Absent: nobody asks.
   */
  published?(messages: readonly OutboxMessage[]): Promise<void>;
  now: EpochMs;
}

/** Writes one plan; false when there was nothing to write. Throws what D1 throws. */
export async function drainOnce<S>(deps: DrainDeps<S>): Promise<boolean> {
  if (planDrain(deps.state(), deps.now) === null) return false;
  await settleUnsettled(deps);
  const plan = planDrain(deps.state(), deps.now);
  if (plan !== null) await writePlan(deps, plan);
  return true;
}

async function settleUnsettled<S>(deps: DrainDeps<S>): Promise<void> {
  const asked = unsettled(deps.state().findings.values()).map((finding) => finding.id);
  if (asked.length === 0) return;
  const stored = await deps.projection.stored(asked);
  deps.apply({ type: "settle", asked, stored });
}

async function writePlan<S>(deps: DrainDeps<S>, plan: DrainPlan): Promise<void> {
  const { projection } = deps;
  const state = deps.state();
  const docs = [...findingsOf(state, plan)].map((finding) => findingDoc(state, finding, deps.now));
  const isRefresh = (doc: FindingDoc) => doc.finding.flushed?.shape === shapeOf(doc);
  const upserts = docs.map((doc) =>
    isRefresh(doc) ? projection.refresh(doc) : projection.finding(doc),
  );
  const told = new Set(docs.map((doc) => doc.finding.id));
  const others = plan.messages.flatMap((message) => {
    if (message.type === "signal.raised") {
      const resource = resourceOf(state, message.signal.resourceId);
      return [projection.signal({ signal: message.signal, resource })];
    }
    if (!("finding" in message)) return [];
    // The number of an episode that is not settled may be wrong: it opened since this drain asked.
    const ended = message.type === "finding.resolved" && told.has(message.finding.id);
    return ended ? [projection.episode(message.finding, message.facts)] : [];
  });
  const agents = plan.agents.map((agent) => projection.agent(agentDoc(state, agent, deps.now)));
  const changed = await projection.write([...upserts, ...others, ...agents]);
  const whole = docs.filter((doc) => doc.finding.status === "open" && !isRefresh(doc));
  if (whole.length > 0) await deps.written?.(whole);

  const doubtful = docs.filter((_, i) => changed[i] === 0).map((doc) => doc.finding.id);
  const stored = doubtful.length === 0 ? [] : await projection.stored(doubtful);
  const refused = stored.filter((row) => row.owner !== state.owner);
  const lost = new Set(refused.map((row) => row.finding.id));
  const held = new Map(stored.map((row) => [row.finding.id, row.finding.version]));
  const written = docs
    .filter((doc) => !lost.has(doc.finding.id))
    .map((doc) =>
      doubtful.includes(doc.finding.id)
        ? writtenBefore(doc, held.get(doc.finding.id))
        : writtenOf(doc),
    );
  const done = new Set(written.map(({ id }) => id));
  const messages = plan.messages.filter(
    (message) => !("finding" in message) || done.has(message.finding.id),
  );
  if (messages.length > 0) await deps.published?.(messages);
  const seqs = messages.map((message) => message.seq);
  const flushed: Extract<Command, { type: "flushed" }> = {
    type: "flushed",
    seqs,
    findings: written,
  };
  if (plan.agents.length > 0) flushed.agents = plan.agents.map(toldOf);
  deps.apply(flushed);
  if (refused.length > 0) deps.apply({ type: "refused", stored: refused });
}

function toldOf(agent: Agent): ToldAgent {
  return { id: agent.id, lastContactAt: agent.lastContactAt, shape: agentShape(agent) };
}

function writtenOf(doc: FindingDoc): Written {
  const { id, version, totalCount, lateCount } = doc.finding;
  return { id, version, totalCount, lateCount, shape: shapeOf(doc) };
}

/**
 * What D1 holds where it took no write: this version or a newer one of ours, from a drain whose end was
 * lost. A row that has vanished is written whole by the next refresh.
 */
function writtenBefore(doc: FindingDoc, version: number | undefined): Written {
  if (version === undefined) return { ...writtenOf(doc), version: 0, shape: "" };
  return { ...writtenOf(doc), version: Math.max(version, doc.finding.version) };
}

/** The current state of every finding that the plan is about; a message's snapshot may be older. */
function findingsOf(state: HostState, plan: DrainPlan): Set<Finding> {
  const found = new Set(plan.refreshes);
  for (const message of plan.messages) {
    if (!("finding" in message)) continue;
    const finding = state.findings.get(message.finding.id);
    if (finding?.settled === true) found.add(finding);
  }
  return found;
}
