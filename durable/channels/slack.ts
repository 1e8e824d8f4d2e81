/**
 * Slack, by an incoming webhook: its address is the secret. Event texts stand in `plain_text` alone, which knows no
 * markup and no mentions. Limits: https://docs.slack.dev/reference/block-kit/blocks.
 */
import type { KnownBlock, PlainTextElement } from "@slack/types";
import type { Severity } from "../../schema/rule.ts";
import type { Channel } from "./channel.ts";
import {
  linkOf,
  MAX_ABOUT,
  MAX_FACT,
  MAX_FACTS,
  newsOf,
  oneLine,
  secretsOf,
  summaryOf,
  type News,
} from "./news.ts";

const MAX_HEADER = 150;
/** Of what notifications show; escaped it is five times as long at most. */
const MAX_SUMMARY = 500;

const SIGNS: Readonly<Record<Severity, string>> = {
  critical: "\u{1F534}",
  high: "\u{1F7E0}",
  medium: "\u{1F7E1}",
  low: "\u{1F535}",
  info: "\u{26AA}",
};

const plain = (text: string, most: number): PlainTextElement => ({
  type: "plain_text",
  text: oneLine(text, most),
  emoji: false,
});

/** The three characters that Slack reads markup, links and mentions out of. */
function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function blocksOf({ title, about, severity, facts }: News, link: string | null): KnownBlock[] {
  const sign = severity === null ? "" : `${SIGNS[severity]} `;
  const blocks: KnownBlock[] = [{ type: "header", text: plain(`${sign}${title}`, MAX_HEADER) }];
  if (about !== null) blocks.push({ type: "section", text: plain(about, MAX_ABOUT) });
  const said = [...(severity === null ? [] : [["Severity", severity] as const]), ...facts];
  const fields = said
    .slice(0, MAX_FACTS)
    .map(([label, value]) => plain(`${label}: ${value}`, MAX_FACT));
  if (fields.length > 0) blocks.push({ type: "section", fields });
  // Not a button: of an app that hears no clicks Slack warns whoever presses one, though it leads where it should.
  if (link !== null)
    blocks.push({
      type: "context",
      elements: [{ type: "mrkdwn", text: `<${link}|Open in Lull>` }],
    });
  return blocks;
}

export const slack: Channel = {
  // `invalid_payload`, `invalid_blocks`: https://api.slack.com/changelog/2016-05-17-changes-to-errors-for-incoming-webhooks
  refusals: [400],
  tells: (happening) => newsOf(happening) !== null,
  async build(happening, { endpoint, publicUrl }) {
    const news = newsOf(happening);
    // What has nothing to say is no delivery.
    if (news === null) throw new Error(`nothing to say of ${happening.type}`);
    return {
      method: "POST",
      url: endpoint.url,
      headers: { "content-type": "application/json", "user-agent": "Lull-Webhooks/1" },
      // `text` is what notifications show; it is read as markup.
      body: JSON.stringify({
        text: escaped(oneLine(summaryOf(news), MAX_SUMMARY)),
        blocks: blocksOf(news, linkOf(news, publicUrl)),
        // Whatever address is read out of a text, Slack is not to visit it.
        unfurl_links: false,
        unfurl_media: false,
      }),
      hidden: secretsOf(endpoint.url),
    };
  },
};
