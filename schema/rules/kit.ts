/**
 * Small builders for the rule pack, so that a rule reads as its content.
 * Contract: pure; Markdown made here uses only paragraphs, one-line list items, code fences and
 * inline marks, which is all that the dashboard renders.
 */
import type { AgentFormat } from "../event.ts";
import type { ResourceType } from "../ids.ts";
import type { Matcher, Rule } from "../rule.ts";

export const DAY_MS = 86_400_000;

export const CONTAINER: readonly ResourceType[] = ["container"];
export const HOST: readonly ResourceType[] = ["host"];
export const ANYWHERE: readonly ResourceType[] = ["host", "container"];

/** For rules of class `threat`, whose quiet period has no use. */
export const NEVER_OPEN = {
  quietPeriodMs: DAY_MS,
  quietPeriodReason: "Not used: a threat raises signals, and a signal does not stay open.",
} as const satisfies Partial<Rule>;

/** Days as a quiet period. */
export const days = (count: number): number => count * DAY_MS;

type EventMatcher = Extract<Matcher, { on: "event" }>;

function agentRule(format: AgentFormat, names: readonly string[], when?: string): Matcher {
  return { on: "agentRule", format, names, ...(when === undefined ? {} : { when }) };
}

/** Hits of Falco's own rules. */
export const falco = (...names: readonly string[]): Matcher => agentRule("falco", names);

/** Hits of Tetragon tracing policies; `when` tells apart the hooks of one policy. */
export const tetragon = (names: readonly string[], when?: string): Matcher =>
  agentRule("tetragon", names, when);

/** Hits of Tracee's signatures, each by its id and by the name that the detector has had since 0.24. */
export const tracee = (names: readonly string[], when?: string): Matcher =>
  agentRule("tracee", names, when);

/**
 * Hits of the Datadog Agent's default rules, without the suffix of their revision
 * (DataDog/security-agent-policies:runtime/default.policy, 1.46.0, and threat-detection.policy, 1.67.0).
 * Only those that say more than their event: what is known by process, file or peer is matched so.
 */
export const datadog = (...names: readonly string[]): Matcher => agentRule("datadog", names);

/** A program that starts. Never its exit: that is not a behaviour. */
export function execOf(names: readonly string[], when?: string): EventMatcher {
  return { ...onEvent("process", ["exec"], when), processNames: names };
}

/** Anything of a kind that does one of the actions. */
export function onEvent(
  kind: EventMatcher["kind"],
  actions: readonly string[],
  when?: string,
): EventMatcher {
  return { on: "event", kind, actions, ...(when === undefined ? {} : { when }) };
}

/** Ways to change a file or what its name stands for. */
const FILE_CHANGES = [
  "write",
  "create",
  "truncate",
  "unlink",
  "rename",
  "chmod",
  "chown",
  "link",
  "symlink",
  "mkdir",
];

/** A file that is changed. Normalisers report a file opened for writing as written. */
export const fileChanged = (when?: string): EventMatcher => onEvent("file", FILE_CHANGES, when);

/** A file that someone looks into. */
export const fileRead = (when?: string): EventMatcher => onEvent("file", ["open", "read"], when);

/** Only where the path begins with one of these: far cheaper than the same as a condition. */
export const below = (paths: readonly string[], matcher: EventMatcher): Matcher => ({
  ...matcher,
  paths,
});

/** Values as a CEL list of strings. */
export const celList = (values: readonly string[]): string => JSON.stringify(values);

/** A numbered list; each item is one line. */
export const steps = (...items: readonly string[]): string =>
  items.map((item, at) => `${at + 1}. ${item}`).join("\n");

/** A fenced block. */
export const code = (language: string, ...lines: readonly string[]): string =>
  ["```" + language, ...lines, "```"].join("\n");

/** Paragraphs, lists and blocks, one after the other. */
export const markdown = (...blocks: readonly string[]): string => blocks.join("\n\n");
