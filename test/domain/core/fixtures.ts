/** Plain makers of what the core is told, with everything that a test does not care about filled in. */
import { decide, emptyState } from "../../../durable/domain/decide.ts";
import type {
  Agent,
  Command,
  Contact,
  ContactInterval,
  Decision,
  Finding,
  HostState,
  Observation,
  OutboxMessage,
  Resource,
  Sample,
  SignalObservation,
} from "../../../durable/domain/model.ts";
import { agentShape } from "../../../durable/domain/roster.ts";
import { NO_OCCURRENCES } from "../../../durable/domain/evidence.ts";
import {
  agentId,
  containerResourceId,
  hostResourceId,
  parseFindingId,
  parseSignalId,
  ruleId,
  type AgentId,
  type FindingId,
  type SignalId,
} from "../../../schema/ids.ts";

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** A Tuesday. All times of the examples are told from here. */
export const T0 = Date.UTC(2026, 10, 24, 10);

/** The quiet period where a test names none. */
export const QUIET = 10 * MINUTE;
/** The heartbeat interval where a test names none; a gap begins after three of them. */
export const BEAT = 60 * SECOND;

export const HOST = hostResourceId("node-7");
export const OTHER_HOST = hostResourceId("4f1c9a0b2d3e");
export const API = containerResourceId("c0ffee000001");
export const RULE = ruleId("compiler-in-container");
export const FALCO = agentId("falco");
export const AUDITD = agentId("auditd");

/** `finding(1)` and `finding(2)` are two findings. */
export function findingId(n = 1): FindingId {
  return made(parseFindingId(`f${String(n).padStart(24, "0")}`));
}

export function signalId(n = 1): SignalId {
  return made(parseSignalId(`s${String(n).padStart(24, "0")}`));
}

/** What must be there in a test. */
export function made<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Error("missing");
  return value;
}

export function sample(at: number): Sample {
  return { at, agent: "falco", kind: "process", action: "exec" };
}

/** `count` events from `firstAt` to `lastAt`. */
export function observation(
  firstAt: number,
  {
    lastAt = firstAt,
    count = lastAt === firstAt ? 1 : 2,
    id = findingId(),
    ...more
  }: Partial<Observation & { id: FindingId }> = {},
): Observation {
  return {
    findingId: id,
    ruleId: RULE,
    resourceId: API,
    title: "Compiler run in a container",
    subject: "gcc ran",
    severity: "high",
    quietPeriodMs: QUIET,
    rulesVersion: 1,
    count,
    firstAt,
    lastAt,
    samples: lastAt === firstAt ? [sample(firstAt)] : [sample(firstAt), sample(lastAt)],
    occurrences:
      lastAt === firstAt
        ? [[firstAt, count]]
        : [
            [firstAt, 1],
            [lastAt, count - 1],
          ],
    ...more,
  };
}

export function contact(at: number, more: Partial<Contact> = {}): Contact {
  return {
    agentId: FALCO,
    kind: "falco",
    version: null,
    ruleset: null,
    at,
    intervalMs: null,
    dropped: 0,
    ...more,
  };
}

/** An agent that has been in contact during the given spans, with heartbeats unless told otherwise. */
export function agent(
  spans: readonly (readonly [from: number, to: number, after?: ContactInterval["after"]])[],
  more: Partial<Agent> = {},
): Agent {
  const intervals = spans.map(([from, to, after], i) => ({
    from,
    to,
    after: after ?? (i === 0 ? ("start" as const) : ("no_contact" as const)),
  }));
  return {
    id: FALCO,
    kind: "falco",
    version: null,
    ruleset: null,
    intervalMs: BEAT,
    firstContactAt: spans[0]?.[0] ?? T0,
    lastContactAt: spans.at(-1)?.[1] ?? T0,
    heartbeats: 1,
    dropped: 0,
    intervals,
    ...more,
  };
}

export function agents(...list: Agent[]): ReadonlyMap<AgentId, Agent> {
  return new Map(list.map((one) => [one.id, one]));
}

