/** What one agent says to one actor about one batch, while it is put together and when it is whole. Pure. */
import type { AgentFormat, AgentRef, LullEvent } from "../../schema/event.ts";
import { agentId, type OwnerId, type ResourceId, type RuleId } from "../../schema/ids.ts";
import type { DurationMs, EpochMs } from "../../schema/time.ts";
import type {
  Contact,
  Excepted,
  Gone,
  Observation,
  Resource,
  RulesetRef,
  SignalObservation,
} from "../../durable/domain/model.ts";
import type { Running } from "../../durable/domain/gone.ts";
import { Description } from "./description.ts";
import type { Excepting } from "./excepting.ts";
import type { Growing } from "./growing.ts";
import type { Host } from "./resource.ts";

/** Everything of one batch that one agent says to one actor. */
export interface AgentReport {
  owner: OwnerId;
  contact: Contact;
  resources: Resource[];
  observations: Observation[];
  signals: SignalObservation[];
  /** Containers that it has seen go; absent: none. */
  gone?: Gone[];
  /** All containers that run on the host, where it has said so. */
  running?: Running;
  /** Findings whose events an exception has hidden; absent: none. */
  excepted?: Excepted[];
  /** What the observations were classified by; absent where there are none. */
  ruleset?: RulesetRef;
  counts: EventCounts;
  /** Events that each exception has hidden, by its id; absent: none. */
  exceptionHits?: ReadonlyMap<string, number>;
}

/** What became of the events that one agent sent about one owner. */
export interface EventCounts {
  /** Matched at least one rule. */
  accepted: number;
  /** Of the accepted: older than the late horizon. */
  late: number;
  /** Valid, matched no rule; or a contact. */
  ignored: number;
  /** Of the ignored: hidden by a rule exception. */
  excepted: number;
  /** Their id stood earlier in the same batch. */
  repeated: number;
}

/** One resource of a group. */
export interface Place {
  readonly id: ResourceId;
  readonly description: Description;
  readonly observations: Map<RuleId, Growing>;
  /** Of events beyond the late horizon; they are told apart, since they reopen nothing. */
  readonly late: Map<RuleId, Growing>;
}

/** What one agent says to one owner. */
export interface Group {
  readonly agentId: string;
  readonly report: AgentReport;
  readonly seenIds: Set<string>;
  readonly places: Map<ResourceId, Place>;
  /** Those of all places, in the order in which they began. */
  readonly observations: Growing[];
  /** By manner. */
  readonly signals: Map<string, Growing>;
  /** Begun with the first event that an exception hides. */
  excepting: Excepting | null;
}

/** Agents whose formats do not say which one speaks. */
export const ANONYMOUS: Readonly<Record<AgentFormat, AgentRef>> = {
  native: { id: "native", kind: "native" },
  falco: { id: "falco", kind: "falco" },
  tetragon: { id: "tetragon", kind: "tetragon" },
  datadog: { id: "datadog", kind: "datadog" },
  auditd: { id: "auditd", kind: "auditd" },
  osquery: { id: "osquery", kind: "osquery" },
  tracee: { id: "tracee", kind: "tracee" },
  ocsf: { id: "ocsf", kind: "ocsf" },
};

/** What the batch as a whole says of who sent it. */
interface Said {
  agent: AgentRef | undefined;
  dropped: number;
  intervalMs: DurationMs | null;
  receivedAt: EpochMs;
}

export function newGroup(owner: OwnerId, agent: AgentRef, said: Said): Group {
  return {
    agentId: agent.id,
    report: {
      owner,
      contact: contactOf(agent, said),
      resources: [],
      observations: [],
      signals: [],
      counts: { accepted: 0, late: 0, ignored: 0, excepted: 0, repeated: 0 },
    },
    seenIds: new Set(),
    places: new Map(),
    observations: [],
    signals: new Map(),
    excepting: null,
  };
}

/** The resource's place in the group, with what the event says of it. */
export function placeOf(group: Group, id: ResourceId, event: LullEvent, host: Host | null): Place {
  let place = group.places.get(id);
  if (place === undefined) {
    place = {
      id,
      description: new Description(event, host),
      observations: new Map(),
      late: new Map(),
    };
    group.places.set(id, place);
  } else place.description.add(event, host);
  return place;
}

function contactOf(agent: AgentRef, said: Said): Contact {
  const isSender = said.agent !== undefined && said.agent.id === agent.id;
  return {
    agentId: agentId(agent.id),
    kind: agent.kind,
    version: agent.version ?? null,
    ruleset: agent.ruleset ?? null,
    at: said.receivedAt,
    intervalMs: said.intervalMs,
    dropped: isSender ? said.dropped : 0,
  };
}
