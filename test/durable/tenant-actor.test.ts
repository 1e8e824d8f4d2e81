/** The TenantActor: what it is told survives, and what it could not keep is not answered as kept. */
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { parseTenantId } from "../../schema/ids.ts";
import { tenantClient } from "../../durable/tenant-actor.ts";
import { mintSignInToken } from "../../workers/auth/tokens.ts";
import { enter, MINUTE, okJson, pass, Site, stopClock } from "../workers/support.ts";

beforeEach(stopClock);

const keysPage = z.object({
  items: z.array(z.object({ id: z.string(), name: z.string(), host: z.string().nullable() })),
});

const actorOf = (site: Site) => env.TENANT_ACTOR.getByName(`tenant/${site.tenant}`);

function clientOf(site: Site) {
  const tenant = parseTenantId(site.tenant);
  if (tenant === null) throw new Error("not a tenant");
  return tenantClient(env.TENANT_ACTOR, tenant);
}

/** From now on, this instance of the actor cannot write. */
function failWrites(site: Site): Promise<void> {
  return runInDurableObject(actorOf(site), (_, state) => {
    state.storage.put = () => Promise.reject(new Error("the disk is full"));
  });
}

describe("a configuration", () => {
  test("keeps names in any script, across evictions", async () => {
    const site = await Site.open();
    const names = ["José 🙂", "日本語", 'a%20b\\n"quoted"', "é".repeat(100)];
    for (const name of names)
      await okJson(await site.apiJson("POST", "/keys", { name, host: "höst" }));
    await evictDurableObject(actorOf(site));
    pass(MINUTE);
    const { items } = keysPage.parse(await okJson(await site.api("/keys")));
    expect(items.map((key) => key.name)).toEqual(["first", ...names]);
    expect(items.at(1)?.host).toBe("höst");
  });

  test("is sent again only where there is a newer one", async () => {
    const site = await Site.open();
    const { version } = await clientOf(site).config();
    expect(await clientOf(site).configSince(version)).toBeNull();
    await okJson(await site.apiJson("POST", "/keys", { name: "k" }));
    expect(await clientOf(site).configSince(version)).toMatchObject({ version: version + 1 });
    expect(await clientOf(site).configSince(version + 1)).toBeNull();
  });

  test("of one tenant is none of another's", async () => {
    const [a, b] = [await Site.open(), await Site.open()];
    await okJson(await a.apiJson("POST", "/keys", { name: "of a" }));
    const { items } = keysPage.parse(await okJson(await b.api("/keys")));
    expect(items.map((key) => key.name)).toEqual(["first"]);
  });

  test("loses none of several changes made at the same moment", async () => {
    const site = await Site.open();
    const names = Array.from({ length: 8 }, (_, i) => `key ${i}`);
    await Promise.all(
      names.map(async (name) => okJson(await site.apiJson("POST", "/keys", { name }))),
    );
    await evictDurableObject(actorOf(site));
    const { agentKeys, version } = await clientOf(site).config();
    const kept = agentKeys.map((key) => key.name);
    expect(kept.toSorted((a, b) => a.localeCompare(b))).toEqual(names);
    expect(version).toBe(1 + names.length);
  });
});

describe("a change that cannot be written", () => {
  test("is not answered as done, and is not in force", async () => {
    const site = await Site.open();
    await okJson(await site.api("/keys"));
    await failWrites(site);
    const response = await site.apiJson("POST", "/keys", { name: "lost" });
    expect(response.status).toBeGreaterThanOrEqual(500);
    const patched = await site.apiJson("PATCH", "/rules/cgroup-v1-host", { enabled: false });
    expect(patched.status).toBeGreaterThanOrEqual(500);
    const config = await clientOf(site).config();
    expect(config.agentKeys).toEqual([]);
    expect(config.rules).toEqual({});
  });

  test("revokes nothing, and says so", async () => {
    const site = await Site.open();
    await okJson(await site.api("/keys"));
    await failWrites(site);
    const response = await site.api("/keys/first", { method: "DELETE" });
    expect(response.status).toBeGreaterThanOrEqual(500);
    expect((await site.post("{}")).status).toBe(200);
  });

  test("lets nobody in by a link whose use could not be noted", async () => {
    const site = await Site.open();
    await okJson(await site.api("/keys"));
    await failWrites(site);
    const token = await mintSignInToken(env.LULL_SECRET, {
      tenant: site.tenant,
      nowMs: Date.now(),
    });
    const response = await enter(token);
    expect(response.status).toBeGreaterThanOrEqual(500);
    expect(response.headers.get("set-cookie")).toBeNull();
  });
});
