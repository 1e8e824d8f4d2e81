/** One sound event of every form that is read, to do damage to. */
import { datadogEnvelope, datadogEvent } from "../formats/datadog-fixtures.ts";
import {
  falcoAlert,
  laurelLine,
  nativeEvent,
  ocsfEvent,
  tetragonLine,
  traceEvent,
  traceeEvent,
  type Json,
} from "../formats/fixtures.ts";

const TIME = "2026-11-24T09:59:58.120Z";

export function auditbeat(event: Json): Json {
  return {
    "@timestamp": TIME,
    agent: { type: "auditbeat" },
    event,
    file: { path: "/etc/passwd" },
  };
}

export function osqueryRow(columns: Json): Json {
  return {
    name: "pack_x_file_events",
    hostIdentifier: "node-7",
    unixTime: 1_795_514_398,
    counter: 4,
    action: "added",
    columns,
    decorations: { host_uuid: "8dff8f8a-0b5f-4ddf-bd4e-2f6dbb0f0d0f" },
  };
}

const FALCO: readonly Json[] = [
  falcoAlert({ "proc.cmdline": "sh -c x", "proc.name": "sh", "evt.type": "execve" }),
  falcoAlert({ "fd.name": "10.0.0.9:43812->10.96.0.1:443", "evt.type": "connect" }),
  falcoAlert({ proc: { name: "sh", args: "-c x" }, fd: { name: "/etc/shadow" } }),
  falcoAlert(
    {
      "ka.verb": "create",
      "ka.target.resource": "deployments",
      "ka.target.name": "api",
      "ka.user.name": "ann",
      "ka.auditid": "a1",
    },
    { source: "k8s_audit" },
  ),
  falcoAlert({ "scap.n_drops": 7, "scap.n_drops_prev": 3 }, { source: "internal" }),
];

const TETRAGON: readonly Json[] = [
  tetragonLine("process_exec"),
  tetragonLine("process_kprobe", {
    function_name: "security_file_permission",
    args: [{ file_arg: { path: "/etc/shadow", flags: "O_RDWR" } }, { int_arg: 4 }],
    policy_name: "files",
    tags: ["a"],
  }),
  tetragonLine("process_kprobe", {
    function_name: "tcp_connect",
    args: [{ sock_arg: { daddr: "10.0.0.1", dport: 80, protocol: "IPPROTO_TCP" } }],
  }),
  tetragonLine("process_tracepoint", { subsys: "syscalls", event: "sys_enter_openat", args: [] }),
  tetragonLine("process_uprobe", { symbol: "readline", path: "/bin/bash" }),
  tetragonLine("rate_limit_info", { number_of_dropped_process_events: "4" }),
];

const TRACEE: readonly Json[] = [
  traceEvent("sched_process_exec", { pathname: "/usr/bin/gcc", argv: ["gcc", "x.c"] }),
  traceEvent("security_socket_connect", {
    remote_addr: { sa_family: "AF_INET", sin_addr: "10.0.0.1", sin_port: "80" },
  }),
  traceeEvent("net_packet_dns", [{ name: "metadata", value: { direction: 2, dst_ip: "1.1.1.1" } }]),
  traceeEvent("anti_debugging", [{ name: "triggeredBy", value: { name: "ptrace", args: [] } }], {
    threat: { severity: 2, description: "d", mitre: { technique: { id: "T1" } } },
  }),
  { Data: {}, Context: traceEvent("open", { pathname: "/x" }), SigMetadata: { ID: "TRC-1" } },
];

const AUDITD: readonly Json[] = [
  laurelLine(),
  laurelLine(
    { SYSCALL: "connect" },
    { SOCKADDR: [{ saddr: "%0A%00%01%BB%00%00%00%00%FD" + "%00".repeat(15) }] },
  ),
  laurelLine(
    { SYSCALL: undefined, syscall: 257, arch: "0xc000003e", a2: "0x241", success: "no" },
    { PATH: [{ name: "./x", nametype: "CREATE" }] },
  ),
  { ID: "1795514398.120:9", NODE: "n", USER_LOGIN: { UID: "root", msg: { res: "failed" } } },
  {
    "@timestamp": TIME,
    agent: { type: "auditbeat" },
    event: { module: "auditd", action: "opened-file", outcome: "failure" },
    auditd: { sequence: 7, message_type: "syscall", data: { syscall: "openat", a2: "241" } },
    host: { id: "h", name: "node-7" },
    user: { id: "0", audit: { id: "1000" } },
    process: { executable: "/bin/cat", args: ["cat", "x"], title: "cat x", pid: 5 },
    kubernetes: { namespace: "shop", pod: { name: "api-0" } },
  },
  auditbeat({ module: "file_integrity", action: ["created", "updated"] }),
];

const OSQUERY: readonly Json[] = [
  osqueryRow({ target_path: "/etc/passwd", action: "UPDATED", category: "etc" }),
  {
    name: "docker",
    hostIdentifier: "node-7",
    unixTime: "1795514398",
    snapshot: [
      { image: "shop/api", id: "551e161c47d8", state: "running", privileged: "1" },
      { pid: "8", path: "/bin/sh", cmdline: "sh -c x", cwd: '"/srv"' },
    ],
  },
  {
    name: "sockets",
    hostIdentifier: "node-7",
    unixTime: 1_795_514_398,
    diffResults: { added: [{ remote_address: "10.0.0.1", remote_port: "80", protocol: "6" }] },
  },
  { node_key: "k", log_type: "result", data: [{ unixTime: 1_795_514_398, filename: "x.cpp" }] },
];

const OCSF: readonly Json[] = [
  ocsfEvent(1007),
  ocsfEvent(1001, { file: { path: "/etc/shadow" }, activity_id: 14, status_id: 2 }),
  ocsfEvent("4001", { dst_endpoint: { ip: "10.0.0.1", port: 80, domain: "x" } }),
  ocsfEvent(2004, { evidences: [{ actor: { process: { name: "sh" } } }], finding_info: {} }),
  ocsfEvent(1003, { kernel: { system_call: "ptrace" } }),
];

const DATADOG: readonly Json[] = [
  datadogEvent(),
  datadogEnvelope(),
  datadogEvent({ evt: { name: "open" }, file: { path: "/x", flags: ["O_RDWR", "O_CREAT"] } }),
  datadogEvent({ evt: { name: "connect" }, connect: { addr: { ip: "1.1.1.1", port: 53 } } }),
  datadogEvent({ agent: { rule_id: "lost_events" }, per_event: { exec: 3, open: -9 } }),
];

const NATIVE: readonly Json[] = [
  nativeEvent({ tags: ["a"], host: { name: "node-7" }, user: { name: "ann", uid: 1 } }),
  nativeEvent({
    kind: "network",
    action: "connect",
    network: { ip: "10.0.0.1", port: 80, direction: "outbound" },
    k8s: { namespace: "shop", workload: { kind: "Job", name: "api" } },
  }),
];

const EVENTS = [
  ...FALCO,
  ...TETRAGON,
  ...TRACEE,
  ...AUDITD,
  ...OSQUERY,
  ...OCSF,
  ...DATADOG,
  ...NATIVE,
];

/** Events of every format, also as shippers wrap them, and the forms of a whole batch. */
export const SPECIMENS: readonly Json[] = [
  ...EVENTS,
  ...EVENTS.filter((_, at) => at % 4 === 0).map((event) => ({ log: JSON.stringify(event) })),
  { agent: { id: "a", host: { name: "n" } }, sentAt: TIME, dropped: 3, events: [nativeEvent()] },
  { events: OCSF, count: OCSF.length },
];
