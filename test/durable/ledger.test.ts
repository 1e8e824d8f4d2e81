/** What people decide and what becomes of findings stands in the ledger, once, whatever fails in between. */
import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { drizzle } from "drizzle-orm/d1";
import { asc, eq } from "drizzle-orm";
import { beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { ledgerEntrySchema, type LedgerEntry } from "../../schema/ledger.ts";
import { memberInvitedSchema } from "../../schema/member.ts";
import { ledger, ledgerActs } from "../../schema/tables.ts";
import { checkChain, GENESIS } from "../../durable/domain/ledger.ts";
import { sha256 } from "../../durable/identity.ts";
import {
  batch,
  DAY,
  enter,
  fetchLull,
  gcc,
  iso,
  type Json,
  MINUTE,
  newContainer,
  okJson,
  ORIGIN,
  pass,
  Site,
  stopClock,
  unique,
  signIn,
} from "../workers/support.ts";
import { cron, evict, outboxOf, withoutTable } from "./support.ts";

beforeEach(stopClock);

const RULE = "compiler-in-container";
const TOKEN = { kind: "token", id: "first", name: "API token first" };
const made = z.object({ id: z.string() });

const ledgerOf = (site: Site) => env.LEDGER_ACTOR.getByName(site.tenant);
const tenantOf = (site: Site) => env.TENANT_ACTOR.getByName(`tenant/${site.tenant}`);

/** All entries, which are a whole chain. */
async function entries(site: Site): Promise<LedgerEntry[]> {
  await runDurableObjectAlarm(ledgerOf(site));
  const rows = await drizzle(env.DB)
    .select({ doc: ledger.doc })
    .from(ledger)
    .where(eq(ledger.tenant, site.tenant))
    .orderBy(asc(ledger.seq));
  const all = rows.map(({ doc }) => ledgerEntrySchema.parse(JSON.parse(doc)));
  const { seq, hash } = await ledgerOf(site).head();
  expect(checkChain(all, GENESIS, [{ seq, hash }], sha256).fault).toBeNull();
  return all;
}

const actions = async (site: Site) => (await entries(site)).map(({ action }) => action);

/** While `during` runs, the tenant's ledger takes nothing. */
async function withoutLedger<T>(site: Site, during: () => Promise<T>): Promise<T> {
  const rename = (from: string, to: string) =>
    runInDurableObject(ledgerOf(site), (_, state) => {
      state.storage.sql.exec(`ALTER TABLE ${from} RENAME TO ${to}`);
    });
  await rename("entries", "away");
  try {
    return await during();
  } finally {
    await rename("away", "entries");
  }
}

async function waitingActs(site: Site): Promise<number> {
  const rows = await drizzle(env.DB)
    .select()
    .from(ledgerActs)
    .where(eq(ledgerActs.tenant, site.tenant));
  return rows.length;
}

async function post(site: Site, path: string, body: Json): Promise<string> {
  return made.parse(await okJson(await site.apiJson("POST", path, body))).id;
}

/** A finding that D1 does not know yet. */
async function seen(site: Site) {
  const [host, container] = [unique("host"), newContainer()];
  await site.send(batch(host, [gcc(container)]));
  return { owner: `host:${host}`, resource: `container:${container.slice(0, 12)}` };
}

describe("changes of the configuration", () => {
  test("say who, what, before, after and why", async () => {
    const site = await Site.open();
    await site.patchRule(RULE, { quietPeriod: "1h" });
    await site.patchRule(RULE, { quietPeriod: "2h" });
    await site.apiJson("PATCH", "/settings", { coverage: "strict", sla: { P1: "12h" } });
    const until = iso(Date.now() + DAY);
    const exception = { rule: RULE, when: 'process.name == "gcc"', reason: "builds here", until };
    const id = await post(site, "/exceptions", exception);
    pass(MINUTE);
    await site.api(`/exceptions/${id}`, { method: "DELETE" });
    const all = await entries(site);
    expect(all).toMatchObject([
      { action: "rule.changed", subject: { kind: "rule", id: RULE }, actor: TOKEN },
      { before: { quietPeriod: "1h" }, after: { quietPeriod: "2h" } },
      {
        action: "settings.changed",
        before: { coverage: "lenient", sla: { P1: "24h" } },
        after: { coverage: "strict", sla: { P1: "12h" } },
      },
      { action: "exception.created", after: { until }, reason: "builds here" },
      { action: "exception.deleted", before: { reason: "builds here" }, at: iso() },
    ]);
    expect(all[4]?.after).toBeUndefined();
    expect(all.map((entry) => entry.id)).toEqual([2, 3, 4, 5, 6].map((v) => `config:${v}`));
  });

  test("of keys, tokens and sessions are among them, and no secret is", async () => {
    const site = await Site.open();
    const response = await okJson(await site.apiJson("POST", "/keys", { name: "k", host: "h1" }));
    const { id, key } = z.object({ id: z.string(), key: z.string() }).parse(response);
    await site.api(`/keys/${id}`, { method: "DELETE" });
    await site.api(`/keys/${id}`, { method: "DELETE" });
    const cookie = await signIn(site);
    await fetchLull("/sign-out", { method: "POST", headers: { cookie, origin: ORIGIN } });
    const all = await entries(site);
    expect(all).toMatchObject([
      { action: "key.created", subject: { kind: "key", id }, after: { name: "k", host: "h1" } },
      { action: "key.revoked", subject: { kind: "key", id }, before: { name: "k" } },
      { action: "session.begun", actor: { kind: "member", id: "first", name: "first admin" } },
      { action: "session.ended", actor: { kind: "member", id: "first", name: "first admin" } },
    ]);
    expect(all[3]?.subject).toEqual(all[2]?.subject);
    expect(JSON.stringify(all)).not.toContain(key.slice(-20));
  });

  test("of members are among them, by whom and what they were before", async () => {
    const site = await Site.open();
    const input = { name: "Ada", email: "ada@example.com", role: "viewer" };
    const invited = memberInvitedSchema.parse(
      await okJson(await site.apiJson("POST", "/members", input)),
    );
    const { id } = invited.member;
    const token = new URL(invited.inviteUrl).searchParams.get("token") ?? "";
    await enter(token);
    await okJson(await site.apiJson("PATCH", `/members/${id}`, { role: "admin", team: "core" }));
    await okJson(await site.apiJson("POST", "/tokens", { name: "t", role: "responder" }));
    const subject = { kind: "member", id };
    const all = await entries(site);
    expect(all).toMatchObject([
      { action: "member.invited", subject, after: input },
      { action: "session.begun", actor: { kind: "member", id, name: "Ada" } },
      {
        action: "member.changed",
        actor: { kind: "token", id: "first" },
        subject,
        before: { role: "viewer", team: null },
        after: { role: "admin", team: "core" },
      },
      { action: "token.created", after: { name: "t", role: "responder" } },
    ]);
    expect(JSON.stringify(all)).not.toContain(token.slice(-20));
  });

  test("wait for a ledger that does not answer, and are in force meanwhile", async () => {
    const site = await Site.open();
    await site.patchRule(RULE, { quietPeriod: "1h" });
    await withoutLedger(site, async () => {
      await site.patchRule(RULE, { quietPeriod: "2h" });
      await okJson(await site.apiJson("POST", "/tokens", { name: "t", role: "viewer" }));
    });
    expect(await actions(site)).toEqual(["rule.changed"]);
    await runDurableObjectAlarm(tenantOf(site));
    expect(await actions(site)).toEqual(["rule.changed", "rule.changed", "token.created"]);
    expect(await runDurableObjectAlarm(tenantOf(site))).toBe(false);
  });

  test("reach the ledger while D1 is away, and are not told again when it is back", async () => {
    const site = await Site.open();
    await withoutTable("rule_changes", () => site.patchRule(RULE, { quietPeriod: "1h" }));
    expect(await actions(site)).toEqual(["rule.changed"]);
    await runDurableObjectAlarm(tenantOf(site));
    expect(await actions(site)).toEqual(["rule.changed"]);
  });
});

describe("what becomes of a finding", () => {
  test("stands there as it happened, with who has seen it or said so", async () => {
    const site = await Site.open();
    await site.patchRule(RULE, { quietPeriod: "10m" });
    const { owner, resource } = await seen(site);
    await site.alarm(owner);
    const { id } = await site.onlyFinding();
    await site.apiJson("POST", `/findings/${id}/fixed`, { note: "gone from the image" });
    await site.api(`/findings/${id}/fixed`, { method: "DELETE" });
    pass(DAY);
    await site.alarm(owner);
    const all = (await entries(site)).slice(1);
    expect(all).toMatchObject([
      {
        action: "finding.opened",
        subject: { kind: "finding", id },
        actor: { kind: "agent", id: "agent-1" },
        after: { status: "open", rule: RULE, resource, episode: 1 },
      },
      { action: "finding.fixed", actor: TOKEN, reason: "gone from the image" },
      { action: "finding.unfixed", actor: TOKEN },
      {
        action: "finding.resolved",
        actor: { kind: "system" },
        after: { status: "resolved", resolution: "quiet_unverified" },
      },
    ]);
  });

  test("waits with its host while the ledger does not answer, and is told once", async () => {
    const site = await Site.open();
    const { owner } = await seen(site);
    await withoutLedger(site, () => site.alarm(owner));
    expect(await outboxOf(site, owner)).toBe(1);
    expect((await site.findings()).items).toHaveLength(1);
    expect(await actions(site)).toEqual([]);
    await evict(site, owner);
    pass(MINUTE);
    await site.alarm(owner);
    expect(await outboxOf(site, owner)).toBe(0);
    expect(await actions(site)).toEqual(["finding.opened"]);
  });

  test("is vouched for by the certificate of a later end", async () => {
    const site = await Site.open();
    await site.patchRule(RULE, { quietPeriod: "10m" });
    const { owner } = await seen(site);
    await site.alarm(owner);
    const { id } = await site.onlyFinding();
    pass(DAY);
    await site.alarm(owner);
    const headers = { authorization: `Bearer ${site.token}`, accept: "application/json" };
    const path = `/findings/${id}/episodes/1/certificate`;
    const { payload } = z
      .object({ payload: z.object({ ledger: z.object({ seq: z.int(), hash: z.string() }) }) })
      .parse(await okJson(await site.api(path, { headers })));
    const opened = (await entries(site))[1];
    expect(payload.ledger).toEqual({ seq: 2, hash: opened?.hash });
  });
});

describe("a mute", () => {
  test("of a finding is told with its beginning and its end", async () => {
    const site = await Site.open();
    const { owner } = await seen(site);
    await site.alarm(owner);
    const { id } = await site.onlyFinding();
    const until = iso(Date.now() + DAY);
    const body = { reason: "pending_fix", note: "ticket 7", until };
    await okJson(await site.apiJson("POST", `/findings/${id}/mute`, body));
    pass(MINUTE);
    await okJson(await site.apiJson("POST", `/findings/${id}/mute`, { ...body, note: "ticket 8" }));
    pass(2 * DAY);
    await cron();
    const told = (await entries(site)).filter(({ action }) => action.includes("mute"));
    expect(told).toMatchObject([
      {
        action: "finding.muted",
        subject: { kind: "finding", id },
        actor: TOKEN,
        reason: "pending_fix: ticket 7",
        after: { until },
      },
      { action: "finding.unmuted", after: { end: "replaced" }, actor: TOKEN },
      { action: "finding.muted", reason: "pending_fix: ticket 8" },
      {
        action: "finding.unmuted",
        after: { end: "expired" },
        actor: { kind: "system" },
        at: until,
      },
    ]);
  });

  test("of a scope is told once, with who ended it", async () => {
    const site = await Site.open();
    const scope = `finding.rule == "${RULE}"`;
    const until = iso(Date.now() + DAY);
    const id = await post(site, "/mutes", { scope, reason: "other", note: "quiet", until });
    pass(MINUTE);
    for (const _ of [1, 2]) await okJson(await site.apiJson("POST", `/mutes/${id}/end`, {}));
    expect(await entries(site)).toMatchObject([
      { action: "mute.created", actor: TOKEN, after: { scope }, reason: "other: quiet" },
      {
        action: "mute.ended",
        actor: TOKEN,
        subject: { kind: "mute", id },
        after: { end: "ended" },
      },
    ]);
  });

  test("that the ledger did not take waits in D1, and the sweep tells it", async () => {
    const site = await Site.open();
    const { owner } = await seen(site);
    await site.alarm(owner);
    const { id } = await site.onlyFinding();
    const body = { reason: "other", note: "n", until: iso(Date.now() + DAY) };
    await withoutLedger(site, async () => {
      await okJson(await site.apiJson("POST", `/findings/${id}/mute`, body));
      await cron();
    });
    expect(await waitingActs(site)).toBe(1);
    await cron();
    expect(await waitingActs(site)).toBe(0);
    expect(await actions(site)).toEqual(["finding.opened", "finding.muted"]);
  });
});

test("the word that a resource is gone is told, but not of what nobody knows", async () => {
  const site = await Site.open();
  const { owner, resource } = await seen(site);
  await site.alarm(owner);
  await okJson(await site.apiJson("POST", `/resources/${resource}/gone`, {}));
  expect((await site.apiJson("POST", "/resources/host:nobody/gone", {})).status).toBe(404);
  await site.alarm(owner);
  expect(await waitingActs(site)).toBe(0);
  const all = await entries(site);
  expect(all.map(({ action }) => action)).toEqual([
    "finding.opened",
    "resource.gone",
    "finding.resolved",
  ]);
  expect(all[1]).toMatchObject({ actor: TOKEN, subject: { kind: "resource", id: resource } });
});
