/**
 * One run: hosts, their agents, the network between and D1, on a virtual clock. Does what it is commanded
 * and checks after every step.
 */
import { isDeepStrictEqual } from "node:util";
import type { Running } from "../../durable/domain/gone.ts";
import type { Command, Decision } from "../../durable/domain/model.ts";
import type { RuleId, SignalId } from "../../schema/ids.ts";
import {
  BATCH_MEMORY_MS,
  MAX_REFRESH_MS,
  REFRESH_FRACTION,
  SWEEP_GRACE_MS,
} from "../../schema/limits.ts";
import type { DurationMs, EpochMs } from "../../schema/time.ts";
import { at, DAY, FINDINGS, HOSTS, HOUR, MINUTE, STARTED_AT } from "./cast.ts";
import type { SimCommand, SimPart, Trouble } from "./commands.ts";
import { beatAt } from "./draw.ts";
import { contactOf, reportOf, type Batch, type Part } from "./edge.ts";
import { REAL_CORE, SimHost, type Core } from "./host.ts";
import { Fleet } from "./fleet.ts";
import { judgeDrained, judgeFlushed, judgeOpen, judgeTouched } from "./judge.ts";
import { Oracle } from "./oracle.ts";
import { ALL_GUARDS, Database, type Around, type Guards } from "./read-model.ts";
import { Tenant } from "./tenant.ts";
import { Crash, Outage } from "./trouble.ts";
import { insist } from "./violation.ts";

/** What a mutant may break. */
export interface Setup {
  core: Core;
  guards: Guards;
}

export const REAL: Setup = { core: REAL_CORE, guards: ALL_GUARDS };

/** Alarms of one host on the way of one advance; a healthy run needs a fifth of that. */
const MAX_ALARMS = 2_000;
/** Heartbeats with which a run ends, so that what can be proven is. */
const MAX_LAST_BEATS = 300;

const NO_TROUBLE: Around = () => Promise.resolve();

export class World {
  readonly database: Database;
  readonly oracle = new Oracle();
  readonly hosts: readonly SimHost[];
  #now = STARTED_AT;
  #beatMs: DurationMs = beatAt(1);
  #batches = 0;
  readonly #underWay: Batch[] = [];
  readonly #answered: Batch[] = [];
  /** When a batch has first reached an actor, and which of its hosts have taken it. */
  readonly #taken = new Map<string, { at: EpochMs; hosts: Set<number> }>();
  readonly #signals = new Map<SignalId, number>();
  readonly #tenant = new Tenant();
  readonly #fleet = new Fleet(this.#tenant);

  constructor({ core, guards }: Setup = REAL) {
    this.database = new Database(guards, (owner, finding) => this.oracle.ended(owner, finding));
    const deps = {
      core,
      database: this.database,
      now: () => this.#now,
      silenceRule: (host: SimHost) => this.#tenant.silenceRule(this.hosts.indexOf(host)),
      coverage: () => this.#tenant.coverage(),
      rulesInForce: (ids: ReadonlySet<RuleId>) => this.#tenant.changesOf(ids),
      observe: (host: SimHost, command: Command, decision: Decision, running: Running | null) => {
        if (command.type === "flushed") judgeFlushed(this.database, host.state, command.seqs);
        this.oracle.judge(host.owner, command, running, decision, this.#now);
      },
      forgotten: (host: SimHost) => this.oracle.forget(host.owner),
    };
    this.hosts = HOSTS.map((role) => new SimHost(role.owner, deps));
  }

  /** Virtual time since the beginning. */
  get elapsedMs(): DurationMs {
    return this.#now - STARTED_AT;
  }

  async run(commands: readonly SimCommand[]): Promise<void> {
    for (const command of commands) await this.step(command);
    await this.drainAll();
  }

  async step(command: SimCommand): Promise<void> {
    await this.#do(command);
    judgeTouched(this.database);
  }

  async #do(command: SimCommand): Promise<void> {
    switch (command.do) {
      case "send":
        return this.#send([command, ...(command.more ?? [])]);
      case "deliver":
        return this.#deliver(command);
      case "repeat":
        return this.#repeat(command.batch);
      case "lose":
        return this.#lose(command.batch);
      case "beat":
        return this.#beat(command.host, command.agent, command.dropped, command.ago);
      case "toggle":
        return this.#fleet.toggle(command.host, command.agent);
      case "skew":
        return this.#fleet.skew(command.host, command.agent, command.ms);
      case "advance":
        return this.#advance(command.ms, command.beats, command.alarms);
      case "wake":
        return this.#wake(command.host, command.sweep, command.trouble);
      case "evict":
        return this.#evict(command.host);
      case "outage":
        this.database.isDown = !this.database.isDown;
        return;
      case "rule":
        return this.#rule(command.rule, command.quietPeriodMs, command.enabled);
      case "except":
        return this.#tenant.toggleException(command.finding % FINDINGS.length, this.#now);
      case "replace":
        return this.#fleet.replace(command.place);
      case "gone":
        return this.#gone(command.host, command.place);
      case "strict":
        return this.#strict(command.isTold);
      case "fix":
        return this.#fix(command.finding % FINDINGS.length, command.isFixed);
      case "pace":
        this.#beatMs = beatAt(command.factor);
        return this.#tenant.pace(command.factor);
    }
  }

