/** One line of JSON for each batch, alarm and request that failed. Never a secret, a key or a query string. */

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
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
