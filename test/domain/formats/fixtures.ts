/** Synthetic events, shaped as the agents' sources and documentation show them; and a way to decode one. */
import { expect } from "vitest";
import type { AgentFormat, LullEvent, Normalised } from "../../../schema/event.ts";
import { decodeBatch, type DecodedBatch } from "../../../workers/ingest/decode.ts";

export const RECEIVED_AT = Date.parse("2026-11-24T10:00:00.000Z");

export type Json = Record<string, unknown>;

/** Decodes a body that must be accepted as a whole. */
export function decoded(body: unknown, format: AgentFormat | null = null): DecodedBatch {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const result = decodeBatch(text, { format, receivedAt: RECEIVED_AT });
  if (!result.ok) throw new Error(`refused: ${result.problem.detail}`);
  return result.value;
}

/** What becomes of one raw event. */
export function itemOf(raw: unknown, format: AgentFormat | null = null): Normalised {
  const { items } = decoded([raw], format);
  expect(items).toHaveLength(1);
  const [item] = items;
  if (item === undefined) throw new Error("no item");
  return item;
}

/** The event that one raw event becomes. */
export function eventOf(raw: unknown, format: AgentFormat | null = null): LullEvent {
  const item = itemOf(raw, format);
  if (item.type !== "event") throw new Error(`not an event: ${JSON.stringify(item)}`);
  return item.event;
}

export function falcoAlert(fields: Json, rest: Json = {}): Json {
  return {
    hostname: "node-7",
    output: "09:59:58.120331007: Notice something happened",
    priority: "Notice",
    rule: "Some rule",
    source: "syscall",
    tags: ["container", "maturity_stable"],
    time: "2026-11-24T09:59:58.120331007Z",
    output_fields: {
      "container.id": "6bc1b4be90d6",
      "container.name": "api",
      "container.image.repository": "shop/api",
      "container.image.tag": "1.4",
      "k8s.ns.name": "shop",
      "k8s.pod.name": "api-5d4f9c7b8-x2k9p",
      "evt.time": 1_795_514_398_120_331_007n.toString(),
      ...fields,
    },
    ...rest,
  };
}

const FULL_ID = "551e161c47d8ff0eb665438a7bcd5b4e3ef5a297282b40a92b7c77d6bd168eb3";

/** A process of a pod, as protojson writes it. */
export function tetragonProcess(over: Json = {}): Json {
  return {
    exec_id: "bm9kZS03OjEyMzQ1Njc4OTo4MTI=",
    pid: 812,
    uid: 0,
    cwd: "/srv",
    binary: "/usr/bin/gcc",
    arguments: "-O2 x.c",
    flags: "execve clone",
    start_time: "2026-11-24T09:59:58.120Z",
    auid: 4_294_967_295,
    pod: {
      namespace: "shop",
      name: "api-5d4f9c7b8-x2k9p",
      container: {
        id: `containerd://${FULL_ID}`,
        name: "api",
        image: {
          id: `docker.io/shop/api@sha256:${"ab".repeat(32)}`,
          name: "docker.io/shop/api:1.4",
        },
        pid: 41,
      },
      pod_labels: { "app.kubernetes.io/name": "api" },
      workload: "api",
      workload_kind: "Deployment",
    },
    docker: FULL_ID.slice(0, 31),
    parent_exec_id: "bm9kZS03OjEyMzQ1Njc4ODo4MTE=",
    ...over,
  };
}

export function tetragonLine(key: string, body: Json = {}, rest: Json = {}): Json {
  return {
    [key]: { process: tetragonProcess(), parent: { binary: "/bin/sh" }, ...body },
    node_name: "node-7",
    time: "2026-11-24T09:59:58.120331007Z",
    ...rest,
  };
}

