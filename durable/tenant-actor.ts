/**
 * The TenantActor: a tenant's configuration, an itty-durable object with an explicit, awaited persist.
 * Only {@link tenantClient} talks to it: itty-durable's routes can call any method, so a raw request
 * must never reach it.
 *
 * A change of rules is persisted together with its record. The record then goes to D1, and is let go of when
 * it is there; until then the alarm tries again. So none is lost, and none stands there twice.
 */
import { createDurable } from "itty-durable";
import { proxyDurable } from "itty-durable/proxy-durable";
import type { TenantId } from "../schema/ids.ts";
import { MAX_UNRECORDED_CHANGES, MAX_UNRECORDED_CHARS, RECORD_RETRY_MS } from "../schema/limits.ts";
import {
  addKey,
  EMPTY_CONFIG,
  endSession,
  revokeKey,
  useLink,
  type TenantConfig,
} from "./domain/tenant.ts";
import { errorText, log } from "./log.ts";
import { recordRuleChanges, type RecordedChange } from "./rule-history.ts";
import { rulesetOf } from "./ruleset.ts";
import {
  authorOf,
  decode,
  encode,
  plan,
  type Addressed,
  type Call,
  type Calls,
  type Changed,
  type RuleCall,
} from "./tenant-calls.ts";

interface TenantActorEnv {
  DB: D1Database;
}

export class TenantActor extends createDurable() {
  config: TenantConfig = EMPTY_CONFIG;
  /** Oldest first. */
  unrecorded: RecordedChange[] = [];
  /** Empty until the first call. */
  tenant = "";
  readonly #db: D1Database;

  constructor(state: DurableObjectState, env: TenantActorEnv) {
    super(state, env);
    this.#db = env.DB;
  }

  /** A document written by an older version lacks what has been added since. */
  override async onLoad(): Promise<void> {
    this.config = { ...EMPTY_CONFIG, ...this.config };
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
        return this.#keep(addKey(this.config, ...call.args));
      case "revokeKey":
        return this.#keep(revokeKey(this.config, ...call.args));
      case "endSession":
        return this.#keep(endSession(this.config, ...call.args));
      case "useLink": {
        const used = useLink(this.config, ...call.args);
        if (used !== null) await this.#keep(used);
        return used !== null;
      }
      case "overrideRule":
      case "createRule":
      case "changeRule":
      case "deleteRule":
      case "createException":
      case "deleteException":
      case "changeSettings":
      case "createMute":
      case "endMute":
        return this.#changeRules(call);
    }
  }

  /** Tries again to record what has not been. Never throws: the alarm would come too often, and then never. */
  async alarm(): Promise<void> {
    // Nothing else does so before a cold alarm.
    await this.loadFromStorage();
    await this.#record();
    if (this.unrecorded.length > 0) await this.setAlarm(Date.now() + RECORD_RETRY_MS);
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
    const change = { version, at: now, by, hash: rulesetOf(config).hash, ...record };
    const unrecorded = [...this.unrecorded, change];
    if (isTooMuch(unrecorded)) return { ok: false, refusal: { code: "changes_waiting" } };
    // Not awaited: it is one write with the document that is persisted next.
    void this.setAlarm(Date.now() + RECORD_RETRY_MS);
    await this.#keep(config, unrecorded);
    await this.#record();
    return { ok: true, config, told: record.force };
  }

  /** Writes what waits to D1. What fails is logged, and waits on. */
  async #record(): Promise<void> {
    const last = this.unrecorded.at(-1);
    if (last === undefined) return;
    try {
      await recordRuleChanges(this.#db, this.tenant, this.unrecorded);
      const waiting = this.unrecorded.filter(({ version }) => version > last.version);
      if (waiting.length === 0) void this.deleteAlarm();
      await this.#keep(this.config, waiting);
    } catch (error) {
      const { tenant } = this;
      log("warn", "rule.change_not_recorded", { tenant, error: errorText(error) });
    }
  }

  /** What was not written to disk is not answered, and not kept in memory either. */
  async #keep(config: TenantConfig, unrecorded = this.unrecorded): Promise<TenantConfig> {
    const before = { config: this.config, unrecorded: this.unrecorded };
    this.config = config;
    this.unrecorded = unrecorded;
    try {
      await this.persist();
    } catch (error) {
      this.config = before.config;
      this.unrecorded = before.unrecorded;
      throw error;
    }
    return config;
  }
}

function isTooMuch(waiting: readonly RecordedChange[]): boolean {
  return (
    waiting.length > MAX_UNRECORDED_CHANGES || JSON.stringify(waiting).length > MAX_UNRECORDED_CHARS
  );
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
    addKey: (...args) => perform({ name: "addKey", args }),
    revokeKey: (...args) => perform({ name: "revokeKey", args }),
    useLink: (...args) => perform({ name: "useLink", args }),
    endSession: (...args) => perform({ name: "endSession", args }),
  };
}
