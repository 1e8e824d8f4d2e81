/**
 * The node's log: one JSON object a line. The Worker's own lines pass unchanged; what the runtime
 * says of itself becomes one line, without its native stack.
 */
import type { WorkerdStructuredLog } from "miniflare";

/** Writes what the Worker or the runtime said: warnings and errors to stderr, the rest to stdout. */
export function writeRuntimeLog({ timestamp, level, message }: WorkerdStructuredLog): void {
  const stream = level === "error" || level === "warn" ? process.stderr : process.stdout;
  const line = isJsonObject(message)
    ? message
    : entry({ at: new Date(timestamp), level, source: "runtime", message: firstLine(message) });
  stream.write(`${line}\n`);
}

/** The same, without what is no warning. */
export function writeRuntimeWarning(log: WorkerdStructuredLog): void {
  if (log.level === "warn" || log.level === "error") writeRuntimeLog(log);
}

/** A line of the node itself. */
export function writeNodeLog(level: "info" | "warn" | "error", message: string): void {
  const line = entry({ at: new Date(), level, source: "node", message });
  (level === "info" ? process.stdout : process.stderr).write(`${line}\n`);
}

function entry(fields: { at: Date; level: string; source: string; message: string }): string {
  return JSON.stringify(fields);
}

function isJsonObject(text: string): boolean {
  if (!text.startsWith("{") || text.includes("\n")) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function firstLine(text: string): string {
  const end = text.indexOf("\n");
  return end === -1 ? text : text.slice(0, end);
}
