/** One line of JSON for each batch, alarm and request that failed. Never a secret, a key or a query string. */
import { DrizzleQueryError } from "drizzle-orm/errors";

type Field = string | number | boolean | null | undefined;

export type Level = "info" | "warn" | "error";

/** Writes one log line; undefined fields are left out. */
export function log(level: Level, event: string, fields: Record<string, Field>): void {
  const line = JSON.stringify({ level, event, ...fields });
  // oxlint-disable-next-line no-console -- this is the one place that writes to the log.
  (level === "error" ? console.error : console.log)(line);
}

/** What can be said of a thrown value without its stack. */
export function errorText(error: unknown): string {
  // drizzle's own message tells the query's parameters, which are not for the log, and not what was wrong.
  const told = error instanceof DrizzleQueryError ? (error.cause ?? "a query failed") : error;
  return told instanceof Error ? `${told.name}: ${told.message}` : String(told);
}
