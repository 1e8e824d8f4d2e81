/**
 * The demo's script. Each scene is one behaviour in one container that comes in bursts: long enough to
 * repeat, then quiet for longer than the quiet period, then back. Lull learns how long a behaviour has paused
 * before, and waits for twice that the next time: so pauses grow, up to more than the quiet period's cap.
 * Contract: pure; what happens in a second depends only on the scene and the second.
 */
import {
  api,
  builder,
  exporters,
  gateway,
  HOSTS,
  importer,
  ledger,
  metrics,
  reports,
  web,
  worker,
} from "./cast.ts";
import type { Container, Host } from "./cast.ts";
import type { Deed } from "./deed.ts";

export interface Scene {
  host: Host;
  container: Container;
  deed: Deed;
  /** What a person would say of it. */
  title: string;
  /** Seconds: the first burst, the length of each, and the pauses between them, of which the last one stays. */
  from: number;
  burst: number;
  pauses: readonly [number, ...number[]];
  /** Seconds between two events of a burst; below half the quiet period, which else would grow. */
  every: number;
  /** The last second of the last burst: after that it has been fixed. */
  until?: number;
}

export const QUIET_PERIOD = "15s";

/** What becomes a case by itself. */
export const AUTOMATIONS = [
  { id: "compilers", when: 'finding.rule == "compiler-in-container"', team: "platform" },
  { id: "worst", when: 'finding.severity == "high" || finding.severity == "critical"' },
];

/** Rules that the scenes meet; their quiet periods are days in real life. */
export const RULES = [
  "agent-ruleset-drift",
  "agent-silent",
  "cgroup-v1-host",
  "compiler-in-container",
  "imds-v1-access",
  "interactive-shell-in-container",
  "kernel-end-of-life",
  "package-manager-in-container",
  "shell-spawned-by-app",
];

/** Each pause is more than twice the one before, the last more than fourteen quiet periods. */
const REGULAR = { burst: 10, pauses: [28, 90, 220], every: 3 } as const;

export const SCENES: readonly Scene[] = [
  {
    ...REGULAR,
    host: HOSTS.node1,
    container: api,
    title: "someone opens a shell with kubectl exec",
    from: 2,
    deed: {
      type: "exec",
      exe: "/bin/bash",
      args: [],
      parent: "runc",
      tty: true,
      falcoRule: "Terminal shell in container",
    },
  },
  {
    ...REGULAR,
    host: HOSTS.node2,
    container: worker,
    title: "the entrypoint installs packages with apt-get",
    from: 6,
    deed: {
      type: "exec",
      exe: "/usr/bin/apt-get",
      args: ["install", "-y", "curl"],
      parent: "sh",
      falcoRule: "Launch Package Management Process in Container",
    },
  },
  {
    ...REGULAR,
    host: HOSTS.node3,
    container: reports,
    title: "pip builds a native extension with gcc",
    from: 4,
    every: 2,
    deed: {
      type: "exec",
      exe: "/usr/bin/gcc",
      args: ["-pthread", "-O2", "-c", "src/speedups.c"],
      parent: "pip",
    },
  },
  {
    ...REGULAR,
    host: HOSTS.node4,
    container: gateway,
    title: "an old SDK asks the metadata service without a token",
    from: 8,
    deed: {
      type: "connect",
      exe: "/usr/bin/python3",
      parent: "gunicorn",
      ip: "169.254.169.254",
      port: 80,
    },
  },
  {
    ...REGULAR,
    host: HOSTS.node3,
    container: ledger,
    title: "the application runs a command through a shell, until it is fixed",
    from: 1,
    every: 4,
    until: 60,
    deed: { type: "exec", exe: "/bin/sh", args: ["-c", "date +%F"], parent: "java" },
  },
  {
    host: HOSTS.node5,
    container: builder,
    title: "a build runs in production and does not stop",
    from: 3,
    burst: 1_000_000,
    pauses: [0],
    every: 5,
    deed: { type: "exec", exe: "/usr/bin/g++", args: ["-O2", "-c", "main.cc"], parent: "make" },
  },
  {
    ...REGULAR,
    host: HOSTS.node5,
    container: importer,
    title: "a job installs its own dependencies with pip",
    from: 10,
    deed: { type: "exec", exe: "/usr/bin/pip", args: ["install", "lxml"], parent: "entrypoint.sh" },
  },
  ...exporters.old.map((container): Scene => ({
    host: HOSTS.node6,
    container,
    title: "an exporter compiles its plug-ins at run time, until its image is fixed",
    from: 7,
    burst: 1_000_000,
    pauses: [0],
    every: 4,
    until: 60,
    deed: { type: "exec", exe: "/usr/bin/gcc", args: ["-O2", "-c", "plugin.c"], parent: "sh" },
  })),
  // It still starts a shell: so the new image is known, and known not to compile.
  ...exporters.new.map((container): Scene => ({
    host: HOSTS.node6,
    container,
    title: "the rebuilt exporter starts a shell, once",
    from: (container.runs?.[0] ?? 0) + 3,
    burst: 1,
    pauses: [1_000_000],
    every: 1,
    deed: { type: "exec", exe: "/bin/sh", args: ["-c", "hostname"], parent: "java" },
  })),
  {
    ...REGULAR,
    host: HOSTS.node6,
    container: metrics,
    title: "an engineer debugs in a shell",
    from: 12,
    deed: { type: "exec", exe: "/bin/ash", args: ["-l"], parent: "containerd-shim", tty: true },
  },
  {
    host: HOSTS.node1,
    container: web,
    title: "THREAT: the web server starts a shell",
    from: 20,
    burst: 3,
    pauses: [57],
    every: 2,
    deed: {
      type: "exec",
      exe: "/bin/sh",
      args: ["-c", "id; uname -a"],
      parent: "nginx",
      user: "www-data",
      falcoRule: "Web Server Spawned Shell",
    },
  },
  {
    host: HOSTS.node4,
    container: gateway,
    title: "THREAT: a crypto miner runs",
    from: 45,
    burst: 4,
    pauses: [86],
    every: 2,
    deed: {
      type: "exec",
      exe: "/tmp/.x/xmrig",
      args: ["--url", "stratum+tcp://pool.example:3333", "--donate-level", "1"],
      parent: "sh",
    },
  },
];

/** Seconds since the latest burst began; null before the first. */
function intoRound({ from, burst, pauses }: Scene, second: number): number | null {
  if (second < from) return null;
  let left = second - from;
  for (const pause of pauses.slice(0, -1)) {
    if (left < burst + pause) return left;
    left -= burst + pause;
  }
  return left % (burst + (pauses.at(-1) ?? 0));
}

/** Where a scene stands: in a burst or not. */
export function isActive(scene: Scene, second: number): boolean {
  const into = intoRound(scene, second);
  return into !== null && into < scene.burst && second <= (scene.until ?? second);
}

/** Whether the scene's deed happens in this second. */
export function happens(scene: Scene, second: number): boolean {
  return isActive(scene, second) && (intoRound(scene, second) ?? 0) % scene.every === 0;
}

/**
 * The agent of node-5 is dead from second 25 to 70 of every three minutes: what was open on it must not
 * resolve meanwhile, since nobody would have seen an event.
 */
export function isAgentDead(host: Host, second: number): boolean {
  const inRound = second % 180;
  return host.name === HOSTS.node5.name && inRound >= 25 && inRound < 70;
}
