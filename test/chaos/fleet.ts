/**
 * Who reports in a run, and in which words: agents that send heartbeats and agents that do not, Falco, a
 * shipper whose batches name three hosts, and agents whose clocks are wrong. The server's own clock is not
 * touched: workerd reads the kernel's by the vDSO, a time namespace shifts only the monotonic ones, setting the
 * clock takes root and hits the whole machine, and libfaketime is not among what `npm ci` brings.
 */
import { at } from "../bench/random.ts";
import type { Random } from "../sim/random.ts";
import type { DurationMs, EpochMs } from "../../schema/time.ts";

/**
 * `ahead`: an hour, and `sentAt` shows it, so that Lull corrects it. `future`: an hour, and nothing shows it, so that
 * Lull clamps it. `behind`: a day; that cannot be told from a batch that was long under way.
 */
export type Clock = "right" | "ahead" | "future" | "behind";

export interface Host {
  name: string;
  format: "native" | "falco";
  /** What its agent declares; null: nobody would notice its silence. */
  heartbeatMs: DurationMs | null;
  clock: Clock;
  containers: readonly string[];
}

/** The hosts that one agent reports, in one batch. */
export type Post = readonly Host[];

/** What happens in a container, as each format tells it. */
export interface Deed {
  name: string;
  /** The rules that find it. */
  finding: string | null;
  signal: string | null;
  native?: object;
  falco?: { rule: string; priority: string; process: string };
}

/** Short, so that findings end and come back while a run lasts. */
export const QUIET_PERIOD_MS = 1_000;
export const HEARTBEAT_MS = 2_000;
const CONTAINERS = 3;
const HOUR_MS = 3_600_000;

export const DEEDS: readonly Deed[] = [
  {
    name: "compiler",
    finding: "compiler-in-container",
    signal: null,
    native: process("/usr/bin/gcc", ["-c", "unit.c"]),
  },
  {
    name: "packages",
    finding: "package-manager-in-container",
    signal: null,
    native: process("/usr/bin/apt-get", ["install", "-y", "jq"]),
    falco: {
      rule: "Launch Package Management Process in Container",
      priority: "Error",
      process: "apt-get",
    },
  },
  {
    name: "shell",
    finding: "interactive-shell-in-container",
    signal: null,
    falco: { rule: "Terminal shell in container", priority: "Notice", process: "bash" },
  },
  {
    name: "metadata",
    finding: "imds-v1-access",
    signal: null,
    native: {
      kind: "network",
      action: "connect",
      network: { ip: "169.254.169.254", port: 80, protocol: "tcp", direction: "outbound" },
      process: { exe: "/usr/bin/python3", name: "python3" },
    },
  },
  {
    name: "shadow",
    finding: "sensitive-file-read",
    signal: "sensitive-file-read",
    native: {
      kind: "file",
      action: "open",
      file: { path: "/etc/shadow" },
      process: { exe: "/usr/bin/cat", name: "cat" },
    },
    falco: { rule: "Read sensitive file untrusted", priority: "Warning", process: "cat" },
  },
  {
    name: "reverse shell",
    finding: null,
    signal: "reverse-shell",
    native: process("/usr/bin/python3", [
      "-c",
      "import os, pty; os.dup2(s, 0); pty.spawn('/bin/sh')",
    ]),
  },
  {
    name: "nothing",
    finding: null,
    signal: null,
    native: process("/usr/bin/true", []),
    falco: { rule: "A rule of their own", priority: "Notice", process: "true" },
  },
];

function process(exe: string, args: readonly string[]): object {
  const name = exe.slice(exe.lastIndexOf("/") + 1);
  return { kind: "process", action: "exec", process: { exe, name, args, tty: false } };
}

