/** The LedgerActor: what it has answered for is on disk, stands there once, and reaches D1. */
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { drizzle } from "drizzle-orm/d1";
import { and, asc, eq } from "drizzle-orm";
import { beforeEach, describe, expect, test } from "vitest";
import { ledgerEntrySchema, SYSTEM, type LedgerEntry } from "../../schema/ledger.ts";
import {
  LEDGER_MEMORY_MS,
  MAX_LEDGER_APPEND,
  MAX_LEDGER_ENTRY_CHARS,
} from "../../schema/limits.ts";
import { ledger } from "../../schema/tables.ts";
import { checkChain, GENESIS, type LedgerInput } from "../../durable/domain/ledger.ts";
import { canonicalJson } from "../../durable/domain/canonical.ts";
import { sha256 } from "../../durable/identity.ts";
import { writeDown } from "../../durable/ledger.ts";
import { DAY, pass, stopClock, unique } from "../workers/support.ts";
import { withoutTable } from "./support.ts";

beforeEach(stopClock);

const actorOf = (tenant: string) => env.LEDGER_ACTOR.getByName(tenant);

function input(id: string, fields: Partial<LedgerInput> = {}): LedgerInput {
  return {
    id,
    at: Date.now(),
    actor: SYSTEM,
    action: "finding.opened",
    subject: { kind: "finding", id: "f1" },
    ...fields,
  };
}

async function rowsOf(tenant: string): Promise<LedgerEntry[]> {
  const rows = await drizzle(env.DB)
    .select({ doc: ledger.doc })
    .from(ledger)
    .where(and(eq(ledger.tenant, tenant)))
    .orderBy(asc(ledger.seq));
  return rows.map(({ doc }) => ledgerEntrySchema.parse(JSON.parse(doc)));
}

/** What is in D1 is the whole chain up to the head. */
async function wholeIn(tenant: string): Promise<LedgerEntry[]> {
  const rows = await rowsOf(tenant);
  const { seq, hash } = await actorOf(tenant).head();
  expect(checkChain(rows, GENESIS, [{ seq, hash }], sha256).fault).toBeNull();
  return rows;
}

describe("what is told", () => {
  test("stands in the chain in its order, and in D1 after the alarm", async () => {
    const tenant = unique("ledger");
    const actor = actorOf(tenant);
    expect(await actor.head()).toEqual({ ...GENESIS, copied: 0 });
    const odd = { title: 'é🙂 "\\ \u0000\u2028', "10": 1, "9": [0.1, null] };
    await actor.append(tenant, [input("a", { after: odd }), input("b", { reason: "why" })]);
    const appended = await actor.append(tenant, [input("c")]);
    expect(appended).toMatchObject({ ok: true, head: { seq: 3 } });
    expect(await rowsOf(tenant)).toEqual([]);
    expect(await runDurableObjectAlarm(actor)).toBe(true);
    const rows = await wholeIn(tenant);
    expect(rows.map(({ seq, id }) => [seq, id])).toEqual([
      [1, "a"],
      [2, "b"],
      [3, "c"],
    ]);
    expect(rows[0]?.after).toEqual(odd);
    expect(await actor.head()).toMatchObject({ seq: 3, copied: 3 });
    expect(await runDurableObjectAlarm(actor)).toBe(false);
  });

  test("again stands there once, within a call, over calls and evictions", async () => {
    const tenant = unique("ledger");
    await actorOf(tenant).append(tenant, [input("a"), input("a", { action: "other" })]);
    await runDurableObjectAlarm(actorOf(tenant));
    pass(30 * DAY);
    await evictDurableObject(actorOf(tenant));
    const again = await actorOf(tenant).append(tenant, [input("a"), input("b")]);
    expect(again).toMatchObject({ ok: true, head: { seq: 2 } });
    await runDurableObjectAlarm(actorOf(tenant));
    expect((await wholeIn(tenant)).map(({ id }) => id)).toEqual(["a", "b"]);
  });

  test("by many at once makes one chain", async () => {
    const tenant = unique("ledger");
    const ids = Array.from({ length: 20 }, (_, i) => `e${i}`);
    await Promise.all(ids.map((id) => actorOf(tenant).append(tenant, [input(id), input("same")])));
    await runDurableObjectAlarm(actorOf(tenant));
    expect(await wholeIn(tenant)).toHaveLength(ids.length + 1);
  });

  test("of one tenant is none of another's", async () => {
    const [a, b] = [unique("ledger"), unique("ledger")];
    await actorOf(a).append(a, [input("x")]);
    await actorOf(b).append(b, [input("x")]);
    await runDurableObjectAlarm(actorOf(a));
    expect(await rowsOf(a)).toHaveLength(1);
    expect(await rowsOf(b)).toEqual([]);
    const [hashA, hashB] = [(await actorOf(a).head()).hash, (await actorOf(b).head()).hash];
    expect(hashA).not.toBe(hashB);
  });
});