/** trace.Event, as Tracee up to 0.23 writes it, in a pod. */
export function traceEvent(eventName: string, args: Json = {}, over: Json = {}): Json {
  return {
    timestamp: 1_795_514_398_120_331_000,
    processId: 12,
    hostProcessId: 812,
    userId: 0,
    processName: "sh",
    executable: { path: "/bin/busybox" },
    hostName: "api-5d4f9c7b8-x",
    container: { id: FULL_ID, name: "api", image: "shop/api:1.4", imageDigest: "sha256:0d17" },
    kubernetes: { podName: "api-5d4f9c7b8-x2k9p", podNamespace: "shop" },
    eventId: "722",
    eventName,
    argsNum: Object.keys(args).length,
    syscall: "execve",
    args: Object.entries(args).map(([name, value]) => ({ name, type: "const char*", value })),
    ...over,
  };
}

/** Tracee's v1beta1, in a pod. */
export function traceeEvent(name: string, data: readonly Json[] = [], over: Json = {}): Json {
  return {
    timestamp: "2026-11-24T09:59:58.120331007Z",
    id: 1031,
    name,
    policies: { matched: ["default"] },
    workload: {
      process: {
        executable: { path: "/usr/bin/gcc" },
        host_pid: 812,
        pid: 12,
        real_user: { id: 1000 },
        thread: { name: "gcc", syscall: "openat" },
        ancestors: [{ host_pid: 800, executable: { path: "/bin/sh" } }],
      },
      container: {
        id: FULL_ID,
        name: "api",
        image: { name: "shop/api:1.4", repo_digests: ["shop/api@sha256:0d17"] },
        started: true,
      },
      k8s: {
        pod: { name: "api-5d4f9c7b8-x2k9p", uid: "u", labels: { app: "api" } },
        namespace: { name: "shop" },
      },
    },
    data,
    ...over,
  };
}

/** A program that root started on the host, as laurel writes it where auditd enriches. */
export function laurelLine(call: Json = {}, rest: Json = {}): Json {
  return {
    ID: "1795514398.120:348501",
    NODE: "node-7",
    SYSCALL: {
      arch: "0xc000003e",
      syscall: 59,
      success: "yes",
      exit: 0,
      ppid: 811,
      pid: 812,
      auid: 4_294_967_295,
      uid: 0,
      tty: "(none)",
      comm: "gcc",
      exe: "/usr/bin/gcc",
      key: null,
      ARCH: "x86_64",
      SYSCALL: "execve",
      AUID: "unset",
      UID: "root",
      ...call,
    },
    EXECVE: { argc: 3, ARGV: ["gcc", "-O2", "x.c"] },
    CWD: { cwd: "/srv" },
    ...rest,
  };
}

/** An OCSF event of an agent on a host, in a container. */
export function ocsfEvent(classUid: number | string, over: Json = {}): Json {
  return {
    class_uid: classUid,
    activity_id: 1,
    time: 1_795_514_398_120,
    severity: "Low",
    severity_id: 2,
    metadata: { uid: "e1", product: { name: "Agent" }, version: "1.3.0" },
    device: { hostname: "node-7", uid: "i-0abc", type_id: 1 },
    actor: {
      process: {
        pid: 812,
        name: "gcc",
        cmd_line: "gcc  -O2 x.c",
        file: { path: "/usr/bin/gcc", name: "gcc" },
        user: { name: "root", uid: "0" },
        parent_process: { name: "sh", file: { path: "/bin/sh" } },
        container: {
          uid: FULL_ID,
          name: "api",
          image: { name: "shop/api", tag: "1.4", uid: "sha256:0d17" },
        },
      },
    },
    ...over,
  };
}

export function nativeEvent(over: Json = {}): Json {
  return {
    id: "e1",
    time: "2026-11-24T09:59:58.120Z",
    kind: "process",
    action: "exec",
    container: { id: "c0ffee00c0ff", name: "api", image: "shop/api:1.4" },
    process: { exe: "/usr/bin/gcc", name: "gcc", args: ["-O2", "x.c"], pid: 812, tty: false },
    ...over,
  };
}
