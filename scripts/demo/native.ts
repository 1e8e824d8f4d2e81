/** Batches and heartbeats in Lull's own format. */
import type { Container, Host } from "./cast.ts";
import { baseName, type Deed } from "./deed.ts";
import type { Random } from "./random.ts";

function agentOf(host: Host): object {
  return {
    id: `lull-agent-${host.name}`,
    kind: "native",
    version: "1.0.0",
    host: { name: host.name },
  };
}

export function nativeEvent(container: Container, deed: Deed, at: Date, random: Random): object {
  const parent = { name: deed.parent };
  const where = {
    time: at.toISOString(),
    container: {
      id: container.id,
      name: container.name,
      image: container.image,
      imageDigest: container.imageDigest,
    },
    k8s: {
      cluster: "eu-1",
      namespace: container.namespace,
      pod: container.pod,
      workload: { kind: "Deployment", name: container.workload },
    },
    user: { name: "root", uid: 0 },
  };
  const process = {
    exe: deed.exe,
    name: baseName(deed.exe),
    pid: random.integer(200, 30_000),
    parent,
  };
  if (deed.type === "connect")
    return {
      ...where,
      kind: "network",
      action: "connect",
      process,
      network: { ip: deed.ip, port: deed.port, protocol: "tcp", direction: "outbound" },
    };
  return {
    ...where,
    kind: "process",
    action: "exec",
    process: { ...process, args: deed.args, tty: deed.tty ?? false },
  };
}

export function nativeBatch(host: Host, events: readonly object[], at: Date): object {
  return { agent: agentOf(host), sentAt: at.toISOString(), events };
}

/** `running` is all that runs on the host: what is missing from it is gone. */
export function nativeHeartbeat(
  host: Host,
  running: readonly Container[],
  at: Date,
  intervalMs: number,
): object {
  return {
    agent: agentOf(host),
    sentAt: at.toISOString(),
    intervalMs,
    dropped: 0,
    containers: running.map((container) => container.id),
    facts: { cgroupVersion: host.cgroupVersion, kernel: host.kernel },
  };
}
