/** The `process` and `network` of a native event. Pure; see native.ts for the contract. */
import type { NetworkRef, ProcessRef } from "../../../schema/event.ts";
import type { Raw } from "../fields.ts";
import { boolean, fail, integer, object, text, textList, type Reading } from "./native-fields.ts";

export function readProcess(raw: Raw, reading: Reading): ProcessRef | undefined {
  const process = object(raw["process"], "process", reading);
  if (process === undefined) return undefined;
  const ref: ProcessRef = {};
  const exe = text(process["exe"], "process.exe", reading);
  if (exe !== undefined) ref.exe = exe;
  const name = text(process["name"], "process.name", reading);
  if (name !== undefined) ref.name = name;
  const args = textList(process["args"], "process.args", reading);
  if (args !== undefined) ref.args = args;
  const pid = integer(process["pid"], "process.pid", reading);
  if (pid !== undefined) ref.pid = pid;
  const tty = boolean(process["tty"], "process.tty", reading);
  if (tty !== undefined) ref.tty = tty;
  const cwd = text(process["cwd"], "process.cwd", reading);
  if (cwd !== undefined) ref.cwd = cwd;
  const parent = object(process["parent"], "process.parent", reading);
  if (parent !== undefined) {
    const parentExe = text(parent["exe"], "process.parent.exe", reading);
    const parentName = text(parent["name"], "process.parent.name", reading);
    if (parentExe !== undefined || parentName !== undefined) ref.parent = {};
    if (ref.parent !== undefined && parentExe !== undefined) ref.parent.exe = parentExe;
    if (ref.parent !== undefined && parentName !== undefined) ref.parent.name = parentName;
  }
  return ref;
}

export function readNetwork(raw: Raw, reading: Reading): NetworkRef | undefined {
  const network = object(raw["network"], "network", reading);
  if (network === undefined) return undefined;
  const ref: NetworkRef = {};
  const ip = text(network["ip"], "network.ip", reading);
  if (ip !== undefined) ref.ip = ip;
  const port = integer(network["port"], "network.port", reading);
  if (port !== undefined && (port < 0 || port > 65_535))
    fail(reading, "invalid_field", "network.port: must be 0 to 65535", undefined);
  else if (port !== undefined) ref.port = port;
  const hostname = text(network["hostname"], "network.hostname", reading);
  if (hostname !== undefined) ref.hostname = hostname;
  const protocol = text(network["protocol"], "network.protocol", reading);
  if (protocol !== undefined) ref.protocol = protocol;
  const direction = network["direction"];
  if (direction === "outbound" || direction === "inbound") ref.direction = direction;
  else if (direction !== undefined)
    fail(reading, "invalid_field", "network.direction: must be outbound or inbound", undefined);
  return ref;
}
