/** Cases over the API: how they are made, changed by several at once, and what they keep. */
import { beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { caseRecordSchema, noteSchema, stepSchema } from "../../../schema/case.ts";
import { cron, withoutTable } from "../../durable/support.ts";
import {
  inShop,
  kindsOf,
  listCases,
  makeCase,
  moveCase,
  patchCase,
  readCase,
  timelineOf,
  withFindings,
} from "../cases.ts";
import {
  DAY,
  HOUR,
  iso,
  newContainer,
  okJson,
  pass,
  problemOf,
  SECOND,
  Site,
  stopClock,
} from "../support.ts";

beforeEach(stopClock);

describe("a case is made", () => {
  test("of findings, with what nobody says: title, priority, due date, checklist", async () => {
    const { site, findings } = await withFindings(2);
    const made = await makeCase(site, { findings });
    expect(made).toMatchObject({
      id: "LULL-1",
      version: 1,
      status: "open",
      title: "Compiler run in a container: api, and 1 more",
      priority: "P3",
      dueAt: iso(Date.now() + 14 * DAY),
      overdue: false,
      findings: { total: 2, open: 2 },
      createdBy: "API token first",
      proof: { state: "not_claimed" },
    });
    expect(made.checklist.length).toBeGreaterThan(1);
    expect(made.checklist[0]).toMatchObject({ done: false });
    expect(made.linkedFindings.map(({ caseId }) => caseId)).toEqual(["LULL-1", "LULL-1"]);
    expect((await site.findings("?case=LULL-1")).items).toHaveLength(2);
    expect(await kindsOf(site, made.id)).toEqual([
      "finding.opened",
      "finding.opened",
      "case.created",
      "finding.linked",
      "finding.linked",
    ]);
  });

  test("of a roll-up: of its open findings, and of those that open later", async () => {
    const { site, owner, send } = await withFindings(2);
    const [rollup] = (await site.rollups()).items;
    const made = await makeCase(site, { rollup: rollup?.id ?? "" });
    expect(made).toMatchObject({ rollup: rollup?.id, findings: { total: 2, open: 2 } });
    await send([inShop(newContainer())]);
    await site.alarm(owner);
    const after = await readCase(site, made.id);
    expect(after).toMatchObject({ version: 2, findings: { total: 3, open: 3 } });
    expect(await kindsOf(site, made.id)).toContain("finding.linked");
    // One case of a roll-up at a time.
    const again = await site.apiJson("POST", "/cases", { rollup: rollup?.id ?? "" });
    expect(await problemOf(again)).toMatchObject({
      status: 409,
      type: "urn:lull:problem:case_exists",
    });
    await moveCase(site, made.id, { status: "closed", closeReason: "other" });
    await send([inShop(newContainer())]);
    await site.alarm(owner);
    expect((await readCase(site, made.id)).findings.total).toBe(3);
    await makeCase(site, { rollup: rollup?.id ?? "" });
  });

  test("with a number of its own, without gaps, however many are made at once", async () => {
    const site = await Site.open();
    const titles = Array.from({ length: 12 }, (_, i) => `case ${i}`);
    const made = await Promise.all(titles.map((title) => makeCase(site, { title })));
    expect(made.map(({ id }) => id).toSorted()).toEqual(
      titles.map((_, i) => `LULL-${i + 1}`).toSorted(),
    );
  });

  test("once of a repeated request, and of two at once", async () => {
    const site = await Site.open();
    const post = (title: string) =>
      site.api("/cases", {
        method: "POST",
        headers: { authorization: `Bearer ${site.token}`, "idempotency-key": "k1" },
        body: JSON.stringify({ title }),
      });
    const [a, b] = await Promise.all([post("one"), post("one")]);
    const first = z.object({ id: z.string() }).parse(await okJson(a));
    expect(await okJson(b)).toMatchObject({ id: first.id });
    expect(await okJson(await post("one"))).toMatchObject({ id: first.id });
    const other = await problemOf(await post("two"));
    expect(other.type).toBe("urn:lull:problem:idempotency_key_reused");
    expect(await listCases(site)).toHaveLength(1);
  });

  test("of a finding by one of two who want it at once", async () => {
    const { site, findings } = await withFindings(1);
    const post = () => site.apiJson("POST", "/cases", { findings });
    const answers = await Promise.all([post(), post(), post()]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409, 409]);
    expect(await listCases(site)).toHaveLength(1);
  });

  test("with signals, each counted with its own case", async () => {
    const { site, owner, findings, send } = await withFindings(1);
    await send([
      {
        time: iso(),
        kind: "file",
        action: "write",
        container: { id: newContainer(), name: "api" },
        process: { exe: "/bin/sh", name: "sh" },
        file: { path: "/sys/fs/cgroup/rdma/release_agent" },
      },
    ]);
    await site.alarm(owner);
    const [signal] = (await site.signals()).items;
    const made = await makeCase(site, { findings, signals: [signal?.id ?? ""] });
    expect(made).toMatchObject({ signals: 1, linkedSignals: [{ id: signal?.id }] });
    expect(await makeCase(site, { title: "other" })).toMatchObject({ signals: 0 });
    const path = `/cases/${made.id}/signals/${signal?.id}`;
    expect(await okJson(await site.api(path, { method: "DELETE" }))).toMatchObject({ signals: 0 });
  });

  test("of nothing that is another tenant's", async () => {
    const { findings } = await withFindings(1);
    const site = await Site.open();
    const problem = await problemOf(await site.apiJson("POST", "/cases", { findings }));
    expect(problem).toMatchObject({ status: 404, field: "findings" });
    const mine = await makeCase(site, { title: "mine" });
    const link = await site.apiJson("POST", `/cases/${mine.id}/findings`, { findings });
    expect(link.status).toBe(404);
    const other = await Site.open();
    expect((await other.api(`/cases/${mine.id}`)).status).toBe(404);
    expect((await other.api(`/cases/${mine.id}/timeline`)).status).toBe(404);
    expect((await patchCase(other, mine.id, { title: "taken" })).status).toBe(404);
  });
});

