/**
 * What a HostActor holds and is told. Plain data: everything here survives JSON.
 * Instants are epoch milliseconds, durations milliseconds.
 */
import type { AgentFormat } from "../../schema/event.ts";
import type { FindingStatus, Resolution, SampleView } from "../../schema/finding.ts";
import type {
  AgentId,
  FindingId,
  OwnerId,
  ResourceId,
  ResourceType,
  RuleId,
  SignalId,
} from "../../schema/ids.ts";
import type { RiseBasis, RiseStep, Severity } from "../../schema/rule.ts";
import type { DurationMs, EpochMs } from "../../schema/time.ts";
import type { AgentRule } from "./agent-rule.ts";
import type { Peers } from "./drift.ts";
import type { ToldAgent } from "./roster.ts";
import type { Doer } from "../../schema/ledger.ts";
import type { EpisodeFacts } from "../../schema/certificate.ts";
import type { NotedTotals, Tally } from "./tally.ts";

/** Evidence: the part of an event that a reader needs. */
export type Sample = Omit<SampleView, "at"> & { at: EpochMs };

/** A host or a container, with what agents have said of it; null is unknown. */
export interface Resource {
  id: ResourceId;
  type: ResourceType;
  /** As an agent called it; {@link displayName} is what people read. */
  name: string | null;
  host: string | null;
  hostId: string | null;
  containerId: string | null;
  image: string | null;
  imageDigest: string | null;
  cluster: string | null;
  namespace: string | null;
  pod: string | null;
  workload: string | null;
  workloadKind: string | null;
  service: string | null;
  /** Of the newest event that described it. */
  seenAt: EpochMs;
  /** Since when a container has not been there any more; absent: it is, as far as anyone has said. */
  goneAt?: EpochMs;
}

/** A container that an agent has seen go, or that is missing from its list. */
export interface Gone {
  id: ResourceId;
  at: EpochMs;
}

/** Events over time: counts by bucket of `bucketMs`, keyed by the bucket's start, ascending. */
export interface Occurrences {
  bucketMs: DurationMs;
  buckets: [start: EpochMs, count: number][];
}

/** What D1 is known to hold of a finding; the counts tell what it has not been told yet. */
export interface Flushed {
  version: number;
  totalCount: number;
  lateCount: number;
  /** What of it stands in an index: while that is the same, a refresh rewrites no index but the deadline's. */
  shape: string;
  at: EpochMs;
}

/**
 * What D1 held of a finding when it was taken over from an owner. That owner may have written more than it
 * remembers (its write was done, and it ended before it could note that): this tells it what is counted.
 */
export interface Takeover {
  from: OwnerId;
  totalCount: number;
  lateCount: number;
}

/** A version of a tenant's configuration, and the hash of its rules. */
export interface RulesetRef {
  version: number;
  hash: string;
}

/** Why a finding is worse than its rule says. */
export interface Risen {
  basis: RiseBasis;
  /** When the step was reached. */
  at: EpochMs;
  /** The rule's severity. */
  from: Severity;
}

/** Somebody's word that a finding is fixed. */
export interface FixClaim {
  at: EpochMs;
  by: string;
  /** The same for the ledger. Absent: of before there was one. */
  doer?: Doer;
  note?: string;
}

