/**
 * What a Datadog runtime security event is about. Pure.
 * Names and categories of events: DataDog/datadog-agent:docs/cloud-workload-security/agent_expressions.md.
 */
import type { EventKind } from "../../../schema/event.ts";

type KindAndAction = readonly [EventKind, string];

/** Those whose action is not their name. */
const RENAMED: ReadonlyMap<string, KindAndAction> = new Map<string, KindAndAction>([
  ["signal", ["process", "kill"]],
  ["rmdir", ["file", "unlink"]],
  ["unshare_mntns", ["kernel", "unshare"]],
]);

const BY_KIND: readonly (readonly [EventKind, ReadonlySet<string>])[] = [
  ["process", new Set(["exec", "fork", "exit"])],
  [
    "file",
    new Set([
      "chdir",
      "chmod",
      "chown",
      "link",
      "mkdir",
      "removexattr",
      "rename",
      "setxattr",
      "unlink",
      "utimes",
    ]),
  ],
  ["network", new Set(["accept", "bind", "connect", "dns", "imds", "network_flow_monitor"])],
  [
    "kernel",
    new Set([
      "bpf",
      "capset",
      "cgroup_write",
      "load_module",
      "mmap",
      "mount",
      "mprotect",
      "prctl",
      "ptrace",
      "selinux",
      "setgid",
      "setrlimit",
      "setsockopt",
      "setuid",
      "splice",
      "sysctl",
      "umount",
      "unload_module",
    ]),
  ],
];

const BY_CATEGORY: ReadonlyMap<string, EventKind> = new Map<string, EventKind>([
  ["File Activity", "file"],
  ["Kernel Activity", "kernel"],
  ["Network Activity", "network"],
  ["Process Activity", "process"],
]);

const CHANGING_FLAGS = ["O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC", "O_APPEND"] as const;

/** `flags` are those of an `open`; one that lets the file change counts as a write. */
export function kindOfDatadog(
  name: string | undefined,
  category: string | undefined,
  flags: readonly unknown[],
): KindAndAction {
  if (name === undefined) return ["detection", "detect"];
  if (name === "open")
    return ["file", CHANGING_FLAGS.some((flag) => flags.includes(flag)) ? "write" : "open"];
  const renamed = RENAMED.get(name);
  if (renamed !== undefined) return renamed;
  for (const [kind, names] of BY_KIND) if (names.has(name)) return [kind, name];
  const kind = BY_CATEGORY.get(category ?? "");
  return kind === undefined ? ["detection", "detect"] : [kind, name.toLowerCase()];
}
