/**
 * What one actor has been told, and what it should hold after that. Its own account of agents (told-agent.ts)
 * and findings (story.ts) is set beside every decision of the core.
 */
import type { Command, Finding, Gone, HostState } from "../../durable/domain/model.ts";
import type { Running } from "../../durable/domain/gone.ts";
import type { AgentRule } from "../../durable/domain/agent-rule.ts";
import { LATE_LOOK_MS } from "../../schema/limits.ts";
import { AGENT_SILENT } from "../../durable/domain/silence.ts";
import {
  resourceTypeOf,
  type AgentId,
  type FindingId,
  type OwnerId,
  type ResourceId,
} from "../../schema/ids.ts";
import type { EpochMs } from "../../schema/time.ts";
import { episodeOf, Story, type End, type Episode, type Quiet } from "./story.ts";
import { lengthWithin, ToldAgent, union } from "./told-agent.ts";

interface ToldResource {
  seenAt: EpochMs;
  goneAt: EpochMs | null;
}

type Report = Extract<Command, { type: "report" }>;

export class ToldActor {
  readonly owner: OwnerId;
  readonly agents = new Map<AgentId, ToldAgent>();
  readonly stories = new Map<FindingId, Story>();
  /** What has ended by the latest command. */
  ended: { story: Story; end: End }[] = [];
  readonly #resources = new Map<ResourceId, ToldResource>();
  /** What the latest command has begun, confirmed or changed: of that nobody has asked whether silence is enough. */
  readonly #unasked = new Set<Story>();
  readonly #outOfSight = new Set<ResourceId>();
  /** Whether other owners report the same findings: then this knows bounds only. */
  readonly #isShared: boolean;

  constructor(owner: OwnerId, isShared: boolean) {
    this.owner = owner;
    this.#isShared = isShared;
  }

  /** It has deleted itself: what it knew of agents and resources is gone, and findings are in D1. */
  forget(): void {
    this.agents.clear();
    this.#resources.clear();
    for (const story of this.stories.values()) story.isHeld = false;
  }

  tell(command: Command, now: EpochMs, running: Running | null): void {
    this.ended = [];
    this.#unasked.clear();
    switch (command.type) {
      case "report":
        return this.#report(command, now, running);
      case "wake":
        return this.#look(now);
      case "silence":
        return this.#silence(command.rule, now);
      case "resourceGone":
        this.#look(now);
        if (command.id === this.owner) this.#hostGone(now);
        else this.#gone([{ id: command.id, at: now }]);
        return this.#look(now);
      case "applyRule":
        this.#look(now);
        this.#applyRule(command, now);
        return this.#look(now);
      case "settle":
        for (const id of command.asked) {
          const story = this.stories.get(id);
          if (story === undefined || story.provisional === null) continue;
          this.#unasked.add(story);
          story.settle((episode) => this.quietOf(story, episode, now));
        }
        return this.#look(now);
      case "applyCoverage":
        this.#applyCoverage(command.strict, command.version);
        return this.#look(now);
      case "fixed":
      case "unfixed":
        this.#look(now);
        this.#noteFix(command);
        return this.#look(now);
      case "spread":
        return this.#look(now);
      case "peers":
      case "flushed":
      case "refused":
      case "drainFailed":
        return;
    }
  }

