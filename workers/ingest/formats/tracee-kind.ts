/**
 * What a Tracee event is about. Pure.
 * Events and their arguments: aquasecurity/tracee:docs/docs/events/builtin, pkg/events/core.go; ids of signatures: 6000 to 6999.
 */
import type { EventKind } from "../../../schema/event.ts";

export type KindAndAction = readonly [EventKind, string];

const BY_NAME: ReadonlyMap<string, KindAndAction> = new Map<string, KindAndAction>([
  ...all("process", "exec", ["execve", "execveat", "sched_process_exec", "security_bprm_check"]),
  ...all("process", "fork", ["clone", "clone3", "fork", "vfork", "sched_process_fork"]),
  ...all("process", "exit", ["exit", "exit_group", "do_exit", "sched_process_exit"]),
  ...all("process", "kill", ["kill", "tkill", "tgkill"]),
  ...all("file", "open", ["open", "openat", "openat2", "security_file_open"]),
  ...all("file", "read", ["read", "readv", "pread64", "preadv", "vfs_read", "vfs_readv"]),
  ...all("file", "write", ["write", "writev", "pwrite64", "pwritev", "vfs_write", "vfs_writev"]),
  ...all("file", "write", ["creat", "kernel_write", "magic_write", "file_modification"]),
  ...all("file", "create", ["mknod", "mknodat", "security_inode_mknod"]),
  ...all("file", "truncate", ["truncate", "ftruncate", "do_truncate"]),
  ...all("file", "unlink", ["unlink", "unlinkat", "rmdir", "security_inode_unlink"]),
  ...all("file", "rename", ["rename", "renameat", "renameat2", "security_inode_rename"]),
  ...all("file", "chmod", ["chmod", "fchmod", "fchmodat", "chmod_common"]),
  ...all("file", "chown", ["chown", "lchown", "fchown", "fchownat"]),
  ...all("file", "link", ["link", "linkat"]),
  ...all("file", "symlink", ["symlink", "symlinkat", "security_inode_symlink"]),
  ...all("file", "mkdir", ["mkdir", "mkdirat"]),
  ...all("file", "close", ["close"]),
  ...all("network", "connect", ["connect", "security_socket_connect", "net_tcp_connect"]),
  ...all("network", "accept", ["accept", "accept4", "security_socket_accept", "socket_accept"]),
  ...all("network", "listen", ["listen", "security_socket_listen"]),
  ...all("network", "bind", ["bind", "security_socket_bind"]),
  ...all("network", "socket", ["socket", "security_socket_create"]),
  ...all("network", "send", ["sendto", "sendmsg", "sendmmsg", "net_packet_dns_request"]),
  ...all("network", "receive", ["recvfrom", "recvmsg", "recvmmsg", "net_packet_dns_response"]),
  ...all("network", "dup", ["dup", "dup2", "dup3", "socket_dup"]),
  ...all("kernel", "load_module", ["init_module", "finit_module", "module_load", "do_init_module"]),
  ...all("kernel", "unload_module", ["delete_module", "module_free"]),
  ...all("kernel", "mount", ["mount", "move_mount", "fsmount", "security_sb_mount"]),
  ...all("kernel", "umount", ["umount", "umount2", "security_sb_umount"]),
  ...all("kernel", "setns", ["setns", "switch_task_ns"]),
  ...all("kernel", "unshare", ["unshare"]),
  ...all("kernel", "pivot_root", ["pivot_root"]),
  ...all("kernel", "bpf", ["bpf", "security_bpf_prog", "bpf_attach"]),
  ...all("kernel", "setuid", ["setuid", "setreuid", "setresuid"]),
  ...all("container", "start", ["container_create"]),
  ...all("container", "stop", ["container_remove"]),
  ...all("container", "exists", ["existing_container"]),
]);

const FIRST_SIGNATURE_ID = 6000;
const LAST_SIGNATURE_ID = 6999;
const O_ACCMODE = 3;
const O_TRUNC = 0o1000;

function all(kind: EventKind, action: string, names: readonly string[]) {
  return names.map((name): [string, KindAndAction] => [name, [kind, action]]);
}

/** Null for a signature, and for what this version of Tracee has that we do not know. */
export function kindOfTracee(name: string): KindAndAction | null {
  const known = BY_NAME.get(name);
  if (known !== undefined) return known;
  // Packets of both directions.
  if (name.startsWith("net_packet_") || name.startsWith("net_flow_")) return ["network", "packet"];
  return null;
}

export function isSignatureId(id: number | undefined): boolean {
  return id !== undefined && id >= FIRST_SIGNATURE_ID && id <= LAST_SIGNATURE_ID;
}

/** Flags of an open as text (`O_WRONLY|O_CREAT`), or as the kernel's number where Tracee did not parse them. */
export function opensForWriting(flags: unknown): boolean {
  if (typeof flags === "number")
    return Number.isSafeInteger(flags) && ((flags & O_ACCMODE) !== 0 || (flags & O_TRUNC) !== 0);
  return (
    typeof flags === "string" &&
    (flags.includes("O_WRONLY") || flags.includes("O_RDWR") || flags.includes("O_TRUNC"))
  );
}
