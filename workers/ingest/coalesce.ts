/**
 * From a batch's events to what each actor is told: one observation for each (rule, resource), one signal
 * for each threat, resource and manner. Pure; one pass over the batch.
 */
import type { AgentRef, HostRef, LullEvent, Normalised } from "../../schema/event.ts";
import {
  agentId,
  type AgentId,
  type OwnerId,
  type ResourceId,
  type TenantId,
} from "../../schema/ids.ts";
import type { Rejection } from "../../schema/ingest.ts";
import type { Rule } from "../../schema/rule.ts";
import type { EpochMs } from "../../schema/time.ts";
import type {
  Contact,
  Observation,
  Resource,
  SignalObservation,
} from "../../durable/domain/model.ts";
import { findingId, signalId } from "../identity.ts";
import type { RuleEngine } from "../rules/engine.ts";
import { hostOf, resourceIdOf, resourceOf, type Host } from "./resource.ts";
import { peerOf, sampleOf, subjectOf } from "./sample.ts";

const HOUR_MS = 3_600_000;
const SECOND_MS = 1_000;
/** A threat older than this takes the hour of its receipt; signals are remembered for a little longer. */
const SIGNAL_HORIZON_MS = 24 * HOUR_MS;

/** Everything of one batch that one agent says to one actor. */
export interface AgentReport {
  owner: OwnerId;
  contact: Contact;
  /** Events that matched at least one rule. */
  accepted: number;
  resources: Resource[];
  observations: Observation[];
  signals: SignalObservation[];
}

export interface Coalesced {
  reports: AgentReport[];
  received: number;
  ignored: number;
  /** Events whose id stood earlier in the same batch. */
  repeated: number;
  rejected: Rejection[];
}

export interface CoalesceOptions {
  tenant: TenantId;
  engine: RuleEngine;
  /** Of the tenant's configuration. */
  rulesVersion: number;
  agent: (AgentRef & { host?: HostRef }) | undefined;
  dropped: number;
  /** The host that the key is bound to, or the request names. */
  namedHost: string | null;
  receivedAt: EpochMs;
}

export function coalesce(items: readonly Normalised[], options: CoalesceOptions): Coalesced {
  const batch = new BatchBuilder(options);
  for (const [index, item] of items.entries()) batch.add(item, index);
  return batch.finish(items.length);
}

/** An observation in the making; the events at its ends become its samples. */
interface Growing {
  rule: Rule;
  resourceId: ResourceId;
  count: number;
  first: LullEvent;
  last: LullEvent;
  occurrences: [EpochMs, number][];
}

interface Group {
  report: AgentReport;
  resources: Map<ResourceId, Resource>;
  observations: Map<string, Growing>;
  signals: Map<string, Growing>;
}

class BatchBuilder {
  readonly #options: CoalesceOptions;
  readonly #groups = new Map<string, Group>();
  readonly #seenIds = new Set<string>();
  readonly #rejected: Rejection[] = [];
  #ignored = 0;
  #repeated = 0;

  constructor(options: CoalesceOptions) {
    this.#options = options;
    // A native agent says who it is even in an empty batch: that is a contact.
    const host = hostOf(undefined, options.agent?.host, options.namedHost);
    if (options.agent !== undefined && host !== null) this.#group(host.owner, options.agent);
  }

  add(item: Normalised, index: number): void {
    switch (item.type) {
      case "event":
        return this.#event(item.event, item.agent, index);
      case "contact":
        this.#ignored++;
        return this.#contact(item);
      case "ignored":
        this.#ignored++;
        return;
      case "rejected":
        this.#rejected.push({ index, code: item.code, detail: item.detail });
    }
  }

  #event(event: LullEvent, agent: AgentRef | undefined, index: number): void {
    const host = hostOf(event.host, this.#options.agent?.host, this.#options.namedHost);
    if (host === null && event.container === undefined) {
      const detail =
        "neither the event nor the request names a host: bind the key to one, or send X-Lull-Host or ?host=";
      this.#rejected.push({ index, code: "no_host", detail });
      return;
    }
    const resourceId = resourceIdOf(event, host);
    const group = this.#group(
      host?.owner ?? resourceId,
      agent ?? this.#options.agent ?? agentOf(event),
    );
    if (this.#isRepeat(event, group)) return;
    const type = event.container === undefined ? "host" : "container";
    const rules = this.#options.engine.match(event, type);
    if (rules.length === 0) {
      this.#ignored++;
      return;
    }
    group.report.accepted++;
    describe(group.resources, resourceId, event, host);
    for (const rule of rules) this.#count(group, rule, resourceId, event);
  }

