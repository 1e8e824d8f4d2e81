/** A case that is said to be fixed: quiet closes it, events put it back to work, whatever breaks in between. */
import { runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import { caseRecordSchema } from "../../schema/case.ts";
import {
  inShop,
  kindsOf,
  makeCase,
  moveCase,
  readCase,
  timelineOf,
  withFindings,
} from "../workers/cases.ts";
import {
  batch,
  beatOf,
  DAY,
  HOUR,
  iso,
  MINUTE,
  newContainer,
  okJson,
  pass,
  SECOND,
  stopClock,
} from "../workers/support.ts";
import { openEndpoint } from "./endpoint-support.ts";
import { network } from "./receivers.ts";
import { cron, evict, outboxOf, withoutTable } from "./support.ts";

beforeEach(stopClock);

/** Two findings on a host whose agent sends heartbeats, and a case of both that is said to be fixed. */
async function claimed(count = 2) {
  const made = await withFindings(count);
  const { site, host, owner, findings } = made;
  const beat = () => site.beat(beatOf(host, { intervalMs: MINUTE }));
  await okJson(await beat());
  const { id } = await makeCase(site, { findings });
  await moveCase(site, id, { status: "in_progress" });
  pass(MINUTE);
  await okJson(await beat());
  const fixedAt = iso();
  const fixed = await moveCase(site, id, { status: "fixed", note: "no compiler in api:1.5" });
  /** Time under watch, with the alarm at its end. */
  const watch = async (minutes: number) => {
    for (let i = 0; i < minutes; i++) {
      pass(MINUTE);
      await okJson(await beat());
    }
    await site.alarm(owner);
  };
  return { ...made, id, fixedAt, fixed, watch };
}

describe("said to be fixed", () => {
  test("its findings are too, and go on being watched", async () => {
    const { site, findings, fixedAt, fixed } = await claimed();
    expect(fixed).toMatchObject({
      status: "fixed",
      fixed: { at: fixedAt, by: "API token first" },
      proof: { state: "watching", findings: [{ state: "watching" }, { state: "watching" }] },
    });
    for (const finding of findings)
      expect(await site.finding(finding)).toMatchObject({
        status: "open",
        fixed: { at: fixedAt, by: "API token first", note: "no compiler in api:1.5" },
      });
  });

  test("quiet closes it as verified, with the certificates", async () => {
    const { site, id, watch, findings } = await claimed();
    await watch(15);
    const closed = await readCase(site, id);
    expect(closed).toMatchObject({
      status: "closed",
      closeReason: "verified",
      closedBy: null,
      findings: { total: 2, open: 0 },
      proof: { state: "verified", findings: [{ state: "quiet" }, { state: "quiet" }] },
    });
    const certificate = closed.proof.findings[0]?.certificate ?? "";
    expect((await site.api(certificate.replace("/api/v1", ""))).status).toBe(200);
    const verified = (await timelineOf(site, id)).at(-1);
    expect(verified).toMatchObject({ kind: "case.verified", by: null });
    expect(verified?.data["findings"]).toHaveLength(findings.length);
  });

  test("one finding that is not quiet yet keeps it open", async () => {
    const { site, id, watch, send, containers } = await claimed();
    // Of before the claim: it disproves nothing, and the quiet clock begins anew.
    await send([inShop(containers[0] ?? "", { time: iso(Date.now() - SECOND) })]);
    await watch(9);
    expect(await readCase(site, id)).toMatchObject({
      status: "fixed",
      proof: { state: "watching" },
    });
    await watch(10);
    expect((await readCase(site, id)).closeReason).toBe("verified");
  });

  test("an event puts it back to work as regressed, with the evidence", async () => {
    const { site, owner, id, send, containers, watch } = await claimed();
    await watch(2);
    const at = iso();
    await send([inShop(containers[1] ?? "")]);
    await site.alarm(owner);
    expect(await readCase(site, id)).toMatchObject({
      status: "in_progress",
      fixed: null,
      regressedAt: at,
      proof: { state: "not_claimed" },
    });
    const entries = await timelineOf(site, id);
    expect(entries.filter(({ kind }) => kind === "finding.regressed")).toHaveLength(1);
    expect(entries.find(({ kind }) => kind === "case.regressed")?.data).toMatchObject({
      eventAt: at,
      sample: { process: { name: "gcc" } },
    });
    // It can be said again.
    pass(SECOND);
    await moveCase(site, id, { status: "fixed" });
    await watch(25);
    expect(await readCase(site, id)).toMatchObject({ status: "closed", closeReason: "verified" });
  });

  test("taken back, its findings are not said to be fixed any more", async () => {
    const { site, id, findings } = await claimed(1);
    expect(await moveCase(site, id, { status: "in_progress" })).toMatchObject({ fixed: null });
    expect((await site.finding(findings[0] ?? "")).fixed).toBeNull();
  });

  test("silence alone does not verify it: it stays fixed, unproven, until somebody closes it", async () => {
    const { site, owner, findings } = await withFindings(1);
    const { id } = await makeCase(site, { findings });
    await moveCase(site, id, { status: "fixed" });
    pass(HOUR);
    await site.alarm(owner);
    await cron();
    expect(await readCase(site, id)).toMatchObject({
      status: "fixed",
      findings: { open: 0 },
      proof: {
        state: "unproven",
        findings: [{ state: "unproven", resolution: "quiet_unverified" }],
      },
    });
    expect(await moveCase(site, id, { status: "closed", closeReason: "unproven" })).toMatchObject({
      status: "closed",
      closedBy: "API token first",
    });
  });
});

describe("after it was closed as verified", () => {
  async function verified() {
    const made = await claimed(1);
    await made.watch(15);
    expect((await readCase(made.site, made.id)).closeReason).toBe("verified");
    return made;
  }

  test("an event within the window puts the same case back to work", async () => {
    const { site, owner, id, send, containers } = await verified();
    pass(20 * DAY);
    await send([inShop(containers[0] ?? "")]);
    await site.alarm(owner);
    expect(await readCase(site, id)).toMatchObject({
      status: "in_progress",
      closeReason: null,
      closedAt: null,
      regressedAt: iso(),
      findings: { total: 1, open: 1 },
    });
    expect((await kindsOf(site, id)).slice(-2)).toEqual(["finding.regressed", "case.regressed"]);
  });

  test("one later than that leaves it closed", async () => {
    const { site, owner, id, send, containers } = await verified();
    pass(40 * DAY);
    await send([inShop(containers[0] ?? "")]);
    await site.alarm(owner);
    expect(await readCase(site, id)).toMatchObject({ status: "closed", closeReason: "verified" });
    expect(await kindsOf(site, id)).toContain("finding.reopened");
  });
});

test("a new container of a verified roll-up is a regression of its case", async () => {
  const { site, host, owner, send } = await withFindings(1);
  const [rollup] = (await site.rollups()).items;
  const { id } = await makeCase(site, { rollup: rollup?.id ?? "" });
  await okJson(await site.beat(beatOf(host, { intervalMs: MINUTE })));
  await moveCase(site, id, { status: "fixed" });
  for (let i = 0; i < 15; i++) {
    pass(MINUTE);
    await okJson(await site.beat(beatOf(host, { intervalMs: MINUTE })));
  }
  await site.alarm(owner);
  expect((await readCase(site, id)).closeReason).toBe("verified");
  pass(DAY);
  await send([inShop(newContainer())]);
  await site.alarm(owner);
  expect(await readCase(site, id)).toMatchObject({
    status: "in_progress",
    findings: { total: 2, open: 1 },
  });
});

test("a container that is gone proves nothing, until its workload is quiet without it", async () => {
  const { site, id, host, owner, containers, watch } = await claimed(2);
  const [gone = "", stays = ""] = containers;
  const running = (ids: string[]) =>
    site.beat(beatOf(host, { intervalMs: MINUTE, sentAt: iso(), containers: ids }));
  pass(SECOND);
  await okJson(await running([stays]));
  await site.alarm(owner);
  expect((await readCase(site, id)).proof.findings.map(({ state }) => state).toSorted()).toEqual([
    "unproven",
    "watching",
  ]);
  expect(gone).not.toBe(stays);
  await watch(15);
  await cron();
  expect(await readCase(site, id)).toMatchObject({ status: "closed", closeReason: "verified" });
});

test("what is decided stands in the ledger, once, with who has decided it", async () => {
  const { site, id, watch } = await claimed(1);
  await watch(15);
  await cron();
  const ledger = env.LEDGER_ACTOR.getByName(site.tenant);
  await runDurableObjectAlarm(ledger);
  const record = caseRecordSchema.parse(await okJson(await site.api(`/cases/${id}/record`)));
  expect(record.ledger).toMatchObject([
    {
      action: "case.created",
      actor: { kind: "token", id: "first" },
      subject: { kind: "case", id },
    },
    { action: "finding.linked" },
    { action: "case.started" },
    { action: "case.fixed", reason: "no compiler in api:1.5" },
    { action: "case.verified", actor: { kind: "system" } },
  ]);
});

test("endpoints are told of it, once each and in order, with the case as it was then", async () => {
  const { site, findings } = await withFindings(1);
  const endpoint = await openEndpoint(site, undefined, { events: ["case.*"] });
  network([endpoint.receiver]);
  // Isolates learn of a new endpoint within seconds.
  pass(5 * SECOND);
  const { id } = await makeCase(site, { findings });
  await moveCase(site, id, { status: "fixed" });
  await site.apiJson("POST", `/cases/${id}/notes`, { body: "rolled out" });
  await moveCase(site, id, { status: "in_progress" });
  await cron();
  await endpoint.live(0);
  const of = findings.map((finding) => ({ id: finding, status: "open" }));
  expect(endpoint.receiver.taken.map(({ body }) => body)).toMatchObject([
    { type: "case.created", data: { case: { id, version: 1, status: "open" }, findings: of } },
    {
      type: "case.fixed",
      data: { case: { version: 2, status: "fixed" }, proof: { state: "watching" } },
    },
    { type: "case.note_added", data: { case: { version: 3 }, note: { body: "rolled out" } } },
    { type: "case.updated", data: { case: { version: 4, status: "in_progress" } } },
  ]);
});

test("of a regression endpoints are told the event that it comes of", async () => {
  const { site, id, owner, send, containers, findings } = await claimed(1);
  const endpoint = await openEndpoint(site, undefined, { events: ["case.regressed"] });
  network([endpoint.receiver]);
  pass(5 * SECOND);
  await send([inShop(containers[0] ?? "")]);
  await site.alarm(owner);
  await cron();
  await endpoint.live(0);
  expect(endpoint.receiver.taken.map(({ body }) => body)).toMatchObject([
    {
      type: "case.regressed",
      data: {
        case: { id, status: "in_progress" },
        evidence: { finding: findings[0], sample: { kind: "process" } },
      },
    },
  ]);
});

describe("what breaks in between", () => {
  test("the claim that owners were not told of, the sweep tells", async () => {
    const { site, findings } = await withFindings(1);
    const { id } = await makeCase(site, { findings });
    const [finding = ""] = findings;
    await env.DB.exec(
      `UPDATE cases SET status = 'fixed', fixed_at = ${Date.now()}, fixed_by = 'ana', duty = '{"do":"claim","at":${Date.now()},"note":null,"doer":{"kind":"member","id":"ana","name":"ana"}}' WHERE tenant = '${site.tenant}'`,
    );
    expect((await site.finding(finding)).fixed).toBeNull();
    await cron();
    expect((await site.finding(finding)).fixed).toMatchObject({ by: "ana", at: iso() });
    expect((await readCase(site, id)).status).toBe("fixed");
  });

  test("an actor whose case could not be told keeps the news, and tells them once", async () => {
    const { site, owner, id, send, containers } = await claimed(1);
    pass(SECOND);
    await send([inShop(containers[0] ?? "")]);
    await withoutTable("case_timeline", () => site.alarm(owner));
    expect(await outboxOf(site, owner)).toBeGreaterThan(0);
    expect((await readCase(site, id)).status).toBe("fixed");
    await evict(site, owner);
    pass(MINUTE);
    await site.alarm(owner);
    expect(await outboxOf(site, owner)).toBe(0);
    expect((await readCase(site, id)).status).toBe("in_progress");
    const kinds = await kindsOf(site, id);
    expect(kinds.filter((kind) => kind.endsWith("regressed"))).toHaveLength(2);
  });

  test("findings of one batch join the case of their roll-up once, while people change it", async () => {
    const { site, owner, host } = await withFindings(1);
    const [rollup] = (await site.rollups()).items;
    const { id } = await makeCase(site, { rollup: rollup?.id ?? "" });
    await site.send(batch(host, [inShop(newContainer()), inShop(newContainer())]));
    await Promise.all([
      site.alarm(owner),
      moveCase(site, id, { title: "b" }),
      site.apiJson("POST", `/cases/${id}/notes`, { body: "n" }),
    ]);
    expect(await readCase(site, id)).toMatchObject({ title: "b", findings: { total: 3, open: 3 } });
    const kinds = await kindsOf(site, id);
    expect(kinds.filter((kind) => kind === "finding.linked")).toHaveLength(3);
  });
});
