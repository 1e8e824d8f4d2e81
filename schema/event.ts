/**
 * The normalised event: one thing that an agent saw, in one shape for all agents.
 * Absent means unknown. Normalisers (workers/ingest/formats/) make it, rules read it.
 */
import type { EpochMs } from "./time.ts";

/** What an agent's format is called in paths, in `agent.kind` and in rules. */
export const AGENT_FORMATS = [
  "native",
  "falco",
  "tetragon",
  "tracee",
  "auditd",
  "datadog",
  "ocsf",
  "osquery",
] as const;
export type AgentFormat = (typeof AGENT_FORMATS)[number];

/**
 * What an event is about. `detection`: an agent's own rule hit that says nothing more precise.
 * `host`: a state of the host, reported as a fact.
 */
export const EVENT_KINDS = [
  "process",
  "file",
  "network",
  "kernel",
  "container",
  "host",
  "kubernetes",
  "detection",
] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

export interface HostRef {
  /** A stable id, where the agent has one (machine id, instance id). */
  id?: string;
  name?: string;
  /** The agent's word is not the last: a name cut short, or that of another place. Gives way to any other host. */
  doubtful?: true;
}

export interface ContainerRef {
  /** As the agent spelled it, without a runtime prefix. */
  id: string;
  name?: string;
  /** Repository and tag, as one would pull it. */
  image?: string;
  /** `sha256:…` */
  imageDigest?: string;
}

export interface WorkloadRef {
  /** Deployment, DaemonSet, StatefulSet, Job, … */
  kind?: string;
  name: string;
}

export interface KubernetesRef {
  cluster?: string;
  namespace?: string;
  pod?: string;
  workload?: WorkloadRef;
}

export interface UserRef {
  name?: string;
  uid?: number;
  /** Who logged in before any su or sudo; absent where the kernel says unset. */
  loginUid?: number;
}

export interface ProcessRef {
  exe?: string;
  name?: string;
  args?: string[];
  pid?: number;
  /** Whether it has a controlling terminal. */
  tty?: boolean;
  cwd?: string;
  parent?: { exe?: string; name?: string };
}

export interface NetworkRef {
  /** The peer. */
  ip?: string;
  port?: number;
  hostname?: string;
  protocol?: string;
  direction?: "outbound" | "inbound";
}

export type FactValue = string | number | boolean;

export interface LullEvent {
  /** The agent's own event id, where it has one. */
  id?: string;
  time: EpochMs;
  format: AgentFormat;
  kind: EventKind;
  /** exec, exit, open, write, connect, listen, mount, load_module, fact, …; lower case. */
  action: string;
  /** The agent's rule, policy or signature that fired. */
  agentRule?: string;
  /** Its severity in the agent's own words; never used as ours. */
  agentPriority?: string;
  tags?: string[];
  /** The agent's own sentence about the event. */
  message?: string;
  host?: HostRef;
  container?: ContainerRef;
  k8s?: KubernetesRef;
  service?: string;
  user?: UserRef;
  process?: ProcessRef;
  file?: { path: string; flags?: string };
  network?: NetworkRef;
  /** The kernel function, hook or system call behind it. */
  syscall?: string;
  /** State of the host, for kind `host`. */
  facts?: Record<string, FactValue>;
  /** Names of fields that were cut to their limit. */
  truncated?: string[];
  /** Set when the time lay in the future, or the agent knew none, and it was set to the time of receipt. */
  clamped?: boolean;
}

export interface AgentRef {
  id: string;
  kind: AgentFormat;
  version?: string;
  /** Hash of the ruleset that the agent enforces. */
  ruleset?: string;
}

/**
 * One event of a batch after normalising: an event, a sign of life from the agent,
 * something valid that means nothing to us, or something we cannot accept.
 */
export type Normalised =
  | { type: "event"; event: LullEvent; agent?: AgentRef }
  /**
   * The agent's own word about itself; counts as ignored. `dropped`: events it says it lost.
   * `beat`: it comes at regular intervals, so that its absence means something.
   */
  | {
      type: "contact";
      format: AgentFormat;
      host?: HostRef;
      dropped?: number;
      beat?: boolean;
      reason: string;
    }
  /** Valid and of no interest; `reason` is for people (the corpus table, the log). */
  | { type: "ignored"; format: AgentFormat; reason: string }
  | { type: "rejected"; code: RejectCode; detail: string };

/** Why one event of a batch is not accepted. */
export const REJECT_CODES = [
  "not_json",
  "not_an_object",
  "unknown_format",
  "invalid_field",
  "missing_field",
  "too_large",
  "no_host",
] as const;
export type RejectCode = (typeof REJECT_CODES)[number];
