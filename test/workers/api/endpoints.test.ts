/** `/api/v1/endpoints`: who may go where, what is shown, and what stays between tenants. */
import { runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { pageOf } from "../../../schema/answers.ts";
import { ledgerEntrySchema } from "../../../schema/ledger.ts";
import { MAX_ENDPOINTS } from "../../../schema/limits.ts";
import { ruleChangeViewSchema } from "../../../schema/rules-api.ts";
import { endpointCreatedSchema, endpointViewSchema } from "../../../schema/webhooks.ts";
import { fetchLull, okJson, problemOf, Site, stopClock, type JsonObject } from "../support.ts";

beforeEach(stopClock);

const URL = "https://hooks.example.com/lull?key=hidden";

async function make(site: Site, fields: JsonObject = {}) {
  const response = await site.apiJson("POST", "/endpoints", { url: URL, ...fields });
  return endpointCreatedSchema.strict().parse(await okJson(response));
}

const list = async (site: Site) =>
  pageOf(endpointViewSchema.strict()).parse(await okJson(await site.api("/endpoints"))).items;

describe("making one", () => {
  test("answers its id and its secret, which no later answer holds", async () => {
    const site = await Site.open();
    const { secret, ...view } = await make(site, { events: ["finding.*"], format: "standard" });
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(view).toMatchObject({ events: ["finding.*"], status: "enabled", filter: {} });
    expect(await list(site)).toEqual([view]);
    const detail = await okJson(await site.api(`/endpoints/${view.id}`));
    expect(detail).toMatchObject({ ...view, health: { pending: 0, dead: 0, secrets: 1 } });
    expect(JSON.stringify(detail)).not.toContain(secret.slice(6));
  });

  test("by default hears everything, in the standard format", async () => {
    expect(await make(await Site.open())).toMatchObject({ events: ["*"], format: "standard" });
  });

  test.each([
    ["url", { url: "http://hooks.example.com/" }],
    ["url", { url: "https://127.0.0.1/" }],
    ["url", { url: "https://[::ffff:10.0.0.1]/" }],
    ["url", { url: "https://u:p@hooks.example.com/" }],
    ["url", { url: "" }],
    ["url", { url: `https://hooks.example.com/${"x".repeat(2_000)}` }],
    ["events.0", { events: ["finding.closed"] }],
    ["events", { events: [] }],
    ["format", { format: "xml" }],
    ["filter.severity", { filter: { severity: "urgent" } }],
    ["filter.rule", { filter: { rule: [] } }],
    ["colour", { colour: "red" }],
    ["settings.project", { settings: { project: "SEC" } }],
    ["credential", { credential: "tok_1" }],
    ["description", { description: "x".repeat(201) }],
  ])("refuses a wrong %s", async (field, fields) => {
    const site = await Site.open();
    const problem = await problemOf(
      await site.apiJson("POST", "/endpoints", { url: URL, ...fields }),
    );
    expect(problem).toMatchObject({ status: 400, type: "urn:lull:problem:invalid_request" });
    expect(problem.field === field || problem.field === "filter").toBe(true);
    expect(await list(site)).toEqual([]);
  });

  test("ends at the limit", async () => {
    const site = await Site.open();
    for (let i = 0; i < MAX_ENDPOINTS; i++) await make(site);
    const problem = await problemOf(await site.apiJson("POST", "/endpoints", { url: URL }));
    expect(problem).toMatchObject({ status: 409, limit: MAX_ENDPOINTS });
  });
});

describe("changing one", () => {
  test("changes what is named, and says who did it", async () => {
    const site = await Site.open();
    const { id } = await make(site);
    const patched = await okJson(
      await site.apiJson("PATCH", `/endpoints/${id}`, { status: "disabled", format: "ocsf" }),
    );
    expect(patched).toMatchObject({
      status: "disabled",
      disabledReason: "by_hand",
      format: "ocsf",
      url: URL,
    });
    expect(
      await okJson(await site.apiJson("PATCH", `/endpoints/${id}`, { status: "enabled" })),
    ).toMatchObject({ status: "enabled", disabledReason: null });
  });

  test("refuses an address that may not be called", async () => {
    const site = await Site.open();
    const { id } = await make(site);
    const response = await site.apiJson("PATCH", `/endpoints/${id}`, { url: "https://10.0.0.1/" });
    expect(await problemOf(response)).toMatchObject({ status: 400, field: "url" });
    expect((await list(site))[0]?.url).toBe(URL);
  });

  test("stands in the history, without the path of its address", async () => {
    const site = await Site.open();
    const { id } = await make(site);
    await site.apiJson("PATCH", `/endpoints/${id}`, { events: ["signal.raised"] });
    await site.api(`/endpoints/${id}`, { method: "DELETE" });
    const history = await okJson(await site.api(`/ruleset/changes?subject=${id}`));
    const { items } = pageOf(ruleChangeViewSchema).parse(history);
    expect(items.map(({ action }) => action)).toEqual([
      "endpoint.deleted",
      "endpoint.changed",
      "endpoint.created",
    ]);
    expect(JSON.stringify(items)).toContain("hooks.example.com");
    expect(JSON.stringify(items)).not.toContain("hidden");
  });
});

test("the ledger knows who has made, changed, rotated and deleted one, and no secret", async () => {
  const site = await Site.open();
  const { id, secret } = await make(site);
  await okJson(await site.apiJson("PATCH", `/endpoints/${id}`, { format: "ocsf" }));
  await okJson(await site.api(`/endpoints/${id}/rotate`, { method: "POST" }));
  await site.api(`/endpoints/${id}`, { method: "DELETE" });
  await env.LEDGER_ACTOR.getByName(site.tenant).head();
  await runDurableObjectAlarm(env.LEDGER_ACTOR.getByName(site.tenant));
  const { items } = pageOf(ledgerEntrySchema).parse(
    await okJson(await site.api(`/audit?subject=${id}`)),
  );
  expect(items.map(({ action }) => action).toReversed()).toEqual([
    "endpoint.created",
    "endpoint.changed",
    "endpoint.secret_rotated",
    "endpoint.deleted",
  ]);
  expect(items.every(({ actor }) => actor.kind === "token")).toBe(true);
  const text = JSON.stringify(items);
  for (const hidden of [secret.slice(6), "key=hidden"]) expect(text).not.toContain(hidden);
});

test("another tenant sees none of it", async () => {
  const site = await Site.open();
  const other = await Site.open();
  const { id } = await make(site);
  const sent = await okJson(await site.api(`/endpoints/${id}/test`, { method: "POST" }));
  const delivery = z.object({ id: z.string() }).parse(sent).id;
  expect(await list(other)).toEqual([]);
  for (const [method, path] of [
    ["GET", ""],
    ["DELETE", ""],
    ["POST", "/rotate"],
    ["POST", "/test"],
    ["GET", "/deliveries"],
    ["GET", `/deliveries/${delivery}`],
    ["POST", `/deliveries/${delivery}/replay`],
  ] as const)
    expect((await other.api(`/endpoints/${id}${path}`, { method })).status, path).toBe(404);
  expect((await other.apiJson("PATCH", `/endpoints/${id}`, { events: ["*"] })).status).toBe(404);
  expect(await list(site)).toHaveLength(1);
});

test("an agent key opens nothing of it", async () => {
  const site = await Site.open();
  const headers = { authorization: `Bearer ${site.key}` };
  expect((await fetchLull("/api/v1/endpoints", { headers })).status).toBe(401);
});

test("deliveries come in pages, and by status, type and key", async () => {
  const site = await Site.open();
  const { id } = await make(site);
  for (let i = 0; i < 5; i++)
    await okJson(await site.api(`/endpoints/${id}/test`, { method: "POST" }));
  const page = pageOf(z.object({ id: z.string() }));
  const seen: string[] = [];
  let cursor: string | null = "";
  while (cursor !== null) {
    const from: string = cursor === "" ? "" : `&cursor=${cursor}`;
    const path = `/endpoints/${id}/deliveries?limit=2${from}`;
    const { items, nextCursor } = page.parse(await okJson(await site.api(path)));
    seen.push(...items.map((it) => it.id));
    cursor = nextCursor;
  }
  expect(new Set(seen).size).toBe(5);
  const counted = async (query: string) =>
    page.parse(await okJson(await site.api(`/endpoints/${id}/deliveries?${query}`))).items.length;
  expect(await counted("status=pending")).toBe(5);
  expect(await counted("status=dead")).toBe(0);
  expect(await counted("type=endpoint.test")).toBe(5);
  expect(await counted("type=finding.opened")).toBe(0);
  expect(await counted(`key=${id}`)).toBe(5);
  const bad = await site.api(`/endpoints/${id}/deliveries?cursor=nonsense`);
  expect(await problemOf(bad)).toMatchObject({ status: 400, field: "cursor" });
});

test("private addresses need a setting that this Worker does not have", () => {
  expect(env.LULL_ALLOW_PRIVATE_ENDPOINTS).toBeUndefined();
});
