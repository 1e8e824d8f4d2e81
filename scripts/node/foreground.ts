/** What start and demo have in common: one process in the foreground, from a start to a signal. */
import { endSignal } from "./shutdown.ts";

/** Runs `main` until it has ended, and the process with it: 0, or 1 and one line that says why. */
export async function runUntilEnd(main: (end: AbortSignal) => Promise<void>): Promise<never> {
  // A reader that goes away (`npm start | head`) must not take the node with it.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
  const end = endSignal();
  const failure = await main(end).then(
    () => null,
    (error: unknown) => error,
  );
  // A runtime that a signal to the whole group ended while it was starting has not failed.
  if (failure === null || end.aborted) {
    process.stdout.write("Lull has stopped.\n");
    process.exit(0);
  }
  const message = failure instanceof Error ? failure.message : JSON.stringify(failure);
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
