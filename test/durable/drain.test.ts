/** What an actor has committed reaches D1 once, whatever D1 does meanwhile; and no alarm ever fails. */
import { hostResourceId } from "../../schema/ids.ts";
import { DRAIN_SPACING_MS } from "../../schema/limits.ts";
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import {
  batch,
  DAY,
  gcc,
  HOUR,
  MINUTE,
  newContainer,
  pass,
  SECOND,
  Site,
  stopClock,
  unique,
} from "../workers/support.ts";
import {
  alarmOf,
  cron,
  episodesOf,
  evict,
  heldBy,
  outboxOf,
  rowsOf,
  withoutTable,
} from "./support.ts";

beforeEach(stopClock);

const RULE = "compiler-in-container";

async function reported() {
  const site = await Site.open();
  await site.patchRule(RULE, { quietPeriod: "10s" });
  const host = unique("host");
  const owner = `host:${host}`;
  const container = newContainer();
  await site.send(batch(host, [gcc(container)]));
  return { site, host, owner, container };
}

describe("while D1 fails", () => {
  test("the outbox is kept, the next try waits longer each time, and then it is delivered once", async () => {
    const { site, owner } = await reported();
    const waits: number[] = [];
    await withoutTable("findings", async () => {
      for (let i = 0; i < 4; i++) {
        await site.alarm(owner);
        expect(await outboxOf(site, owner)).toBeGreaterThan(0);
        const next = await alarmOf(site, owner);
        if (next === null) throw new Error("no next try");
        waits.push(next - Date.now());
        pass(next - Date.now());
      }
    });
    expect(waits).toEqual([5, 10, 20, 40].map((seconds) => seconds * SECOND));
    await site.alarm(owner);
    // Its quiet period has passed meanwhile: the next alarm ends it, when its tenant has been asked.
    pass(SECOND);
    await site.alarm(owner);
    expect(await outboxOf(site, owner)).toBe(0);
    const finding = await site.onlyFinding();
    expect(finding).toMatchObject({ status: "resolved", episode: 1, count: 1 });
    expect((await episodesOf(site, finding.id)).items).toHaveLength(1);
  });

  test("half of a drain is none: neither the finding nor its episode is there until both are", async () => {
    const { site, owner } = await reported();
    await site.alarm(owner);
    pass(10 * SECOND);
    await withoutTable("episodes", () => site.alarm(owner));
    expect((await site.findings("?status=open")).items).toHaveLength(1);
    pass(MINUTE);
    await site.alarm(owner);
    const finding = await site.onlyFinding("?status=resolved");
    expect((await episodesOf(site, finding.id)).items).toHaveLength(1);
  });

  test("batches are taken as ever, and nothing is lost by an eviction", async () => {
    const { site, host, owner, container } = await reported();
    await withoutTable("findings", async () => {
      await site.alarm(owner);
      pass(SECOND);
      expect((await site.send(batch(host, [gcc(container)]))).accepted).toBe(1);
      await evict(site, owner);
      await site.alarm(owner);
    });
    pass(MINUTE);
    await site.alarm(owner);
    expect(await site.onlyFinding()).toMatchObject({ status: "resolved", count: 2 });
  });
});

describe("the same write again", () => {
  test("changes nothing in D1, where its answer was lost", async () => {
    const { site, owner } = await reported();
    const outbox = await runInDurableObject(site.actor(owner), (_, state) =>
      state.storage.sql.exec<{ seq: number; doc: string }>("SELECT * FROM outbox").toArray(),
    );
    await site.alarm(owner);
    const before = await env.DB.prepare("SELECT * FROM findings WHERE tenant = ?")
      .bind(site.tenant)
      .all();
    await runInDurableObject(site.actor(owner), (_, state) => {
      for (const { seq, doc } of outbox)
        state.storage.sql.exec("INSERT INTO outbox (seq, doc) VALUES (?, ?)", seq, doc);
    });
    await evict(site, owner);
    await site.alarm(owner);
    expect(await outboxOf(site, owner)).toBe(0);
    const after = await env.DB.prepare("SELECT * FROM findings WHERE tenant = ?")
      .bind(site.tenant)
      .all();
    expect(after.results).toEqual(before.results);
  });
});

