/**
 * From a batch's events to what each actor is told: one observation for each (rule, resource), one signal
 * for each threat, resource and manner. Pure; one pass over the batch.
 */
import type { AgentRef, HostRef, LullEvent, Normalised } from "../../schema/event.ts";
import type { OwnerId, ResourceId, TenantId } from "../../schema/ids.ts";
import type { Rejection } from "../../schema/ingest.ts";
import { LATE_HORIZON_MS } from "../../schema/limits.ts";
import type { Rule } from "../../schema/rule.ts";
import type { DurationMs, EpochMs } from "../../schema/time.ts";
import type { RuleEngine } from "../rules/engine.ts";
import type { Exceptions } from "../rules/exceptions.ts";
import {
  ANONYMOUS,
  newGroup,
  placeOf,
  type AgentReport,
  type Group,
  type Place,
} from "./agent-report.ts";
import { Excepting, hiddenFrom } from "./excepting.ts";
import { grow, mannerOf, observationOf, signalOf, startGrowing } from "./growing.ts";
import { hostOf, resourceIdOf, type Host } from "./resource.ts";

export interface Coalesced {
  reports: AgentReport[];
  received: number;
  /** Ignored events of which nobody can tell whose they are. */
  unplaced: number;
  rejected: Rejection[];
}

export interface CoalesceOptions {
  tenant: TenantId;
  engine: RuleEngine;
  /** What posture rules shall not report; absent or null: nothing of the kind. */
  exceptions?: Exceptions | null;
  /** Of the tenant's configuration. */
  rulesVersion: number;
  agent: (AgentRef & { host?: HostRef }) | undefined;
  dropped: number;
  /** The host that the key is bound to, or the request names. */
  namedHost: string | null;
  /** The heartbeat interval that the request declares for its agents; null: none. */
  intervalMs: DurationMs | null;
  receivedAt: EpochMs;
}

export function coalesce(items: readonly Normalised[], options: CoalesceOptions): Coalesced {
  const batch = new BatchBuilder(options);
  items.forEach((item, index) => batch.add(item, index));
  return batch.finish(items.length);
}

class BatchBuilder {
  readonly #options: CoalesceOptions;
  /** By owner, then by agent. */
  readonly #groups = new Map<OwnerId, Map<string, Group>>();
  readonly #inOrder: Group[] = [];
  readonly #containers = new Map<string, ResourceId>();
  readonly #rejected: Rejection[] = [];
  /** Of the events that name none. */
  readonly #batchHost: Host | null;
  // Most batches come from one agent on one host.
  #lastHost: { said: HostRef; host: Host | null } | undefined;
  #lastGroup: Group | undefined;
  /** No event may be older and still count as news. */
  readonly #lateBefore: EpochMs;
  #unplaced = 0;

  constructor(options: CoalesceOptions) {
    this.#options = options;
    this.#lateBefore = options.receivedAt - LATE_HORIZON_MS;
    const host = hostOf(undefined, options.agent?.host, options.namedHost);
    this.#batchHost = host;
    // A native agent says who it is even in an empty batch: that is a contact.
    if (options.agent !== undefined && host !== null) this.#group(host.owner, options.agent);
  }

  add(item: Normalised, index: number): void {
    switch (item.type) {
      case "event":
        return this.#event(item.event, item.agent, index);
      case "contact":
        return this.#contact(item);
      case "ignored":
        return this.#ignore();
      case "rejected":
        this.#rejected.push({ index, code: item.code, detail: item.detail });
    }
  }

