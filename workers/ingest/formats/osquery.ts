/**
 * osquery's results, a row at a time (osquery-rows.ts makes rows of what holds many), and its status logs. Pure.
 * Lines: osquery/osquery:docs/wiki/deployment/logging.md. Values are strings, or numbers with `--log_numerics_as_numbers`;
 * `unixTime` is either. `counter` 0 is a query's first result in its epoch: what there was already.
 */
import type { HostRef, LullEvent, Normalised } from "../../../schema/event.ts";
import { MAX_EVENTS_PER_BATCH, MAX_ROWS_HEAD_CHARS } from "../../../schema/limits.ts";
import { isRaw, readInteger, readObject, readString, type Notes, type Raw } from "../fields.ts";
import { readColumns } from "./osquery-tables.ts";

const NOTHING: Raw = {};
const UUID_CHARS = 36;
/** 2001: what is less is no time of an event but a duration or a flag. */
const MIN_SECONDS = 1e9;

export function looksLikeOsquery(raw: Raw): boolean {
  if (typeof raw["node_key"] === "string") return true;
  if (raw["unixTime"] === undefined) return false;
  return (
    isRaw(raw["columns"]) ||
    raw["snapshot"] !== undefined ||
    raw["diffResults"] !== undefined ||
    raw["filename"] !== undefined
  );
}

export function normaliseOsquery(raw: Raw): Normalised {
  const notes: Notes = { truncated: undefined };
  if (raw["node_key"] !== undefined)
    return ignored("a request of osquery's that carries no log (enrolment, distributed query)");
  const host = readHost(raw, notes);
  if (raw["filename"] !== undefined && raw["columns"] === undefined) return contact(host);
  const action = raw["action"];
  if (action === "removed") return ignored("a row that is gone is not a behaviour");
  const columns = readObject(raw, "columns");
  if (columns === undefined) return withoutColumns(raw);
  const time = readInteger(raw, "unixTime");
  if (time === undefined || time < 0)
    return { type: "rejected", code: "invalid_field", detail: "unixTime: must be seconds" };
  const event: LullEvent = {
    time: time * 1_000,
    format: "osquery",
    kind: "detection",
    action: "row",
  };
  const name = readString(raw, "name", notes, "agentRule");
  if (name !== undefined) event.agentRule = name;
  if (host !== undefined) event.host = host;
  readRow(raw, columns, event, notes);
  if (notes.truncated !== undefined) event.truncated = notes.truncated;
  return { type: "event", event };
}

/** Rows of evented tables are events also in a first result; any other row of it is a state. */
function readRow(raw: Raw, columns: Raw, event: LullEvent, notes: Notes): void {
  const seconds = readInteger(columns, "time");
  const happened = seconds !== undefined && seconds >= MIN_SECONDS;
  const evented = happened || event.agentRule?.includes("_events") === true;
  if (happened) event.time = seconds * 1_000;
  const snapshot = raw["action"] === "snapshot";
  const state = !evented && (snapshot || readInteger(raw, "counter") === 0);
  if (state) event.tags = [snapshot ? "snapshot" : "baseline"];
  readColumns(columns, evented ? "event" : state ? "state" : "change", event, notes);
}

function withoutColumns(raw: Raw): Normalised {
  const { snapshot, diffResults } = raw;
  if (Array.isArray(snapshot) && snapshot.length > 0)
    return {
      type: "rejected",
      code: "too_large",
      detail: `${snapshot.length} rows in one line; at most ${MAX_EVENTS_PER_BATCH} are taken, beside at most ${MAX_ROWS_HEAD_CHARS} characters`,
    };
  if (Array.isArray(snapshot) || isRaw(diffResults)) return ignored("a result without rows");
  return { type: "rejected", code: "missing_field", detail: "columns: is required" };
}

function ignored(reason: string): Normalised {
  return { type: "ignored", format: "osquery", reason };
}

/** A line of osquery's own log: it is alive. */
function contact(host: HostRef | undefined): Normalised {
  const result: Normalised = { type: "contact", format: "osquery", reason: "osquery's status log" };
  if (host !== undefined) result.host = host;
  return result;
}

/**
 * `hostIdentifier` is the host's name or, by `--host_identifier`, its UUID; decorations stand in their object or, by
 * `--decorations_top_level`, beside it. Before 2.0 it was `hostname`.
 */
function readHost(raw: Raw, notes: Notes): HostRef | undefined {
  const decorations = readObject(raw, "decorations") ?? NOTHING;
  const said =
    readString(raw, "hostIdentifier", notes, "host.name") ??
    readString(raw, "hostname", notes, "host.name");
  const uuid = said !== undefined && isUuid(said) ? said : undefined;
  const id =
    readString(decorations, "host_uuid", notes, "host.id") ??
    readString(raw, "host_uuid", notes, "host.id") ??
    uuid;
  const name =
    said !== undefined && uuid === undefined
      ? said
      : readString(decorations, "hostname", notes, "host.name");
  if (id === undefined && name === undefined) return undefined;
  const ref: HostRef = {};
  if (id !== undefined) ref.id = id;
  if (name !== undefined) ref.name = name;
  return ref;
}

function isUuid(text: string): boolean {
  return text.length === UUID_CHARS && text[8] === "-" && text[13] === "-" && text[23] === "-";
}
