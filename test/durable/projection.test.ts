/** What the projection sends to D1: one statement a kind, guarded row by row, with every value as it was. */
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import type { Finding, Signal } from "../../durable/domain/model.ts";
import type { FindingDoc, SignalDoc } from "../../durable/domain/view.ts";
import { Projection } from "../../durable/projection.ts";
import { ledgerState } from "../../durable/ledger.ts";
import { signerOf } from "../../durable/signer.ts";
import { hostResourceId } from "../../schema/ids.ts";
import {
  finding,
  findingId,
  HOST,
  OTHER_HOST,
  resource,
  sample,
  signalId,
  signalObservation,
  T0,
} from "../domain/core/fixtures.ts";
import { unique } from "../workers/support.ts";

let tenant = "";
beforeEach(() => {
  tenant = unique("tenant");
});

const by = (owner = HOST, d1 = env.DB) =>
  new Projection(
    d1,
    { tenant, owner },
    { signer: signerOf(d1, env.LULL_SECRET), anchor: () => ledgerState(env, tenant) },
  );

function docOf(more: Partial<Finding> = {}): FindingDoc {
  const quiet = {
    basis: "coverage",
    complete: false,
    watching: true,
    gaps: [],
    spans: [],
  } as const;
  return {
    finding: finding(more),
    resource: resource(),
    quiet: { ...quiet, gaps: [], spans: [], deadlineAt: T0 + 600_000 },
  };
}

function resolved(more: Partial<Finding> = {}): Finding {
  const ended = {
    status: "resolved",
    resolvedAt: T0 + 9,
    resolution: "quiet",
    coverage: 1,
  } as const;
  return finding({ version: 2, ...ended, ...more });
}

function signalOf(more: Partial<Signal> = {}): SignalDoc {
  const { count: _, firstAt, lastAt, ...told } = signalObservation(T0);
  const seen = { firstSeenAt: firstAt, lastSeenAt: lastAt, count: 1, sample: sample(T0) };
  return { signal: { ...told, ...seen, version: 1, ...more }, resource: resource() };
}

type Value = string | number | null;

async function rows(table: string): Promise<Record<string, Value>[]> {
  const query = env.DB.prepare(`SELECT * FROM ${table} WHERE tenant = ? ORDER BY rowid`);
  return (await query.bind(tenant).all<Record<string, Value>>()).results;
}

/** D1 that writes down the text of each statement, and how many there are in each batch. */
function watched() {
  const texts: string[] = [];
  const batches: number[] = [];
  // Only what drizzle calls of it.
  const d1 = {
    prepare(text: string) {
      texts.push(text);
      return env.DB.prepare(text);
    },
    batch(statements: D1PreparedStatement[]) {
      batches.push(statements.length);
      return env.DB.batch(statements);
    },
  } as D1Database;
  return { d1, texts, batches };
}

async function planOf(text: string): Promise<string[]> {
  const query = env.DB.prepare(`EXPLAIN QUERY PLAN ${text}`);
  const params = Array.from(text.matchAll(/\?/g), () => "[]");
  const { results } = await query.bind(...params).all<{ detail: string }>();
  return results.map((row) => row.detail);
}

