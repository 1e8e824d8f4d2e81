/**
 * A disk of the run's own that can be full without anybody else noticing: a small tmpfs in a mount namespace. That
 * takes no root where users may have namespaces. (A limit of the file size is no substitute: workerd dies of SIGXFSZ.)
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, rmdirSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { errorCode } from "../../scripts/node/start-error.ts";

/** Room for some hours of a run; all of it is memory when it is full. */
const MEGABYTES = 256;
const CHUNK = 1 << 20;
const VARIABLE = "LULL_CHAOS_DISK";

/** The disk that this process was started on; null: it has none. */
export function ownDisk(): string | null {
  return process.env[VARIABLE] ?? null;
}

/** Runs a script on a disk of its own; its exit code, or null and why there can be none. */
export async function runOnOwnDisk(
  script: string,
  args: readonly string[],
): Promise<{ code: number } | { code: null; reason: string }> {
  const folder = mkdtempSync(join(tmpdir(), "lull-chaos-"));
  try {
    const probe = spawnSync("unshare", mounting(folder, ["true"]), { encoding: "utf8" });
    if (probe.status !== 0)
      return { code: null, reason: (probe.error?.message ?? probe.stderr).trim() };
    const child = spawn("unshare", mounting(folder, [process.execPath, script, ...args]), {
      env: { ...process.env, [VARIABLE]: folder },
      stdio: "inherit",
    });
    for (const signal of ["SIGTERM", "SIGINT"] as const)
      process.once(signal, () => child.kill("SIGTERM"));
    const [code] = await once(child, "close");
    return { code: code ?? 1 };
  } finally {
    // The mount has gone with its namespace.
    rmdirSync(folder);
  }
}

/** The command takes the shell's place, so that it is the child itself. */
function mounting(folder: string, command: readonly string[]): string[] {
  const mount = `mount -t tmpfs -o size=${MEGABYTES}m tmpfs "$0" && exec "$@"`;
  return ["--user", "--map-root-user", "--mount", "sh", "-c", mount, folder, ...command];
}

/** Takes all room of a disk, but for `leave` bytes at most; call the answer to give it back. */
export function fillDisk(disk: string, leave: number): () => void {
  const path = join(disk, "filler");
  const rest = join(disk, "rest");
  if (leave > 0) writeAll(rest, leave);
  writeAll(path, Number.POSITIVE_INFINITY);
  rmSync(rest, { force: true });
  return () => rmSync(path, { force: true });
}

function writeAll(path: string, bytes: number): void {
  const file = openSync(path, "w");
  let chunk = Math.min(CHUNK, bytes);
  try {
    for (let written = 0; written < bytes && chunk > 0;) {
      try {
        written += writeSync(file, Buffer.alloc(Math.min(chunk, bytes - written)));
      } catch (error) {
        if (errorCode(error) !== "ENOSPC") throw error;
        chunk >>= 1;
      }
    }
  } finally {
    closeSync(file);
  }
}
