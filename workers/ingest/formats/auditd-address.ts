/**
 * Socket addresses in audit records, and laurel's way with bytes. Pure.
 * `SADDR` is what auparse makes of an address (linux-audit/audit-userspace:auparse/interpret.c, print_sockaddr); `saddr` is
 * the kernel's struct sockaddr, which laurel percent-encodes (threathunters-io/laurel:man/laurel-about.7.md).
 */

import { readPort, type Raw } from "../fields.ts";

export interface SocketAddress {
  ip?: string;
  port?: number;
  /** Of a Unix socket. */
  path?: string;
}

const AF_UNIX = 1;
const AF_INET = 2;
const AF_INET6 = 10;
/** `struct sockaddr_in6` is the longest that is read by position. */
const SOCKADDR_BYTES = 24;
const MAX_UNIX_PATH = 108;
const PERCENT = 37;
const utf8 = new TextEncoder();

/**
 * Text as it was before laurel escaped it. What was no UTF-8 stays as laurel wrote it, since to decode it would make
 * different names one.
 */
export function unescaped(text: string): string {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** `{ saddr_fam=inet laddr=10.0.0.1 lport=53 }`, `{saddr_fam=local path=/run/x}`; before auditd 2.8 `inet host:10.0.0.1 serv:53`. */
export function readInterpreted(text: string): SocketAddress {
  const address: SocketAddress = {};
  const ip = wordAfter(text, "laddr=") ?? wordAfter(text, "host:");
  const port = Number(wordAfter(text, "lport=") ?? wordAfter(text, "serv:"));
  const path = wordAfter(text, "path=");
  if (ip !== undefined) address.ip = ip;
  if (Number.isInteger(port) && port > 0 && port <= 65_535) address.port = port;
  if (path !== undefined) address.path = path;
  return address;
}

/** `{ "saddr_fam": "inet", "addr": "10.0.0.1", "port": 53 }` (threathunters-io/laurel:src/coalesce.rs, translate_socketaddr). */
export function readTranslated(object: Raw): SocketAddress {
  const address: SocketAddress = {};
  const family = object["saddr_fam"];
  const { addr, path } = object;
  const port = readPort(object, "port");
  // Other families have addresses that are no IP.
  if ((family === "inet" || family === "inet6") && typeof addr === "string") address.ip = addr;
  if (port !== undefined) address.port = port;
  if (family === "local" && typeof path === "string" && path.startsWith("/")) address.path = path;
  return address;
}

function wordAfter(text: string, key: string): string | undefined {
  const at = text.indexOf(key);
  if (at === -1) return undefined;
  const start = at + key.length;
  let end = start;
  while (end < text.length && text[end] !== " " && text[end] !== "}") end++;
  return end === start ? undefined : text.slice(start, end);
}

/** The kernel's own bytes. The family is in the order of the machine, the port in that of the network. */
export function readBytes(saddr: string): SocketAddress {
  const bytes = bytesOf(saddr, SOCKADDR_BYTES);
  // A "%" that is followed by no byte: laurel wrote something else.
  if (!bytes.every((byte) => byte >= 0)) return {};
  const [b0 = 0, b1 = 0] = bytes;
  const family = b1 === 0 ? b0 : b0 === 0 ? b1 : 0;
  if (family === AF_UNIX) return unixPath(saddr);
  const port = (bytes[2] ?? 0) * 256 + (bytes[3] ?? 0);
  const address: SocketAddress = port > 0 ? { port } : {};
  if (family === AF_INET && bytes.length >= 8) address.ip = bytes.slice(4, 8).join(".");
  else if (family === AF_INET6 && bytes.length >= SOCKADDR_BYTES) address.ip = ipv6(bytes.slice(8));
  else return {};
  return address;
}

/** Up to its NUL; the kernel records more of its buffer. An abstract socket, which begins with one, has no path. */
function unixPath(saddr: string): SocketAddress {
  const bytes = bytesOf(saddr, MAX_UNIX_PATH + 2);
  const end = bytes.indexOf(0, 2);
  const path = String.fromCharCode(...bytes.slice(2, end === -1 ? undefined : end));
  return path.startsWith("/") ? { path } : {};
}

/** The bytes behind laurel's text, in which valid UTF-8 stands as it is. */
function bytesOf(text: string, max: number): number[] {
  const encoded = utf8.encode(text.slice(0, max * 3));
  const bytes: number[] = [];
  for (let i = 0; i < encoded.length && bytes.length < max; i++) {
    const byte = encoded[i] ?? 0;
    if (byte !== PERCENT) bytes.push(byte);
    else {
      bytes.push(
        Number.parseInt(String.fromCharCode(encoded[i + 1] ?? 48, encoded[i + 2] ?? 48), 16),
      );
      i += 2;
    }
  }
  return bytes;
}

/** In the short form that rules compare with: `fd00:ec2::254`. */
function ipv6(bytes: readonly number[]): string {
  const groups: string[] = [];
  for (let i = 0; i < 16; i += 2)
    groups.push(((bytes[i] ?? 0) * 256 + (bytes[i + 1] ?? 0)).toString(16));
  const short = new URL(`http://[${groups.join(":")}]`).hostname;
  return short.slice(1, -1);
}
