/** Tetragon's export lines, as Vector ships them from its log file: NDJSON, each line wrapped once. */
import type { Container, Host } from "./cast.ts";
import type { Connect, Deed, Exec } from "./deed.ts";
import type { Random } from "./random.ts";

export function tetragonLine(
  host: Host,
  container: Container,
  deed: Deed,
  at: Date,
  random: Random,
): object {
  const process = processOf(host, container, deed, at, random);
  const parent = { binary: `/usr/bin/${deed.parent}`, pid: 1, uid: 0 };
  const body =
    deed.type === "exec"
      ? { process_exec: { process, parent } }
      : { process_kprobe: { process, parent, ...connectHook(deed) } };
  return { ...body, node_name: host.name, time: at.toISOString() };
}

function connectHook({ ip, port }: Connect): object {
  return {
    function_name: "tcp_connect",
    policy_name: "connections",
    action: "KPROBE_ACTION_POST",
    args: [
      {
        sock_arg: {
          family: "AF_INET",
          type: "SOCK_STREAM",
          protocol: "IPPROTO_TCP",
          saddr: "10.4.2.17",
          daddr: ip,
          sport: 42_318,
          dport: port,
        },
      },
    ],
  };
}

function processOf(host: Host, container: Container, deed: Deed, at: Date, random: Random): object {
  const pid = random.integer(200, 30_000);
  return {
    exec_id: Buffer.from(`${host.name}:${at.getTime()}:${pid}`).toString("base64"),
    pid,
    uid: 0,
    cwd: "/app",
    binary: deed.exe,
    ...argumentsOf(deed),
    flags: "execve clone",
    start_time: at.toISOString(),
    auid: 4_294_967_295,
    pod: {
      namespace: container.namespace,
      name: container.pod,
      workload: container.workload,
      workload_kind: "Deployment",
      container: {
        id: `containerd://${container.id}`,
        name: container.name,
        image: { name: container.image },
      },
    },
    docker: container.id.slice(0, 31),
  };
}

/** Protojson leaves out what is empty. */
function argumentsOf(deed: Deed): { arguments?: string } {
  const args: Exec["args"] = deed.type === "exec" ? deed.args : [];
  return args.length === 0 ? {} : { arguments: args.join(" ") };
}

/** The end of some process: of no interest, but a sign that Tetragon is watching. */
export function tetragonExit(host: Host, at: Date, random: Random): object {
  const pid = random.integer(200, 30_000);
  return {
    process_exit: {
      process: {
        exec_id: Buffer.from(`${host.name}:${at.getTime()}:${pid}`).toString("base64"),
        pid,
        uid: 0,
        binary: "/usr/bin/true",
        start_time: at.toISOString(),
      },
      time: at.toISOString(),
    },
    node_name: host.name,
    time: at.toISOString(),
  };
}

/** What Vector's file source makes of a line. */
export function vectorWrap(line: object, at: Date): object {
  return {
    file: "/var/run/cilium/tetragon/tetragon.log",
    message: JSON.stringify(line),
    source_type: "file",
    timestamp: at.toISOString(),
  };
}
