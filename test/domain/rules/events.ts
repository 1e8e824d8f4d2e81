/** Short builders for events in rule tests. */
import type { LullEvent, ProcessRef } from "../../../schema/event.ts";

const AT = Date.UTC(2026, 10, 24, 10);

const base = { time: AT, format: "native" } as const;
const IN_CONTAINER = { container: { id: "c0ffee123456" } } as const;

/** Properties to set beside what the builder sets. */
type More = Partial<LullEvent>;

/** A program starts in a container; its command line is split at spaces. */
export function exec(commandLine: string, process: ProcessRef = {}, more: More = {}): LullEvent {
  const [exe = "", ...args] = commandLine.split(" ");
  const name = exe.slice(exe.lastIndexOf("/") + 1);
  const path = exe.includes("/") ? { exe } : {};
  return {
    ...base,
    ...IN_CONTAINER,
    kind: "process",
    action: "exec",
    process: { ...path, name, args, ...process },
    ...more,
  };
}

/** Something happens to a file, in a container. */
export function file(action: string, path: string, by = "app", more: More = {}): LullEvent {
  return {
    ...base,
    ...IN_CONTAINER,
    kind: "file",
    action,
    file: { path },
    process: { name: by },
    ...more,
  };
}

/** A process talks to someone, from a container. */
export function network(
  action: string,
  peer: NonNullable<LullEvent["network"]>,
  by = "app",
  more: More = {},
): LullEvent {
  return {
    ...base,
    ...IN_CONTAINER,
    kind: "network",
    action,
    network: peer,
    process: { name: by },
    ...more,
  };
}

/** A process asks something of the kernel, from a container. */
export function kernel(action: string, by = "app", more: More = {}): LullEvent {
  return { ...base, ...IN_CONTAINER, kind: "kernel", action, process: { name: by }, ...more };
}

/** A container starts, and the agent says what is special about it. */
export function started(...tags: string[]): LullEvent {
  return { ...base, ...IN_CONTAINER, kind: "container", action: "start", tags };
}

/** A host's state. */
export function facts(state: NonNullable<LullEvent["facts"]>): LullEvent {
  return { ...base, kind: "host", action: "fact", facts: state };
}

/** A hit of Falco's own rule, with nothing else to go by. */
export function falcoHit(agentRule: string, more: More = {}): LullEvent {
  return { ...base, format: "falco", kind: "detection", action: "detect", agentRule, ...more };
}

/** A hit of a Datadog Agent's default rule. */
export function datadogHit(agentRule: string, more: More = {}): LullEvent {
  return { ...base, format: "datadog", kind: "detection", action: "detect", agentRule, ...more };
}

/** A hit of a Tetragon policy. */
export function tetragonHit(agentRule: string, more: More = {}): LullEvent {
  return { ...base, format: "tetragon", kind: "kernel", action: "hook", agentRule, ...more };
}

/** A hit of one of Tracee's signatures. */
export function traceeHit(agentRule: string, more: More = {}): LullEvent {
  return { ...base, format: "tracee", kind: "detection", action: "detect", agentRule, ...more };
}

/** The same on a host. */
export function onHost(event: LullEvent): LullEvent {
  const { container: _, ...rest } = event;
  return rest;
}
