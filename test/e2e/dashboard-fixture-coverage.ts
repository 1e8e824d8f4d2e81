/** Hosts and their agents for the dashboard's fixture; what is done stays in memory. */
import type { CoverageData } from "../../dashboard/data.ts";
import type {
  AgentView,
  CoverageQuery,
  CoverageSummary,
  HostCoverage,
} from "../../schema/coverage.ts";
import type { FindingDetail, GapView } from "../../schema/finding.ts";
import { hostResourceId } from "../../schema/ids.ts";
import { formatDuration } from "../../schema/time.ts";
import type { Settings } from "../../schema/settings.ts";
import type { FixtureSize } from "./dashboard-fixture.ts";
import { HOSTILE } from "./dashboard-fixture-hostile.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const iso = (at: number): string => new Date(at).toISOString();

const RULESET = `sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae`;
const OTHER = `sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08`;
const HOSTS: Readonly<Record<FixtureSize, number>> = { none: 0, little: 3, lot: 60, hostile: 4 };

/** The last day without its gaps. */
function watchedBetween(gaps: readonly GapView[], from: number, to: number): AgentView["coverage"] {
  const spans: AgentView["coverage"] = [];
  let at = from;
  for (const gap of gaps) {
    spans.push({ from: iso(at), to: gap.from });
    at = gap.to === null ? to : Date.parse(gap.to);
  }
  if (at < to) spans.push({ from: iso(at), to: iso(to) });
  return spans;
}

function gapsOf(i: number, silentSince: number | null, now: number): GapView[] {
  const gap = (from: number, to: number | null, reason: GapView["reason"]): GapView => ({
    from: iso(from),
    to: to === null ? null : iso(to),
    reason,
  });
  return [
    ...(i % 7 === 1
      ? [
          gap(now - 19 * HOUR, now - 18.4 * HOUR, "no_contact"),
          gap(now - 9 * HOUR, now - 8.8 * HOUR, "dropped"),
        ]
      : []),
    ...(silentSince === null ? [] : [gap(silentSince, null, "no_contact")]),
  ];
}

function agentOf(i: number, kind: AgentView["kind"], now: number): AgentView {
  const state = kind === "auditd" ? "no_heartbeats" : i % 20 === 1 ? "silent" : "watching";
  const lastAt = now - (state === "silent" ? 3 * HOUR : 12_000 + i * 1_000);
  const gaps = gapsOf(i, state === "silent" ? lastAt : null, now);
  const isOdd = kind === "falco" && i % 23 === 2;
  return {
    id: `${kind}-${i}`,
    kind,
    version: kind === "auditd" ? null : kind === "falco" ? "0.41.3" : "1.6.0",
    state,
    interval: state === "no_heartbeats" ? null : kind === "falco" ? "1m" : "5m",
    firstContactAt: iso(now - 40 * DAY),
    lastContactAt: iso(lastAt),
    silentSince: state === "silent" ? iso(lastAt) : null,
    heartbeats: state === "no_heartbeats" ? 0 : 57_600 - i,
    dropped: i % 7 === 1 ? 1_240 : 0,
    ruleset: kind === "falco" ? (isOdd ? OTHER : RULESET) : null,
    drift: isOdd ? { peersRuleset: RULESET, hosts: 41, of: 42 } : null,
    coverage:
      state === "no_heartbeats"
        ? [{ from: iso(now - 5 * HOUR), to: iso(now - 4 * HOUR) }]
        : watchedBetween(gaps, now - DAY, lastAt),
    gaps,
  };
}

function hostOf(
  i: number,
  size: FixtureSize,
  findings: readonly FindingDetail[],
  now: number,
): HostCoverage {
  const text = size === "hostile" ? (Object.values(HOSTILE)[i - 1] ?? "") : "";
  const host = text === "" ? `node-${i}` : text;
  const open = findings.filter((f) => f.status === "open" && f.resource.host === host);
  const falco = agentOf(i, "falco", now);
  const second = i % 9 === 2 ? [agentOf(i, i % 2 === 0 ? "auditd" : "tetragon", now)] : [];
  const agents = [falco, ...second].map((agent) =>
    text === "" ? agent : { ...agent, id: text, version: text, ruleset: text },
  );
  return {
    id: hostResourceId(`node-${i}`),
    host,
    findings: {
      open: open.length,
      unverified: open.filter((f) => f.deadlineAt === null).length,
    },
    agents: i % 11 === 5 ? [agentOf(i, "auditd", now)] : agents,
  };
}

function matches({ host, agents }: HostCoverage, query: CoverageQuery): boolean {
  return (
    (query.state === undefined || agents.some(({ state }) => state === query.state)) &&
    (query.drift === undefined || agents.some(({ drift }) => drift !== null)) &&
    (query.kind === undefined || agents.some(({ kind }) => kind === query.kind)) &&
    host.toLowerCase().includes((query.q ?? "").toLowerCase())
  );
}

function summaryOf(hosts: readonly HostCoverage[]): CoverageSummary {
  const agents = hosts.flatMap((host) => host.agents);
  const inState = (state: AgentView["state"]) => agents.filter((it) => it.state === state).length;
  return {
    hosts: hosts.length,
    agents: agents.length,
    silent: inState("silent"),
    noHeartbeats: inState("no_heartbeats"),
    drifting: agents.filter(({ drift }) => drift !== null).length,
  };
}

export function coverageFixture(
  size: FixtureSize,
  findings: readonly FindingDetail[],
  now: number,
): CoverageData {
  let settings: Settings = {
    coverage: "lenient",
    sla: { P1: "24h", P2: "3d", P3: "14d", P4: "30d", P5: "90d" },
  };
  let hosts = Array.from({ length: HOSTS[size] }, (_, i) => hostOf(i + 1, size, findings, now));
  return {
    coverage: async (query) => {
      const start = Number(query.cursor ?? "0");
      const end = start + query.limit;
      const all = hosts.filter((host) => matches(host, query));
      return { items: all.slice(start, end), nextCursor: end < all.length ? String(end) : null };
    },
    coverageSummary: async () => summaryOf(hosts),
    host: async (id) => hosts.find((host) => host.id === id) ?? null,
    unproven: async () =>
      findings.filter((f) => f.status === "open" && !f.verification.heartbeats).length,
    settings: async () => settings,
    changeSettings: async (patch) => {
      const { coverage = settings.coverage, sla = {} } = patch;
      const said = Object.entries(sla).map(([priority, ms]) => [priority, formatDuration(ms)]);
      settings = { coverage, sla: { ...settings.sla, ...Object.fromEntries(said) } };
      return { ok: true, value: settings };
    },
    resourceGone: async (id) => {
      const gone = hosts.find((host) => host.id === id);
      hosts = hosts.filter((host) => host !== gone);
      return gone === undefined ? null : gone.findings.open;
    },
  };
}
