/**
 * The actor that owns a host with its containers (or a container whose host nobody names): the shell
 * around durable/domain/. It loads, decides, makes the command durable in one write, re-arms the one
 * alarm, and drains the outbox into D1. Only here the clock is read, once per wake.
 */
import { DurableObject } from "cloudflare:workers";
import type { AgentId, BatchId, FindingId, OwnerId, ResourceId, RuleId } from "../schema/ids.ts";
import {
  COVERAGE_ASK_MS,
  DRAIN_RETRY_MAX_MS,
  DRAINS_PER_ALARM,
  PRUNE_EVERY_MS,
} from "../schema/limits.ts";
import type { Doer } from "../schema/ledger.ts";
import type { EpochMs } from "../schema/time.ts";
import { decide, emptyState } from "./domain/decide.ts";
import type {
  Command,
  Contact,
  Decision,
  Excepted,
  FixClaim,
  Gone,
  HostState,
  Observation,
  OutboxMessage,
  Resource,
  RuleChange,
  RulesetRef,
  SignalObservation,
  StoredDoc,
} from "./domain/model.ts";
import { missingFrom, type Running } from "./domain/gone.ts";
import { replay, UnsavedEffects } from "./domain/journal.ts";
import { isForgettable, nextWakeAt, openedRules, wakeAfter } from "./domain/schedule.ts";
import { AGENT_SILENT, newlySilent } from "./domain/silence.ts";
import { rosterOf, type Roster } from "./domain/agent-view.ts";
import { AGENT_RULESET_DRIFT, type Majority } from "./domain/drift.ts";
import { pendingOnCoverage } from "./domain/strict.ts";
import { findingDoc, type FindingDoc } from "./domain/view.ts";
import type { TenantConfig } from "./domain/tenant.ts";
import { currentConfig } from "./current-config.ts";
import { drainOnce, type DrainDeps } from "./host-drain.ts";
import { publishMessages, type HostPublishEnv } from "./host-publish.ts";
import { HostStorage, type HostIdentity } from "./host-storage.ts";
import { ledgerState } from "./ledger.ts";
import { errorText, log } from "./log.ts";
import { followScopes } from "./muted-findings.ts";
import { Projection } from "./projection.ts";
import { agentRule, coverageMode, rulesInForce, type CoverageModeAt } from "./rules-in-force.ts";
import type { Certifier } from "./certify.ts";
import { signerOf } from "./signer.ts";
import type { Write } from "./write-groups.ts";

interface HostActorEnv extends HostPublishEnv {
  LULL_SECRET: string;
}

/** One agent's batch or heartbeat, classified and coalesced by the edge. */
export interface HostReport extends HostIdentity {
  batch: { id: BatchId; digest: string } | null;
  contact: Contact;
  resources: Resource[];
  observations: Observation[];
  signals: SignalObservation[];
  /** Containers that the agent has seen go; absent: none. */
  gone?: Gone[];
  /** All containers that run on the host, where the agent has said so. */
  running?: Running;
  /** Absent: none. */
  excepted?: Excepted[];
  /** What the observations were classified by. */
  ruleset?: RulesetRef;
}

/** Somebody says that a finding is fixed, or takes that back. */
export interface FixReport extends HostIdentity {
  id: FindingId;
  /** Null: it is taken back. */
  fixed: FixClaim | null;
  /** Who says so. */
  doer: Doer;
  /** What D1 holds, since its owner forgets what has resolved. */
  stored: StoredDoc;
}

/**
 * `applied`: committed. `duplicate`: committed before, nothing changed.
 * `conflict`: the batch id was used for other content; nothing changed.
 */
export interface HostAnswer {
  outcome: "applied" | "duplicate" | "conflict";
}

export class HostActor extends DurableObject<HostActorEnv> {
  readonly #storage: HostStorage;
  #identity: HostIdentity | null = null;
  #state: HostState | null = null;
  readonly #unsaved = new UnsavedEffects();
  /** When the alarm is set to fire; null: not set, undefined: not known since this instance began. */
  #armedAt: EpochMs | null | undefined;
  #working = false;
  #prunedAt: EpochMs = 0;
  /** When it last asked what the tenant has decided about coverage. */
  #askedAt: EpochMs = 0;

  constructor(ctx: DurableObjectState, env: HostActorEnv) {
    super(ctx, env);
    this.#storage = new HostStorage(ctx.storage);
  }

