/** What trackers say that is not as documented, in hooks and in answers: it means nothing, and breaks nothing. */
import { describe, expect, test } from "vitest";
import { FORMATS, TRACKER_FORMATS, type TrackerFormat } from "../../../schema/endpoint-formats.ts";
import { TRACKERS } from "../../../durable/channels/trackers.ts";
import { FakeGitHub } from "../../support/fake-github.ts";
import { FakeGitLab } from "../../support/fake-gitlab.ts";
import { FakeJira } from "../../support/fake-jira.ts";
import { FakeServiceNow } from "../../support/fake-servicenow.ts";
import { ANA, LULL, TOKEN, type FakeTracker } from "../../support/fake-tracker.ts";

const ORIGIN = "https://tracker.example.com";
const CASES: Readonly<Record<TrackerFormat, { fake: () => FakeTracker; settings: object }>> = {
  jira: {
    fake: () => new FakeJira(ORIGIN),
    settings: { project: "SEC", email: "lull@example.com" },
  },
  github: { fake: () => new FakeGitHub(ORIGIN), settings: { owner: "acme", repo: "shop" } },
  gitlab: { fake: () => new FakeGitLab(ORIGIN), settings: { project: "acme/platform/shop" } },
  servicenow: { fake: () => new FakeServiceNow(ORIGIN), settings: { user: LULL.id } },
};

const DRAFT = {
  title: "LULL-1: gcc",
  text: [],
  priority: "P2",
  marker: "lull-1-0a1b2c3d4e",
} as const;

function contextOf(format: TrackerFormat) {
  const settings = FORMATS[format].settings.parse(CASES[format].settings);
  return { endpoint: { url: ORIGIN, settings }, credential: TOKEN };
}

/** What it tells of all that one can do with a ticket. */
function hooksOf(format: TrackerFormat) {
  const fake = CASES[format].fake();
  const { method, path, body } = TRACKERS[format].create(contextOf(format), DRAFT);
  const headers = { ...TRACKERS[format].headers(contextOf(format)) };
  fake.take({ method, path, headers, body: JSON.stringify(body) });
  fake.hooks.splice(0);
  fake.finish(ANA);
  fake.reopen(ANA);
  fake.give(ANA, ANA);
  fake.give(null, ANA);
  fake.say("hello", ANA);
  return fake.hooks;
}

const read = (format: TrackerFormat, headers: Record<string, string>, json: unknown) =>
  TRACKERS[format].readHook(new Headers(headers), json, contextOf(format));

const WRONG = [undefined, null, 0, -1e300, "", "x".repeat(100_000), true, [], [[]], {}, { id: {} }];

/** Copies in which one thing, at any depth, is another. */
function* spoiled(json: unknown): Generator {
  yield* WRONG;
  if (typeof json !== "object" || json === null) return;
  for (const [name, value] of Object.entries(json))
    for (const other of spoiled(value))
      yield Array.isArray(json) ? [other] : { ...json, [name]: other };
}

describe.each(TRACKER_FORMATS)("a hook of %s", (format) => {
  test("says what somebody has done", () => {
    const news = hooksOf(format).map(({ headers, body }) =>
      read(format, headers, JSON.parse(body)),
    );
    const said = news.flatMap((it) => (it === null ? [] : [it]));
    expect(said).toMatchObject([
      { moved: "done" },
      { moved: expect.stringMatching(/^(?:open|reopened)$/) },
      { assignee: { id: ANA.id } },
      { assignee: null },
      { comment: { text: "hello" } },
    ]);
    for (const { author, marked, ticket } of said) {
      expect(author.id).toBe(ANA.id);
      expect(marked).toContain(DRAFT.marker);
      expect(ticket.url).toMatch(new RegExp(`^${ORIGIN}/`));
    }
    expect(new Set(said.map(({ id }) => id)).size).toBe(5);
  });

  test("whose fields are missing, or of another type, is nothing, or what it still says", () => {
    for (const { headers, body } of hooksOf(format))
      for (const json of spoiled(JSON.parse(body))) {
        const news = read(format, headers, json);
        if (news === null) continue;
        expect(typeof news.id).toBe("string");
        expect(Number.isFinite(news.at)).toBe(true);
        for (const text of [news.author.name, news.ticket.ref, news.ticket.key, news.marked])
          expect(typeof text).toBe("string");
      }
  });
});

test("ServiceNow: a row of a table that knows no correlation ids is not taken for the ticket", () => {
  const row = { sys_id: "0".repeat(32), number: "X1", correlation_id: "" };
  const found = (result: unknown) =>
    TRACKERS.servicenow.found({ result }, DRAFT.marker, contextOf("servicenow"));
  expect(found([row])).toBeNull();
  expect(found([])).toBeNull();
  expect(found({})).toBeUndefined();
  expect(found([{ ...row, correlation_id: DRAFT.marker }])).toMatchObject({ key: "X1" });
});

test("an answer that is not as documented is not understood", () => {
  for (const format of TRACKER_FORMATS) {
    const { found, created, commentsRead, account, looked } = TRACKERS[format];
    const context = contextOf(format);
    for (const json of WRONG) {
      if (!Array.isArray(json)) expect(found(json, DRAFT.marker, context)).toBeUndefined();
      expect(created(json, context)).toBeUndefined();
      if (!Array.isArray(json)) expect(commentsRead(json)).toBeUndefined();
      expect(account(json)).toBeUndefined();
      expect(looked(json, context)).toBeUndefined();
    }
  }
});
