/**
 * auditbeat's ECS documents: its auditd, system and file_integrity modules. Pure.
 * Fields: elastic/beats:auditbeat/docs/fields.asciidoc; what the kernel's records become:
 * elastic/go-libaudit:aucoalesce/normalizations.yaml. Container and Kubernetes come from processors that the operator adds
 * (add_docker_metadata, add_kubernetes_metadata), the tags from the audit rule's key and from the operator.
 */
import type { HostRef, LullEvent, Normalised } from "../../../schema/event.ts";
import { eventOfAgent } from "../agents.ts";
import {
  readInstant,
  readObject,
  readString,
  readTags,
  spellInstant,
  type Notes,
  type Raw,
} from "../fields.ts";
import { kindOfCall, noteFailure, openFlags, wordsOfFlags } from "./auditd-calls.ts";
import { readAuditPath } from "./auditd-paths.ts";
import {
  readBeatContainer,
  readBeatKubernetes,
  readBeatNetwork,
  readBeatProcess,
  readBeatUser,
} from "./auditd-beat-fields.ts";
import type { KindAndAction } from "./falco-kind.ts";

const NOTHING: Raw = {};
const MAX_ACTION_CHARS = 64;

/** Of the modules that watch for themselves. `existing_process` is a state: nothing has started. */
const MODULE_ACTIONS: ReadonlyMap<string, KindAndAction> = new Map<string, KindAndAction>([
  ["process_started", ["process", "exec"]],
  ["process_stopped", ["process", "exit"]],
  ["existing_process", ["process", "running"]],
  ["network_flow", ["network", "connect"]],
  ["created", ["file", "create"]],
  ["updated", ["file", "write"]],
  ["deleted", ["file", "unlink"]],
  ["moved", ["file", "rename"]],
  ["attributes_modified", ["file", "chmod"]],
]);

/** Types of messages that auditbeat gives to an event that is its system call's. */
const OF_THE_CALL: ReadonlySet<string> = new Set([
  "syscall",
  "execve",
  "cwd",
  "path",
  "sockaddr",
  "proctitle",
  "kern_module",
  "bpf",
  "bprm_fcaps",
  "capset",
  "mmap",
  "fd_pair",
  "obj_pid",
  "ipc",
  "openat2",
]);

export function normaliseAuditbeat(raw: Raw): Normalised {
  const notes: Notes = { truncated: undefined };
  const time = readInstant(raw["@timestamp"]);
  if (time === null)
    return {
      type: "rejected",
      code: "invalid_field",
      detail: "@timestamp: must be an RFC 3339 instant",
    };
  const about = readObject(raw, "event") ?? NOTHING;
  const audit = readObject(raw, "auditd");
  const event: LullEvent = { time, format: "auditd", kind: "detection", action: "audit" };
  const id = readId(raw, audit, notes);
  if (id !== undefined) event.id = id;
  const host = readHost(raw, notes);
  if (host !== undefined) event.host = host;
  const tags = readTags(raw, "tags", notes);
  if (tags !== undefined) event.tags = tags;
  const message = readString(raw, "message", notes, "message");
  if (message !== undefined) event.message = message;
  readWho(raw, event, notes);
  if (audit === undefined) readModule(raw, about, event, notes);
  else readAudit(raw, about, audit, event, notes);
  if (notes.truncated !== undefined) event.truncated = notes.truncated;
  return eventOfAgent(event, (readObject(raw, "agent") ?? NOTHING)["version"]);
}

/**
 * The sequence begins anew when the host does, hence the time. `event.id` of the system module is the id of a report that
 * all its events share, and tells none of them apart.
 */
function readId(raw: Raw, audit: Raw | undefined, notes: Notes): string | undefined {
  const sequence = audit?.["sequence"];
  if (typeof sequence !== "number") return undefined;
  const host = readObject(raw, "host") ?? NOTHING;
  const place = readString(host, "id", notes, "id") ?? readString(host, "name", notes, "id");
  return `${place ?? ""}|${sequence}|${spellInstant(raw["@timestamp"])}`;
}

function readHost(raw: Raw, notes: Notes): HostRef | undefined {
  const host = readObject(raw, "host");
  const id = host && readString(host, "id", notes, "host.id");
  const name =
    (host && readString(host, "name", notes, "host.name")) ??
    readString(readObject(raw, "agent") ?? NOTHING, "hostname", notes, "host.name");
  if (id === undefined && name === undefined) return undefined;
  const ref: HostRef = {};
  if (id !== undefined) ref.id = id;
  if (name !== undefined) ref.name = name;
  return ref;
}

