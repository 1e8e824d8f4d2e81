/** Lists of findings: filters, pages, groups, and what is refused. */
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { FINDING_SORTS, GROUPINGS } from "../../../schema/api.ts";
import { groupSchema } from "../../../schema/finding.ts";
import {
  batch,
  beatOf,
  DAY,
  fetchLull,
  gcc,
  HOUR,
  iso,
  type JsonObject,
  MINUTE,
  newContainer,
  okJson,
  pass,
  problemOf,
  SECOND,
  Site,
  stopClock,
  unique,
} from "../support.ts";

beforeEach(stopClock);

const groupsPage = z.strictObject({
  items: z.array(groupSchema),
  nextCursor: z.string().nullable(),
});

async function groupsOf(site: Site, query: string) {
  return groupsPage.parse(await okJson(await site.api(`/findings${query}`)));
}

/** Three findings that differ in everything: a resolved one, a high one on the host, an open one. */
async function threeFindings() {
  const site = await Site.open();
  const [quiet, busy] = [unique("quiet"), unique("busy")];
  const [gone, shop] = [newContainer(), newContainer()];
  await site.patchRule("package-manager-in-container", { quietPeriod: "1s" });
  await site.send(
    batch(quiet, [
      gcc(gone, {
        process: { exe: "/usr/bin/apt-get", name: "apt-get", args: ["install", "vim"] },
        k8s: { namespace: "old", workload: { kind: "Job", name: "nightly" } },
        service: "jobs",
      }),
    ]),
  );
  await site.alarm(`host:${quiet}`);
  pass(2 * SECOND);
  await site.alarm(`host:${quiet}`);
  await okJson(await site.beat(beatOf(busy, { facts: { cgroupVersion: 1 } })));
  await site.send(
    batch(busy, [
      gcc(shop, {
        k8s: { namespace: "shop", pod: "api-1", workload: { kind: "Deployment", name: "api" } },
        service: "checkout_100%",
      }),
    ]),
  );
  await site.alarm(`host:${busy}`);
  const { items } = await site.findings();
  const idOf = (rule: string) => items.find((it) => it.rule === rule)?.id ?? "none";
  return {
    site,
    quiet,
    busy,
    gone,
    shop,
    packages: idOf("package-manager-in-container"),
    cgroup: idOf("cgroup-v1-host"),
    compiler: idOf("compiler-in-container"),
  };
}

describe("a filter shows only what it names:", () => {
  test("each of them", async () => {
    const { site, quiet, busy, gone, shop, packages, cgroup, compiler } = await threeFindings();
    await env.DB.prepare("UPDATE findings SET muted_until = 9e15, case_id = 'case-7' WHERE id = ?")
      .bind(compiler)
      .run();
    const all = [packages, cgroup, compiler];
    const expected: [string, string[]][] = [
      ["", all],
      ["status=open", [cgroup, compiler]],
      ["status=resolved", [packages]],
      ["status=open,resolved", all],
      ["status=open&status=resolved", all],
      ["rule=cgroup-v1-host", [cgroup]],
      ["resourceType=host", [cgroup]],
      ["resourceType=container", [packages, compiler]],
      [`resource=${gone}`, [packages]],
      [`resource=docker://${shop.slice(0, 12)}`, [compiler]],
      [`resource=${busy}`, [cgroup]],
      [`resource=host:${busy.toUpperCase()}`, [cgroup]],
      [`host=${busy}`, [cgroup, compiler]],
      [`host=${quiet}`, [packages]],
      ["namespace=shop", [compiler]],
      ["workload=nightly", [packages]],
      [`service=${encodeURIComponent("checkout_100%")}`, [compiler]],
      ["muted=true", [compiler]],
      ["muted=false", [packages, cgroup]],
      ["case=case-7", [compiler]],
      ["q=apt-get", [packages]],
      ["q=SHOP%2FAPI", [packages, compiler]],
      ["q=_100%25", [compiler]],
      ["q=checkout%25", []],
      ["q=checkout_1_0", []],
      ["q=nothing-like-it", []],
      [`status=open&resourceType=container&host=${busy}&q=gcc`, [compiler]],
      [`status=resolved&host=${busy}`, []],
      ["namespace=&rule=", all],
    ];
    for (const [query, ids] of expected) {
      const { items } = await site.findings(`?${query}`);
      const found = items.map((it) => it.id);
      expect(new Set(found), query).toEqual(new Set(ids));
      expect(found, query).toHaveLength(ids.length);
    }
  });

  test("severity", async () => {
    const { site, packages, cgroup, compiler } = await threeFindings();
    const { items } = await site.findings();
    for (const id of [packages, cgroup, compiler]) {
      const severity = items.find((it) => it.id === id)?.severity ?? "none";
      const found = (await site.findings(`?severity=${severity}`)).items;
      expect(found.map((it) => it.id)).toContain(id);
      expect(found.every((it) => it.severity === severity)).toBe(true);
    }
  });

  test("a host by its id as well as by its name", async () => {
    const site = await Site.open();
    const agent = { id: "a", host: { id: "i-0abc", name: "node-7" } };
    await site.send({ agent, events: [gcc(newContainer())] });
    await site.alarm("host:i-0abc");
    for (const host of ["i-0abc", "node-7"])
      expect((await site.findings(`?host=${host}`)).items, host).toHaveLength(1);
  });

  test("free text of any length and script", async () => {
    const site = await Site.open();
    const host = unique("host");
    const name = "prüfstelle-für-überlange-namen-von-containern-in-der-wolke-日本語";
    const container = { id: newContainer(), name, image: "shop/api:1" };
    await site.send(batch(host, [gcc("", { container })]));
    await site.alarm(`host:${host}`);
    for (const q of [name, name.toUpperCase(), "日本語", name.slice(5, 60)])
      expect((await site.findings(`?q=${encodeURIComponent(q)}`)).items, q).toHaveLength(1);
    expect((await site.findings(`?q=${"x".repeat(200)}`)).items).toEqual([]);
  });
});

