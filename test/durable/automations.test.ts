/** Cases that automation rules make: of what opens, once a (rule, workload), whatever happens at the same time. */
import { beforeEach, describe, expect, test } from "vitest";
import { automationPreviewSchema, automationsSchema } from "../../schema/case-rules.ts";
import { inShop, listCases, makeCase, moveCase } from "../workers/cases.ts";
import {
  batch,
  DAY,
  gcc,
  iso,
  type Json,
  type JsonObject,
  newContainer,
  okJson,
  pass,
  problemOf,
  SECOND,
  Site,
  stopClock,
  unique,
} from "../workers/support.ts";

beforeEach(stopClock);

const RULE = { id: "shop", when: 'resource.namespace == "shop"' };

async function setUp(items: Json[] = [RULE]) {
  const site = await Site.open();
  await okJson(await site.apiJson("PUT", "/automations", { items }));
  // Isolates learn of new rules within seconds.
  pass(5 * SECOND);
  const send = async (events: JsonObject[], host = unique("host")) => {
    await site.send(batch(host, events));
    return `host:${host}`;
  };
  return { site, send };
}

async function today(site: Site) {
  return automationsSchema.parse(await okJson(await site.api("/automations"))).items[0]?.today;
}

const of = (namespace: string, name: string): JsonObject =>
  inShop(newContainer(), { k8s: { namespace, workload: { kind: "Deployment", name } } });

describe("an automation rule", () => {
  test("makes one case of a workload, whatever containers come, on however many hosts at once", async () => {
    const { site, send } = await setUp([
      { ...RULE, priority: "P1", labels: ["auto"], assignee: "first", team: "shop" },
    ]);
    const hosts = await Promise.all([1, 2, 3].map(() => send([inShop(newContainer())])));
    await Promise.all(hosts.map((owner) => site.alarm(owner)));
    const [made, ...others] = await listCases(site);
    expect(others).toEqual([]);
    expect(made).toMatchObject({
      id: "LULL-1",
      automation: "shop",
      priority: "P1",
      labels: ["auto"],
      assignee: "first",
      team: "shop",
      createdBy: null,
      findings: { total: 3, open: 3 },
    });
    await site.alarm(await send([inShop(newContainer())]));
    expect(await listCases(site)).toMatchObject([{ findings: { total: 4 } }]);
    expect(await today(site)).toEqual({ created: 1, capped: false });
  });

  test("makes none of what is elsewhere, muted, or in a case; the first that is true counts", async () => {
    const { site, send } = await setUp([
      { id: "off", when: "true", enabled: false },
      { ...RULE, labels: ["first"] },
      { id: "all", when: 'resource.namespace == "ci"', labels: ["second"] },
    ]);
    const until = iso(Date.now() + DAY);
    const mute = { scope: 'resource.workload == "hidden"', reason: "other", note: "n", until };
    await okJson(await site.apiJson("POST", "/mutes", mute));
    await site.alarm(await send([of("other", "a"), of("shop", "hidden"), of("shop", "b")]));
    await site.alarm(await send([of("ci", "c"), gcc(newContainer())]));
    expect((await listCases(site)).map(({ labels }) => labels)).toEqual([["second"], ["first"]]);
  });

  test("stops at its daily cap, says so, and goes on the next day", async () => {
    const { site, send } = await setUp([{ ...RULE, dailyCap: 1 }]);
    await site.alarm(await send([of("shop", "a")]));
    await site.alarm(await send([of("shop", "b")]));
    expect(await listCases(site)).toHaveLength(1);
    expect(await today(site)).toEqual({ created: 1, capped: true });
    pass(DAY);
    await site.alarm(await send([of("shop", "c")]));
    expect(await listCases(site)).toHaveLength(2);
  });

  test("makes another case when the former was closed by people", async () => {
    const { site, send } = await setUp();
    await site.alarm(await send([inShop(newContainer())]));
    await moveCase(site, "LULL-1", { status: "closed", closeReason: "other" });
    await site.alarm(await send([inShop(newContainer())]));
    expect((await listCases(site)).map(({ id }) => id)).toEqual(["LULL-2", "LULL-1"]);
  });

  test("is tried before it is set", async () => {
    const { site, send } = await setUp([]);
    await site.alarm(await send([inShop(newContainer()), inShop(newContainer())]));
    await site.alarm(await send([gcc(newContainer())]));
    const preview = { when: RULE.when };
    const answer = await okJson(await site.apiJson("POST", "/automations/preview", preview));
    expect(automationPreviewSchema.parse(answer)).toMatchObject({
      findings: 2,
      cases: 1,
      tested: 3,
      examples: [{ title: "Compiler run in a container: api, and 1 more" }],
    });
    expect(await listCases(site)).toEqual([]);
  });

  test.each([
    [{ items: [{ ...RULE, when: "nonsense(" }] }, "items.0.when"],
    [{ items: [RULE, RULE] }, "items"],
    [{ items: [{ ...RULE, assignee: "nobody" }] }, "items.0.assignee"],
    [{ items: [{ ...RULE, dailyCap: 0 }] }, "items.0.dailyCap"],
  ])("as %j is refused", async (body, field) => {
    const site = await Site.open();
    const response = await site.apiJson("PUT", "/automations", body);
    expect(await problemOf(response)).toMatchObject({ status: 400, field });
  });
});

test("a list that somebody else has changed since is not replaced", async () => {
  const { site } = await setUp();
  const put = (path: string, items: Json[], seen: string) =>
    site.api(path, {
      method: "PUT",
      headers: { authorization: `Bearer ${site.token}`, "if-match": seen },
      body: JSON.stringify({ items }),
    });
  const tagOf = async (path: string) => (await site.api(path)).headers.get("etag") ?? "";
  const [automations, ownership] = [await tagOf("/automations"), await tagOf("/ownership")];
  // Another list says nothing about this one.
  await okJson(await put("/ownership", [{ when: "true", team: "shop" }], ownership));
  const [a, b] = await Promise.all([
    put("/automations", [{ ...RULE, dailyCap: 7 }], automations),
    put("/automations", [], automations),
  ]);
  expect([a.status, b.status].toSorted()).toEqual([200, 412]);
  expect(await problemOf(await put("/ownership", [], ownership))).toMatchObject({
    status: 412,
    type: "urn:lull:problem:version_conflict",
    field: "If-Match",
  });
  pass(5 * SECOND);
  await okJson(await put("/ownership", [], await tagOf("/ownership")));
  await okJson(await put("/automations", [RULE], "*"));
});

test("ownership rules give a case to a team, where nobody else does", async () => {
  const { site, send } = await setUp([]);
  const items = [
    { when: 'resource.image.startsWith("shop/")', team: "shop" },
    { when: "true", team: "platform" },
  ];
  await okJson(await site.apiJson("PUT", "/ownership", { items }));
  await site.alarm(await send([inShop(newContainer())]));
  const [finding] = (await site.findings()).items;
  const made = await makeCase(site, { findings: [finding?.id ?? ""] });
  expect(made).toMatchObject({ team: "shop" });
  expect(await makeCase(site, { title: "a", team: "mine" })).toMatchObject({ team: "mine" });
  const changes = await okJson(await site.api("/ruleset/changes?subject=ownership"));
  expect(changes).toMatchObject({
    items: [{ action: "case_rules.changed", detail: { ownership: items } }],
  });
});
