/**
 * What is particular to each kind of Tetragon event. Pure.
 * Messages: cilium/tetragon:docs/content/en/docs/reference/grpc-api.md (ProcessKprobe, ProcessLsm, ProcessTracepoint,
 * ProcessLoader, ProcessUprobe, ProcessUsdt).
 */
import type { LullEvent } from "../../../schema/event.ts";
import { baseName, readPort, readString, type Notes, type Raw } from "../fields.ts";
import { plainIp } from "../peers.ts";
import { protocolName, readHookArgs, readHookNetwork, type HookArgs } from "./tetragon-args.ts";
import { kindOfHook } from "./tetragon-hooks.ts";

/** "The working directory" in place of a directory's descriptor (fcntl.h). */
const AT_FDCWD = -100;

/** Completes an event, which is an exec so far, by what its key says it is. */
export function readSpecific(key: string, body: Raw, event: LullEvent, notes: Notes): void {
  switch (key) {
    case "process_exec":
      return;
    case "process_kprobe":
    case "process_lsm":
      readHook(
        readString(body, "function_name", notes, "syscall") ?? "unknown",
        body,
        event,
        notes,
      );
      return;
    case "process_tracepoint":
      readTracepoint(body, event, notes);
      return;
    case "process_loader":
      event.action = "load_library";
      readFile(body, event, notes);
      return;
    case "process_connect":
    case "process_accept":
    case "process_listen":
      readConnection(key.slice("process_".length), body, event, notes);
      return;
    default:
      readProbe(key, body, event, notes);
  }
}

function readTracepoint(body: Raw, event: LullEvent, notes: Notes): void {
  const subsystem = readString(body, "subsys", notes, "syscall");
  const name = readString(body, "event", notes, "syscall") ?? "unknown";
  readHook(name, body, event, notes);
  if (subsystem !== undefined) event.syscall = `${subsystem}/${name}`;
}

/** A kernel function, an LSM hook or a tracepoint, with its typed arguments. */
function readHook(functionName: string, body: Raw, event: LullEvent, notes: Notes): void {
  const args = readHookArgs(body["args"], notes);
  const [kind, action] = kindOfHook(functionName, args.numbers);
  event.kind = kind;
  event.action = action;
  event.syscall = functionName;
  event.message ??= `${functionName}(${args.words.join(", ")})`;
  const path = args.path ?? (kind === "file" ? fromWorkingDirectory(args, event) : undefined);
  if (path !== undefined) event.file = { path };
  if (event.file !== undefined && args.flags !== undefined) event.file.flags = args.flags;
  if (kind === "network") event.network = readHookNetwork(args, action);
  if (action === "exec" && path !== undefined) becomeExecuted(event, path);
}

/** A path as a system call was given it, made absolute where it counts from the working directory. */
function fromWorkingDirectory(args: HookArgs, event: LullEvent): string | undefined {
  const cwd = event.process?.cwd;
  if (args.text === undefined || args.text.startsWith("/")) return args.text;
  if (args.numbers[0] !== AT_FDCWD || cwd === undefined) return args.text;
  return cwd.endsWith("/") ? `${cwd}${args.text}` : `${cwd}/${args.text}`;
}

/** Before exec the process is still who calls: what it is about to run is the event, and it is the parent. */
function becomeExecuted(event: LullEvent, path: string): void {
  const caller = event.process;
  if (caller === undefined || caller.exe === path) return;
  const { exe, name, args: _, ...rest } = caller;
  event.process = { ...rest, exe: path, name: baseName(path) };
  if (exe !== undefined && name !== undefined) event.process.parent = { exe, name };
}

/** uprobe, usdt and whatever comes: a policy's hit on something that a program did. */
function readProbe(key: string, body: Raw, event: LullEvent, notes: Notes): void {
  event.kind = "detection";
  event.action = key.slice("process_".length).toLowerCase();
  const symbol =
    readString(body, "symbol", notes, "syscall") ?? readString(body, "name", notes, "syscall");
  if (symbol !== undefined) event.syscall = symbol;
  readFile(body, event, notes);
}

function readFile(body: Raw, event: LullEvent, notes: Notes): void {
  const path = readString(body, "path", notes, "file.path");
  if (path !== undefined) event.file = { path };
}

function readConnection(action: string, body: Raw, event: LullEvent, notes: Notes): void {
  event.kind = "network";
  event.action = action;
  event.network = {};
  const ip = readString(body, "destination_ip", notes, "network.ip");
  const port = readPort(body, action === "listen" ? "port" : "destination_port");
  const protocol = readString(body, "protocol", notes, "network.protocol");
  if (ip !== undefined) event.network.ip = plainIp(ip);
  if (port !== undefined) event.network.port = port;
  if (protocol !== undefined) event.network.protocol = protocolName(protocol);
  event.network.direction = action === "connect" ? "outbound" : "inbound";
}