/** Seventeen agents for twenty hosts. */
export function makeFleet(): Post[] {
  let made = 0;
  const host = (
    format: Host["format"],
    heartbeatMs: DurationMs | null,
    clock: Clock = "right",
  ): Host => {
    const n = made++;
    const containers = Array.from(
      { length: CONTAINERS },
      (_, i) => `c0ffee${String(n * CONTAINERS + i).padStart(6, "0")}`,
    );
    return { name: `chaos-${n}`, format, heartbeatMs, clock, containers };
  };
  const alone = (n: number, ...which: Parameters<typeof host>): Post[] =>
    Array.from({ length: n }, () => [host(...which)]);
  return [
    ...alone(9, "native", HEARTBEAT_MS),
    [host("native", null), host("native", null), host("native", null)],
    ...alone(3, "falco", null),
    ...alone(2, "falco", HEARTBEAT_MS),
    ...alone(1, "native", HEARTBEAT_MS, "ahead"),
    ...alone(1, "native", null, "future"),
    ...alone(1, "native", null, "behind"),
  ];
}

/** What an agent's clock shows. */
export function agentTime({ clock }: Host, now: EpochMs): EpochMs {
  if (clock === "behind") return now - 24 * HOUR_MS;
  return clock === "right" ? now : now + HOUR_MS;
}

/** When an event is for Lull, as far as anyone can know before it has been answered for. */
export function eventSpan(host: Host, now: EpochMs): { from: EpochMs; to: EpochMs } {
  const isMoved = host.clock === "ahead" || host.clock === "future";
  return isMoved
    ? { from: now, to: Number.POSITIVE_INFINITY }
    : { from: agentTime(host, now), to: agentTime(host, now) };
}

export function nativeBatch(post: Post, events: readonly object[], now: EpochMs): object {
  const host = at(post, 0);
  const isShipper = post.length > 1;
  return {
    agent: {
      id: isShipper ? "shipper" : `agent-${host.name}`,
      kind: "native",
      version: "1.0",
      ...(isShipper ? {} : { host: { name: host.name } }),
    },
    ...(host.clock === "future" ? {} : { sentAt: iso(agentTime(host, now)) }),
    events,
  };
}

export function nativeEvent(host: Host, container: string, deed: Deed, now: EpochMs): object {
  return {
    id: crypto.randomUUID(),
    time: iso(agentTime(host, now)),
    host: { name: host.name },
    container: { id: container, name: "api", image: "shop/api:1.4" },
    k8s: {
      namespace: "shop",
      pod: `api-${container}`,
      workload: { kind: "Deployment", name: "api" },
    },
    user: { name: "root", uid: 0 },
    ...deed.native,
  };
}

/** A heartbeat carries the agent's time, by which it is known when it is sent again. */
export function heartbeat(host: Host, now: EpochMs): object {
  return {
    agent: { id: `agent-${host.name}`, kind: "native", version: "1.0", host: { name: host.name } },
    sentAt: iso(agentTime(host, now)),
    intervalMs: host.heartbeatMs,
    containers: host.containers,
    facts: { cgroupVersion: 2, kernel: "6.8" },
  };
}

/** Falco's alert, with its nine digits of a second. */
export function falcoAlert(
  host: Host,
  container: string,
  deed: Deed,
  now: EpochMs,
  random: Random,
): object {
  if (deed.falco === undefined) throw new Error(`Falco has no word for ${deed.name}`);
  const { rule, priority, process: name } = deed.falco;
  const time = iso(now).replace("Z", `${String(random.int(1_000_000)).padStart(6, "0")}Z`);
  return {
    hostname: host.name,
    priority,
    rule,
    source: "syscall",
    time,
    uuid: crypto.randomUUID(),
    output: `${time}: ${priority} ${rule} (command=${name} container_id=${container})`,
    output_fields: {
      "container.id": container,
      "container.name": "api",
      "proc.name": name,
      "proc.pid": 200 + random.int(20_000),
      "user.name": "root",
    },
  };
}

export function iso(instant: EpochMs): string {
  return new Date(instant).toISOString();
}