describe("a change", () => {
  test("of who has not seen the change before is refused, with the version that there is", async () => {
    const site = await Site.open();
    const { id } = await makeCase(site, { title: "a" });
    const unsaid = await problemOf(await site.apiJson("PATCH", `/cases/${id}`, { title: "b" }));
    expect(unsaid).toMatchObject({ status: 428, type: "urn:lull:problem:if_match_required" });
    const answers = await Promise.all([
      patchCase(site, id, { title: "b" }, 1),
      patchCase(site, id, { title: "c" }, 1),
    ]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 412]);
    const lost = answers.find(({ status }) => status === 412) ?? expect.unreachable();
    expect(lost.headers.get("etag")).toBe('"2"');
    expect(await problemOf(lost)).toMatchObject({ version: 2 });
    const won = answers.find(({ status }) => status === 200) ?? expect.unreachable();
    expect(won.headers.get("etag")).toBe('"2"');
    expect((await timelineOf(site, id)).filter(({ kind }) => kind === "case.edited")).toHaveLength(
      1,
    );
  });

  test("gives it to members alone", async () => {
    const site = await Site.open();
    const { id } = await makeCase(site, { title: "a" });
    const refused = await problemOf(await patchCase(site, id, { assignee: "nobody" }));
    expect(refused).toMatchObject({ status: 400, field: "assignee" });
    const made = await site.apiJson("POST", "/cases", { title: "b", assignee: "nobody" });
    expect(made.status).toBe(400);
    expect(await moveCase(site, id, { assignee: "first" })).toMatchObject({ assignee: "first" });
  });

  test("of nothing is none", async () => {
    const site = await Site.open();
    const { id } = await makeCase(site, { title: "a", labels: ["x"] });
    const same = await moveCase(site, id, { title: "a", labels: ["x"], status: "open" });
    expect(same.version).toBe(1);
  });

  test("keeps who, when, before and after; the due date follows the priority", async () => {
    const site = await Site.open();
    const { id, createdAt } = await makeCase(site, { title: "a" });
    pass(HOUR);
    await moveCase(site, id, { priority: "P1", assignee: "first", team: "shop" });
    expect(await readCase(site, id)).toMatchObject({
      priority: "P1",
      assignee: "first",
      dueAt: iso(Date.parse(createdAt) + DAY),
    });
    expect((await timelineOf(site, id)).slice(1)).toMatchObject([
      {
        kind: "case.assigned",
        by: "API token first",
        at: iso(),
        data: { assignee: { before: null, after: "first" }, team: { before: null, after: "shop" } },
      },
      { kind: "case.edited", data: { priority: { before: "P3", after: "P1" } } },
    ]);
    pass(2 * DAY);
    expect(await listCases(site, "?overdue=true")).toMatchObject([{ id, overdue: true }]);
    expect(await listCases(site, "?assignee=none")).toEqual([]);
  });

  test("are due as the tenant says, from then on; a date that somebody has set stays", async () => {
    const site = await Site.open();
    const followed = await makeCase(site, { title: "a" });
    const dueAt = iso(Date.now() + 5 * DAY);
    // The very date that the priority would have brought is set all the same.
    const set = await makeCase(site, { title: "b", dueAt: iso(Date.now() + 14 * DAY) });
    await okJson(await site.apiJson("PATCH", "/settings", { sla: { P1: "12h", P3: "5d" } }));
    pass(5 * SECOND);
    expect((await makeCase(site, { title: "c" })).dueAt).toBe(iso(Date.now() + 5 * DAY));
    expect((await readCase(site, followed.id)).dueAt).toBe(followed.dueAt);
    const urgent = { priority: "P1" };
    const due = iso(Date.parse(followed.createdAt) + 12 * HOUR);
    expect((await moveCase(site, followed.id, urgent)).dueAt).toBe(due);
    expect((await moveCase(site, set.id, urgent)).dueAt).toBe(set.dueAt);
    expect((await moveCase(site, set.id, { dueAt: null, priority: "P2" })).dueAt).toBeNull();
    expect((await moveCase(site, set.id, { priority: "P1" })).dueAt).toBeNull();
    await moveCase(site, followed.id, { dueAt });
    expect((await moveCase(site, followed.id, { priority: "P5" })).dueAt).toBe(dueAt);
  });

  test("are listed by what people look for, page by page", async () => {
    const site = await Site.open();
    const priorities = ["P3", "P1", "P3", "P2"];
    for (const [i, priority] of priorities.entries()) {
      await makeCase(site, { title: `case ${i + 1}`, priority });
      pass(HOUR);
    }
    await moveCase(site, "LULL-1", { dueAt: iso(Date.now() + HOUR) });
    await moveCase(site, "LULL-3", { dueAt: null });
    const walk = async (query: string) => {
      const page = z.object({
        items: z.array(z.object({ id: z.string() })),
        nextCursor: z.string().nullable(),
      });
      const ids: string[] = [];
      for (let cursor: string | null = ""; cursor !== null;) {
        const answer = await site.api(`/cases?limit=1&${query}&cursor=${cursor}`);
        const { items, nextCursor } = page.parse(await okJson(answer));
        ids.push(...items.map(({ id }) => id.slice(5)));
        cursor = nextCursor;
      }
      return ids.join("");
    };
    expect(await walk("")).toBe("4321");
    expect(await walk("sort=priority")).toBe("2413");
    expect(await walk("sort=due")).toBe("124");
    expect(await walk("sort=due&status=open")).toBe("124");
    pass(HOUR);
    await moveCase(site, "LULL-2", { title: "touched" });
    expect(await walk("sort=updated")).toBe("2314");
  });

  test.each([
    [{ status: "closed" }, 400, "closeReason"],
    [{ status: "closed", closeReason: "verified" }, 400, "closeReason"],
    [{ status: "closed", closeReason: "unproven" }, 400, "closeReason"],
    [{ status: "closed", closeReason: "risk_accepted" }, 400, "until"],
    [{ status: "closed", closeReason: "other", until: "2031-03-02T00:00:00Z" }, 400, "until"],
    [
      { status: "closed", closeReason: "risk_accepted", until: "2011-03-02T00:00:00Z" },
      400,
      "until",
    ],
    [{ closeReason: "other" }, 400, "closeReason"],
  ])("to %j is refused", async (body, status, field) => {
    const site = await Site.open();
    const { id } = await makeCase(site, { title: "a" });
    expect(await problemOf(await patchCase(site, id, body))).toMatchObject({ status, field });
    expect((await readCase(site, id)).version).toBe(1);
  });

  test("of a closed case is refused, but for notes and reopening", async () => {
    const { site, findings } = await withFindings(1);
    const { id } = await makeCase(site, { title: "a" });
    const closed = await moveCase(site, id, { status: "closed", closeReason: "duplicate" });
    expect(closed.actions).toEqual(["reopen", "note"]);
    const refused = [
      await patchCase(site, id, { title: "b" }),
      await patchCase(site, id, { status: "fixed" }),
      await site.apiJson("POST", `/cases/${id}/findings`, { findings }),
      await site.apiJson("POST", `/cases/${id}/checklist`, { text: "t" }),
    ];
    for (const response of refused)
      expect((await problemOf(response)).type).toBe("urn:lull:problem:action_not_allowed");
    await okJson(await site.apiJson("POST", `/cases/${id}/notes`, { body: "late" }));
    expect(await moveCase(site, id, { status: "open" })).toMatchObject({
      status: "open",
      closeReason: null,
      closedAt: null,
    });
  });

  test("that D1 could not keep whole is not made, and told of nothing", async () => {
    const site = await Site.open();
    const { id } = await makeCase(site, { title: "a" });
    const broken = await withoutTable("case_outbox", () => patchCase(site, id, { title: "b" }));
    expect(broken.status).toBe(500);
    expect(await readCase(site, id)).toMatchObject({ title: "a", version: 1 });
  });
});

