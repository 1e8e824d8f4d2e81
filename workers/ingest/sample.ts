/** What is kept of an event as evidence, and the words of its headline. Pure, bounded. */
import {
  MAX_SAMPLE_ARGS_CHARS,
  MAX_SAMPLE_MESSAGE_CHARS,
  MAX_SAMPLE_PATH_CHARS,
} from "../../schema/limits.ts";
import type { LullEvent, ProcessRef } from "../../schema/event.ts";
import type { Sample } from "../../durable/domain/model.ts";
import { cutText, note, type Notes } from "./fields.ts";

export function sampleOf(event: LullEvent): Sample {
  const sample: Sample = {
    at: event.time,
    agent: event.format,
    kind: event.kind,
    action: event.action,
  };
  if (event.agentRule !== undefined) sample.agentRule = event.agentRule;
  // Of its own: other samples are made of the same event.
  const notes: Notes = { truncated: event.truncated?.slice() };
  if (event.message !== undefined)
    sample.message = cutText(event.message, MAX_SAMPLE_MESSAGE_CHARS, notes, "message");
  if (event.process !== undefined) sample.process = processOf(event.process, notes);
  if (event.user !== undefined) sample.user = event.user;
  if (event.file !== undefined) {
    const path = cutText(event.file.path, MAX_SAMPLE_PATH_CHARS, notes, "file.path");
    sample.file = { ...event.file, path };
  }
  if (event.network !== undefined) sample.network = event.network;
  if (event.syscall !== undefined) sample.syscall = event.syscall;
  if (event.facts !== undefined) sample.facts = event.facts;
  if (event.container?.image !== undefined) sample.image = event.container.image;
  if (event.k8s?.pod !== undefined) sample.pod = event.k8s.pod;
  if (notes.truncated !== undefined) sample.truncated = notes.truncated;
  if (event.clamped !== undefined) sample.clamped = event.clamped;
  return sample;
}

/** Whether two events show the same thing being done in the same way, whatever their times and process ids. */
export function isSameManner(a: LullEvent, b: LullEvent): boolean {
  if (a === b) return true;
  return (
    a.kind === b.kind &&
    a.action === b.action &&
    a.agentRule === b.agentRule &&
    a.syscall === b.syscall &&
    a.user?.name === b.user?.name &&
    a.user?.uid === b.user?.uid &&
    a.user?.loginUid === b.user?.loginUid &&
    a.file?.path === b.file?.path &&
    a.file?.flags === b.file?.flags &&
    a.container?.image === b.container?.image &&
    a.k8s?.pod === b.k8s?.pod &&
    isSameProcess(a.process, b.process) &&
    isSamePeer(a, b) &&
    // A host's state is said whole, and seldom twice in a batch.
    a.facts === b.facts &&
    (saysHow(a) || a.message === b.message)
  );
}

/** Whether there is more to go by than the agent's sentence, which mostly begins with the time. */
function saysHow({ process, file, network }: LullEvent): boolean {
  return process !== undefined || file !== undefined || network !== undefined;
}

function isSameProcess(a: ProcessRef | undefined, b: ProcessRef | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return (
    a.exe === b.exe &&
    a.name === b.name &&
    a.tty === b.tty &&
    a.cwd === b.cwd &&
    a.parent?.exe === b.parent?.exe &&
    a.parent?.name === b.parent?.name &&
    a.args?.length === b.args?.length &&
    (a.args ?? []).every((arg, i) => arg === b.args?.[i])
  );
}

function isSamePeer({ network: a }: LullEvent, { network: b }: LullEvent): boolean {
  if (a === undefined || b === undefined) return a === b;
  return (
    a.ip === b.ip &&
    a.port === b.port &&
    a.hostname === b.hostname &&
    a.protocol === b.protocol &&
    a.direction === b.direction
  );
}

function processOf(process: ProcessRef, notes: Notes): NonNullable<Sample["process"]> {
  const { args, exe, cwd, ...rest } = process;
  const kept: NonNullable<Sample["process"]> = { ...rest };
  if (exe !== undefined) kept.exe = cutText(exe, MAX_SAMPLE_PATH_CHARS, notes, "process.exe");
  if (cwd !== undefined) kept.cwd = cutText(cwd, MAX_SAMPLE_PATH_CHARS, notes, "process.cwd");
  if (args !== undefined) kept.args = bounded(args, notes);
  return kept;
}

function bounded(args: readonly string[], notes: Notes): string[] {
  const kept: string[] = [];
  let chars = 0;
  for (const arg of args) {
    chars += arg.length;
    if (chars > MAX_SAMPLE_ARGS_CHARS) {
      note(notes, "process.args");
      return [...kept, "…"];
    }
    kept.push(arg);
  }
  return kept;
}

/** Fills `{process}`, `{file}` and `{peer}` of a rule's phrase from an event. */
export function subjectOf(phrase: string, event: LullEvent): string {
  return phrase.replace(/\{(process|file|peer)\}/g, (_, name: "process" | "file" | "peer") => {
    switch (name) {
      case "process":
        return event.process?.name ?? baseName(event.process?.exe) ?? "a process";
      case "file":
        return event.file?.path ?? "a file";
      case "peer":
        return peerOf(event) ?? "a remote address";
    }
  });
}

function baseName(path: string | undefined): string | undefined {
  return path === undefined ? undefined : path.slice(path.lastIndexOf("/") + 1) || undefined;
}

/** "169.254.169.254:80", "[fd00::1]:80", "metadata.internal" */
export function peerOf(event: LullEvent): string | undefined {
  const { network } = event;
  if (network === undefined) return undefined;
  const address = network.hostname ?? network.ip;
  if (address === undefined || network.port === undefined) return address;
  return address.includes(":") ? `[${address}]:${network.port}` : `${address}:${network.port}`;
}
