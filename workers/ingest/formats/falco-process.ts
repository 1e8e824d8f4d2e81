/**
 * Who did it, in a Falco event. Pure.
 * `proc.cmdline` is `proc.name` and `proc.args`, joined by single spaces without quoting; `proc.exepath` is what the
 * kernel ran, which for a BusyBox applet is /bin/busybox, so the name comes from `proc.name`
 * (falcosecurity/falco-website:content/en/docs/reference/rules/supported-fields).
 */
import type { ProcessRef, UserRef } from "../../../schema/event.ts";
import {
  baseName,
  cutArgs,
  readInteger,
  readString,
  readUid,
  type Notes,
  type Raw,
} from "../fields.ts";

export function readFalcoUser(fields: Raw, notes: Notes): UserRef | undefined {
  const name = readString(fields, "user.name", notes, "user.name");
  const uid = readUid(fields, "user.uid");
  const loginUid = readUid(fields, "user.loginuid");
  if (name === undefined && uid === undefined && loginUid === undefined) return undefined;
  const ref: UserRef = {};
  if (name !== undefined) ref.name = name;
  if (uid !== undefined) ref.uid = uid;
  if (loginUid !== undefined) ref.loginUid = loginUid;
  return ref;
}

/** The process, or undefined where the rule's output prints nothing of it. */
export function readFalcoProcess(fields: Raw, notes: Notes): ProcessRef | undefined {
  const exe = readString(fields, "proc.exepath", notes, "process.exe");
  // Not cut yet: the arguments are cut one by one.
  const commandLine = plainText(fields["proc.cmdline"]);
  const name =
    readString(fields, "proc.name", notes, "process.name") ??
    (commandLine === undefined ? exe && baseName(exe) : baseName(firstWord(commandLine)));
  const args = readArgs(fields, commandLine, name, notes);
  const parent = readParent(fields, notes);
  if (exe === undefined && name === undefined && args === undefined && parent === undefined)
    return undefined;
  const ref: ProcessRef = {};
  if (exe !== undefined) ref.exe = exe;
  if (name !== undefined) ref.name = name;
  if (args !== undefined) ref.args = args;
  const pid = readInteger(fields, "proc.pid");
  if (pid !== undefined) ref.pid = pid;
  const tty = readInteger(fields, "proc.tty");
  if (tty !== undefined) ref.tty = tty !== 0;
  const cwd = readString(fields, "proc.cwd", notes, "process.cwd");
  if (cwd !== undefined) ref.cwd = cwd;
  if (parent !== undefined) ref.parent = parent;
  return ref;
}

function readArgs(
  fields: Raw,
  commandLine: string | undefined,
  name: string | undefined,
  notes: Notes,
): string[] | undefined {
  const args = plainText(fields["proc.args"]);
  if (args !== undefined) return cutArgs(args.split(" "), notes);
  if (commandLine === undefined) return undefined;
  const program =
    name !== undefined && commandLine.startsWith(name) ? name : firstWord(commandLine);
  const rest = commandLine.slice(program.length).trim();
  return rest === "" ? undefined : cutArgs(rest.split(" "), notes);
}

function readParent(fields: Raw, notes: Notes): ProcessRef["parent"] {
  const exe = readString(fields, "proc.pexepath", notes, "process.parent.exe");
  const commandLine = plainText(fields["proc.pcmdline"]);
  const name =
    readString(fields, "proc.pname", notes, "process.parent.name") ??
    readString(fields, "proc.aname[1]", notes, "process.parent.name") ??
    (commandLine === undefined ? exe && baseName(exe) : baseName(firstWord(commandLine)));
  if (name === undefined) return undefined;
  return exe === undefined ? { name } : { exe, name };
}

function plainText(value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  const text = value.trim();
  return text === "" || text === "<NA>" ? undefined : text;
}

function firstWord(text: string): string {
  const space = text.indexOf(" ");
  return space === -1 ? text : text.slice(0, space);
}
