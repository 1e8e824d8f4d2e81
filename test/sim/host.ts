/**
 * A HostActor without its platform: the same order of steps as durable/host-actor.ts, over a store that
 * keeps each entity as JSON, so that an eviction forgets whatever was not made durable.
 */
import type { AgentRule } from "../../durable/domain/agent-rule.ts";
import { decide, emptyState } from "../../durable/domain/decide.ts";
import { missingFrom, type Running } from "../../durable/domain/gone.ts";
import type { Command, Decision, Effect, HostState } from "../../durable/domain/model.ts";
import { replay, UnsavedEffects, type JournalEntry } from "../../durable/domain/journal.ts";
import { dueFrom } from "../../durable/domain/quiet.ts";
import {
  isForgettable,
  nextWakeAt,
  openedRules,
  wakeAfter,
} from "../../durable/domain/schedule.ts";
import { newlySilent } from "../../durable/domain/silence.ts";
import { pendingOnCoverage } from "../../durable/domain/strict.ts";
import { drainOnce, type DrainDeps } from "../../durable/host-drain.ts";
import type { OwnerId, ResourceId, RuleId } from "../../schema/ids.ts";
import { BATCH_MEMORY_MS, COVERAGE_ASK_MS } from "../../schema/limits.ts";
import type { EpochMs } from "../../schema/time.ts";
import { SimReadModel, type Around, type Database } from "./read-model.ts";
import { Crash, Outage } from "./trouble.ts";

/** What a mutant may replace. */
export interface Core {
  decide: typeof decide;
  drainOnce: <S>(deps: DrainDeps<S>) => Promise<boolean>;
  nextWakeAt: typeof nextWakeAt;
  missingFrom: typeof missingFrom;
  /** Whether a repeated batch is recognised. */
  remembersBatches: boolean;
}

export const REAL_CORE: Core = {
  decide,
  drainOnce,
  nextWakeAt,
  missingFrom,
  remembersBatches: true,
};

/** Fewer than in the actor: what is left must wait for the next alarm more often. */
const DRAINS_PER_ALARM = 8;
/** Few, so that a run sees many checkpoints and every length of a journal. */
const JOURNAL_ROWS = 5;

const TABLES = ["findings", "resources", "signals", "agents", "outbox"] as const;
type Table = (typeof TABLES)[number];

export type ReportCommand = Extract<Command, { type: "report" }>;
export type CoverageCommand = Extract<Command, { type: "applyCoverage" }>;
export type FixCommand = Extract<Command, { type: "fixed" | "unfixed" }>;
export type RuleCommand = Extract<Command, { type: "applyRule" }>;

export interface HostDeps {
  core: Core;
  database: Database;
  now(): EpochMs;
  /** The rule about silent agents, where it is in force. */
  silenceRule(host: SimHost): AgentRule | null;
  /** Whether the tenant lets nothing resolve on silence alone. */
  coverage(): CoverageCommand;
  /** What the tenant's rules say now. */
  rulesInForce(ids: ReadonlySet<RuleId>): RuleCommand[];
  /** Sees every decision before it is committed; a report as it came, with its list of containers. */
  observe(host: SimHost, command: Command, decision: Decision, running: Running | null): void;
  /** The actor has deleted itself. */
  forgotten(host: SimHost): void;
}

export class SimHost {
  readonly owner: OwnerId;
  readonly #deps: HostDeps;
  #tables = emptyTables();
  #nextSeq = 1;
  /** Commands since the tables were last saved, as JSON. */
  #journal: string[] = [];
  readonly #unsaved = new UnsavedEffects();
  #batches = new Map<string, EpochMs>();
  #exists = false;
  #memory: HostState | null = null;
  #working = false;
  #askedAt: EpochMs = 0;
  armedAt: EpochMs | null = null;

  constructor(owner: OwnerId, deps: HostDeps) {
    this.owner = owner;
    this.#deps = deps;
  }

