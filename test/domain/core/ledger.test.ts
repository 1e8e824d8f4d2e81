/** The chain of the ledger: any single tampering is found, given a later anchor. */
import { createHash } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ledgerEntrySchema, type LedgerEntry, type LedgerHead } from "../../../schema/ledger.ts";
import { canonicalJson } from "../../../durable/domain/canonical.ts";
import {
  chain,
  checkChain,
  GENESIS,
  hashOf,
  type LedgerInput,
} from "../../../durable/domain/ledger.ts";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

/** Ours to choose; zod drops this one. */
const arbName = fc.string().filter((name) => name !== "__proto__");
const arbValues = fc.option(fc.dictionary(arbName, fc.jsonValue()), { nil: undefined });

const arbInput: fc.Arbitrary<LedgerInput> = fc.record({
  id: fc.string({ minLength: 1 }),
  at: fc.integer({ min: 0, max: 4e12 }),
  actor: fc.record({
    kind: fc.constantFrom("member" as const, "system" as const),
    id: fc.string(),
    name: fc.string({ unit: "grapheme" }),
  }),
  action: fc.constantFrom("rule.changed", "finding.opened"),
  subject: fc.record({ kind: fc.constant("rule"), id: fc.string() }),
  before: arbValues,
  after: arbValues,
  reason: fc.option(fc.string(), { nil: undefined }),
});

function chainOf(inputs: readonly LedgerInput[]): LedgerEntry[] {
  let head: LedgerHead = GENESIS;
  return inputs.map((input) => {
    const entry = chain("acme", head, input, sha256);
    head = entry;
    // What is stored and exported is JSON.
    return ledgerEntrySchema.parse(JSON.parse(JSON.stringify(entry)));
  });
}

const arbChain = fc.array(arbInput, { minLength: 3, maxLength: 12 }).map(chainOf);
const anchorOf = ({ seq, hash }: LedgerEntry): LedgerHead => ({ seq, hash });
const lastOf = (entries: readonly LedgerEntry[]) =>
  anchorOf(entries.at(-1) ?? expect.unreachable());
const check = (entries: readonly LedgerEntry[], anchor: LedgerHead) =>
  checkChain(entries, GENESIS, [anchor], sha256).fault;

/** A chain, its head, and one of its entries but for the last. */
const arbCase = arbChain.chain((entries) =>
  fc.record({ entries: fc.constant(entries), i: fc.nat({ max: entries.length - 2 }) }),
);

