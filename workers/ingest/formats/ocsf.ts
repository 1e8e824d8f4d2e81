/**
 * Events in the Open Cybersecurity Schema Framework, from whatever agent writes them. Pure.
 * Classes: ocsf/ocsf-schema:events; the frame `{ events, count, start_time, end_time }`: ocsf/examples:encodings/json/README.md.
 * Falco's mapping keeps the alert in `raw_data` (ocsf/examples:mappings/markdown/Falco), and that says more than what is made of it.
 * Contract: what names neither a device nor a process is seen from outside (flow logs, cloud scanners), and ignored.
 */
import type { LullEvent, Normalised } from "../../../schema/event.ts";
import type { EpochMs } from "../../../schema/time.ts";
import { eventOfAgent } from "../agents.ts";
import {
  isRaw,
  readInstant,
  readInteger,
  readObject,
  readString,
  type Notes,
  type Raw,
} from "../fields.ts";
import { looksLikeFalco, normaliseFalco } from "./falco.ts";
import { className, kindOfOcsf } from "./ocsf-kind.ts";
import {
  readDevice,
  readOcsfContainer,
  readOcsfFile,
  readOcsfNetwork,
  readOcsfProcess,
  readOcsfUser,
} from "./ocsf-objects.ts";

/** Times in seconds, as they are seen in spite of the schema, end here; micro- and nanoseconds begin there. */
const MAX_SECONDS = 1e11;
const MIN_MICROS = 1e14;
const MIN_NANOS = 1e17;
/** `status_id`, `action_id` and `disposition_id` alike. */
const FAILURE = 2;
const DECIMAL = /^[0-9]{1,9}$/;
const PROCESS_ACTIVITY = 1007;
const NOTHING: Raw = {};

export function looksLikeOcsf(raw: Raw): boolean {
  return classOf(raw) !== undefined;
}

/** The events of the frame around a batch, or null; the native envelope has an `agent`. */
export function ocsfFrameEvents(raw: Raw): readonly unknown[] | null {
  const { events } = raw;
  if (!Array.isArray(events) || raw["agent"] !== undefined) return null;
  const first: unknown = events[0];
  const framed = isRaw(first) ? looksLikeOcsf(first) : events.length === 0 && raw["count"] === 0;
  return framed ? events : null;
}

function classOf(raw: Raw): number | undefined {
  const value = raw["class_uid"];
  if (typeof value === "number") return Number.isSafeInteger(value) ? value : undefined;
  return typeof value === "string" && DECIMAL.test(value) ? Number(value) : undefined;
}

/** One event. */
export function normaliseOcsf(raw: Raw): Normalised {
  const classUid = classOf(raw);
  if (classUid === undefined)
    return { type: "rejected", code: "missing_field", detail: "class_uid: is required" };
  const original = falcoAlert(raw);
  if (original !== null) return normaliseFalco(original);
  const notes: Notes = { truncated: undefined };
  const kind = kindOfOcsf(
    classUid,
    readInteger(raw, "activity_id") ?? 0,
    readInteger(readObject(raw, "connection_info") ?? NOTHING, "direction_id"),
    readString(readObject(raw, "kernel") ?? NOTHING, "system_call", notes, "syscall"),
  );
  if (kind === null) return ignored(`${className(classUid)} is no behaviour of a workload`);
  const evidence = evidenceOf(raw);
  const event: LullEvent = { time: 0, format: "ocsf", kind: kind[0], action: kind[1] };
  readPlace(raw, evidence, classUid, event, notes);
  if (fromOutside(event)) return ignored(`${className(classUid)} that names no device`);
  const time = readTime(raw);
  if (time === undefined)
    return { type: "rejected", code: "missing_field", detail: "time: is required" };
  if (time === null)
    return { type: "rejected", code: "invalid_field", detail: "time: must be epoch milliseconds" };
  event.time = time;
  readRest(raw, evidence, event, notes);
  if (notes.truncated !== undefined) event.truncated = notes.truncated;
  return eventOfAgent(event, productOf(raw)?.["version"]);
}

/** A process without a device may be on the host that the key names; a finding's may be anywhere. */
function fromOutside(event: LullEvent): boolean {
  if (event.host !== undefined || event.container !== undefined) return false;
  return event.kind === "detection" || event.process === undefined;
}