  /** Applies a report exactly once. Answers only after the commit. */
  async report(report: HostReport): Promise<HostAnswer> {
    await this.#learnAlarm();
    await this.#askCoverage(Date.now());
    // From here to the end nothing is awaited: the journal's row and the alarm are one atomic write.
    const now = Date.now();
    this.#load(report);
    const { batch, contact, resources, observations, signals, excepted, ruleset } = report;
    if (batch !== null) {
      const digest = this.#storage.appliedBatch(batch.id);
      if (digest !== null) return { outcome: digest === batch.digest ? "duplicate" : "conflict" };
    }
    const command: Command = { type: "report", contact, resources, observations, signals };
    if (excepted !== undefined) command.excepted = excepted;
    if (ruleset !== undefined) command.ruleset = ruleset;
    const gone = this.#gone(report);
    if (gone.length > 0) command.gone = gone;
    this.#armBy(wakeAfter(this.#perform(command, now, batch), now));
    return { outcome: "applied" };
  }

  /** Of a list only what it says of open findings is worth keeping: it may name thousands. */
  #gone({ gone = [], running }: HostReport): Gone[] {
    return running === undefined ? gone : [...gone, ...missingFrom(this.#mustState(), running)];
  }

  /** The digest of the content that was applied under the batch id; null if none was. */
  appliedBatch(id: BatchId): string | null {
    return this.#loadIfAny() === null ? null : this.#storage.appliedBatch(id);
  }

  /** Lets the open findings of a rule follow its change. */
  async applyRule(change: RuleChange): Promise<void> {
    await this.#learnAlarm();
    await this.#askCoverage(Date.now());
    if (this.#loadIfAny() === null) return;
    const now = Date.now();
    this.#armBy(wakeAfter(this.#perform({ type: "applyRule", ...change }, now), now));
  }

  /**
   * A container is gone, or the host with all its containers, by somebody's word: what is open ends as
   * `resource_gone`. Answers how many findings that were; null where this actor does not know the resource.
   */
  async resourceGone(id: ResourceId): Promise<number | null> {
    await this.#learnAlarm();
    await this.#askCoverage(Date.now());
    const state = this.#loadIfAny();
    if (state === null || (id !== state.owner && !state.resources.has(id))) return null;
    const now = Date.now();
    const decision = this.#perform({ type: "resourceGone", id }, now);
    this.#armBy(wakeAfter(decision, now));
    return decision.events.filter(({ type }) => type === "finding.resolved").length;
  }

  /** So many resources of a roll-up have an open finding; those here may rise by it. */
  async noteSpread(rollup: string, resources: number): Promise<void> {
    await this.#learnAlarm();
    await this.#askCoverage(Date.now());
    if (this.#loadIfAny() === null) return;
    const now = Date.now();
    this.#armBy(wakeAfter(this.#perform({ type: "spread", rollup, resources }, now), now));
  }

  /** Notes what somebody says of a finding of this owner, also of one that it has forgotten. */
  async noteFix(report: FixReport): Promise<void> {
    await this.#learnAlarm();
    await this.#askCoverage(Date.now());
    const now = Date.now();
    this.#load(report);
    const { id, fixed, doer, stored } = report;
    const known = this.#mustState().findings.has(id) ? {} : { stored };
    const command: Command =
      fixed === null
        ? { type: "unfixed", id, doer, ...known }
        : { type: "fixed", id, fixed, ...known };
    this.#armBy(wakeAfter(this.#perform(command, now), now));
  }

  /** The finding as it stands now; null if this actor does not hold it. */
  finding(id: FindingId): FindingDoc | null {
    const state = this.#loadIfAny();
    const finding = state?.findings.get(id);
    return state === null || finding === undefined ? null : findingDoc(state, finding, Date.now());
  }

  /** Who watches this host, as it stands now; null where nobody has reported it. */
  roster(): Roster | null {
    const state = this.#loadIfAny();
    return state === null ? null : rosterOf(state, Date.now());
  }

  /** What most peers of its agent enforce; null: there is no telling. */
  async tellPeers(agentId: AgentId, told: Majority | null): Promise<void> {
    await this.#learnAlarm();
    if (this.#loadIfAny() === null) return;
    const identity = this.#mustIdentity();
    const rule =
      told === null ? null : await agentRule(this.env.TENANT_ACTOR, identity, AGENT_RULESET_DRIFT);
    const peers = told === null || rule === null ? null : { ...told, rule };
    await this.#askCoverage(Date.now());
    const now = Date.now();
    this.#armBy(wakeAfter(this.#perform({ type: "peers", agentId, peers }, now), now));
  }

  /** For the sweep: does what a lost alarm would have done. */
  async wake(): Promise<void> {
    // The alarm that this instance remembers may be the one that was lost.
    this.#armedAt = undefined;
    await this.#work("sweep");
  }

  override async alarm(): Promise<void> {
    this.#armedAt = null;
    await this.#work("alarm");
  }

  /** Looks, drains, re-arms. Never throws: after six thrown tries the platform drops an alarm for good. */
  async #work(cause: "alarm" | "sweep"): Promise<void> {
    if (this.#working) return;
    this.#working = true;
    const started = Date.now();
    try {
      await this.#learnAlarm();
      const state = this.#loadIfAny();
      if (state === null) return;
      await this.#askCoverage(started);
      this.#perform({ type: "wake" }, started);
      await this.#noteSilence(started);
      this.#prune(started);
      const drains = await this.#drain();
      this.#logWork(cause, started, drains);
    } catch (error) {
      log("error", "host.work_failed", { ...this.#ids(), cause, error: errorText(error) });
    } finally {
      this.#working = false;
      this.#rearmOrRetry();
    }
  }

  /** Before anything resolves on silence alone: does its tenant allow that? And now and then: does it still not? */
  async #askCoverage(now: EpochMs): Promise<void> {
    const state = this.#loadIfAny();
    const pending = state === null ? null : pendingOnCoverage(state, now);
    if (pending === null) return;
    if (pending === "stays" && now < this.#askedAt + COVERAGE_ASK_MS) return;
    this.#askedAt = now;
    try {
      const { tenant } = this.#mustIdentity();
      const mode = await coverageMode(this.env.TENANT_ACTOR, tenant);
      if (mode.strict === (pending === "resolves"))
        this.#perform({ type: "applyCoverage", ...mode }, now);
    } catch (error) {
      log("warn", "host.coverage_not_asked", { ...this.#ids(), error: errorText(error) });
    }
  }

  /** Lets its open findings follow what the tenant has decided about coverage. */
  async applyCoverage(mode: CoverageModeAt): Promise<void> {
    await this.#learnAlarm();
    if (this.#loadIfAny() === null) return;
    const now = Date.now();
    this.#armBy(wakeAfter(this.#perform({ type: "applyCoverage", ...mode }, now), now));
  }

  /** Agents that were due and have not come are a finding of the host. */
  async #noteSilence(now: EpochMs): Promise<void> {
    if (newlySilent(this.#mustState(), now).length === 0) return;
    const rule = await agentRule(this.env.TENANT_ACTOR, this.#mustIdentity(), AGENT_SILENT);
    const { events } = this.#perform({ type: "silence", rule }, now);
    for (const event of events) {
      if (event.type === "agent.silent")
        log("warn", event.type, { ...this.#ids(), agent: event.agentId });
    }
  }

  /** Where not even the state can be read, the alarm comes again all the same. */
  #rearmOrRetry(): void {
    try {
      this.#rearm();
    } catch (error) {
      log("error", "host.rearm_failed", { ...this.#ids(), error: errorText(error) });
      this.#armBy(Date.now() + DRAIN_RETRY_MAX_MS);
    }
  }

  #prune(now: EpochMs): void {
    if (now - this.#prunedAt < PRUNE_EVERY_MS) return;
    this.#prunedAt = now;
    this.#storage.pruneBatches(now);
  }

  async #drain(): Promise<number> {
    let drains = 0;
    const opened = openedRules(this.#mustState().outbox);
    // As of when D1 knew of the last finding that this drain has opened.
    const read: { config: TenantConfig | null } = { config: null };
    const written = async (docs: readonly FindingDoc[]) => {
      read.config = await this.#config();
      const { tenant } = this.#mustIdentity();
      await followScopes(this.env.DB, tenant, read.config.scopeMutes, docs, Date.now());
    };
    const published = (messages: readonly OutboxMessage[]) =>
      publishMessages(
        this.env,
        this.#mustIdentity().tenant,
        this.#mustState(),
        messages,
        read.config,
      );
    try {
      while (drains < DRAINS_PER_ALARM && (await this.#drainOnce({ written, published }))) drains++;
      if (opened.size > 0) await this.#followRules(opened, read.config ?? (await this.#config()));
    } catch (error) {
      this.#perform({ type: "drainFailed" }, Date.now());
      log("warn", "host.drain_failed", { ...this.#ids(), error: errorText(error) });
    }
    return drains;
  }

  /** Catches up with changes of rules that were made before D1 knew of the findings just written. */
  async #followRules(ids: ReadonlySet<RuleId>, config: TenantConfig): Promise<void> {
    const { tenant } = this.#mustIdentity();
    const { changes, coverage } = rulesInForce(tenant, config, ids);
    // First: what was opened just now may be silent for long enough already.
    this.#perform({ type: "applyCoverage", ...coverage }, Date.now());
    for (const change of changes) this.#perform({ type: "applyRule", ...change }, Date.now());
  }

  #config(): Promise<TenantConfig> {
    return currentConfig(this.env.TENANT_ACTOR, this.#mustIdentity().tenant);
  }

  async #drainOnce(
    told: Required<Pick<DrainDeps<Write>, "written" | "published">>,
  ): Promise<boolean> {
    const now = Date.now();
    // What the drain before has settled may have been silent for long enough.
    await this.#askCoverage(now);
    return drainOnce({
      projection: new Projection(this.env.DB, this.#mustIdentity(), this.#certifier()),
      state: () => this.#mustState(),
      apply: (command) => void this.#perform(command, now),
      ...told,
      now,
    });
  }

  #certifier(): Certifier {
    const { DB, LULL_SECRET } = this.env;
    const { tenant } = this.#mustIdentity();
    return {
      signer: signerOf(DB, LULL_SECRET),
      anchor: () => ledgerState(this.env, tenant),
    };
  }

  /** Decides a command and makes it durable; memory follows only what the disk has. */
  #perform(
    command: Command,
    now: EpochMs,
    batch: { id: BatchId; digest: string } | null = null,
  ): Decision {
    const decision = decide(this.#mustState(), command, now);
    if (decision.effects.length > 0 || batch !== null) {
      this.#storage.append({ at: now, command }, batch);
    }
    this.#unsaved.add(decision);
    this.#state = decision.state;
    if (this.#storage.journalIsFull) {
      this.#storage.checkpoint(this.#unsaved.values(), decision.state.nextSeq);
      this.#unsaved.clear();
    }
    return decision;
  }

  #rearm(): void {
    const state = this.#loadIfAny();
    if (state === null) return;
    const now = Date.now();
    if (isForgettable(state, now)) {
      log("info", "host.forgotten", this.#ids());
      this.#state = null;
      this.#unsaved.clear();
      this.#identity = null;
      this.#armedAt = null;
      this.ctx.waitUntil(this.#storage.deleteAll());
      return;
    }
    this.#armBy(nextWakeAt(state, now));
  }

  async #learnAlarm(): Promise<void> {
    if (this.#armedAt === undefined) this.#armedAt = await this.ctx.storage.getAlarm();
  }

  /** Sets the alarm if it would fire later; each setting is a billed row, so an earlier one is left alone. */
  #armBy(at: EpochMs): void {
    if (!Number.isFinite(at)) return;
    if (this.#armedAt !== null && this.#armedAt !== undefined && this.#armedAt <= at) return;
    this.#armedAt = at;
    // Not awaited: the output gate holds every answer until the write is safe, and fails the actor if it is not.
    this.ctx.waitUntil(this.ctx.storage.setAlarm(at));
  }

  #load(identity: HostIdentity): void {
    if (this.#loadIfAny() !== null) return;
    this.#storage.begin({ tenant: identity.tenant, owner: identity.owner });
    this.#identity = { tenant: identity.tenant, owner: identity.owner };
    this.#state = emptyState(identity.owner);
  }

  #loadIfAny(): HostState | null {
    if (this.#state !== null) return this.#state;
    this.#identity = this.#storage.identity();
    if (this.#identity === null) return null;
    this.#unsaved.clear();
    const saved = this.#storage.load(this.#identity.owner);
    this.#state = replay(saved, this.#storage.journal(), this.#unsaved);
    return this.#state;
  }

  #mustState(): HostState {
    if (this.#state === null) throw new Error("state is not loaded");
    return this.#state;
  }

  #mustIdentity(): HostIdentity {
    if (this.#identity === null) throw new Error("identity is not loaded");
    return this.#identity;
  }

  #ids(): { tenant: string | null; owner: OwnerId | null } {
    return { tenant: this.#identity?.tenant ?? null, owner: this.#identity?.owner ?? null };
  }

  #logWork(cause: string, started: EpochMs, drains: number): void {
    const state = this.#mustState();
    log("info", "host.worked", {
      ...this.#ids(),
      cause,
      ms: Date.now() - started,
      findings: state.findings.size,
      outbox: state.outbox.length,
      drains,
      failures: state.drain.failures,
    });
  }
}
