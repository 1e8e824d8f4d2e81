/** Roll-ups: one rule in one workload while its containers come and go, and what shows that it is fixed. */
import { beforeEach, describe, expect, test } from "vitest";
import { MAX_ROLLUP_TIMELINES, MAX_TIMELINE_EPISODES } from "../../../schema/limits.ts";
import {
  batch,
  beatOf,
  DAY,
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

const OLD = `sha256:${"a".repeat(64)}`;
const NEW = `sha256:${"b".repeat(64)}`;
const INTERVAL = 5 * MINUTE;

/** What runs where: a container of shop/api with an image, and what it does. */
interface Doing {
  digest?: string;
  program?: string;
  k8s?: JsonObject;
}

const API = { cluster: "eu-1", namespace: "shop", workload: { kind: "Deployment", name: "api" } };

function doing(id: string, { digest = OLD, program = "gcc", k8s = API }: Doing = {}): JsonObject {
  return gcc(id, {
    container: { id, name: "api", image: "shop/api", imageDigest: digest },
    k8s,
    process: { exe: `/usr/bin/${program}`, name: program, args: ["x"] },
  });
}

/** One node with an agent, whose compilers and package managers are quiet after an hour. */
async function node() {
  const site = await Site.open();
  const host = unique("node");
  for (const rule of ["compiler-in-container", "package-manager-in-container"])
    await site.patchRule(rule, { quietPeriod: "1h" });
  const settle = () => site.alarm(`host:${host}`);
  return {
    site,
    run: async (...events: JsonObject[]): Promise<void> => {
      await site.send(batch(host, events));
      await settle();
    },
    /** Time passes, with heartbeats; `containers` are those that run at its end. */
    watch: async (ms: number, containers?: string[]): Promise<void> => {
      const beat = async (more: JsonObject = {}) => {
        await okJson(
          await site.beat(beatOf(host, { intervalMs: INTERVAL, sentAt: iso(), ...more })),
        );
      };
      await beat();
      for (let passed = 0; passed < ms; passed += INTERVAL) {
        pass(INTERVAL);
        await beat(containers !== undefined && passed + INTERVAL >= ms ? { containers } : {});
      }
      await settle();
    },
    /** Time passes unseen. */
    wait: async (ms: number): Promise<void> => {
      pass(ms);
      await settle();
    },
  };
}

const COMPILERS = "?rule=compiler-in-container";

async function onlyRollup(site: Site, query = COMPILERS) {
  const { items } = await site.rollups(query);
  expect(items).toHaveLength(1);
  return site.rollup(items[0]?.id ?? "none");
}

describe("a roll-up", () => {
  test("is one while containers come and go", async () => {
    const { site, run, watch } = await node();
    const [gone, second, third, other] = Array.from({ length: 4 }, newContainer);
    const opened = iso();
    await run(doing(gone ?? ""));
    await watch(10 * MINUTE, []);
    pass(SECOND);
    await run(doing(second ?? ""), doing(third ?? ""), doing(other ?? "", { program: "apt-get" }));
    pass(SECOND);
    await run(doing(third ?? "", { digest: NEW, program: "apt-get" }));

    const rollup = await onlyRollup(site);
    expect(rollup).toMatchObject({
      status: "open",
      rule: "compiler-in-container",
      headline: "gcc ran in 2 of 3 known containers of shop/api since 10:00 UTC",
      workload: { name: "api", kind: "Deployment", namespace: "shop", cluster: "eu-1" },
      containers: { affected: 2, total: 3, gone: 1, hit: 3 },
      count: 3,
      oldestOpenedAt: opened,
      newestEventAt: iso(Date.now() - SECOND),
      quietPeriod: "1h",
      quietAt: iso(Date.now() - SECOND + HOUR),
      ended: { quiet: 0, quiet_unverified: 0, resource_gone: 1, rule_retired: 0 },
      fix: null,
    });
    expect(rollup.findings).toHaveLength(3);
    expect(rollup.findings[0]?.resource.containerId).not.toBe(gone);
  });

  test("tells when the events of its newest findings came, and of their earlier episodes", async () => {
    const { site, run, watch } = await node();
    const [first, second] = [newContainer(), newContainer()];
    const opened = iso();
    await run(doing(first));
    await watch(2 * HOUR);
    const reopened = iso();
    await run(doing(first), doing(second));
    const rollup = await onlyRollup(site);
    expect(rollup.timelines.map((it) => it.finding)).toEqual(rollup.findings.map((it) => it.id));
    const again = rollup.findings.find((it) => it.episode === 2);
    expect(rollup.timelines.find((it) => it.finding === again?.id)).toMatchObject({
      occurrences: { buckets: [[reopened, 1]] },
      episodes: [
        { episode: 1, openedAt: opened, resolvedAt: iso(Date.now() - HOUR), resolution: "quiet" },
      ],
    });
    const fresh = rollup.timelines.find((it) => it.finding !== again?.id);
    expect(fresh?.episodes).toEqual([]);
    // What has resolved is not its own earlier episode.
    await watch(2 * HOUR);
    const later = await onlyRollup(site);
    expect(later.timelines.map((it) => it.episodes.length).toSorted()).toEqual([0, 1]);
  });

  test("tells no more than twelve findings one by one, and ten earlier episodes of each", async () => {
    const { site, run, watch } = await node();
    const flapping = newContainer();
    for (let i = 0; i < MAX_TIMELINE_EPISODES + 2; i++) {
      await run(doing(flapping));
      await watch(INTERVAL, []);
      pass(SECOND);
    }
    const others = Array.from({ length: MAX_ROLLUP_TIMELINES }, newContainer);
    await run(...others.map((id) => doing(id)));
    pass(SECOND);
    await run(doing(flapping));
    const { findings, timelines } = await onlyRollup(site);
    expect(findings).toHaveLength(MAX_ROLLUP_TIMELINES + 1);
    expect(timelines).toHaveLength(MAX_ROLLUP_TIMELINES);
    const current = findings[0]?.episode ?? 0;
    expect(current).toBe(MAX_TIMELINE_EPISODES + 3);
    expect(timelines[0]?.episodes.map((it) => it.episode)).toEqual(
      Array.from({ length: MAX_TIMELINE_EPISODES }, (_, i) => current - 1 - i),
    );
  });

  test("keeps its address, and is not that of the same name elsewhere", async () => {
    const { site, run } = await node();
    await run(doing(newContainer()));
    const before = await onlyRollup(site);
    await run(
      doing(newContainer()),
      doing(newContainer(), { k8s: { ...API, namespace: "pay" } }),
      doing(newContainer(), { k8s: { ...API, cluster: "us-1" } }),
      doing(newContainer(), { k8s: { ...API, workload: { kind: "Job", name: "api" } } }),
    );
    const { items } = await site.rollups(COMPILERS);
    expect(new Set(items.map((it) => it.id)).size).toBe(4);
    expect(items.map((it) => it.containers.affected).toSorted((a, b) => a - b)).toEqual([
      1, 1, 1, 2,
    ]);
    expect((await site.rollup(before.id)).containers).toMatchObject({ affected: 2, total: 2 });
    const pay = await onlyRollup(site, "?namespace=pay");
    expect(pay.headline).toContain("1 of 1 known container of pay/api");
    expect((await site.rollups("?workload=api&namespace=shop&q=GCC")).items).toHaveLength(3);
    expect((await site.rollups("?q=nothing-like-it")).items).toEqual([]);
  });

  test("needs a workload, which a host and a bare container have not", async () => {
    const { site, run } = await node();
    await run(gcc(newContainer(), { container: { id: newContainer() } }));
    expect((await site.findings()).items).toHaveLength(1);
    expect((await site.rollups()).items).toEqual([]);
  });

  test("may be called anything", async () => {
    const { site, run } = await node();
    const name = 'wörk"load\\\n\u0007日本🙂/%2F?';
    await run(doing(newContainer(), { k8s: { namespace: "ä", workload: { name } } }));
    const [listed] = (await site.rollups()).items;
    const rollup = await site.rollup(listed?.id ?? "none");
    expect(rollup.workload).toEqual({ name, kind: null, namespace: "ä", cluster: null });
    expect(rollup.imagesSeen).toHaveLength(1);
  });
});

describe("the end of a roll-up", () => {
  test("is quiet when a container was watched and none has emitted since", async () => {
    const { site, run, watch } = await node();
    const [live, gone] = [newContainer(), newContainer()];
    await run(doing(live), doing(gone));
    await watch(30 * MINUTE, [live]);
    expect((await onlyRollup(site)).status).toBe("open");
    await watch(HOUR, [live]);
    const rollup = await onlyRollup(site, "?status=quiet");
    expect(rollup).toMatchObject({
      headline: "gcc ran in 2 containers of shop/api",
      containers: { affected: 0, total: 1, gone: 1, hit: 2 },
      ended: { quiet: 1, quiet_unverified: 0, resource_gone: 1, rule_retired: 0 },
      fix: { proven: false, before: { image: "shop/api", digest: OLD }, after: null },
    });
    expect(rollup.fix?.why).toContain("no newer image is known");
    expect((await site.rollups("?status=open,ended")).items).toEqual([]);
  });

  test("is not quiet when another container has emitted after the proof", async () => {
    const { site, run, watch } = await node();
    const [first, second] = [newContainer(), newContainer()];
    await run(doing(first));
    await watch(2 * HOUR);
    expect((await onlyRollup(site)).status).toBe("quiet");
    await run(doing(second));
    expect((await onlyRollup(site)).status).toBe("open");
    await watch(10 * MINUTE, [first]);
    expect((await onlyRollup(site)).status).toBe("ended");
    await watch(3 * HOUR, [first]);
    const rollup = await onlyRollup(site, "?status=ended");
    expect(rollup.ended).toMatchObject({ quiet: 1, resource_gone: 1 });
    expect(rollup.fix).toMatchObject({ proven: false, after: null });
    expect(rollup.fix?.why).toContain("is not shown");
  });

  test("proves nothing when its containers are gone", async () => {
    const { site, run, watch } = await node();
    await run(doing(newContainer()), doing(newContainer()));
    await watch(10 * MINUTE, []);
    await watch(3 * HOUR, []);
    const rollup = await onlyRollup(site);
    expect(rollup).toMatchObject({
      status: "ended",
      containers: { affected: 0, total: 0, gone: 2, hit: 2 },
      fix: { proven: false, after: null },
    });
    expect(rollup.fix?.why).toBe(
      "Its containers are gone; nothing shows that the new ones behave.",
    );
  });

  test("on silence alone is not quiet, and neither is that of a rule that was turned off", async () => {
    const { site, run, wait } = await node();
    await run(doing(newContainer()));
    await wait(2 * HOUR);
    expect(await onlyRollup(site)).toMatchObject({
      status: "ended",
      ended: { quiet_unverified: 1 },
      fix: { proven: false },
    });
    await run(doing(newContainer(), { program: "apt-get" }));
    await site.patchRule("package-manager-in-container", { enabled: false });
    await wait(2 * HOUR);
    const retired = await onlyRollup(site, "?rule=package-manager-in-container");
    expect(retired).toMatchObject({ status: "ended", ended: { rule_retired: 1 } });
    expect(retired.fix?.why).toContain("turned off");
  });
});

describe("a fix", () => {
  /** The old image is replaced while the agent watches; the new one does something else. */
  async function replaced(watchedMs: number, program = "apt-get", digest = NEW) {
    const { site, run, watch } = await node();
    const [old, fresh] = [newContainer(), newContainer()];
    await run(doing(old));
    await watch(10 * MINUTE);
    await run(doing(fresh, { digest, program }));
    await watch(watchedMs, [fresh]);
    return site;
  }

  test("is proven for the workload, with the digest before and after", async () => {
    const rollup = await onlyRollup(await replaced(2 * HOUR));
    expect(rollup.fix).toEqual({
      proven: true,
      before: { image: "shop/api", digest: OLD },
      after: { image: "shop/api", digest: NEW },
      witness: {
        resource: expect.objectContaining({ imageDigest: NEW }),
        knownSince: iso(Date.now() - 2 * HOUR),
        coverage: [{ from: iso(Date.now() - 2 * HOUR), to: iso() }],
      },
      why: "A container of the newer image was watched for the whole quiet period (1h) and has not done this.",
    });
    expect(rollup.imagesSeen).toMatchObject([
      { digest: NEW, containers: 1, hit: 0, affected: 0 },
      { digest: OLD, containers: 1, hit: 1, affected: 0 },
    ]);
  });

  test("is not proven before the new container was watched for the period", async () => {
    const site = await replaced(30 * MINUTE);
    const early = await onlyRollup(site);
    expect(early.fix).toMatchObject({ proven: false, after: { digest: NEW } });
    expect(early.fix?.why).toContain("has not passed");
    // Nobody watches from here on.
    pass(DAY);
    const late = await onlyRollup(site);
    expect(late.fix).toMatchObject({ proven: false, after: { digest: NEW } });
    expect(late.fix?.why).toContain("not that it was watched");
  });

  test("is not proven by another container of the same image", async () => {
    const rollup = await onlyRollup(await replaced(2 * HOUR, "apt-get", OLD));
    expect(rollup.fix).toMatchObject({ proven: false, before: { digest: OLD }, after: null });
  });

  test("there is none while the new image does the same", async () => {
    const rollup = await onlyRollup(await replaced(30 * MINUTE, "gcc"));
    expect(rollup).toMatchObject({ status: "open", fix: null, images: 2 });
    expect(rollup.imagesSeen.find((it) => it.digest === NEW)?.affected).toBe(1);
  });
});

describe("the list", () => {
  test("walks every roll-up once", async () => {
    const { site, run } = await node();
    const names = Array.from({ length: 7 }, (_, i) => `w${i}-日本`);
    await run(
      ...names.map((name) => doing(newContainer(), { k8s: { ...API, workload: { name } } })),
    );
    for (const status of ["open", "open,quiet,ended"]) {
      const seen: string[] = [];
      let cursor: string | null = "";
      while (cursor !== null) {
        const page: Awaited<ReturnType<Site["rollups"]>> = await site.rollups(
          `?status=${status}&limit=3${cursor === "" ? "" : `&cursor=${cursor}`}`,
        );
        seen.push(...page.items.map((it) => it.workload.name));
        cursor = page.nextCursor;
      }
      expect(seen.toSorted(), status).toEqual(names);
    }
  });

  test("is filtered by the severity of the whole, and tenants see their own", async () => {
    const { site, run } = await node();
    await run(doing(newContainer()));
    const { severity } = await onlyRollup(site);
    expect((await site.rollups(`?severity=${severity}`)).items).toHaveLength(1);
    expect((await site.rollups("?severity=info,critical")).items).toEqual([]);
    const [listed] = (await site.rollups()).items;
    const other = await Site.open();
    expect((await other.rollups()).items).toEqual([]);
    expect((await problemOf(await other.api(`/rollups/${listed?.id}`))).status).toBe(404);
  });

  test.each(["status=resolved", "severity=bad", "groupBy=rule", "cursor=nonsense"])(
    "refuses %s",
    async (query) => {
      const site = await Site.open();
      expect((await problemOf(await site.api(`/rollups?${query}`))).status).toBe(400);
    },
  );

  test("knows no id that is none", async () => {
    const site = await Site.open();
    for (const id of ["r", "rW10", "none", `f${"0".repeat(24)}`, "r!"])
      expect((await problemOf(await site.api(`/rollups/${id}`))).status, id).toBe(404);
  });
});