test("notes keep what they were, and the checklist who has ticked it", async () => {
  const site = await Site.open();
  const { id } = await makeCase(site, { title: "a", checklist: ["one"] });
  const base = `/cases/${id}`;
  const headers = { authorization: `Bearer ${site.token}`, "idempotency-key": "n1" };
  const post = () =>
    site.api(`${base}/notes`, { method: "POST", headers, body: JSON.stringify({ body: "first" }) });
  const note = noteSchema.parse(await okJson(await post()));
  expect(await okJson(await post())).toEqual(note);
  pass(SECOND);
  const edit = (version: string) =>
    site.api(`${base}/notes/${note.id}`, {
      method: "PATCH",
      headers: { ...headers, "if-match": version },
      body: JSON.stringify({ body: "second" }),
    });
  expect((await edit('"1"')).status).toBe(412);
  expect(await okJson(await edit('"2"'))).toMatchObject({ body: "second", editedAt: iso() });
  const [step] = (await readCase(site, id)).checklist;
  const path = `${base}/checklist/${step?.id}`;
  expect(
    stepSchema.parse(await okJson(await site.apiJson("PATCH", path, { done: true }))),
  ).toMatchObject({ done: true, doneBy: "API token first", doneAt: iso() });
  expect((await site.api(path, { method: "DELETE" })).status).toBe(204);
  expect((await site.api(path, { method: "DELETE" })).status).toBe(404);
  expect(await readCase(site, id)).toMatchObject({
    version: 5,
    notes: [{ body: "second" }],
    checklist: [],
  });
  expect((await timelineOf(site, id)).map(({ kind, data }) => [kind, data["before"]])).toEqual([
    ["case.created", undefined],
    ["note.added", undefined],
    ["note.edited", "first"],
    ["checklist.changed", { text: "one", done: false }],
    ["checklist.removed", { text: "one", done: true }],
  ]);
});

