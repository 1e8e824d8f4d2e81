/** The history of a tenant's rules: every change once, with who made it, whatever D1 does in between. */
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { ruleChangeViewSchema } from "../../../schema/rules-api.ts";
import { MAX_UNRECORDED_CHANGES } from "../../../schema/limits.ts";
import type { TenantActor } from "../../../durable/tenant-actor.ts";
import { withoutTable } from "../../durable/support.ts";
import { DAY, iso, okJson, pass, problemOf, Site, stopClock } from "../support.ts";

beforeEach(stopClock);

const page = z.strictObject({
  items: z.array(z.strictObject(ruleChangeViewSchema.shape)),
  nextCursor: z.string().nullable(),
});
const RULE = "compiler-in-container";

async function changes(site: Site, query = "") {
  return page.parse(await okJson(await site.api(`/ruleset/changes${query}`)));
}

/** How many changes D1 holds. */
async function recorded(site: Site): Promise<number> {
  const row = await env.DB.prepare("SELECT count(*) AS n FROM rule_changes WHERE tenant = ?")
    .bind(site.tenant)
    .first<{ n: number }>();
  return row?.n ?? 0;
}

const actorOf = (site: Site) => env.TENANT_ACTOR.getByName(`tenant/${site.tenant}`);

const OWN = {
  id: "mine",
  title: "Mine",
  class: "posture",
  severity: "low",
  scope: ["container"],
  quietPeriod: "90m",
  phrase: "{process} ran",
  matchers: [{ on: "event", kind: "process", actions: ["exec"] }],
};

test("holds rules and exceptions, newest first, with the hash of the ruleset after each change", async () => {
  const site = await Site.open();
  const headers = { authorization: `Bearer ${site.token}` };
  await site.patchRule(RULE, { quietPeriod: "3s", severity: null });
  // Makes a version too, but is no change of rules.
  await okJson(await site.apiJson("POST", "/keys", { name: "k" }));
  await okJson(await site.apiJson("POST", "/rules", OWN));
  await okJson(await site.apiJson("PATCH", "/rules/mine", { severity: "high", title: "Mine" }));
  const exception = z.object({ id: z.string() }).parse(
    await okJson(
      await site.apiJson("POST", "/exceptions", {
        rule: RULE,
        when: "true",
        reason: "a test",
        until: iso(Date.now() + DAY),
      }),
    ),
  );
  await site.api(`/exceptions/${exception.id}`, { method: "DELETE", headers });
  await site.api("/rules/mine", { method: "DELETE", headers });

  const { items, nextCursor } = await changes(site);
  expect(nextCursor).toBeNull();
  expect(items.map(({ version, action, subject }) => [version, action, subject])).toEqual([
    [8, "rule.deleted", "mine"],
    [7, "exception.deleted", exception.id],
    [6, "exception.created", exception.id],
    [5, "rule.changed", "mine"],
    [4, "rule.created", "mine"],
    [2, "rule.changed", RULE],
  ]);
  expect(items.map(({ detail }) => detail)).toMatchObject([
    { title: "Mine" },
    { rule: RULE, when: "true" },
    { rule: RULE, when: "true", reason: "a test", until: iso(Date.now() + DAY) },
    { severity: "high" },
    { title: "Mine", quietPeriod: "1h30m", matchers: OWN.matchers },
    { quietPeriod: "3s", severity: null },
  ]);
  // Only what was different.
  expect(items[3]?.detail).toEqual({ severity: "high" });
  for (const change of items) expect(change).toMatchObject({ at: iso(), by: "API token first" });
  const hashes = items.map(({ hash }) => hash);
  const { hash } = z.object({ hash: z.string() }).parse(await okJson(await site.api("/ruleset")));
  expect(hashes[0]).toBe(hash);
  // What was taken back is as if it had not been.
  expect(hashes[1]).toBe(hashes[3]);
  expect(hashes[0]).toBe(hashes[5]);
  expect(new Set(hashes).size).toBe(4);
  expect(await recorded(site)).toBe(6);
});

test("a change that makes no difference is none", async () => {
  const site = await Site.open();
  await site.patchRule(RULE, { severity: null });
  await site.patchRule(RULE, { severity: "low" });
  pass(1_000);
  await site.patchRule(RULE, { severity: "low" });
  expect((await changes(site)).items).toMatchObject([{ version: 2 }]);
});