describe("a finding", () => {
  test("arrives whole, each value in the storage class of its column", async () => {
    const doc = docOf({ version: 7, count: 3, totalCount: 12, coverage: 1, lastSeenAt: T0 + 5 });
    const projection = by();
    expect(await projection.write([projection.finding(doc)])).toEqual([1]);
    expect(await rows("findings")).toEqual([
      {
        tenant,
        id: doc.finding.id,
        owner: HOST,
        version: 7,
        status: "open",
        rule: "compiler-in-container",
        severity: "high",
        severity_rank: 2,
        resource: doc.resource.id,
        resource_type: "container",
        host: "node-7",
        namespace: "shop",
        workload: null,
        service: null,
        search: expect.stringContaining("gcc ran"),
        episode: 1,
        opened_at: T0,
        last_seen_at: T0 + 5,
        deadline_at: T0 + 600_000,
        resolved_at: null,
        count: 3,
        total_count: 12,
        regressed_at: null,
        spread_rollup: null,
        spread_next: null,
        muted_until: 0,
        case_id: null,
        doc: JSON.stringify(doc),
      },
    ]);
    const types = await env.DB.prepare(
      "SELECT typeof(id) AS id, typeof(version) AS version, typeof(opened_at) AS opened, typeof(workload) AS workload, typeof(muted_until) AS muted_until, typeof(doc) AS doc FROM findings WHERE tenant = ?",
    )
      .bind(tenant)
      .first();
    expect(types).toEqual({
      id: "text",
      version: "integer",
      opened: "integer",
      workload: "null",
      muted_until: "integer",
      doc: "text",
    });
  });

  test("keeps any text", async () => {
    const title = '"quoted" \\ back\nnew\tline \'); -- $.id é 漢 😀 \u2028 42';
    const doc = {
      ...docOf({ title }),
      resource: resource({ name: null, host: "12", workload: "" }),
    };
    const projection = by();
    await projection.write([projection.finding(doc)]);
    const [row] = await rows("findings");
    expect(row).toMatchObject({ host: "12", workload: "", doc: JSON.stringify(doc) });
    expect(row?.["search"]).toContain(title.toLowerCase());
    expect(await projection.stored([doc.finding.id])).toEqual([
      { owner: HOST, finding: doc.finding },
    ]);
  });

  test("yields to a newer version of the same owner alone, and keeps what the API owns", async () => {
    const [mine, other] = [by(), by(OTHER_HOST)];
    const at = (version: number) => docOf({ version, severity: version > 2 ? "low" : "high" });
    await mine.write([mine.finding(at(2))]);
    await env.DB.prepare("UPDATE findings SET muted_until = 7, case_id = 'c1' WHERE tenant = ?")
      .bind(tenant)
      .run();
    expect(await mine.write([mine.finding(at(2))])).toEqual([0]);
    expect(await mine.write([mine.finding(at(1))])).toEqual([0]);
    expect(await other.write([other.finding(at(9))])).toEqual([0]);
    expect(await mine.write([mine.finding(at(3))])).toEqual([1]);
    expect(await rows("findings")).toMatchObject([
      { owner: HOST, version: 3, severity: "low", severity_rank: 4, muted_until: 7, case_id: "c1" },
    ]);
  });

  test("is taken over from the row that its claim names, and from no other", async () => {
    const [mine, other] = [by(), by(OTHER_HOST)];
    await mine.write([mine.finding(docOf({ version: 5 }))]);
    const claiming = (owner: string, version: number) =>
      other.finding(
        docOf({ version: 6, claim: { owner: hostResourceId(owner.slice(5)), version } }),
      );
    expect(await other.write([claiming(HOST, 4)])).toEqual([0]);
    expect(await other.write([claiming("host:someone", 5)])).toEqual([0]);
    expect(await other.write([claiming(HOST, 5)])).toEqual([1]);
    // The answer was lost, and it comes again.
    expect(await other.write([claiming(HOST, 5)])).toEqual([0]);
    expect(await rows("findings")).toMatchObject([{ owner: OTHER_HOST, version: 6 }]);
  });

  test("is inserted by a claim whose row has gone", async () => {
    const mine = by();
    const doc = docOf({ version: 6, claim: { owner: OTHER_HOST, version: 5 } });
    expect(await mine.write([mine.finding(doc)])).toEqual([1]);
  });
});

describe("a refresh", () => {
  test("changes what moves, of a row that is there, older and the owner's", async () => {
    const [mine, other] = [by(), by(OTHER_HOST)];
    await mine.write([mine.finding(docOf({ version: 2 }))]);
    const [before] = await rows("findings");
    const doc = docOf({ version: 3, severity: "low", lastSeenAt: T0 + 7, count: 4, totalCount: 5 });
    doc.quiet.deadlineAt = null;
    expect(await other.write([other.refresh(doc)])).toEqual([0]);
    expect(await mine.write([mine.refresh(docOf({ version: 2 }))])).toEqual([0]);
    expect(await mine.write([mine.refresh(docOf({ version: 3, id: findingId(2) }))])).toEqual([0]);
    expect(await mine.write([mine.refresh(doc)])).toEqual([1]);
    expect(await rows("findings")).toEqual([
      {
        ...before,
        version: 3,
        last_seen_at: T0 + 7,
        deadline_at: null,
        count: 4,
        total_count: 5,
        doc: JSON.stringify(doc),
      },
    ]);
  });
});

