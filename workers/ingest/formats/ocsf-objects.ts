/**
 * OCSF's objects: device, container, process, user and endpoints. Pure.
 * Attributes: ocsf/ocsf-schema:objects/{device,container,process,user,network_endpoint,dns_query}.json; older versions call a
 * container's image `image_name`.
 */
import type {
  ContainerRef,
  HostRef,
  LullEvent,
  NetworkRef,
  ProcessRef,
  UserRef,
} from "../../../schema/event.ts";
import { bareContainerId, imageDigestOf } from "../containers.ts";
import {
  baseName,
  cutArgs,
  readInteger,
  readObject,
  readPort,
  readString,
  readUid,
  type Notes,
  type Raw,
} from "../fields.ts";
import { plainIp } from "../peers.ts";
import { splitArguments } from "./tetragon-process.ts";

const NOTHING: Raw = {};
const PROTOCOLS = new Map([
  [1, "icmp"],
  [6, "tcp"],
  [17, "udp"],
]);

export function readDevice(device: Raw | undefined, notes: Notes): HostRef | undefined {
  if (device === undefined) return undefined;
  const id = readString(device, "uid", notes, "host.id");
  const name =
    readString(device, "hostname", notes, "host.name") ??
    readString(device, "name", notes, "host.name");
  if (id === undefined && name === undefined) return undefined;
  return { ...(id === undefined ? {} : { id }), ...(name === undefined ? {} : { name }) };
}

export function readOcsfContainer(container: Raw, notes: Notes): ContainerRef | undefined {
  const uid = readString(container, "uid", notes, "container.id");
  const name = readString(container, "name", notes, "container.name");
  const identity = uid === undefined ? name : bareContainerId(uid);
  if (identity === undefined) return undefined;
  const ref: ContainerRef = { id: identity };
  if (name !== undefined) ref.name = name;
  const image = readObject(container, "image") ?? NOTHING;
  const repository = readString(image, "name", notes, "container.image");
  const tag = readString(image, "tag", notes, "container.image");
  if (repository !== undefined)
    ref.image = tag === undefined || repository.includes(tag) ? repository : `${repository}:${tag}`;
  const digest = imageDigestOf(readString(image, "uid", notes, "container.imageDigest") ?? "");
  if (digest !== undefined) ref.imageDigest = digest;
  return ref;
}

export function readOcsfUser(user: Raw | undefined, notes: Notes): UserRef | undefined {
  if (user === undefined) return undefined;
  const said = readString(user, "name", notes, "user.name");
  // As Windows writes nobody.
  const name = said === "-" ? undefined : said;
  const uid = readUid(user, "uid");
  if (name === undefined && uid === undefined) return undefined;
  return { ...(name === undefined ? {} : { name }), ...(uid === undefined ? {} : { uid }) };
}

/** A process; who started it is its `parent_process` or, of a launch, the actor. */
export function readOcsfProcess(
  process: Raw,
  actor: Raw | undefined,
  notes: Notes,
): ProcessRef | undefined {
  const { exe, name } = nameOf(process, "process", notes);
  const ref: ProcessRef = {};
  if (exe !== undefined) ref.exe = exe;
  if (name !== undefined) ref.name = name;
  const commandLine = process["cmd_line"];
  const args =
    typeof commandLine === "string" ? cutArgs(argumentsOf(commandLine), notes) : undefined;
  if (args !== undefined) ref.args = args;
  const pid = readInteger(process, "pid");
  if (pid !== undefined) ref.pid = pid;
  const cwd = readString(process, "working_directory", notes, "process.cwd");
  if (cwd !== undefined) ref.cwd = cwd;
  const parent = nameOf(
    readObject(process, "parent_process") ?? actor ?? NOTHING,
    "process.parent",
    notes,
  );
  if (parent.exe !== undefined || parent.name !== undefined) ref.parent = parent;
  for (const _ in ref) return ref;
  return undefined;
}

/** What follows the program; more than one space between arguments makes none. */
function argumentsOf(commandLine: string): string[] {
  return splitArguments(commandLine.trim())
    .filter((word) => word !== "")
    .slice(1);
}

function nameOf(process: Raw, field: string, notes: Notes): { exe?: string; name?: string } {
  const file = readObject(process, "file") ?? NOTHING;
  const exe = readString(file, "path", notes, `${field}.exe`);
  const name =
    readString(process, "name", notes, `${field}.name`) ??
    readString(file, "name", notes, `${field}.name`) ??
    (exe === undefined ? undefined : baseName(exe));
  return { ...(exe === undefined ? {} : { exe }), ...(name === undefined ? {} : { name }) };
}

/** The path of a file: of a rename that of its result. */
export function readOcsfFile(raw: Raw, notes: Notes): LullEvent["file"] {
  const file =
    readObject(raw, "file_result") ??
    readObject(raw, "file") ??
    readObject(readObject(raw, "module") ?? readObject(raw, "driver") ?? NOTHING, "file");
  const path =
    file &&
    (readString(file, "path", notes, "file.path") ?? readString(file, "name", notes, "file.path"));
  return path === undefined ? undefined : { path };
}

export function readOcsfNetwork(raw: Raw, action: string, notes: Notes): NetworkRef {
  const inbound = action === "accept" || action === "listen" || action === "receive";
  // Of an answer of DNS the peer is still the server that was asked.
  const end = action === "accept" ? "src_endpoint" : "dst_endpoint";
  const endpoint = readObject(raw, end) ?? NOTHING;
  const network: NetworkRef = {};
  const ip = action === "listen" ? undefined : readString(endpoint, "ip", notes, "network.ip");
  if (ip !== undefined) network.ip = plainIp(ip);
  const port = readPort(endpoint, "port");
  if (port !== undefined) network.port = port;
  const hostname =
    readString(readObject(raw, "query") ?? NOTHING, "hostname", notes, "network.hostname") ??
    readString(endpoint, "hostname", notes, "network.hostname") ??
    readString(endpoint, "domain", notes, "network.hostname");
  if (hostname !== undefined) network.hostname = hostname;
  const connection = readObject(raw, "connection_info") ?? NOTHING;
  const protocol =
    readString(connection, "protocol_name", notes, "network.protocol")?.toLowerCase() ??
    PROTOCOLS.get(readInteger(connection, "protocol_num") ?? -1);
  if (protocol !== undefined) network.protocol = protocol;
  if (inbound) network.direction = "inbound";
  else if (action === "connect" || action === "send") network.direction = "outbound";
  return network;
}
