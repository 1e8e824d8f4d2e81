/** A server under test as a child process: started, watched until it is ready, and ended for certain. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { eventually } from "../../support/eventually.ts";

const READY_MS = 40_000;
const STOP_MS = 15_000;
const KEPT_CHARS = 2_000;

export class Child {
  readonly process: ChildProcess;
  readonly #chunks: Buffer[] = [];
  #errors = "";

  constructor(command: string, args: readonly string[], env: Record<string, string>) {
    this.process = spawn(command, args, {
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.process.stdout?.on("data", (chunk: Buffer) => this.#chunks.push(chunk));
    this.process.stderr?.on("data", (chunk: Buffer) => {
      this.#errors = (this.#errors + chunk.toString("utf8")).slice(-KEPT_CHARS);
    });
    // A command that cannot be started shows in `exitCode`; `ready` says so.
    this.process.on("error", (error) => (this.#errors += String(error)));
  }

  get pid(): number {
    if (this.process.pid === undefined) throw new Error(`it did not start: ${this.#errors}`);
    return this.process.pid;
  }

  /** What it has written to stdout since the last call. Chunks are joined only here, off the clock. */
  takeOutput(): string {
    return Buffer.concat(this.#chunks.splice(0)).toString("utf8");
  }

  /** The tail of stderr. */
  get errors(): string {
    return this.#errors;
  }

  ready<T>(what: string, probe: () => Promise<T | null> | T | null): Promise<T> {
    return eventually(
      what,
      () => {
        if (this.process.exitCode === null) return probe();
        throw new Error(`it has ended: ${this.#errors}`);
      },
      { withinMs: READY_MS },
    );
  }

  /** Asks it to end, and makes it end. */
  async stop(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const ended = once(this.process, "exit");
    this.process.kill("SIGTERM");
    const late = new AbortController();
    await Promise.race([ended, delay(STOP_MS, null, { signal: late.signal }).catch(() => null)]);
    late.abort();
    if (this.process.exitCode === null && this.process.signalCode === null) {
      this.process.kill("SIGKILL");
      await ended;
    }
  }
}
