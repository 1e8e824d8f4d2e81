/**
 * The bindings that wrangler.toml declares, typed.
 *
 * Every object has two entries there: `[exports.X]` says that the class exists and how it stores,
 * `[[durable_objects.bindings]]` gives its namespace a name here. `wrangler dev`, `wrangler deploy`, the
 * test plugin and the single node (scripts/node/wrangler.ts) all read that one file, so a new actor is:
 * the class exported by workers/index.ts, the two entries, and a line here.
 */
import type { EndpointActor } from "../durable/endpoint-actor.ts";
import type { HostActor } from "../durable/host-actor.ts";
import type { LedgerActor } from "../durable/ledger-actor.ts";
import type { PublicUrlEnv } from "../durable/public-url.ts";

export interface Env extends PublicUrlEnv {
  DB: D1Database;
  ASSETS: Fetcher;
  HOST_ACTOR: DurableObjectNamespace<HostActor>;
  ENDPOINT_ACTOR: DurableObjectNamespace<EndpointActor>;
  /** Only durable/tenant-actor.ts knows how to talk to it. */
  TENANT_ACTOR: DurableObjectNamespace;
  LEDGER_ACTOR: DurableObjectNamespace<LedgerActor>;
  /** Requests a minute of one agent key; how many, wrangler.toml says. */
  INTAKE_RATE: RateLimit;
  /** Hooks a minute of one tracker; how many, wrangler.toml says. */
  HOOK_RATE: RateLimit;
  /** Events that a tenant may send on a day (UTC); absent, empty or 0: as many as it likes. */
  LULL_DAILY_EVENT_QUOTA?: string;
  /** The one secret all keys, tokens and links are derived from; at least 32 characters. */
  LULL_SECRET: string;
  /** `1` lets webhooks go to private addresses and plain http (tests, labs); absent on Cloudflare. */
  LULL_ALLOW_PRIVATE_ENDPOINTS?: string;
}
