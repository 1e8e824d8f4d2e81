/**
 * The chain of a tenant's ledger: each entry holds the hash of the one before. Pure. Contract: whoever has a later
 * entry's number and hash (an anchor) can tell of everything up to it whether one entry was changed, is missing or
 * stands elsewhere.
 */
import type { Doer, LedgerEntry, LedgerFault, LedgerHead } from "../../schema/ledger.ts";
import { MAX_LEDGER_ENTRY_CHARS, MAX_LEDGER_REASON_CHARS } from "../../schema/limits.ts";
import { formatInstant, type EpochMs } from "../../schema/time.ts";
import { canonicalJson } from "./canonical.ts";

/** SHA-256 in hex. */
export type Sha256 = (text: string) => string;

/** What is to be written down. Members that are undefined are absent. */
export interface LedgerInput {
  /** The same occurrence always has the same one. */
  id: string;
  at: EpochMs;
  actor: Doer;
  action: string;
  subject: { kind: string; id: string };
  before?: Record<string, unknown> | undefined;
  after?: Record<string, unknown> | undefined;
  reason?: string | undefined;
}

/** What is too long to be written down in full, as its length and hash: so nothing can hold up the ledger. */
export function fitting(input: LedgerInput, sha256: Sha256): LedgerInput {
  if (JSON.stringify(input).length <= MAX_LEDGER_ENTRY_CHARS) return input;
  const cut = (values: Record<string, unknown> | undefined) => {
    if (values === undefined) return undefined;
    const text = canonicalJson(values);
    return { omittedChars: text.length, sha256: sha256(text) };
  };
  const { before, after, reason } = input;
  return {
    ...input,
    before: cut(before),
    after: cut(after),
    reason: reason?.slice(0, MAX_LEDGER_REASON_CHARS),
  };
}

/** The head of an empty ledger. */
export const GENESIS: LedgerHead = { seq: 0, hash: `sha256:${"0".repeat(64)}` };

/** The entry that follows `head`. */
export function chain(
  tenant: string,
  head: LedgerHead,
  { id, at, actor, action, subject, before, after, reason }: LedgerInput,
  sha256: Sha256,
): LedgerEntry {
  const body = {
    tenant,
    seq: head.seq + 1,
    id,
    at: formatInstant(at),
    actor,
    action,
    subject,
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
    ...(reason === undefined ? {} : { reason }),
    prev: head.hash,
  };
  return { ...body, hash: hashOf(body, sha256) };
}

/** Of all that an entry says but its hash. */
export function hashOf(entry: Omit<LedgerEntry, "hash">, sha256: Sha256): string {
  const { hash: _, ...body } = entry as LedgerEntry;
  return `sha256:${sha256(canonicalJson(body))}`;
}

export interface ChainCheck {
  /** The last entry that is as it should be; where none is, what the first one should have followed. */
  last: LedgerHead;
  fault: LedgerFault | null;
}

/**
 * Checks entries in their order: that each is what its hash says, follows the one before (the first one follows
 * `start`), and is what an anchor says of it. An anchor beyond the last one tells that the end is cut off.
 */
export function checkChain(
  entries: readonly LedgerEntry[],
  start: LedgerHead,
  anchors: readonly LedgerHead[],
  sha256: Sha256,
): ChainCheck {
  const known = new Map(anchors.map((anchor) => [anchor.seq, anchor.hash]));
  let last = start;
  for (const [i, entry] of entries.entries()) {
    const isLater = (seq: number) => entries.slice(i + 1).some((later) => later.seq === seq);
    const kind = faultOf(entry, last, isLater, known, sha256);
    if (kind !== null)
      return { last, fault: { kind, seq: kind === "missing" ? last.seq + 1 : entry.seq } };
    last = { seq: entry.seq, hash: entry.hash };
  }
  const isCut = [...known.keys()].some((seq) => seq > last.seq);
  return { last, fault: isCut ? { kind: "cut_off", seq: last.seq + 1 } : null };
}

function faultOf(
  entry: LedgerEntry,
  last: LedgerHead,
  isLater: (seq: number) => boolean,
  anchors: ReadonlyMap<number, string>,
  sha256: Sha256,
): LedgerFault["kind"] | null {
  if (hashOf(entry, sha256) !== entry.hash) return "changed";
  const next = last.seq + 1;
  if (entry.seq < next || (entry.seq > next && isLater(next))) return "reordered";
  if (entry.seq > next) return "missing";
  if (entry.prev !== last.hash) return "rewritten";
  return (anchors.get(entry.seq) ?? entry.hash) === entry.hash ? null : "rewritten";
}
