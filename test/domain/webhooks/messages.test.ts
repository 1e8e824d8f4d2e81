/**
 * Messages for people: what each happening says in Slack, Teams and PagerDuty, held to the vendors' own parsers and
 * limits, and what hostile text comes to there.
 */
import { createRequire } from "node:module";
import type * as AdaptiveCards from "adaptivecards";
import { describe, expect, test } from "vitest";
import { FORMATS, MESSAGE_FORMATS } from "../../../schema/endpoint-formats.ts";
import { HAPPENING_TYPES, type Happening, type HappeningType } from "../../../schema/happening.ts";
import type { ChannelContext } from "../../../durable/channels/channel.ts";
import { CHANNELS } from "../../../durable/channels/channels.ts";
import { hide } from "../../../durable/channels/hide.ts";
import { newsOf } from "../../../durable/channels/news.ts";
import { pagerSchema, slackSchema, teamsSchema } from "../../support/chat-shapes.ts";
import { AT, happening } from "./support.ts";

// Its module build names files that are not there.
const { AdaptiveCard, SerializationContext, Version } = createRequire(import.meta.url)(
  "adaptivecards/dist/adaptivecards.js",
) as typeof AdaptiveCards;

type Format = (typeof MESSAGE_FORMATS)[number];

const URLS: Readonly<Record<Format, string>> = {
  slack: "https://hooks.slack.com/services/T0000/B0000/s3cr3tpath",
  teams: "https://prod-1.logic.azure.com/workflows/abc/triggers/manual/paths/invoke?sig=s3cr3tsig",
  pagerduty: "https://events.pagerduty.com/v2/enqueue",
};
const ROUTING_KEY = "0123456789abcdef0123456789abcdef";

/** Of Teams; the others take more. */
const MAX_BYTES = 28 * 1_024;

const contextOf = (format: Format, publicUrl: string | null = "https://lull.example.com") =>
  ({
    id: "msg_8a1f0c37e5d24b69a0f3c2d1e4b5968f",
    tenant: "acme",
    endpoint: { id: "e1", url: URLS[format], format, settings: {} },
    secrets: [],
    credential: format === "pagerduty" ? ROUTING_KEY : "",
    publicUrl,
    at: AT,
  }) satisfies ChannelContext;

const tells = (format: Format, told: Happening) => CHANNELS[format].tells?.(told) ?? true;

async function bodyOf(format: Format, told: Happening, publicUrl?: string | null) {
  const { body } = await CHANNELS[format].build(told, contextOf(format, publicUrl));
  return body;
}

function expectCard(body: string): void {
  const { attachments } = teamsSchema.parse(JSON.parse(body));
  const context = new SerializationContext(new Version(1, 4));
  new AdaptiveCard().parse(attachments[0].content, context);
  const complaints = Array.from({ length: context.eventCount }, (_, i) => context.getEventAt(i));
  expect(complaints.map((event) => event.message)).toEqual([]);
}

function expectValid(format: Format, body: string): void {
  expect(new TextEncoder().encode(body).length).toBeLessThan(MAX_BYTES);
  if (format === "slack") slackSchema.parse(JSON.parse(body));
  if (format === "teams") expectCard(body);
  if (format === "pagerduty") pagerSchema.parse(JSON.parse(body));
}

describe.each(MESSAGE_FORMATS)("in %s", (format) => {
  test.each(HAPPENING_TYPES)("%s is told as the vendor wants it, or not at all", async (type) => {
    const told = happening(type);
    if (!tells(format, told)) return;
    expectValid(format, await bodyOf(format, told));
  });

  test("another attempt says the same", async () => {
    const told = happening("finding.opened");
    expect(await bodyOf(format, told)).toBe(await bodyOf(format, told));
  });

  test("there is no link where nobody has said where Lull is", async () => {
    const body = await bodyOf(format, happening("finding.opened"), null);
    expect(body).not.toContain("lull.example.com");
    expectValid(format, body);
  });

  test.each([
    ["what is escaped", "&".repeat(10_000)],
    ["mentions", "<!channel> <@U123> @everyone <https://evil.example|click>"],
    ["Markdown", "[click](https://evil.example) **bold** `code` <at>all</at>"],
    ["lines", "one\ntwo\r\n\n# three"],
    ["length", "x".repeat(60_000)],
    ["half characters", "\u{1F600}".repeat(2_000)],
    ["broken characters", "\ud83d".repeat(2_000)],
    ["controls", "\u0001".repeat(2_000)],
    ["a line that is turned around", "\u202egnp.exe \u200b\u2066x"],
    ["wide characters", "漢".repeat(10_000)],
    ["nothing", " \n "],
  ])("hostile text stays text: %s", async (_, text) => {
    const told = happening("finding.opened");
    const finding = told.data.finding;
    if (finding === undefined) throw new Error("the example has a finding");
    const where = { cluster: text, namespace: text, workload: text, host: text, image: text };
    const resource = { ...finding.resource, ...where, name: text };
    const hostile = { ...finding, headline: text, rule: text, resource, caseId: "LULL-1" };
    const body = await bodyOf(format, { ...told, data: { finding: hostile } });
    expectValid(format, body);
    // Spelled out where it would hide or turn what follows; half a character is none.
    expect(body).not.toMatch(
      /[\u200b-\u200f\u202a-\u202e\u2066-\u2069]|[^\\]\\u(?:d[89a-f]|00[01])/,
    );
  });

  test("what is secret stands nowhere that people read it", async () => {
    const call = await CHANNELS[format].build(happening("signal.raised"), contextOf(format));
    const shown = [call.url, call.body, `No such webhook: ${call.url}`].map((text) =>
      hide(text, call.hidden),
    );
    for (const text of shown) expect(text).not.toMatch(/s3cr3t|0123456789abcdef/);
  });
});