  #isRepeat(event: LullEvent, group: Group): boolean {
    if (event.id === undefined) return false;
    const id = `${group.report.owner}\0${group.report.contact.agentId}\0${event.id}`;
    if (this.#seenIds.has(id)) {
      this.#repeated++;
      return true;
    }
    this.#seenIds.add(id);
    return false;
  }

  #count(group: Group, rule: Rule, resourceId: ResourceId, event: LullEvent): void {
    if (rule.class !== "threat")
      grow(group.observations, `${rule.id}\0${resourceId}`, rule, resourceId, event);
    if (rule.class === "posture") return;
    const manner = mannerOf(event, this.#options.receivedAt);
    grow(group.signals, [rule.id, resourceId, ...manner].join("\0"), rule, resourceId, event);
  }

  #contact(item: Extract<Normalised, { type: "contact" }>): void {
    const host = hostOf(item.host, this.#options.agent?.host, this.#options.namedHost);
    if (host === null) return;
    const agent = this.#options.agent ?? { id: item.format, kind: item.format };
    this.#group(host.owner, agent).report.contact.dropped += item.dropped ?? 0;
  }

  #group(owner: OwnerId, agent: AgentRef): Group {
    const key = `${owner}\0${agent.id}`;
    let group = this.#groups.get(key);
    if (group === undefined) {
      group = {
        report: {
          owner,
          contact: contactOf(agent, this.#options),
          accepted: 0,
          resources: [],
          observations: [],
          signals: [],
        },
        resources: new Map(),
        observations: new Map(),
        signals: new Map(),
      };
      this.#groups.set(key, group);
    }
    return group;
  }

  finish(received: number): Coalesced {
    const { tenant, rulesVersion } = this.#options;
    const reports: AgentReport[] = [];
    for (const { report, resources, observations, signals } of this.#groups.values()) {
      report.resources = [...resources.values()];
      report.observations = [...observations.values()].map((it) =>
        observationOf(tenant, rulesVersion, it),
      );
      report.signals = [...signals].map(([manner, it]) => signalOf(tenant, manner, it));
      reports.push(report);
    }
    return {
      reports,
      received,
      ignored: this.#ignored,
      repeated: this.#repeated,
      rejected: this.#rejected,
    };
  }
}

function agentOf(event: LullEvent): AgentRef {
  return { id: event.format, kind: event.format };
}

function contactOf(agent: AgentRef, options: CoalesceOptions): Contact {
  const id: AgentId = agentId(agent.id);
  const isSender = options.agent !== undefined && options.agent.id === agent.id;
  return {
    agentId: id,
    kind: agent.kind,
    version: agent.version ?? null,
    ruleset: agent.ruleset ?? null,
    at: options.receivedAt,
    intervalMs: null,
    dropped: isSender ? options.dropped : 0,
  };
}

function describe(
  resources: Map<ResourceId, Resource>,
  id: ResourceId,
  event: LullEvent,
  host: Host | null,
): void {
  const known = resources.get(id);
  // The last event of a batch on a resource describes it as well as the first: only holes are filled.
  if (known === undefined) resources.set(id, resourceOf(event, host));
  else if (
    known.pod === null ||
    known.image === null ||
    known.name === null ||
    event.time > known.seenAt
  ) {
    resources.set(id, filled(known, resourceOf(event, host)));
  }
}

function filled(known: Resource, more: Resource): Resource {
  const [old, fresh] = more.seenAt >= known.seenAt ? [known, more] : [more, known];
  return {
    ...fresh,
    name: fresh.name ?? old.name,
    image: fresh.image ?? old.image,
    imageDigest: fresh.imageDigest ?? old.imageDigest,
    cluster: fresh.cluster ?? old.cluster,
    namespace: fresh.namespace ?? old.namespace,
    pod: fresh.pod ?? old.pod,
    workload: fresh.workload ?? old.workload,
    workloadKind: fresh.workloadKind ?? old.workloadKind,
    service: fresh.service ?? old.service,
  };
}

function grow(
  all: Map<string, Growing>,
  key: string,
  rule: Rule,
  resourceId: ResourceId,
  event: LullEvent,
): void {
  const second = Math.floor(event.time / SECOND_MS) * SECOND_MS;
  const growing = all.get(key);
  if (growing === undefined) {
    const occurrences: [EpochMs, number][] = [[second, 1]];
    all.set(key, { rule, resourceId, count: 1, first: event, last: event, occurrences });
    return;
  }
  growing.count++;
  if (event.time < growing.first.time) growing.first = event;
  if (event.time >= growing.last.time) growing.last = event;
  const bucket = growing.occurrences.at(-1);
  if (bucket !== undefined && bucket[0] === second) bucket[1]++;
  else growing.occurrences.push([second, 1]);
}

function observationOf(tenant: TenantId, rulesVersion: number, growing: Growing): Observation {
  const { rule, resourceId, first, last } = growing;
  return {
    findingId: findingId(tenant, rule.id, resourceId),
    ruleId: rule.id,
    resourceId,
    title: rule.title,
    subject: subjectOf(rule.phrase, last),
    severity: rule.severity,
    quietPeriodMs: rule.quietPeriodMs,
    rulesVersion,
    count: growing.count,
    firstAt: first.time,
    lastAt: last.time,
    samples: first === last ? [sampleOf(first)] : [sampleOf(first), sampleOf(last)],
    occurrences: growing.occurrences,
  };
}

function signalOf(tenant: TenantId, manner: string, growing: Growing): SignalObservation {
  const { rule, resourceId, first, last } = growing;
  return {
    id: signalId(tenant, [manner]),
    ruleId: rule.id,
    resourceId,
    title: rule.title,
    subject: subjectOf(rule.phrase, last),
    severity: rule.severity,
    count: growing.count,
    firstAt: first.time,
    lastAt: last.time,
    sample: sampleOf(first),
  };
}

/** What makes two detections of a threat the same: how it was done, and the hour. */
function mannerOf(event: LullEvent, receivedAt: EpochMs): string[] {
  const at = receivedAt - event.time < SIGNAL_HORIZON_MS ? event.time : receivedAt;
  return [
    event.format,
    event.agentRule ?? "",
    event.process?.exe ?? event.process?.name ?? "",
    (event.process?.args ?? []).join(" "),
    event.file?.path ?? "",
    peerOf(event) ?? "",
    String(Math.floor(at / HOUR_MS)),
  ];
}
