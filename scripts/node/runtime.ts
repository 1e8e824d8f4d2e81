/**
 * workerd through Miniflare, as the single node runs it: state on disk, only public addresses outbound,
 * requests straight to the Worker. Contract: no request reaches the Worker before `open`, and after
 * `drain` none arrives while those in flight are finished.
 */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Miniflare, type MiniflareOptions, NoOpLog, type WorkerdStructuredLog } from "miniflare";
import type { DataDir } from "./data-dir.ts";
import { KEEPER, Keeper, keeperWorker } from "./keeper.ts";
import type { Database } from "./migrations.ts";
import { writeNodeLog } from "./logs.ts";
import { nodeWorkers, type WorkersInput } from "./workers.ts";

export interface RuntimeInput extends WorkersInput {
  dataDir: Pick<DataDir, "path" | "tmp">;
  /** Takes what the Worker and the runtime log. */
  log(entry: WorkerdStructuredLog): void;
}

export type Door = "open" | "closed";

const DRAIN_MS = 10_000;

/** Miniflare reports nothing that a reader of the node's log needs, but failures to come back. */
class NodeLog extends NoOpLog {
  override error(error: Error): void {
    writeNodeLog("error", error.message);
  }
}

export class Runtime {
  readonly #miniflare: Miniflare;
  readonly #input: RuntimeInput;
  readonly #pids: string;
  readonly #keeper: Keeper;
  readonly #keeperToken = randomBytes(32).toString("hex");

  private constructor(input: RuntimeInput, door: Door) {
    this.#input = input;
    this.#keeper = new Keeper(() => this.#miniflare.unsafeGetDirectURL(KEEPER), this.#keeperToken);
    this.#pids = join(input.dataDir.tmp, "runtime.pids");
    superviseWorkerd(input.dataDir.tmp, this.#pids);
    this.#miniflare = withoutItsSignals(() => new Miniflare(this.#options(door)));
  }

  /** `closed` starts it without a way in, so that the database can be migrated first. */
  static async start(input: RuntimeInput, door: Door): Promise<Runtime> {
    const runtime = new Runtime(input, door);
    await runtime.#miniflare.ready;
    return runtime;
  }

  get database(): Database {
    return this.#keeper;
  }

  /** Lets requests in, where they are not yet. */
  async open(): Promise<void> {
    await this.#miniflare.setOptions(this.#options("open"));
  }

  /** Where requests go. */
  async origin(): Promise<string> {
    const url = await this.#miniflare.unsafeGetDirectURL(this.#input.wrangler.name);
    return url.origin;
  }

  fireCron(scheduledAtMs: number): Promise<void> {
    return this.#keeper.fireCron("* * * * *", scheduledAtMs);
  }

  /** Accepts nothing more and waits for what is in flight, but not for ever. */
  async drain(): Promise<void> {
    const pids = this.#readPids();
    if (pids === null) return;
    process.kill(pids.supervisor, "SIGTERM");
    const deadline = performance.now() + DRAIN_MS;
    while (isAlive(pids.workerd) && performance.now() < deadline) await delay(20);
  }

  stop(): Promise<void> {
    return this.#miniflare.dispose();
  }

  #options(door: Door): MiniflareOptions {
    const input = this.#input;
    return {
      // Miniflare's own entry obeys headers that choose the target; it stays on a loopback port of its own.
      host: "127.0.0.1",
      resourcePersistencePath: join(input.dataDir.path, "state"),
      cf: false,
      enableDevRegistry: false,
      logRequests: false,
      log: new NodeLog(),
      handleStructuredLogs: (entry) => input.log(entry),
      unsafeHandleRuntimeRestart: () => {
        writeNodeLog("warn", "the runtime ended unexpectedly and was started again");
      },
      workers: [
        ...nodeWorkers(input, door === "open"),
        keeperWorker(input.wrangler, this.#keeperToken),
      ],
    };
  }

  #readPids(): { supervisor: number; workerd: number } | null {
    if (process.platform === "win32") return null;
    const [supervisor, workerd] = readFileSync(this.#pids, "utf8").trim().split(" ").map(Number);
    return supervisor === undefined || workerd === undefined ? null : { supervisor, workerd };
  }
}

/** Miniflare ends the process at a signal, with requests in flight; the node decides that itself. */
function withoutItsSignals<T>(make: () => T): T {
  const signals = ["SIGINT", "SIGTERM"] as const;
  const before = new Set(signals.flatMap((signal) => process.listeners(signal)));
  const made = make();
  for (const signal of signals)
    for (const listener of process.listeners(signal))
      if (!before.has(listener)) process.off(signal, listener);
  return made;
}

/** Puts workerd.sh between Miniflare and workerd, and Miniflare's temporary files into our folder. */
function superviseWorkerd(tmp: string, pids: string): void {
  process.env["TMPDIR"] = tmp;
  if (process.platform === "win32") return;
  // Miniflare's own workerd, which is no dependency of ours; the module's default export is its path.
  const fromMiniflare = createRequire(import.meta.resolve("miniflare"));
  const workerd = fromMiniflare("workerd") as { default: string };
  process.env["LULL_WORKERD"] = workerd.default;
  process.env["LULL_RUNTIME_PIDS"] = pids;
  process.env["MINIFLARE_WORKERD_PATH"] = fileURLToPath(new URL("workerd.sh", import.meta.url));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
