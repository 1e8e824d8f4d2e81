/** Where Tracee's plain events lead: to a rule, shown by an event as Tracee would write it, or to none, with the reason. */
import type { Raw } from "../../../workers/ingest/fields.ts";
import type { Outcome } from "./corpus-tetragon.ts";

function event(eventName: string, args: Raw, processName = "sh"): Raw {
  return {
    timestamp: 1_795_514_400_000_000_000,
    eventName,
    hostName: "node-1",
    processName,
    hostProcessId: 7,
    container: { id: "c0ffee123456" },
    args: Object.entries(args).map(([name, value]) => ({ name, value })),
  };
}

const to = (rule: string, line: Raw): Outcome => ({ rule, line });
const INVENTORY = "an inventory: says that a container is there, and no more";

export const TRACEE_INPUTS: Readonly<Record<string, Outcome>> = {
  sched_process_exec: to(
    "compiler-in-container",
    event("sched_process_exec", { pathname: "/usr/bin/gcc", argv: ["gcc", "x.c"] }, "gcc"),
  ),
  security_socket_connect: to(
    "imds-v1-access",
    event("security_socket_connect", {
      remote_addr: { sa_family: "AF_INET", sin_addr: "169.254.169.254", sin_port: "80" },
    }),
  ),
  net_tcp_connect: to(
    "imds-v1-access",
    event("net_tcp_connect", { dst: "169.254.169.254", dst_port: 80, dst_dns: [] }),
  ),
  security_file_open: to(
    "sensitive-file-read",
    event("security_file_open", { pathname: "/etc/shadow", flags: "O_RDONLY" }),
  ),
  security_inode_rename: to(
    "write-below-binary-dir",
    event("security_inode_rename", { old_path: "/tmp/x", new_path: "/usr/bin/ps" }),
  ),
  security_inode_unlink: to(
    "shell-history-deleted",
    event("security_inode_unlink", { pathname: "/root/.bash_history" }),
  ),
  chmod_common: to("write-below-binary-dir", event("chmod_common", { pathname: "/usr/bin/ps" })),
  security_sb_mount: to(
    "mount-in-container",
    event("security_sb_mount", { dev_name: "/dev/sda1", path: "/mnt" }),
  ),
  switch_task_ns: to("namespace-change", event("switch_task_ns", { pid: 7 })),
  security_bpf_prog: to("bpf-program-load", event("security_bpf_prog", { name: "x" })),
  bpf_attach: to("bpf-program-load", event("bpf_attach", { prog_name: "x" })),
  module_load: to("kernel-module-load", event("module_load", { name: "x" })),
  init_module: to("kernel-module-load", event("init_module", {})),
  finit_module: to("kernel-module-load", event("finit_module", {})),
  ptrace: to("ptrace-attach", event("ptrace", { request: "PTRACE_ATTACH" })),
  process_vm_writev: to("process-injection", event("process_vm_writev", { pid: 9 })),
  net_packet_dns_request: {
    unmapped: "a look-up; what is called afterwards is seen as a connection",
  },
  net_packet_http_request: { unmapped: "a packet; its connection is an event of its own" },
  cap_capable: { unmapped: "every check of a capability: a profile for writing policies" },
  container_create: { unmapped: INVENTORY },
  container_remove: { unmapped: INVENTORY },
  existing_container: { unmapped: INVENTORY },
};

/** Ids of the rules engine, before 0.8 (aquasecurity/tracee:tracee-rules/signatures): TRC-4 stands with its successor below. */
export const TRACEE_OLD_IDS = [
  "TRC-1",
  "TRC-2",
  "TRC-3",
  "TRC-5",
  "TRC-6",
  "TRC-7",
  "TRC-8",
  "TRC-9",
  "TRC-10",
  "TRC-11",
  "TRC-12",
  "TRC-13",
  "TRC-14",
  "TRC-15",
] as const;

/** Signatures that lead to none of our rules, and why. */
export const TRACEE_UNMAPPED: Readonly<Record<string, string>> = {
  aslr_inspection: "a reader of one sysctl; nothing to mend",
  dynamic_code_loading: "every JIT does it (in the rules engine: TRC-4)",
  sched_debug_recon: "a reader of one file that modern kernels do not have",
};