/** So many findings of one host, some of them opened at the same moment. */
async function many(n: number) {
  const site = await Site.open();
  const host = unique("host");
  for (let i = 0; i < n; i++) {
    // Some at the same moment, so that the order is settled by the id.
    if (i % 3 !== 0) pass(SECOND);
    await site.send(batch(host, [gcc(newContainer())]));
  }
  await site.alarm(`host:${host}`);
  return { site, host };
}

describe("a page", () => {
  test.each(FINDING_SORTS)(
    "after page, sorted by %s, shows every finding once, while others are added",
    async (sort) => {
      const { site, host } = await many(11);
      const first = await site.findings(`?sort=${sort}&limit=200`);
      const ids = new Set(first.items.map((it) => it.id));
      expect(ids.size).toBe(11);

      const seen: string[] = [];
      let cursor: string | null = "";
      while (cursor !== null) {
        const page = await site.findings(
          `?sort=${sort}&limit=3${cursor === "" ? "" : `&cursor=${cursor}`}`,
        );
        expect(page.items.length).toBeLessThanOrEqual(3);
        seen.push(...page.items.map((it) => it.id));
        cursor = page.nextCursor;
        pass(SECOND);
        await site.send(batch(host, [gcc(newContainer())]));
        await site.alarm(`host:${host}`);
      }
      expect(new Set(seen).size).toBe(seen.length);
      expect(ids.difference(new Set(seen))).toEqual(new Set());
    },
  );

  test("is in the order that its sort says", async () => {
    const { site } = await many(5);
    const opened = (await site.findings("?sort=opened")).items.map((it) => it.firstSeenAt);
    expect(opened).toEqual(opened.toSorted((a, b) => b.localeCompare(a)));
    const deadlines = (await site.findings("?sort=deadline")).items.map(
      (it) => it.deadlineAt ?? "",
    );
    expect(deadlines).toEqual(deadlines.toSorted((a, b) => a.localeCompare(b)));
  });

  test("is the last one where its rows just fit", async () => {
    const { site } = await many(4);
    expect((await site.findings("?limit=4")).nextCursor).toBeNull();
    expect((await site.findings("?limit=3")).nextCursor).not.toBeNull();
  });
});

describe("400 names what is wrong:", () => {
  test.each([
    ["severty=high", "severty"],
    ["status=opened", "status"],
    ["severity=high,urgent", "severity"],
    ["muted=yes", "muted"],
    ["resourceType=pod", "resourceType"],
    ["groupBy=pod", "groupBy"],
    ["sort=name", "sort"],
    ["limit=0", "limit"],
    ["limit=201", "limit"],
    ["limit=many", "limit"],
    ["cursor=nonsense", "cursor"],
    ["cursor=e30", "cursor"],
    ["cursor=W10", "cursor"],
    [`cursor=${btoa('["a","b"]')}`, "cursor"],
    [`q=${"x".repeat(201)}`, "q"],
  ])("%s", async (query, field) => {
    const site = await Site.open();
    const response = await site.api(`/findings?${query}`);
    expect(response.status).toBe(400);
    const problem = await problemOf(response);
    expect(problem.field?.split(".")[0]).toBe(field);
    expect(problem.detail).toContain(field);
  });
});