describe("an episode", () => {
  test("is written once, with its finding's case, a share as REAL", async () => {
    const mine = by();
    await mine.write([mine.finding(docOf())]);
    await env.DB.prepare("UPDATE findings SET case_id = 'c1' WHERE tenant = ?").bind(tenant).run();
    const ended = resolved({ count: 3, firstSeenAt: T0 - 1 });
    expect(await mine.write([mine.episode(ended)])).toEqual([1]);
    expect(await mine.write([mine.episode({ ...ended, count: 99, version: 9 })])).toEqual([0]);
    expect(await rows("episodes")).toEqual([
      {
        tenant,
        finding: ended.id,
        episode: 1,
        opened_at: T0 - 1,
        last_seen_at: T0,
        resolved_at: T0 + 9,
        resolution: "quiet",
        count: 3,
        severity: "high",
        quiet_period_ms: ended.quietPeriodMs,
        regressed_at: null,
        case_id: "c1",
        coverage: 1,
        version: 2,
        certificate_claims: null,
        certificate_kid: null,
        certificate_jws: null,
      },
    ]);
    const next = { episode: 2, coverage: null };
    expect(await mine.write([mine.episode(resolved(next))])).toEqual([1]);
    const types = env.DB.prepare(
      "SELECT typeof(coverage) AS coverage, typeof(resolved_at) AS resolved FROM episodes WHERE tenant = ? ORDER BY episode",
    );
    expect((await types.bind(tenant).all()).results).toEqual([
      { coverage: "real", resolved: "integer" },
      { coverage: "null", resolved: "integer" },
    ]);
  });

  test("is written only by the owner of the finding's row", async () => {
    const [mine, other] = [by(), by(OTHER_HOST)];
    expect(await mine.write([mine.episode(resolved())])).toEqual([0]);
    await mine.write([mine.finding(docOf())]);
    expect(await other.write([other.episode(resolved())])).toEqual([0]);
    expect(await rows("episodes")).toEqual([]);
  });

  test("finds the finding's row that comes in the same write, wherever it stands in it", async () => {
    const mine = by();
    const doc = { ...docOf(), finding: resolved() };
    expect(await mine.write([mine.episode(doc.finding), mine.finding(doc)])).toEqual([1, 1]);
  });

  test("that has not ended is refused, with all that was to be written", async () => {
    const mine = by();
    const writes = [mine.finding(docOf()), mine.episode(finding())];
    await expect(mine.write(writes)).rejects.toThrow();
    expect(await rows("findings")).toEqual([]);
  });
});

describe("a signal", () => {
  test("arrives whole, and again when it is newer", async () => {
    const mine = by();
    expect(await mine.write([mine.signal(signalOf())])).toEqual([1]);
    expect(await mine.write([mine.signal(signalOf({ count: 9 }))])).toEqual([0]);
    const doc = signalOf({ version: 2, count: 2, lastSeenAt: T0 + 1 });
    expect(await mine.write([mine.signal(doc)])).toEqual([1]);
    expect(await rows("signals")).toEqual([
      {
        tenant,
        id: doc.signal.id,
        version: 2,
        rule: "crypto-miner",
        severity: "critical",
        resource: doc.resource.id,
        host: "node-7",
        namespace: "shop",
        workload: null,
        search: expect.stringContaining("xmrig ran"),
        first_seen_at: T0,
        last_seen_at: T0 + 1,
        count: 2,
        doc: JSON.stringify(doc),
      },
    ]);
  });
});

