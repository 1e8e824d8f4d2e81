/**
 * System calls in audit records. Pure.
 * Numbers: the kernel's arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h (arm64); `arch` is
 * AUDIT_ARCH_* of include/uapi/linux/audit.h. They are needed where auditd does not enrich (log_format=RAW).
 */
import type { LullEvent } from "../../../schema/event.ts";
import { kindOfSystemCall, type KindAndAction } from "./falco-kind.ts";

const X86_64 = tableOf(`
  0 read, 1 write, 2 open, 41 socket, 42 connect, 43 accept, 44 sendto, 45 recvfrom,
  46 sendmsg, 47 recvmsg, 49 bind, 50 listen, 56 clone, 57 fork, 58 vfork, 59 execve, 62 kill,
  76 truncate, 77 ftruncate, 82 rename, 83 mkdir, 84 rmdir, 85 creat, 86 link, 87 unlink,
  88 symlink, 90 chmod, 91 fchmod, 92 chown, 93 fchown, 94 lchown, 101 ptrace, 133 mknod,
  155 pivot_root, 159 adjtimex, 161 chroot, 164 settimeofday, 165 mount, 166 umount2,
  170 sethostname, 175 init_module, 176 delete_module, 227 clock_settime, 246 kexec_load,
  257 openat, 258 mkdirat, 259 mknodat, 260 fchownat, 263 unlinkat, 264 renameat, 265 linkat,
  266 symlinkat, 268 fchmodat, 272 unshare, 288 accept4, 304 open_by_handle_at, 308 setns,
  310 process_vm_readv, 311 process_vm_writev, 313 finit_module, 316 renameat2,
  319 memfd_create, 320 kexec_file_load, 321 bpf, 322 execveat, 429 move_mount, 432 fsmount,
  435 clone3, 437 openat2
`);

const ARM64 = tableOf(`
  33 mknodat, 34 mkdirat, 35 unlinkat, 36 symlinkat, 37 linkat, 38 renameat, 39 umount2,
  40 mount, 41 pivot_root, 45 truncate, 46 ftruncate, 51 chroot, 52 fchmod, 53 fchmodat,
  54 fchownat, 55 fchown, 56 openat, 63 read, 64 write, 97 unshare, 104 kexec_load,
  105 init_module, 106 delete_module, 112 clock_settime, 117 ptrace, 129 kill, 161 sethostname,
  170 settimeofday, 171 adjtimex, 198 socket, 200 bind, 201 listen, 202 accept, 203 connect,
  206 sendto, 207 recvfrom, 211 sendmsg, 212 recvmsg, 220 clone, 221 execve, 242 accept4,
  265 open_by_handle_at, 268 setns, 270 process_vm_readv, 271 process_vm_writev,
  273 finit_module, 276 renameat2, 279 memfd_create, 280 bpf, 281 execveat,
  294 kexec_file_load, 429 move_mount, 432 fsmount, 435 clone3, 437 openat2
`);

const ARCHITECTURES: ReadonlyMap<unknown, ReadonlyMap<number, string>> = new Map([
  ["0xc000003e", X86_64],
  ["0xc00000b7", ARM64],
]);

/** Reads `59 execve, 60 exit`. */
function tableOf(text: string): ReadonlyMap<number, string> {
  const pairs = text.split(",").map((pair): [number, string] => {
    const [number, name = ""] = pair.trim().split(" ");
    return [Number(number), name];
  });
  return new Map(pairs);
}

/** The name of a numbered call, or undefined on architectures that we have no table of. */
export function nameOfCall(arch: unknown, number: number): string | undefined {
  return ARCHITECTURES.get(arch)?.get(number);
}

const O_ACCMODE = 3;
const O_CREAT = 0o100;
const O_TRUNC = 0o1000;
const ACCESS_MODES = ["O_RDONLY", "O_WRONLY", "O_RDWR", "O_RDWR"] as const;

/** Where in the arguments a call has its flags. */
const FLAGS_AT: ReadonlyMap<string, number> = new Map([
  ["open", 1],
  ["openat", 2],
  ["open_by_handle_at", 2],
]);

/** The flags of a call that opens a file, as numbers that are alike on every architecture. */
export function openFlags(call: string, argument: (at: number) => unknown): number | undefined {
  const at = FLAGS_AT.get(call);
  const text = at === undefined ? undefined : argument(at);
  if (typeof text !== "string") return undefined;
  const flags = Number(text.startsWith("0x") ? text : `0x${text}`);
  return Number.isSafeInteger(flags) ? flags : undefined;
}

/** The flags in words, those that tell reading from writing. */
export function wordsOfFlags(flags: number): string {
  const mode = ACCESS_MODES[flags & O_ACCMODE] ?? "O_RDONLY";
  return `${mode}${flags & O_CREAT ? "|O_CREAT" : ""}${flags & O_TRUNC ? "|O_TRUNC" : ""}`;
}

/** What a call is about. A file that is opened for writing is written. */
export function kindOfCall(call: string, flags: number | undefined): KindAndAction {
  const known = kindOfSystemCall(call);
  if (flags === undefined || known[0] !== "file" || known[1] !== "open") return known;
  return flags & (O_ACCMODE | O_TRUNC) ? ["file", "write"] : known;
}

/**
 * A call that failed is an event, for its audit rule has a reader; but nothing was opened or run, so its action says so
 * and no rule about the deed matches. A connection is what it is by the attempt, and a socket that does not
 * block fails at first with EINPROGRESS.
 */
export function noteFailure(event: LullEvent, exit: unknown): void {
  if (event.action === "connect") {
    if (exit === -115 || exit === "EINPROGRESS") return;
  } else if (event.kind !== "detection") event.action = `${event.action}_failed`;
  event.tags = event.tags === undefined ? ["failed"] : [...event.tags, "failed"];
}
