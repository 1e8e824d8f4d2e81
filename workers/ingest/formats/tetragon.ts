/**
 * Tetragon's export lines (protojson). Pure.
 * Messages: cilium/tetragon:api/v1/tetragon/events.proto, docs/content/en/docs/reference/grpc-api.md; process_connect,
 * process_accept, process_listen and process_close come from versions before 1.0 and from its enterprise build.
 * Contract: zero values are left out of the JSON, 64-bit integers are strings, exactly one key names the event.
 */
import type { HostRef, LullEvent, Normalised } from "../../../schema/event.ts";
import {
  readInstant,
  readInteger,
  readObject,
  readString,
  readTags,
  spellInstant,
  type Notes,
  type Raw,
} from "../fields.ts";
import { readSpecific } from "./tetragon-events.ts";
import {
  readTetragonContainer,
  readTetragonKubernetes,
  readTetragonProcess,
  readTetragonService,
  readTetragonUser,
} from "./tetragon-process.ts";

/** Signs of life that are no behaviour of a workload. */
const CONTACTS: Readonly<Record<string, string>> = {
  process_exit: "the end of a process",
  process_close: "the end of a connection",
  process_throttle: "Tetragon throttles a cgroup",
  rate_limit_info: "Tetragon dropped events at its rate limit",
  test: "Tetragon's test event",
};

export function looksLikeTetragon(raw: Raw): boolean {
  return eventKey(raw) !== undefined;
}

/** The one key that names the event; protojson writes it first. */
function eventKey(raw: Raw): string | undefined {
  for (const key in raw) {
    if (key.startsWith("process_") && typeof raw[key] === "object") return key;
    if (key === "rate_limit_info" && typeof raw[key] === "object") return key;
    if (key === "test" && typeof raw["node_name"] === "string") return key;
  }
  return undefined;
}

/** One export line. */
export function normaliseTetragon(raw: Raw): Normalised {
  const key = eventKey(raw);
  if (key === undefined)
    return {
      type: "rejected",
      code: "missing_field",
      detail: "process_exec: or another event is required",
    };
  const notes: Notes = { truncated: undefined };
  const nodeName = readString(raw, "node_name", notes, "host.name");
  const host: HostRef | undefined = nodeName === undefined ? undefined : { name: nodeName };
  const body = readObject(raw, key);
  const reason = CONTACTS[key];
  if (reason !== undefined) return contact(reason, body, host);
  const process = body && readObject(body, "process");
  if (body === undefined || process === undefined)
    return { type: "rejected", code: "missing_field", detail: `${key}.process: is required` };
  const time = readTime(raw, key, process);
  if (time === undefined)
    return { type: "rejected", code: "missing_field", detail: "time: is required" };
  if (time === null)
    return { type: "rejected", code: "invalid_field", detail: "time: must be an RFC 3339 instant" };
  const event: LullEvent = { time, format: "tetragon", kind: "process", action: "exec" };
  readCommon(raw, body, process, event, notes);
  if (host !== undefined) event.host = host;
  readSpecific(key, body, event, notes);
  const execId = readString(process, "exec_id", notes, "id");
  if (execId !== undefined)
    event.id = `${execId}|${key}|${event.syscall ?? ""}|${spellInstant(raw["time"])}`;
  if (notes.truncated !== undefined) event.truncated = notes.truncated;
  return { type: "event", event };
}

/** Policy, place and process: the same for every event. */
function readCommon(raw: Raw, body: Raw, process: Raw, event: LullEvent, notes: Notes): void {
  const policy = readString(body, "policy_name", notes, "agentRule");
  if (policy !== undefined) event.agentRule = policy;
  const tags = readTags(body, "tags", notes);
  if (tags !== undefined) event.tags = tags;
  const message = readString(body, "message", notes, "message");
  if (message !== undefined) event.message = message;
  const pod = readObject(process, "pod");
  const container = readTetragonContainer(process, pod, notes);
  if (container !== undefined) event.container = container;
  const k8s = readTetragonKubernetes(raw, pod, notes);
  if (k8s !== undefined) event.k8s = k8s;
  const service = readTetragonService(pod, notes);
  if (service !== undefined) event.service = service;
  const user = readTetragonUser(process, notes);
  if (user !== undefined) event.user = user;
  event.process = readTetragonProcess(process, readObject(body, "parent"), notes);
  noteCircumstances(process, pod, event);
}

/** Circumstances that rules want to tell apart, as tags. */
function noteCircumstances(process: Raw, pod: Raw | undefined, event: LullEvent): void {
  const container = pod && readObject(pod, "container");
  if (container?.["maybe_exec_probe"] === true) addTag(event, "exec-probe");
  const context = container && readObject(container, "security_context");
  if (context?.["privileged"] === true) addTag(event, "privileged");
  // Not a descendant of the container's first process: kubectl exec, docker exec, nsenter.
  if (process["in_init_tree"] === false && event.container !== undefined) addTag(event, "entered");
}

function addTag(event: LullEvent, tag: string): void {
  if (event.tags === undefined) event.tags = [tag];
  else event.tags.push(tag);
}

function contact(reason: string, body: Raw | undefined, host: HostRef | undefined): Normalised {
  const result: Normalised = { type: "contact", format: "tetragon", reason };
  if (host !== undefined) result.host = host;
  const dropped = body && readInteger(body, "number_of_dropped_process_events");
  if (dropped !== undefined && dropped > 0) result.dropped = dropped;
  return result;
}

/** undefined: there is none; null: it cannot be read. An exec's own start is its time. */
function readTime(raw: Raw, key: string, process: Raw): number | null | undefined {
  const time = raw["time"] ?? (key === "process_exec" ? process["start_time"] : undefined);
  return time === undefined || time === null ? undefined : readInstant(time);
}