  #send(parts: readonly SimPart[]): void {
    const made = parts.flatMap((part) => this.#fleet.part(part, this.#now));
    if (made.length > 0) this.#underWay.push({ id: `batch ${this.#batches++}`, parts: made });
  }

  #deliver({ batch: n, loseAnswer, fails, lag }: Extract<SimCommand, { do: "deliver" }>): void {
    if (this.#underWay.length === 0) return;
    const index = n < 0 ? this.#underWay.length - 1 : n % this.#underWay.length;
    const batch = at(this.#underWay, index);
    const reached = batch.parts.slice(0, fails);
    this.#hand(batch, reached, lag);
    if (loseAnswer || reached.length < batch.parts.length) return;
    this.#underWay.splice(index, 1);
    this.#answered.push(batch);
  }

  #repeat(n: number): void {
    if (this.#answered.length === 0) return;
    const batch = at(this.#answered, n);
    // Later than that a repeat is not promised to be recognised.
    if (this.#now - (this.#taken.get(batch.id)?.at ?? 0) < BATCH_MEMORY_MS) {
      this.#hand(batch, batch.parts);
    }
  }

  #lose(n: number): void {
    if (this.#underWay.length > 0) this.#underWay.splice(n % this.#underWay.length, 1);
  }

  #hand(batch: Batch, parts: readonly Part[], lag = 0): void {
    const taken = this.#taken.get(batch.id) ?? { at: this.#now, hosts: new Set() };
    // Only there it may be told later than what was received after it, see Oracle.
    const isShared = parts.every(({ host }) => at(HOSTS, host).shared === true);
    const receivedAt = this.#now - (isShared ? lag : 0);
    for (const part of parts) {
      const command = reportOf(part, receivedAt, this.#tenant.exceptions);
      const isFirst = !taken.hosts.has(part.host);
      if (isFirst) {
        for (const { findingId, count } of command.observations) this.oracle.take(findingId, count);
        for (const { id } of command.signals) {
          this.#signals.set(id, (this.#signals.get(id) ?? 0) + 1);
        }
        taken.hosts.add(part.host);
        this.#taken.set(batch.id, taken);
      }
      const outcome = at(this.hosts, part.host).report(batch.id, command);
      this.oracle.note(outcome === "applied" ? "batch applied" : "batch repeated");
      insist((outcome === "applied") === isFirst, "a batch was not taken exactly once", () => {
        return `${batch.id} was ${outcome}`;
      });
    }
  }

  #beat(host: number, agent: number, dropped: number, ago = 0): void {
    const role = at(at(HOSTS, host).agents, agent);
    this.#fleet.known.add(host);
    if (role.beats === null || this.#fleet.isDead(host, agent)) return;
    const sentAt = this.#fleet.clockOf(host, agent, this.#now - ago);
    const running = this.#fleet.running(host, Math.min(sentAt, this.#now));
    at(this.hosts, host).report(
      null,
      {
        type: "report",
        contact: contactOf(role, this.#now, this.#beatMs, dropped),
        resources: [],
        observations: [],
        signals: [],
      },
      role.lists === true ? running : null,
    );
  }

  #beatAll(): void {
    for (const host of this.#fleet.known) {
      for (const agent of at(HOSTS, host).agents.keys()) this.#beat(host, agent, 0);
    }
  }

  /** Moves the clock; heartbeats and, if they are in time, alarms happen on the way. */
  async #advance(ms: DurationMs, beats: boolean, alarms: boolean): Promise<void> {
    this.#retryWithin(ms);
    // No outage lasts for days.
    if (ms > DAY) this.database.isDown = false;
    // Over a long time a few heartbeats do for all.
    const often =
      ms > 180 * this.#beatMs ? Math.max(120 * this.#beatMs, ms / 100) : 2 * this.#beatMs;
    await this.#pass(ms, beats ? Math.round(often) : null, alarms);
  }

  async #pass(ms: DurationMs, beatsEvery: DurationMs | null, alarms: boolean): Promise<void> {
    const until = this.#now + ms;
    let nextBeat = beatsEvery === null ? Number.POSITIVE_INFINITY : this.#now + beatsEvery;
    const alarmed = new Map<SimHost, number>();
    for (;;) {
      const alarm = alarms ? this.#earliestAlarm() : null;
      const next = Math.min(until, nextBeat, alarm?.armedAt ?? until);
      this.#now = Math.max(this.#now, next);
      if (alarm !== null && alarm.armedAt !== null && alarm.armedAt <= this.#now) {
        const times = (alarmed.get(alarm) ?? 0) + 1;
        alarmed.set(alarm, times);
        insist(times <= MAX_ALARMS, "an alarm fires again and again", () => alarm.owner);
        await alarm.alarm(NO_TROUBLE);
      } else if (this.#now >= nextBeat) {
        this.#beatAll();
        nextBeat = this.#now + (beatsEvery ?? Number.POSITIVE_INFINITY);
      } else if (this.#now >= until) return;
    }
  }

  /** A batch id is remembered for a day; an agent whose answer was lost does not wait that long with its retry. */
  #retryWithin(ms: DurationMs): void {
    const latest = this.#now + ms - BATCH_MEMORY_MS + 4 * HOUR;
    for (const batch of this.#underWay.slice()) {
      const taken = this.#taken.get(batch.id);
      if (taken === undefined || taken.at > latest) continue;
      this.#deliver({ do: "deliver", batch: this.#underWay.indexOf(batch), loseAnswer: false });
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
    insist(isDeepStrictEqual(lost.memory, lost.disk), "memory differs from disk", () => {
      return `${JSON.stringify(lost.memory)}\n${JSON.stringify(lost.disk)}`;
    });
  }

  #rule(n: number, quietPeriodMs: DurationMs, enabled: boolean): void {
    this.#tenant.change(n, quietPeriodMs, enabled);
    const change = this.#tenant.changeOf(n);
    for (const host of this.hosts) host.applyRule(change);
  }

