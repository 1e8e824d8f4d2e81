/**
 * Where each of Tetragon's own policies leads: to a rule, shown by an event as Tetragon would write it, or to none,
 * with the reason. By `policy` or `policy|hooks`, where one name stands for several policies.
 */
import type { Raw } from "../../../workers/ingest/fields.ts";

export interface Led {
  rule: string;
  /** One line of Tetragon's export; the policy's name is set by the test. */
  line: Raw;
}
export type Outcome = Led | { unmapped: string };

const TIME = "2026-11-24T10:00:00Z";
const POD = {
  namespace: "shop",
  name: "api-1",
  container: { id: "containerd://c0ffee123456", name: "api" },
};

function processOf(binary: string, more: Raw = {}): Raw {
  return { exec_id: "a", pid: 7, uid: 1000, binary, pod: POD, ...more };
}

/** A hooked function, called from a container. */
function hook(functionName: string, args: readonly Raw[] = [], binary = "/usr/bin/cat"): Raw {
  return {
    process_kprobe: { process: processOf(binary), function_name: functionName, args },
    node_name: "node-1",
    time: TIME,
  };
}

/** A program that starts in a container. */
function exec(binary: string, more: Raw = {}): Raw {
  return {
    process_exec: { process: processOf(binary, more), parent: { binary: "/usr/bin/runc" } },
    node_name: "node-1",
    time: TIME,
  };
}

/** The same on a host. */
function onHost(line: Raw): Raw {
  return JSON.parse(JSON.stringify(line), (key, value: unknown) =>
    key === "pod" ? undefined : value,
  ) as Raw; // JSON of an object is one.
}

const to = (rule: string, line: Raw): Outcome => ({ rule, line });
const none = (unmapped: string): Outcome => ({ unmapped });

const shadow: Raw = { path: "/etc/shadow" };
const readShadow = (functionName: string) =>
  to("sensitive-file-read", hook(functionName, [{ file_arg: shadow }, { int_arg: 4 }]));
const connect = (functionName: string) =>
  to("imds-v1-access", hook(functionName, [{ sock_arg: { daddr: "169.254.169.254", dport: 80 } }]));
const runsFromTmp = (functionName: string) =>
  to("exec-from-tmp", hook(functionName, [{ file_arg: { path: "/tmp/x" } }]));

const DEMO = "an example on a file that exists in no system";
const ANY_CALL = "an example of the syntax: reports system calls by number, whatever they are";
const PACKETS = "every packet: a measurement";
const PROBES = "an example of probes on functions of a library";

