/**
 * Who takes part in a run. `node-1` and the container id after it are one machine that changes its name:
 * its containers are reported under either. `node-2` has only an agent that never sends heartbeats.
 */
import {
  agentId,
  containerResourceId,
  hostResourceId,
  parseFindingId,
  ruleId,
  type AgentId,
  type FindingId,
  type OwnerId,
  type ResourceId,
  type RuleId,
} from "../../schema/ids.ts";

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;

export const STARTED_AT = Date.UTC(2026, 10, 24);
export const BEAT_MS = 10 * SECOND;

export interface AgentRole {
  id: AgentId;
  /** Whether it ever sends heartbeats. */
  beats: boolean;
}

export interface HostRole {
  owner: OwnerId;
  agents: readonly AgentRole[];
  /** Indices of {@link FINDINGS} that happen here. */
  findings: readonly number[];
}

export interface FindingRole {
  id: FindingId;
  rule: number;
  resource: ResourceId;
}

export const RULES: readonly { id: RuleId; quietPeriodMs: number }[] = [
  { id: ruleId("short"), quietPeriodMs: 30 * SECOND },
  { id: ruleId("long"), quietPeriodMs: 2 * MINUTE },
];

const RESOURCES = ["c1a551c0ffee", "c2a551c0ffee", "c3a551c0ffee"].map(containerResourceId);

export const FINDINGS: readonly FindingRole[] = RESOURCES.flatMap((resource, r) =>
  RULES.map((_, rule) => ({ id: findingId(r * RULES.length + rule), rule, resource })),
);

const FALCO: AgentRole = { id: agentId("falco"), beats: true };
const AUDITD: AgentRole = { id: agentId("auditd"), beats: false };

export const HOSTS: readonly HostRole[] = [
  { owner: hostResourceId("node-1"), agents: [FALCO, AUDITD], findings: [0, 1, 2, 3] },
  { owner: hostResourceId("4f1c9a0b2d3e"), agents: [FALCO, AUDITD], findings: [0, 1, 2, 3] },
  { owner: hostResourceId("node-2"), agents: [AUDITD], findings: [4, 5] },
];

function findingId(n: number): FindingId {
  const id = parseFindingId(`f${String(n).padStart(24, "0")}`);
  if (id === null) throw new Error("not a finding id");
  return id;
}

/** The entry at an index that was made for the list. */
export function at<T>(list: readonly T[], index: number): T {
  const one = list[index % list.length];
  if (one === undefined) throw new Error(`nothing at ${index}`);
  return one;
}
