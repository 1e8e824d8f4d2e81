/** Reading the ledger over the API: lists and their filters, exports, and the check of the chain in D1. */
import { runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { auditCheckSchema, ledgerStateSchema } from "../../../schema/audit.ts";
import { ledgerEntrySchema, type Doer, type LedgerEntry } from "../../../schema/ledger.ts";
import { LEDGER_PAGE } from "../../../schema/limits.ts";
import { checkChain, GENESIS, type LedgerInput } from "../../../durable/domain/ledger.ts";
import { sha256 } from "../../../durable/identity.ts";
import { writeDown } from "../../../durable/ledger.ts";
import { DAY, HOUR, iso, okJson, pass, problemOf, Site, stopClock } from "../support.ts";

beforeEach(stopClock);

const pageSchema = z.strictObject({
  items: z.array(z.strictObject(ledgerEntrySchema.shape)),
  nextCursor: z.string().nullable(),
});

const ADA: Doer = { kind: "member", id: "m1", name: "Ada" };
const BOB: Doer = { kind: "member", id: "m2", name: "Bob" };

async function written(inputs: readonly Partial<LedgerInput>[]): Promise<Site> {
  const site = await Site.open();
  const full = inputs.map((input, i) => ({
    id: `e${i}`,
    at: Date.now() + i,
    actor: ADA,
    action: "rule.changed",
    subject: { kind: "rule", id: "r1" },
    ...input,
  }));
  await writeDown(env, site.tenant, full);
  await copied(site);
  return site;
}

async function copied(site: Site): Promise<void> {
  while (await runDurableObjectAlarm(env.LEDGER_ACTOR.getByName(site.tenant)));
}

async function list(site: Site, query = ""): Promise<z.infer<typeof pageSchema>> {
  return pageSchema.parse(await okJson(await site.api(`/audit${query}`)));
}

async function check(site: Site, query = ""): Promise<z.infer<typeof auditCheckSchema>> {
  const body = await okJson(await site.api(`/audit/verify${query}`));
  return z.strictObject(auditCheckSchema.shape).parse(body);
}

async function head(site: Site): Promise<z.infer<typeof ledgerStateSchema>> {
  return ledgerStateSchema.parse(await okJson(await site.api("/audit/head")));
}

const ids = (entries: readonly LedgerEntry[]) => entries.map(({ id }) => id);

async function exported(site: Site, query = ""): Promise<LedgerEntry[]> {
  const response = await site.api(`/audit?format=jsonl${query}`);
  expect(response.headers.get("content-type")).toBe("application/jsonl");
  const lines = (await response.text()).split("\n");
  expect(lines.pop()).toBe("");
  return lines.map((line) => ledgerEntrySchema.parse(JSON.parse(line)));
}

describe("the list", () => {
  test("is empty where nothing has happened", async () => {
    const site = await Site.open();
    expect(await list(site)).toEqual({ items: [], nextCursor: null });
    expect(await head(site)).toEqual({ ...GENESIS, copied: 0 });
    expect(await check(site)).toMatchObject({ intact: true, from: 0, to: 0, next: null });
    expect(await exported(site)).toEqual([]);
  });

  test("is newest first, page by page, also of the same instant", async () => {
    const site = await written(Array.from({ length: 7 }, () => ({ at: Date.now() })));
    const seen: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const page = await list(site, `?limit=3${cursor === "" ? "" : `&cursor=${cursor}`}`);
      seen.push(...ids(page.items));
      cursor = page.nextCursor;
    }
    expect(seen).toEqual(["e6", "e5", "e4", "e3", "e2", "e1", "e0"]);
  });

  test("is filtered by who, what, to what, when, and by text", async () => {
    const site = await written([
      {},
      { actor: BOB, reason: "Too LOUD at night" },
      { action: "key.revoked", subject: { kind: "key", id: "k1" } },
      { at: Date.now() + HOUR, after: { title: "Größe" } },
    ]);
    const start = Date.now();
    const instant = (ms: number) => encodeURIComponent(iso(start + ms));
    for (const [query, expected] of [
      ["?actor=m2", ["e1"]],
      ["?action=key.revoked", ["e2"]],
      ["?subject=k1", ["e2"]],
      ["?subject=r1&actor=m1", ["e3", "e0"]],
      ["?q=loud", ["e1"]],
      ["?q=gr%C3%B6%C3%9Fe", ["e3"]],
      [`?from=${instant(HOUR)}`, ["e3"]],
      [`?to=${instant(1)}`, ["e0"]],
      [`?from=${instant(1)}&to=${instant(HOUR)}`, ["e2", "e1"]],
      ["?fromSeq=2&toSeq=3", ["e2", "e1"]],
      ["?actor=nobody", []],
    ] as const)
      expect(ids((await list(site, query)).items), query).toEqual(expected);
  });

  test("is nobody else's", async () => {
    const [site, other] = [await written([{}]), await Site.open()];
    expect((await list(site)).items).toHaveLength(1);
    expect((await list(other)).items).toEqual([]);
    expect(await exported(other)).toEqual([]);
    expect(await head(other)).toMatchObject({ seq: 0 });
  });

  test.each([
    ["?from=yesterday", "from"],
    ["?fromSeq=0", "fromSeq"],
    ["?format=xml", "format"],
    ["?limit=1000", "limit"],
    ["?who=me", "who"],
    [`?q=${"x".repeat(300)}`, "q"],
  ])("refuses %s and names the field", async (query, field) => {
    const site = await Site.open();
    expect(await problemOf(await site.api(`/audit${query}`))).toMatchObject({ status: 400, field });
  });
});

