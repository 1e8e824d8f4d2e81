/**
 * What an OCSF event is about: its class and its activity. Pure.
 * Classes and activities: ocsf/ocsf-schema:events/system, events/network, events/findings, events/iam and so on.
 */
import type { EventKind } from "../../../schema/event.ts";

export type KindAndAction = readonly [EventKind, string];

const FILE: EventKind = "file";
const FILE_ACTIVITIES: readonly KindAndAction[] = [
  [FILE, "unknown"],
  [FILE, "create"],
  [FILE, "read"],
  [FILE, "write"],
  [FILE, "unlink"],
  [FILE, "rename"],
  [FILE, "set_attributes"],
  [FILE, "chmod"],
  [FILE, "stat"],
  [FILE, "stat"],
  [FILE, "write"],
  [FILE, "write"],
  ["kernel", "mount"],
  ["kernel", "umount"],
  [FILE, "open"],
];
const PROCESS_ACTIVITIES: readonly KindAndAction[] = [
  ["process", "unknown"],
  ["process", "exec"],
  ["process", "exit"],
  ["process", "access"],
  ["process", "inject"],
  ["kernel", "setuid"],
];
const NETWORK_ACTIVITIES = [
  "unknown",
  "connect",
  "close",
  "reset",
  "fail",
  "refuse",
  "traffic",
  "listen",
] as const;
const INBOUND = 1;

/** Classes that are of no interest, by the names that OCSF gives them. */
const OTHER_CLASSES: ReadonlyMap<number, string> = new Map([
  [1004, "Memory Activity"],
  [1006, "Scheduled Job Activity"],
  [1008, "Event Log Activity"],
  [1009, "Script Activity"],
  [1010, "Windows Resource Activity"],
  [2002, "Vulnerability Finding"],
  [2003, "Compliance Finding"],
  [2005, "Incident Finding"],
  [2006, "Data Security Finding"],
  [3001, "Account Change"],
  [3002, "Authentication"],
  [3003, "Authorize Session"],
  [3004, "Entity Management"],
  [3005, "User Access Management"],
  [3006, "Group Management"],
  [4002, "HTTP Activity"],
  [4004, "DHCP Activity"],
  [4005, "RDP Activity"],
  [4006, "SMB Activity"],
  [4007, "SSH Activity"],
  [4008, "FTP Activity"],
  [4009, "Email Activity"],
  [4010, "Network File Activity"],
  [4013, "NTP Activity"],
  [5001, "Device Inventory Info"],
  [6003, "API Activity"],
  [7001, "Remediation Activity"],
  [7002, "File Remediation Activity"],
  [7003, "Process Remediation Activity"],
  [7004, "Network Remediation Activity"],
  [201_003, "Windows Resource Activity"],
  [201_004, "Windows Service Activity"],
]);
const OUR_CLASSES: ReadonlyMap<number, string> = new Map([
  [1001, "File System Activity"],
  [1002, "Kernel Extension Activity"],
  [1003, "Kernel Activity"],
  [1005, "Module Activity"],
  [1007, "Process Activity"],
  [2001, "Security Finding"],
  [2004, "Detection Finding"],
  [4001, "Network Activity"],
  [4003, "DNS Activity"],
]);

/** The class as people know it: `class 3002 (Authentication)`. */
export function className(classUid: number): string {
  const name = OUR_CLASSES.get(classUid) ?? OTHER_CLASSES.get(classUid);
  return name === undefined ? `class ${classUid}` : `class ${classUid} (${name})`;
}

/** Null for a class that is no behaviour of a workload. */
export function kindOfOcsf(
  classUid: number,
  activity: number,
  direction: number | undefined,
  systemCall: string | undefined,
): KindAndAction | null {
  switch (classUid) {
    case 1001:
      return FILE_ACTIVITIES[activity] ?? [FILE, "other"];
    case 1002:
      return ["kernel", activity === 2 ? "unload_module" : "load_module"];
    case 1003:
      return ["kernel", kernelAction(systemCall)];
    case 1005:
      return ["process", activity === 2 ? "unload_library" : "load_library"];
    case 1007:
      return PROCESS_ACTIVITIES[activity] ?? ["process", "other"];
    case 2001:
    case 2004:
      return ["detection", "detect"];
    case 4001: {
      const action = NETWORK_ACTIVITIES[activity] ?? "other";
      return ["network", action === "connect" && direction === INBOUND ? "accept" : action];
    }
    case 4003:
      return ["network", activity === 2 ? "receive" : "send"];
    default:
      return null;
  }
}

function kernelAction(systemCall: string | undefined): string {
  const name = systemCall?.toLowerCase() ?? "unknown";
  if (name === "init_module" || name === "finit_module") return "load_module";
  return name === "delete_module" ? "unload_module" : name;
}