describe("canonical JSON", () => {
  test("is what RFC 8785 says: keys by code units, numbers and strings as ECMAScript writes them", () => {
    const value = {
      "\u20ac": "Euro Sign",
      "\r": "Carriage Return",
      "10": 1,
      "2": [56.0, 4.5, 2e-3, 1e21, -0, null, true],
      "\ud83d\ude00": '\u000f\n"\\/€',
      undefinedMember: undefined,
    };
    expect(canonicalJson(value)).toBe(
      '{"\\r":"Carriage Return","10":1,"2":[56,4.5,0.002,1e+21,0,null,true],"€":"Euro Sign","😀":"\\u000f\\n\\"\\\\/€"}',
    );
  });

  test("is the same for the same value, and reads back as it", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const turned = Object.fromEntries(Object.entries(value).toReversed());
        expect(canonicalJson(turned)).toBe(canonicalJson(value));
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

describe("a chain", () => {
  test("that nobody has touched is found whole, by each of its anchors", () => {
    fc.assert(
      fc.property(arbChain, (entries) => {
        const anchors = entries.map(anchorOf);
        expect(checkChain(entries, GENESIS, anchors, sha256)).toEqual({
          last: lastOf(entries),
          fault: null,
        });
      }),
    );
  });

  test("has the same hashes wherever it is made, and others for another tenant", () => {
    const input: LedgerInput = {
      id: "config:2",
      at: Date.parse("2031-03-01T10:00:00.000Z"),
      actor: { kind: "token", id: "first", name: "API token first" },
      action: "settings.changed",
      subject: { kind: "settings", id: "settings" },
      after: { coverage: "strict" },
    };
    // Written down here, so that no later version changes what has been hashed.
    expect(chain("acme", GENESIS, input, sha256).hash).toBe(
      "sha256:540da72a45536592158c1b9cbcb7fea52b7a5b5c6484610d9a40800fdc290aab",
    );
    expect(chain("other", GENESIS, input, sha256).hash).not.toBe(
      chain("acme", GENESIS, input, sha256).hash,
    );
  });

  test("tells of a changed entry, whatever was changed", () => {
    fc.assert(
      fc.property(arbCase, fc.nat(), fc.string({ minLength: 1 }), ({ entries, i }, which, more) => {
        const entry = entries[i] ?? expect.unreachable();
        const members = ["id", "action", "reason"] as const;
        const member = members[which % members.length] ?? "id";
        const changed = { ...entry, [member]: `${entry[member] ?? ""}${more}` };
        const tampered = entries.with(i, changed);
        expect(check(tampered, lastOf(entries))).toEqual({ kind: "changed", seq: i + 1 });
        // With a hash that fits it.
        const forged = entries.with(i, { ...changed, hash: hashOf(changed, sha256) });
        expect(check(forged, lastOf(entries))).toEqual({ kind: "rewritten", seq: i + 2 });
      }),
    );
  });

  test("tells of a missing entry, and of a cut at either end", () => {
    fc.assert(
      fc.property(arbCase, ({ entries, i }) => {
        expect(check(entries.toSpliced(i, 1), lastOf(entries))).toEqual({
          kind: "missing",
          seq: i + 1,
        });
        expect(check(entries.slice(0, i + 1), lastOf(entries))).toEqual({
          kind: "cut_off",
          seq: i + 2,
        });
        expect(check(entries.slice(i + 1), lastOf(entries))).toEqual({ kind: "missing", seq: 1 });
      }),
    );
  });

  test("tells of entries that stand elsewhere, or twice", () => {
    fc.assert(
      fc.property(arbCase, ({ entries, i }) => {
        const [a, b] = [entries[i], entries[i + 1]];
        if (a === undefined || b === undefined) return;
        expect(check(entries.with(i, b).with(i + 1, a), lastOf(entries))).toMatchObject({
          kind: "reordered",
        });
        expect(check(entries.toSpliced(i, 0, a), lastOf(entries))).toMatchObject({
          kind: "reordered",
        });
      }),
    );
  });

  test("that was written anew from some entry on is told by an anchor, and by nothing else", () => {
    fc.assert(
      fc.property(arbCase, fc.string({ minLength: 1 }), ({ entries, i }, more) => {
        let head: LedgerHead = entries[i - 1] ?? GENESIS;
        const anew = entries.slice(i).map((entry, n) => {
          const body = { ...entry, prev: head.hash, ...(n === 0 ? { action: more } : {}) };
          const made = { ...body, hash: hashOf(body, sha256) };
          head = made;
          return made;
        });
        const forged = [...entries.slice(0, i), ...anew];
        if (anew[0]?.action === entries[i]?.action) return;
        expect(checkChain(forged, GENESIS, [], sha256).fault).toBeNull();
        expect(check(forged, lastOf(entries))).toEqual({
          kind: "rewritten",
          seq: entries.length,
        });
      }),
    );
  });

  test("can be checked from any entry on, and page by page", () => {
    fc.assert(
      fc.property(arbCase, ({ entries, i }) => {
        const first = checkChain(entries.slice(0, i + 1), GENESIS, [], sha256);
        expect(first.fault).toBeNull();
        const rest = entries.slice(i + 1);
        expect(checkChain(rest, first.last, [lastOf(entries)], sha256).fault).toBeNull();
      }),
    );
  });
});