describe("an export", () => {
  test("is the whole chain in its order, over many pages, and checks against the head", async () => {
    const site = await written(
      Array.from({ length: LEDGER_PAGE + 3 }, (_, i) => ({ at: Date.now() - i })),
    );
    const entries = await exported(site);
    expect(entries).toHaveLength(LEDGER_PAGE + 3);
    const { seq, hash } = await head(site);
    expect(checkChain(entries, GENESIS, [{ seq, hash }], sha256).fault).toBeNull();
  });

  test("holds what matches, of a range too, and comes by Accept as well", async () => {
    const site = await written([{}, { actor: BOB }, {}, {}]);
    expect(ids(await exported(site, "&actor=m1&limit=1"))).toEqual(["e0", "e2", "e3"]);
    expect(ids(await exported(site, "&fromSeq=2&toSeq=3"))).toEqual(["e1", "e2"]);
    const accept = (type: string) =>
      site.api("/audit", { headers: { authorization: `Bearer ${site.token}`, accept: type } });
    const jsonl = await accept("application/jsonl");
    expect((await jsonl.text()).split("\n")).toHaveLength(5);
    expect(jsonl.headers.get("content-disposition")).toContain(`lull-ledger-${site.tenant}.jsonl`);
    expect((await accept("text/csv")).headers.get("content-type")).toBe("text/csv; charset=utf-8");
    expect((await accept("*/*")).headers.get("content-type")).toBe("application/json");
  });

  test("as CSV has one row an entry, and no formula", async () => {
    const site = await written([
      { actor: { ...ADA, name: '=HYPERLINK("http://evil")' }, reason: "-1+1\nnext, line" },
      { actor: { ...ADA, name: "@SUM(A1)" }, after: { a: "x,y" } },
    ]);
    const text = await (await site.api("/audit?format=csv")).text();
    const [columns, ...rows] = text.split("\r\n");
    expect(columns).toContain('"seq","at","actorKind","actorId","actorName"');
    expect(rows).toHaveLength(3);
    expect(rows[0]).toContain(`"'=HYPERLINK(""http://evil"")"`);
    expect(rows[0]).toContain(`"'-1+1\nnext, line"`);
    expect(rows[1]).toContain(`"'@SUM(A1)"`);
    expect(rows[1]).toContain('"{""a"":""x,y""}"');
  });
});

describe("the check", () => {
  const tamper = (site: Site, statement: string) =>
    env.DB.prepare(`${statement} WHERE tenant = ?`).bind(site.tenant).run();
  const six = () => written(Array.from({ length: 6 }, () => ({})));

  test("finds an intact chain intact, whole and in part", async () => {
    const site = await six();
    const { seq, hash } = await head(site);
    const expected = { intact: true, fault: null, next: null, head: { seq, hash } };
    expect(await check(site)).toEqual({ ...expected, from: 1, to: 6 });
    expect(await check(site, "?fromSeq=3&toSeq=4")).toEqual({ ...expected, from: 3, to: 4 });
    expect(await check(site, "?fromSeq=90")).toEqual({ ...expected, from: 6, to: 6 });
  });

  test.each([
    ["UPDATE ledger SET doc = replace(doc, 'Ada', 'Eve')", { kind: "changed", seq: 1 }],
    ["UPDATE ledger SET doc = '{' ", { kind: "changed", seq: 1 }],
    ["UPDATE ledger SET doc = 'null'", { kind: "changed", seq: 1 }],
    ["DELETE FROM ledger", { kind: "cut_off", seq: 1 }],
  ])("finds what was done to all rows by: %s", async (statement, fault) => {
    const site = await six();
    await tamper(site, statement);
    expect(await check(site)).toMatchObject({ intact: false, fault });
  });

  test("finds a row that is gone, the last ones that are, and two that have changed places", async () => {
    const site = await six();
    const of = (seq: number) => `DELETE FROM ledger WHERE seq = ${seq} AND tenant = ?`;
    const run = (sql: string) => env.DB.prepare(sql).bind(site.tenant).run();
    await run(of(6));
    expect(await check(site)).toMatchObject({ fault: { kind: "cut_off", seq: 6 } });
    await run(of(3));
    expect(await check(site)).toMatchObject({ fault: { kind: "missing", seq: 3 } });
    expect(await check(site, "?fromSeq=4")).toMatchObject({ fault: { kind: "missing", seq: 3 } });

    const other = await six();
    await env.DB.prepare(
      "UPDATE ledger SET doc = (SELECT doc FROM ledger AS o WHERE o.tenant = ledger.tenant AND o.seq = 5 - ledger.seq) WHERE seq IN (2, 3) AND tenant = ?",
    )
      .bind(other.tenant)
      .run();
    expect(await check(other)).toMatchObject({ intact: false, fault: { seq: 2 } });
  });

  test("does not call cut off what D1 has not been told yet", async () => {
    const site = await six();
    pass(DAY);
    const late = { id: "late", at: Date.now(), actor: ADA, action: "a.b" };
    await writeDown(env, site.tenant, [{ ...late, subject: { kind: "x", id: "y" } }]);
    expect(await check(site)).toMatchObject({ intact: true, to: 6, head: { seq: 7 } });
    await copied(site);
    expect(await check(site)).toMatchObject({ intact: true, to: 7, head: { seq: 7 } });
  });
});
