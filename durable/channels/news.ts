/**
 * What happened, as people are told of it in a chat or on a pager: one line, a few facts, and where to read on. Plain
 * text: whatever shows it must not read markup, links or mentions out of it. Pure.
 */
import type { CaseSummary } from "../../schema/case.ts";
import type { FindingSummary, ResourceView, SignalView } from "../../schema/finding.ts";
import type { Happening, HappeningData, HappeningType } from "../../schema/happening.ts";
import type { MuteView } from "../../schema/mutes-api.ts";
import type { Severity } from "../../schema/rule.ts";
import { cut, visible } from "../../schema/visible.ts";
import { CLOSE_REASONS, instant } from "./words.ts";

/** What people read of one message; with ten facts of wide characters it is within the 28 KB of Teams. */
export const MAX_ABOUT = 2_000;
export const MAX_FACT = 500;
export const MAX_FACTS = 10;

type Fact = readonly [label: string, value: string];

export interface News {
  /** One sentence. */
  title: string;
  /** What it is about: of a case its title, of a finding its headline. */
  about: string | null;
  severity: Severity | null;
  /** With the severity at most {@link MAX_FACTS}. */
  facts: readonly Fact[];
  /** The page in Lull, below its public address; null: there is none. */
  path: string | null;
}

/** Null where it has nothing to say: the parts that its type has are not there. */
export function newsOf(told: Pick<Happening, "type" | "data">): News | null {
  const news = saidOf(told);
  if (news === null) return null;
  const { about, facts } = news;
  const isBlank = (text: string) => text.trim() === "";
  // Receivers refuse a message that has an empty text in it.
  return {
    ...news,
    about: about === null || isBlank(about) ? null : about,
    facts: facts.filter(([, value]) => !isBlank(value)),
  };
}

/** In one line, for where there is room for no more. */
export function summaryOf({ title, about }: News): string {
  return about === null ? title : `${title}: ${about}`;
}

function saidOf({ type, data }: Pick<Happening, "type" | "data">): News | null {
  const { finding, signal, agent, mute, endpoint } = data;
  if (data.case !== undefined) return ofCase(type, data.case, data);
  if (mute !== undefined) return ofMute(type, mute, finding);
  if (finding !== undefined) return ofFinding(type, finding);
  if (signal !== undefined) return ofSignal(signal);
  if (agent !== undefined) return ofAgent(type, agent);
  if (endpoint === undefined) return null;
  const name = endpoint.description ?? endpoint.host;
  const isTest = type === "endpoint.test";
  return {
    title: isTest
      ? "A test from Lull: messages arrive here"
      : `Lull no longer tells the endpoint ${name}`,
    about: null,
    severity: isTest ? "info" : "medium",
    facts: endpoint.reason === null ? [] : [["Reason", endpoint.reason]],
    path: `/settings/endpoints/${encodeURIComponent(endpoint.id)}`,
  };
}

const FINDING_TITLES: Partial<Record<HappeningType, string>> = {
  "finding.opened": "Something new has opened",
  "finding.reopened": "It is back after it was resolved",
  "finding.regressed": "It was said to be fixed, and it is not",
  "finding.unverified": "Nobody is watching any more: its quiet clock stands still",
};

/** Silence alone proves nothing. */
const RESOLVED: Readonly<Record<NonNullable<FindingSummary["resolution"]>, string>> = {
  quiet: "Resolved: it has been quiet, and the agent was watching",
  quiet_unverified: "Resolved on silence, which nobody has proven",
  resource_gone: "Resolved: what it was about is gone",
  rule_retired: "Resolved: its rule is retired",
};

function ofFinding(type: HappeningType, finding: FindingSummary): News {
  const { headline, severity, rule, count, resolution, id } = finding;
  const resolved = resolution === null ? "Resolved" : RESOLVED[resolution];
  return {
    title: type === "finding.resolved" ? resolved : (FINDING_TITLES[type] ?? "A finding"),
    about: headline,
    severity,
    facts: [
      ["Rule", rule],
      ...placeOf(finding.resource),
      ["Events", String(count)],
      ["First seen", instant(finding.firstSeenAt)],
      ["Last seen", instant(finding.lastSeenAt)],
      ...(finding.status === "open" ? [["Quiet", quietOf(finding)] as const] : []),
      ...(finding.caseId === null ? [] : [["Case", finding.caseId] as const]),
    ],
    path: `/findings/${encodeURIComponent(id)}`,
  };
}

/** How far its end is away, and what that will be worth. */
function quietOf({ deadlineAt, verification }: FindingSummary): string {
  if (deadlineAt === null) return "nobody is watching: its clock stands still";
  const at = instant(deadlineAt);
  return verification.heartbeats
    ? `proven from ${at} on, if nothing more comes`
    : `ends at ${at}, if nothing more comes; on silence alone, which proves nothing`;
}

