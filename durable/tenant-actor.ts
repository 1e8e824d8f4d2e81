/**
 * The TenantActor: a tenant's configuration, an itty-durable object with an explicit, awaited persist.
 * Only {@link tenantClient} talks to it: itty-durable's routes can call any method, so a raw request
 * must never reach it.
 *
 * A change is persisted together with its record. The record then goes to D1 (of rules) and to the ledger, and is let
 * go of when it is there; until then the alarm tries again. So none is lost, and none stands there twice.
 */
import { createDurable } from "itty-durable";
import { proxyDurable } from "itty-durable/proxy-durable";
import type { TenantId } from "../schema/ids.ts";
import {
  MAX_UNLEDGERED_CHARS,
  MAX_UNRECORDED_CHANGES,
  MAX_UNRECORDED_CHARS,
  RECORD_RETRY_MS,
} from "../schema/limits.ts";
import type { LedgerInput } from "./domain/ledger.ts";
import { accessEntry, changeEntry } from "./domain/tenant-ledger.ts";
import { enter } from "./domain/tenant-members.ts";
import { addKey, EMPTY_CONFIG, endSession, revokeKey, type TenantConfig } from "./domain/tenant.ts";
import { upgradeEndpoint } from "./domain/upgrade.ts";
import { writeDown, type LedgerEnv } from "./ledger.ts";
import { errorText, log } from "./log.ts";
import { recordRuleChanges, type RecordedChange } from "./rule-history.ts";
import { rulesetOf } from "./ruleset.ts";
import {
  authorOf,
  decode,
  encode,
  plan,
  type AccessCall,
  type Addressed,
  type Call,
  type Calls,
  type Changed,
  type RuleCall,
} from "./tenant-calls.ts";

interface TenantActorEnv extends LedgerEnv {
  DB: D1Database;
}

export class TenantActor extends createDurable() {
  config: TenantConfig = EMPTY_CONFIG;
  /** Oldest first. */
  unrecorded: RecordedChange[] = [];
  /** What the ledger may not have yet, oldest first. */
  unledgered: LedgerInput[] = [];
  /** Empty until the first call. */
  tenant = "";
  readonly #bindings: TenantActorEnv;

  constructor(state: DurableObjectState, env: TenantActorEnv) {
    super(state, env);
    this.#bindings = env;
  }

  /** A document written by an older version lacks what has been added since. */
  override async onLoad(): Promise<void> {
    const config = { ...EMPTY_CONFIG, ...this.config };
    this.config = { ...config, endpoints: config.endpoints.map(upgradeEndpoint) };
  }

  /**
   * The one method that is called from outside. The argument is an {@link Addressed} call as {@link encode}d.
   */
  async perform(encoded: string): Promise<unknown> {
    // Encoded by `tenantClient` from this type.
    const call = JSON.parse(decode(encoded)) as Addressed;
    this.tenant = call.tenant;
    switch (call.name) {
      case "config":
        return this.config;
      case "configSince":
        return this.config.version === call.args[0] ? null : this.config;
      case "unrecorded":
        return this.unrecorded;
      case "addKey":
      case "revokeKey":
      case "endSession":
      case "enter":
        return this.#changeAccess(call);
      case "overrideRule":
      case "createRule":
      case "changeRule":
      case "deleteRule":
      case "createException":
      case "deleteException":
      case "changeSettings":
      case "createMute":
      case "endMute":
      case "inviteMember":
      case "inviteAgain":
      case "changeMember":
      case "disableMember":
      case "changeCaseRules":
      case "createEndpoint":
      case "changeEndpoint":
      case "deleteEndpoint":
        return this.#changeRules(call);
    }
  }

  /** Tries again to record what has not been. Never throws: the alarm would come too often, and then never. */
  async alarm(): Promise<void> {
    // Nothing else does so before a cold alarm.
    await this.loadFromStorage();
    await this.#record();
    if (this.#isWaiting()) await this.setAlarm(Date.now() + RECORD_RETRY_MS);
  }

  #isWaiting(): boolean {
    return this.unrecorded.length > 0 || this.unledgered.length > 0;
  }

