/**
 * What a row of osquery is about, told by its columns: a query may be named anything. Pure.
 * Columns: osquery/osquery:specs (posix/process_events.table, posix/socket_events.table, posix/file_events.table,
 * linux/process_file_events.table, processes.table, posix/docker_containers.table, linux/kernel_modules.table, posix/mounts.table,
 * listening_ports.table, process_open_sockets.table).
 */
import type { LullEvent, ProcessRef } from "../../../schema/event.ts";
import {
  baseName,
  cutArgs,
  readInteger,
  readPort,
  readString,
  readUid,
  type Notes,
  type Raw,
} from "../fields.ts";
import { plainIp } from "../peers.ts";
import { kindOfSystemCall } from "./falco-kind.ts";

/** An event that a table recorded; a row that is new since the last run; a row that merely is. */
export type Manner = "event" | "change" | "state";

const FILE_ACTIONS: ReadonlyMap<string, string> = new Map([
  ["created", "create"],
  ["updated", "write"],
  ["deleted", "unlink"],
  ["moved_from", "rename"],
  ["moved_to", "rename"],
  ["attributes_modified", "chmod"],
  ["accessed", "read"],
  ["opened", "open"],
]);
const CONTAINER_ACTIONS: ReadonlyMap<string, string> = new Map([
  ["running", "run"],
  ["created", "create"],
]);
/** IPPROTO_*. */
const PROTOCOLS: Readonly<Record<number, string>> = { 1: "icmp", 6: "tcp", 17: "udp", 58: "icmp6" };
const CONTAINER_ID = /^[0-9a-f]{12,64}$/;

type Reader = (columns: Raw, manner: Manner, event: LullEvent, notes: Notes) => void;

/** The first whose columns are all there; the most particular first. */
const TABLES: readonly (readonly [readonly string[], Reader])[] = [
  [["target_path", "action"], readFileEvent],
  [["operation", "executable"], readProcessFileEvent],
  [["remote_address", "remote_port"], readSocket],
  [["port", "protocol", "address"], readListener],
  [["image", "id"], readContainer],
  [["used_by", "status"], readModule],
  [["device", "path", "type"], readMount],
  [["pid", "path"], readProcess],
  [["pid", "name"], readProcess],
  [["pid", "cmdline"], readProcess],
];

export function readColumns(columns: Raw, manner: Manner, event: LullEvent, notes: Notes): void {
  readUser(columns, event, notes);
  for (const [names, read] of TABLES) {
    if (!names.every((name) => columns[name] !== undefined)) continue;
    read(columns, manner, event, notes);
    return;
  }
  // A package, a user, a setting: what the query says by its name.
  event.action = manner === "state" ? "present" : "added";
  const path = readString(columns, "path", notes, "file.path");
  if (path !== undefined) event.file = { path };
}

function readUser(columns: Raw, event: LullEvent, notes: Notes): void {
  const name = readString(columns, "username", notes, "user.name");
  const uid = readUid(columns, "uid");
  const loginUid = readUid(columns, "auid");
  if (name === undefined && uid === undefined && loginUid === undefined) return;
  event.user = {};
  if (name !== undefined) event.user.name = name;
  if (uid !== undefined) event.user.uid = uid;
  if (loginUid !== undefined) event.user.loginUid = loginUid;
}

function readProcess(columns: Raw, manner: Manner, event: LullEvent, notes: Notes): void {
  const call = readString(columns, "syscall", notes, "syscall");
  event.process = processOf(columns, notes);
  if (call !== undefined) event.syscall = call;
  [event.kind, event.action] =
    call === undefined
      ? ["process", manner === "state" ? "running" : "exec"]
      : kindOfSystemCall(call);
  // Of the processes of a container (docker_container_processes).
  const id = columns["id"];
  if (typeof id === "string" && CONTAINER_ID.test(id)) event.container = { id };
}

function processOf(columns: Raw, notes: Notes): ProcessRef {
  const ref: ProcessRef = {};
  const exe = readString(columns, "path", notes, "process.exe");
  if (exe !== undefined) ref.exe = exe;
  const name = readString(columns, "name", notes, "process.name") ?? (exe && baseName(exe));
  if (name !== undefined) ref.name = name;
  // Arguments are joined by spaces, without quoting.
  const line = columns["cmdline"];
  const args =
    typeof line === "string" ? cutArgs(line.trim().split(" ").slice(1), notes) : undefined;
  if (args !== undefined) ref.args = args;
  const pid = readInteger(columns, "pid");
  if (pid !== undefined) ref.pid = pid;
  const cwd = readString(columns, "cwd", notes, "process.cwd");
  if (cwd !== undefined) ref.cwd = cwd.replace(/^"(.*)"$/, "$1");
  return ref;
}