test.each(HAPPENING_TYPES)("of %s no fact is left out where ten are shown", (type) => {
  const news = newsOf(happening(type));
  expect(news).not.toBeNull();
  // With the severity.
  expect(news?.facts.length).toBeLessThan(10);
});

test.each([
  ["watched", { heartbeats: true }, {}, /^proven from 2026-/],
  ["heard of without heartbeats", { heartbeats: false }, {}, /^ends at .* on silence alone/],
  ["watched by nobody", { state: "unverified" }, { deadlineAt: null }, /clock stands still/],
] as const)("of a finding that is %s it says what its quiet is worth", (_, how, more, words) => {
  const told = happening("finding.opened");
  const { finding } = told.data;
  if (finding === undefined) throw new Error("the example has a finding");
  const deadlineAt = "2026-11-25T10:00:00.000Z";
  const verification = { ...finding.verification, ...how };
  const data = {
    finding: { ...finding, status: "open" as const, deadlineAt, verification, ...more },
  };
  expect(Object.fromEntries(newsOf({ ...told, data })?.facts ?? [])["Quiet"]).toMatch(words);
});

test("in Slack what notifications show is no markup", async () => {
  const told = happening("finding.opened");
  const finding = { ...told.data.finding, headline: "<!channel> & <@U1>" };
  const body = await bodyOf("slack", { ...told, data: { finding } } as Happening);
  expect(slackSchema.parse(JSON.parse(body)).text).toContain("&lt;!channel&gt; &amp; &lt;@U1&gt;");
});

describe("in PagerDuty", () => {
  const eventOf = async (type: HappeningType, fields: Partial<Happening> = {}) =>
    pagerSchema.parse(JSON.parse(await bodyOf("pagerduty", happening(type, fields))));

  test.each([
    ["finding.opened", "trigger"],
    ["finding.regressed", "trigger"],
    ["finding.resolved", "resolve"],
    ["signal.raised", "trigger"],
    ["agent.silent", "trigger"],
    ["agent.recovered", "resolve"],
    ["case.created", "trigger"],
    ["case.fixed", "acknowledge"],
    ["case.closed", "resolve"],
  ] as const)("%s is %s", async (type, action) => {
    expect((await eventOf(type)).event_action).toBe(action);
  });

  test("what ends an incident has the key of what began it, and another finding another one", async () => {
    const key = "f1";
    const opened = await eventOf("finding.opened", { key });
    expect((await eventOf("finding.resolved", { key })).dedup_key).toBe(opened.dedup_key);
    expect((await eventOf("finding.reopened", { key })).dedup_key).toBe(opened.dedup_key);
    expect((await eventOf("finding.opened", { key: "f2" })).dedup_key).not.toBe(opened.dedup_key);
  });

  test("nobody is called for what needs nobody, and the form does not offer it", () => {
    const untold = HAPPENING_TYPES.filter((type) => !tells("pagerduty", happening(type)));
    // Of cases what is told depends on their status.
    expect(untold.filter((type) => type !== "case.updated")).toEqual(FORMATS.pagerduty.untold);
  });

  test("an unnamed resource still has a source", async () => {
    const told = happening("finding.opened");
    const { finding } = told.data;
    if (finding === undefined) throw new Error("the example has a finding");
    const data = { finding: { ...finding, resource: { ...finding.resource, name: " " } } };
    expect((await eventOf("finding.opened", { data })).payload?.source).toBe("lull/acme");
  });
});
