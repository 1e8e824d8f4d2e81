/** Endpoints and their deliveries in words. Pure. */
import type { EndpointFormat } from "../../schema/endpoint-formats.ts";
import type { HappeningType } from "../../schema/happening.ts";
import type {
  AttemptOutcome,
  DeadReason,
  DisabledReason,
  EndpointView,
} from "../../schema/webhooks.ts";

/** What each format is called, and whom it is for. */
export const FORMAT_WORDS: Readonly<Record<EndpointFormat, { word: string; about: string }>> = {
  standard: {
    word: "Webhook",
    about: "JSON as the API shows it, signed as Standard Webhooks says. For receivers of your own.",
  },
  cloudevents: {
    word: "CloudEvents",
    about: "The same in CloudEvents 1.0. For event brokers, such as Knative or Event Grid.",
  },
  ocsf: {
    word: "OCSF",
    about: "The same in OCSF 1.3. For security lakes and a SIEM.",
  },
  slack: {
    word: "Slack",
    about: "A message in a channel, for people.",
  },
  teams: {
    word: "Microsoft Teams",
    about: "A card in a channel, for people.",
  },
  pagerduty: {
    word: "PagerDuty",
    about: "An incident for what opens, resolved with it.",
  },
  jira: {
    word: "Jira",
    about: "A ticket in Jira Cloud for each case, in step both ways.",
  },
  github: {
    word: "GitHub Issues",
    about: "An issue for each case, in step both ways.",
  },
  gitlab: {
    word: "GitLab Issues",
    about: "An issue for each case, in step both ways.",
  },
  servicenow: {
    word: "ServiceNow",
    about: "An incident for each case, in step both ways.",
  },
};

/** "Finding opened" for `finding.opened`. */
export function typeWords(type: string): string {
  const words = type.replaceAll(/[._]/g, " ");
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}

/** "note added" for `case.note_added`. */
export function actWords(type: HappeningType): string {
  return (type.split(".")[1] ?? type).replaceAll("_", " ");
}

/** "finding.*" is "all of findings", `*` is "everything". */
export function eventsWords(events: readonly string[]): string {
  return events.includes("*") ? "everything" : events.map(patternWords).join(", ");
}

function patternWords(pattern: string): string {
  const [kind = ""] = pattern.split(".");
  return pattern.endsWith(".*")
    ? `all of ${KIND_WORDS[kind] ?? kind}`
    : typeWords(pattern).toLowerCase();
}

/** What there is to hear of, by the first part of the types. */
export const KIND_WORDS: Readonly<Record<string, string>> = {
  finding: "findings",
  signal: "signals",
  agent: "agents",
  mute: "mutes",
  case: "cases",
  endpoint: "endpoints",
};

/** What an attempt came to. `blocked` was not even made. */
export const OUTCOME_WORDS: Readonly<Record<AttemptOutcome, string>> = {
  delivered: "arrived",
  status: "refused",
  redirect: "redirected, which is not followed",
  timeout: "no answer in time",
  unreachable: "no connection",
  blocked: "not sent: the address may not be called, or the token is missing",
};

/** Why a delivery is a dead letter. */
export const DEAD_WORDS: Readonly<Record<DeadReason, string>> = {
  attempts: "no attempt was left",
  age: "it was too old",
  gone: "the receiver is gone (410)",
  refused: "the receiver will never take it",
  queue_full: "too many waited",
};

export const DISABLED_WORDS: Readonly<Record<DisabledReason, string>> = {
  by_hand: "by an admin",
  gone: "the receiver answered 410 Gone",
};

/** Of a delivery or an attempt: "arrived, 200", "no answer in time". */
export function outcomeWords(outcome: AttemptOutcome, status: number | null): string {
  return status === null ? OUTCOME_WORDS[outcome] : `${OUTCOME_WORDS[outcome]}, ${status}`;
}

/** What people call an endpoint. */
export function endpointName({
  description,
  url,
}: Pick<EndpointView, "description" | "url">): string {
  return description ?? /^https?:\/\/([^/?#]+)/.exec(url)?.[1] ?? url;
}
