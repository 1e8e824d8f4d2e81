/**
 * What is particular to an event of Tracee: its program, file or peer, by the event's name and arguments. Pure.
 * Arguments: aquasecurity/tracee:docs/docs/events/builtin, pkg/events/core.go.
 */
import type { LullEvent } from "../../../schema/event.ts";
import { baseName, cutArgs, cutText, type Notes, type Raw } from "../fields.ts";
import { argText } from "./tracee-args.ts";
import { kindOfTracee, opensForWriting } from "./tracee-kind.ts";
import { readTraceeNetwork } from "./tracee-network.ts";

/** Where a file's name stands; of a rename or a link it is the new name that counts. */
const PATHS = [
  "new_path",
  "newpath",
  "newname",
  "linkpath",
  "pathname",
  "file_path",
  "path",
  "old_path",
  "oldpath",
  "oldname",
] as const;
const MODULE_NAMES = ["name", "module_name", "pathname"] as const;
const TERMINALS = ["/dev/pts/", "/dev/tty", "/dev/console"] as const;
/** The kernel cuts the name of a process. */
const COMM_CHARS = 15;
const MAX_FLAGS_CHARS = 256;

/** Completes an event by its name; false: the name says nothing. */
export function readTraceeEvent(name: string, args: Raw, event: LullEvent, notes: Notes): boolean {
  const known = kindOfTracee(name);
  if (known === null) return false;
  const [kind, action] = known;
  event.kind = kind;
  event.action = action;
  event.syscall = name;
  if (kind === "process" && action === "exec") readExec(args, event, notes);
  else if (kind === "file") readFile(args, event, notes);
  else if (kind === "network") {
    const peer = readTraceeNetwork(name, action, args, notes);
    event.action = peer.action;
    event.network = peer.network;
    if (peer.path !== undefined) event.file = { path: peer.path };
  } else if (action === "load_module" || action === "mount")
    readObjectOf(action, args, event, notes);
  return true;
}

/** What a signature says of the file that it is about, where nothing tells the event behind it. */
export function readSubject(args: Raw, event: LullEvent, notes: Notes): void {
  const path = argText(args, PATHS, notes, "file.path");
  if (path?.startsWith("/") === true) event.file = { path };
}

function readExec(args: Raw, event: LullEvent, notes: Notes): void {
  const path = argText(args, ["pathname"], notes, "process.exe");
  if (path !== undefined) becomeExecuted(event, path);
  const argv = args["argv"];
  const list = Array.isArray(argv) ? cutArgs(argv.slice(1), notes) : undefined;
  if (list !== undefined) (event.process ??= {}).args = list;
  const input = args["stdin_path"];
  if (typeof input === "string" && TERMINALS.some((terminal) => input.startsWith(terminal)))
    (event.process ??= {}).tty = true;
}

/**
 * At the entry of execve and in security_bprm_check the process is still who calls, and becomes the parent.
 * After sched_process_exec it is the program itself, and its name is right also where one file has many names (BusyBox).
 */
function becomeExecuted(event: LullEvent, path: string): void {
  const caller = event.process;
  const name = baseName(path);
  if (caller === undefined) {
    event.process = { exe: path, name };
    return;
  }
  const itself =
    caller.exe === undefined
      ? event.syscall === "sched_process_exec" || caller.name === name.slice(0, COMM_CHARS)
      : caller.exe === path;
  if (itself) {
    event.process = { name, ...caller, exe: path };
    return;
  }
  const { exe, name: callerName, ...rest } = caller;
  event.process = { ...rest, exe: path, name };
  event.process.parent = {
    ...(exe === undefined ? {} : { exe }),
    ...(callerName === undefined ? {} : { name: callerName }),
  };
}

function readFile(args: Raw, event: LullEvent, notes: Notes): void {
  const path = argText(args, PATHS, notes, "file.path");
  if (path !== undefined) event.file = { path };
  const flags = args["flags"];
  if (event.action !== "open") return;
  if (opensForWriting(flags)) event.action = "write";
  if (event.file !== undefined && typeof flags === "string" && flags !== "")
    event.file.flags = cutText(flags, MAX_FLAGS_CHARS, notes, "file.flags");
}

/** The module that was loaded, or the device that was mounted. */
function readObjectOf(action: string, args: Raw, event: LullEvent, notes: Notes): void {
  const names = action === "mount" ? ["dev_name", "source"] : MODULE_NAMES;
  const path = argText(args, names, notes, "file.path");
  if (path !== undefined) event.file = { path };
}