describe("an alarm", () => {
  test("that meets broken storage does not throw, and comes again", async () => {
    const { site, owner } = await reported();
    await runInDurableObject(site.actor(owner), (_, state) => {
      state.storage.sql.exec("ALTER TABLE findings RENAME TO findings_away");
    });
    await evict(site, owner);
    await site.alarm(owner);
    expect(await alarmOf(site, owner)).not.toBeNull();
    await runInDurableObject(site.actor(owner), (_, state) => {
      state.storage.sql.exec("ALTER TABLE findings_away RENAME TO findings");
    });
    await site.alarm(owner);
    expect((await site.onlyFinding()).count).toBe(1);
  });

  test("of an actor that was told nothing does nothing", async () => {
    const site = await Site.open();
    await site.actor("host:nobody").wake();
    expect(await rowsOf(site, "host:nobody")).toEqual({});
    expect(await site.actor("host:nobody").finding("f".padEnd(25, "0") as never)).toBeNull();
    expect(await rowsOf(site, "host:nobody")).toEqual({});
  });
});

describe("the sweep", () => {
  test("wakes an actor whose alarm was lost, which then keeps time by itself again", async () => {
    const { site, host, owner } = await reported();
    await site.alarm(owner);
    await runInDurableObject(site.actor(owner), (_, state) => state.storage.deleteAlarm());
    pass(HOUR);
    await cron();
    expect(await site.onlyFinding()).toMatchObject({ status: "resolved" });
    expect(await alarmOf(site, owner)).not.toBeNull();

    await site.send(batch(host, [gcc(newContainer())]));
    expect(await alarmOf(site, owner)).toBe(Date.now() + DRAIN_SPACING_MS);
  });

  test("leaves alone what is not overdue", async () => {
    const { site, owner } = await reported();
    await site.alarm(owner);
    const before = await site.onlyFinding();
    pass(SECOND);
    await cron();
    expect(await site.onlyFinding()).toMatchObject({ version: before.version, status: "open" });
  });
});

describe("storage", () => {
  test("is deleted once all is resolved, in D1, and past the memory of batches", async () => {
    const { site, host, owner } = await reported();
    await site.alarm(owner);
    pass(10 * SECOND);
    await site.alarm(owner);
    expect(await heldBy(site, owner)).toMatchObject({ findings: 1, resources: 1 });
    pass(2 * HOUR);
    await site.alarm(owner);
    expect(await heldBy(site, owner)).toMatchObject({ findings: 0, resources: 0 });
    expect(await alarmOf(site, owner)).not.toBeNull();
    pass(DAY);
    await site.alarm(owner);
    expect(await rowsOf(site, owner)).toEqual({});
    expect(await alarmOf(site, owner)).toBeNull();

    await site.send(batch(host, [gcc(newContainer())]));
    await site.alarm(owner);
    expect((await site.findings("?status=open")).items).toHaveLength(1);
  });

  test("is never deleted while D1 has not been told", async () => {
    const { site, owner } = await reported();
    await withoutTable("findings", async () => {
      await site.alarm(owner);
      pass(3 * DAY);
      await site.alarm(owner);
      expect(await outboxOf(site, owner)).toBeGreaterThan(0);
    });
    pass(DAY);
    await site.alarm(owner);
    expect(await site.onlyFinding()).toMatchObject({ status: "resolved", count: 1 });
  });

  test("of a host that only ever said it was alive goes a day after its last word", async () => {
    const site = await Site.open();
    const host = unique("host");
    await site.beat({ agent: { id: "a", host: { name: host } } });
    // Or else it would be missed.
    await site.actor(`host:${host}`).resourceGone(hostResourceId(host));
    await site.alarm(`host:${host}`);
    expect(await alarmOf(site, `host:${host}`)).toBe(Date.now() + DAY);
    pass(DAY);
    await site.alarm(`host:${host}`);
    expect(await rowsOf(site, `host:${host}`)).toEqual({});
  });
});
