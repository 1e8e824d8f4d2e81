/** Mutes over the API: what they hide, that counting goes on, what is told at their end, and who may do what. */
import { beforeEach, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import {
  muteDetailSchema,
  mutePreviewSchema,
  muteViewSchema,
  type MuteDetail,
  type MutePreview,
  type MuteView,
} from "../../../schema/mutes-api.ts";
import { MAX_SCOPE_MUTES } from "../../../schema/limits.ts";
import { cron } from "../../durable/support.ts";
import {
  batch,
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

const view = z.strictObject(muteViewSchema.shape);
const EMPTY = {
  findings: 0,
  open: 0,
  events: 0,
  episodesOpened: 0,
  episodesResolved: 0,
  newestEventAt: null,
};

const draft = (fields: JsonObject = {}): JsonObject => ({
  reason: "pending_fix",
  note: "the next image has no compiler",
  until: iso(Date.now() + 10 * DAY),
  ...fields,
});

async function made(response: Response): Promise<MuteView> {
  if (response.status !== 201) throw new Error(`${response.status}: ${await response.text()}`);
  return view.parse(await response.json());
}

const mute = async (site: Site, finding: string, fields: JsonObject = {}): Promise<MuteView> =>
  made(await site.apiJson("POST", `/findings/${finding}/mute`, draft(fields)));

const muteScope = async (site: Site, scope: string, fields: JsonObject = {}): Promise<MuteView> =>
  made(await site.apiJson("POST", "/mutes", draft({ scope, ...fields })));

const post = async (site: Site, path: string): Promise<MuteView> =>
  view.parse(await okJson(await site.apiJson("POST", path, {})));

async function read(site: Site, id: string): Promise<MuteDetail> {
  return muteDetailSchema.parse(await okJson(await site.api(`/mutes/${id}`)));
}

async function list(site: Site, query = ""): Promise<MuteView[]> {
  const page = z.object({ items: z.array(view), nextCursor: z.string().nullable() });
  return page.parse(await okJson(await site.api(`/mutes${query}`))).items;
}

async function preview(site: Site, scope: string): Promise<MutePreview> {
  return mutePreviewSchema.parse(
    await okJson(await site.apiJson("POST", "/mutes/preview", { scope })),
  );
}

/** gcc in a container of a workload. */
const inShop = (container: string, fields: JsonObject = {}) =>
  gcc(container, {
    k8s: { namespace: "shop", workload: { kind: "Deployment", name: "api" } },
    ...fields,
  });

async function opened(events: JsonObject[] = [inShop(newContainer())]) {
  const site = await Site.open();
  const host = unique("host");
  await site.send(batch(host, events));
  await site.alarm(`host:${host}`);
  const { items } = await site.findings();
  // What comes later comes at a later instant.
  pass(MINUTE);
  return { site, host, owner: `host:${host}`, finding: items[0] ?? expect.unreachable() };
}

const mutedIds = async (site: Site) =>
  (await site.findings("?muted=true")).items.map(({ id }) => id).toSorted();

/** The log lines about the tenant's mutes that `during` writes. */
async function newsOf(
  { tenant }: Site,
  during: () => Promise<unknown>,
): Promise<Record<string, unknown>[]> {
  const spy = vi.spyOn(console, "log").mockImplementation(() => undefined);
  try {
    await during();
    return spy.mock.calls
      .map(([line]) => JSON.parse(String(line)) as Record<string, unknown>)
      .filter((line) => String(line["event"]).startsWith("mute.") && line["tenant"] === tenant);
  } finally {
    spy.mockRestore();
  }
}

describe("a mute of a finding", () => {
  test("hides it for a reason, while counting goes on, and tells at its end what happened", async () => {
    const container = newContainer();
    const { site, host, owner, finding } = await opened([inShop(container)]);
    const muted = await mute(site, finding.id, { until: iso(Date.now() + 90 * DAY) });
    expect(muted).toMatchObject({
      kind: "finding",
      finding: { id: finding.id },
      scope: null,
      reason: "pending_fix",
      note: "the next image has no compiler",
      author: "API token first",
      createdAt: iso(),
      state: "in_force",
      end: null,
      endsSoon: false,
      meanwhile: { ...EMPTY, findings: 1, open: 1 },
    });
    expect(await site.finding(finding.id)).toMatchObject({
      muted: true,
      status: "open",
      mute: { id: muted.id, kind: "finding", reason: "pending_fix", author: "API token first" },
    });
    expect((await site.findings("?muted=false")).items).toEqual([]);
    expect(await mutedIds(site)).toEqual([finding.id]);

    pass(MINUTE);
    const lastAt = iso();
    await site.send(batch(host, [inShop(container), inShop(container, { time: lastAt })]));
    // D1 has not been told of the repeats: the finding's actor knows.
    expect(await read(site, muted.id)).toMatchObject({
      meanwhile: { findings: 1, open: 1, events: 2, newestEventAt: lastAt },
      findings: [{ id: finding.id, muted: true }],
    });
    pass(30 * DAY);
    await site.alarm(owner);
    expect(await site.finding(finding.id)).toMatchObject({ muted: true, status: "resolved" });
    await site.send(batch(host, [inShop(container)]));
    await site.alarm(owner);
    expect(await site.finding(finding.id)).toMatchObject({
      muted: true,
      status: "open",
      episode: 2,
    });

    const ended = await post(site, `/findings/${finding.id}/unmute`);
    expect(ended).toMatchObject({
      id: muted.id,
      state: "ended",
      end: "ended",
      endedAt: iso(),
      endedBy: "API token first",
      meanwhile: { findings: 1, open: 1, events: 3, episodesOpened: 1, episodesResolved: 1 },
    });
    expect(await site.finding(finding.id)).toMatchObject({ muted: false, mute: null });
    await site.send(batch(host, [inShop(container)]));
    // What was told at its end stays what it was; a repeated request is told the same.
    expect(await post(site, `/findings/${finding.id}/unmute`)).toEqual(ended);
    expect(await post(site, `/mutes/${muted.id}/end`)).toEqual(ended);
    expect(await list(site)).toEqual([]);
    expect(await list(site, "?state=ended")).toEqual([ended]);
  });

  test("is made once of a repeated request, and replaced by another", async () => {
    const { site, finding } = await opened();
    const until = iso(Date.now() + DAY);
    const first = await mute(site, finding.id, { until });
    pass(SECOND);
    expect(await mute(site, finding.id, { until })).toMatchObject({ id: first.id });
    const news = await newsOf(site, async () => {
      const second = await mute(site, finding.id, { until, reason: "no_fix" });
      expect(second.id).not.toBe(first.id);
      expect(await site.finding(finding.id)).toMatchObject({ mute: { id: second.id } });
      expect(await list(site)).toMatchObject([{ id: second.id }]);
    });
    expect(news.map(({ event, mute: id }) => [event, id])).toEqual([
      ["mute.ended", first.id],
      ["mute.created", expect.any(String)],
    ]);
    expect(await list(site, "?state=ended")).toMatchObject([{ id: first.id, end: "replaced" }]);
  });

  test("ends by itself, to the millisecond and without a write", async () => {
    const { site, finding } = await opened();
    await mute(site, finding.id, { until: iso(Date.now() + HOUR) });
    pass(HOUR - 1);
    expect(await mutedIds(site)).toEqual([finding.id]);
    pass(1);
    expect(await mutedIds(site)).toEqual([]);
    expect(await site.finding(finding.id)).toMatchObject({ muted: false, mute: null });
  });

  test("of what is not muted cannot end", async () => {
    const { site, finding } = await opened();
    const response = await site.apiJson("POST", `/findings/${finding.id}/unmute`, {});
    expect(await problemOf(response)).toMatchObject({ type: "urn:lull:problem:not_muted" });
  });
});

describe("the end of a mute", () => {
  test("is announced once before it comes, and then told", async () => {
    const { site, finding } = await opened();
    const muted = await mute(site, finding.id, { until: iso(Date.now() + 30 * DAY) });
    pass(27 * DAY - 1);
    expect(await newsOf(site, cron)).toEqual([]);
    pass(1);
    const expiring = { event: "mute.expiring", mute: muted.id, finding: finding.id };
    expect(await newsOf(site, cron)).toMatchObject([expiring]);
    expect(await newsOf(site, cron)).toEqual([]);
    expect(await read(site, muted.id)).toMatchObject({ endsSoon: true, announcedAt: iso() });
    pass(3 * DAY + SECOND);
    expect(await read(site, muted.id)).toMatchObject({ state: "ended", end: "expired" });
    expect(await newsOf(site, cron)).toMatchObject([{ event: "mute.expired", mute: muted.id }]);
    expect(await newsOf(site, cron)).toEqual([]);
    expect(await list(site, "?state=ended")).toMatchObject([
      { id: muted.id, end: "expired", endedBy: null, endedAt: muted.until },
    ]);
  });

  test("of a short one is announced when a fifth of it is left", async () => {
    const { site, finding } = await opened();
    const muted = await mute(site, finding.id, { until: iso(Date.now() + 10 * HOUR) });
    pass(8 * HOUR - 1);
    expect(await newsOf(site, cron)).toEqual([]);
    pass(1);
    expect(await newsOf(site, cron)).toMatchObject([{ event: "mute.expiring", mute: muted.id }]);
  });
});

describe("a mute with a scope", () => {
  const SCOPE = 'resource.namespace == "shop" && finding.severity != "critical"';

  test("hides what is open and what opens, and shows it again at its end", async () => {
    const [mine, other] = [newContainer(), newContainer()];
    const { site, host, owner } = await opened([inShop(mine), gcc(other)]);
    const all = (await site.findings()).items;
    const inScope = all.filter(({ resource }) => resource.namespace === "shop");
    const scoped = await muteScope(site, SCOPE);
    expect(scoped).toMatchObject({
      kind: "scope",
      finding: null,
      scope: SCOPE,
      applied: true,
      meanwhile: { findings: 1, open: 1, events: 0, episodesOpened: 0 },
    });
    expect(await mutedIds(site)).toEqual(inScope.map(({ id }) => id));

    pass(MINUTE);
    const late = newContainer();
    await site.send(batch(host, [inShop(late), inShop(late), gcc(newContainer())]));
    await site.alarm(owner);
    expect((await mutedIds(site)).length).toBe(2);
    expect((await site.findings("?muted=false")).items.length).toBe(2);
    const [one = ""] = await mutedIds(site);
    const refused = await site.apiJson("POST", `/findings/${one}/unmute`, {});
    expect(await problemOf(refused)).toMatchObject({
      type: "urn:lull:problem:muted_by_scope",
      detail: expect.stringContaining(scoped.id),
    });

    // What opened under it is hidden from its first event on.
    const ended = await post(site, `/mutes/${scoped.id}/end`);
    expect(ended).toMatchObject({
      applied: true,
      meanwhile: { findings: 2, open: 2, events: 2, episodesOpened: 1, episodesResolved: 0 },
    });
    expect(await mutedIds(site)).toEqual([]);
    await site.send(batch(host, [inShop(newContainer())]));
    await site.alarm(owner);
    expect(await mutedIds(site)).toEqual([]);
    expect(await post(site, `/mutes/${scoped.id}/end`)).toEqual(ended);
  });

  test("stands in the history of the tenant's configuration, with its author", async () => {
    const { site } = await opened();
    const scoped = await muteScope(site, SCOPE);
    await post(site, `/mutes/${scoped.id}/end`);
    const changes = await okJson(await site.api(`/ruleset/changes?subject=${scoped.id}`));
    expect(changes).toMatchObject({
      items: [
        { action: "mute.ended", by: "API token first", detail: { scope: SCOPE } },
        {
          action: "mute.created",
          by: "API token first",
          detail: { scope: SCOPE, reason: "pending_fix", until: scoped.until },
        },
      ],
    });
  });

  test("leaves hidden what a mute of its own hides", async () => {
    const { site, finding } = await opened();
    const own = await mute(site, finding.id);
    const scoped = await muteScope(site, "true", { until: iso(Date.now() + DAY) });
    expect(await site.finding(finding.id)).toMatchObject({ mute: { id: own.id } });
    await post(site, `/mutes/${scoped.id}/end`);
    expect(await site.finding(finding.id)).toMatchObject({ muted: true, mute: { id: own.id } });
    await post(site, `/findings/${finding.id}/unmute`);
    expect(await site.finding(finding.id)).toMatchObject({ muted: false });
  });

  test("lets go of a finding that it is not true of any more", async () => {
    const { site, owner, finding } = await opened();
    await muteScope(site, 'finding.severity != "critical"');
    expect(await mutedIds(site)).toEqual([finding.id]);
    await site.patchRule(finding.rule, { severity: "critical" });
    await site.alarm(owner);
    expect(await site.finding(finding.id)).toMatchObject({ severity: "critical", muted: false });
  });

  test("is made once of a repeated request", async () => {
    const { site } = await opened();
    const until = iso(Date.now() + DAY);
    const first = await muteScope(site, SCOPE, { until });
    pass(SECOND);
    expect(await muteScope(site, SCOPE, { until })).toMatchObject({ id: first.id });
    expect(await list(site)).toHaveLength(1);
  });

  test("never hides a signal", async () => {
    const site = await Site.open();
    const host = unique("host");
    await muteScope(site, "true");
    const escape = {
      kind: "file",
      action: "write",
      process: { exe: "/bin/sh", name: "sh" },
      file: { path: "/sys/fs/cgroup/rdma/release_agent" },
    };
    await site.send(batch(host, [gcc(newContainer(), escape)]));
    await site.alarm(`host:${host}`);
    expect((await site.signals()).items).toHaveLength(1);
  });

  test("cannot be one of more than there may be, until one is over", async () => {
    const site = await Site.open();
    for (let i = 0; i < MAX_SCOPE_MUTES; i++)
      await muteScope(site, `finding.rule == "r${i}"`, { until: iso(Date.now() + HOUR) });
    const refused = await site.apiJson("POST", "/mutes", draft({ scope: "true" }));
    expect(await problemOf(refused)).toMatchObject({
      type: "urn:lull:problem:too_many_mutes",
      limit: MAX_SCOPE_MUTES,
    });
    pass(HOUR);
    await muteScope(site, "true");
  });
});

describe("a preview", () => {
  test("says what a scope would hide, and stores nothing", async () => {
    const { site } = await opened([
      inShop(newContainer()),
      inShop(newContainer()),
      gcc(newContainer()),
    ]);
    expect(await preview(site, 'resource.workload == "api"')).toMatchObject({
      findings: 2,
      workloads: 1,
      hosts: 1,
      bySeverity: { medium: 2, critical: 0 },
      tested: 3,
      cut: false,
      everything: false,
      examples: [{ resource: "api" }, { resource: "api" }],
    });
    expect(await preview(site, "true")).toMatchObject({ findings: 3, everything: true });
    expect(await preview(site, 'finding.severity == "critical"')).toMatchObject({ findings: 0 });
    expect(await mutedIds(site)).toEqual([]);
    expect(await list(site)).toEqual([]);
  });

  test("says that a scope hides anything also where nothing is open", async () => {
    const site = await Site.open();
    expect(await preview(site, "true")).toMatchObject({ tested: 0, everything: true });
    expect(await preview(site, 'resource.namespace == "ci"')).toMatchObject({ everything: false });
  });
});

describe("what makes no sense is refused:", () => {
  const cases: [name: string, fields: JsonObject, field: string][] = [
    ["an end that is past", { until: "2020-01-01T00:00:00Z" }, "until"],
    ["an end that is too far", { until: "2099-01-01T00:00:00Z" }, "until"],
    ["a duration as end", { until: "7d" }, "until"],
    ["no note", { note: " " }, "note"],
    ["a long note", { note: "x".repeat(1_001) }, "note"],
    ["an unknown reason", { reason: "because" }, "reason"],
    ["an unknown field", { forever: true }, "forever"],
  ];
  test.each(cases)("%s", async (_, fields, field) => {
    const { site, finding } = await opened();
    for (const [path, body] of [
      [`/findings/${finding.id}/mute`, draft(fields)],
      ["/mutes", draft({ scope: "true", ...fields })],
    ] as const) {
      const response = await site.apiJson("POST", path, body);
      expect(response.status).toBe(400);
      expect(await problemOf(response)).toMatchObject({ field });
    }
    expect(await mutedIds(site)).toEqual([]);
  });

  const scopes: [scope: string, offset: number][] = [
    ["finding.nope == 1", 0],
    ["resource.name", 0],
    ["finding.rule ==", 15],
    ['event.kind == "process"', 0],
  ];
  test.each(scopes)("the scope %s", async (scope, offset) => {
    const site = await Site.open();
    for (const [path, body] of [
      ["/mutes", draft({ scope })],
      ["/mutes/preview", { scope }],
    ] as const) {
      const problem = await problemOf(await site.apiJson("POST", path, body));
      expect(problem).toMatchObject({ type: "urn:lull:problem:bad_expression", field: "scope" });
      expect(problem.position?.offset).toBeGreaterThanOrEqual(offset);
    }
  });
});

test("what is another tenant's is not there", async () => {
  const { site, finding } = await opened();
  const own = await mute(site, finding.id);
  const scoped = await muteScope(site, "true");
  const other = await Site.open();
  for (const [method, path] of [
    ["POST", `/findings/${finding.id}/mute`],
    ["POST", `/findings/${finding.id}/unmute`],
    ["POST", `/mutes/${own.id}/end`],
    ["POST", `/mutes/${scoped.id}/end`],
  ] as const)
    expect((await other.apiJson(method, path, draft())).status).toBe(404);
  expect((await other.api(`/mutes/${scoped.id}`)).status).toBe(404);
  expect(await list(other)).toEqual([]);
  expect(await preview(other, "true")).toMatchObject({ tested: 0 });
  expect(await list(site)).toHaveLength(2);
  expect(await mutedIds(site)).toEqual([finding.id]);
});

test("a list is walked page by page", async () => {
  const site = await Site.open();
  const scopes = ["a", "b", "c"].map((name) => `resource.name == "${name}"`);
  for (const [i, scope] of scopes.entries())
    await muteScope(site, scope, { until: iso(Date.now() + (i + 1) * DAY) });
  const seen: (string | null)[] = [];
  let query = "?limit=2";
  for (;;) {
    const page = z
      .object({ items: z.array(view), nextCursor: z.string().nullable() })
      .parse(await okJson(await site.api(`/mutes${query}`)));
    seen.push(...page.items.map(({ scope }) => scope));
    if (page.nextCursor === null) break;
    query = `?limit=2&cursor=${page.nextCursor}`;
  }
  expect(seen).toEqual(scopes);
});
