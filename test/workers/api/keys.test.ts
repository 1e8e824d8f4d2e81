/** Agent keys and API tokens: made, shown once, used, revoked. */
import { beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { keyViewSchema, tokenViewSchema } from "../../../schema/api.ts";
import {
  batch,
  fetchLull,
  gcc,
  iso,
  type Json,
  newContainer,
  okJson,
  pass,
  problemOf,
  Site,
  stopClock,
  unique,
} from "../support.ts";

beforeEach(stopClock);

const keyView = z.strictObject(keyViewSchema.shape);
const page = z.strictObject({ items: z.array(keyView), nextCursor: z.null() });
const createdKey = keyView.extend({ key: z.string() });
const createdToken = z.strictObject({ ...tokenViewSchema.shape, token: z.string() });

/** Longer than any isolate caches a tenant's configuration. */
const CACHE_MS = 5_000;

async function create(site: Site, body: Json) {
  const response = await site.apiJson("POST", "/keys", body);
  expect(response.status).toBe(201);
  return createdKey.parse(await response.json());
}

describe("an agent key", () => {
  test("is shown once, listed without its secret, and works until it is revoked", async () => {
    const site = await Site.open();
    const made = await create(site, { name: "  ci  " });
    expect(made).toMatchObject({ name: "ci", host: null, createdAt: iso(), revokedAt: null });
    expect(made.key).toMatch(new RegExp(`^lull_${site.tenant}_${made.id}_[0-9a-f]{40}$`));

    const text = await (await site.api("/keys")).text();
    expect(text).not.toContain(made.key);
    expect(page.parse(JSON.parse(text)).items.map((key) => key.id)).toEqual(["first", made.id]);

    const authorization = { authorization: `Bearer ${made.key}` };
    const body = batch(unique("host"), [gcc(newContainer())]);
    expect((await site.send(body, authorization)).accepted).toBe(1);

    const response = await site.api(`/keys/${made.id}`, { method: "DELETE" });
    expect(response.status).toBe(204);
    pass(CACHE_MS);
    expect((await site.post(body, authorization)).status).toBe(401);
    expect((await site.post("{}")).status).toBe(200);
    const { items } = page.parse(await okJson(await site.api("/keys")));
    expect(items.find((key) => key.id === made.id)?.revokedAt).not.toBeNull();
  });

  test("revoked twice keeps the first time", async () => {
    const site = await Site.open();
    const { id } = await create(site, { name: "ci" });
    await site.api(`/keys/${id}`, { method: "DELETE" });
    const revokedAt = iso();
    pass(CACHE_MS);
    expect((await site.api(`/keys/${id}`, { method: "DELETE" })).status).toBe(204);
    const { items } = page.parse(await okJson(await site.api("/keys")));
    expect(items.find((key) => key.id === id)?.revokedAt).toBe(revokedAt);
  });

  test("of another tenant cannot be revoked, nor one that never was", async () => {
    const [a, b] = [await Site.open(), await Site.open()];
    const { id, key } = await create(a, { name: "of a" });
    expect((await problemOf(await b.api(`/keys/${id}`, { method: "DELETE" }))).status).toBe(404);
    expect((await problemOf(await a.api("/keys/never", { method: "DELETE" }))).status).toBe(404);
    pass(CACHE_MS);
    expect((await a.post("{}", { authorization: `Bearer ${key}` })).status).toBe(200);
  });

  test.each([
    [{}, "name"],
    [{ name: "  " }, "name"],
    [{ name: "x".repeat(101) }, "name"],
    [{ name: "a", host: "" }, "host"],
    [{ name: "a", host: "h".repeat(254) }, "host"],
    [{ name: "a", scope: "all" }, "scope"],
  ] satisfies [Json, string][])("is refused from %o, with the field", async (body, field) => {
    const site = await Site.open();
    const problem = await problemOf(await site.apiJson("POST", "/keys", body));
    expect(problem).toMatchObject({ status: 400, field });
  });
});

describe("an API token", () => {
  test("works until it is revoked, and may revoke itself", async () => {
    const site = await Site.open();
    const response = await site.apiJson("POST", "/tokens", { name: "script", role: "admin" });
    expect(response.status).toBe(201);
    const { id, token } = createdToken.parse(await response.json());
    const use = (method = "GET", path = "/findings") =>
      fetchLull(`/api/v1${path}`, { method, headers: { authorization: `Bearer ${token}` } });
    expect((await use()).status).toBe(200);
    expect((await use("DELETE", `/tokens/${id}`)).status).toBe(204);
    pass(CACHE_MS);
    expect((await problemOf(await use())).detail).toContain("revoked");
  });

  test("does not revoke an agent key of the same id", async () => {
    const site = await Site.open();
    await site.api("/tokens/first", { method: "DELETE" });
    expect((await site.api("/findings")).status).toBe(401);
    expect((await site.post("{}")).status).toBe(200);
  });

  test("is bound to no host", async () => {
    const site = await Site.open();
    const response = await site.apiJson("POST", "/tokens", {
      name: "a",
      role: "viewer",
      host: "h",
    });
    expect(await problemOf(response)).toMatchObject({ status: 400, field: "host" });
  });
});

test("a body beyond what the API takes is 413, with the limit", async () => {
  const site = await Site.open();
  const response = await site.apiJson("POST", "/keys", { name: "x".repeat(300_000) });
  expect(await problemOf(response)).toMatchObject({ status: 413, limit: 262_144 });
});
