/**
 * What a run knows independently of the core: what each actor has been told (told-actor.ts), which events it
 * has been given by whom, and how many there were. It judges decisions and the database by that. Of a finding
 * that several owners report it knows bounds; of all others exactly what should be.
 */
import type { Command, Decision, Finding, OutboxMessage } from "../../durable/domain/model.ts";
import type { Running } from "../../durable/domain/gone.ts";
import { AGENT_SILENT } from "../../durable/domain/silence.ts";
import type { AgentId, FindingId, OwnerId } from "../../schema/ids.ts";
import type { EpochMs } from "../../schema/time.ts";
import { HOSTS } from "./cast.ts";
import { judgeFacts } from "./facts.ts";
import type { End } from "./story.ts";
import { ToldActor } from "./told-actor.ts";
import { insist, Violation } from "./violation.ts";

/** What one actor knows of a finding, from agents and from D1. */
interface Known {
  events: EpochMs[];
  reporters: Set<AgentId>;
}

type EndMessage = Extract<OutboxMessage, { finding: Finding }>;

export class Oracle {
  readonly #actors = new Map<OwnerId, ToldActor>();
  readonly #known = new Map<string, Known>();
  /** Events that actors have taken, each once. */
  readonly taken = new Map<FindingId, number>();
  /** How often each kind of thing has happened, to see that runs reach it. */
  readonly seen = new Map<string, number>();
  /** Whether the tenant lets nothing resolve on silence alone. */
  isStrict = false;
  /** What is wrong with an end that its owner has not settled: it counts if it reaches the history. */
  readonly #suspended = new Map<string, Violation>();

  note(what: string): void {
    this.seen.set(what, (this.seen.get(what) ?? 0) + 1);
  }

  actor(owner: OwnerId): ToldActor {
    let actor = this.#actors.get(owner);
    if (actor === undefined) {
      const isShared = HOSTS.some((role) => role.owner === owner && role.shared === true);
      this.#actors.set(owner, (actor = new ToldActor(owner, isShared)));
    }
    return actor;
  }

  get actors(): Iterable<ToldActor> {
    return this.#actors.values();
  }

