/** Messages as Slack, Teams and PagerDuty want them, written from their documentation. Lull is at lull.example.com. */
import { z } from "zod";

const plain = (most: number) =>
  z.strictObject({
    type: z.literal("plain_text"),
    text: z.string().min(1).max(most),
    emoji: z.literal(false),
  });

/** https://docs.slack.dev/reference/block-kit/blocks and messaging/unfurling-links-in-messages, as far as messages use it. */
export const slackSchema = z.strictObject({
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
  unfurl_links: z.literal(false),
  unfurl_media: z.literal(false),
});

export const teamsSchema = z.strictObject({
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
export const pagerSchema = z.strictObject({
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
