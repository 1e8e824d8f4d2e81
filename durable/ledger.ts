/** The way to a tenant's ledger. */
import { MAX_LEDGER_APPEND } from "../schema/limits.ts";
import type { LedgerHead } from "../schema/ledger.ts";
import type { LedgerInput } from "./domain/ledger.ts";
import type { LedgerActor, LedgerState } from "./ledger-actor.ts";

export interface LedgerEnv {
  LEDGER_ACTOR: DurableObjectNamespace<LedgerActor>;
}

/**
 * Writes down what is not there yet, in this order; answers the head after it, null where nothing was to be written.
 * Throws where it could not be: whoever calls keeps what is to be written, and tries again.
 */
export async function writeDown(
  env: LedgerEnv,
  tenant: string,
  inputs: readonly LedgerInput[],
): Promise<LedgerHead | null> {
  let head: LedgerHead | null = null;
  for (let i = 0; i < inputs.length; i += MAX_LEDGER_APPEND) {
    const part = inputs.slice(i, i + MAX_LEDGER_APPEND);
    const appended = await env.LEDGER_ACTOR.getByName(tenant).append(tenant, part);
    if (!appended.ok) throw new Error(`the ledger has refused entries: ${appended.code}`);
    ({ head } = appended);
  }
  return head;
}

/** Where the tenant's ledger stands. */
export async function ledgerState(env: LedgerEnv, tenant: string): Promise<LedgerState> {
  const { seq, hash, copied } = await env.LEDGER_ACTOR.getByName(tenant).head();
  return { seq, hash, copied };
}