  #event(event: LullEvent, agent: AgentRef | undefined, index: number): void {
    const host = this.#hostOf(event.host);
    if (host === null && event.container === undefined) {
      const detail =
        "neither the event nor the request names a host: bind the key to one, or send X-Lull-Host or ?host=";
      this.#rejected.push({ index, code: "no_host", detail });
      return;
    }
    const resourceId = this.#resourceIdOf(event, host);
    const group = this.#group(
      host?.owner ?? resourceId,
      agent ?? this.#options.agent ?? ANONYMOUS[event.format],
    );
    if (this.#isRepeat(event, group)) return;
    // One that names no container says nothing of its host.
    if (
      event.container !== undefined &&
      event.kind === "container" &&
      GONE_ACTIONS.has(event.action)
    )
      (group.report.gone ??= []).push({ id: resourceId, at: event.time });
    const type = event.container === undefined ? "host" : "container";
    const rules = this.#options.engine.match(event, type);
    if (rules.length === 0) {
      group.report.counts.ignored++;
      return;
    }
    const hidden = this.#hidden(group, resourceId, rules, event);
    if (hidden !== null && rules.every((rule) => rule.class === "posture" && hidden.has(rule))) {
      group.report.counts.ignored++;
      group.report.counts.excepted++;
      return;
    }
    group.report.counts.accepted++;
    if (event.time < this.#lateBefore) group.report.counts.late++;
    const place = placeOf(group, resourceId, event, host);
    for (const rule of rules) this.#count(group, place, rule, event, hidden?.has(rule) === true);
  }

  /** The rules that an exception hides the event from, noted in the group. */
  #hidden(group: Group, resource: ResourceId, rules: readonly Rule[], event: LullEvent) {
    const { tenant, exceptions, receivedAt } = this.#options;
    if (exceptions === undefined || exceptions === null) return null;
    const hidden = hiddenFrom(exceptions, rules, event, receivedAt);
    if (hidden !== null) (group.excepting ??= new Excepting()).add(tenant, resource, hidden);
    return hidden;
  }

  #hostOf(said: HostRef | undefined): Host | null {
    if (said === undefined) return this.#batchHost;
    const last = this.#lastHost;
    if (
      last !== undefined &&
      last.said.id === said.id &&
      last.said.name === said.name &&
      last.said.doubtful === said.doubtful
    )
      return last.host;
    const host = hostOf(said, this.#options.agent?.host, this.#options.namedHost);
    this.#lastHost = { said, host };
    return host;
  }

  #resourceIdOf(event: LullEvent, host: Host | null): ResourceId {
    const said = event.container?.id;
    if (said === undefined) return resourceIdOf(event, host);
    let id = this.#containers.get(said);
    if (id === undefined) this.#containers.set(said, (id = resourceIdOf(event, host)));
    return id;
  }

  /** Valid and of no interest, and said of no host: the sender's own, where it is known. */
  #ignore(): void {
    const host = this.#batchHost;
    const group =
      this.#lastGroup ??
      (host === null || this.#options.agent === undefined
        ? undefined
        : this.#group(host.owner, this.#options.agent));
    if (group === undefined) this.#unplaced++;
    else group.report.counts.ignored++;
  }

  #isRepeat(event: LullEvent, { seenIds, report }: Group): boolean {
    if (event.id === undefined) return false;
    // One look-up: the set grows only by what is new.
    const before = seenIds.size;
    if (seenIds.add(event.id).size > before) return false;
    report.counts.repeated++;
    return true;
  }

  #count(group: Group, place: Place, rule: Rule, event: LullEvent, hidden: boolean): void {
    if (rule.class !== "threat" && !hidden) {
      const isLate = event.time < this.#lateBefore;
      const byRule = isLate ? place.late : place.observations;
      const growing = byRule.get(rule.id);
      if (growing === undefined) {
        const started = startGrowing(rule, place.id, event, isLate);
        byRule.set(rule.id, started);
        group.observations.push(started);
      } else grow(growing, event);
    }
    if (rule.class === "posture") return;
    const manner = mannerOf(rule, place.id, event, this.#options.receivedAt);
    const growing = group.signals.get(manner);
    if (growing === undefined)
      group.signals.set(manner, startGrowing(rule, place.id, event, false));
    else grow(growing, event);
  }

  #contact(item: Extract<Normalised, { type: "contact" }>): void {
    const host = this.#hostOf(item.host);
    if (host === null) {
      this.#unplaced++;
      return;
    }
    const agent = this.#options.agent ?? ANONYMOUS[item.format];
    const { contact, counts } = this.#group(host.owner, agent).report;
    counts.ignored++;
    contact.dropped += item.dropped ?? 0;
    if (item.beat === true) contact.beat = true;
  }

  #group(owner: OwnerId, agent: AgentRef): Group {
    const last = this.#lastGroup;
    if (last !== undefined && last.report.owner === owner && last.agentId === agent.id) return last;
    let byAgent = this.#groups.get(owner);
    if (byAgent === undefined) this.#groups.set(owner, (byAgent = new Map()));
    let group = byAgent.get(agent.id);
    if (group === undefined) {
      group = newGroup(owner, agent, this.#options);
      byAgent.set(agent.id, group);
      this.#inOrder.push(group);
    }
    this.#lastGroup = group;
    return group;
  }

  finish(received: number): Coalesced {
    const { tenant, rulesVersion, engine } = this.#options;
    const ruleset = { version: rulesVersion, hash: engine.ruleset.hash };
    const reports: AgentReport[] = [];
    for (const { report, places, observations, signals, excepting } of this.#inOrder) {
      report.resources = Array.from(places.values(), ({ description }) => description.resource);
      report.observations = observations.map((it) => observationOf(tenant, rulesVersion, it));
      report.signals = Array.from(signals, ([manner, it]) => signalOf(tenant, manner, it));
      if (observations.length > 0) report.ruleset = ruleset;
      if (excepting !== null) {
        report.excepted = excepting.findings;
        report.exceptionHits = excepting.hits;
      }
      reports.push(report);
    }
    return {
      reports,
      received,
      unplaced: this.#unplaced,
      rejected: this.#rejected,
    };
  }
}

/** What agents call it when a container is no more; one that starts again is heard of again. */
const GONE_ACTIONS: ReadonlySet<string> = new Set(["stop", "die", "destroy", "remove", "delete"]);
