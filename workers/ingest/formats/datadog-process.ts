/**
 * Who did it, in a Datadog runtime security event. Pure.
 * Process, ProcessContext, ProcessCredentials, UserContext:
 * DataDog/datadog-agent:docs/cloud-workload-security/backend_linux.md. `args` does not hold `argv0`.
 */
import type { ProcessRef, UserRef } from "../../../schema/event.ts";
import {
  baseName,
  cutArgs,
  note,
  readInteger,
  readObject,
  readString,
  readUid,
  type Notes,
  type Raw,
} from "../fields.ts";

/** The kernel keeps 15 characters of a command's name. */
const COMM_CHARS = 15;

export function readDatadogProcess(process: Raw, notes: Notes): ProcessRef {
  const ref: ProcessRef = readProgram(process, "process", notes);
  const args = process["args"];
  const list = Array.isArray(args) ? cutArgs(args, notes) : undefined;
  if (list !== undefined) ref.args = list;
  if (process["args_truncated"] === true) note(notes, "process.args");
  const pid = readInteger(process, "pid");
  if (pid !== undefined) ref.pid = pid;
  // Left out by the Agent where there is none, and where it does not know.
  if (readString(process, "tty", notes, "process.tty") !== undefined) ref.tty = true;
  const parent = readParent(process, notes);
  if (parent !== undefined) ref.parent = parent;
  return ref;
}

function readParent(process: Raw, notes: Notes): ProcessRef["parent"] {
  const ancestors = process["ancestors"];
  const nearest: unknown = Array.isArray(ancestors) ? ancestors[0] : undefined;
  const parent = readObject(process, "parent") ?? readObject({ nearest }, "nearest");
  if (parent === undefined) return undefined;
  const ref = readProgram(parent, "process.parent", notes);
  return ref.name === undefined ? undefined : ref;
}

/**
 * The name by which it was called: that of the applet or link rather than of the file that is behind it
 * (`gcc` is /usr/bin/x86_64-linux-gnu-gcc-12), unless it is cut short or no file's name.
 */
function readProgram(process: Raw, field: string, notes: Notes): { exe?: string; name?: string } {
  const executable = readObject(process, "executable");
  const exe = executable && readString(executable, "path", notes, `${field}.exe`);
  const comm = readString(process, "comm", notes, `${field}.name`);
  const base = exe === undefined ? undefined : baseName(exe);
  const isCut = comm !== undefined && comm.length === COMM_CHARS && base?.startsWith(comm) === true;
  const name = comm === undefined || isCut || /[:(]/.test(comm) ? (base ?? comm) : comm;
  return { ...(exe === undefined ? {} : { exe }), ...(name === undefined ? {} : { name }) };
}

/** `usr.id` is the user's name. */
export function readDatadogUser(
  inner: Raw,
  process: Raw | undefined,
  notes: Notes,
): UserRef | undefined {
  const usr = readObject(inner, "usr");
  const name =
    (usr && readString(usr, "id", notes, "user.name")) ??
    (process && readString(process, "user", notes, "user.name"));
  const uid = process && readUid(process, "uid");
  const credentials = process && readObject(process, "credentials");
  const loginUid = credentials && readUid(credentials, "auid");
  if (name === undefined && uid === undefined && loginUid === undefined) return undefined;
  const ref: UserRef = {};
  if (name !== undefined) ref.name = name;
  if (uid !== undefined) ref.uid = uid;
  if (loginUid !== undefined) ref.loginUid = loginUid;
  return ref;
}
