/**
 * One run: hosts, their agents, the network between and D1, on a virtual clock. Does what it is commanded
 * and checks after every step.
 */
import type { Command, Contact, Observation } from "../../durable/domain/model.ts";
import type { AgentId, FindingId } from "../../schema/ids.ts";
import { BATCH_MEMORY_MS, MAX_REFRESH_MS } from "../../schema/limits.ts";
import type { EpochMs } from "../../schema/time.ts";
import { BEAT_MS, FINDINGS, HOSTS, MINUTE, RULES, STARTED_AT, at, type AgentRole } from "./cast.ts";
import type { SimCommand, Trouble } from "./commands.ts";
import { Crash, Outage, REAL_CORE, SimHost, type Core } from "./host.ts";
import { insist, judgeDatabase, judgeDrained, Oracle } from "./oracle.ts";
import { ALL_GUARDS, Database, type Around, type Guards } from "./read-model.ts";

interface Batch {
  id: string;
  host: number;
  role: AgentRole;
  dropped: number;
  events: [FindingId, EpochMs][];
  command(at: EpochMs): Command;
}

/** What a mutant may break. */
export interface Setup {
  core: Core;
  guards: Guards;
}

export const REAL: Setup = { core: REAL_CORE, guards: ALL_GUARDS };

/** Alarms and heartbeats on the way of one advance; a healthy run needs a tenth of that. */
const MAX_TURNS = 1_500;

const NO_TROUBLE: Around = () => Promise.resolve();

export class World {
  readonly database: Database;
  readonly oracle = new Oracle();
  readonly hosts: readonly SimHost[];
  #now = STARTED_AT;
  #batches = 0;
  readonly #underWay: Batch[] = [];
  readonly #answered: Batch[] = [];
  /** Batches that have reached their actor, and when. */
  readonly #applied = new Map<string, EpochMs>();
  readonly #dead = new Set<string>();
  readonly #rules = RULES.map((rule) => ({ ...rule, enabled: true }));
  #rulesVersion = 1;

  constructor({ core, guards }: Setup = REAL) {
    this.database = new Database(guards, (owner, finding) => this.oracle.ended(owner, finding));
    const deps = {
      core,
      database: this.database,
      now: () => this.#now,
      observe: (host: SimHost, command: Command, decision: Parameters<Oracle["judge"]>[1]) => {
        if (command.type === "settle") this.oracle.settled(host.owner, command.stored);
        for (const event of decision.events) this.oracle.note(`event ${event.type}`);
        this.oracle.judge(host.owner, decision, this.#now);
      },
      forgotten: (host: SimHost) => this.oracle.forget(host.owner),
    };
    this.hosts = HOSTS.map((role) => new SimHost(role.owner, deps));
  }

  async run(commands: readonly SimCommand[]): Promise<void> {
    for (const command of commands) await this.step(command);
    await this.drainAll();
  }

  async step(command: SimCommand): Promise<void> {
    await this.#do(command);
    judgeDatabase(this.database);
  }

  async #do(command: SimCommand): Promise<void> {
    switch (command.do) {
      case "send":
        return this.#send(command);
      case "deliver":
        return this.#deliver(command.batch, command.loseAnswer);
      case "repeat":
        return this.#repeat(command.batch);
      case "beat":
        return this.#beat(command.host, command.agent, command.dropped);
      case "toggle":
        return this.#toggle(command.host, command.agent);
      case "advance":
        return this.#advance(command.ms, command.beats, command.alarms);
      case "wake":
        return this.#wake(command.host, command.sweep, command.trouble);
      case "evict":
        return this.#evict(command.host);
      case "rule":
        return this.#rule(command.rule, command.quietPeriodMs, command.enabled);
    }
  }

