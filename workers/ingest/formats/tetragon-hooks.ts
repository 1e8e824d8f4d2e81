/**
 * What a hooked kernel function is about. Pure.
 * The functions are those that Tetragon's own policies hook (cilium/tetragon:examples/tracingpolicy, examples/policylibrary);
 * the values of arguments are the kernel's (include/linux/fs.h, include/linux/kernel_read_file.h, mman-common.h).
 */
import type { EventKind } from "../../../schema/event.ts";

export type KindAndAction = readonly [EventKind, string];

const HOOKS: ReadonlyMap<string, KindAndAction> = new Map<string, KindAndAction>([
  ...all("process", "exec", [
    "execve",
    "execveat",
    "sched_process_exec",
    "bprm_check_security",
    "security_bprm_check",
    "security_bprm_creds_from_file",
    "security_bprm_committing_creds",
    "security_bprm_committed_creds",
  ]),
  ...all("kernel", "ptrace", ["ptrace", "security_ptrace_access_check", "ptrace_access_check"]),
  ...all("file", "open", [
    "open",
    "openat",
    "openat2",
    "fd_install",
    "do_filp_open",
    "file_open",
    "security_file_open",
    "security_file_permission",
    "file_permission",
  ]),
  ...all("file", "read", ["read", "pread64", "readv", "vfs_read"]),
  ...all("file", "write", ["write", "pwrite64", "writev", "vfs_write"]),
  ...all("file", "close", ["close", "filp_close"]),
  ...all("file", "mmap", ["security_mmap_file", "mmap_file"]),
  ...all("file", "truncate", ["truncate", "ftruncate", "security_path_truncate"]),
  ...all("file", "unlink", ["unlink", "unlinkat", "security_inode_unlink", "security_path_unlink"]),
  ...all("file", "rename", ["rename", "renameat", "renameat2", "security_inode_rename"]),
  ...all("file", "chmod", ["chmod", "fchmod", "fchmodat", "security_path_chmod"]),
  ...all("file", "chown", ["chown", "fchown", "fchownat", "security_path_chown"]),
  ...all("file", "link", ["link", "linkat", "security_inode_link"]),
  ...all("file", "symlink", ["symlink", "symlinkat", "security_inode_symlink"]),
  ...all("file", "mkdir", ["mkdir", "mkdirat", "security_inode_mkdir", "security_path_mkdir"]),
  ...all("network", "connect", [
    "connect",
    "tcp_connect",
    "tcp_v4_connect",
    "tcp_v6_connect",
    "security_socket_connect",
    "socket_connect",
  ]),
  ...all("network", "accept", ["accept", "accept4", "inet_csk_accept", "tcp_create_openreq_child"]),
  ...all("network", "listen", ["listen", "inet_csk_listen_start", "security_socket_listen"]),
  ...all("network", "bind", ["bind", "security_socket_bind", "socket_bind"]),
  ...all("network", "close", ["tcp_close"]),
  ...all("network", "send", [
    "sendto",
    "sendmsg",
    "tcp_sendmsg",
    "udp_sendmsg",
    "ip_output",
    "ip6_output",
    "ip_mc_output",
    "dev_queue_xmit",
    "dev_hard_start_xmit",
    "__cgroup_bpf_run_filter_skb",
  ]),
  ...all("kernel", "load_module", [
    "init_module",
    "finit_module",
    "do_init_module",
    "find_module_sections",
    "security_kernel_module_request",
  ]),
  ...all("kernel", "unload_module", ["free_module", "delete_module"]),
  ...all("kernel", "setns", ["setns"]),
  ...all("kernel", "unshare", ["unshare"]),
  ...all("kernel", "mount", ["mount", "path_mount", "do_mount", "move_mount", "security_sb_mount"]),
  ...all("kernel", "umount", ["umount", "path_umount", "security_sb_umount"]),
  ...all("kernel", "bpf", ["bpf", "bpf_check", "security_bpf_prog_load"]),
]);

/** Tetragon hooks a system call by the name that the architecture gives it. */
const PREFIXES = [
  "__x64_sys_",
  "__arm64_sys_",
  "__ia32_sys_",
  "__se_sys_",
  "__sys_",
  "ksys_",
  "sys_enter_",
  "sys_exit_",
  "sys_",
] as const;

const MAY_WRITE = 2;
const MAY_READ = 4;
const PROT_WRITE = 2;
/** `enum kernel_read_file_id`. */
const READ_FILE_ACTIONS = ["read_file", "load_firmware", "load_module", "kexec", "kexec"] as const;

function all(kind: EventKind, action: string, names: readonly string[]) {
  return names.map((name): [string, KindAndAction] => [name, [kind, action]]);
}

/** A function's name without the prefix of its architecture: `__x64_sys_setns` is `setns`. */
export function bareFunction(name: string): string {
  for (const prefix of PREFIXES) if (name.startsWith(prefix)) return name.slice(prefix.length);
  return name;
}

/** What a hook is about; `numbers` are its integer arguments in order. An unknown function is a matter of the kernel. */
export function kindOfHook(functionName: string, numbers: readonly number[]): KindAndAction {
  const bare = bareFunction(functionName);
  switch (bare) {
    case "security_file_permission":
    case "file_permission":
      return ["file", accessOf(numbers[0])];
    case "security_mmap_file":
    case "mmap_file":
      return ["file", ((numbers[0] ?? 0) & PROT_WRITE) === 0 ? "mmap" : "write"];
    case "security_kernel_read_file":
    case "security_kernel_load_data":
      return ["kernel", READ_FILE_ACTIONS[numbers[0] ?? 0] ?? "read_file"];
    default:
      return HOOKS.get(bare) ?? ["kernel", bare.toLowerCase()];
  }
}

function accessOf(mask: number | undefined): string {
  if (mask === undefined) return "open";
  if ((mask & MAY_WRITE) !== 0) return "write";
  return (mask & MAY_READ) === 0 ? "open" : "read";
}
