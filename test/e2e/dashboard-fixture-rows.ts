/** Findings for the dashboard's fixture: a fleet drawn from a seeded generator. */
import type { FindingDetail, ResourceView, SampleView } from "../../schema/finding.ts";
import { parseDuration } from "../../schema/time.ts";
import { fixtureRules } from "./dashboard-fixture-rules.ts";

/** Small, seeded and good enough: the same picture every time. */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

/** Texts and quiet periods do not depend on the clock. */
const RULES_BY_ID = new Map(fixtureRules(0).map((rule) => [rule.id, rule]));

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const iso = (at: number): string => new Date(at).toISOString();

const WORKLOADS = [
  ["shop", "api", "Deployment", "registry.example/shop/api:1.4.2"],
  ["shop", "checkout", "Deployment", "registry.example/shop/checkout:2.0.1"],
  ["payments", "ledger-writer", "StatefulSet", "registry.example/pay/ledger:5.1"],
  ["data", "nightly-export", "CronJob", "registry.example/data/export:2026.11"],
  ["observability", "node-exporter", "DaemonSet", "quay.io/prometheus/node-exporter:v1.9"],
  ["search", "indexer", "Deployment", "registry.example/search/indexer:0.31"],
] as const;

const BEHAVIOURS: Readonly<Record<string, readonly [phrase: string, exe: string, args: string[]]>> =
  {
    "compiler-in-container": ["gcc ran", "/usr/bin/gcc", ["-O2", "-o", "/tmp/x", "x.c"]],
    "package-manager-in-container": ["apt-get ran", "/usr/bin/apt-get", ["install", "-y", "curl"]],
    "interactive-shell-in-container": ["bash ran with a terminal", "/bin/bash", ["-i"]],
    "imds-v1-access": [
      "curl called 169.254.169.254",
      "/usr/bin/curl",
      ["http://169.254.169.254/latest/meta-data/iam/"],
    ],
    "cgroup-v1-host": ["cgroup v1 was reported", "", []],
    "privileged-mount": [
      "runc mounted /etc of the host",
      "/usr/bin/runc",
      ["create", "--bundle", "/run/b"],
    ],
  };

/** Two builds of each image are about. */
function digestOf(image: string, n: number): string {
  return `sha256:${Buffer.from(`${n % 2}${image}`)
    .toString("hex")
    .repeat(4)
    .slice(0, 64)}`;
}

function resourceOf(rand: () => number, host: boolean, n: number): ResourceView {
  const [namespace, workload, workloadKind, image] =
    WORKLOADS[Math.floor(rand() * WORKLOADS.length)] ?? WORKLOADS[0];
  const node = `node-${1 + Math.floor(rand() * 24)}`;
  const hex = Array.from({ length: 64 }, () => Math.floor(rand() * 16).toString(16)).join("");
  return {
    id: host ? `host:${node}` : `container:${hex.slice(0, 12)}`,
    type: host ? "host" : "container",
    name: host ? node : workload,
    host: node,
    hostId: host ? `i-0${hex.slice(0, 16)}` : null,
    containerId: host ? null : hex,
    image: host ? null : image,
    imageDigest: host ? null : digestOf(image, n),
    cluster: host ? null : "eu-1",
    namespace: host ? null : namespace,
    pod: host ? null : `${workload}-5d8f${n.toString(36)}-x2b`,
    workload: host ? null : workload,
    workloadKind: host ? null : workloadKind,
    service: host ? null : workload,
  };
}

/** One event as an agent would have reported it. */
export function sampleOf(rule: string, resource: ResourceView, at: number): SampleView {
  const [, exe, args] = BEHAVIOURS[rule] ?? ["", "/bin/true", []];
  if (exe === "")
    return {
      at: iso(at),
      agent: "native",
      kind: "host",
      action: "fact",
      facts: { cgroupVersion: 1, kernel: "5.4.0-198" },
    };
  return {
    at: iso(at),
    agent: rule === "privileged-mount" ? "tetragon" : "falco",
    agentRule: "Launch Suspicious Tool in Container",
    message: `Suspicious tool launched (proc=${exe} user=root container=${resource.name})`,
    kind: rule === "imds-v1-access" ? "network" : "process",
    action: rule === "imds-v1-access" ? "connect" : "exec",
    process: {
      exe,
      args: [...args],
      pid: 812,
      tty: rule === "interactive-shell-in-container",
      cwd: "/srv/app",
      parent: { exe: "/bin/sh" },
    },
    user: { name: "root", uid: 0 },
    ...(rule === "imds-v1-access" && {
      network: { ip: "169.254.169.254", port: 80, protocol: "tcp", direction: "outbound" as const },
    }),
    ...(resource.image !== null && { image: resource.image }),
    ...(resource.pod !== null && { pod: resource.pod }),
  };
}

function since(at: number, now: number): string {
  if (now - at < DAY) return "since this morning";
  return `since ${new Intl.DateTimeFormat("en-GB", { weekday: "long", timeZone: "UTC" }).format(at)}`;
}

export interface Shape {
  rule: string;
  /** Ages, in ms before now. */
  first: number;
  last: number;
  resolved?: boolean;
  watching?: boolean;
  heartbeats?: boolean;
  muted?: boolean;
  episode?: number;
  /** Ann says that it is fixed; or said so, and it has come back. */
  fixed?: boolean;
  regressed?: boolean;
  /** It is worse than its rule says, since it has lasted. */
  risen?: boolean;
  count: number;
}

const fixOf = (at: number) => ({
  at: iso(at),
  by: "Ann",
  note: "gcc is out of the image since 1.5",
});

