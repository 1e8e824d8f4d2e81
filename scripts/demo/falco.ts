/** Falco's `json_output`, as its `http_output` posts it: one alert a request, the key in the URL. */
import type { Container, Host } from "./cast.ts";
import { baseName, type Deed } from "./deed.ts";
import type { Random } from "./random.ts";

/** Null where no rule of Falco's would fire. */
export function falcoAlert(
  host: Host,
  container: Container,
  deed: Deed,
  at: Date,
  random: Random,
): object | null {
  if (deed.falcoRule === undefined) return null;
  const command =
    deed.type === "exec" ? [baseName(deed.exe), ...deed.args].join(" ") : baseName(deed.exe);
  const priority = deed.falcoRule.startsWith("Web Server") ? "Critical" : "Notice";
  const time = nanoseconds(at, random);
  return {
    hostname: host.name,
    output: `${time}: ${priority} ${deed.falcoRule} (command=${command} container_id=${container.id.slice(0, 12)} k8s_ns=${container.namespace} k8s_pod_name=${container.pod})`,
    output_fields: {
      "container.id": container.id.slice(0, 12),
      "container.name": container.name,
      "container.image.repository": container.image.slice(0, container.image.lastIndexOf(":")),
      "container.image.tag": container.image.slice(container.image.lastIndexOf(":") + 1),
      "evt.type": deed.type === "exec" ? "execve" : "connect",
      "k8s.ns.name": container.namespace,
      "k8s.pod.name": container.pod,
      "proc.cmdline": command,
      "proc.exepath": deed.exe,
      "proc.name": baseName(deed.exe),
      "proc.pid": random.integer(200, 30_000),
      "proc.pname": deed.parent,
      "proc.tty": deed.type === "exec" && deed.tty === true ? 34_816 : 0,
      "user.name": (deed.type === "exec" && deed.user) || "root",
      "user.uid": deed.type === "exec" && deed.user !== undefined ? 33 : 0,
    },
    priority,
    rule: deed.falcoRule,
    source: "syscall",
    tags: ["container", "maturity_stable"],
    time,
  };
}

/** Falco's sign of life, with metrics enabled. */
export function falcoMetrics(host: Host, at: Date, random: Random): object {
  return {
    hostname: host.name,
    output: "Falco metrics snapshot",
    output_fields: {
      "evt.hostname": host.name,
      "evt.source": "syscall",
      "falco.version": "0.41.0",
      "scap.n_drops": 0,
      "scap.n_evts": random.integer(10_000, 90_000),
    },
    priority: "Informational",
    rule: "Falco internal: metrics snapshot",
    source: "internal",
    tags: [],
    time: nanoseconds(at, random),
  };
}

/** RFC 3339 with Falco's nine digits. */
function nanoseconds(at: Date, random: Random): string {
  return at.toISOString().replace("Z", `${String(random.integer(0, 999_999)).padStart(6, "0")}Z`);
}
