/**
 * laurel's JSON lines: all records of one audit event in one object. Pure.
 * Format: threathunters-io/laurel:man/laurel-about.7.md; record types: linux-audit/audit-userspace:lib/audit-records.h.
 */
import type { LullEvent, Normalised } from "../../../schema/event.ts";
import {
  cleanText,
  isRaw,
  readInteger,
  readObject,
  readString,
  type Notes,
  type Raw,
} from "../fields.ts";
import { kindOfCall, nameOfCall, noteFailure, openFlags, wordsOfFlags } from "./auditd-calls.ts";
import { readAuditPath } from "./auditd-paths.ts";
import {
  readEscaped,
  readLaurelContainer,
  readLaurelProcess,
  readLaurelSocket,
  readLaurelUser,
  readWorkingDirectory,
} from "./auditd-records.ts";

/** Records that explain a system call; any other is what the event is about. */
const COMPANIONS: ReadonlySet<string> = new Set([
  "SYSCALL",
  "EXECVE",
  "CWD",
  "PATH",
  "SOCKADDR",
  "PROCTITLE",
  "SOCKETCALL",
  "FD_PAIR",
  "MMAP",
  "OBJ_PID",
  "BPRM_FCAPS",
  "CAPSET",
  "IPC",
  "IPC_SET_PERM",
  "MQ_OPEN",
  "MQ_SENDRECV",
  "OPENAT2",
  "KERN_MODULE",
  "BPF",
  "EOE",
  "PARENT_INFO",
  "CONTAINER_INFO",
]);
const MAX_KEYS = 8;
/** Fields of a record that tell people what it is about, in this order. */
const TELLING = ["op", "operation", "unit", "cmd", "acct", "addr", "dev", "profile", "name", "res"];

export function normaliseLaurel(raw: Raw): Normalised {
  const notes: Notes = { truncated: undefined };
  const id = readString(raw, "ID", notes, "id");
  if (id === undefined)
    return { type: "rejected", code: "missing_field", detail: "ID: is required" };
  const time = timeOf(id);
  if (time === null)
    return {
      type: "rejected",
      code: "invalid_field",
      detail: "ID: must be seconds.milliseconds:serial",
    };
  const call = readObject(raw, "SYSCALL");
  const type = typeOf(raw);
  const record = type === undefined ? call : (call ?? firstRecord(raw, type));
  if (record === undefined)
    return { type: "ignored", format: "auditd", reason: "holds no record that says what was done" };
  const event: LullEvent = { id, time, format: "auditd", kind: "detection", action: "audit" };
  const node = readString(raw, "NODE", notes, "host.name");
  if (node !== undefined) event.host = { name: node };
  readKeys(record["key"], event, notes);
  readWho(raw, call, record, event, notes);
  if (call !== undefined) readCall(raw, call, event, notes);
  if (type !== undefined) readRecord(raw, type, event, notes);
  if (isFailure(record)) noteFailure(event, record["exit"]);
  if (notes.truncated !== undefined) event.truncated = notes.truncated;
  return { type: "event", event };
}

/** `1626611363.720:348501` in milliseconds. */
function timeOf(id: string): number | null {
  const match = /^(\d{1,11})\.(\d{3}):\d+$/.exec(id);
  return match === null ? null : Number(match[1]) * 1_000 + Number(match[2]);
}

/** The type of the record that the event is about, where that is not the system call. */
function typeOf(raw: Raw): string | undefined {
  for (const key in raw)
    if (key !== "ID" && key !== "NODE" && !COMPANIONS.has(key) && isRecord(raw[key])) return key;
  return undefined;
}

function isRecord(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

function firstRecord(raw: Raw, type: string): Raw | undefined {
  const value = raw[type];
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return isRaw(first) ? first : undefined;
}

/** The audit rule's keys, which the kernel joins with \x01; the first names the rule, all are tags. */
function readKeys(value: unknown, event: LullEvent, notes: Notes): void {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  const keys: string[] = [];
  for (const item of list) {
    // "(null)" is no key; old versions glued the enrichment to it.
    if (typeof item !== "string" || item.startsWith("(null)")) continue;
    for (const part of item.replaceAll("%01", "\u0001").split("\u0001")) {
      const key = cleanText(part, notes, "agentRule");
      if (key !== undefined && keys.length < MAX_KEYS) keys.push(key);
    }
  }
  const [first] = keys;
  if (first === undefined) return;
  event.agentRule = first;
  event.tags = keys;
}

function readWho(
  raw: Raw,
  call: Raw | undefined,
  record: Raw,
  event: LullEvent,
  notes: Notes,
): void {
  const container = readLaurelContainer(raw, call, notes);
  if (container !== undefined) event.container = container;
  const user = readLaurelUser(record, notes);
  if (user !== undefined) event.user = user;
  const process = readLaurelProcess(raw, record, notes);
  if (process !== undefined) event.process = process;
}

function readCall(raw: Raw, call: Raw, event: LullEvent, notes: Notes): void {
  const name = readString(call, "SYSCALL", notes, "syscall") ?? numbered(call);
  const argv = call["ARGV"];
  const flags = openFlags(name, (at) => (Array.isArray(argv) ? argv[at] : call[`a${at}`]));
  const [kind, action] = kindOfCall(name, flags);
  event.kind = kind;
  event.action = action;
  event.syscall = name;
  if (kind === "network") readLaurelSocket(raw, event, notes);
  if (kind === "file" || kind === "kernel") readPath(raw, flags, event, notes);
  const module = firstRecord(raw, "KERN_MODULE");
  const moduleName = module && readEscaped(module, "name", notes, "message");
  if (moduleName !== undefined) event.message = `${name} ${moduleName}`;
}

/** Numbers of architectures without a table are told by number. */
function numbered(call: Raw): string {
  const number = readInteger(call, "syscall");
  if (number === undefined) return "syscall";
  return nameOfCall(call["arch"], number) ?? `syscall_${number}`;
}

function readPath(raw: Raw, flags: number | undefined, event: LullEvent, notes: Notes): void {
  const cwd = readWorkingDirectory(raw, notes);
  const found = readAuditPath(raw["PATH"], cwd, event.action, notes);
  if (found === undefined) return;
  event.file = { path: found.path };
  if (event.kind !== "file") return;
  if (flags !== undefined) event.file.flags = wordsOfFlags(flags);
  if (event.action === "open" && found.created) event.action = "write";
}

/** A login, a service, a denial by SELinux or AppArmor, a changed clock: the record's type is what happened. */
function readRecord(raw: Raw, type: string, event: LullEvent, notes: Notes): void {
  event.kind = "detection";
  event.action = type.toLowerCase();
  delete event.network;
  const record = firstRecord(raw, type);
  if (record === undefined) return;
  // Programs of user space put their words into a field of their own.
  const words = readObject(record, "msg") ?? record;
  const told: string[] = [];
  for (const key of TELLING) {
    const word = readEscaped(words, key, notes, "message");
    if (word !== undefined) told.push(`${key}=${word}`);
  }
  event.message = told.length === 0 ? type : `${type} ${told.join(" ")}`;
}

function isFailure(record: Raw): boolean {
  const words = readObject(record, "msg") ?? record;
  const result = words["res"];
  return record["success"] === "no" || result === "failed" || result === 0 || result === "0";
}
