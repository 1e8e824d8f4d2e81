/**
 * Microsoft Teams, by a workflow ("Post to a channel when a webhook request is received"): its address is the secret.
 * The message is an Adaptive Card of rich text runs, which know no markup. A message has 28 KB at most.
 */
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
  type News,
} from "./news.ts";

const MAX_TITLE = 250;

type Color = "Attention" | "Warning" | "Accent" | "Default";
const COLORS: Readonly<Record<Severity, Color>> = {
  critical: "Attention",
  high: "Attention",
  medium: "Warning",
  low: "Accent",
  info: "Default",
};

interface Run {
  type: "TextRun";
  text: string;
  weight?: "Bolder";
  size?: "Medium";
  color?: Color;
  isSubtle?: true;
}

const run = (text: string, more: Omit<Run, "type" | "text"> = {}): Run => ({
  type: "TextRun",
  text,
  ...more,
});

const line = (...inlines: Run[]) => ({ type: "RichTextBlock", inlines });

function cardOf(news: News, link: string | null) {
  const { title, about, severity } = news;
  const facts = news.facts.slice(0, MAX_FACTS);
  const color = severity === null ? "Default" : COLORS[severity];
  const worst = severity === null ? [] : [line(run(severity, { color, weight: "Bolder" }))];
  return {
    $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
    type: "AdaptiveCard",
    version: "1.4",
    body: [
      ...worst,
      line(run(oneLine(title, MAX_TITLE), { weight: "Bolder", size: "Medium" })),
      ...(about === null ? [] : [line(run(oneLine(about, MAX_ABOUT)))]),
      ...facts.map(([label, value]) =>
        line(
          run(`${oneLine(label, MAX_FACT)}: `, { isSubtle: true }),
          run(oneLine(value, MAX_FACT)),
        ),
      ),
    ],
    ...(link === null
      ? {}
      : { actions: [{ type: "Action.OpenUrl", title: "Open in Lull", url: link }] }),
  };
}

export const teams: Channel = {
  tells: (happening) => newsOf(happening) !== null,
  async build(happening, { endpoint, publicUrl }) {
    const news = newsOf(happening);
    // What has nothing to say is no delivery.
    if (news === null) throw new Error(`nothing to say of ${happening.type}`);
    const attachment = {
      contentType: "application/vnd.microsoft.card.adaptive",
      contentUrl: null,
      content: cardOf(news, linkOf(news, publicUrl)),
    };
    return {
      method: "POST",
      url: endpoint.url,
      headers: { "content-type": "application/json", "user-agent": "Lull-Webhooks/1" },
      body: JSON.stringify({ type: "message", attachments: [attachment] }),
      hidden: secretsOf(endpoint.url),
    };
  },
};