export interface Finding {
  id: FindingId;
  ruleId: RuleId;
  resourceId: ResourceId;
  title: string;
  /** The start of its headline: "gcc ran". */
  subject: string;
  /** What its rule says, or what it has risen to; see rise.ts. */
  severity: Severity;
  /** The steps of its rule; absent: none. */
  rises?: readonly RiseStep[];
  risen?: Risen;
  /** Resources of its workload that had an open finding of its rule, when D1 last told of enough for a step. */
  spread?: { resources: number; at: EpochMs };
  /** In force, see cadence.ts. */
  quietPeriodMs: DurationMs;
  /** What its rule says. */
  rulePeriodMs: DurationMs;
  /** What the agents that report it make necessary, since they hold back repeats; absent: nothing. */
  leastQuietPeriodMs?: DurationMs;
  /** Of the episodes before: the longest pause, and the last event. Absent in the first. */
  pauses?: { longestMs: DurationMs; previousSeenAt: EpochMs };
  /** When it was reopened, the latest last; bounded by MAX_REOPENINGS. */
  reopenedAt?: EpochMs[];
  /** Of the configuration that severity and quiet period come from; an older one changes neither. */
  rulesVersion: number;
  /** The rules of that version, where somebody has told their hash. */
  ruleset?: RulesetRef;
  status: FindingStatus;
  /** 1 for the first; provisional until {@link settled}. */
  episode: number;
  /** Whether D1 has told that the episode number and the ownership are right. */
  settled: boolean;
  /** Set while the next write to D1 takes the finding over from another owner: the row it must find there. */
  claim: { owner: OwnerId; version: number } | null;
  /** The latest from each former owner, bounded by MAX_TAKEOVERS. */
  takeovers: Takeover[];
  firstSeenAt: EpochMs;
  lastSeenAt: EpochMs;
  /** Events of the current episode. */
  count: number;
  /** Events of all episodes. */
  totalCount: number;
  /** Events that came after the end of the episode they belong to. */
  lateCount: number;
  /** The newest of them. */
  lateSeenAt: EpochMs | null;
  /** The end of the episode before: an event not newer than that is late. */
  previousEndAt: EpochMs | null;
  resolvedAt: EpochMs | null;
  resolution: Resolution | null;
  /** Share of the quiet window that was watched, 0 to 1; null where silence is all there was. */
  coverage: number | null;
  /** Whether D1 was told that nobody is watching: its quiet clock stands still. */
  unverified: boolean;
  /** Since somebody said so; absent: nobody has, or an event has disproved it. */
  fixed?: FixClaim;
  /** Of this episode: the first event that was newer than such a claim, and the claim that it disproved. */
  regressed?: { at: EpochMs; fixed: FixClaim };
  /** Whether its tenant lets nothing resolve on silence alone, as of a version of its configuration; absent: no. */
  strict?: { on: boolean; version: number };
  /** Set while nothing but late events has been seen of an episode that D1 has not confirmed. */
  onlyLate?: boolean;
  /** Agents that have reported it. */
  reporters: AgentId[];
  /** Their totals at its last event; see tally.ts. */
  noted?: NotedTotals;
  occurrences: Occurrences;
  samples: { first: Sample[]; latest: Sample[] };
  /** Grows with every change. */
  version: number;
  flushed: Flushed | null;
}

/** A span in which an agent was in contact without losing events. */
export interface ContactInterval {
  from: EpochMs;
  to: EpochMs;
  /** Why it does not join the one before it. */
  after: "start" | "no_contact" | "dropped";
}

/** An agent on this host and its signs of life. */
export interface Agent {
  id: AgentId;
  kind: AgentFormat;
  version: string | null;
  ruleset: string | null;
  /** As declared by its heartbeats, or learned from its liveness events; null if neither. */
  intervalMs: DurationMs | null;
  firstContactAt: EpochMs;
  lastContactAt: EpochMs;
  heartbeats: number;
  /** Events that it said it lost. */
  dropped: number;
  /** Merged, ascending, bounded by MAX_CONTACT_INTERVALS. */
  intervals: ContactInterval[];
  /** Its last contact, while it is away and that has been noted. */
  silentSince?: EpochMs;
  /** Since when it has been waited for again, after nobody had been there to hear it. */
  awaitedFrom?: EpochMs;
  /** Since when its host is out of service, by somebody's word: nobody expects it. */
  goneAt?: EpochMs;
  /** Since when it has reported its ruleset; absent: it has reported none, or that is not known. */
  rulesetSince?: EpochMs;
  /** What most of its peers enforce, where it has been told. */
  peers?: Peers;
  /** What D1 knows of it. */
  told?: Omit<ToldAgent, "id"> & { at: EpochMs };
  /** Its liveness events, while no interval is declared: the last one, and the distances of the last few. */
  beats?: { lastAt: EpochMs; gaps: DurationMs[] };
  /** What the latest contacts added to its totals, ascending, bounded by MAX_RECENT_TALLIES. */
  recent?: readonly Tally[];
}

/** A threat detection, with its repeats within one hour. */
export interface Signal {
  id: SignalId;
  ruleId: RuleId;
  resourceId: ResourceId;
  title: string;
  subject: string;
  severity: Severity;
  firstSeenAt: EpochMs;
  lastSeenAt: EpochMs;
  /** Of one that was told beyond its horizon: its hour is that of its receipt. */
  toldAt?: EpochMs;
  count: number;
  sample: Sample;
  version: number;
}

