/**
 * Falco's JSON alerts, straight from `http_output` or by way of falcosidekick. Pure.
 * Envelope: falcosecurity/falco:userspace/engine/formats.cpp; health events: userspace/falco/stats_writer.cpp and
 * event_drops.cpp; falcosidekick's additions: falcosecurity/falcosidekick:handlers.go, types/types.go.
 * Contract: only fields that the rule's output names exist, and each may be null, "" or "<NA>".
 */
import type { HostRef, LullEvent, Normalised } from "../../../schema/event.ts";
import {
  readInstant,
  readInteger,
  readObject,
  readString,
  readTags,
  type Notes,
  type Raw,
} from "../fields.ts";
import { readFalcoAudit } from "./falco-audit.ts";
import { readFalcoContainer, readFalcoKubernetes } from "./falco-container.ts";
import { kindOfFalco } from "./falco-kind.ts";
import { readFalcoNetwork, readFdName } from "./falco-network.ts";
import { readFalcoProcess, readFalcoUser } from "./falco-process.ts";
import { flatFields } from "./falco-fields.ts";

/** Syslog's order, as Falco's gRPC output numbers priorities (userspace/falco/schema.proto). */
const PRIORITIES = [
  "Emergency",
  "Alert",
  "Critical",
  "Error",
  "Warning",
  "Notice",
  "Informational",
  "Debug",
] as const;
const NO_FIELDS: Raw = {};
/** Instants of nanoseconds between 2001 and 2286 have 19 digits. */
const MIN_NANOS = 1e18;

export function looksLikeFalco(raw: Raw): boolean {
  return typeof raw["rule"] === "string" && raw["priority"] !== undefined;
}

/** One alert. */
export function normaliseFalco(raw: Raw): Normalised {
  const notes: Notes = { truncated: undefined };
  const rule = readString(raw, "rule", notes, "agentRule");
  if (rule === undefined)
    return { type: "rejected", code: "missing_field", detail: "rule: is required" };
  const fields = flatFields(readObject(raw, "output_fields") ?? NO_FIELDS);
  const host = readHost(raw, fields, notes);
  if (rule === "Test rule")
    return { type: "ignored", format: "falco", reason: "falcosidekick's test message" };
  if (raw["source"] === "internal" || rule.startsWith("Falco internal: "))
    return contact(rule, fields, host);
  const time = readTime(raw, fields);
  if (time === undefined)
    return { type: "rejected", code: "missing_field", detail: "time: is required" };
  if (time === null)
    return { type: "rejected", code: "invalid_field", detail: "time: must be an RFC 3339 instant" };
  const event: LullEvent = { time, format: "falco", kind: "detection", action: "detect" };
  const id = readString(raw, "uuid", notes, "id");
  if (id !== undefined) event.id = id;
  event.agentRule = rule;
  const priority = readPriority(raw, notes);
  if (priority !== undefined) event.agentPriority = priority;
  const tags = readTags(raw, "tags", notes);
  if (tags !== undefined) event.tags = tags;
  const message = readString(raw, "output", notes, "message");
  if (message !== undefined) event.message = message;
  if (host !== undefined) event.host = host;
  readBySource(raw["source"], fields, event, notes);
  if (notes.truncated !== undefined) event.truncated = notes.truncated;
  return { type: "event", event };
}

function readBySource(source: unknown, fields: Raw, event: LullEvent, notes: Notes): void {
  if (source === "k8s_audit") readFalcoAudit(fields, event, notes);
  // falcosidekick says "syscalls"; versions before 0.28 say nothing.
  else if (source === undefined || source === "syscall" || source === "syscalls")
    readSyscall(fields, event, notes);
}

function readSyscall(fields: Raw, event: LullEvent, notes: Notes): void {
  const container = readFalcoContainer(fields, event.host?.name, notes);
  if (container !== undefined) event.container = container;
  const k8s = readFalcoKubernetes(fields, notes);
  if (k8s !== undefined) event.k8s = k8s;
  const user = readFalcoUser(fields, notes);
  if (user !== undefined) event.user = user;
  const process = readFalcoProcess(fields, notes);
  if (process !== undefined) event.process = process;
  const eventType = readString(fields, "evt.type", notes, "syscall");
  const flags = readString(fields, "evt.arg.flags", notes, "file.flags");
  const fd = readFdName(fields, notes);
  const [kind, action] = kindOfFalco(eventType, flags, fd.is, process !== undefined, event.tags);
  event.kind = kind;
  event.action = action;
  const path =
    fd.is === "path" ? fd.path : kind === "file" ? readArgPath(fields, notes) : undefined;
  if (path !== undefined) event.file = { path };
  if (event.file !== undefined && kind === "file" && flags !== undefined) event.file.flags = flags;
  if (kind === "network") event.network = readFalcoNetwork(fields, fd, action, notes);
  if (eventType !== undefined) event.syscall = eventType;
}

/** The path among a call's arguments, where there is no file descriptor (unlink, rename, mkdir). */
function readArgPath(fields: Raw, notes: Notes): string | undefined {
  return (
    readString(fields, "fs.path.name", notes, "file.path") ??
    readString(fields, "evt.abspath", notes, "file.path") ??
    readString(fields, "evt.arg.path", notes, "file.path") ??
    readString(fields, "evt.arg.name", notes, "file.path") ??
    readString(fields, "evt.arg.pathname", notes, "file.path") ??
    readString(fields, "evt.arg.oldpath", notes, "file.path")
  );
}

/** Comes every `metrics.interval`; other words come when there is something to say. */
const METRICS_SNAPSHOT = "Falco internal: metrics snapshot";

/** Falco's word about itself: a heartbeat, and what it lost. */
function contact(rule: string, fields: Raw, host: HostRef | undefined): Normalised {
  const result: Normalised = { type: "contact", format: "falco", reason: rule };
  if (rule === METRICS_SNAPSHOT) result.beat = true;
  if (host !== undefined) result.host = host;
  const dropped = readDrops(fields);
  if (dropped !== undefined && dropped > 0) result.dropped = dropped;
  return result;
}

/** Since the last word: a drop event counts so; of a snapshot's running totals it is the difference. */
function readDrops(fields: Raw): number | undefined {
  const drops = readInteger(fields, "n_drops");
  if (drops !== undefined) return drops;
  const total = readInteger(fields, "scap.n_drops");
  const before = readInteger(fields, "scap.n_drops_prev");
  return total === undefined || before === undefined ? undefined : total - before;
}

function readHost(raw: Raw, fields: Raw, notes: Notes): HostRef | undefined {
  const name =
    readString(raw, "hostname", notes, "host.name") ??
    readString(fields, "evt.hostname", notes, "host.name");
  return name === undefined ? undefined : { name };
}

/** undefined: there is none; null: it cannot be read. `evt.time` has lost its last digits, and is second best. */
function readTime(raw: Raw, fields: Raw): number | null | undefined {
  const time = raw["time"];
  if (time !== undefined && time !== null && time !== "") return readInstant(time);
  const nanos = fields["evt.time"] ?? fields["evt.time.iso8601"] ?? fields["evt.rawtime"];
  if (typeof nanos === "string") return readInstant(nanos);
  return typeof nanos === "number" && nanos >= MIN_NANOS ? readInstant(nanos / 1e6) : undefined;
}

function readPriority(raw: Raw, notes: Notes): string | undefined {
  const value = raw["priority"];
  if (typeof value === "number") return PRIORITIES[value];
  return readString(raw, "priority", notes, "agentPriority");
}
