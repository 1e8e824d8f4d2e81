/** Somebody says over the API that a finding is fixed: what becomes of that, whoever holds the finding. */
import { beforeEach, describe, expect, test } from "vitest";
import { findingDetailSchema } from "../../schema/finding.ts";
import {
  batch,
  DAY,
  gcc,
  HOUR,
  iso,
  type Json,
  MINUTE,
  newContainer,
  okJson,
  pass,
  problemOf,
  SECOND,
  Site,
  stopClock,
  unique,
} from "../workers/support.ts";
import { episodesOf, evict, refusingWritesOf, rowsOf } from "./support.ts";

beforeEach(stopClock);

const RULE = "compiler-in-container";
const QUIET = 10 * MINUTE;

async function opened() {
  const site = await Site.open();
  await site.patchRule(RULE, { quietPeriod: "10m" });
  const [host, other] = [unique("host"), unique("host")];
  const container = newContainer();
  const event = (on = host) => site.send(batch(on, [gcc(container)]));
  await event();
  const owner = `host:${host}`;
  await site.alarm(owner);
  const { id } = await site.onlyFinding();
  return { site, owner, other: `host:${other}`, event, otherEvent: () => event(other), id };
}

async function sayFixed(site: Site, id: string, body: Json = { note: "no gcc any more" }) {
  const answer = await okJson(await site.apiJson("POST", `/findings/${id}/fixed`, body));
  return findingDetailSchema.parse(answer);
}

const CLAIM = { by: "API token first", note: "no gcc any more" };

test("a claim is answered with the finding, listed, and outlives an eviction", async () => {
  const { site, owner, id } = await opened();
  pass(MINUTE);
  const claim = { at: iso(), ...CLAIM };
  expect(await sayFixed(site, id)).toMatchObject({ status: "open", fixed: claim });
  await site.alarm(owner);
  expect((await site.findings()).items).toMatchObject([{ fixed: claim, regressed: null }]);
  pass(SECOND);
  await evict(site, owner);
  // The first stands.
  expect((await sayFixed(site, id, {})).fixed).toEqual(claim);
});

test("it may come without a note, and without a body", async () => {
  const { site, id } = await opened();
  const answer = await okJson(await site.api(`/findings/${id}/fixed`, { method: "POST" }));
  expect(answer).toMatchObject({ fixed: { at: iso(), note: null } });
});

test("a claim that is taken back is none", async () => {
  const { site, owner, event, id } = await opened();
  await sayFixed(site, id);
  pass(SECOND);
  const taken = () => site.api(`/findings/${id}/fixed`, { method: "DELETE" });
  expect(await okJson(await taken())).toMatchObject({ fixed: null });
  expect(await okJson(await taken())).toMatchObject({ fixed: null });
  pass(SECOND);
  await event();
  await site.alarm(owner);
  expect(await site.onlyFinding()).toMatchObject({ count: 2, regressed: null });
});

test("an event of after the claim is a regression, which a filter finds", async () => {
  const { site, owner, event, id } = await opened();
  pass(MINUTE);
  const claim = { at: iso(), ...CLAIM };
  await sayFixed(site, id);
  pass(MINUTE);
  await event();
  const regressed = { at: iso(), fixed: claim };
  await site.alarm(owner);
  const { items } = await site.findings("?regressed=true");
  expect(items).toMatchObject([{ id, status: "open", episode: 1, fixed: null, regressed }]);
  expect((await site.findings("?regressed=false")).items).toEqual([]);

  pass(QUIET + HOUR);
  await site.alarm(owner);
  expect((await episodesOf(site, id)).items).toMatchObject([
    { episode: 1, regressedAt: regressed.at },
  ]);
});