describe("what is too much", () => {
  test("is refused whole, and says what the limit is", async () => {
    const tenant = unique("ledger");
    const many = Array.from({ length: MAX_LEDGER_APPEND + 1 }, (_, i) => input(`e${i}`));
    expect(await actorOf(tenant).append(tenant, many)).toEqual({
      ok: false,
      code: "too_many_entries",
      limit: MAX_LEDGER_APPEND,
    });
    const large = input("large", { reason: "x".repeat(MAX_LEDGER_ENTRY_CHARS) });
    expect(await actorOf(tenant).append(tenant, [input("small"), large])).toEqual({
      ok: false,
      code: "entry_too_large",
      limit: MAX_LEDGER_ENTRY_CHARS,
      id: "large",
    });
    expect(await actorOf(tenant).head()).toMatchObject({ seq: 0 });
  });
});

describe("while D1 is away", () => {
  test("the chain goes on, and D1 has all of it later, once", async () => {
    const tenant = unique("ledger");
    await actorOf(tenant).append(tenant, [input("a")]);
    await withoutTable("ledger", async () => {
      expect(await runDurableObjectAlarm(actorOf(tenant))).toBe(true);
      await actorOf(tenant).append(tenant, [input("b")]);
    });
    await evictDurableObject(actorOf(tenant));
    expect(await runDurableObjectAlarm(actorOf(tenant))).toBe(true);
    expect(await wholeIn(tenant)).toHaveLength(2);
  });

  test("what D1 has got, and the actor does not know of, is not written twice", async () => {
    const tenant = unique("ledger");
    await actorOf(tenant).append(tenant, [input("a"), input("b")]);
    await runDurableObjectAlarm(actorOf(tenant));
    // As if the process had died between D1's answer and the note of it.
    await runInDurableObject(actorOf(tenant), (_, state) => {
      state.storage.sql.exec("UPDATE head SET copied = 0");
    });
    await evictDurableObject(actorOf(tenant));
    await actorOf(tenant).head();
    expect(await runDurableObjectAlarm(actorOf(tenant))).toBe(true);
    expect(await wholeIn(tenant)).toHaveLength(2);
  });
});

test("what is too long is told by its hash, and holds up nothing", async () => {
  const tenant = unique("ledger");
  const text = "\u0001".repeat(MAX_LEDGER_ENTRY_CHARS / 6);
  const long = Array.from({ length: 20 }, (_, i) =>
    input(`long${i}`, { after: { text: text.slice(0, -200) } }),
  );
  const longest = input("longest", { after: { text, more: text }, reason: text });
  await writeDown(env, tenant, [...long, longest, input("last")]);
  await runDurableObjectAlarm(actorOf(tenant));
  const rows = await wholeIn(tenant);
  expect(rows).toHaveLength(22);
  expect(rows[0]?.after).toEqual({ text: text.slice(0, -200) });
  const { omittedChars, sha256: hash } = rows[20]?.after ?? {};
  expect(omittedChars).toBeGreaterThan(MAX_LEDGER_ENTRY_CHARS);
  expect(hash).toBe(sha256(canonicalJson(longest.after)));
});

test("what is old and in D1 is let go of, and the chain goes on from its head", async () => {
  const tenant = unique("ledger");
  await actorOf(tenant).append(tenant, [input("a")]);
  await runDurableObjectAlarm(actorOf(tenant));
  pass(LEDGER_MEMORY_MS + DAY);
  await actorOf(tenant).append(tenant, [input("b")]);
  await runDurableObjectAlarm(actorOf(tenant));
  const held = await runInDurableObject(actorOf(tenant), (_, state) =>
    state.storage.sql
      .exec<{ id: string }>("SELECT id FROM entries")
      .toArray()
      .map(({ id }) => id),
  );
  expect(held).toEqual(["b"]);
  await evictDurableObject(actorOf(tenant));
  expect(await wholeIn(tenant)).toHaveLength(2);
});