function ofSignal(signal: SignalView): News {
  const { headline, severity, rule, resource, count, id } = signal;
  return {
    title: "A threat was detected",
    about: headline,
    severity,
    facts: [
      ["Rule", rule],
      ...placeOf(resource),
      ["Events", String(count)],
      ["First seen", instant(signal.firstSeenAt)],
      ["Last seen", instant(signal.lastSeenAt)],
    ],
    path: `/signals/${encodeURIComponent(id)}`,
  };
}

function ofAgent(type: HappeningType, agent: NonNullable<HappeningData["agent"]>): News {
  const { kind, host, lastContactAt, interval } = agent;
  const silent = type === "agent.silent";
  return {
    title: silent
      ? `${kind} on ${host} has fallen silent: nothing there is proven quiet`
      : `${kind} on ${host} is back`,
    about: null,
    severity: silent ? "high" : null,
    facts: [
      ["Last contact", instant(lastContactAt)],
      ...(interval === null ? [] : [["Expected every", interval] as const]),
    ],
    path: "/coverage",
  };
}

const MUTE_TITLES: Partial<Record<HappeningType, string>> = {
  "finding.muted": "Muted",
  "finding.unmuted": "No longer muted",
  "mute.expiring": "A mute ends soon",
};

function ofMute(type: HappeningType, mute: MuteView, finding: FindingSummary | undefined): News {
  const about = finding?.headline ?? mute.finding?.headline ?? mute.scope;
  return {
    title: MUTE_TITLES[type] ?? "A mute",
    about,
    severity: finding?.severity ?? null,
    facts: [
      ["Reason", mute.reason.replaceAll("_", " ")],
      ["Note", mute.note],
      ["By", mute.author],
      ["Until", instant(mute.until)],
    ],
    path: `/mutes/${encodeURIComponent(mute.id)}`,
  };
}

const CASE_TITLES: Partial<Record<HappeningType, string>> = {
  "case.created": "is a new case",
  "case.updated": "has changed",
  "case.note_added": "has a new note",
  "case.fixed": "is said to be fixed: Lull watches until quiet has shown it",
  "case.regressed": "is not fixed: an event has come since",
  "case.reopened": "is open again",
};

const SEVERITY_OF: Readonly<Record<CaseSummary["priority"], Severity>> = {
  P1: "critical",
  P2: "high",
  P3: "medium",
  P4: "low",
  P5: "info",
};

function ofCase(type: HappeningType, it: CaseSummary, { note, evidence }: HappeningData): News {
  const { id, title, priority, status, team, dueAt, findings } = it;
  const closed = `is closed: ${CLOSE_REASONS[it.closeReason ?? "other"]}`;
  const what = type === "case.closed" ? closed : CASE_TITLES[type];
  return {
    title: `${id} ${what ?? "has news"}`,
    about: title,
    severity: SEVERITY_OF[priority],
    facts: [
      ["Priority", priority],
      ["Status", status.replaceAll("_", " ")],
      ...(team === null ? [] : [["Team", team] as const]),
      ...(dueAt === null || status === "closed" ? [] : [["Due", instant(dueAt)] as const]),
      ["Findings", `${findings.open} of ${findings.total} open`],
      ...(note === undefined ? [] : [[`Note by ${note.author}`, note.body] as const]),
      ...(evidence === undefined
        ? []
        : [
            [
              "Evidence",
              `${evidence.headline ?? evidence.finding}, ${instant(evidence.eventAt)}`,
            ] as const,
          ]),
    ],
    path: `/cases/${encodeURIComponent(id)}`,
  };
}

/** Where it is, as far as that is known: "shop / api", "node-7". */
function placeOf({ cluster, namespace, workload, host, image }: ResourceView) {
  const workloads = [cluster, namespace, workload].filter((name) => name !== null).join(" / ");
  return [
    ...(workloads === "" ? [] : [["Workload", workloads] as const]),
    ...(host === null ? [] : [["Host", host] as const]),
    ...(image === null ? [] : [["Image", image] as const]),
  ];
}

/** One line in which nothing hides, cut at the end. */
export function oneLine(text: string, most: number): string {
  const line = visible(text.toWellFormed().replaceAll(/\s+/g, " ").trim());
  return line.length <= most ? line : cut(line, most - 1);
}

/** The page in Lull; null where nobody has said where Lull is. */
export function linkOf({ path }: News, publicUrl: string | null): string | null {
  return path === null || publicUrl === null ? null : `${publicUrl}${path}`;
}

/** What a request holds that nobody may read: of an address that is a secret all but its host. */
export function secretsOf(url: string): string[] {
  const { pathname, search } = new URL(url);
  return [pathname, search].filter((part) => part.length > 1);
}
