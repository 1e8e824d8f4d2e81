/**
 * Our own format, as schema/ingest.ts defines it. Pure.
 * Contract: accepts and refuses exactly what `nativeEventSchema` does (test/domain/formats/native.test.ts),
 * at the rate of intake; the first wrong field is named. Over-long text is cut, not refused.
 */
import {
  EVENT_KINDS,
  type ContainerRef,
  type EventKind,
  type HostRef,
  type KubernetesRef,
  type LullEvent,
  type Normalised,
  type UserRef,
} from "../../../schema/event.ts";
import { bareContainerId } from "../containers.ts";
import { readInstant, type Raw } from "../fields.ts";
import {
  fail,
  integer,
  newReading,
  object,
  requiredText,
  text,
  textList,
  type Reading,
} from "./native-fields.ts";
import { readNetwork, readProcess } from "./native-process.ts";

const KINDS: ReadonlySet<string> = new Set(EVENT_KINDS);

/** One native event as it stands in `events`. */
export function normaliseNative(raw: Raw): Normalised {
  const reading = newReading();
  const event = readEvent(raw, reading);
  if (reading.fault !== undefined) return reading.fault;
  if (reading.truncated !== undefined) event.truncated = reading.truncated;
  return { type: "event", event };
}

function readEvent(raw: Raw, reading: Reading): LullEvent {
  const event: LullEvent = {
    time: readTime(raw, reading),
    format: "native",
    kind: readKind(raw, reading),
    action: requiredText(raw["action"], "action", reading).toLowerCase(),
  };
  const id = text(raw["id"], "id", reading);
  if (id !== undefined) event.id = id;
  const rule = text(raw["rule"], "rule", reading);
  if (rule !== undefined) event.agentRule = rule;
  const tags = textList(raw["tags"], "tags", reading);
  if (tags !== undefined) event.tags = tags;
  const message = text(raw["message"], "message", reading);
  if (message !== undefined) event.message = message;
  readWhere(raw, event, reading);
  readWhat(raw, event, reading);
  return event;
}

/** On what it happened. */
function readWhere(raw: Raw, event: LullEvent, reading: Reading): void {
  const host = readHost(raw, reading);
  if (host !== undefined) event.host = host;
  const container = readContainer(raw, reading);
  if (container !== undefined) event.container = container;
  const k8s = readKubernetes(raw, reading);
  if (k8s !== undefined) event.k8s = k8s;
  const service = text(raw["service"], "service", reading);
  if (service !== undefined) event.service = service;
}

/** Who did what. */
function readWhat(raw: Raw, event: LullEvent, reading: Reading): void {
  const user = readUser(raw, reading);
  if (user !== undefined) event.user = user;
  const process = readProcess(raw, reading);
  if (process !== undefined) event.process = process;
  const file = object(raw["file"], "file", reading);
  if (file !== undefined) {
    event.file = { path: requiredText(file["path"], "file.path", reading) };
    const flags = text(file["flags"], "file.flags", reading);
    if (flags !== undefined) event.file.flags = flags;
  }
  const network = readNetwork(raw, reading);
  if (network !== undefined) event.network = network;
  const syscall = text(raw["syscall"], "syscall", reading);
  if (syscall !== undefined) event.syscall = syscall;
}

function readTime(raw: Raw, reading: Reading): number {
  const value = raw["time"];
  if (value === undefined) return fail(reading, "missing_field", "time: is required", 0);
  // An object is protobuf's way to write an instant, not ours.
  const time = typeof value === "object" ? null : readInstant(value);
  return time ?? fail(reading, "invalid_field", "time: must be an RFC 3339 instant", 0);
}

function readKind(raw: Raw, reading: Reading): EventKind {
  const value = raw["kind"];
  if (value === undefined) return fail(reading, "missing_field", "kind: is required", "detection");
  if (typeof value !== "string" || !KINDS.has(value))
    return fail(
      reading,
      "invalid_field",
      `kind: must be one of ${EVENT_KINDS.join(", ")}`,
      "detection",
    );
  // It is in the set of all kinds.
  return value as EventKind;
}

function readHost(raw: Raw, reading: Reading): HostRef | undefined {
  const host = object(raw["host"], "host", reading);
  if (host === undefined) return undefined;
  const id = text(host["id"], "host.id", reading);
  const name = text(host["name"], "host.name", reading);
  if (id === undefined) return name === undefined ? undefined : { name };
  return name === undefined ? { id } : { id, name };
}

function readContainer(raw: Raw, reading: Reading): ContainerRef | undefined {
  const container = object(raw["container"], "container", reading);
  if (container === undefined) return undefined;
  const ref: ContainerRef = {
    id: bareContainerId(requiredText(container["id"], "container.id", reading)),
  };
  const name = text(container["name"], "container.name", reading);
  if (name !== undefined) ref.name = name;
  const image = text(container["image"], "container.image", reading);
  if (image !== undefined) ref.image = image;
  const imageDigest = text(container["imageDigest"], "container.imageDigest", reading);
  if (imageDigest !== undefined) ref.imageDigest = imageDigest;
  return ref;
}

function readKubernetes(raw: Raw, reading: Reading): KubernetesRef | undefined {
  const k8s = object(raw["k8s"], "k8s", reading);
  if (k8s === undefined) return undefined;
  const ref: KubernetesRef = {};
  const cluster = text(k8s["cluster"], "k8s.cluster", reading);
  if (cluster !== undefined) ref.cluster = cluster;
  const namespace = text(k8s["namespace"], "k8s.namespace", reading);
  if (namespace !== undefined) ref.namespace = namespace;
  const pod = text(k8s["pod"], "k8s.pod", reading);
  if (pod !== undefined) ref.pod = pod;
  const workload = object(k8s["workload"], "k8s.workload", reading);
  if (workload !== undefined) {
    const kind = text(workload["kind"], "k8s.workload.kind", reading);
    const name = requiredText(workload["name"], "k8s.workload.name", reading);
    ref.workload = kind === undefined ? { name } : { kind, name };
  }
  return ref;
}

function readUser(raw: Raw, reading: Reading): UserRef | undefined {
  const user = object(raw["user"], "user", reading);
  if (user === undefined) return undefined;
  const ref: UserRef = {};
  const name = text(user["name"], "user.name", reading);
  if (name !== undefined) ref.name = name;
  const uid = integer(user["uid"], "user.uid", reading);
  if (uid !== undefined) ref.uid = uid;
  const loginUid = integer(user["loginUid"], "user.loginUid", reading);
  if (loginUid !== undefined) ref.loginUid = loginUid;
  return ref;
}