  #strict(isTold: boolean): void {
    this.#tenant.toggleStrict();
    this.oracle.isStrict = this.#tenant.isStrict;
    if (isTold) for (const host of this.hosts) host.applyCoverage(this.#tenant.coverage());
  }

  /** As the API does, which knows what D1 holds. */
  #fix(n: number, isFixed: boolean): void {
    const id = this.#fleet.findingOf(n);
    const row = this.database.rows.get(id);
    if (row === undefined || this.database.isDown) return;
    const { finding, resource } = JSON.parse(JSON.stringify(row)) as typeof row;
    const stored = { finding, resource };
    const host = this.hosts.find(({ owner }) => owner === row.owner);
    host?.noteFix(
      isFixed
        ? { type: "fixed", id, fixed: { at: this.#now, by: "x" }, stored }
        : { type: "unfixed", id, stored },
    );
  }

  #gone(host: number, place: number | null): void {
    const { owner } = at(HOSTS, host);
    at(this.hosts, host).resourceGone(place === null ? owner : this.#fleet.resourceIn(place));
  }

  /** Lets everything arrive and settle, then checks what must be true in the end. */
  async drainAll(): Promise<void> {
    this.database.isDown = false;
    while (this.#underWay.length > 0) this.#deliver({ do: "deliver", batch: 0, loseAnswer: false });
    // Those who were not told hear of it at last.
    for (const host of this.hosts) host.applyCoverage(this.#tenant.coverage());
    // Hosts that could not reach D1 wait before they try again.
    const retryAt = Math.max(...this.hosts.map(({ state }) => state?.drain.notBefore ?? 0));
    if (retryAt > this.#now) await this.#advance(retryAt - this.#now + MINUTE, true, true);
    const open = [...this.database.rows.values()].filter(
      ({ finding }) => finding.status === "open",
    );
    const longest = Math.max(
      this.#tenant.longestPeriodMs,
      ...open.map(({ finding }) => finding.quietPeriodMs),
    );
    // One pass, so that agents come in time. D1 hears late of what extends a finding that must be quiet for long.
    const every = 3 * this.#beatMs;
    const refreshMs = Math.min(MAX_REFRESH_MS, longest / REFRESH_FRACTION) + 2 * MINUTE;
    const quietMs = Math.min(2 * longest + 5 * MINUTE, MAX_LAST_BEATS * every);
    await this.#pass(Math.round(quietMs + refreshMs), every, true);
    await this.#sweep();
    judgeTouched(this.database);
    judgeDrained(this.database, this.oracle, this.#signals);
    judgeOpen(this.database, this.oracle, this.hosts, this.#now, (host, agent) => {
      const index = at(HOSTS, host).agents.findIndex(({ id }) => id === agent);
      return !this.#fleet.isDead(host, index);
    });
    await this.#judgeReplay();
  }

  /** As workers/sweep does. */
  async #sweep(): Promise<void> {
    for (const { owner, deadlineAt } of this.database.rows.values()) {
      if (deadlineAt === null || deadlineAt > this.#now - SWEEP_GRACE_MS) continue;
      await this.hosts.find((host) => host.owner === owner)?.wake(NO_TROUBLE);
    }
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
