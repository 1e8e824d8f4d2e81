/**
 * The peer of a Falco event. Pure.
 * `fd.name` of a socket is the tuple client->server; `fd.sip`/`fd.sport` are the server's, `fd.cip`/`fd.cport` the client's
 * (falcosecurity/falco-website:content/en/docs/reference/rules/supported-fields). `fd.lport` and `fd.rport` are not read:
 * they have been seen swapped for an outbound connection.
 */
import type { NetworkRef } from "../../../schema/event.ts";
import { readPort, readString, type Notes, type Raw } from "../fields.ts";
import { parsePeers, plainIp, type Endpoint } from "../peers.ts";

/** What `fd.name` turned out to be. */
export type FdName =
  | { is: "peers"; client: Endpoint; server: Endpoint }
  | { is: "path"; path: string }
  | { is: "none" };

const NONE: FdName = { is: "none" };

export function readFdName(fields: Raw, notes: Notes): FdName {
  const name = readString(fields, "fd.name", notes, "file.path");
  if (name === undefined) return NONE;
  const peers = parsePeers(name);
  if (peers !== null) return { is: "peers", client: peers.client, server: peers.server };
  if (name.startsWith("/")) return { is: "path", path: name };
  // A unix socket: two kernel addresses, and then its path.
  const path = name.includes("->") ? name.indexOf(" /") : -1;
  if (path !== -1) return { is: "path", path: name.slice(path + 1) };
  return name.includes(":") ? NONE : { is: "path", path: name };
}

export function readFalcoNetwork(
  fields: Raw,
  fd: FdName,
  action: string,
  notes: Notes,
): NetworkRef {
  const inbound = action === "accept" || action === "listen" || fields["fd.is_server"] === true;
  const network: NetworkRef = {};
  const peer =
    fd.is === "peers" ? (inbound ? fd.client : fd.server) : peerByFields(fields, inbound, notes);
  if (peer.ip !== undefined) network.ip = peer.ip;
  if (peer.port !== undefined) network.port = peer.port;
  const hostname = readString(
    fields,
    inbound ? "fd.cip.name" : "fd.sip.name",
    notes,
    "network.hostname",
  );
  if (hostname !== undefined) network.hostname = hostname;
  const protocol =
    action === "socket"
      ? socketProtocol(fields)
      : readString(fields, "fd.l4proto", notes, "network.protocol");
  if (protocol !== undefined) network.protocol = protocol.toLowerCase();
  if (action !== "socket" && action !== "dup") network.direction = inbound ? "inbound" : "outbound";
  return network;
}

function peerByFields(
  fields: Raw,
  inbound: boolean,
  notes: Notes,
): { ip: string | undefined; port: number | undefined } {
  const ip = readString(fields, inbound ? "fd.cip" : "fd.sip", notes, "network.ip");
  const port = readPort(fields, inbound ? "fd.cport" : "fd.sport");
  return { ip: ip === undefined ? undefined : plainIp(ip), port };
}

/** Of a new socket only what lets it read its neighbours' packets is told apart. */
function socketProtocol(fields: Raw): string | undefined {
  const domain = fields["evt.arg.domain"] ?? fields["evt.args"];
  if (typeof domain === "string" && domain.includes("AF_PACKET")) return "packet";
  const type = fields["evt.arg.type"] ?? fields["evt.args"];
  return typeof type === "string" && type.includes("SOCK_RAW") ? "raw" : undefined;
}