function readFileEvent(columns: Raw, _: Manner, event: LullEvent, notes: Notes): void {
  const action = readString(columns, "action", notes, "syscall")?.toLowerCase() ?? "change";
  event.kind = "file";
  event.action = FILE_ACTIONS.get(action) ?? action;
  const path = readString(columns, "target_path", notes, "file.path");
  if (path !== undefined) event.file = { path };
  const category = readString(columns, "category", notes, "tags");
  if (category !== undefined) event.tags = [category];
}

function readProcessFileEvent(columns: Raw, _: Manner, event: LullEvent, notes: Notes): void {
  const operation = readString(columns, "operation", notes, "syscall") ?? "open";
  [event.kind, event.action] = kindOfSystemCall(operation);
  event.syscall = operation;
  const path = readString(columns, "path", notes, "file.path");
  if (path !== undefined) event.file = { path };
  const exe = readString(columns, "executable", notes, "process.exe");
  if (exe !== undefined) event.process = { exe, name: baseName(exe) };
  const pid = readInteger(columns, "pid");
  if (pid !== undefined) (event.process ??= {}).pid = pid;
}

/** socket_events say what was done; an open socket that is new was connected. */
function readSocket(columns: Raw, manner: Manner, event: LullEvent, notes: Notes): void {
  const said =
    readString(columns, "action", notes, "syscall") ??
    readString(columns, "syscall", notes, "syscall");
  const action = said?.toLowerCase();
  event.kind = "network";
  if (action === undefined) event.action = manner === "state" ? "connected" : "connect";
  else event.action = kindOfSystemCall(action)[1];
  event.process = processOf(columns, notes);
  const inbound = event.action === "accept" || event.action === "listen";
  const bound = event.action === "bind" || event.action === "listen";
  event.network = {};
  const ip = bound ? undefined : readString(columns, "remote_address", notes, "network.ip");
  if (ip !== undefined) event.network.ip = plainIp(ip);
  const port = readPort(columns, bound ? "local_port" : "remote_port");
  if (port !== undefined) event.network.port = port;
  readProtocol(columns, event.network);
  if (inbound) event.network.direction = "inbound";
  else if (event.action === "connect") event.network.direction = "outbound";
  if (columns["status"] !== "failed" && columns["success"] !== "0") return;
  if (event.action !== "connect") event.action = `${event.action}_failed`;
  event.tags = ["failed"];
}

function readListener(columns: Raw, manner: Manner, event: LullEvent, notes: Notes): void {
  event.kind = "network";
  event.action = manner === "state" ? "listening" : "listen";
  event.process = processOf(columns, notes);
  event.network = { direction: "inbound" };
  const port = readPort(columns, "port");
  if (port !== undefined) event.network.port = port;
  readProtocol(columns, event.network);
}

function readProtocol(columns: Raw, network: NonNullable<LullEvent["network"]>): void {
  const number = readInteger(columns, "protocol");
  const protocol = number === undefined ? undefined : PROTOCOLS[number];
  if (protocol !== undefined) network.protocol = protocol;
}

/** A container that runs is what rules on containers are about, also where it is no news. */
function readContainer(columns: Raw, _: Manner, event: LullEvent, notes: Notes): void {
  const id = readString(columns, "id", notes, "container.id");
  const state = readString(columns, "state", notes, "syscall")?.toLowerCase() ?? "running";
  event.kind = "container";
  event.action = CONTAINER_ACTIONS.get(state) ?? state;
  if (id === undefined) return;
  event.container = { id };
  const name = readString(columns, "name", notes, "container.name");
  if (name !== undefined) event.container.name = name.startsWith("/") ? name.slice(1) : name;
  const image = readString(columns, "image", notes, "container.image");
  if (image !== undefined) event.container.image = image;
  if (columns["privileged"] === "1" || columns["privileged"] === 1)
    event.tags = [...(event.tags ?? []), "privileged"];
}

function readModule(columns: Raw, manner: Manner, event: LullEvent, notes: Notes): void {
  event.kind = "kernel";
  event.action = manner === "state" ? "loaded" : "load_module";
  const name = readString(columns, "name", notes, "message");
  if (name !== undefined) event.message = `kernel module ${name}`;
}

function readMount(columns: Raw, manner: Manner, event: LullEvent, notes: Notes): void {
  event.kind = "kernel";
  event.action = manner === "state" ? "mounted" : "mount";
  const path = readString(columns, "path", notes, "file.path");
  if (path !== undefined) event.file = { path };
}