/** One finding as its actor would show it. */
export function findingOf(shape: Shape, rand: () => number, n: number, now: number): FindingDetail {
  const rule = RULES_BY_ID.get(shape.rule);
  if (rule === undefined) throw new Error(`no fixture rule ${shape.rule}`);
  const resource = resourceOf(rand, rule.scope.includes("host"), n);
  const first = now - shape.first;
  const last = now - shape.last;
  const quiet = parseDuration(rule.quietPeriod) ?? DAY;
  const watching = shape.watching ?? true;
  const heartbeats = shape.heartbeats ?? true;
  const gapAt = last + (now - last) * 0.3;
  const gapTo = last + (now - last) * 0.45;
  const gap = heartbeats && watching && shape.last > HOUR && n % 3 === 0 ? gapTo - gapAt : 0;
  const resolvedAt = shape.resolved === true ? Math.min(last + quiet, now - MINUTE) : null;
  const bucketMs = Math.max(1_000, Math.ceil((last - first) / 90));
  const buckets = Array.from({ length: Math.min(shape.count, 60) }, () =>
    Math.floor(rand() ** 1.5 * 90),
  )
    .toSorted((a, b) => a - b)
    .filter((b, i, all) => b !== all[i - 1])
    .map((b): [string, number] => [
      iso(first + b * bucketMs),
      1 + Math.floor((rand() * shape.count) / 20),
    ]);
  const samples = {
    first: [sampleOf(shape.rule, resource, first)],
    latest:
      shape.count === 1
        ? []
        : [last - 2 * MINUTE, last].map((at) => sampleOf(shape.rule, resource, at)),
  };
  const where =
    resource.type === "host"
      ? `on ${resource.name}`
      : `in ${resource.name} (${resource.namespace}, ${resource.host})`;
  return {
    id: `f${n.toString(36).padStart(24, "0")}`,
    status: resolvedAt === null ? "open" : "resolved",
    rule: shape.rule,
    title: rule.title,
    headline: `${BEHAVIOURS[shape.rule]?.[0] ?? "It happened"} ${where} ${shape.count === 1 ? "once" : `${shape.count} times`} ${since(first, now)}`,
    severity: shape.risen === true ? "critical" : rule.severity,
    risen:
      shape.risen === true
        ? {
            basis: "persistence",
            at: iso(first + 24 * HOUR),
            from: rule.severity,
            after: "24h",
            resources: null,
          }
        : null,
    resource,
    episode: shape.episode ?? 1,
    firstSeenAt: iso(first),
    lastSeenAt: iso(last),
    count: shape.count,
    totalCount: shape.count * (shape.episode ?? 1),
    quietPeriod: rule.quietPeriod,
    quiet: { basis: "rule", rulePeriod: rule.quietPeriod, longestPause: "1h" },
    flapping: null,
    fixed: shape.fixed === true ? fixOf(now - HOUR) : null,
    regressed: shape.regressed === true ? { at: iso(first), fixed: fixOf(first - 3 * HOUR) } : null,
    deadlineAt:
      resolvedAt === null && watching ? iso(Math.max(last + quiet + gap, now + 40_000)) : null,
    resolvedAt: resolvedAt === null ? null : iso(resolvedAt),
    resolution:
      resolvedAt === null
        ? null
        : heartbeats
          ? n % 7 === 0
            ? "resource_gone"
            : "quiet"
          : "quiet_unverified",
    verification: {
      state: watching ? "watching" : "unverified",
      heartbeats,
      strict: false,
      gaps: !watching
        ? [{ from: iso(now - shape.last * 0.6), to: null, reason: "no_contact" }]
        : gap > 0
          ? [{ from: iso(gapAt), to: iso(gapTo), reason: n % 2 === 0 ? "dropped" : "no_contact" }]
          : [],
    },
    muted: shape.muted ?? false,
    mute:
      shape.muted === true
        ? {
            id: `m${n}`,
            kind: n % 2 === 0 ? "scope" : "finding",
            reason: "pending_fix",
            note: "The next image has no compiler.",
            author: "ana@shop.example",
            until: iso(now + 5 * 86_400_000),
          }
        : null,
    caseId: null,
    version: 3,
    samples,
    occurrences: { bucketMs, buckets },
    coverage: !heartbeats
      ? []
      : gap > 0
        ? [
            { from: iso(first), to: iso(gapAt) },
            { from: iso(gapTo), to: iso(now) },
          ]
        : [{ from: iso(first), to: iso(watching ? now : now - shape.last * 0.6) }],
    agents: ["falco:node"],
    lateCount: n % 11 === 0 ? 2 : 0,
  };
}

const RULES = Object.keys(BEHAVIOURS);

function quietOf(id: string): number {
  return parseDuration(RULES_BY_ID.get(id)?.quietPeriod ?? "24h") ?? DAY;
}

/** `n` findings with a spread of ages and states. */
export function fleet(n: number, now: number): FindingDetail[] {
  const rand = random(7);
  return Array.from({ length: n }, (_, i) => {
    const rule = RULES[Math.floor(rand() ** 1.4 * RULES.length)] ?? "compiler-in-container";
    const resolved = rand() < 0.35;
    const first = rand() ** 3 * (resolved ? 9 * DAY : 5 * DAY) + (resolved ? DAY : 30_000);
    const host = rule === "cgroup-v1-host";
    const last = host
      ? 20_000
      : resolved
        ? first * 0.6
        : Math.min(first * rand() * 0.9, (0.05 + 0.9 * rand()) * quietOf(rule));
    return findingOf(
      {
        rule,
        first,
        last,
        resolved,
        watching: rand() > 0.1,
        heartbeats: rand() > 0.2,
        muted: rand() < 0.06,
        episode: rand() < 0.2 ? 2 + Math.floor(rand() * 3) : 1,
        count: Math.ceil(rand() ** 4 * 30_000),
      },
      rand,
      i + 1,
      now,
    );
  });
}