describe("groupBy", () => {
  test("rule, workload, resource and host count what their findings are", async () => {
    const { site, busy, quiet, packages, shop } = await threeFindings();
    const byRule = (await groupsOf(site, "?groupBy=rule")).items;
    expect(new Map(byRule.map((it) => [it.key, [it.findings, it.open, it.resolved]]))).toEqual(
      new Map([
        ["cgroup-v1-host", [1, 1, 0]],
        ["compiler-in-container", [1, 1, 0]],
        ["package-manager-in-container", [1, 0, 1]],
      ]),
    );
    const byHost = (await groupsOf(site, "?groupBy=host")).items;
    expect(new Map(byHost.map((it) => [it.key, it.findings]))).toEqual(
      new Map([
        [busy, 2],
        [quiet, 1],
      ]),
    );
    const byWorkload = (await groupsOf(site, "?groupBy=workload")).items;
    expect(new Set(byWorkload.map((it) => it.label))).toEqual(new Set(["shop/api", "old/nightly"]));
    const byResource = (await groupsOf(site, "?groupBy=resource&status=open")).items;
    expect(byResource.map((it) => it.key)).toContain(`container:${shop.slice(0, 12)}`);
    expect(byResource).toHaveLength(2);
    expect(packages).not.toBe("none");
  });

  test.each(GROUPINGS)("%s walks all groups once, whatever they are called", async (grouping) => {
    const site = await Site.open();
    for (let i = 0; i < 5; i++) {
      const host = unique("wirt-日本🙂");
      const name = `arbeit-日本-${i}-${"長".repeat(1_000)}`;
      const k8s: JsonObject = { namespace: "ä", workload: { name } };
      await site.send(batch(host, [gcc(newContainer(), { k8s })]));
      await site.alarm(`host:${host}`);
    }
    const seen: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const query = `?groupBy=${grouping}&limit=2${cursor === "" ? "" : `&cursor=${cursor}`}`;
      const page: z.infer<typeof groupsPage> = await groupsOf(site, query);
      seen.push(...page.items.map((it) => it.key));
      cursor = page.nextCursor;
    }
    expect(seen).toHaveLength(grouping === "rule" ? 1 : 5);
    expect(new Set(seen).size).toBe(seen.length);
  });
});

describe("one finding", () => {
  test("is live: events count before any list knows of them", async () => {
    const site = await Site.open();
    const host = unique("host");
    const container = newContainer();
    await site.send(batch(host, [gcc(container)]));
    await site.alarm(`host:${host}`);
    const before = await site.onlyFinding();
    pass(MINUTE);
    await site.send(batch(host, [gcc(container)]));
    const now = await site.finding(before.id);
    expect(now).toMatchObject({
      count: 2,
      lastSeenAt: iso(),
      deadlineAt: iso(Date.now() + 7 * DAY),
    });
    expect(now.samples.latest).toHaveLength(2);
    expect((await site.findings()).items[0]?.count).toBe(1);
    pass(HOUR);
    await site.alarm(`host:${host}`);
    expect((await site.findings()).items[0]?.count).toBe(2);
  });

  test("that nobody has is 404, and so is an id that is none", async () => {
    const site = await Site.open();
    for (const id of [`f${"0".repeat(24)}`, "none", "%20", "'"]) {
      expect((await problemOf(await site.api(`/findings/${id}`))).status).toBe(404);
      expect((await problemOf(await site.api(`/findings/${id}/episodes`))).status).toBe(404);
    }
  });
});

test("without a token the API answers 401, and tells nothing", async () => {
  for (const path of [
    "/findings",
    "/findings/x",
    "/rollups",
    "/rollups/x",
    "/signals",
    "/rules",
    "/keys",
    "/tokens",
  ]) {
    const response = await fetchLull(`/api/v1${path}`);
    expect(response.status).toBe(401);
    expect((await problemOf(response)).detail).toContain("API token");
  }
});

test("what is not there is 404 as problem+json", async () => {
  const site = await Site.open();
  expect((await problemOf(await site.api("/nothing"))).status).toBe(404);
  expect((await problemOf(await fetchLull("/v1/nothing", { method: "POST" }))).status).toBe(401);
});
