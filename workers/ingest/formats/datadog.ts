/**
 * The Datadog Agent's runtime security events (Workload Protection, formerly Cloud Workload Security). Pure.
 * Events: DataDog/datadog-agent:docs/cloud-workload-security/backend_linux.md; the Agent's words about itself:
 * pkg/security/events/custom.go, pkg/security/probe/custom_events.go, pkg/security/probe/selftests.
 * Contract: an event has no id of its own; repeats are known by their batch.
 */
import type { HostRef, LullEvent, Normalised } from "../../../schema/event.ts";
import { MAX_FIELD_CHARS, MAX_TAGS } from "../../../schema/limits.ts";
import { eventOfAgent } from "../agents.ts";
import {
  cutText,
  readInstant,
  readInteger,
  readObject,
  readString,
  type Notes,
  type Raw,
} from "../fields.ts";
import {
  circumstancesOf,
  detailOf,
  flagsOf,
  readDatadogFile,
  readDatadogNetwork,
} from "./datadog-details.ts";
import { readParts, SOURCE, type DatadogParts } from "./datadog-envelope.ts";
import { kindOfDatadog } from "./datadog-kind.ts";
import { readDatadogHost, readDatadogPlace } from "./datadog-place.ts";
import { readDatadogProcess, readDatadogUser } from "./datadog-process.ts";

export { looksLikeDatadog } from "./datadog-envelope.ts";

const HEARTBEAT = "the Agent's heartbeat";
const SELF_TEST = "the Agent tested itself";
/** What the Agent says of itself, by rule id. */
const CONTACTS: ReadonlyMap<string, string> = new Map([
  ["abnormal_path", "the Agent could not resolve a path"],
  ["broken_process_lineage", "the Agent lost track of a process's ancestors"],
  ["heartbeat", HEARTBEAT],
  ["lost_events", "the Agent lost events"],
  ["no_process_context", "the Agent does not know a process"],
  ["noisy_process", "the Agent leaves out a noisy process for a while"],
  ["refresh_user_cache", "the Agent refreshed its users"],
  ["ruleset_loaded", "the Agent loaded its rules"],
  ["self_test", SELF_TEST],
]);
/** Rules that the Agent makes for its own test, and triggers itself. */
const SELF_TEST_PREFIX = "datadog_agent_cws_self_test_rule";
/** A rule's later revisions: `ssh_authorized_keys_open_v2`. */
const REVISION = /_v\d+$/;
/** Of the many tags, those that say what the rule is about. */
const KEPT_TAGS = ["policy:", "tactic:", "technique:"] as const;

export function normaliseDatadog(raw: Raw): Normalised {
  const parts = readParts(raw);
  if (parts === null) return withoutEvent(raw);
  const notes: Notes = { truncated: undefined };
  const { inner } = parts;
  const host = readDatadogHost(parts, notes);
  const agent = readObject(inner, "agent");
  const rule = agent && readString(agent, "rule_id", notes, "agentRule");
  if (rule === undefined)
    return { type: "rejected", code: "missing_field", detail: "agent.rule_id: is required" };
  const reason = rule.startsWith(SELF_TEST_PREFIX) ? SELF_TEST : CONTACTS.get(rule);
  if (reason !== undefined) return contact(reason, inner, host);
  const time = readTime(parts);
  if (time === undefined)
    return { type: "rejected", code: "missing_field", detail: "date: is required" };
  if (time === null)
    return { type: "rejected", code: "invalid_field", detail: "date: must be an RFC 3339 instant" };
  const event: LullEvent = { time, format: "datadog", kind: "detection", action: "detect" };
  event.agentRule = rule.replace(REVISION, "");
  if (host !== undefined) event.host = host;
  readEvent(parts, event, notes);
  const tags = keptTags(parts, rule);
  if (tags.length > 0) event.tags = tags;
  if (notes.truncated !== undefined) event.truncated = notes.truncated;
  return eventOfAgent(event, agent?.["version"]);
}

/** An Agent's other logs may come the same way; they are nothing to us. */
function withoutEvent(raw: Raw): Normalised {
  const source = raw["ddsource"] ?? raw["source"];
  if (typeof source === "string" && source !== SOURCE)
    return { type: "ignored", format: "datadog", reason: "a log of another source" };
  return {
    type: "rejected",
    code: "missing_field",
    detail: "message: must be the JSON of a runtime security event, with agent.rule_id",
  };
}

function readEvent(parts: DatadogParts, event: LullEvent, notes: Notes): void {
  const { inner } = parts;
  const evt = readObject(inner, "evt");
  const name = evt && readString(evt, "name", notes, "syscall");
  const category = evt && readString(evt, "category", notes, "kind");
  [event.kind, event.action] = kindOfDatadog(name, category, flagsOf(inner));
  if (name !== undefined) event.syscall = name;
  const message = messageOf(inner, notes);
  if (message !== undefined) event.message = message;
  readDatadogPlace(parts, event, notes);
  const process = readObject(inner, "process");
  const user = readDatadogUser(inner, process, notes);
  if (user !== undefined) event.user = user;
  if (process !== undefined) event.process = readDatadogProcess(process, notes);
  readDatadogFile(inner, event, notes);
  if (event.kind === "network") event.network = readDatadogNetwork(inner, event.action, notes);
}

/** The rule's description, and what has no field of its own. */
function messageOf(inner: Raw, notes: Notes): string | undefined {
  const title = readString(inner, "title", notes, "message");
  const detail = detailOf(inner);
  const words = [title, detail].filter((text) => text !== undefined).join(": ");
  return words === "" ? undefined : cutText(words, MAX_FIELD_CHARS, notes, "message");
}

function keptTags({ inner, tags }: DatadogParts, rule: string): string[] {
  const kept = tags.filter((tag) => KEPT_TAGS.some((prefix) => tag.startsWith(prefix)));
  // Which revision of the rule it was, where its name no longer says so.
  if (REVISION.test(rule)) kept.push(`rule_id:${rule}`);
  return [...circumstancesOf(inner), ...kept].slice(0, MAX_TAGS);
}

function contact(reason: string, inner: Raw, host: HostRef | undefined): Normalised {
  const result: Normalised = { type: "contact", format: "datadog", reason };
  if (reason === HEARTBEAT) result.beat = true;
  if (host !== undefined) result.host = host;
  const dropped = lostEvents(inner);
  if (dropped > 0) result.dropped = dropped;
  return result;
}

/** Lost on the way from the kernel (`lost`), or within it (`per_event`). */
function lostEvents(inner: Raw): number {
  const lost = readInteger(inner, "lost");
  if (lost !== undefined) return lost;
  const byEvent = readObject(inner, "per_event");
  if (byEvent === undefined) return 0;
  return Object.keys(byEvent).reduce((sum, name) => sum + (readInteger(byEvent, name) ?? 0), 0);
}

/** undefined: there is none; null: it cannot be read. `timestamp` is when the Agent sent it, and second best. */
function readTime({ inner, outer }: DatadogParts): number | null | undefined {
  const time = inner["date"] ?? inner["timestamp"] ?? outer["timestamp"];
  return time === undefined || time === null || time === "" ? undefined : readInstant(time);
}
