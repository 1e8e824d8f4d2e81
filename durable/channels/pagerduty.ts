/**
 * PagerDuty, by its Events API v2: what opens triggers an incident, what ends resolves it, under one `dedup_key`, so that
 * retries, replays and what comes back never make two.
 * https://developer.pagerduty.com/docs/send-alert-event
 */
import type { Happening } from "../../schema/happening.ts";
import type { Severity } from "../../schema/rule.ts";
import { formatInstant } from "../../schema/time.ts";
import { sha256 } from "../identity.ts";
import type { Channel, ChannelContext } from "./channel.ts";
import { linkOf, MAX_FACT, newsOf, oneLine, summaryOf, type News } from "./news.ts";

type Action = "trigger" | "acknowledge" | "resolve";
type Told = Pick<Happening, "type" | "data">;

const MAX_SUMMARY = 1_024;
const KEY_HEX = 40;

const SEVERITIES: Readonly<Record<Severity, "critical" | "error" | "warning" | "info">> = {
  critical: "critical",
  high: "error",
  medium: "warning",
  low: "info",
  info: "info",
};

/** Null: it is nothing to be called for. */
function actionOf({ type, data }: Told): Action | null {
  switch (type) {
    case "finding.opened":
    case "finding.reopened":
    case "finding.regressed":
    case "signal.raised":
    case "agent.silent":
    case "case.created":
    case "case.regressed":
    case "case.reopened":
    case "endpoint.test":
      return "trigger";
    case "finding.unmuted":
      return data.finding?.status === "open" ? "trigger" : null;
    case "finding.muted":
      // A scope mutes what it is true of, and what is open of that is not known here.
      return data.finding === undefined ? null : "resolve";
    case "finding.resolved":
    case "agent.recovered":
    case "case.closed":
      return "resolve";
    case "case.updated":
      return data.case?.status === "in_progress" ? "acknowledge" : null;
    case "case.fixed":
      return "acknowledge";
    case "finding.unverified":
    case "mute.expiring":
    case "case.note_added":
    case "endpoint.disabled":
      return null;
  }
}

/** Of what it is about, not of what happened. A host has an agent of each kind. */
function dedupKey({ key, data }: Happening, { tenant, endpoint }: ChannelContext): string {
  const about = JSON.stringify([tenant, endpoint.id, key, data.agent?.id ?? null]);
  return `lull-${sha256(about).slice(0, KEY_HEX)}`;
}

function payloadOf(news: News, { at, data }: Happening, tenant: string) {
  const { severity, facts } = news;
  const seen = data.finding ?? data.signal;
  const { name, workload, namespace } = seen?.resource ?? {};
  const where = { component: workload, group: namespace, class: seen?.rule };
  return {
    summary: oneLine(summaryOf(news), MAX_SUMMARY),
    source: oneLine(name ?? data.agent?.host ?? "", MAX_FACT) || `lull/${tenant}`,
    severity: SEVERITIES[severity ?? "info"],
    timestamp: formatInstant(at),
    ...Object.fromEntries(
      Object.entries(where).flatMap(([field, value]) =>
        value?.trim() ? [[field, oneLine(value, MAX_FACT)]] : [],
      ),
    ),
    custom_details: Object.fromEntries(
      facts.map(([label, value]) => [label, oneLine(value, MAX_FACT)]),
    ),
  };
}

export const pagerduty: Channel = {
  // "Retry? No": https://github.com/PagerDuty/developer-docs/blob/main/docs/events-API-v2/01-Overview.md
  refusals: [400],
  tells: (happening) => actionOf(happening) !== null,
  async build(happening, context) {
    const action = actionOf(happening);
    const news = newsOf(happening);
    // What has nothing to say is no delivery.
    if (action === null || news === null) throw new Error(`nothing to say of ${happening.type}`);
    const { endpoint, credential, publicUrl, tenant } = context;
    const link = linkOf(news, publicUrl);
    const event = {
      routing_key: credential,
      event_action: action,
      dedup_key: dedupKey(happening, context),
      // The others change an incident that has all this.
      ...(action === "trigger" && {
        client: "Lull",
        ...(link !== null && { client_url: link, links: [{ href: link, text: "Open in Lull" }] }),
        payload: payloadOf(news, happening, tenant),
      }),
    };
    return {
      method: "POST",
      url: endpoint.url,
      headers: { "content-type": "application/json", "user-agent": "Lull-Webhooks/1" },
      body: JSON.stringify(event),
      hidden: [credential],
    };
  },
};
