/** A start that cannot be. The message is one line that tells the person at the terminal what to do. */
export class StartError extends Error {
  override name = "StartError";
}

/** The operating system's code of an error (`EACCES`, `ENOSPC`, …); null if it has none. */
export function errorCode(error: unknown): string | null {
  return error instanceof Error && "code" in error && typeof error.code === "string"
    ? error.code
    : null;
}
