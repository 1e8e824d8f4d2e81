/** DashboardData in memory, at four sizes: what previews, tests and screenshots read. */
import type { DashboardData } from "../../dashboard/data.ts";
import type { FindingCounts, FindingsQuery, Grouping, Page } from "../../schema/api.ts";
import type { RuleView } from "../../schema/rules-api.ts";
import type {
  EpisodeView,
  FindingDetail,
  FindingSummary,
  GroupView,
  SignalView,
} from "../../schema/finding.ts";
import type { Role } from "../../schema/member.ts";
import { SEVERITIES, severityRank } from "../../schema/rule.ts";
import { roleRefusal } from "../../workers/auth/roles.ts";
import { HOSTILE, hostile } from "./dashboard-fixture-hostile.ts";
import { caseFixture } from "./dashboard-fixture-cases.ts";
import { certificateOf } from "./dashboard-fixture-certificates.ts";
import { coverageFixture } from "./dashboard-fixture-coverage.ts";
import { endpointFixture } from "./dashboard-fixture-endpoints.ts";
import { outcomesFixture } from "./dashboard-fixture-intake.ts";
import { findingOf, fleet, random } from "./dashboard-fixture-rows.ts";
import { keyFixture } from "./dashboard-fixture-keys.ts";
import { ledgerFixture } from "./dashboard-fixture-ledger.ts";
import { memberFixture } from "./dashboard-fixture-members.ts";
import { muteFixture } from "./dashboard-fixture-mutes.ts";
import { rollupFixture } from "./dashboard-fixture-rollups.ts";
import { fixtureRules } from "./dashboard-fixture-rules.ts";
import { ruleFixture } from "./dashboard-fixture-ruleset.ts";

export type FixtureSize = "none" | "little" | "lot" | "hostile";

const HOUR = 3_600_000;
const at = (instant: string): number => Date.parse(instant);

function little(now: number): FindingDetail[] {
  const rand = random(11);
  return [
    findingOf(
      {
        rule: "compiler-in-container",
        first: 50 * HOUR,
        last: 5 * HOUR,
        count: 14,
        episode: 3,
        fixed: true,
        regressed: true,
        risen: true,
      },
      rand,
      3,
      now,
    ),
    findingOf(
      { rule: "imds-v1-access", first: 30 * HOUR, last: 9 * HOUR, count: 212, watching: false },
      rand,
      2,
      now,
    ),
    findingOf(
      {
        rule: "interactive-shell-in-container",
        first: 2 * HOUR,
        last: 2 * HOUR,
        count: 1,
        heartbeats: false,
      },
      rand,
      4,
      now,
    ),
    findingOf(
      {
        rule: "package-manager-in-container",
        first: 90 * HOUR,
        last: 60 * HOUR,
        count: 5,
        resolved: true,
      },
      rand,
      5,
      now,
    ),
  ];
}

function findingsOf(size: FixtureSize, now: number): FindingDetail[] {
  switch (size) {
    case "none":
      return [];
    case "little":
      return little(now);
    case "lot":
      return fleet(500, now);
    case "hostile":
      return hostile(now);
  }
}

const keyOf: Readonly<Record<Grouping, (f: FindingSummary) => string>> = {
  rule: (f) => f.rule,
  workload: (f) => f.resource.workload ?? "",
  resource: (f) => f.resource.id,
  host: (f) => f.resource.host ?? "",
};

function equal(wanted: string | undefined, is: string | null): boolean {
  return wanted === undefined || wanted === is;
}

function matches(f: FindingSummary, query: FindingsQuery, withStatus = true): boolean {
  const text = [f.headline, f.rule, f.title, f.resource.image ?? ""].join(" ").toLowerCase();
  return (
    (!withStatus || query.status.length === 0 || query.status.includes(f.status)) &&
    (query.severity.length === 0 || query.severity.includes(f.severity)) &&
    equal(query.rule, f.rule) &&
    equal(query.resourceType, f.resource.type) &&
    equal(query.resource, f.resource.id) &&
    equal(query.host, f.resource.host) &&
    equal(query.namespace, f.resource.namespace) &&
    equal(query.workload, f.resource.workload) &&
    equal(query.service, f.resource.service) &&
    equal(query.muted, String(f.muted)) &&
    text.includes((query.q ?? "").toLowerCase())
  );
}

const ORDER: Readonly<
  Record<FindingsQuery["sort"], (a: FindingSummary, b: FindingSummary) => number>
> = {
  opened: (a, b) => at(b.firstSeenAt) - at(a.firstSeenAt),
  lastSeen: (a, b) => at(b.lastSeenAt) - at(a.lastSeenAt),
  severity: (a, b) => severityRank(a.severity) - severityRank(b.severity),
  deadline: (a, b) =>
    at(a.deadlineAt ?? "2100-01-01T00:00:00Z") - at(b.deadlineAt ?? "2100-01-01T00:00:00Z"),
};

function paged<T>(
  all: readonly T[],
  query: { cursor?: string | undefined; limit: number },
): Page<T> {
  const start = Number(query.cursor ?? "0");
  const end = start + query.limit;
  return { items: all.slice(start, end), nextCursor: end < all.length ? String(end) : null };
}

function countsOf(all: readonly FindingSummary[]): FindingCounts {
  const open = all.filter((f) => f.status === "open");
  const bySeverity = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
  for (const f of open) bySeverity[f.severity]++;
  return {
    open: open.length,
    unverified: open.filter((f) => f.deadlineAt === null).length,
    resolved: all.length - open.length,
    bySeverity,
  };
}