  #send(command: Extract<SimCommand, { do: "send" }>): void {
    const role = at(at(HOSTS, command.host).agents, command.agent);
    if (this.#isDead(command.host, command.agent)) return;
    const events = command.events
      .filter(([n]) => at(this.#rules, at(FINDINGS, n).rule).enabled)
      .map(([n, ago]): [FindingId, EpochMs] => [at(FINDINGS, n).id, this.#now - ago]);
    const observations = this.#observations(events);
    this.#underWay.push({
      id: `batch ${this.#batches++}`,
      host: command.host,
      role,
      dropped: command.dropped,
      events,
      command: (now) => ({
        type: "report",
        contact: contactOf(role, now, null, command.dropped),
        resources: [],
        observations,
        signals: [],
      }),
    });
  }

  #observations(events: readonly [FindingId, EpochMs][]): Observation[] {
    const ids = [...new Set(events.map(([id]) => id))];
    return ids.map((id) => {
      const times = events
        .filter(([other]) => other === id)
        .map(([, when]) => when)
        .toSorted((a, b) => a - b);
      const role = at(
        FINDINGS,
        FINDINGS.findIndex((one) => one.id === id),
      );
      const rule = at(this.#rules, role.rule);
      const firstAt = at(times, 0);
      const lastAt = at(times, times.length - 1);
      return {
        findingId: id,
        ruleId: rule.id,
        resourceId: role.resource,
        title: "title",
        subject: "subject",
        severity: "high",
        quietPeriodMs: rule.quietPeriodMs,
        rulesVersion: this.#rulesVersion,
        count: times.length,
        firstAt,
        lastAt,
        samples: [],
        occurrences: times.map((when): [EpochMs, number] => [when, 1]),
      };
    });
  }

  #deliver(n: number, loseAnswer: boolean): void {
    if (this.#underWay.length === 0) return;
    const index = n < 0 ? this.#underWay.length - 1 : n % this.#underWay.length;
    const batch = at(this.#underWay, index);
    this.#hand(batch);
    if (loseAnswer) return;
    this.#underWay.splice(index, 1);
    this.#answered.push(batch);
    for (const [finding] of batch.events) this.oracle.acknowledge(finding, 1);
  }

  #repeat(n: number): void {
    if (this.#answered.length === 0) return;
    const batch = at(this.#answered, n);
    // Later than that a repeat is not promised to be recognised.
    if (this.#now - (this.#applied.get(batch.id) ?? 0) < BATCH_MEMORY_MS) this.#hand(batch);
  }

  #hand(batch: Batch): void {
    const host = at(this.hosts, batch.host);
    const applies = host.report(batch.id, this.#told(batch)) === "applied";
    this.oracle.note(applies ? "batch applied" : "batch repeated");
  }

  /** The oracle learns of a batch's events when it is first handed over, before the decision is judged. */
  #told(batch: Batch): Command {
    const { owner } = at(HOSTS, batch.host);
    if (!this.#applied.has(batch.id)) {
      this.#applied.set(batch.id, this.#now);
      this.oracle.contact(owner, batch.role.id, this.#now, batch.dropped > 0, false);
      for (const [finding, when] of batch.events) {
        this.oracle.events(owner, batch.role.id, finding, [when]);
      }
    }
    return batch.command(this.#now);
  }
  #beat(host: number, agent: number, dropped: number): void {
    const { owner, agents } = at(HOSTS, host);
    const role = at(agents, agent);
    if (!role.beats || this.#isDead(host, agent)) return;
    this.oracle.contact(owner, role.id, this.#now, dropped > 0, true);
    at(this.hosts, host).report(null, {
      type: "report",
      contact: contactOf(role, this.#now, BEAT_MS, dropped),
      resources: [],
      observations: [],
      signals: [],
    });
  }

  #beatAll(): void {
    for (const [host, { agents }] of HOSTS.entries()) {
      for (const agent of agents.keys()) this.#beat(host, agent, 0);
    }
  }

  #isDead(host: number, agent: number): boolean {
    return this.#dead.has(`${host} ${agent % at(HOSTS, host).agents.length}`);
  }

  #toggle(host: number, agent: number): void {
    const key = `${host} ${agent % at(HOSTS, host).agents.length}`;
    if (!this.#dead.delete(key)) this.#dead.add(key);
  }

  /** Moves the clock; heartbeats and, if they are in time, alarms happen on the way. */
  async #advance(ms: number, beats: boolean, alarms: boolean): Promise<void> {
    // A batch id is remembered for a day; an agent does not wait that long with its retry.
    if (ms > MINUTE * 60 * 20) this.#deliverAll();
    const until = this.#now + ms;
    // Over a long time a few heartbeats do for all.
    const every = ms > 30 * MINUTE ? 20 * MINUTE : 2 * BEAT_MS;
    let nextBeat = this.#now + every;
    for (let turns = 0; ; turns++) {
      insist(turns < MAX_TURNS, "an alarm fires again and again", () => `until ${until}`);
      const alarm = alarms ? this.#earliestAlarm() : null;
      const next = Math.min(until, beats ? nextBeat : until, alarm?.armedAt ?? until);
      this.#now = Math.max(this.#now, next);
      if (alarm !== null && alarm.armedAt !== null && alarm.armedAt <= this.#now) {
        await alarm.alarm(NO_TROUBLE);
      } else if (beats && this.#now >= nextBeat) {
        this.#beatAll();
        nextBeat = this.#now + every;
      } else if (this.#now >= until) return;
    }
  }

  #earliestAlarm(): SimHost | null {
    let earliest: SimHost | null = null;
    for (const host of this.hosts) {
      if (host.armedAt === null) continue;
      if (earliest === null || host.armedAt < (earliest.armedAt ?? Infinity)) earliest = host;
    }
    return earliest;
  }

  async #wake(host: number, sweep: boolean, trouble: Trouble | null): Promise<void> {
    const actor = at(this.hosts, host);
    if (sweep) return actor.wake(this.#around(trouble));
    if (actor.armedAt !== null && actor.armedAt <= this.#now) {
      await actor.alarm(this.#around(trouble));
    }
  }

  #around(trouble: Trouble | null): Around {
    let calls = 0;
    return async (when) => {
      if (trouble === null) return;
      const hit = calls === trouble.call && when === trouble.when;
      if (when === "after") calls++;
      if (!hit) return;
      this.oracle.note(`trouble ${typeof trouble.what === "string" ? trouble.what : "meanwhile"}`);
      if (trouble.what === "down") throw new Outage();
      if (trouble.what === "crash") throw new Crash();
      await this.step(trouble.what);
    };
  }

  #evict(host: number): void {
    const lost = at(this.hosts, host).evict();
    if (lost === null) return;
    const [memory, disk] = [canonical(lost.memory), canonical(lost.disk)];
    insist(memory === disk, "memory differs from disk", () => `${memory}\n${disk}`);
  }

  #rule(n: number, quietPeriodMs: number, enabled: boolean): void {
    const rule = at(this.#rules, n);
    rule.quietPeriodMs = quietPeriodMs;
    this.#rulesVersion++;
    rule.enabled = enabled;
    for (const host of this.hosts) {
      host.applyRule({
        type: "applyRule",
        ruleId: rule.id,
        version: this.#rulesVersion,
        severity: "high",
        quietPeriodMs,
        enabled,
      });
    }
  }

  #deliverAll(): void {
    while (this.#underWay.length > 0) this.#deliver(0, false);
  }

  /** Lets everything arrive and settle, then checks what must be true in the end. */
  async drainAll(): Promise<void> {
    this.#deliverAll();
    const longest = Math.max(...this.#rules.map((rule) => rule.quietPeriodMs));
    await this.#advance(2 * longest + 5 * MINUTE, true, true);
    // D1 hears this late of what extends a finding that must be quiet for long.
    await this.#advance(MAX_REFRESH_MS + MINUTE, true, true);
    judgeDatabase(this.database);
    judgeDrained(this.database, this.oracle);
    this.#judgeOpen();
    await this.#judgeReplay();
  }

  /** What is open now waits for an agent that is dead, or has paused for so long before that it must wait on. */
  #judgeOpen(): void {
    for (const [id, { owner, finding }] of this.database.rows) {
      if (finding.status !== "open") continue;
      const what = () => `${owner} holds ${JSON.stringify(finding)}`;
      const holder = this.hosts.find((host) => host.owner === owner)?.state?.findings.get(id);
      insist(holder?.status === "open", "open in D1 and not with its owner", what);
      const host = HOSTS.findIndex((role) => role.owner === owner);
      if (this.#now < finding.lastSeenAt + finding.quietPeriodMs) continue;
      const watchers = this.oracle.watchersOf(owner, id);
      insist(watchers.length > 0, "open after its deadline, with silence to go by", what);
      if (this.oracle.coveredSince(owner, finding, this.#now) < finding.quietPeriodMs) continue;
      const alive = new Set(watchers.filter((agent) => this.#isAlive(host, agent)));
      insist(
        !finding.reporters.some((agent) => alive.has(agent)),
        "open after its deadline, with an agent watching",
        what,
      );
    }
  }

  #isAlive(host: number, agent: AgentId): boolean {
    return !this.#isDead(
      host,
      at(HOSTS, host).agents.findIndex((role) => role.id === agent),
    );
  }

  /** Nothing is left to do: another drain, also after an eviction, changes nothing. */
  async #judgeReplay(): Promise<void> {
    const before = this.database.dump();
    for (const [n, host] of this.hosts.entries()) {
      this.#evict(n);
      await host.wake(NO_TROUBLE);
      const left = host.state?.outbox ?? [];
      insist(left.length === 0, "messages are left over", () => JSON.stringify(left));
    }
    insist(before === this.database.dump(), "a drain that is repeated changes D1", () => before);
  }
}

function contactOf(
  role: AgentRole,
  when: EpochMs,
  intervalMs: number | null,
  dropped: number,
): Contact {
  return {
    agentId: role.id,
    kind: "native",
    version: null,
    ruleset: null,
    at: when,
    intervalMs,
    dropped,
  };
}

/** JSON with the keys of objects in order. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