function ignored(reason: string): Normalised {
  return { type: "ignored", format: "ocsf", reason };
}

/** What made the event. */
function productOf(raw: Raw): Raw | undefined {
  return readObject(readObject(raw, "metadata") ?? NOTHING, "product");
}

function falcoAlert(raw: Raw): Raw | null {
  const original = raw["raw_data"];
  if (productOf(raw)?.["name"] !== "Falco" || typeof original !== "string") return null;
  try {
    const alert: unknown = JSON.parse(original);
    return isRaw(alert) && looksLikeFalco(alert) ? alert : null;
  } catch {
    return null;
  }
}

/** Where process, file and peer stand: a finding has them in its first piece of evidence. */
function evidenceOf(raw: Raw): Raw {
  const { evidences } = raw;
  const first: unknown = Array.isArray(evidences) ? evidences[0] : undefined;
  return isRaw(first) ? first : raw;
}

function readPlace(
  raw: Raw,
  evidence: Raw,
  classUid: number,
  event: LullEvent,
  notes: Notes,
): void {
  const host = readDevice(readObject(raw, "device") ?? readObject(evidence, "device"), notes);
  if (host !== undefined) event.host = host;
  const actor = readObject(evidence, "actor") ?? readObject(raw, "actor") ?? NOTHING;
  const actorProcess = readObject(actor, "process");
  const own = readObject(evidence, "process");
  // What a process does to another is the actor's doing, but a launch is about what was launched.
  const launch = classUid === PROCESS_ACTIVITY && event.kind === "process";
  const subject = launch ? (own ?? actorProcess) : (actorProcess ?? own);
  const process =
    subject &&
    readOcsfProcess(subject, launch && subject === own ? actorProcess : undefined, notes);
  if (process !== undefined) event.process = process;
  const container =
    readObject(subject ?? NOTHING, "container") ??
    readObject(evidence, "container") ??
    readObject(raw, "container");
  const ref = container && readOcsfContainer(container, notes);
  if (ref !== undefined) event.container = ref;
  const user =
    readOcsfUser(readObject(subject ?? NOTHING, "user"), notes) ??
    readOcsfUser(readObject(actor, "user"), notes);
  if (user !== undefined) event.user = user;
}

function readRest(raw: Raw, evidence: Raw, event: LullEvent, notes: Notes): void {
  const id = readString(readObject(raw, "metadata") ?? NOTHING, "uid", notes, "id");
  if (id !== undefined) event.id = id;
  const priority =
    readString(raw, "severity", notes, "agentPriority") ??
    readInteger(raw, "severity_id")?.toString();
  if (priority !== undefined) event.agentPriority = priority;
  const finding = readObject(raw, "finding_info") ?? readObject(raw, "finding") ?? NOTHING;
  const rule = readString(finding, "title", notes, "agentRule");
  if (rule !== undefined) event.agentRule = rule;
  const message =
    readString(raw, "message", notes, "message") ?? readString(finding, "desc", notes, "message");
  if (message !== undefined) event.message = message;
  const call = readString(readObject(raw, "kernel") ?? NOTHING, "system_call", notes, "syscall");
  if (call !== undefined) event.syscall = call;
  if (event.kind === "network") event.network = readOcsfNetwork(evidence, event.action, notes);
  const file = readOcsfFile(evidence, notes);
  if (file !== undefined) event.file = file;
  if (event.kind !== "detection" && failed(raw)) event.action = `${event.action}_failed`;
}

/** What failed, or was blocked, did not happen. */
function failed(raw: Raw): boolean {
  return (
    readInteger(raw, "status_id") === FAILURE ||
    readInteger(raw, "action_id") === FAILURE ||
    readInteger(raw, "disposition_id") === FAILURE
  );
}

/** undefined: there is none; null: it cannot be read. */
function readTime(raw: Raw): EpochMs | null | undefined {
  const value = raw["time"] ?? raw["time_dt"];
  if (value === undefined || value === null || value === "") return undefined;
  const number = typeof value === "string" ? Number(value) : value;
  if (typeof number !== "number" || Number.isNaN(number)) return readInstant(value);
  if (number < MAX_SECONDS) return readInstant(number * 1_000);
  if (number >= MIN_NANOS) return readInstant(number / 1e6);
  return readInstant(number >= MIN_MICROS ? number / 1_000 : number);
}