  /** Who may come in. It is never refused for what waits: a key that is revoked must go. */
  async #changeAccess(call: AccessCall): Promise<TenantConfig | null> {
    const config = accessAfter(this.config, call);
    if (config === null) return null;
    const entry = accessEntry(call, this.config, config);
    await this.#change(config, this.unrecorded, entry === null ? [] : [entry]);
    return config;
  }

  /** Keeps a change with what is to be told of it, and tells that. */
  async #change(
    config: TenantConfig,
    unrecorded: RecordedChange[],
    entries: readonly LedgerInput[],
  ): Promise<void> {
    const isTold = entries.length === 0 && unrecorded === this.unrecorded;
    // Not awaited: it is one write with the document that is persisted next.
    if (!isTold) void this.setAlarm(Date.now() + RECORD_RETRY_MS);
    await this.#keep(config, unrecorded, [...this.unledgered, ...entries]);
    if (!isTold) await this.#record();
  }

  async #changeRules(call: RuleCall): Promise<Changed> {
    if (this.unrecorded.length >= MAX_UNRECORDED_CHANGES) await this.#record();
    // Nothing is awaited from the plan to the write.
    const { by, now } = authorOf(call);
    const planned = plan(this.config, call);
    if (!planned.ok) return planned;
    const { config, record } = planned;
    if (record === null) return { ok: true, config, told: null };
    const { version } = config;
    const { before: _, ...said } = record;
    const change = { version, at: now, by: by.name, hash: rulesetOf(config).hash, ...said };
    const unrecorded = [...this.unrecorded, change];
    if (isTooMuch(unrecorded) || sizeOf(this.unledgered) > MAX_UNLEDGERED_CHARS)
      return { ok: false, refusal: { code: "changes_waiting" } };
    const entry = changeEntry(record, version, by, now);
    await this.#change(config, unrecorded, entry === null ? [] : [entry]);
    return { ok: true, config, told: record.force };
  }

  /** Tells what waits. What fails is logged, and waits on. */
  async #record(): Promise<void> {
    await this.#recordInLedger();
    await this.#recordInD1();
    if (!this.#isWaiting()) void this.deleteAlarm();
  }

  async #recordInLedger(): Promise<void> {
    const told = new Set(this.unledgered.map(({ id }) => id));
    if (told.size === 0) return;
    try {
      await writeDown(this.#bindings, this.tenant, this.unledgered);
      const waiting = this.unledgered.filter(({ id }) => !told.has(id));
      await this.#keep(this.config, this.unrecorded, waiting);
    } catch (error) {
      const { tenant } = this;
      log("warn", "ledger.change_waiting", { tenant, error: errorText(error) });
    }
  }

  async #recordInD1(): Promise<void> {
    const last = this.unrecorded.at(-1);
    if (last === undefined) return;
    try {
      await recordRuleChanges(this.#bindings.DB, this.tenant, this.unrecorded);
      const waiting = this.unrecorded.filter(({ version }) => version > last.version);
      await this.#keep(this.config, waiting);
    } catch (error) {
      const { tenant } = this;
      log("warn", "rule.change_not_recorded", { tenant, error: errorText(error) });
    }
  }

  /** What was not written to disk is not answered, and not kept in memory either. */
  async #keep(
    config: TenantConfig,
    unrecorded: RecordedChange[],
    unledgered = this.unledgered,
  ): Promise<void> {
    const before = {
      config: this.config,
      unrecorded: this.unrecorded,
      unledgered: this.unledgered,
    };
    Object.assign(this, { config, unrecorded, unledgered });
    try {
      await this.persist();
    } catch (error) {
      Object.assign(this, before);
      throw error;
    }
  }
}

function isTooMuch(waiting: readonly RecordedChange[]): boolean {
  return waiting.length > MAX_UNRECORDED_CHANGES || sizeOf(waiting) > MAX_UNRECORDED_CHARS;
}

function sizeOf(waiting: readonly unknown[]): number {
  return JSON.stringify(waiting).length;
}

/** The configuration after it; null where a link lets nobody in. */
function accessAfter(config: TenantConfig, call: AccessCall): TenantConfig | null {
  switch (call.name) {
    case "addKey":
      return addKey(config, call.args[0], call.args[1]);
    case "revokeKey":
      return revokeKey(config, call.args[0], call.args[1], call.args[2]);
    case "endSession":
      return endSession(config, call.args[0], call.args[1], call.args[2]);
    case "enter":
      return enter(config, call.args[0], call.args[1]);
  }
}

export type TenantClient = {
  [K in keyof Calls]: (...args: Calls[K]["args"]) => Promise<Calls[K]["result"]>;
};

/** The typed way to a tenant's actor. */
export function tenantClient(namespace: DurableObjectNamespace, tenant: TenantId): TenantClient {
  // itty-durable types its stubs as `any`; this is the one place that says what they are.
  const stub = proxyDurable(namespace, { name: "TENANT_ACTOR", parse: true }).get(
    `tenant/${tenant}`,
  ) as { perform(encoded: string): Promise<never> };
  const perform = (call: Call) => stub.perform(encode(JSON.stringify({ ...call, tenant })));
  return {
    config: (...args) => perform({ name: "config", args }),
    configSince: (...args) => perform({ name: "configSince", args }),
    unrecorded: (...args) => perform({ name: "unrecorded", args }),
    overrideRule: (...args) => perform({ name: "overrideRule", args }),
    createRule: (...args) => perform({ name: "createRule", args }),
    changeRule: (...args) => perform({ name: "changeRule", args }),
    deleteRule: (...args) => perform({ name: "deleteRule", args }),
    createException: (...args) => perform({ name: "createException", args }),
    deleteException: (...args) => perform({ name: "deleteException", args }),
    changeSettings: (...args) => perform({ name: "changeSettings", args }),
    createMute: (...args) => perform({ name: "createMute", args }),
    endMute: (...args) => perform({ name: "endMute", args }),
    inviteMember: (...args) => perform({ name: "inviteMember", args }),
    inviteAgain: (...args) => perform({ name: "inviteAgain", args }),
    changeMember: (...args) => perform({ name: "changeMember", args }),
    disableMember: (...args) => perform({ name: "disableMember", args }),
    changeCaseRules: (...args) => perform({ name: "changeCaseRules", args }),
    createEndpoint: (...args) => perform({ name: "createEndpoint", args }),
    changeEndpoint: (...args) => perform({ name: "changeEndpoint", args }),
    deleteEndpoint: (...args) => perform({ name: "deleteEndpoint", args }),
    addKey: (...args) => perform({ name: "addKey", args }),
    revokeKey: (...args) => perform({ name: "revokeKey", args }),
    enter: (...args) => perform({ name: "enter", args }),
    endSession: (...args) => perform({ name: "endSession", args }),
  };
}