describe("a write", () => {
  test("answers for each of its parts, in their order", async () => {
    const [mine, other] = [by(), by(OTHER_HOST)];
    const of = (n: number, version: number) => docOf({ id: findingId(n), version });
    await mine.write([mine.finding(of(1, 1)), mine.finding(of(2, 5)), mine.finding(of(3, 1))]);
    await other.write([other.finding(of(4, 1))]);
    const changed = await mine.write([
      mine.signal(signalOf()),
      mine.finding(of(4, 9)),
      mine.episode(resolved({ id: findingId(5) })),
      mine.refresh(of(2, 5)),
      mine.finding(
        docOf({ id: findingId(4), version: 9, claim: { owner: OTHER_HOST, version: 1 } }),
      ),
      mine.finding(of(5, 1)),
      mine.refresh(of(1, 2)),
      mine.episode(resolved({ id: findingId(9) })),
      mine.finding(of(3, 2)),
      mine.signal(signalOf({ id: signalId(2) })),
    ]);
    expect(changed).toEqual([1, 0, 1, 0, 1, 1, 1, 0, 1, 1]);
    expect(await mine.write([])).toEqual([]);
  });

  test("may hold a row several times: each is guarded by the one before it", async () => {
    const mine = by();
    const at = (version: number) => docOf({ version });
    const changed = await mine.write([
      mine.finding(at(1)),
      mine.refresh(at(3)),
      mine.refresh(at(2)),
      mine.finding(at(4)),
      mine.episode(resolved()),
      mine.episode(resolved({ count: 7 })),
      mine.signal(signalOf({ version: 2 })),
      mine.signal(signalOf({ version: 1 })),
    ]);
    expect(changed).toEqual([1, 1, 0, 1, 1, 0, 1, 0]);
    expect(await rows("findings")).toMatchObject([{ version: 4 }]);
    expect(await rows("episodes")).toMatchObject([{ count: 1 }]);
  });

  test("is one statement a kind, whose text depends on no row, and one for each takeover", async () => {
    const { d1, texts, batches } = watched();
    const mine = by(HOST, d1);
    const write = (ids: number[], version: number) =>
      mine.write(
        ids.flatMap((n) => {
          const id = findingId(n);
          const doc = docOf({ id, version, title: `title ${n}`, coverage: n / 7 });
          const told = n % 2 === 0 ? mine.refresh(doc) : mine.finding(doc);
          const ended = mine.episode(resolved({ id }));
          return [told, ended, mine.signal(signalOf({ id: signalId(n), version }))];
        }),
      );
    await write([1, 2], 1);
    const first = texts.splice(0);
    await write(
      Array.from({ length: 50 }, (_, n) => n),
      2,
    );
    expect(batches).toEqual([4, 4]);
    expect(texts).toEqual(first);
    const claim = { owner: OTHER_HOST, version: 1 };
    await mine.write(
      [60, 61, 62, 63].map((n) =>
        mine.finding(docOf({ id: findingId(n), claim: n % 2 === 0 ? null : claim })),
      ),
    );
    expect(batches.at(-1)).toBe(3);
  });

  test("takes the sent rows apart once, and finds each of D1's by its key", async () => {
    const { d1, texts } = watched();
    const mine = by(HOST, d1);
    const doc = docOf();
    await mine.write([
      mine.finding(doc),
      mine.refresh(docOf({ id: findingId(2) })),
      mine.episode(resolved()),
      mine.signal(signalOf()),
    ]);
    await mine.stored([doc.finding.id]);
    const plans = await Promise.all(texts.map(planOf));
    const byKey = expect.stringMatching(
      /^SEARCH findings USING INDEX \S+ \(tenant=\? AND id=\?\)$/,
    );
    const apart = ["MATERIALIZE sent", "SCAN json_each VIRTUAL TABLE INDEX 1:", "SCAN sent"];
    expect(plans).toEqual([
      apart,
      [...apart, byKey],
      [...apart, byKey],
      apart,
      expect.arrayContaining([byKey]),
    ]);
  });

  test("is split where D1 would refuse the size of a string", async () => {
    const { d1, batches } = watched();
    const mine = by(HOST, d1);
    // Three bytes a character, which is the most.
    const title = "漢".repeat(100_000);
    const ids = Array.from({ length: 12 }, (_, n) => findingId(n));
    const docs = ids.map((id) => docOf({ id, title: `${title}${id}` }));
    expect(await mine.write(docs.map((doc) => mine.finding(doc)))).toEqual(ids.map(() => 1));
    // A title stands in the document and in the text that is searched.
    expect(batches).toEqual([6]);
    expect((await mine.stored(ids)).map((row) => row.finding.title)).toEqual(
      docs.map((doc) => doc.finding.title),
    );
  });
});

describe("what is stored", () => {
  test("is told of the tenant's own rows, whoever owns them, for any number of ids", async () => {
    const [mine, other] = [by(), by(OTHER_HOST)];
    await mine.write([mine.finding(docOf())]);
    await other.write([other.finding(docOf({ id: findingId(2_000) }))]);
    const ids = Array.from({ length: 2_345 }, (_, n) => findingId(n));
    expect((await mine.stored(ids)).map((row) => row.owner)).toEqual([HOST, OTHER_HOST]);
    expect(await mine.stored([])).toEqual([]);
    tenant = unique("tenant");
    expect(await by().stored(ids)).toEqual([]);
  });
});