/** An open finding, last seen at T0, that D1 does not know yet. */
export function finding(more: Partial<Finding> = {}): Finding {
  return {
    id: findingId(),
    ruleId: RULE,
    resourceId: API,
    title: "Compiler run in a container",
    subject: "gcc ran",
    severity: "high",
    quietPeriodMs: QUIET,
    rulePeriodMs: more.quietPeriodMs ?? QUIET,
    rulesVersion: 1,
    status: "open",
    episode: 1,
    settled: true,
    claim: null,
    unverified: false,
    takeovers: [],
    firstSeenAt: T0,
    lastSeenAt: T0,
    count: 1,
    totalCount: 1,
    lateCount: 0,
    lateSeenAt: null,
    previousEndAt: null,
    resolvedAt: null,
    resolution: null,
    coverage: null,
    reporters: [FALCO],
    occurrences: NO_OCCURRENCES,
    samples: { first: [], latest: [] },
    version: 1,
    flushed: null,
    ...more,
  };
}

export function resource(more: Partial<Resource> = {}): Resource {
  return {
    id: API,
    type: "container",
    name: "api",
    host: "node-7",
    hostId: null,
    containerId: "c0ffee000001",
    image: null,
    imageDigest: null,
    cluster: null,
    namespace: "shop",
    pod: null,
    workload: null,
    workloadKind: null,
    service: null,
    seenAt: T0,
    ...more,
  };
}

export function signalObservation(
  firstAt: number,
  more: Partial<SignalObservation> = {},
): SignalObservation {
  return {
    id: signalId(),
    ruleId: ruleId("crypto-miner"),
    resourceId: API,
    title: "Crypto miner",
    subject: "xmrig ran",
    severity: "critical",
    count: 1,
    firstAt,
    lastAt: firstAt,
    sample: sample(firstAt),
    ...more,
  };
}

/** A report that arrives at the instant of its contact. */
export function report(
  by: Contact,
  observations: Observation[] = [],
  signals: SignalObservation[] = [],
): Extract<Command, { type: "report" }> {
  return { type: "report", contact: by, resources: [], observations, signals };
}

/** One actor, told one thing after the other. */
export class Actor {
  state: HostState;
  /** The latest decision. */
  last: Decision | null = null;

  constructor(owner = HOST, state: HostState = emptyState(owner)) {
    this.state = state;
  }

  tell(command: Command, now: number): Decision {
    this.last = decide(this.state, command, now);
    this.state = this.last.state;
    return this.last;
  }

  /** Events that arrive at `now`, by an agent that sends no heartbeats. */
  events(now: number, ...observations: Observation[]): Decision {
    return this.tell(report(contact(now), observations), now);
  }

  beat(at: number, more: Partial<Contact> = {}): Decision {
    return this.tell(report(contact(at, { intervalMs: BEAT, ...more })), at);
  }

  /** A heartbeat every interval, from one instant to another. */
  beats(from: number, to: number, more: Partial<Contact> = {}): void {
    for (let at = from; at <= to; at += more.intervalMs ?? BEAT) this.beat(at, more);
  }

  wake(now: number): Decision {
    return this.tell({ type: "wake" }, now);
  }

  /** D1 knows nothing of what this actor has opened. */
  settleFresh(now: number, id = findingId()): void {
    this.tell({ type: "settle", asked: [id], stored: [] }, now);
  }

  /** As after a drain that wrote everything. */
  flush(now: number): void {
    const written = [...this.state.findings.values()].map((one) => ({
      id: one.id,
      version: one.version,
      totalCount: one.totalCount,
      lateCount: one.lateCount,
      shape: "",
    }));
    const seqs = this.state.outbox.map((message) => message.seq);
    const told = [...this.state.agents.values()].map((one) => ({
      id: one.id,
      lastContactAt: one.lastContactAt,
      shape: agentShape(one),
    }));
    this.tell({ type: "flushed", seqs, findings: written, agents: told }, now);
  }

  finding(id = findingId()): Finding {
    return made(this.state.findings.get(id));
  }

  messages(): OutboxMessage["type"][] {
    return this.state.outbox.map((message) => message.type);
  }
}