function readWho(raw: Raw, event: LullEvent, notes: Notes): void {
  const container = readBeatContainer(raw, notes);
  if (container !== undefined) event.container = container;
  const k8s = readBeatKubernetes(raw, notes);
  if (k8s !== undefined) event.k8s = k8s;
  const service = readString(readObject(raw, "service") ?? NOTHING, "name", notes, "service");
  if (service !== undefined) event.service = service;
  const user = readBeatUser(raw, notes);
  if (user !== undefined) event.user = user;
  const process = readBeatProcess(raw, notes);
  if (process !== undefined) event.process = process;
}

/** Of the auditd module: a system call, or a message of its own type (a login, a service, a denial). */
function readAudit(raw: Raw, about: Raw, audit: Raw, event: LullEvent, notes: Notes): void {
  const data = readObject(audit, "data") ?? NOTHING;
  const type = readString(audit, "message_type", notes, "syscall")?.toLowerCase();
  const call = readString(data, "syscall", notes, "syscall");
  if (call !== undefined) {
    event.syscall = call;
    // The audit rule's key comes before the tags of the operator.
    const [rule] = event.tags ?? [];
    if (rule !== undefined) event.agentRule = rule;
  }
  if (call !== undefined && (type === undefined || OF_THE_CALL.has(type)))
    readCall(raw, call, data, event, notes);
  else
    event.action = type ?? readString(about, "action", notes, "syscall")?.toLowerCase() ?? "audit";
  if (event.process !== undefined) readTerminal(data, event.process);
  const summary = summaryOf(about, audit, notes);
  if (summary !== undefined) event.message ??= summary;
  if (audit["result"] === "fail" || about["outcome"] === "failure")
    noteFailure(event, data["exit"]);
}

function readCall(raw: Raw, call: string, data: Raw, event: LullEvent, notes: Notes): void {
  const flags = openFlags(call, (at) => data[`a${at}`]);
  const [kind, action] = kindOfCall(call, flags);
  event.kind = kind;
  event.action = action;
  if (kind === "network") readBeatNetwork(raw, event, notes);
  if (kind !== "file" && kind !== "kernel") return;
  const audit = readObject(raw, "auditd") ?? NOTHING;
  const found = readAuditPath(audit["paths"], event.process?.cwd, action, notes);
  const path =
    found?.path ?? readString(readObject(raw, "file") ?? NOTHING, "path", notes, "file.path");
  if (path === undefined) return;
  event.file = { path };
  if (kind !== "file") return;
  if (flags !== undefined) event.file.flags = wordsOfFlags(flags);
  if (action === "open" && found?.created === true) event.action = "write";
}

/** Of the system and file_integrity modules, which ask the host instead of the audit system. */
function readModule(raw: Raw, about: Raw, event: LullEvent, notes: Notes): void {
  const list = about["action"];
  // file_integrity joins what it saw: ["created", "attributes_modified"].
  const first: unknown = Array.isArray(list) ? list[0] : list;
  const action = typeof first === "string" ? first.toLowerCase() : "audit";
  const known = MODULE_ACTIONS.get(action);
  [event.kind, event.action] = known ?? ["detection", action.slice(0, MAX_ACTION_CHARS)];
  if (event.kind === "network") readBeatNetwork(raw, event, notes);
  if (event.kind === "network" && event.network?.direction === "inbound") event.action = "accept";
  const path = readString(readObject(raw, "file") ?? NOTHING, "path", notes, "file.path");
  if (path !== undefined) event.file = { path };
  if (about["outcome"] === "failure") noteFailure(event, undefined);
}

/** The terminal of the process: `(none)`, `pts3`. */
function readTerminal(data: Raw, process: NonNullable<LullEvent["process"]>): void {
  const tty = data["tty"];
  if (typeof tty === "string" && tty !== "" && tty !== "?") process.tty = tty !== "(none)";
}

/** As auditbeat sums it up: `ran-command systemctl status`. */
function summaryOf(about: Raw, audit: Raw, notes: Notes): string | undefined {
  const action = readString(about, "action", notes, "message");
  if (action === undefined) return undefined;
  const object = readObject(readObject(audit, "summary") ?? NOTHING, "object");
  const primary = object && readString(object, "primary", notes, "message");
  return primary === undefined ? action : `${action} ${primary}`;
}