function groupsOf(
  all: readonly FindingSummary[],
  by: Grouping,
  rules: readonly RuleView[],
): GroupView[] {
  return [...Map.groupBy(all, keyOf[by])].map(([key, members]) => ({
    key,
    label: by === "rule" ? (rules.find((rule) => rule.id === key)?.title ?? key) : key,
    findings: members.length,
    open: members.filter((f) => f.status === "open").length,
    resolved: members.filter((f) => f.status === "resolved").length,
    resources: new Set(members.map((f) => f.resource.id)).size,
    count: members.reduce((sum, f) => sum + f.count, 0),
    severity: SEVERITIES.find((severity) => members.some((f) => f.severity === severity)) ?? "info",
    oldestFirstSeenAt: members.map((f) => f.firstSeenAt).toSorted()[0] ?? "",
    lastSeenAt:
      members
        .map((f) => f.lastSeenAt)
        .toSorted()
        .at(-1) ?? "",
  }));
}

function signalsOf(findings: readonly FindingDetail[], size: FixtureSize): SignalView[] {
  return findings.slice(0, size === "lot" ? 40 : 2).map((f, i) => ({
    id: `s${i.toString(36).padStart(24, "0")}`,
    rule: "reverse-shell",
    title: "Reverse shell",
    headline:
      size === "hostile"
        ? `${HOSTILE.markup} ${f.headline}`
        : `sh opened a connection to 203.0.113.${i + 4} from ${f.resource.name}`,
    severity: i % 3 === 0 ? "critical" : "high",
    resource: f.resource,
    firstSeenAt: f.firstSeenAt,
    lastSeenAt: f.lastSeenAt,
    count: i + 1,
    sample: f.samples.first[0] ?? {
      at: f.firstSeenAt,
      agent: "falco",
      kind: "detection",
      action: "match",
    },
    version: 1,
  }));
}

function episodesOf(f: FindingDetail): EpisodeView[] {
  const { resolvedAt, resolution } = f;
  const last =
    resolvedAt === null || resolution === null
      ? []
      : [
          {
            episode: f.episode,
            openedAt: f.firstSeenAt,
            lastSeenAt: f.lastSeenAt,
            resolvedAt,
            resolution,
            count: f.count,
            severity: f.severity,
            quietPeriod: f.quietPeriod,
            regressedAt: null,
            caseId: f.caseId,
            coverage: resolution === "quiet" ? 0.994 : null,
          },
        ];
  return [...last, ...pastOf(f)];
}

function pastOf(f: FindingDetail): EpisodeView[] {
  const first = at(f.firstSeenAt);
  return Array.from({ length: f.episode - 1 }, (_, i) => ({
    episode: f.episode - 1 - i,
    openedAt: new Date(first - (i + 1) * 60 * HOUR).toISOString(),
    lastSeenAt: new Date(first - (i + 1) * 60 * HOUR + 9 * HOUR).toISOString(),
    resolvedAt: new Date(first - (i + 1) * 60 * HOUR + 33 * HOUR).toISOString(),
    resolution: i % 2 === 0 ? ("quiet" as const) : ("quiet_unverified" as const),
    count: 12 + i,
    severity: f.severity,
    quietPeriod: f.quietPeriod,
    regressedAt: i === 0 ? new Date(first - 60 * HOUR).toISOString() : null,
    caseId: null,
    coverage: i % 2 === 0 ? 0.994 : null,
  }));
}

/** A tenant's data as of `now`; what is changed is changed in memory only. */
export function dashboardFixture(
  size: FixtureSize,
  now: number,
  role: Role = "admin",
): DashboardData {
  const all = findingsOf(size, now);
  const rules = fixtureRules(now);
  const select = (query: FindingsQuery) =>
    all.filter((f) => matches(f, query)).toSorted(ORDER[query.sort]);
  return {
    tenant: "shop-eu",
    reader: { id: "u1", name: size === "hostile" ? HOSTILE.rtl : "Ada Okafor", role },
    forbids: (method, path) => roleRefusal(role, method, path),
    now,
    findings: async (query) => paged(select(query), query),
    groups: async (query) =>
      paged(
        groupsOf(select(query), query.groupBy ?? "rule", rules).toSorted((a, b) => b.open - a.open),
        query,
      ),
    counts: async (query) => countsOf(all.filter((f) => matches(f, query, false))),
    openedSince: async (query, since) =>
      select(query).filter((f) => at(f.firstSeenAt) > since).length,
    finding: async (id) => all.find((f) => f.id === id) ?? null,
    sayFixed: async (id) => all.some((f) => f.id === id),
    takeFixBack: async (id) => all.some((f) => f.id === id),
    episodes: async (id) => all.filter((f) => f.id === id).flatMap(episodesOf),
    certificate: async (id, episode) => {
      const found = all.find((f) => f.id === id);
      return certificateOf(found, found === undefined ? [] : episodesOf(found), episode);
    },
    signals: async (query) =>
      paged(
        signalsOf(all, size).filter(
          (s) =>
            (query.severity.length === 0 || query.severity.includes(s.severity)) &&
            equal(query.rule, s.rule) &&
            equal(query.namespace, s.resource.namespace) &&
            s.headline.includes(query.q ?? ""),
        ),
        query,
      ),
    signal: async (id) => signalsOf(all, size).find((s) => s.id === id) ?? null,
    outcomes: async (query) => outcomesFixture(size, query, now),
    ...rollupFixture(all),
    ...ruleFixture(size, all, now),
    ...muteFixture(size, all, now),
    ...coverageFixture(size, all, now),
    ...caseFixture(size, all, now, role),
    ...memberFixture(size, now),
    ...keyFixture(size, now),
    ...ledgerFixture(size, now),
    ...endpointFixture(size, all, now),
  };
}
