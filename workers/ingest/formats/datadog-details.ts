/**
 * What a Datadog runtime security event was done to. Pure.
 * FileEvent, MountEvent, ConnectEvent, DNSEvent, IMDSEvent and the others:
 * DataDog/datadog-agent:docs/cloud-workload-security/backend_linux.md.
 */
import type { LullEvent, NetworkRef } from "../../../schema/event.ts";
import { MAX_ARG_CHARS } from "../../../schema/limits.ts";
import {
  cutText,
  isRaw,
  readObject,
  readPort,
  readString,
  type Notes,
  type Raw,
} from "../fields.ts";
import { plainIp } from "../peers.ts";

/** The file's path and flags, where the event is about one. */
export function readDatadogFile(inner: Raw, event: LullEvent, notes: Notes): void {
  if (event.kind !== "file" && event.kind !== "kernel") return;
  const path = event.action === "mount" ? mountPoint(inner, notes) : filePath(inner, event, notes);
  if (path === undefined) return;
  event.file = { path };
  const flags = flagsOf(inner).filter((flag) => typeof flag === "string");
  if (flags.length > 0) event.file.flags = cutText(flags.join("|"), MAX_ARG_CHARS, notes, "file");
}

/** Flags of an `open`. */
export function flagsOf(inner: Raw): readonly unknown[] {
  const flags = readObject(inner, "file")?.["flags"];
  return Array.isArray(flags) ? flags : [];
}

/**
 * `file.destination` is a file's state after the event: of a chmod its new mode, without a path. Only a rename's
 * says what has changed: the name that now stands for other content.
 */
function filePath(inner: Raw, event: LullEvent, notes: Notes): string | undefined {
  const file = readObject(inner, "file");
  const target = file && event.action === "rename" ? readObject(file, "destination") : undefined;
  return (
    (target && readString(target, "path", notes, "file.path")) ??
    (file && readString(file, "path", notes, "file.path"))
  );
}

/** The dots are in the names of the fields. */
function mountPoint(inner: Raw, notes: Notes): string | undefined {
  const mount = readObject(inner, "mount");
  const point = mount && readObject(mount, "mp");
  return (
    (mount && readString(mount, "mountpoint.path", notes, "file.path")) ??
    (point && readString(point, "path", notes, "file.path"))
  );
}

/** The peer. Of a DNS event that is the name asked for, of a metadata request the service. */
export function readDatadogNetwork(inner: Raw, action: string, notes: Notes): NetworkRef {
  const ref: NetworkRef = { direction: isInbound(action) ? "inbound" : "outbound" };
  const about = readObject(inner, action);
  const packet = readObject(inner, "network");
  const end = (about && readObject(about, "addr")) ?? (packet && peerOfPacket(packet, action));
  const ip = end && readString(end, "ip", notes, "network.ip");
  if (ip !== undefined) ref.ip = plainIp(ip);
  const port = end && readPort(end, "port");
  if (port !== undefined) ref.port = port;
  const hostname = hostnameOf(action, about, notes);
  if (hostname !== undefined) ref.hostname = hostname;
  const protocol =
    (about && readString(about, "protocol", notes, "network.protocol")) ??
    (packet && readString(packet, "l4_protocol", notes, "network.protocol"));
  if (protocol !== undefined) ref.protocol = protocol.toLowerCase().replace(/^ipproto_/, "");
  return ref;
}

function isInbound(action: string): boolean {
  return action === "accept" || action === "bind";
}

/** The resolver that a DNS packet passed is nobody's peer of interest. */
function peerOfPacket(packet: Raw, action: string): Raw | undefined {
  return action === "dns" ? undefined : readObject(packet, "destination");
}

function hostnameOf(action: string, about: Raw | undefined, notes: Notes): string | undefined {
  if (about === undefined) return undefined;
  if (action === "imds") return readString(about, "host", notes, "network.hostname");
  if (action === "dns") {
    const question = readObject(about, "question");
    return question && readString(question, "name", notes, "network.hostname");
  }
  const [first]: unknown[] = Array.isArray(about["hostnames"]) ? about["hostnames"] : [];
  return readString({ first }, "first", notes, "network.hostname");
}

/** Circumstances that rules want to tell apart, as tags. */
export function circumstancesOf(inner: Raw): string[] {
  const imds = readObject(inner, "imds");
  const aws = imds && readObject(imds, "aws");
  const tags: string[] = [];
  if (aws?.["is_imds_v2"] === false) tags.push("imds-v1");
  if (aws?.["is_imds_v2"] === true) tags.push("imds-v2");
  if (readObject(inner, "module")?.["loaded_from_memory"] === true) tags.push("from-memory");
  return tags;
}

/** What has no field of its own in our event, as words for people. */
export function detailOf(inner: Raw): string | undefined {
  const words = [
    ...texts(inner, "module", "name"),
    ...texts(inner, "ptrace", "request"),
    ...traceeOf(inner),
    ...texts(inner, "mount", "source.path", "fs_type"),
    ...texts(inner, "bpf", "cmd"),
    ...texts(inner, "imds", "cloud_provider", "url"),
    ...texts(inner, "signal", "type"),
  ];
  return words.length === 0 ? undefined : words.join(" ");
}

function texts(inner: Raw, group: string, ...keys: readonly string[]): string[] {
  const about = readObject(inner, group);
  if (about === undefined) return [];
  return keys
    .map((key) => about[key])
    .filter((text): text is string => typeof text === "string" && text !== "");
}

function traceeOf(inner: Raw): string[] {
  const tracee = readObject(inner, "ptrace")?.["tracee"];
  return isRaw(tracee) && typeof tracee["comm"] === "string" ? [tracee["comm"]] : [];
}