/** The events of one batch for one posture rule and resource. */
export interface Observation {
  findingId: FindingId;
  ruleId: RuleId;
  resourceId: ResourceId;
  title: string;
  subject: string;
  severity: Severity;
  /** The steps of the rule; absent: none. */
  rises?: readonly RiseStep[];
  /** What the rule says. */
  quietPeriodMs: DurationMs;
  /** The least that makes sense, for an agent that holds back repeats; absent: any. */
  leastQuietPeriodMs?: DurationMs;
  /** Of the configuration that it was classified by. */
  rulesVersion: number;
  count: number;
  firstAt: EpochMs;
  lastAt: EpochMs;
  /** The first and the last, in order of time. */
  samples: Sample[];
  /** Counts by second. */
  occurrences: [at: EpochMs, count: number][];
  /** Its events lie beyond the late horizon: they extend what they belong to and reopen nothing. */
  late?: boolean;
}

/** The events of one batch for one threat rule, resource and manner. */
export interface SignalObservation {
  id: SignalId;
  ruleId: RuleId;
  resourceId: ResourceId;
  title: string;
  subject: string;
  severity: Severity;
  count: number;
  firstAt: EpochMs;
  lastAt: EpochMs;
  sample: Sample;
}

/** A sign of life of one agent. */
export interface Contact {
  agentId: AgentId;
  kind: AgentFormat;
  version: string | null;
  ruleset: string | null;
  at: EpochMs;
  /** The interval that a heartbeat, or the request, declares; null where nothing does. */
  intervalMs: DurationMs | null;
  dropped: number;
  /** It holds a liveness event that the agent sends at regular intervals; how regular is learned. */
  beat?: boolean;
}

/** A finding as it was written to D1. */
export type Written = Omit<Flushed, "at"> & { id: FindingId };

/** What D1 holds of a finding that an actor opened without knowing it. */
export interface StoredFinding {
  owner: OwnerId;
  finding: Finding;
}

/** What D1 holds of a finding that its owner may have forgotten. */
export interface StoredDoc {
  finding: Finding;
  resource: Resource;
}

export const OUTBOX_TYPES = [
  "finding.opened",
  "finding.reopened",
  /** It was said to be fixed, and goes on or has come back. */
  "finding.regressed",
  "finding.moved",
  "finding.resolved",
  /** Nobody is watching any more, or somebody is again. */
  "finding.unverified",
  "finding.watched",
  /** Its rule has changed, or its severity has risen. */
  "finding.changed",
  /** Somebody says that it is fixed, or takes that back. */
  "finding.fixed",
  "finding.unfixed",
  "signal.raised",
  /** An agent that was expected has not come, or has come back. */
  "agent.silent",
  "agent.recovered",
] as const;
type OutboxType = (typeof OUTBOX_TYPES)[number];
/** What an outbox says of findings. */
export type FindingNews = Exclude<OutboxType, "signal.raised" | "agent.silent" | "agent.recovered">;

/** Something that happened and that D1 (and endpoints) must learn; kept until they have. */
export type OutboxMessage =
  | {
      seq: number;
      type: FindingNews;
      at: EpochMs;
      finding: Finding;
      /** Of `finding.resolved`: what is to be certified. Absent in what was decided before there were certificates. */
      facts?: EpisodeFacts;
      /** Of `finding.unfixed`: who took the word back. */
      doer?: Doer;
    }
  | { seq: number; type: "signal.raised"; at: EpochMs; signal: Signal }
  | {
      seq: number;
      type: "agent.silent" | "agent.recovered";
      at: EpochMs;
      agent: Agent;
      /** Its last contact before it fell silent: tells one silence from the next. */
      silentSince: EpochMs;
    };

/** All that one HostActor knows. Treated as immutable: a decision returns the next one. */
export interface HostState {
  owner: OwnerId;
  resources: ReadonlyMap<ResourceId, Resource>;
  findings: ReadonlyMap<FindingId, Finding>;
  signals: ReadonlyMap<SignalId, Signal>;
  agents: ReadonlyMap<AgentId, Agent>;
  /** In order of `seq`. */
  outbox: readonly OutboxMessage[];
  nextSeq: number;
  /**
   * Failed drains in a row; when the next may start; and when the next new message is to be drained, so that
   * the first is in D1 at once, and those that follow come along together.
   */
  drain: { failures: number; notBefore: EpochMs; spacedUntil: EpochMs };
  /** No open finding can be due before this; lazily kept, so it may be too early, never too late. */
  dueFrom: EpochMs;
}

