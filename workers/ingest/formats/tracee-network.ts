/**
 * The peer of a Tracee event. Pure.
 * Socket addresses: aquasecurity/tracee:docs/docs/events/builtin (security_socket_connect, net_tcp_connect, net_packet_*);
 * numbers are text before v1beta1. A packet names both ends and seldom its direction: api/v1beta1/event_data.proto.
 */
import type { NetworkRef } from "../../../schema/event.ts";
import { isRaw, readObject, readPort, readString, type Notes, type Raw } from "../fields.ts";
import { plainIp } from "../peers.ts";

const ADDRESSES = ["remote_addr", "remote_address", "addr", "dest_addr", "sockaddr"] as const;
const OWN_ADDRESSES = ["local_addr", "local_address", "addr", "umyaddr"] as const;
/** `PacketDirection`. */
const INGRESS = 1;
const EGRESS = 2;
const PROTOCOLS = new Map<unknown, string>([
  [6, "tcp"],
  [17, "udp"],
  [1, "icmp"],
  [58, "icmpv6"],
]);
const NO_ARGS: Raw = {};

export interface TraceePeer {
  network: NetworkRef;
  /** What became known of a packet's direction. */
  action: string;
  /** Of a unix socket. */
  path: string | undefined;
}

export function readTraceeNetwork(
  name: string,
  action: string,
  args: Raw,
  notes: Notes,
): TraceePeer {
  if (name.startsWith("net_")) return readPacket(name, action, args, notes);
  const own = action === "listen" || action === "bind";
  const address = firstAddress(args, own ? OWN_ADDRESSES : ADDRESSES);
  const network: NetworkRef = {};
  const path = address && readString(address, "sun_path", notes, "file.path");
  const ip =
    address &&
    (readString(address, "sin_addr", notes, "network.ip") ??
      readString(address, "sin6_addr", notes, "network.ip"));
  if (ip !== undefined && !own) network.ip = plainIp(ip);
  const port = address && (readPort(address, "sin_port") ?? readPort(address, "sin6_port"));
  if (port !== undefined) network.port = port;
  const protocol = action === "socket" ? socketProtocol(args) : undefined;
  if (protocol !== undefined) network.protocol = protocol;
  if (action === "connect" || action === "send") network.direction = "outbound";
  else if (action === "accept" || action === "listen" || action === "receive")
    network.direction = "inbound";
  return { network, action, path };
}

function firstAddress(args: Raw, names: readonly string[]): Raw | undefined {
  for (const name of names) {
    const address = readObject(args, name);
    if (address !== undefined) return address;
  }
  return undefined;
}

/** Both ends are told: the peer is whom a packet goes to or, of an answer, who sent it. */
function readPacket(name: string, asked: string, args: Raw, notes: Notes): TraceePeer {
  const metadata = readObject(args, "metadata") ?? NO_ARGS;
  const action = asked === "packet" ? directed(metadata["direction"]) : asked;
  const inbound = action === "receive";
  const end = inbound ? "src" : "dst";
  const network: NetworkRef = {};
  const ip =
    readString(args, end, notes, "network.ip") ??
    readString(args, `${end}_ip`, notes, "network.ip") ??
    readString(metadata, `${end}_ip`, notes, "network.ip");
  if (ip !== undefined) network.ip = plainIp(ip);
  const port = readPort(args, `${end}_port`) ?? readPort(metadata, `${end}_port`);
  if (port !== undefined) network.port = port;
  const hostname = readHostname(args, notes);
  if (hostname !== undefined) network.hostname = hostname;
  const protocol = PROTOCOLS.get(metadata["protocol"]) ?? protocolOf(name);
  if (protocol !== undefined) network.protocol = protocol;
  if (action !== "packet") network.direction = inbound ? "inbound" : "outbound";
  return { network, action, path: undefined };
}

function directed(direction: unknown): string {
  if (direction === EGRESS) return "send";
  return direction === INGRESS ? "receive" : "packet";
}

function protocolOf(name: string): string | undefined {
  if (name.includes("tcp")) return "tcp";
  if (name.includes("udp")) return "udp";
  return name.startsWith("net_packet_icmp") ? name.slice("net_packet_".length) : undefined;
}

/** The name that was asked for, or whose page was. */
function readHostname(args: Raw, notes: Notes): string | undefined {
  const request = readObject(args, "http_request");
  const host = request && readString(request, "host", notes, "network.hostname");
  if (host !== undefined) return host;
  const dns = args["dst_dns"] ?? args["dns_questions"];
  const first: unknown = Array.isArray(dns) ? dns[0] : undefined;
  if (isRaw(first)) return readString(first, "query", notes, "network.hostname");
  return typeof first === "string"
    ? readString({ first }, "first", notes, "network.hostname")
    : undefined;
}

/** Of a new socket only what lets it read its neighbours' packets is told apart. */
function socketProtocol(args: Raw): string | undefined {
  const domain = args["domain"] ?? args["family"];
  if (typeof domain === "string" && domain.includes("AF_PACKET")) return "packet";
  const type = args["type"];
  return typeof type === "string" && type.includes("SOCK_RAW") ? "raw" : undefined;
}
