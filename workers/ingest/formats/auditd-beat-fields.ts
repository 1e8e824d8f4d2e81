/**
 * Who, where and with whom, in ECS documents. Pure.
 * Fields: elastic/ecs:docs/fields (container, orchestrator, process, user, source, destination) and the Kubernetes fields of
 * elastic/beats:libbeat/processors/add_kubernetes_metadata/docs.
 */
import type {
  ContainerRef,
  KubernetesRef,
  LullEvent,
  ProcessRef,
  UserRef,
} from "../../../schema/event.ts";
import { bareContainerId, workloadOfPod } from "../containers.ts";
import {
  baseName,
  cutArgs,
  readInteger,
  readObject,
  readPort,
  readString,
  readUid,
  type Notes,
  type Raw,
} from "../fields.ts";
import { plainIp } from "../peers.ts";

const NOTHING: Raw = {};
const WORKLOADS = [
  ["deployment", "Deployment"],
  ["statefulset", "StatefulSet"],
  ["daemonset", "DaemonSet"],
  ["cronjob", "CronJob"],
  ["job", "Job"],
  ["replicaset", "ReplicaSet"],
] as const;

export function readBeatContainer(raw: Raw, notes: Notes): ContainerRef | undefined {
  const container = readObject(raw, "container");
  const id = container && readString(container, "id", notes, "container.id");
  if (container === undefined || id === undefined) return undefined;
  const ref: ContainerRef = { id: bareContainerId(id) };
  const name = readString(container, "name", notes, "container.name");
  if (name !== undefined) ref.name = name;
  const image = readString(
    readObject(container, "image") ?? NOTHING,
    "name",
    notes,
    "container.image",
  );
  if (image !== undefined) ref.image = image;
  return ref;
}

export function readBeatKubernetes(raw: Raw, notes: Notes): KubernetesRef | undefined {
  const kubernetes = readObject(raw, "kubernetes");
  if (kubernetes === undefined) return undefined;
  const ref: KubernetesRef = {};
  const namespace = readString(kubernetes, "namespace", notes, "k8s.namespace");
  const pod = nameUnder(kubernetes, "pod", notes, "k8s.pod");
  const orchestrator = readObject(raw, "orchestrator");
  const cluster = orchestrator && nameUnder(orchestrator, "cluster", notes, "k8s.cluster");
  if (namespace === undefined && pod === undefined) return undefined;
  if (cluster !== undefined) ref.cluster = cluster;
  if (namespace !== undefined) ref.namespace = namespace;
  if (pod !== undefined) ref.pod = pod;
  for (const [key, kind] of WORKLOADS) {
    const name = nameUnder(kubernetes, key, notes, "k8s.workload.name");
    if (name === undefined) continue;
    ref.workload = { kind, name };
    return ref;
  }
  if (pod !== undefined) ref.workload = workloadOfPod(pod);
  return ref;
}

function nameUnder(raw: Raw, key: string, notes: Notes, field: string): string | undefined {
  const object = readObject(raw, key);
  return object && readString(object, "name", notes, field);
}

/** `user` is who the process runs as; `user.audit` who logged in, absent where that is unset. */
export function readBeatUser(raw: Raw, notes: Notes): UserRef | undefined {
  const user = readObject(raw, "user");
  if (user === undefined) return undefined;
  const effective = readObject(user, "effective") ?? NOTHING;
  const name =
    readString(user, "name", notes, "user.name") ??
    readString(effective, "name", notes, "user.name");
  const uid = readUid(user, "id") ?? readUid(effective, "id");
  const loginUid = readUid(readObject(user, "audit") ?? NOTHING, "id");
  const ref: UserRef = {};
  if (name !== undefined) ref.name = name;
  if (uid !== undefined) ref.uid = uid;
  if (loginUid !== undefined) ref.loginUid = loginUid;
  return name === undefined && uid === undefined && loginUid === undefined ? undefined : ref;
}

export function readBeatProcess(raw: Raw, notes: Notes): ProcessRef | undefined {
  const process = readObject(raw, "process");
  if (process === undefined) return undefined;
  const ref: ProcessRef = {};
  const exe = readString(process, "executable", notes, "process.exe");
  if (exe !== undefined) ref.exe = exe;
  const name = readString(process, "name", notes, "process.name") ?? (exe && baseName(exe));
  if (name !== undefined) ref.name = name;
  const args = readArgs(process, notes);
  if (args !== undefined) ref.args = args;
  const pid = readInteger(process, "pid");
  if (pid !== undefined) ref.pid = pid;
  const cwd = readString(process, "working_directory", notes, "process.cwd");
  if (cwd !== undefined) ref.cwd = cwd;
  const parent = readObject(process, "parent");
  const parentExe = parent && readString(parent, "executable", notes, "process.parent.exe");
  const parentName =
    (parent && readString(parent, "name", notes, "process.parent.name")) ??
    (parentExe && baseName(parentExe));
  if (parentName !== undefined)
    ref.parent =
      parentExe === undefined ? { name: parentName } : { exe: parentExe, name: parentName };
  return exe === undefined && name === undefined && pid === undefined ? undefined : ref;
}

/** Without the program's own name; `title` is the command line, its parts joined by spaces and cut. */
function readArgs(process: Raw, notes: Notes): string[] | undefined {
  const args = process["args"];
  if (Array.isArray(args)) return cutArgs(args.slice(1), notes);
  const title = process["title"] ?? process["command_line"];
  return typeof title === "string" ? cutArgs(title.split(" ").slice(1), notes) : undefined;
}

/** The peer: who is connected to, or who connects. A Unix socket has a path instead. */
export function readBeatNetwork(raw: Raw, event: LullEvent, notes: Notes): void {
  const about = readObject(raw, "network") ?? NOTHING;
  const said = about["direction"];
  const inbound =
    event.action === "accept" ||
    event.action === "listen" ||
    ((said === "ingress" || said === "inbound") && event.action !== "bind");
  // auditbeat calls the address that is bound or connected to the destination, and who is accepted the source.
  const peer =
    readObject(raw, inbound ? "source" : "destination") ??
    readObject(raw, "destination") ??
    NOTHING;
  event.network = {};
  const ip = event.action === "bind" ? undefined : readString(peer, "ip", notes, "network.ip");
  if (ip !== undefined) event.network.ip = plainIp(ip);
  const port = readPort(peer, "port");
  if (port !== undefined) event.network.port = port;
  const hostname = readString(peer, "domain", notes, "network.hostname");
  if (hostname !== undefined) event.network.hostname = hostname;
  const protocol = readString(about, "transport", notes, "network.protocol");
  if (protocol !== undefined) event.network.protocol = protocol.toLowerCase();
  if (inbound) event.network.direction = "inbound";
  else if (said !== "unknown" && (event.action === "connect" || event.action === "send"))
    event.network.direction = "outbound";
  const path = readString(peer, "path", notes, "file.path");
  if (path !== undefined) event.file = { path };
}
