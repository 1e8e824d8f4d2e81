/**
 * The LedgerActor: one per tenant, the only writer of its hash chain. It commits what it is told, once for each id,
 * and copies it to D1 for reading, by alarm. Contract: what was answered is on disk; what D1 has not got is tried
 * again until it has.
 */
import { DurableObject } from "cloudflare:workers";
import {
  DRAIN_RETRY_MAX_MS,
  DRAIN_RETRY_MS,
  LEDGER_COPIES_PER_ALARM,
  LEDGER_COPY_ENTRIES,
  LEDGER_COPY_SPACING_MS,
  LEDGER_MEMORY_MS,
  MAX_LEDGER_APPEND,
  MAX_LEDGER_ENTRY_CHARS,
} from "../schema/limits.ts";
import type { LedgerEntry, LedgerHead } from "../schema/ledger.ts";
import type { EpochMs } from "../schema/time.ts";
import { chain, GENESIS, type LedgerInput } from "./domain/ledger.ts";
import { sha256 } from "./identity.ts";
import { copyEntries } from "./ledger-copy.ts";
import { LedgerStorage } from "./ledger-storage.ts";
import { errorText, log } from "./log.ts";

interface LedgerActorEnv {
  DB: D1Database;
}

/** Where the chain stands, and up to which entry it can be read in D1. */
export interface LedgerState extends LedgerHead {
  copied: number;
}

/** The head after it, or why nothing was written down; `id`: of the entry that is too large. */
export type Appended =
  | { ok: true; head: LedgerHead }
  | { ok: false; code: "too_many_entries"; limit: number }
  | { ok: false; code: "entry_too_large"; limit: number; id: string };

export class LedgerActor extends DurableObject<LedgerActorEnv> {
  readonly #storage: LedgerStorage;
  /** When the alarm is set to fire; null: not set, undefined: not known since this instance began. */
  #armedAt: EpochMs | null | undefined;
  #failures = 0;

  constructor(ctx: DurableObjectState, env: LedgerActorEnv) {
    super(ctx, env);
    this.#storage = new LedgerStorage(ctx.storage);
  }

  /** Writes down what is not in the chain yet, in this order and in one commit. */
  async append(tenant: string, inputs: readonly LedgerInput[]): Promise<Appended> {
    if (inputs.length > MAX_LEDGER_APPEND)
      return { ok: false, code: "too_many_entries", limit: MAX_LEDGER_APPEND };
    const tooLarge = inputs.find((input) => JSON.stringify(input).length > MAX_LEDGER_ENTRY_CHARS);
    if (tooLarge !== undefined)
      return {
        ok: false,
        code: "entry_too_large",
        limit: MAX_LEDGER_ENTRY_CHARS,
        id: tooLarge.id,
      };
    await this.#learnAlarm();
    // From here to the end nothing is awaited: two calls never follow the same entry.
    const now = Date.now();
    const entries = this.#entriesOf(tenant, inputs);
    this.#storage.append(entries, now);
    this.#armIfBehind(now + LEDGER_COPY_SPACING_MS);
    return { ok: true, head: this.#head() };
  }

  async head(): Promise<LedgerState> {
    await this.#learnAlarm();
    // An alarm that was lost is set again by whoever asks.
    this.#armIfBehind(Date.now() + LEDGER_COPY_SPACING_MS);
    return { ...this.#head(), copied: this.#storage.state()?.copied ?? 0 };
  }

  override async alarm(): Promise<void> {
    this.#armedAt = null;
    let wait = LEDGER_COPY_SPACING_MS;
    try {
      await this.#copy();
      this.#failures = 0;
      this.#storage.forget(Date.now() - LEDGER_MEMORY_MS);
    } catch (error) {
      wait = Math.min(DRAIN_RETRY_MAX_MS, DRAIN_RETRY_MS * 2 ** this.#failures++);
      const tenant = this.#storage.state()?.tenant;
      log("warn", "ledger.copy_failed", { tenant, error: errorText(error) });
    } finally {
      this.#armIfBehind(Date.now() + wait);
    }
  }

  #entriesOf(tenant: string, inputs: readonly LedgerInput[]): LedgerEntry[] {
    const state = this.#storage.state();
    if (state !== null && state.tenant !== tenant) throw new Error("it is another tenant's ledger");
    const known = new Set(this.#storage.known(inputs.map(({ id }) => id)));
    let head = this.#head();
    const entries: LedgerEntry[] = [];
    for (const input of inputs) {
      if (known.has(input.id)) continue;
      known.add(input.id);
      const entry = chain(tenant, head, input, sha256);
      head = { seq: entry.seq, hash: entry.hash };
      entries.push(entry);
    }
    return entries;
  }

  #head(): LedgerHead {
    const state = this.#storage.state();
    return state === null ? GENESIS : { seq: state.seq, hash: state.hash };
  }

  async #copy(): Promise<void> {
    for (let copies = 0; copies < LEDGER_COPIES_PER_ALARM; copies++) {
      const entries = this.#storage.uncopied(LEDGER_COPY_ENTRIES);
      const last = entries.at(-1);
      if (last === undefined) return;
      await copyEntries(this.env.DB, entries);
      this.#storage.markCopied(last.seq);
    }
  }

  async #learnAlarm(): Promise<void> {
    if (this.#armedAt === undefined) this.#armedAt = await this.ctx.storage.getAlarm();
  }

  #armIfBehind(at: EpochMs): void {
    const state = this.#storage.state();
    if (state === null || state.copied >= state.seq) return;
    if (this.#armedAt !== null && this.#armedAt !== undefined) return;
    this.#armedAt = at;
    // Not awaited: the output gate holds every answer until the write is safe, and fails the actor if it is not.
    this.ctx.waitUntil(this.ctx.storage.setAlarm(at));
  }
}
