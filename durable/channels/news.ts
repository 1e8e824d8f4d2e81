/**
 * What happened, as people are told of it in a chat or on a pager: one line, a few facts, and where to read on. Plain
 * text: whatever shows it must not read markup, links or mentions out of it. Pure.
 */
import type { CaseReason, CaseSummary } from "../../schema/case.ts";
import type { FindingSummary, ResourceView, SignalView } from "../../schema/finding.ts";
import type { Happening, HappeningData, HappeningType } from "../../schema/happening.ts";
import type { MuteView } from "../../schema/mutes-api.ts";
import type { Severity } from "../../schema/rule.ts";

export interface News {
  /** One sentence. */
  title: string;
  /** What it is about: of a case its title, of a finding its headline. */
  about: string | null;
  severity: Severity | null;
  facts: readonly (readonly [label: string, value: string])[];
  /** The page in Lull, below its public address; null: there is none. */
  path: string | null;
}

/** Null where it has nothing to say: the parts that its type has are not there. */
export function newsOf({ type, data }: Pick<Happening, "type" | "data">): News | null {
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
  const { headline, severity, rule, count, deadlineAt, resolution, id } = finding;
  const resolved = resolution === null ? "Resolved" : RESOLVED[resolution];
  return {
    title: type === "finding.resolved" ? resolved : (FINDING_TITLES[type] ?? "A finding"),
    about: headline,
    severity,
    facts: [
      ["Rule", rule],
      ...placeOf(finding.resource),
      ["Events", String(count)],
      ...(deadlineAt === null ? [] : [["Quiet from", instant(deadlineAt)] as const]),
      ...(finding.caseId === null ? [] : [["Case", finding.caseId] as const]),
    ],
    path: `/findings/${encodeURIComponent(id)}`,
  };
}

function ofSignal({ headline, severity, rule, resource, count, id }: SignalView): News {
  return {
    title: "A threat was detected",
    about: headline,
    severity,
    facts: [["Rule", rule], ...placeOf(resource), ["Events", String(count)]],
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

const CLOSED: Readonly<Record<CaseReason, string>> = {
  verified: "is closed: quiet has shown that it is fixed",
  risk_accepted: "is closed: the risk is accepted",
  false_positive: "is closed as a false positive",
  duplicate: "is closed as a duplicate",
  no_fix: "is closed: it will not be fixed",
  unproven: "is closed: said to be fixed, which cannot be shown",
  other: "is closed",
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
  const what = type === "case.closed" ? CLOSED[it.closeReason ?? "other"] : CASE_TITLES[type];
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

/** "2026-11-24 10:00 UTC" */
function instant(at: string): string {
  return `${at.slice(0, 16).replace("T", " ")} UTC`;
}

/** One line, cut at the end. A cut through a character of two halves takes the whole of it. */
export function oneLine(text: string, most: number): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  if (line.length <= most) return line;
  const kept = line.slice(0, most - 1);
  return `${kept.isWellFormed() ? kept : kept.slice(0, -1)}…`;
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
