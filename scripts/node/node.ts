/**
 * The single node from start to end. Contract (DESIGN, Run): ready means that /healthz answers 200;
 * the end lets requests in flight finish; what was acknowledged is on disk either way.
 */
import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { build } from "../build.ts";
import { bundleWorker } from "./bundle.ts";
import { type Credentials, mintCredentials } from "./credentials.ts";
import { startCron } from "./cron.ts";
import { type DataDir, openDataDir, writeWhole } from "./data-dir.ts";
import { writeNodeLog, writeRuntimeLog, writeRuntimeWarning } from "./logs.ts";
import { migrate, migrationNote } from "./migrations.ts";
import { checkPort } from "./port.ts";
import { Runtime } from "./runtime.ts";
import { openSecret } from "./secret.ts";
import type { Settings } from "./settings.ts";
import { StartError } from "./start-error.ts";
import { readWrangler } from "./wrangler.ts";

export interface LullNode {
  credentials: Credentials;
  /** Whether this start made the keys. */
  isFirstStart: boolean;
  stop(): Promise<void>;
}

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const READY_MS = 30_000;

export interface StartOptions {
  /** Leaves out of the log what is no warning. */
  quiet?: boolean;
}

export async function startNode(
  settings: Settings,
  { quiet = false }: StartOptions = {},
): Promise<LullNode> {
  // Everything in the data folder is private, the files that the runtime makes too.
  process.umask(0o077);
  const dataDir = openDataDir(settings.dataDir);
  try {
    return await startIn(dataDir, settings, quiet ? writeRuntimeWarning : writeRuntimeLog);
  } catch (error) {
    dataDir.release();
    throw error;
  }
}

async function startIn(
  dataDir: DataDir,
  settings: Settings,
  log: typeof writeRuntimeLog,
): Promise<LullNode> {
  await checkPort(settings.host, settings.port);
  const { secret, isNew } = openSecret(dataDir.path);
  const wrangler = readWrangler(ROOT);
  build();
  const script = await bundleWorker(ROOT, wrangler);
  const migrationsDir = resolve(ROOT, wrangler.d1_databases[0].migrations_dir);
  const note = migrationNote(join(dataDir.path, "migrated.json"), migrationsDir);
  const runtime = await Runtime.start(
    { root: ROOT, settings, dataDir, wrangler, script, secret, log },
    note.isCurrent ? "open" : "closed",
  );
  try {
    await migrate(runtime.database, migrationsDir);
    if (!note.isCurrent) {
      note.write();
      await runtime.open();
    }
    const credentials = await makeReady(await runtime.origin(), secret, dataDir);
    return { credentials, isFirstStart: isNew, stop: keepRunning(runtime, dataDir) };
  } catch (error) {
    await runtime.stop();
    throw error;
  }
}

/** Waits until it answers, and leaves in the folder what its users need. */
async function makeReady(origin: string, secret: string, dataDir: DataDir): Promise<Credentials> {
  const url = withReachableHost(origin);
  await untilHealthy(url);
  const credentials = await mintCredentials(secret, url, Date.now());
  writeWhole(join(dataDir.path, "credentials.json"), `${JSON.stringify(credentials, null, 2)}\n`);
  dataDir.announce(url);
  return credentials;
}

/** Starts the clock; returns what ends the node. */
function keepRunning(runtime: Runtime, dataDir: DataDir): () => Promise<void> {
  const cron = startCron(
    (scheduledAtMs) => runtime.fireCron(scheduledAtMs),
    (error) => writeNodeLog("error", `the cron failed: ${String(error)}`),
  );
  return async () => {
    cron.stop();
    // Its minute writes the counts that wait in memory.
    await runtime.fireCron(Date.now()).catch(() => undefined);
    await runtime.drain();
    await runtime.stop();
    dataDir.release();
  };
}

/** A node on all addresses is shown by one that a browser on this machine can open. */
function withReachableHost(origin: string): string {
  return origin.replace("//0.0.0.0", "//127.0.0.1").replace("//[::]", "//[::1]");
}

async function untilHealthy(origin: string): Promise<void> {
  const deadline = performance.now() + READY_MS;
  for (;;) {
    const status = await fetch(`${origin}/healthz`, { signal: AbortSignal.timeout(READY_MS) }).then(
      (response) => response.status,
      (error: unknown) => String(error),
    );
    if (status === 200) return;
    if (performance.now() > deadline)
      throw new StartError(`The Worker started but is not healthy: GET /healthz gave ${status}.`);
    await delay(100);
  }
}