  #report(command: Report, now: EpochMs, running: Running | null): void {
    const missing = this.#missing(running);
    this.#meet(command);
    for (const { id, seenAt } of command.resources) this.#describe(id, seenAt);
    for (const seen of command.observations) {
      this.#see(this.#storyOf(seen), episodeOf(seen, command.contact.agentId), now);
    }
    this.#gone([...(command.gone ?? []), ...missing]);
    this.#look(now);
    for (const { findingId, since } of command.excepted ?? []) this.#except(findingId, since, now);
  }

  #meet({ contact }: Report): void {
    const known = this.agents.get(contact.agentId);
    const agent = known ?? new ToldAgent(contact.agentId);
    const isNewer = known !== undefined && contact.at > agent.lastAt;
    agent.tell(contact);
    this.agents.set(agent.id, agent);
    if (!isNewer) return;
    agent.isGone = false;
    agent.awaitedFrom = null;
    if (!agent.isAway) return;
    agent.isAway = false;
    this.#awaitThoseAway();
  }

  /** The finding about silence waits for all that are still away, and for nobody else. */
  #awaitThoseAway(): void {
    const isAway = (id: AgentId) => this.agents.get(id)?.isAway === true;
    for (const story of this.stories.values()) {
      if (story.rule !== AGENT_SILENT) continue;
      for (const episode of [story.current, story.provisional]) {
        if (episode === null) continue;
        const away = new Set([...episode.reporters].filter(isAway));
        if (away.size > 0) episode.reporters = away;
      }
    }
  }

  #describe(id: ResourceId, seenAt: EpochMs): void {
    const known = this.#resources.get(id);
    if (known === undefined) return void this.#resources.set(id, { seenAt, goneAt: null });
    known.seenAt = Math.max(known.seenAt, seenAt);
    if (known.goneAt !== null && known.goneAt < seenAt) known.goneAt = null;
  }

  /** The core has forgotten a resource that nothing is known of any more. */
  dropResource(id: ResourceId): void {
    this.#resources.delete(id);
  }

  #storyOf(seen: Report["observations"][number]): Story {
    const story = this.stories.get(seen.findingId) ?? this.#begin(seen);
    return story;
  }

  #begin(seen: Report["observations"][number]): Story {
    const isExact = !this.#isShared && !this.#outOfSight.has(seen.resourceId);
    const story = new Story(seen, isExact, (end) => this.ended.push({ story, end }));
    this.stories.set(story.id, story);
    return story;
  }

  #see(story: Story, seen: Episode, now: EpochMs): void {
    const before = story.number;
    const period = () => (story.current === null ? 0 : story.periodMs(story.current));
    const periodBefore = period();
    if (story.isHeld) story.see(seen, (episode) => this.quietOf(story, episode, now));
    else story.seeAnew(seen);
    if (story.number > before || period() < periodBefore) this.#unasked.add(story);
  }

  /** Containers that are not in the list, have an open finding, and have not been heard of since. */
  #missing(running: Running | null): Gone[] {
    if (running === null) return [];
    const missing = new Set<ResourceId>();
    for (const story of this.stories.values()) {
      if (story.current === null && story.provisional === null) continue;
      const known = this.#resources.get(story.resource);
      if (known === undefined || known.goneAt !== null || known.seenAt >= running.at) continue;
      if (resourceTypeOf(story.resource) !== "container") continue;
      if (!running.ids.includes(story.resource)) missing.add(story.resource);
    }
    return [...missing].map((id) => ({ id, at: running.at }));
  }

  #gone(gone: readonly Gone[]): void {
    for (const { id, at } of gone) {
      const known = this.#resources.get(id);
      if (known === undefined || known.seenAt > at || (known.goneAt ?? 0) >= at) continue;
      known.goneAt = at;
    }
  }

  #hostGone(now: EpochMs): void {
    for (const agent of this.agents.values()) agent.isGone = true;
    for (const { current, provisional, resource } of this.stories.values()) {
      if (current === null && provisional === null) continue;
      const known = this.#resources.get(resource) ?? { seenAt: 0, goneAt: now };
      this.#resources.set(resource, { ...known, goneAt: now });
    }
  }

  #silence(rule: AgentRule | null, now: EpochMs): void {
    const silent = [...this.agents.values()].filter(({ silentFrom }) => silentFrom <= now);
    for (const agent of silent) {
      const at = agent.silentFrom;
      if (agent.awaitedFrom === null && now > at + LATE_LOOK_MS) {
        agent.awaitedFrom = now;
        continue;
      }
      agent.isAway = true;
      agent.missedAt = rule === null ? null : at;
      if (rule === null || !this.owner.startsWith("host:")) continue;
      const seen = {
        findingId: rule.findingId,
        ruleId: AGENT_SILENT,
        resourceId: this.owner,
        title: rule.title,
        subject: "",
        severity: rule.severity,
        quietPeriodMs: rule.quietPeriodMs,
        rulesVersion: rule.rulesVersion,
        count: 1,
        firstAt: at,
        lastAt: at,
        samples: [],
        occurrences: [[Math.floor(at / 1_000) * 1_000, 1]] satisfies [EpochMs, number][],
      };
      this.#see(this.#storyOf(seen), episodeOf(seen, agent.id), now);
    }
    if (silent.length > 0) this.#awaitThoseAway();
  }

  #applyRule(change: Extract<Command, { type: "applyRule" }>, now: EpochMs): void {
    for (const story of this.stories.values()) {
      const episode = story.provisional ?? story.current;
      if (story.rule !== change.ruleId || episode === null) continue;
      const periodMs = change.quietPeriodMs ?? episode.rule.periodMs;
      const { periodMs: before } = episode.rule;
      if (!story.follow(change.version, periodMs, change.enabled)) continue;
      if (!change.enabled) this.#retire(story, now);
      else if (periodMs !== before) this.#unasked.add(story);
    }
  }

  #applyCoverage(strict: boolean, version: number): void {
    for (const story of this.stories.values()) {
      if (story.current === null || story.provisional !== null) continue;
      if (story.strict.version <= version) story.strict = { isOn: strict, version };
    }
  }

  /** A finding that somebody says something of is held again. */
  #noteFix({ id, stored }: Extract<Command, { type: "fixed" | "unfixed" }>): void {
    const story = this.stories.get(id);
    if (stored === undefined || story === undefined) return;
    story.isHeld = true;
    const { id: resource, seenAt, goneAt } = stored.resource;
    this.#describe(resource, seenAt);
    if (goneAt !== undefined) this.#gone([{ id: resource, at: goneAt }]);
  }

  #except(id: FindingId, since: EpochMs, now: EpochMs): void {
    const story = this.stories.get(id);
    const episode = story?.provisional ?? story?.current ?? null;
    if (story !== undefined && episode !== null && episode.last < since) this.#retire(story, now);
  }

  /**
   * What D1 has not confirmed is told again on top of what it holds: this does not know any more what is open there,
   * and so not what a list of containers says of it.
   */
  #loseSightOf(resource: ResourceId): void {
    this.#outOfSight.add(resource);
    for (const story of this.stories.values()) {
      if (story.resource === resource) story.isExact = false;
    }
  }

  #retire(story: Story, now: EpochMs): void {
    if (story.provisional !== null) this.#loseSightOf(story.resource);
    else if (story.current !== null) {
      story.end(now, "rule_retired", this.quietOf(story, story.current, now));
    }
  }

  /** What has been quiet for long enough ends then; what was gone before that ends with its container. */
  #look(now: EpochMs): void {
    for (const story of this.stories.values()) {
      const { current } = story;
      if (current === null || story.provisional !== null) continue;
      const quiet = this.quietOf(story, current, now);
      const isAsked = quiet.basis === "coverage" || !this.#unasked.has(story);
      const endAt = isAsked ? quiet.endAt : null;
      const goneAt = this.#resources.get(story.resource)?.goneAt ?? null;
      if (goneAt !== null && goneAt >= current.last && goneAt < (endAt ?? Infinity)) {
        story.end(goneAt, "resource_gone", quiet);
      } else if (endAt !== null) {
        story.end(endAt, quiet.basis === "coverage" ? "quiet" : "quiet_unverified", quiet);
      }
    }
  }

  /** Its reporters that would be missed. */
  #watchersOf(reporters: ReadonlySet<AgentId>): ToldAgent[] {
    return [...reporters]
      .map((id) => this.agents.get(id))
      .filter((agent) => agent !== undefined)
      .filter(({ intervalMs }) => intervalMs !== null);
  }

  quietOf(story: Story, episode: Episode, now: EpochMs): Quiet {
    const periodMs = story.periodMs(episode);
    const watchers = this.#watchersOf(episode.reporters);
    if (watchers.length === 0 && story.strict.isOn) {
      return { basis: "none", endAt: null, spans: [], isWatched: false };
    }
    if (watchers.length === 0) {
      const endAt = episode.last + periodMs;
      const isOver = endAt <= now;
      return { basis: "silence", endAt: isOver ? endAt : null, spans: [], isWatched: true };
    }
    const spans = union(watchers.flatMap((agent) => agent.since(episode.last)));
    const endAt = instantOf(spans, periodMs);
    const isOver = endAt !== null && endAt <= now;
    const isWatched = endAt !== null || watchers.some((agent) => agent.isInContact(now));
    return { basis: "coverage", endAt: isOver ? endAt : null, spans, isWatched };
  }

  /** What stands in the core's state and should not. */
  differenceFrom(state: HostState, woke: boolean, now: EpochMs): string | null {
    for (const story of this.stories.values()) {
      if (!story.isExact || !story.isHeld) continue;
      const finding = state.findings.get(story.id);
      const wrong =
        finding === undefined ? "it is missing" : this.#wrongIn(finding, story, woke, now);
      if (wrong !== null) return `${story.id}: ${wrong}`;
    }
    return null;
  }

  #wrongIn(finding: Finding, story: Story, woke: boolean, now: EpochMs): string | null {
    const { provisional } = story;
    const episode = provisional ?? story.shown;
    if (episode === null) return "it is told of a finding that is not there";
    const isOpen = provisional !== null || story.current !== null;
    const end = isOpen ? undefined : story.last;
    const expected = {
      status: isOpen ? "open" : "resolved",
      settled: provisional === null,
      episode: provisional === null ? story.number : 1,
      count: episode.count,
      totalCount:
        provisional === null ? story.pastCount + (isOpen ? episode.count : 0) : episode.count,
      lateCount: provisional === null ? story.lateCount : 0,
      firstSeenAt: episode.first,
      lastSeenAt: episode.last,
      quietPeriodMs: end?.periodMs ?? story.periodMs(episode),
      resolvedAt: end?.at ?? null,
      resolution: end?.resolution ?? null,
      reporters: [...episode.reporters].toSorted().join(),
      unverified:
        woke && provisional === null
          ? isOpen && !this.quietOf(story, episode, now).isWatched
          : null,
    };
    const actual = {
      ...finding,
      reporters: finding.reporters.toSorted().join(),
      unverified: expected.unverified === null ? null : finding.unverified,
    };
    const wrongFix = this.#wrongFix(finding, story);
    if (wrongFix !== null) return wrongFix;
    for (const key of Object.keys(expected) as (keyof typeof expected)[]) {
      if (actual[key] !== expected[key]) {
        return `${key} is ${actual[key]}, and should be ${expected[key]}`;
      }
    }
    return null;
  }

  /** A claim stands until an event is newer, and only such an event disproves it. */
  #wrongFix({ fixed, regressed }: Finding, { current }: Story): string | null {
    if (current === null) return null;
    if (fixed !== undefined && current.last > fixed.at) return "it is fixed and goes on";
    const isDisproved = regressed === undefined || current.last > regressed.fixed.at;
    return isDisproved ? null : "nothing disproves that it is fixed";
  }

  /** Whether an open finding should have ended; null where this does not know. */
  isOverdue(id: FindingId, now: EpochMs): boolean | null {
    const story = this.stories.get(id);
    if (story === undefined || !story.isExact || story.current === null) return null;
    return this.quietOf(story, story.current, now).endAt !== null;
  }

  /** How long the agents can have been watching at the most, see told-agent.ts. */
  watchedAtMost(agents: readonly AgentId[], from: EpochMs, to: EpochMs): number {
    const spans = agents.flatMap((id) => this.agents.get(id)?.watchedAtMost(from) ?? []);
    return lengthWithin(union(spans), from, to);
  }
}

/** When disjoint spans have come to a length; null: they have not. */
function instantOf(
  spans: readonly { from: EpochMs; to: EpochMs }[],
  length: number,
): EpochMs | null {
  let missing = length;
  for (const { from, to } of spans) {
    if (to - from >= missing) return from + missing;
    missing -= to - from;
  }
  return null;
}
