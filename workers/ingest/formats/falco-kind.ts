/**
 * What a Falco event is about. Pure.
 * Event types: falcosecurity/libs:driver/event_table.c, as falcosecurity/falco-website:content/en/docs/reference/rules/supported-events lists them.
 */
import type { EventKind } from "../../../schema/event.ts";

export type KindAndAction = readonly [EventKind, string];

const BY_EVENT_TYPE: ReadonlyMap<string, KindAndAction> = new Map<string, KindAndAction>([
  ...all("process", "exec", ["execve", "execveat"]),
  ...all("process", "fork", ["clone", "clone3", "fork", "vfork"]),
  ...all("process", "exit", ["procexit", "exit", "exit_group"]),
  ...all("process", "kill", ["kill", "tkill", "tgkill"]),
  ...all("file", "open", ["open", "openat", "openat2", "open_by_handle_at"]),
  ...all("file", "write", ["creat", "write", "writev", "pwrite", "pwritev"]),
  ...all("file", "read", ["read", "readv", "pread", "preadv"]),
  ...all("file", "truncate", ["truncate", "ftruncate"]),
  ...all("file", "unlink", ["unlink", "unlinkat", "rmdir"]),
  ...all("file", "rename", ["rename", "renameat", "renameat2"]),
  ...all("file", "chmod", ["chmod", "fchmod", "fchmodat"]),
  ...all("file", "chown", ["chown", "lchown", "fchown", "fchownat"]),
  ...all("file", "link", ["link", "linkat"]),
  ...all("file", "symlink", ["symlink", "symlinkat"]),
  ...all("file", "mkdir", ["mkdir", "mkdirat"]),
  ...all("network", "connect", ["connect"]),
  ...all("network", "accept", ["accept", "accept4"]),
  ...all("network", "listen", ["listen"]),
  ...all("network", "bind", ["bind"]),
  ...all("network", "socket", ["socket", "socketpair"]),
  ...all("network", "send", ["send", "sendto", "sendmsg", "sendmmsg"]),
  ...all("network", "receive", ["recv", "recvfrom", "recvmsg", "recvmmsg"]),
  ...all("network", "dup", ["dup", "dup2", "dup3"]),
  ...all("kernel", "load_module", ["init_module", "finit_module"]),
  ...all("kernel", "unload_module", ["delete_module"]),
  ...all("kernel", "mount", ["mount", "move_mount", "fsmount"]),
  ...all("kernel", "umount", ["umount", "umount2"]),
  ...all("container", "start", ["container", "container_start"]),
]);

function all(kind: EventKind, action: string, types: readonly string[]) {
  return types.map((type): [string, KindAndAction] => [type, [kind, action]]);
}

const WRITE: KindAndAction = ["file", "write"];
const OPEN: KindAndAction = ["file", "open"];
const EXEC: KindAndAction = ["process", "exec"];
const CONNECT: KindAndAction = ["network", "connect"];
const DETECTION: KindAndAction = ["detection", "detect"];

/** What a system call is about; one that is not in the table is the kernel's business, under its own name. */
export function kindOfSystemCall(name: string): KindAndAction {
  return BY_EVENT_TYPE.get(name) ?? ["kernel", name.toLowerCase()];
}

/** By the event's type; where the rule's output does not print it, by the fields it prints and by the rule's tags. */
export function kindOfFalco(
  eventType: string | undefined,
  openFlags: string | undefined,
  fd: "path" | "peers" | "none",
  hasProcess: boolean,
  tags: readonly string[] | undefined,
): KindAndAction {
  if (eventType !== undefined) {
    const known = kindOfSystemCall(eventType);
    // Reading and writing a socket.
    if (fd === "peers" && known[0] === "file")
      return known[1] === "write" ? ["network", "send"] : ["network", "receive"];
    return known[1] === "open" && isWrite(openFlags) ? WRITE : known;
  }
  if (fd === "peers") return CONNECT;
  if (fd === "path") return OPEN;
  // Most rules are about a program that starts, and say nothing but its command line.
  if (hasProcess || tags?.includes("process") || tags?.includes("shell")) return EXEC;
  return tags?.includes("filesystem") || tags?.includes("file") ? OPEN : DETECTION;
}

function isWrite(flags: string | undefined): boolean {
  return (
    flags !== undefined &&
    (flags.includes("O_WRONLY") || flags.includes("O_RDWR") || flags.includes("O_TRUNC"))
  );
}