export const TETRAGON: Readonly<Record<string, Outcome>> = {
  // By the policy's name.
  "monitor-elastic-keystore-file": to("sensitive-file-read", hook("fd_install")),
  "deny-privileged-pod-start": to("privileged-container", hook("fd_install")),
  "deny-nsenter": to("namespace-change", hook("__x64_sys_setns")),
  "deny-write-to-etc-kubernetes-manifests": to("static-pod-written", onHost(hook("fd_install"))),
  "bpf-library-policy": to("bpf-program-load", onHost(hook("security_bpf_map_create"))),
  bpf: to("bpf-program-load", onHost(hook("bpf_check"))),
  "monitor-network-activity-outside-cluster-cidr-range": to(
    "unexpected-egress",
    hook("tcp_connect"),
  ),
  "enforce-network-activity-outside-cluster-cidr-range": to(
    "unexpected-egress",
    hook("tcp_connect"),
  ),
  "connect-only-local-addrs": to("unexpected-egress", hook("tcp_connect")),
  "connect-only-private-addrs": to("unexpected-egress", hook("tcp_connect")),
  "dns-only-specified-servers": to("unexpected-egress", hook("ip_output")),
  "tcp-listen": to("unexpected-inbound", hook("inet_csk_listen_start")),
  "monitor-kernel-modules": to("kernel-module-load", hook("do_init_module")),
  "monitor-signed-kernel-modules": to("kernel-module-load", hook("find_module_sections")),
  "privileges-raise": to("privilege-change", hook("security_capset")),
  "privileges-setuid-root": to("privilege-change", hook("__sys_setuid")),
  "process-creds-changed": to("privilege-change", hook("commit_creds")),
  "process.credentials.changes.at.syscalls": to("privilege-change", hook("sys_setuid")),
  "privileges-suid": to("privilege-change", exec("/usr/bin/x")),
  "privileges-fscaps": to("privilege-change", exec("/usr/bin/x")),
  "cve-2023-2460-overlayfs-ubuntu": to(
    "local-privilege-escalation",
    hook("security_inode_copy_up_xattr"),
  ),
  "cve-2024-3094-xz-ssh": to("sshd-backdoor", onHost(hook("security_mmap_file"))),
  "sys-linkat-passwd": to("link-to-sensitive-file", hook("sys_linkat")),
  "sys-symlink-passwd": to("link-to-sensitive-file", hook("sys_symlinkat")),
  "kill-unprivileged-user-namespace": to("namespace-change", hook("create_user_ns")),
  "kill-unprivileged-user-namespace-in-pid-namespace": to(
    "namespace-change",
    hook("create_user_ns"),
  ),
  "sys-pivot-root": to("namespace-change", hook("sys_pivot_root")),
  "sys-clock-settime": to("clock-changed", onHost(hook("sys_clock_settime", [], "/usr/bin/date"))),
  "syscalls|sys_mount": to("mount-in-container", hook("sys_mount")),
  "syscalls|sys_ptrace": to("ptrace-attach", hook("sys_ptrace")),
  "syscalls|sys_setuid": to("privilege-change", hook("sys_setuid")),
  "exec-fileless": to("fileless-exec", exec("/usr/bin/x")),
  "exec-unlinked": to("container-drift", exec("/usr/bin/x")),

  // By what was done, under whatever name.
  "file-monitoring": readShadow("security_file_permission"),
  "file-monitoring-filtered": readShadow("security_file_permission"),
  "enforce-security": readShadow("security_file_open"),
  "fd-install": readShadow("fd_install"),
  "lsm-file-open": readShadow("file_open"),
  dns: readShadow("fd_install"),
  url: readShadow("fd_install"),
  "sys-openat": to(
    "sensitive-file-read",
    hook("sys_openat", [{ int_arg: -100 }, { string_arg: "/etc/shadow" }, { int_arg: 0 }]),
  ),
  "security-override": to(
    "write-below-config-dir",
    hook("security_inode_mkdir", [{ path_arg: { path: "/etc/x" } }]),
  ),
  connect: connect("tcp_connect"),
  "security-socket-connect": to(
    "imds-v1-access",
    hook("security_socket_connect", [{ sockaddr_arg: { addr: "169.254.169.254", port: 80 } }]),
  ),
  lsm: runsFromTmp("bprm_check_security"),
  "sample-no-exec-id": runsFromTmp("security_bprm_check"),
  "process-exec-elf-begin": runsFromTmp("security_bprm_creds_from_file"),
  "tmp-execs": to("exec-from-tmp", exec("/tmp/x")),
  sudo: to("sudo-in-container", exec("/usr/bin/sudo")),
  "(none) process_exec": to("compiler-in-container", exec("/usr/bin/gcc")),
  "(none) process_exec in_init_tree=false": to(
    "interactive-shell-in-container",
    exec("/bin/sh", { in_init_tree: false }),
  ),
  "(none) container.security_context.privileged": to(
    "privileged-container",
    exec("/app", {
      pod: { ...POD, container: { ...POD.container, security_context: { privileged: true } } },
    }),
  ),

  // To none.
  "deny-write-to-ops-bank-account": none(DEMO),
  "tracing-policy-example": none(DEMO),
  loader: none("libraries as they are loaded, by build id: an inventory"),
  accept: none(
    "every connection that sshd takes; who may call it is the network policy's business",
  ),
  datagram: none(PACKETS),
  "datagram-518": none(PACKETS),
  "dev-hard-start-xmit": none(PACKETS),
  "syscalls|dev_queue_xmit": none(PACKETS),
  "stack-traces-example": none("packets that the kernel dropped: a measurement"),
  "kill-syscalls": none(ANY_CALL),
  "all-ksys-for-kill": none(ANY_CALL),
  "all-syscalls-for-kill": none(ANY_CALL),
  "list-syscalls-tracepoint": none(ANY_CALL),
  "list-syscalls": none(ANY_CALL),
  "raw-syscalls": none(ANY_CALL),
  rawtp: none("a raw tracepoint has no arguments that name the program; process_exec has"),
  "commit-creds": none("every change of credentials, those of each login and daemon among them"),
  "creds-capability-checks": none("every check of a capability: a profile for writing policies"),
  "follow-symlink": none("every link that is followed"),
  tty: none("what is typed on terminals: content; the shell is seen when it starts"),
  uprobe: none(PROBES),
  usdts: none(PROBES),
  "sys-write": none("bytes written to a descriptor, without the file's name"),
};
