/**
 * The ledger's entries, as they are hashed, stored, exported and shown: docs/ledger.md. What is added later must be
 * absent where it is not said, so that the hashes of older entries stay what they are.
 */
import { z } from "zod";

/** `tracker`: somebody in a tracker, by an endpoint; `system`: nobody decided it, it followed from what was known. */
export const DOER_KINDS = ["member", "token", "agent", "tracker", "system"] as const;

export const doerSchema = z.object({
  kind: z.enum(DOER_KINDS),
  id: z.string(),
  name: z.string().describe("As it was called then"),
});
/** Who did something. */
export type Doer = z.infer<typeof doerSchema>;

/** What follows from what was known, and was decided by nobody. */
export const SYSTEM: Doer = { kind: "system", id: "lull", name: "Lull" };

export const LEDGER_HASH = /^sha256:[0-9a-f]{64}$/;
const hash = z.string().regex(LEDGER_HASH);

/** Where a chain ends: its last entry. That of an empty one has the number 0. */
export const ledgerHeadSchema = z.object({
  seq: z.int().nonnegative().describe("The number of the last entry; 0: there is none"),
  hash: hash.describe("Its hash"),
});
export type LedgerHead = z.infer<typeof ledgerHeadSchema>;

const values = z.record(z.string(), z.unknown());

export const ledgerEntrySchema = z.object({
  tenant: z.string(),
  seq: z.int().positive().describe("Its number: the next entry has the next one"),
  id: z.string().describe("Of the occurrence: it stands in the ledger once"),
  at: z.iso.datetime().describe("When it happened"),
  actor: doerSchema,
  action: z.string().describe("What happened, in past tense, as `rule.changed`"),
  subject: z.object({ kind: z.string(), id: z.string() }).describe("To what"),
  before: values.optional().describe("Of what changed, as it was"),
  after: values.optional().describe("As it is since"),
  reason: z.string().optional().describe("Why, in the words of who did it"),
  prev: hash.describe("The hash of the entry before; of the first one zeros"),
  hash: hash.describe("SHA-256 over the canonical JSON (RFC 8785) of all the rest"),
});
export type LedgerEntry = z.infer<typeof ledgerEntrySchema>;

/** What an entry can be at fault with. `rewritten`: another one than was anchored, or than the next one follows. */
export const LEDGER_FAULTS = ["changed", "missing", "reordered", "cut_off", "rewritten"] as const;

export const ledgerFaultSchema = z.object({
  kind: z.enum(LEDGER_FAULTS),
  seq: z.int().positive().describe("The entry that it is about"),
});
/** The first thing that is wrong. */
export type LedgerFault = z.infer<typeof ledgerFaultSchema>;