export interface RuleChange {
  ruleId: RuleId;
  /** Of the tenant's configuration. */
  version: number;
  /** Null where the rule is gone: its findings keep what they have. */
  severity: Severity | null;
  /** The steps of the rule; absent: none. */
  rises?: readonly RiseStep[];
  quietPeriodMs: DurationMs | null;
  enabled: boolean;
  /** Of all rules of that version; absent: not told. */
  hash?: string;
}

/** Events of a finding came and were not counted, since an exception hides them. */
export interface Excepted {
  findingId: FindingId;
  /** When the exception was in force everywhere. */
  since: EpochMs;
}

export type Command =
  /** A batch or heartbeat of one agent. */
  | {
      type: "report";
      contact: Contact;
      resources: Resource[];
      observations: Observation[];
      signals: SignalObservation[];
      gone?: Gone[];
      /** Absent: none. */
      excepted?: Excepted[];
      /** What the observations were classified by; absent: not told. */
      ruleset?: RulesetRef;
    }
  /** The alarm, or a sweep: look what is due. */
  | { type: "wake" }
  /** Agents that were due have not come; `rule` is null where it is not in force. */
  | { type: "silence"; rule: AgentRule | null }
  /** What most peers of an agent enforce; null: there is no telling. */
  | { type: "peers"; agentId: AgentId; peers: Peers | null }
  /** A container is gone, or the host is out of service, by somebody's word. */
  | { type: "resourceGone"; id: ResourceId }
  /** So many resources of a roll-up have an open finding. */
  | { type: "spread"; rollup: string; resources: number }
  /** Somebody says that a finding is fixed; `stored` where this actor may have forgotten it. */
  | { type: "fixed"; id: FindingId; fixed: FixClaim; stored?: StoredDoc }
  /** Somebody takes that back. */
  | { type: "unfixed"; id: FindingId; stored?: StoredDoc; doer?: Doer }
  /** A rule has changed, or is no longer in force. */
  | ({ type: "applyRule" } & RuleChange)
  /** Whether the tenant lets findings resolve on silence alone. */
  | { type: "applyCoverage"; strict: boolean; version: number }
  /** What D1 holds of the unsettled findings among `asked`. */
  | { type: "settle"; asked: FindingId[]; stored: StoredFinding[] }
  /** A drain wrote this to D1. */
  | { type: "flushed"; seqs: number[]; findings: Written[]; agents?: ToldAgent[] }
  /** D1 refused these findings, since it holds another owner's row. */
  | { type: "refused"; stored: StoredFinding[] }
  /** A drain failed; try again later. */
  | { type: "drainFailed" };

/** A change that the shell must make durable, all of one decision in one transaction. */
export type Effect =
  | { type: "saveFinding"; finding: Finding }
  | { type: "dropFinding"; id: FindingId }
  | { type: "saveResource"; resource: Resource }
  | { type: "dropResource"; id: ResourceId }
  | { type: "saveSignal"; signal: Signal }
  | { type: "dropSignal"; id: SignalId }
  | { type: "saveAgent"; agent: Agent }
  | { type: "dropAgent"; id: AgentId }
  | { type: "enqueue"; message: OutboxMessage }
  | { type: "dequeue"; seq: number };

/** What happened, in past tense; for the log, and later for the ledger. */
export type DomainEvent =
  | {
      type:
        | "finding.opened"
        | "finding.repeated"
        | "finding.reopened"
        | "finding.regressed"
        | "finding.resolved"
        | "finding.late"
        | "finding.moved"
        | "finding.unverified"
        | "finding.watched"
        | "finding.changed"
        | "finding.fixed"
        | "finding.unfixed";
      findingId: FindingId;
      episode: number;
      count: number;
    }
  | { type: "signal.raised" | "signal.repeated"; signalId: SignalId; count: number }
  | { type: "agent.silent" | "agent.recovered"; agentId: AgentId };

export interface Decision {
  state: HostState;
  events: DomainEvent[];
  effects: Effect[];
  /** Why it came out so, for the log. */
  reason: string;
}
