/**
 * The typed arguments of a Tetragon hook. Pure.
 * Types: cilium/tetragon:docs/content/en/docs/reference/grpc-api.md, KprobeArgument; 64-bit integers are strings.
 */
import type { NetworkRef } from "../../../schema/event.ts";
import { MAX_FIELD_CHARS } from "../../../schema/limits.ts";
import { cutText, isRaw, readInteger, readPort, type Notes, type Raw } from "../fields.ts";
import { plainIp } from "../peers.ts";

/** What the arguments say, each kind once: the first of its kind. */
export interface HookArgs {
  path: string | undefined;
  flags: string | undefined;
  text: string | undefined;
  /** A socket or a packet: both ends. */
  socket: Raw | undefined;
  packet: Raw | undefined;
  /** A bare address, as in connect(2). */
  address: Raw | undefined;
  numbers: number[];
  /** All of them, for people. */
  words: string[];
}

/** A hook has five arguments at the most; more are not looked at. */
const MAX_HOOK_ARGS = 8;
const MAX_WORD_CHARS = 256;

export function readHookArgs(value: unknown, notes: Notes): HookArgs {
  const args: HookArgs = {
    path: undefined,
    flags: undefined,
    text: undefined,
    socket: undefined,
    packet: undefined,
    address: undefined,
    numbers: [],
    words: [],
  };
  if (!Array.isArray(value)) return args;
  const end = Math.min(value.length, MAX_HOOK_ARGS);
  for (let i = 0; i < end; i++) {
    const arg: unknown = value[i];
    if (!isRaw(arg)) continue;
    // One key says the type; `label` may stand beside it.
    for (const type in arg) if (type !== "label") readArg(args, type, arg, notes);
  }
  return args;
}

function readArg(args: HookArgs, type: string, arg: Raw, notes: Notes): void {
  const value = arg[type];
  if (isRaw(value)) {
    readObjectArg(args, type, value, notes);
    return;
  }
  if (type === "string_arg" && typeof value === "string") {
    const text = cutText(value, MAX_FIELD_CHARS, notes, "file.path");
    args.text ??= text;
    args.words.push(text.slice(0, MAX_WORD_CHARS));
    return;
  }
  if (type === "bytes_arg") return;
  const number = readInteger(arg, type);
  if (number === undefined) {
    if (typeof value === "string") args.words.push(value.slice(0, MAX_WORD_CHARS));
    return;
  }
  args.numbers.push(number);
  args.words.push(String(number));
}

function readObjectArg(args: HookArgs, type: string, value: Raw, notes: Notes): void {
  switch (type) {
    case "file_arg":
    case "path_arg":
    case "linux_binprm_arg": {
      const path = readPath(value, notes);
      if (path === undefined) return;
      args.path ??= path;
      const flags = value["flags"];
      if (typeof flags === "string" && flags !== "") args.flags ??= flags.slice(0, MAX_WORD_CHARS);
      args.words.push(path.slice(0, MAX_WORD_CHARS));
      return;
    }
    case "sock_arg":
      args.socket ??= value;
      return;
    case "skb_arg":
      args.packet ??= value;
      return;
    case "sockaddr_arg":
      args.address ??= value;
      return;
    default:
      describe(args, value);
  }
}

/** The kernel's path is absolute; versions before 0.9 left out the first slash. */
function readPath(value: Raw, notes: Notes): string | undefined {
  const path = value["path"];
  if (typeof path !== "string" || path === "") return undefined;
  const cut = cutText(path, MAX_FIELD_CHARS, notes, "file.path");
  // `pipe:[123]` and `socket:[123]` are no paths.
  return cut.startsWith("/") || cut.includes(":[") ? cut : `/${cut}`;
}

/** A module, a capability, a device, a program: its name, and why it taints the kernel. */
function describe(args: HookArgs, value: Raw): void {
  const name = value["name"] ?? value["ProgName"] ?? value["MapName"] ?? value["KprobeFunc"];
  if (typeof name === "string" && name !== "") args.words.push(name.slice(0, MAX_WORD_CHARS));
  const tainted = value["tainted"];
  if (!Array.isArray(tainted)) return;
  for (let i = 0; i < Math.min(tainted.length, MAX_HOOK_ARGS); i++) {
    const flag: unknown = tainted[i];
    if (typeof flag === "string") args.words.push(flag.slice(0, MAX_WORD_CHARS));
  }
}

/** The peer, by what was done: of a listening or bound socket only the port is of interest. */
export function readHookNetwork(args: HookArgs, action: string): NetworkRef {
  const network: NetworkRef = {};
  const inbound = action === "accept" || action === "listen";
  const source = args.socket ?? args.packet;
  if (source !== undefined) readEnds(network, source, args, action);
  else if (args.address !== undefined) {
    const ip = args.address["addr"];
    const port = readPort(args.address, "port");
    if (typeof ip === "string" && ip !== "" && !ip.startsWith("/") && action !== "bind")
      network.ip = plainIp(ip).slice(0, MAX_WORD_CHARS);
    if (port !== undefined) network.port = port;
  }
  const protocol = source?.["protocol"];
  if (typeof protocol === "string" && protocol !== "")
    network.protocol = protocolName(protocol.slice(0, MAX_WORD_CHARS));
  if (inbound) network.direction = "inbound";
  else if (action === "connect" || action === "send") network.direction = "outbound";
  return network;
}

function readEnds(network: NetworkRef, source: Raw, args: HookArgs, action: string): void {
  if (action === "listen" || action === "bind") {
    const port = readPort(source, "sport");
    if (port !== undefined) network.port = port;
    return;
  }
  let ip = source["daddr"];
  let port = readPort(source, "dport");
  // A connection in the making: the listening socket has no peer yet, but the packet has a sender.
  if (action === "accept" && port === undefined && args.packet !== undefined) {
    ip = args.packet["saddr"];
    port = readPort(args.packet, "sport");
  }
  if (typeof ip === "string" && ip !== "") network.ip = plainIp(ip).slice(0, MAX_WORD_CHARS);
  if (port !== undefined) network.port = port;
}

/** `IPPROTO_TCP` is `tcp`. */
export function protocolName(protocol: string): string {
  return (protocol.startsWith("IPPROTO_") ? protocol.slice(8) : protocol).toLowerCase();
}