test("a finding that is taken out is free again", async () => {
  const { site, findings } = await withFindings(1);
  const [finding = ""] = findings;
  const { id } = await makeCase(site, { findings });
  const other = await makeCase(site, { title: "other" });
  const link = () => site.apiJson("POST", `/cases/${other.id}/findings`, { findings });
  expect((await problemOf(await link())).type).toBe("urn:lull:problem:in_another_case");
  const path = `/cases/${id}/findings/${finding}`;
  expect(await okJson(await site.api(path, { method: "DELETE" }))).toMatchObject({
    findings: { total: 0, open: 0 },
  });
  expect((await site.finding(finding)).caseId).toBeNull();
  expect(await okJson(await link())).toMatchObject({ findings: { total: 1, open: 1 } });
  expect(await okJson(await link())).toMatchObject({ version: 2 });
});

test("closing as risk accepted mutes its findings until the end, also after a crash", async () => {
  const { site, findings } = await withFindings(2);
  const [one = "", two = ""] = findings;
  const { id } = await makeCase(site, { findings: [one] });
  const until = iso(Date.now() + 10 * DAY);
  const accepted = { status: "closed", closeReason: "risk_accepted", until, note: "known" };
  await moveCase(site, id, accepted);
  expect((await site.finding(one)).mute).toMatchObject({
    reason: "risk_accepted",
    note: "known",
    author: "API token first",
    until,
  });
  const later = await makeCase(site, { findings: [two] });
  await withoutTable("muted_findings", () => patchCase(site, later.id, accepted));
  expect((await readCase(site, later.id)).status).toBe("closed");
  expect((await site.finding(two)).mute).toBeNull();
  await cron();
  expect((await site.finding(two)).mute).toMatchObject({ note: "known", until });
});

test("closing the case of a roll-up as accepted hides its new containers too", async () => {
  const { site, owner, send } = await withFindings(1);
  const [rollup] = (await site.rollups()).items;
  const { id } = await makeCase(site, { rollup: rollup?.id ?? "" });
  const until = iso(Date.now() + 10 * DAY);
  await moveCase(site, id, { status: "closed", closeReason: "false_positive", until });
  await send([inShop(newContainer())]);
  await site.alarm(owner);
  expect((await site.findings("?muted=true")).items).toHaveLength(2);
});

test("the record holds the case, its timeline, episodes and certificates", async () => {
  const { site, owner, findings } = await withFindings(1);
  const { id } = await makeCase(site, { findings });
  pass(HOUR);
  await site.alarm(owner);
  const response = await site.api(`/cases/${id}/record`);
  expect(response.headers.get("content-disposition")).toContain("LULL-1.json");
  const record = caseRecordSchema.parse(await okJson(response));
  expect(record.case.id).toBe(id);
  expect(record.timeline.map(({ kind }) => kind)).toContain("finding.resolved");
  expect(record.episodes).toMatchObject([{ finding: findings[0], episode: 1, caseId: id }]);
  expect(record.certificates).toMatchObject([{ finding: findings[0], episode: 1 }]);
});
