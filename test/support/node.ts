/**
 * The real single node as a child process, with a data folder and a port of its own, as its users
 * start it. Contract: whatever a test does to it, `dispose` leaves no process and no folder behind.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { eventually } from "./eventually.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const READY_MS = 45_000;

const credentialsSchema = z.object({
  url: z.string(),
  agentKey: z.string(),
  apiToken: z.string(),
  signInUrl: z.string(),
});
export type NodeCredentials = z.infer<typeof credentialsSchema>;

export interface NodeOptions {
  /** Default: a new folder under the system's temporary one. */
  dataDir?: string;
  /** Default: a free one, kept over restarts. */
  port?: number;
  /** Added to the environment. */
  env?: Record<string, string>;
  /** By `npm start`, as a person would; signals and `pid` are npm's then. */
  npm?: boolean;
}

/** How a process ended. */
export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

/** A new folder that does not exist yet, for a first start to make. */
export function newDataDir(): string {
  return join(mkdtempSync(join(tmpdir(), "lull-test-")), "data");
}

/** Starts one and waits until it is ready. */
export async function startNode(options: NodeOptions = {}): Promise<RunningNode> {
  const node = new RunningNode(
    options.dataDir ?? newDataDir(),
    options.port ?? (await freePort()),
    options.env ?? {},
    options.npm === true ? BY_NPM : DIRECTLY,
  );
  await node.start();
  return node;
}

/** Runs one that is expected to end by itself. */
export function runNode(options: NodeOptions & { dataDir: string; port: number }): Promise<Exit> {
  return launch(DIRECTLY, options.dataDir, options.port, options.env ?? {}).exit;
}

export class RunningNode {
  readonly dataDir: string;
  readonly port: number;
  readonly #env: Record<string, string>;
  readonly #command: Command;
  #process: Launched | null = null;

  constructor(dataDir: string, port: number, env: Record<string, string>, command: Command) {
    this.dataDir = dataDir;
    this.port = port;
    this.#env = env;
    this.#command = command;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get pid(): number {
    return this.#running().pid;
  }

  /** All that the current process has printed so far. */
  get output(): string {
    return this.#running().output();
  }

  get credentials(): NodeCredentials {
    const text = readFileSync(join(this.dataDir, "credentials.json"), "utf8");
    return credentialsSchema.parse(JSON.parse(text));
  }

  /** Waits until /healthz answers and the greeting is out. */
  async start(): Promise<void> {
    const launched = launch(this.#command, this.dataDir, this.port, this.#env);
    this.#process = launched;
    let ended: Exit | null = null;
    launched.exit.then(
      (exit) => (ended = exit),
      () => undefined,
    );
    const isOver = () => launched.output().includes("ready at") || ended !== null;
    await eventually("the node is ready", isOver, { withinMs: READY_MS }).catch(
      (error: unknown) => {
        throw new Error(`${String(error)}: ${launched.output().slice(-20_000)}`);
      },
    );
    if (ended !== null) throw new Error(`the node ended while starting: ${launched.output()}`);
  }

  /** Sends a signal and waits for the end. */
  kill(signal: NodeJS.Signals = "SIGKILL"): Promise<Exit> {
    const { child, exit } = this.#running();
    child.kill(signal);
    return exit;
  }

  /** Ends it, cleanly unless told otherwise, and starts it again on the same folder and port. */
  async restart(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    await this.kill(signal);
    await this.start();
  }

  /** Sends an agent's batch. */
  async intake(body: unknown, headers: Record<string, string> = {}): Promise<Response> {
    return this.#asAgent("/v1/events", body, headers);
  }

  /** Sends an agent's heartbeat. */
  async heartbeat(body: unknown): Promise<Response> {
    return this.#asAgent("/v1/heartbeats", body, {});
  }

  #asAgent(path: string, body: unknown, headers: Record<string, string>): Promise<Response> {
    return fetch(`${this.url}${path}`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${this.credentials.agentKey}`,
        "content-type": "application/json",
        ...headers,
      },
      body: JSON.stringify(body),
    });
  }

  /** Calls the API as the first token. */
  async api(path: string, init: { method?: string; body?: unknown } = {}): Promise<Response> {
    return fetch(`${this.url}${path}`, {
      method: init.method ?? "GET",
      headers: {
        authorization: `Bearer ${this.credentials.apiToken}`,
        ...(init.body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(init.body === undefined ? {} : { body: JSON.stringify(init.body) }),
    });
  }

  /** Ends it in any state and removes its folder. */
  async dispose(): Promise<void> {
    if (this.#process !== null) {
      this.#process.child.kill("SIGKILL");
      await this.#process.exit;
    }
    rmSync(join(this.dataDir, ".."), { recursive: true, force: true, maxRetries: 5 });
  }

  #running(): Launched {
    if (this.#process === null) throw new Error("the node was not started");
    return this.#process;
  }
}

type Command = readonly [string, ...string[]];
const DIRECTLY: Command = [process.execPath, "scripts/run.mjs", "start"];
const BY_NPM: Command = ["npm", "start", "--silent"];

interface Launched {
  child: ChildProcess;
  pid: number;
  output(): string;
  exit: Promise<Exit>;
}

function launch(
  [program, ...args]: Command,
  dataDir: string,
  port: number,
  env: Record<string, string>,
): Launched {
  const child = spawn(program, args, {
    cwd: ROOT,
    env: { ...bareEnvironment(), LULL_DATA_DIR: dataDir, PORT: String(port), ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const exit = new Promise<Exit>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  if (child.pid === undefined) throw new Error("the node could not be started");
  return { child, pid: child.pid, output: () => stdout + stderr, exit };
}

/** Not npm's and the test runner's variables: the node reads some of them. */
function bareEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(?:npm_|VITEST|NODE_OPTIONS|LULL_|HOST$|PORT$)/.test(name),
  );
  return Object.fromEntries(kept);
}

/** Process ids of the runtime under a node; empty once it is gone. */
export function runtimePids(dataDir: string): number[] {
  const path = join(dataDir, "tmp", "runtime.pids");
  if (!existsSync(path)) return [];
  return readFileSync(path, "utf8").trim().split(" ").map(Number).filter(isAlive);
}

/** Whether a process runs; one that has ended and only awaits its parent does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const status = `/proc/${pid}/status`;
  return !existsSync(status) || !/^State:\s+Z/m.test(readFileSync(status, "utf8"));
}
