/**
 * Tracee's events, of all three generations of its JSON. Pure.
 * 1. `{ Data, Context, SigMetadata }` of the rules engine (aquasecurity/tracee:cmd/tracee-rules/output_test.go, in its history);
 * 2. trace.Event up to 0.23 (types/trace/trace.go): `timestamp` in ns, `eventName`, `args[]`, `metadata` for signatures;
 * 3. v1beta1 (api/v1beta1/event.proto, event_json.go): RFC 3339, `name`, `workload`, `data[]`, `threat` for detections.
 * Contract: an event with a signature keeps the kind of the event behind it, where Tracee tells that.
 */
import type { LullEvent, Normalised } from "../../../schema/event.ts";
import type { EpochMs } from "../../../schema/time.ts";
import {
  isRaw,
  readInstant,
  readInteger,
  readObject,
  readString,
  TIME_OF_RECEIPT,
  type Notes,
  type Raw,
} from "../fields.ts";
import { describeArgs, readArgs, readTrigger } from "./tracee-args.ts";
import { readSubject, readTraceeEvent } from "./tracee-events.ts";
import { isSignatureId } from "./tracee-kind.ts";
import { readTracePlace, readWorkloadPlace } from "./tracee-place.ts";

/** Instants of nanoseconds between 2001 and 2286 have 19 digits; what is less counts since boot (`relative-time`). */
const MIN_NANOS = 1e18;
const NANOS_TEXT = /^[0-9]{1,19}$/;
const NOTHING: Raw = {};

export function looksLikeTracee(raw: Raw): boolean {
  if (typeof raw["eventName"] === "string") return "args" in raw || "argsNum" in raw;
  if (isRaw(raw["SigMetadata"])) return true;
  return (
    typeof raw["name"] === "string" &&
    raw["timestamp"] !== undefined &&
    (isRaw(raw["workload"]) || isRaw(raw["threat"]) || isRaw(raw["policies"]))
  );
}

/** One event. */
export function normaliseTracee(raw: Raw): Normalised {
  const context = contextOf(raw);
  const notes: Notes = { truncated: undefined };
  const name =
    readString(context, "eventName", notes, "syscall") ?? readString(raw, "name", notes, "syscall");
  if (name === undefined)
    return {
      type: "rejected",
      code: "missing_field",
      detail: "eventName: or name (v1beta1) is required",
    };
  const time = readTime(context["timestamp"]);
  if (time === undefined)
    return { type: "rejected", code: "missing_field", detail: "timestamp: is required" };
  if (time === null)
    return {
      type: "rejected",
      code: "invalid_field",
      detail: "timestamp: must be nanoseconds or an RFC 3339 instant",
    };
  const event: LullEvent = { time, format: "tracee", kind: "detection", action: "detect" };
  const workload = readObject(raw, "workload");
  if (workload === undefined) readTracePlace(context, event, notes);
  else readWorkloadPlace(workload, event, notes);
  readBehaviour(raw, context, name, event, notes);
  if (notes.truncated !== undefined) event.truncated = notes.truncated;
  return { type: "event", event };
}

/** The rules engine hands on the event that its signature was about; for a while in parts. */
function contextOf(raw: Raw): Raw {
  if (!isRaw(raw["SigMetadata"])) return raw;
  const context = readObject(raw, "Context") ?? NOTHING;
  const parts = readObject(context, "context");
  return parts === undefined ? context : { ...context, ...readObject(parts, "process"), ...parts };
}

function readBehaviour(raw: Raw, context: Raw, name: string, event: LullEvent, notes: Notes): void {
  const signature = readSignature(raw, name, notes);
  const args = readArgs(context["args"] ?? context["data"]);
  const trigger = readTrigger(raw, args);
  readArgs(trigger.args, args);
  const behind = trigger.name ?? name;
  const known = readTraceeEvent(behind, args, event, notes);
  if (!known) readSubject(args, event, notes);
  if (signature !== null) Object.assign(event, signature);
  // Neither known nor said to be a signature: a detector's name may still be one that a rule knows.
  else if (!known) event.agentRule = name;
  if (event.syscall === undefined) {
    const syscall = readString(context, "syscall", notes, "syscall");
    if (syscall !== undefined) event.syscall = syscall;
  }
  if (event.message !== undefined) return;
  const message = describeArgs(name, args, notes);
  if (message !== undefined) event.message = message;
}

type Signature = Pick<LullEvent, "agentRule" | "agentPriority" | "message" | "tags">;

/** What fired: by its id (`TRC-102`), which is the same in all versions that write one; v1beta1 has the detector's name only. */
function readSignature(raw: Raw, name: string, notes: Notes): Signature | null {
  const threat = readObject(raw, "threat");
  if (threat !== undefined) return readThreat(threat, name, notes);
  const old = readObject(raw, "SigMetadata");
  const metadata = old ?? readObject(raw, "metadata");
  if (metadata === undefined) {
    const detected = isRaw(raw["detected_from"]) || isSignatureId(readInteger(raw, "eventId"));
    return detected ? { agentRule: name } : null;
  }
  const properties = readObject(metadata, "Properties") ?? NOTHING;
  return signatureOf(
    readString(old ?? properties, old === undefined ? "signatureID" : "ID", notes, "agentRule") ??
      name,
    properties["Severity"],
    readString(metadata, "Description", notes, "message"),
    readString(properties, "external_id", notes, "tags"),
  );
}

function readThreat(threat: Raw, name: string, notes: Notes): Signature {
  const properties = readObject(threat, "properties") ?? NOTHING;
  const mitre = readObject(threat, "mitre") ?? NOTHING;
  return signatureOf(
    readString(properties, "signatureID", notes, "agentRule") ?? name,
    threat["severity"],
    readString(threat, "description", notes, "message"),
    readString(readObject(mitre, "technique") ?? NOTHING, "id", notes, "tags"),
  );
}

function signatureOf(
  agentRule: string,
  severity: unknown,
  message: string | undefined,
  technique: string | undefined,
): Signature {
  const signature: Signature = { agentRule };
  if (typeof severity === "number") signature.agentPriority = String(severity);
  else if (typeof severity === "string" && severity !== "" && severity.length < 32)
    signature.agentPriority = severity;
  if (message !== undefined) signature.message = message;
  if (technique !== undefined) signature.tags = [technique];
  return signature;
}

/** undefined: there is none; null: it cannot be read. */
function readTime(value: unknown): EpochMs | null | undefined {
  if (value === undefined || value === null || value === "null") return undefined;
  const nanos = typeof value === "string" && NANOS_TEXT.test(value) ? Number(value) : value;
  if (typeof nanos !== "number") return readInstant(nanos);
  if (nanos >= MIN_NANOS) return readInstant(nanos / 1e6);
  // Since boot, by a clock that nobody here knows.
  return nanos > 0 ? TIME_OF_RECEIPT : null;
}
