/** The Worker: answers requests, keeps house once a minute, and exports the actors. */
import { sweepActs } from "../durable/ledger-acts.ts";
import { app } from "./app.ts";
import { signCertificates } from "./certificates.ts";
import { sweepCases } from "./cases/sweep.ts";
import type { Env } from "./env.ts";
import { sweepMutes } from "./mutes/sweep.ts";
import { keepOutcomes } from "./outcomes/minute.ts";
import { sweep } from "./sweep.ts";
import { sweepTrackers } from "./trackers/inbox.ts";

export { EndpointActor } from "../durable/endpoint-actor.ts";
export { HostActor } from "../durable/host-actor.ts";
export { LedgerActor } from "../durable/ledger-actor.ts";
export { TenantActor } from "../durable/tenant-actor.ts";

export default {
  fetch: app.fetch,
  async scheduled(_event, env) {
    const now = Date.now();
    await Promise.all([
      sweep(env, now),
      sweepMutes(env, now),
      sweepCases(env, now),
      sweepTrackers(env, now),
      keepOutcomes(env, now),
      signCertificates(env, now),
    ]);
    // Mutes that have just expired among them.
    await sweepActs(env);
  },
} satisfies ExportedHandler<Env>;
