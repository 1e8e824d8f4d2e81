/** Answers for the examples: written by hand, of one small story. They play at EXAMPLES_AT. */
import type { RuleView } from "../../schema/rules-api.ts";
import type {
  EpisodeView,
  FindingDetail,
  FindingSummary,
  SignalView,
} from "../../schema/finding.ts";
import { rollupId } from "../../schema/rollup-id.ts";
import type { RollupDetail, RollupSummary } from "../../schema/rollup.ts";

export const FINDING_ID = "f3k9q2m7x0c5v8b1n4z6a9s2d";
export const ROLLUP_ID = rollupId({
  rule: "compiler-in-container",
  cluster: "eu-1",
  namespace: "shop",
  kind: "Deployment",
  workload: "api",
});
export const SIGNAL_ID = "s7h2j4k6l8p0q3w5e7r9t1y4u";

const RESOURCE: FindingSummary["resource"] = {
  id: "container:4f1c9a7be20d",
  type: "container",
  name: "api",
  host: "node-7",
  hostId: null,
  containerId: "4f1c9a7be20d4f1c9a7be20d4f1c9a7be20d4f1c9a7be20d4f1c9a7be20d4f1c",
  image: "shop/api:1.4",
  imageDigest: null,
  cluster: "eu-1",
  namespace: "shop",
  pod: "api-5d",
  workload: "api",
  workloadKind: "Deployment",
  service: null,
};

const SAMPLE: SignalView["sample"] = {
  at: "2026-11-24T09:59:58.120Z",
  agent: "native",
  kind: "process",
  action: "exec",
  process: {
    exe: "/usr/bin/gcc",
    name: "gcc",
    args: ["-O2", "x.c"],
    pid: 812,
    tty: false,
    parent: { exe: "/bin/sh", name: "sh" },
  },
  user: { name: "root", uid: 0 },
  image: "shop/api:1.4",
  pod: "api-5d",
};

export const SUMMARY: FindingSummary = {
  id: FINDING_ID,
  status: "open",
  rule: "compiler-in-container",
  title: "Compiler run in a container",
  headline: "gcc ran in api (shop, node-7) 14 times since Sunday",
  severity: "medium",
  risen: null,
  resource: RESOURCE,
  episode: 2,
  firstSeenAt: "2026-11-22T21:14:03.000Z",
  lastSeenAt: "2026-11-24T09:59:58.120Z",
  count: 14,
  totalCount: 40,
  quietPeriod: "24h",
  quiet: { basis: "rule", rulePeriod: "24h", longestPause: "3h" },
  flapping: null,
  fixed: null,
  regressed: null,
  deadlineAt: "2026-11-25T09:59:58.120Z",
  resolvedAt: null,
  resolution: null,
  verification: { state: "watching", heartbeats: true, strict: false, gaps: [] },
  muted: false,
  caseId: null,
  version: 17,
};

export const FINDING: FindingDetail = {
  ...SUMMARY,
  mute: null,
  samples: { first: [], latest: [SAMPLE] },
  occurrences: { bucketMs: 1_800_000, buckets: [["2026-11-24T09:30:00.000Z", 14]] },
  coverage: [{ from: "2026-11-22T21:14:03.000Z", to: "2026-11-24T10:00:00.000Z" }],
  agents: ["node-7-agent"],
  lateCount: 0,
};

export const EPISODE: EpisodeView = {
  episode: 1,
  openedAt: "2026-11-03T08:12:44.000Z",
  lastSeenAt: "2026-11-05T17:40:09.000Z",
  resolvedAt: "2026-11-06T17:40:09.000Z",
  resolution: "quiet",
  count: 26,
  severity: "medium",
  quietPeriod: "24h",
  regressedAt: null,
  caseId: null,
  coverage: 1,
};

export const ROLLUP: RollupSummary = {
  id: ROLLUP_ID,
  status: "open",
  rule: "compiler-in-container",
  title: "Compiler run in a container",
  headline: "gcc ran in 3 of 5 known containers of shop/api since Sunday",
  severity: "medium",
  workload: { name: "api", kind: "Deployment", namespace: "shop", cluster: "eu-1" },
  containers: { affected: 3, total: 5, gone: 2, hit: 4 },
  images: 1,
  count: 61,
  oldestOpenedAt: "2026-11-22T21:14:03.000Z",
  newestEventAt: "2026-11-24T09:59:58.120Z",
  quietPeriod: "24h",
  quietAt: "2026-11-25T09:59:58.120Z",
  ended: { quiet: 0, quiet_unverified: 0, resource_gone: 1, rule_retired: 0 },
};

export const ROLLUP_DETAIL: RollupDetail = {
  ...ROLLUP,
  imagesSeen: [
    {
      image: "shop/api:1.4",
      digest: "sha256:5b0f1c2d3e4f5061728394a5b6c7d8e9f00112233445566778899aabbccddeef",
      firstSeenAt: "2026-11-22T21:14:03.000Z",
      lastSeenAt: "2026-11-24T09:59:58.120Z",
      containers: 7,
      hit: 4,
      affected: 3,
    },
  ],
  findings: [SUMMARY],
  timelines: [
    {
      finding: FINDING_ID,
      occurrences: FINDING.occurrences,
      coverage: [{ from: "2026-11-24T09:59:58.120Z", to: "2026-11-24T10:00:00.000Z" }],
      episodes: [
        {
          episode: 1,
          openedAt: EPISODE.openedAt,
          resolvedAt: EPISODE.resolvedAt,
          resolution: EPISODE.resolution,
        },
      ],
    },
  ],
  fix: null,
};

export const SIGNAL: SignalView = {
  id: SIGNAL_ID,
  rule: "container-escape",
  title: "Container escape attempt",
  headline: "sh wrote /sys/fs/cgroup/rdma/release_agent in api (shop, node-7) once, 09:58 UTC",
  severity: "critical",
  resource: RESOURCE,
  firstSeenAt: "2026-11-24T09:58:31.007Z",
  lastSeenAt: "2026-11-24T09:58:31.007Z",
  count: 1,
  sample: {
    at: "2026-11-24T09:58:31.007Z",
    agent: "tetragon",
    kind: "file",
    action: "write",
    process: { exe: "/bin/sh", name: "sh", pid: 901 },
    file: { path: "/sys/fs/cgroup/rdma/release_agent" },
  },
  version: 1,
};

export const RULE: RuleView = {
  id: "compiler-in-container",
  title: "Compiler run in a container",
  class: "posture",
  severity: "medium",
  rises: [{ after: "72h", severity: "high" }],
  scope: ["container"],
  enabled: true,
  builtIn: true,
  quietPeriod: "12h",
  quietPeriodReason:
    "A compiler is run by hand or by a start script; a day shows that neither happens any more.",
  phrase: "{process} ran",
  why: "A compiler in a running container lets whoever gets in build what they need.",
  good: "Images are built elsewhere, and the running one holds no compiler.",
  remediation: "Build in a first stage, and copy what was built into a last stage without tools.",
  references: [
    { title: "Multi-stage builds", url: "https://docs.docker.com/build/building/multi-stage/" },
  ],
  tags: ["build-tools"],
  matchers: [{ on: "event", kind: "process", actions: ["exec"], processNames: ["gcc", "cc"] }],
  overrides: {
    rises: [],
    quietPeriod: "12h",
    updatedBy: "ci",
    updatedAt: "2026-11-23T14:02:00.000Z",
  },
};
