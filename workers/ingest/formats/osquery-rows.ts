/**
 * One log line of osquery, one body of its TLS logger: many rows. Pure.
 * Forms: osquery/osquery:docs/wiki/deployment/logging.md (event, snapshot and batch format) and
 * docs/wiki/deployment/remote.md (the logger's `{ node_key, log_type, data }`).
 * Contract: a line without rows stays as it is, so that it is accounted for.
 */
import { MAX_EVENTS_PER_BATCH, MAX_ROWS_HEAD_CHARS } from "../../../schema/limits.ts";
import { isRaw, type Raw } from "../fields.ts";

/** Where shippers put the line that they read. */
const WRAPPERS = ["message", "log", "event"] as const;

/** The rows, each as a line of its own in event format; null if this is no such line. */
export function rowsOfOsquery(raw: Raw): unknown[] | null {
  if (raw["node_key"] !== undefined && Array.isArray(raw["data"])) return rowsOfBody(raw["data"]);
  if (isMany(raw)) return rowsOfLine(raw);
  for (const key of WRAPPERS) {
    const inner = wrapped(raw[key]);
    if (inner !== null && isMany(inner)) return rowsOfLine(inner);
  }
  return null;
}

/** Stops where the body holds too many already, so that a few bytes cannot cost millions of rows. */
function rowsOfBody(data: readonly unknown[]): unknown[] {
  const rows: unknown[] = [];
  for (const line of data) {
    if (rows.length > MAX_EVENTS_PER_BATCH) break;
    if (isRaw(line)) rows.push(...rowsOfLine(line));
    else rows.push(line);
  }
  return rows;
}

function isMany(raw: Raw): boolean {
  return (
    raw["unixTime"] !== undefined && (Array.isArray(raw["snapshot"]) || isRaw(raw["diffResults"]))
  );
}

/** Parsed only if it can be one: most of what shippers wrap is of other agents. */
function wrapped(value: unknown): Raw | null {
  if (typeof value !== "string") return isRaw(value) ? value : null;
  if (!value.includes('"snapshot"') && !value.includes('"diffResults"')) return null;
  try {
    const parsed: unknown = JSON.parse(value);
    return isRaw(parsed) ? parsed : null;
  } catch {
    return null;
  }
}

function rowsOfLine(line: Raw): Raw[] {
  const { snapshot, diffResults } = line;
  const diff = isRaw(diffResults) ? diffResults : {};
  const lists = [
    ["snapshot", snapshot],
    ["added", diff["added"]],
    ["removed", diff["removed"]],
  ] as const;
  let count = 0;
  for (const [, list] of lists) if (Array.isArray(list)) count += list.length;
  if (count === 0 || count > MAX_EVENTS_PER_BATCH) return [line];
  const head = headOf(line);
  if (JSON.stringify(head).length > MAX_ROWS_HEAD_CHARS) return [line];
  return lists.flatMap(([action, list]) =>
    Array.isArray(list) ? list.map((columns: unknown): Raw => ({ ...head, action, columns })) : [],
  );
}

/** What is read beside the rows; every row carries it, so that no more than that is taken. */
function headOf(line: Raw): Raw {
  const { name, hostIdentifier, hostname, host_uuid, decorations, unixTime, counter } = line;
  const head: Raw = { name, hostIdentifier, hostname, host_uuid, unixTime, counter };
  if (isRaw(decorations))
    head["decorations"] = {
      host_uuid: decorations["host_uuid"],
      hostname: decorations["hostname"],
    };
  return head;
}