  get state(): HostState | null {
    if (this.#memory === null && this.#exists) this.#memory = this.#load();
    return this.#memory;
  }

  report(
    batch: string | null,
    command: ReportCommand,
    running: Running | null = null,
  ): "applied" | "duplicate" {
    const now = this.#deps.now();
    const remembered = this.#deps.core.remembersBatches && batch !== null;
    this.#askCoverage();
    if (remembered && this.#batches.has(batch)) return "duplicate";
    const state = this.state ?? emptyState(this.owner);
    const missing = running === null ? [] : this.#deps.core.missingFrom(state, running);
    const gone = [...(command.gone ?? []), ...missing];
    const whole = gone.length === 0 ? command : { ...command, gone };
    const decision = this.#decide(state, whole, now, { told: command, running });
    if (batch !== null) this.#batches.set(batch, now);
    this.#armBy(wakeAfter(decision, now));
    return "applied";
  }

  applyRule(command: RuleCommand): void {
    this.#askCoverage();
    if (this.state === null) return;
    this.#armBy(wakeAfter(this.#decideNow(command), this.#deps.now()));
  }

  applyCoverage(command: CoverageCommand): void {
    if (this.state === null) return;
    this.#armBy(wakeAfter(this.#decideNow(command), this.#deps.now()));
  }

  /** `stored`: what D1 holds of it, since this actor may have forgotten it. */
  noteFix({ stored, ...command }: FixCommand): void {
    this.#askCoverage();
    const state = this.state ?? emptyState(this.owner);
    const isKnown = state.findings.has(command.id) || stored === undefined;
    const whole: FixCommand = isKnown ? command : { ...command, stored };
    const now = this.#deps.now();
    this.#armBy(wakeAfter(this.#decide(state, whole, now), now));
  }

  /** Before anything resolves on silence alone, and now and then while it does not. */
  #askCoverage(): void {
    const { state } = this;
    const now = this.#deps.now();
    const pending = state === null ? null : pendingOnCoverage(state, now);
    if (pending === null || (pending === "stays" && now < this.#askedAt + COVERAGE_ASK_MS)) return;
    this.#askedAt = now;
    const coverage = this.#deps.coverage();
    if (coverage.strict === (pending === "resolves")) this.#decideNow(coverage);
  }

  resourceGone(id: ResourceId): void {
    this.#askCoverage();
    const { state } = this;
    if (state === null || (id !== state.owner && !state.resources.has(id))) return;
    this.#armBy(wakeAfter(this.#decideNow({ type: "resourceGone", id }), this.#deps.now()));
  }

  async alarm(around: Around): Promise<void> {
    this.armedAt = null;
    await this.wake(around);
  }

  async wake(around: Around): Promise<void> {
    if (this.#working) return;
    this.#working = true;
    try {
      if (this.state === null) return;
      this.#askCoverage();
      this.#decideNow({ type: "wake" });
      const silent = newlySilent(this.state, this.#deps.now()).length > 0;
      if (silent) this.#decideNow({ type: "silence", rule: this.#deps.silenceRule(this) });
      for (const [id, appliedAt] of this.#batches) {
        if (appliedAt < this.#deps.now() - BATCH_MEMORY_MS) this.#batches.delete(id);
      }
      await this.#drain(around);
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
      this.#memory = null;
      // The platform runs an alarm again whose handler did not end.
      this.armedAt = this.#deps.now();
      return;
    } finally {
      this.#working = false;
    }
    this.#rearm();
  }

  /** Loses what is only in memory; says what would come back differently. */
  evict(): { memory: unknown; disk: unknown } | null {
    if (this.#memory === null || this.#working) return null;
    const memory = comparable(this.#memory);
    this.#memory = null;
    this.#askedAt = 0;
    return this.#exists ? { memory, disk: comparable(this.#load()) } : null;
  }

  async #drain(around: Around): Promise<void> {
    const opened = openedRules(this.#mustState().outbox);
    try {
      let drains = 0;
      while (drains < DRAINS_PER_ALARM && (await this.#drainOnce(around))) drains++;
      const coverage = this.#deps.coverage();
      if (opened.size > 0) this.applyCoverage(coverage);
      for (const change of this.#deps.rulesInForce(opened)) this.#decideNow(change);
    } catch (error) {
      if (!(error instanceof Outage)) throw error;
      this.#decideNow({ type: "drainFailed" });
    }
  }

  #drainOnce(around: Around): Promise<boolean> {
    this.#askCoverage();
    return this.#deps.core.drainOnce({
      projection: new SimReadModel(this.#deps.database, this.owner, around),
      state: () => this.#mustState(),
      apply: (command) => void this.#decideNow(command),
      now: this.#deps.now(),
    });
  }

  #decideNow(command: Command): Decision {
    return this.#decide(this.#mustState(), command, this.#deps.now());
  }

  #decide(
    state: HostState,
    command: Command,
    now: EpochMs,
    { told, running }: { told: Command; running: Running | null } = {
      told: command,
      running: null,
    },
  ): Decision {
    const decision = this.#deps.core.decide(state, command, now);
    this.#deps.observe(this, told, decision, running);
    if (decision.effects.length > 0 || command.type === "report") {
      this.#journal.push(JSON.stringify({ at: now, command } satisfies JournalEntry));
    }
    this.#unsaved.add(decision);
    if (this.#journal.length >= JOURNAL_ROWS) this.#checkpoint(decision.state.nextSeq);
    this.#exists = true;
    this.#memory = decision.state;
    return decision;
  }

  #checkpoint(nextSeq: number): void {
    for (const effect of this.#unsaved.values()) this.#apply(effect);
    this.#unsaved.clear();
    this.#nextSeq = nextSeq;
    this.#journal = [];
  }

  #mustState(): HostState {
    const { state } = this;
    if (state === null) throw new Error("state is not loaded");
    return state;
  }

  #rearm(): void {
    const { state } = this;
    if (state === null) return;
    const now = this.#deps.now();
    if (isForgettable(state, now)) {
      this.#tables = emptyTables();
      this.#nextSeq = 1;
      this.#journal = [];
      this.#unsaved.clear();
      this.#batches = new Map();
      this.#exists = false;
      this.#memory = null;
      this.armedAt = null;
      this.#deps.forgotten(this);
      return;
    }
    this.#armBy(this.#deps.core.nextWakeAt(state, now));
  }

  #armBy(at: EpochMs): void {
    if (!Number.isFinite(at)) return;
    if (this.armedAt === null || this.armedAt > at) this.armedAt = at;
  }

  #apply(effect: Effect): void {
    const { findings, resources, signals, agents, outbox } = this.#tables;
    switch (effect.type) {
      case "saveFinding":
        return void findings.set(effect.finding.id, JSON.stringify(effect.finding));
      case "dropFinding":
        return void findings.delete(effect.id);
      case "saveResource":
        return void resources.set(effect.resource.id, JSON.stringify(effect.resource));
      case "dropResource":
        return void resources.delete(effect.id);
      case "saveSignal":
        return void signals.set(effect.signal.id, JSON.stringify(effect.signal));
      case "dropSignal":
        return void signals.delete(effect.id);
      case "saveAgent":
        return void agents.set(effect.agent.id, JSON.stringify(effect.agent));
      case "dropAgent":
        return void agents.delete(effect.id);
      case "enqueue":
        return void outbox.set(effect.message.seq, JSON.stringify(effect.message));
      case "dequeue":
        return void outbox.delete(effect.seq);
    }
  }

  /** As durable/host-storage.ts does. */
  #load(): HostState {
    const read = <K, V>(table: Table): Map<K, V> =>
      new Map(
        [...this.#tables[table]]
          .toSorted(([a], [b]) => (a < b ? -1 : 1))
          .map(([id, doc]) => [id as K, JSON.parse(doc) as V]),
      );
    const findings = read<never, never>("findings") as HostState["findings"];
    const outbox = [...read<number, HostState["outbox"][number]>("outbox").values()];
    const open = [...findings.values()].filter((finding) => finding.status === "open");
    const saved: HostState = {
      ...emptyState(this.owner),
      findings,
      resources: read("resources"),
      signals: read("signals"),
      agents: read("agents"),
      outbox,
      nextSeq: this.#nextSeq,
      dueFrom: Math.min(Number.POSITIVE_INFINITY, ...open.map(dueFrom)),
    };
    this.#unsaved.clear();
    const journal = this.#journal.map((row) => JSON.parse(row) as JournalEntry);
    return replay(saved, journal, this.#unsaved, this.#deps.core.decide);
  }
}

function emptyTables(): Record<Table, Map<string | number, string>> {
  return {
    findings: new Map(),
    resources: new Map(),
    signals: new Map(),
    agents: new Map(),
    outbox: new Map(),
  };
}

/** What must be the same in memory and after a reload, whatever the order of rows. */
function comparable(state: HostState): unknown {
  const sorted = <V>(map: ReadonlyMap<string, V>) => Object.fromEntries(map);
  return {
    findings: sorted(state.findings),
    resources: sorted(state.resources),
    signals: sorted(state.signals),
    agents: sorted(state.agents),
    outbox: state.outbox,
  };
}