describe("three weeks after it has resolved and been forgotten", () => {
  async function forgotten() {
    const made = await opened();
    const { site, owner } = made;
    const forget = async () => {
      for (const ms of [QUIET, 2 * HOUR, 2 * DAY]) {
        pass(ms);
        await site.alarm(owner);
      }
      expect(await rowsOf(site, owner)).toEqual({});
    };
    return { ...made, forget };
  }

  test("what was said to be fixed before has regressed", async () => {
    const { site, owner, event, id, forget } = await forgotten();
    pass(MINUTE);
    const claim = { at: iso(), ...CLAIM };
    await sayFixed(site, id);
    await site.alarm(owner);
    await forget();
    expect(await site.finding(id)).toMatchObject({ status: "resolved", fixed: claim });
    pass(18 * DAY);
    await event();
    await site.alarm(owner);
    const at = iso();
    expect(await site.onlyFinding()).toMatchObject({
      status: "open",
      episode: 2,
      fixed: null,
      regressed: { at, fixed: claim },
    });
    pass(100 * DAY);
    await site.alarm(owner);
    expect((await episodesOf(site, id)).items).toMatchObject([
      { episode: 2, openedAt: at, regressedAt: at },
      { episode: 1, regressedAt: null },
    ]);
  });

  test("what is said to be fixed then is noted by an owner that holds nothing any more", async () => {
    const { site, owner, event, id, forget } = await forgotten();
    await forget();
    const before = await site.finding(id);
    pass(DAY);
    const claim = { at: iso(), ...CLAIM };
    expect(await sayFixed(site, id)).toMatchObject({ status: "resolved", fixed: claim });
    await site.alarm(owner);
    const [listed] = (await site.findings()).items;
    expect(listed).toMatchObject({ fixed: claim, resource: before.resource, count: 1 });
    await forget();
    await event();
    await site.alarm(owner);
    expect(await site.onlyFinding()).toMatchObject({ episode: 2, regressed: { fixed: claim } });
  });
});

test("a claim moves with the finding to another owner", async () => {
  const { site, owner, other, otherEvent, id } = await opened();
  pass(SECOND);
  const claim = { at: iso(), ...CLAIM };
  await sayFixed(site, id);
  await site.alarm(owner);
  pass(MINUTE);
  await otherEvent();
  await site.alarm(other);
  expect(await site.onlyFinding()).toMatchObject({
    episode: 1,
    count: 2,
    regressed: { at: iso(), fixed: claim },
  });
});

test("a claim that was not written before the finding moved is not lost", async () => {
  const { site, owner, other, otherEvent, id } = await opened();
  pass(SECOND);
  const claim = { at: iso(), ...CLAIM };
  await sayFixed(site, id);
  await refusingWritesOf(owner, () => site.alarm(owner));
  pass(MINUTE);
  await otherEvent();
  await site.alarm(other);
  const at = iso();
  for (let i = 0; i < 3; i++) {
    pass(MINUTE);
    await site.alarm(owner);
    await site.alarm(other);
  }
  expect(await site.onlyFinding()).toMatchObject({
    status: "open",
    episode: 1,
    count: 2,
    regressed: { at, fixed: claim },
  });
});

describe("refused", () => {
  test("is a claim about another tenant's finding", async () => {
    const { site, id } = await opened();
    const stranger = await Site.open();
    for (const method of ["POST", "DELETE"]) {
      const answer = await stranger.api(`/findings/${id}/fixed`, { method });
      expect(await problemOf(answer)).toMatchObject({ status: 404 });
    }
    expect(await site.finding(id)).toMatchObject({ fixed: null });
  });

  test.each([
    ["a field that nobody knows", { who: "me" }, "who"],
    ["an empty note", { note: " " }, "note"],
    ["a long one", { note: "x".repeat(1_001) }, "note"],
  ])("is %s", async (_, body, field) => {
    const { site, id } = await opened();
    const answer = await site.apiJson("POST", `/findings/${id}/fixed`, body);
    expect(await problemOf(answer)).toMatchObject({ status: 400, field });
  });

  test("is what is no finding", async () => {
    const { site } = await opened();
    const answer = await site.apiJson("POST", "/findings/nothing/fixed", {});
    expect(await problemOf(answer)).toMatchObject({ status: 404, title: "Not found" });
  });
});
