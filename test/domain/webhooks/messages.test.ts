/**
 * Messages for people: what each happening says in Slack, Teams and PagerDuty, held to the vendors' own parsers and
 * limits, and what hostile text comes to there.
 */
import { createRequire } from "node:module";
import type * as AdaptiveCards from "adaptivecards";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { MESSAGE_FORMATS } from "../../../schema/endpoint-formats.ts";
import { HAPPENING_TYPES, type Happening, type HappeningType } from "../../../schema/happening.ts";
import type { ChannelContext } from "../../../durable/channels/channel.ts";
import { CHANNELS } from "../../../durable/channels/channels.ts";
import { hide } from "../../../durable/channels/hide.ts";
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

const plain = (most: number) =>
  z.strictObject({
    type: z.literal("plain_text"),
    text: z.string().min(1).max(most),
    emoji: z.literal(false),
  });

/** https://docs.slack.dev/reference/block-kit/blocks, as far as messages use it. */
const slackSchema = z.strictObject({
  text: z.string().min(1).max(3_000),
  blocks: z
    .array(
      z.union([
        z.strictObject({ type: z.literal("header"), text: plain(150) }),
        z.strictObject({ type: z.literal("section"), text: plain(3_000) }),
        z.strictObject({
          type: z.literal("section"),
          fields: z.array(plain(2_000)).min(1).max(10),
        }),
        z.strictObject({
          type: z.literal("context"),
          elements: z.array(
            z.strictObject({
              type: z.literal("mrkdwn"),
              text: z.string().regex(/^<https:\/\/lull\.example\.com\/[^<>|]+\|Open in Lull>$/),
            }),
          ),
        }),
      ]),
    )
    .max(50),
});

const teamsSchema = z.strictObject({
  type: z.literal("message"),
  attachments: z.tuple([
    z.strictObject({
      contentType: z.literal("application/vnd.microsoft.card.adaptive"),
      contentUrl: z.null(),
      content: z.record(z.string(), z.unknown()),
    }),
  ]),
});

/** https://developer.pagerduty.com/docs/send-alert-event */
const pagerSchema = z.strictObject({
  routing_key: z.string().length(32),
  event_action: z.enum(["trigger", "acknowledge", "resolve"]),
  dedup_key: z.string().min(1).max(255),
  client: z.string().optional(),
  client_url: z.url().optional(),
  links: z.array(z.strictObject({ href: z.url(), text: z.string() })).optional(),
  payload: z
    .strictObject({
      summary: z.string().min(1).max(1_024),
      source: z.string().min(1),
      severity: z.enum(["critical", "error", "warning", "info"]),
      timestamp: z.iso.datetime(),
      component: z.string().optional(),
      group: z.string().optional(),
      class: z.string().optional(),
      custom_details: z.record(z.string(), z.string()),
    })
    .optional(),
});

function expectCard(body: string): void {
  const { attachments } = teamsSchema.parse(JSON.parse(body));
  const context = new SerializationContext(new Version(1, 4));
  new AdaptiveCard().parse(attachments[0].content, context);
  const complaints = Array.from({ length: context.eventCount }, (_, i) => context.getEventAt(i));
  expect(complaints.map((event) => event.message)).toEqual([]);
}

function expectValid(format: Format, body: string): void {
  expect(new TextEncoder().encode(body).length).toBeLessThan(28 * 1_024);
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
    ["mentions", "<!channel> <@U123> @everyone <https://evil.example|click>"],
    ["Markdown", "[click](https://evil.example) **bold** `code` <at>all</at>"],
    ["lines", "one\ntwo\r\n\n# three"],
    ["length", "x".repeat(60_000)],
    ["half characters", "\u{1F600}".repeat(2_000)],
  ])("hostile text stays text: %s", async (_, text) => {
    const told = happening("finding.opened");
    const finding = told.data.finding;
    if (finding === undefined) throw new Error("the example has a finding");
    const resource = { ...finding.resource, workload: text, namespace: text, image: text };
    const hostile = { ...finding, headline: text, rule: text, resource };
    const body = await bodyOf(format, { ...told, data: { finding: hostile } });
    expectValid(format, body);
    expect(body.isWellFormed()).toBe(true);
  });

  test("what is secret stands nowhere that people read it", async () => {
    const call = await CHANNELS[format].build(happening("signal.raised"), contextOf(format));
    const shown = [call.url, call.body, `No such webhook: ${call.url}`].map((text) =>
      hide(text, call.hidden),
    );
    for (const text of shown) expect(text).not.toMatch(/s3cr3t|0123456789abcdef/);
  });
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

  test("nobody is called for what needs nobody", () => {
    for (const type of ["finding.unverified", "mute.expiring", "endpoint.disabled"] as const)
      expect(tells("pagerduty", happening(type))).toBe(false);
  });
});
