/** The way to a tenant's ledger. */
import { MAX_LEDGER_APPEND, MAX_LEDGER_APPEND_CHARS } from "../schema/limits.ts";
import type { LedgerHead } from "../schema/ledger.ts";
import { fitting, type LedgerInput } from "./domain/ledger.ts";
import { sha256 } from "./identity.ts";
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
  for (const part of parts(inputs.map((input) => fitting(input, sha256)))) {
    const appended = await env.LEDGER_ACTOR.getByName(tenant).append(tenant, part);
    if (!appended.ok) throw new Error(`the ledger has refused entries: ${appended.code}`);
    ({ head } = appended);
  }
  return head;
}

/** As one call takes them. */
function parts(inputs: readonly LedgerInput[]): LedgerInput[][] {
  const all: LedgerInput[][] = [];
  let room = 0;
  for (const input of inputs) {
    const chars = JSON.stringify(input).length;
    if (chars > room || all.at(-1)?.length === MAX_LEDGER_APPEND) {
      all.push([]);
      room = MAX_LEDGER_APPEND_CHARS;
    }
    all.at(-1)?.push(input);
    room -= chars;
  }
  return all;
}

/** Where the tenant's ledger stands. */
export async function ledgerState(env: LedgerEnv, tenant: string): Promise<LedgerState> {
  const { seq, hash, copied } = await env.LEDGER_ACTOR.getByName(tenant).head();
  return { seq, hash, copied };
}
