/**
 * What the records of one audit event say, as laurel groups them. Pure.
 * Keys in capitals are enrichment, by auditd (log_format=ENRICHED) or by laurel, and may be missing; the rest is the
 * kernel's (threathunters-io/laurel:man/laurel-about.7.md, man/laurel.8.md; audit.rules(7)).
 */
import type { ContainerRef, LullEvent, ProcessRef, UserRef } from "../../../schema/event.ts";
import { bareContainerId } from "../containers.ts";
import {
  baseName,
  cleanText,
  cutArgs,
  isRaw,
  readInteger,
  readObject,
  readString,
  readUid,
  type Notes,
  type Raw,
} from "../fields.ts";
import { plainIp } from "../peers.ts";
import {
  readBytes,
  readInterpreted,
  readTranslated,
  unescaped,
  type SocketAddress,
} from "./auditd-address.ts";

/** Text that laurel may have escaped. */
export function readEscaped(
  raw: Raw,
  key: string,
  notes: Notes,
  field: string,
): string | undefined {
  const value = raw[key];
  return typeof value === "string" ? cleanText(unescaped(value), notes, field) : undefined;
}

/** `SYSCALL.PID.container`; `CONTAINER_INFO` of older versions. */
export function readLaurelContainer(
  raw: Raw,
  call: Raw | undefined,
  notes: Notes,
): ContainerRef | undefined {
  const pid = call && readObject(call, "PID");
  const container = (pid && readObject(pid, "container")) ?? readObject(raw, "CONTAINER_INFO");
  if (container === undefined) return undefined;
  const id =
    readString(container, "id", notes, "container.id") ??
    readString(container, "ID", notes, "container.id");
  return id === undefined ? undefined : { id: bareContainerId(id) };
}

/** The names are auditd's look-ups, and `unset` or `unknown(1000)` where there is none. */
export function readLaurelUser(record: Raw, notes: Notes): UserRef | undefined {
  const name = readString(record, "UID", notes, "user.name");
  const uid = readUid(record, "uid");
  const loginUid = readUid(record, "auid");
  const ref: UserRef = {};
  if (name !== undefined && name !== "unset" && !name.startsWith("unknown(")) ref.name = name;
  if (uid !== undefined) ref.uid = uid;
  if (loginUid !== undefined) ref.loginUid = loginUid;
  return ref.name === undefined && uid === undefined && loginUid === undefined ? undefined : ref;
}

export function readLaurelProcess(raw: Raw, record: Raw, notes: Notes): ProcessRef | undefined {
  const ref: ProcessRef = {};
  const exe = readEscaped(record, "exe", notes, "process.exe");
  if (exe !== undefined) ref.exe = exe;
  const name = readEscaped(record, "comm", notes, "process.name") ?? (exe && baseName(exe));
  if (name !== undefined) ref.name = name;
  const args = readArguments(raw, notes);
  if (args !== undefined) ref.args = args;
  const pid = readInteger(record, "pid");
  if (pid !== undefined) ref.pid = pid;
  const tty = record["tty"];
  if (typeof tty === "string" && tty !== "" && tty !== "?") ref.tty = tty !== "(none)";
  const cwd = readWorkingDirectory(raw, notes);
  if (cwd !== undefined) ref.cwd = cwd;
  const parent = readParent(raw, record, notes);
  if (parent !== undefined) ref.parent = parent;
  return exe === undefined && name === undefined && pid === undefined ? undefined : ref;
}

export function readWorkingDirectory(raw: Raw, notes: Notes): string | undefined {
  const cwd = readObject(raw, "CWD");
  return cwd && readEscaped(cwd, "cwd", notes, "process.cwd");
}

/** Without the program's own name. PROCTITLE holds the first 128 bytes of the command line. */
function readArguments(raw: Raw, notes: Notes): string[] | undefined {
  const record = readObject(raw, "EXECVE") ?? readObject(raw, "PROCTITLE");
  if (record === undefined) return undefined;
  const text = record["ARGV_STR"];
  // Joined by spaces without quoting, where laurel is set to write strings.
  const argv: unknown = typeof text === "string" ? text.split(" ") : record["ARGV"];
  if (!Array.isArray(argv)) return undefined;
  const args = cutArgs(argv.slice(1), notes);
  return args?.map(unescaped);
}

/** `SYSCALL.PPID`; `PARENT_INFO` of older versions, whose oldest know the arguments only. */
function readParent(raw: Raw, record: Raw, notes: Notes): ProcessRef["parent"] {
  const parent = readObject(record, "PPID") ?? readObject(raw, "PARENT_INFO");
  if (parent === undefined) return undefined;
  const exe = readEscaped(parent, "exe", notes, "process.parent.exe");
  const argv = parent["ARGV"];
  const first: unknown = Array.isArray(argv) ? argv[0] : undefined;
  const name =
    readEscaped(parent, "comm", notes, "process.parent.name") ??
    (exe && baseName(exe)) ??
    (typeof first === "string"
      ? cleanText(baseName(unescaped(first)), notes, "process.parent.name")
      : undefined);
  if (name === undefined) return undefined;
  return exe === undefined ? { name } : { exe, name };
}

/** The peer, or the path of a Unix socket. A socket of another family (netlink) has neither. */
export function readLaurelSocket(raw: Raw, event: LullEvent, notes: Notes): void {
  const list = raw["SOCKADDR"];
  const record: unknown = Array.isArray(list) ? list[0] : list;
  event.network = {};
  if (event.action === "accept") event.network.direction = "inbound";
  else if (event.action === "connect" || event.action === "send")
    event.network.direction = "outbound";
  if (!isRaw(record)) return;
  const address = addressOf(record);
  const path = address.path && cleanText(unescaped(address.path), notes, "file.path");
  if (path) event.file = { path };
  if (address.port !== undefined) event.network.port = address.port;
  // Of a bound socket only the port is of interest.
  const ip = event.action === "bind" ? undefined : address.ip;
  const peer = ip && cleanText(plainIp(ip), notes, "network.ip");
  if (peer) event.network.ip = peer;
}

/** auditd's text, laurel's own object (its option `universal`), or the kernel's bytes. */
function addressOf(record: Raw): SocketAddress {
  const interpreted = record["SADDR"];
  if (typeof interpreted === "string") return readInterpreted(interpreted);
  if (isRaw(interpreted)) return readTranslated(interpreted);
  const bytes = record["saddr"];
  return typeof bytes === "string" ? readBytes(bytes) : {};
}