  #knownOf(owner: OwnerId, finding: FindingId): Known {
    const key = `${owner} ${finding}`;
    const known = this.#known.get(key) ?? { events: [], reporters: new Set() };
    this.#known.set(key, known);
    return known;
  }

  /** An actor that deletes itself forgets its agents too, and that they ever sent heartbeats. */
  forget(owner: OwnerId): void {
    this.note("actor forgotten");
    this.actor(owner).forget();
    for (const key of this.#known.keys()) if (key.startsWith(`${owner} `)) this.#known.delete(key);
  }

  take(finding: FindingId, count: number): void {
    this.taken.set(finding, (this.taken.get(finding) ?? 0) + count);
  }

  /** Judges one decision, before it is made durable. */
  judge(
    owner: OwnerId,
    command: Command,
    running: Running | null,
    decision: Decision,
    now: EpochMs,
  ): void {
    const actor = this.actor(owner);
    actor.tell(command, now, running);
    this.#learn(owner, command, decision);
    for (const event of decision.events) this.note(`event ${event.type}`);
    for (const effect of decision.effects) {
      if (effect.type === "dropResource") actor.dropResource(effect.id);
      if (effect.type === "dropFinding") this.#dropped(actor, effect.id);
      if (effect.type !== "enqueue" || effect.message.type === "signal.raised") continue;
      this.note(effect.message.type);
      if (effect.message.type === "finding.resolved") this.#judgeBounds(owner, effect.message, now);
    }
    const wrong = actor.differenceFrom(decision.state, command.type === "wake", now);
    insist(wrong === null, "a finding is not what it should be", () => {
      return `${wrong}\nafter ${JSON.stringify(command)} at ${now} by ${owner}`;
    });
    this.#judgeEnds(actor, decision, now);
  }

  /** Each end makes one message, with facts that hold. */
  #judgeEnds(actor: ToldActor, decision: Decision, now: EpochMs): void {
    const told = decision.effects.flatMap((effect) =>
      effect.type === "enqueue" && effect.message.type === "finding.resolved"
        ? [effect.message]
        : [],
    );
    const isExact = (id: FindingId) => actor.stories.get(id)?.isExact === true;
    const messages = told.filter(({ finding }) => isExact(finding.id));
    const ends = actor.ended.filter(({ story }) => story.isExact);
    const idsOf = (ids: FindingId[]) => ids.toSorted().join();
    const [expected, actual] = [
      idsOf(ends.map(({ story }) => story.id)),
      idsOf(messages.map(({ finding }) => finding.id)),
    ];
    insist(expected === actual, "not one message for each episode that ended", () => {
      return `${expected} ended, and there are messages of ${actual}`;
    });
    for (const { story, end } of ends) {
      const message = messages.find(({ finding }) => {
        return finding.id === story.id && finding.episode === end.number;
      });
      this.#judgeFacts(actor, end, message, now);
    }
  }

  #judgeFacts(actor: ToldActor, end: End, message: EndMessage | undefined, now: EpochMs): void {
    const wrong = judgeFacts(actor, end, message?.facts, now, (what) => this.note(what));
    insist(wrong === null, "a certificate would say what is not so", () => {
      return `${wrong}: ${JSON.stringify(message)}`;
    });
  }

  #dropped(actor: ToldActor, id: FindingId): void {
    const story = actor.stories.get(id);
    if (story === undefined) return;
    const isOver = story.current === null && story.provisional === null;
    insist(isOver || !story.isExact, "an open finding was forgotten", () => id);
    story.isHeld = false;
  }

  #learn(owner: OwnerId, command: Command, decision: Decision): void {
    if (command.type === "report") {
      for (const { findingId, firstAt, lastAt } of command.observations) {
        const { events, reporters } = this.#knownOf(owner, findingId);
        events.push(firstAt, lastAt);
        reporters.add(command.contact.agentId);
      }
    }
    // What D1 tells an actor while it settles is known to it from then on.
    if (command.type === "settle") {
      for (const { finding } of command.stored) {
        const { events, reporters } = this.#knownOf(owner, finding.id);
        // An agent that goes on under a new host name is the same agent.
        for (const reporter of finding.reporters) reporters.add(reporter);
        events.push(finding.lastSeenAt);
      }
    }
    if (command.type === "silence" && command.rule !== null) {
      const finding = decision.state.findings.get(command.rule.findingId);
      const { events, reporters } = this.#knownOf(owner, command.rule.findingId);
      for (const event of decision.events) {
        if (event.type !== "agent.silent" || finding === undefined) continue;
        reporters.add(event.agentId);
        events.push(finding.lastSeenAt);
        this.take(finding.id, 1);
      }
    }
  }

  /** An end reaches the history. */
  ended(owner: OwnerId, finding: Finding): void {
    const violation = this.#suspended.get(endKey(owner, finding));
    if (violation !== undefined) throw violation;
  }

  /** What must hold of any end, whoever reported the finding. */
  #judgeBounds(owner: OwnerId, { finding }: EndMessage, now: EpochMs): void {
    this.note(`resolution ${finding.resolution}`);
    const violation = violationIn(() => this.#judgeEnd(owner, finding, now));
    if (violation === null) return;
    if (finding.settled) throw violation;
    this.#suspended.set(endKey(owner, finding), violation);
  }

  #judgeEnd(owner: OwnerId, finding: Finding, now: EpochMs): void {
    const { resolution, resolvedAt, lastSeenAt, quietPeriodMs, rulePeriodMs } = finding;
    if (resolution !== "quiet" && resolution !== "quiet_unverified") return;
    const what = () => `${owner} ${JSON.stringify(finding)} at ${now}`;
    insist(resolvedAt !== null && resolvedAt <= now, "resolved in the future", what);
    if (resolvedAt === null) return;
    const least = Math.max(rulePeriodMs, finding.leastQuietPeriodMs ?? 0);
    insist(quietPeriodMs >= least, "a quiet period shorter than its rule's", what);
    insist(resolvedAt >= lastSeenAt + quietPeriodMs, "resolved before its quiet period", what);
    const { events, reporters } = this.#knownOf(owner, finding.id);
    insist(
      !events.some((at) => at > lastSeenAt && at <= resolvedAt),
      "resolved with a known event in its quiet window",
      what,
    );
    const agents = this.actor(owner).agents;
    const isExpected = (id: AgentId) => (agents.get(id)?.intervalMs ?? null) !== null;
    if (resolution === "quiet_unverified") {
      insist(!this.isStrict, "ended on silence alone, which the tenant does not allow", what);
      insist(
        ![...reporters].some(isExpected) || !finding.reporters.some(isExpected),
        "called unverified although an agent that reported it sends heartbeats",
        what,
      );
      return;
    }
    const watchers = [...reporters].filter(isExpected);
    insist(watchers.length > 0, "called verified without an agent that sends heartbeats", what);
    const covered = this.coveredSince(owner, finding, resolvedAt);
    insist(
      covered >= quietPeriodMs,
      "called verified with a gap in its quiet window",
      () => `covered ${covered} of ${quietPeriodMs}: ${what()}`,
    );
    if (finding.ruleId === AGENT_SILENT) this.#judgeReturn(owner, finding, resolvedAt, what);
  }

  /** Silence ends only by the return of all. */
  #judgeReturn(
    owner: OwnerId,
    { firstSeenAt }: Finding,
    resolvedAt: EpochMs,
    what: () => string,
  ): void {
    for (const agent of this.actor(owner).agents.values()) {
      const { isAway, missedAt } = agent;
      const isMissed =
        isAway && missedAt !== null && missedAt >= firstSeenAt && missedAt <= resolvedAt;
      insist(!isMissed, "silence was called over with an agent still away", () => {
        return `${agent.id}: ${what()}`;
      });
    }
  }

  /** Agents that have reported the finding to this actor and would be missed. */
  watchersOf(owner: OwnerId, finding: FindingId): AgentId[] {
    const { agents } = this.actor(owner);
    return [...this.#knownOf(owner, finding).reporters].filter(
      (id) => (agents.get(id)?.intervalMs ?? null) !== null,
    );
  }

  /** How long the finding can have been watched between its last event and `end` at the most. */
  coveredSince(owner: OwnerId, { id, lastSeenAt }: Finding, end: EpochMs): number {
    return this.actor(owner).watchedAtMost(this.watchersOf(owner, id), lastSeenAt, end);
  }
}

function violationIn(judge: () => void): Violation | null {
  try {
    judge();
    return null;
  } catch (error) {
    if (error instanceof Violation) return error;
    throw error;
  }
}

function endKey(owner: OwnerId, { id, version, resolvedAt }: Finding): string {
  return JSON.stringify([owner, id, version, resolvedAt]);
}
