/**
 * The TenantActor: a tenant's configuration, an itty-durable object with an explicit, awaited persist.
 * Only {@link tenantClient} talks to it: itty-durable's routes can call any method, so a raw request
 * must never reach it.
 */
import { createDurable } from "itty-durable";
import { proxyDurable } from "itty-durable/proxy-durable";
import type { TenantId } from "../schema/ids.ts";
import type { EpochMs } from "../schema/time.ts";
import {
  addKey,
  EMPTY_CONFIG,
  endSession,
  overrideRule,
  revokeKey,
  useLink,
  type KeyKind,
  type KeyRecord,
  type OverridePatch,
  type TenantConfig,
} from "./domain/tenant.ts";

/** Everything one can ask of a TenantActor. */
interface Calls {
  config: { args: []; result: TenantConfig };
  overrideRule: {
    args: [rule: string, patch: OverridePatch, by: string, now: EpochMs];
    result: TenantConfig;
  };
  addKey: { args: [kind: KeyKind, key: KeyRecord]; result: TenantConfig };
  revokeKey: { args: [kind: KeyKind, id: string, now: EpochMs]; result: TenantConfig };
  useLink: {
    args: [id: string, expiresAt: EpochMs, now: EpochMs];
    /** Whether this was its first use. */
    result: boolean;
  };
  endSession: { args: [id: string, expiresAt: EpochMs, now: EpochMs]; result: TenantConfig };
}

type Call = { [K in keyof Calls]: { name: K; args: Calls[K]["args"] } }[keyof Calls];

export class TenantActor extends createDurable() {
  config: TenantConfig = EMPTY_CONFIG;

  /** A document written by an older version lacks what has been added since. */
  override async onLoad(): Promise<void> {
    this.config = { ...EMPTY_CONFIG, ...this.config };
  }

  /**
   * The one method that is called from outside. The argument is a {@link Call} as percent-encoded JSON:
   * itty-durable sends arguments in a header, which takes no character beyond Latin-1.
   */
  async perform(encoded: string): Promise<unknown> {
    // Encoded by `tenantClient` from this type.
    const call = JSON.parse(decodeURIComponent(encoded)) as Call;
    switch (call.name) {
      case "config":
        return this.config;
      case "overrideRule":
        return this.#keep(overrideRule(this.config, ...call.args));
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
    }
  }

  /** What was not written to disk is not answered, and not kept in memory either. */
  async #keep(next: TenantConfig): Promise<TenantConfig> {
    const before = this.config;
    this.config = next;
    try {
      await this.persist();
    } catch (error) {
      this.config = before;
      throw error;
    }
    return next;
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
  const perform = (call: Call) => stub.perform(encodeURIComponent(JSON.stringify(call)));
  return {
    config: (...args) => perform({ name: "config", args }),
    overrideRule: (...args) => perform({ name: "overrideRule", args }),
    addKey: (...args) => perform({ name: "addKey", args }),
    revokeKey: (...args) => perform({ name: "revokeKey", args }),
    useLink: (...args) => perform({ name: "useLink", args }),
    endSession: (...args) => perform({ name: "endSession", args }),
  };
}
