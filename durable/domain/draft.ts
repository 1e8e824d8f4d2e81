/**
 * The workbench of one decision: reads the state as it will be, records what changes, and yields the
 * next state with the effects that make it durable. The state it starts from is never touched.
 */
import type { AgentId, FindingId, ResourceId, SignalId } from "../../schema/ids.ts";
import type { EpochMs } from "../../schema/time.ts";
import type {
  Agent,
  Decision,
  DomainEvent,
  Effect,
  Finding,
  HostState,
  OutboxMessage,
  Resource,
  RulesetRef,
  Signal,
} from "./model.ts";
import { dueFrom } from "./quiet.ts";

/** A map that copies itself on the first change. */
class CopyOnWrite<K, V> {
  #map: ReadonlyMap<K, V>;
  #copy: Map<K, V> | null = null;
  constructor(map: ReadonlyMap<K, V>) {
    this.#map = map;
  }
  get current(): ReadonlyMap<K, V> {
    return this.#copy ?? this.#map;
  }
  #own(): Map<K, V> {
    this.#copy ??= new Map(this.#map);
    return this.#copy;
  }
  set(key: K, value: V): void {
    this.#own().set(key, value);
  }
  delete(key: K): void {
    this.#own().delete(key);
  }
}

type NewMessage =
  | Omit<Extract<OutboxMessage, { finding: Finding }>, "seq">
  | Omit<Extract<OutboxMessage, { signal: Signal }>, "seq">
  | Omit<Extract<OutboxMessage, { agent: Agent }>, "seq">;

export class Draft {
  readonly #base: HostState;
  readonly #findings: CopyOnWrite<FindingId, Finding>;
  readonly #resources: CopyOnWrite<ResourceId, Resource>;
  readonly #signals: CopyOnWrite<SignalId, Signal>;
  readonly #agents: CopyOnWrite<AgentId, Agent>;
  #outbox: OutboxMessage[];
  #nextSeq: number;
  #dueFrom: EpochMs;
  readonly effects = new Map<string, Effect>();
  readonly events: DomainEvent[] = [];
  drain: HostState["drain"];
  /**
   * What this decision has begun, confirmed or changed: before that ends by silence alone, the shell must ask
   * whether its tenant allows it, which it does before the next wake.
   */
  readonly unasked = new Set<FindingId>();
  /** What the command's observations were classified by. */
  ruleset: RulesetRef | undefined;

  constructor(state: HostState) {
    this.#base = state;
    this.#findings = new CopyOnWrite(state.findings);
    this.#resources = new CopyOnWrite(state.resources);
    this.#signals = new CopyOnWrite(state.signals);
    this.#agents = new CopyOnWrite(state.agents);
    this.#outbox = [...state.outbox];
    this.#nextSeq = state.nextSeq;
    this.#dueFrom = state.dueFrom;
    this.drain = state.drain;
  }

  get owner() {
    return this.#base.owner;
  }
  get findings() {
    return this.#findings.current;
  }
  get resources() {
    return this.#resources.current;
  }
  get signals() {
    return this.#signals.current;
  }
  get agents() {
    return this.#agents.current;
  }
  get outbox(): readonly OutboxMessage[] {
    return this.#outbox;
  }
  get dueFrom(): EpochMs {
    return this.#dueFrom;
  }

  /**
   * Open findings that satisfy a condition, in the order of their ids: a journal that is decided again
   * must number its messages as before, whatever order the findings were loaded in.
   */
  open(condition: (finding: Finding) => boolean): Finding[] {
    const found: Finding[] = [];
    for (const finding of this.findings.values()) {
      if (finding.status === "open" && condition(finding)) found.push(finding);
    }
    return found.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  }

  saveFinding(finding: Finding): void {
    this.#findings.set(finding.id, finding);
    this.effects.set(`finding:${finding.id}`, { type: "saveFinding", finding });
    if (finding.status === "open") this.#dueFrom = Math.min(this.#dueFrom, dueFrom(finding));
  }
  dropFinding(id: FindingId): void {
    this.#findings.delete(id);
    this.effects.set(`finding:${id}`, { type: "dropFinding", id });
  }
  saveResource(resource: Resource): void {
    this.#resources.set(resource.id, resource);
    this.effects.set(`resource:${resource.id}`, { type: "saveResource", resource });
  }
  dropResource(id: ResourceId): void {
    this.#resources.delete(id);
    this.effects.set(`resource:${id}`, { type: "dropResource", id });
  }
  saveSignal(signal: Signal): void {
    this.#signals.set(signal.id, signal);
    this.effects.set(`signal:${signal.id}`, { type: "saveSignal", signal });
  }
  dropSignal(id: SignalId): void {
    this.#signals.delete(id);
    this.effects.set(`signal:${id}`, { type: "dropSignal", id });
  }
  saveAgent(agent: Agent): void {
    this.#agents.set(agent.id, agent);
    this.effects.set(`agent:${agent.id}`, { type: "saveAgent", agent });
  }

  dropAgent(id: AgentId): void {
    this.#agents.delete(id);
    this.effects.set(`agent:${id}`, { type: "dropAgent", id });
  }

  enqueue(message: NewMessage): void {
    const queued: OutboxMessage = { ...message, seq: this.#nextSeq++ };
    this.#outbox.push(queued);
    this.effects.set(`outbox:${queued.seq}`, { type: "enqueue", message: queued });
  }
  /**
   * Of a signal only the newest state is worth sending. It gets a new `seq`: the waiting message may be
   * under way, and its dequeue must not take the newer one with it.
   */
  enqueueSignal(signal: Signal, at: EpochMs): void {
    const waiting = this.#outbox.find(
      (message) => "signal" in message && message.signal.id === signal.id,
    );
    if (waiting !== undefined) this.dequeue(new Set([waiting.seq]));
    this.enqueue({ type: "signal.raised", at: waiting?.at ?? at, signal });
  }
  dequeue(seqs: ReadonlySet<number>): void {
    this.#outbox = this.#outbox.filter((message) => !seqs.has(message.seq));
    for (const seq of seqs) this.effects.set(`outbox:${seq}`, { type: "dequeue", seq });
  }

  /** Looks at every open finding again; {@link dueFrom} is only kept lazily in between. */
  recomputeDue(lowerBound: (finding: Finding) => EpochMs): void {
    let earliest = Number.POSITIVE_INFINITY;
    for (const finding of this.findings.values()) {
      if (finding.status === "open") earliest = Math.min(earliest, lowerBound(finding));
    }
    this.#dueFrom = earliest;
  }

  finish(reason: string): Decision {
    const state: HostState = {
      owner: this.#base.owner,
      findings: this.findings,
      resources: this.resources,
      signals: this.signals,
      agents: this.agents,
      outbox: this.#outbox,
      nextSeq: this.#nextSeq,
      drain: this.drain,
      dueFrom: this.#dueFrom,
    };
    return { state, events: this.events, effects: [...this.effects.values()], reason };
  }
}