test("is read page by page, and by subject", async () => {
  const site = await Site.open();
  for (const [n, rule] of [RULE, "cgroup-v1-host", RULE, "cgroup-v1-host", RULE].entries())
    await site.patchRule(rule, { quietPeriod: `${n + 1}s` });
  const seen: number[] = [];
  let cursor: string | null = "";
  while (cursor !== null) {
    const next = await changes(site, `?limit=2&cursor=${cursor}`);
    expect(next.items.length).toBeLessThanOrEqual(2);
    seen.push(...next.items.map(({ version }) => version));
    cursor = next.nextCursor;
  }
  expect(seen).toEqual([6, 5, 4, 3, 2]);
  const of = await changes(site, "?subject=cgroup-v1-host&limit=1");
  expect(of.items).toMatchObject([{ version: 5, subject: "cgroup-v1-host" }]);
  const older = await changes(site, `?subject=cgroup-v1-host&cursor=${of.nextCursor}`);
  expect(older).toMatchObject({ items: [{ version: 3 }], nextCursor: null });
  const bad = await problemOf(await site.api("/ruleset/changes?cursor=x"));
  expect(bad).toMatchObject({ status: 400, field: "cursor" });
});

describe("while D1 cannot take it", () => {
  test("a change is made, is in the history, and is recorded later, though the actor was gone", async () => {
    const site = await Site.open();
    await withoutTable("rule_changes", async () => {
      await site.patchRule(RULE, { severity: "low" });
      await site.patchRule(RULE, { severity: "info" });
    });
    expect(await recorded(site)).toBe(0);
    const before = (await changes(site)).items;
    expect(before).toMatchObject([
      { detail: { severity: "info" } },
      { detail: { severity: "low" } },
    ]);
    await evictDurableObject(actorOf(site));
    expect(await runDurableObjectAlarm(actorOf(site))).toBe(true);
    expect(await recorded(site)).toBe(2);
    expect((await changes(site)).items).toEqual(before);
    // There is nothing left to do.
    expect(await runDurableObjectAlarm(actorOf(site))).toBe(false);
  });

  test("the next change records those before it, each once", async () => {
    const site = await Site.open();
    await site.patchRule(RULE, { severity: "critical" });
    await withoutTable("rule_changes", () => site.patchRule(RULE, { severity: "low" }));
    expect(await recorded(site)).toBe(1);
    await site.patchRule(RULE, { severity: "info" });
    expect(await recorded(site)).toBe(3);
    expect((await changes(site)).items.map(({ version }) => version)).toEqual([4, 3, 2]);
  });

  test("the alarm goes on trying", async () => {
    const site = await Site.open();
    await withoutTable("rule_changes", async () => {
      await site.patchRule(RULE, { severity: "low" });
      for (let n = 0; n < 3; n++) expect(await runDurableObjectAlarm(actorOf(site))).toBe(true);
    });
    expect(await runDurableObjectAlarm(actorOf(site))).toBe(true);
    expect(await recorded(site)).toBe(1);
  });

  test("so many changes wait, and more are refused", async () => {
    const site = await Site.open();
    await withoutTable("rule_changes", async () => {
      await site.patchRule(RULE, { quietPeriod: "1m40s" });
      await runInDurableObject(actorOf(site), (actor: TenantActor) => {
        const [one] = actor.unrecorded;
        if (one === undefined) throw new Error("nothing waits");
        const older = Array.from({ length: MAX_UNRECORDED_CHANGES - 1 }, (_, n) => ({
          ...one,
          version: n - MAX_UNRECORDED_CHANGES,
        }));
        actor.unrecorded = [...older, one];
      });
      const response = await site.apiJson("PATCH", `/rules/${RULE}`, { quietPeriod: "1h" });
      expect(response.headers.get("retry-after")).toBe("60");
      expect(await problemOf(response)).toMatchObject({
        status: 503,
        type: "urn:lull:problem:changes_waiting",
      });
    });
    const rule = await okJson(await site.api(`/rules/${RULE}`));
    expect(rule).toMatchObject({ quietPeriod: "1m40s" });
    await site.patchRule(RULE, { quietPeriod: "1h" });
    expect(await recorded(site)).toBe(MAX_UNRECORDED_CHANGES + 1);
  });
});
