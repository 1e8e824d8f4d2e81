/**
 * Who takes part in a run. `node-1` and the container id after it are one machine that changes its name:
 * its containers are reported under either. `node-2` has only an agent that never sends heartbeats; the
 * others have agents of each kind: with declared and with learned intervals, with lists of their containers,
 * with repeats held back. A run may be slower than the times here by its pace, see commands.ts.
 */
import type { Resource } from "../../durable/domain/model.ts";
import { AGENT_SILENT } from "../../durable/domain/silence.ts";
import type { AgentFormat } from "../../schema/event.ts";
import {
  agentId,
  containerResourceId,
  hostResourceId,
  parseFindingId,
  resourceTypeOf,
  ruleId,
  type AgentId,
  type FindingId,
  type OwnerId,
  type ResourceId,
  type RuleId,
} from "../../schema/ids.ts";
import type { EpochMs } from "../../schema/time.ts";

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export const STARTED_AT = Date.UTC(2026, 10, 24);
export const BEAT_MS = 10 * SECOND;

export interface AgentRole {
  id: AgentId;
  kind: AgentFormat;
  /** How it can be known to be alive: it says how often it comes, or comes so regularly that it is learned. */
  beats: "declared" | "learned" | null;
  /** Whether it says when it sent, so that a clock that is ahead is corrected. */
  saysWhenSent?: boolean;
  /** Whether its heartbeats list the containers that run. */
  lists?: boolean;
}

export interface HostRole {
  owner: OwnerId;
  agents: readonly AgentRole[];
  /** Indices of {@link FINDINGS} that happen here. */
  findings: readonly number[];
  /** Whether another owner reports the same containers. */
  shared?: boolean;
}

/** A rule in a place, whose container may be replaced by another one. */
export interface FindingRole {
  rule: number;
  place: number;
}

export const RULES: readonly { id: RuleId; quietPeriodMs: number }[] = [
  { id: ruleId("short"), quietPeriodMs: 30 * SECOND },
  { id: ruleId("long"), quietPeriodMs: 2 * MINUTE },
  { id: AGENT_SILENT, quietPeriodMs: MINUTE },
];
export const SILENCE = 2;

const UNNAMED = containerResourceId("c8a551c0ffee");

/** Of these the first container, or the host itself. */
export const PLACES: readonly ResourceId[] = [
  ...["c1", "c2", "c3", "c4", "c5", "c6", "c7"].map((c) => containerResourceId(`${c}a551c0ffee`)),
  UNNAMED,
  ...["d1", "d2", "d3"].map((c) => containerResourceId(`${c}a551c0ffee`)),
  hostResourceId("node-3"),
];

export const FINDINGS: readonly FindingRole[] = PLACES.flatMap((_, place) => [
  { rule: 0, place },
  { rule: 1, place },
]);

const FALCO: AgentRole = { id: agentId("falco"), kind: "falco", beats: "declared" };
const AUDITD: AgentRole = { id: agentId("auditd"), kind: "auditd", beats: null };
const NATIVE: AgentRole = {
  id: agentId("native"),
  kind: "native",
  beats: "declared",
  saysWhenSent: true,
  lists: true,
};
const TETRAGON: AgentRole = { id: agentId("tetragon"), kind: "tetragon", beats: "learned" };
const DATADOG: AgentRole = { id: agentId("datadog"), kind: "datadog", beats: "learned" };

export const HOSTS: readonly HostRole[] = [
  {
    owner: hostResourceId("node-1"),
    agents: [FALCO, AUDITD],
    findings: [0, 1, 2, 3],
    shared: true,
  },
  {
    owner: hostResourceId("4f1c9a0b2d3e"),
    agents: [FALCO, AUDITD],
    findings: [0, 1, 2, 3],
    shared: true,
  },
  { owner: hostResourceId("node-2"), agents: [AUDITD], findings: [4, 5] },
  {
    owner: hostResourceId("node-3"),
    agents: [NATIVE, TETRAGON],
    findings: [6, 7, 8, 9, 22, 23],
  },
  { owner: hostResourceId("node-4"), agents: [DATADOG, FALCO], findings: [10, 11] },
  { owner: hostResourceId("node-5"), agents: [TETRAGON, AUDITD], findings: [12, 13] },
  { owner: UNNAMED, agents: [FALCO, AUDITD], findings: [14, 15] },
  { owner: hostResourceId("node-7"), agents: [NATIVE, FALCO], findings: [16, 17] },
  { owner: hostResourceId("node-8"), agents: [NATIVE], findings: [18, 19] },
  { owner: hostResourceId("node-9"), agents: [FALCO, NATIVE, AUDITD], findings: [20, 21] },
];

/** The container in a place that has been replaced so often. */
export function resourceIn(place: number, replaced: number): ResourceId {
  const first = at(PLACES, place);
  if (replaced === 0 || resourceTypeOf(first) === "host") return first;
  return containerResourceId(
    `${String(place).padStart(2, "0")}${String(replaced).padStart(10, "0")}`,
  );
}

export function findingIn({ rule, place }: FindingRole, replaced: number): FindingId {
  const by = resourceTypeOf(at(PLACES, place)) === "host" ? 0 : replaced;
  return numbered(by * 1_000 + place * 2 + rule);
}

/** The finding of a host whose agents fall silent. */
export function silenceOf(host: number): FindingId {
  return numbered(999_000_000 + host);
}

function numbered(n: number): FindingId {
  const id = parseFindingId(`f${String(n).padStart(24, "0")}`);
  if (id === null) throw new Error("not a finding id");
  return id;
}

/** What an agent says of a resource with an event. */
export function described(id: ResourceId, seenAt: EpochMs): Resource {
  return {
    id,
    type: resourceTypeOf(id),
    name: null,
    host: null,
    hostId: null,
    containerId: null,
    image: null,
    imageDigest: null,
    cluster: null,
    namespace: null,
    pod: null,
    workload: null,
    workloadKind: null,
    service: null,
    seenAt,
  };
}

/** The entry at an index that was made for the list. */
export function at<T>(list: readonly T[], index: number): T {
  const one = list[index % list.length];
  if (one === undefined) throw new Error(`nothing at ${index}`);
  return one;
}
