/** What a mute hides, whatever happens at the same time or breaks in between. */
import { runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { MUTE_PAGE } from "../../schema/limits.ts";
import { muteViewSchema, type MuteView } from "../../schema/mutes-api.ts";
import {
  batch,
  DAY,
  gcc,
  iso,
  MINUTE,
  newContainer,
  okJson,
  pass,
  Site,
  stopClock,
  unique,
} from "../workers/support.ts";
import { cron, evict, outboxOf, withoutTable } from "./support.ts";

beforeEach(stopClock);

const draft = () => ({
  scope: 'finding.rule == "compiler-in-container"',
  reason: "risk_accepted",
  note: "n",
  until: iso(Date.now() + DAY),
});

const create = (site: Site) => site.apiJson("POST", "/mutes", draft());

async function only(site: Site): Promise<MuteView> {
  const page = z.object({ items: z.array(muteViewSchema) });
  const { items } = page.parse(await okJson(await site.api("/mutes")));
  expect(items).toHaveLength(1);
  return items[0] ?? expect.unreachable();
}

/** A host that has seen gcc, and has told D1 nothing yet. */
async function undrained() {
  const site = await Site.open();
  const host = unique("host");
  await site.send(batch(host, [gcc(newContainer())]));
  return { site, host, owner: `host:${host}` };
}

const muted = async (site: Site) => (await site.findings()).items.map((it) => it.muted);

/** D1 refuses to hide these findings while `during` runs, though it takes all else. */
async function refusingToHide<T>(during: () => Promise<T>, which = "true"): Promise<T> {
  await env.DB.exec(
    `CREATE TRIGGER refuse_hiding BEFORE INSERT ON muted_findings WHEN ${which} BEGIN SELECT RAISE(ABORT, 'refused'); END`,
  );
  try {
    return await during();
  } finally {
    await env.DB.exec("DROP TRIGGER refuse_hiding");
  }
}

/** As many more rows like the tenant's only one, each opened a millisecond before the other. */
async function copies(site: Site, n: number): Promise<void> {
  const { results } = await env.DB.prepare("PRAGMA table_info(findings)").all<{ name: string }>();
  const columns = results.map(({ name }) => name);
  const values = columns.map((name) => {
    if (name === "id") return "'f' || printf('%024d', n)";
    return name === "opened_at" ? "opened_at - n" : name;
  });
  await env.DB.prepare(
    `WITH RECURSIVE more(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM more WHERE n < ?)
     INSERT INTO findings (${columns.join(", ")}) SELECT ${values.join(", ")} FROM more, findings WHERE tenant = ?`,
  )
    .bind(n, site.tenant)
    .run();
}

async function mutedCount(site: Site): Promise<number> {
  const row = await env.DB.prepare(
    "SELECT count(*) AS n FROM findings WHERE tenant = ? AND muted_until > ?",
  )
    .bind(site.tenant, Date.now())
    .first<{ n: number }>();
  return row?.n ?? 0;
}

describe("more findings than one step takes", () => {
  test("are hidden step by step, from where a crash has left it, and shown again", async () => {
    const { site, owner } = await undrained();
    await site.alarm(owner);
    await copies(site, MUTE_PAGE + 200);
    // Within the second step.
    const last = `NEW.finding = 'f${String(MUTE_PAGE + 100).padStart(24, "0")}'`;
    const response = await refusingToHide(() => create(site), last);
    expect(response.status).toBe(500);
    expect(await mutedCount(site)).toBe(MUTE_PAGE);
    const mute = await only(site);
    expect(mute).toMatchObject({ applied: false, meanwhile: { findings: MUTE_PAGE } });
    await cron();
    expect(await mutedCount(site)).toBe(MUTE_PAGE + 201);
    expect(await only(site)).toMatchObject({ applied: true });

    const ended = await site.apiJson("POST", `/mutes/${mute.id}/end`, {});
    expect(await okJson(ended)).toMatchObject({
      applied: true,
      meanwhile: { findings: MUTE_PAGE + 201, open: MUTE_PAGE + 201 },
    });
    expect(await mutedCount(site)).toBe(0);
  });
});

describe("a finding that opens", () => {
  test("is hidden by a mute that begins while its row is being written, after what was in D1 was gone through", async () => {
    const { site, owner } = await undrained();
    // The drain runs into the mute's beginning: whichever of the two comes first to D1, the other sees it.
    await Promise.all([site.alarm(owner), create(site)]);
    expect(await muted(site)).toEqual([true]);
  });

  test("is hidden by a mute of which its actor has never heard", async () => {
    const { site, owner } = await undrained();
    await create(site);
    expect(await muted(site)).toEqual([]);
    await site.alarm(owner);
    expect(await muted(site)).toEqual([true]);
  });

  test("stays with its actor's outbox until it is hidden", async () => {
    const { site, owner } = await undrained();
    await create(site);
    await refusingToHide(() => site.alarm(owner));
    // Written, and about to be hidden: the actor ends here.
    expect(await muted(site)).toEqual([false]);
    expect(await outboxOf(site, owner)).toBe(1);
    await evict(site, owner);
    pass(MINUTE);
    await site.alarm(owner);
    expect(await muted(site)).toEqual([true]);
    expect(await outboxOf(site, owner)).toBe(0);
  });

  test("is not hidden by a mute that has ended, where its actor has heard of that too late", async () => {
    const { site, owner } = await undrained();
    await create(site);
    const { id } = await only(site);
    // In D1 it has ended; the tenant's configuration has it still.
    await env.DB.prepare("UPDATE mutes SET ended_at = ?, ended_by = 'x', pending = '' WHERE id = ?")
      .bind(Date.now(), id)
      .run();
    await site.alarm(owner);
    expect(await muted(site)).toEqual([false]);
    await cron();
    const changes = await okJson(await site.api(`/ruleset/changes?subject=${id}`));
    expect(changes).toMatchObject({ items: [{ action: "mute.ended", by: "x" }, {}] });
  });
});

describe("what a crash leaves undone", () => {
  test("of a mute's beginning, the sweep does", async () => {
    const { site, owner } = await undrained();
    await site.alarm(owner);
    const response = await refusingToHide(() => create(site));
    expect(response.status).toBe(500);
    expect(await only(site)).toMatchObject({ state: "in_force", applied: false });
    expect(await muted(site)).toEqual([false]);
    await cron();
    expect(await muted(site)).toEqual([true]);
    expect(await only(site)).toMatchObject({ applied: true, meanwhile: { findings: 1 } });
  });

  test("of a mute's end, the sweep does", async () => {
    const { site, owner } = await undrained();
    await site.alarm(owner);
    await create(site);
    const { id } = await only(site);
    await env.DB.prepare(
      "UPDATE mutes SET ended_at = ?, ended_by = 'x', end_kind = 'ended', pending = '' WHERE id = ?",
    )
      .bind(Date.now(), id)
      .run();
    expect(await muted(site)).toEqual([true]);
    await cron();
    expect(await muted(site)).toEqual([false]);
  });

  test("where D1 did not know of the mute yet, is done when it does; the request is repeated and makes none", async () => {
    const { site, owner } = await undrained();
    await site.alarm(owner);
    const response = await withoutTable("mutes", () => create(site));
    expect(response.status).toBe(500);
    expect((await create(site)).status).toBe(503);
    pass(MINUTE);
    const actor = env.TENANT_ACTOR.getByName(`tenant/${site.tenant}`);
    await runDurableObjectAlarm(actor);
    await cron();
    expect(await muted(site)).toEqual([true]);
    await only(site);
  });
});
