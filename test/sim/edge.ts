/**
 * What an agent puts into a batch, and what the edge makes of it when it arrives: the same as workers/ingest/,
 * from events that need no decoding.
 */
import type {
  Contact,
  Excepted,
  Observation,
  Resource,
  SignalObservation,
} from "../../durable/domain/model.ts";
import { leastQuietPeriod } from "../../durable/domain/suppression.ts";
import {
  parseSignalId,
  ruleId,
  type FindingId,
  type ResourceId,
  type SignalId,
} from "../../schema/ids.ts";
import { LATE_HORIZON_MS, SIGNAL_HORIZON_MS, SIGNAL_WINDOW_MS } from "../../schema/limits.ts";
import type { DurationMs, EpochMs } from "../../schema/time.ts";
import { described, SECOND, type AgentRole } from "./cast.ts";
import type { ReportCommand } from "./host.ts";
import type { RuleNow, Tenant } from "./tenant.ts";

/** An event by the agent's own clock, of the rule as it was when the agent saw it. */
export interface Event {
  /** Of {@link FINDINGS}. */
  role: number;
  finding: FindingId;
  resource: ResourceId;
  at: EpochMs;
  rule: RuleNow;
}

/** The part of a batch that one agent on one host makes. */
export interface Part {
  host: number;
  agent: AgentRole;
  /** By the agent's clock. */
  sentAt: EpochMs;
  dropped: number;
  events: Event[];
  gone: { id: ResourceId; at: EpochMs }[];
}

export interface Batch {
  id: string;
  parts: Part[];
}

export function contactOf(
  agent: AgentRole,
  at: EpochMs,
  beatMs: DurationMs | null,
  dropped: number,
): Contact {
  const isBeat = beatMs !== null;
  return {
    agentId: agent.id,
    kind: agent.kind,
    version: null,
    ruleset: null,
    at,
    intervalMs: isBeat && agent.beats === "declared" ? beatMs : null,
    dropped,
    ...(isBeat && agent.beats === "learned" ? { beat: true } : {}),
  };
}

/** What the actor of the part's host is told. */
export function reportOf(
  part: Part,
  receivedAt: EpochMs,
  exceptions: Tenant["exceptions"],
): ReportCommand {
  const { agent, sentAt, dropped } = part;
  const aheadMs = agent.saysWhenSent === true ? Math.max(0, sentAt - receivedAt) : 0;
  const settled = (at: EpochMs) => Math.min(receivedAt, Math.max(0, at - aheadMs));
  const events = part.events.map((event) => ({ ...event, at: settled(event.at) }));
  const counted = events.filter(({ role }) => !exceptions.has(role));
  const excepted = events.flatMap(({ role, finding }): Excepted[] => {
    const since = exceptions.get(role);
    return since === undefined ? [] : [{ findingId: finding, since }];
  });
  const command: ReportCommand = {
    type: "report",
    contact: contactOf(agent, receivedAt, null, dropped),
    resources: resourcesOf(counted),
    observations: observationsOf(counted, agent, receivedAt),
    signals: signalsOf(part, counted, receivedAt),
  };
  if (excepted.length > 0) command.excepted = excepted;
  if (part.gone.length > 0) {
    command.gone = part.gone.map(({ id, at }) => ({ id, at: settled(at) }));
  }
  return command;
}

function resourcesOf(events: readonly Event[]): Resource[] {
  const newest = new Map<ResourceId, EpochMs>();
  for (const { resource, at } of events) {
    newest.set(resource, Math.max(at, newest.get(resource) ?? 0));
  }
  return Array.from(newest, ([id, at]) => described(id, at));
}

function observationsOf(
  events: readonly Event[],
  agent: AgentRole,
  receivedAt: EpochMs,
): Observation[] {
  const isLate = ({ at }: Event) => at < receivedAt - LATE_HORIZON_MS;
  const groups = Map.groupBy(events, (event) => `${event.finding} ${isLate(event)}`);
  return [...groups.values()].map((group) => {
    const [first, ...rest] = group.toSorted((a, b) => a.at - b.at);
    if (first === undefined) throw new Error("a group is not empty");
    const { finding, resource, rule } = first;
    const least = leastQuietPeriod(agent.kind);
    return {
      findingId: finding,
      ruleId: rule.id,
      resourceId: resource,
      title: "title",
      subject: "subject",
      severity: "high",
      quietPeriodMs: rule.quietPeriodMs,
      ...(least === 0 ? {} : { leastQuietPeriodMs: least }),
      rulesVersion: rule.version,
      count: group.length,
      firstAt: first.at,
      lastAt: (rest.at(-1) ?? first).at,
      samples: [],
      occurrences: group.map(({ at }): [EpochMs, number] => [Math.floor(at / SECOND) * SECOND, 1]),
      ...(isLate(first) ? { late: true } : {}),
    };
  });
}

/** A batch of three events and more is a threat, too. */
function signalsOf(
  { host }: Part,
  [first, ...more]: readonly Event[],
  receivedAt: EpochMs,
): SignalObservation[] {
  if (first === undefined || more.length < 2) return [];
  const { resource, at } = first;
  const hour = Math.floor(
    (receivedAt - at < SIGNAL_HORIZON_MS ? at : receivedAt) / SIGNAL_WINDOW_MS,
  );
  return [
    {
      id: signalId(host * 1e7 + hour),
      ruleId: ruleId("threat"),
      resourceId: resource,
      title: "title",
      subject: "subject",
      severity: "high",
      count: 1,
      firstAt: at,
      lastAt: at,
      sample: { at, agent: "native", kind: "process", action: "exec" },
    },
  ];
}

function signalId(n: number): SignalId {
  const id = parseSignalId(`s${String(n).padStart(24, "0")}`);
  if (id === null) throw new Error("not a signal id");
  return id;
}
