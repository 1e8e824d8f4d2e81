/**
 * The data folder: made with mode 0700, held by one process at a time, its small files replaced whole.
 * Contract: a crash at any point leaves the old file or the new one, and no lock behind.
 */
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { errorCode, StartError } from "./start-error.ts";

/** What a start writes before it is ready, and some more: it must not end half-way for want of room. */
const ROOM_BYTES = 1024 * 1024;
/** A predecessor that was just killed may need a moment to let go. */
const LOCK_PATIENCE_MS = 3_000;

const REASONS: Record<string, string> = {
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the file system is read-only",
  ENOSPC: "the disk is full",
  ENOTDIR: "a part of the path is a file",
  EEXIST: "it is a file",
  ENOENT: "a part of the path does not exist",
};

export interface DataDir {
  path: string;
  /** What runtime and temporary files may use; emptied at each start. */
  tmp: string;
  /** Says in the folder who serves it, for the one who finds it locked. */
  announce(url: string): void;
  release(): void;
}

/** Makes the folder where needed, and takes it for this process. */
export function openDataDir(path: string): DataDir {
  const tmp = join(path, "tmp");
  const release = usable(path, () => {
    makeFolder(resolve(path));
    return lock(path);
  });
  usable(path, () => {
    rmSync(tmp, { recursive: true, force: true });
    mkdirSync(tmp, { mode: 0o700 });
    ensureRoom(join(tmp, "room"));
  });
  const holder = join(path, "node.json");
  return {
    path,
    tmp,
    announce: (url) => writeWhole(holder, `${JSON.stringify({ pid: process.pid, url })}\n`),
    release: () => {
      rmSync(holder, { force: true });
      rmSync(tmp, { recursive: true, force: true });
      release();
    },
  };
}

/**
 * Makes the folder and what is missing above it. Not by `recursive`, with which Node 24 never returns
 * where a folder that exists refuses to hold another one and calls it missing, as those of /proc do.
 */
function makeFolder(path: string): void {
  if (!existsSync(dirname(path))) makeFolder(dirname(path));
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if (errorCode(error) !== "EEXIST" || !statSync(path).isDirectory()) throw error;
  }
}

/** Throws ENOSPC where there is not. */
function ensureRoom(path: string): void {
  try {
    writeFileSync(path, Buffer.alloc(ROOM_BYTES));
  } finally {
    rmSync(path, { force: true });
  }
}

function usable<T>(path: string, use: () => T): T {
  try {
    return use();
  } catch (error) {
    if (error instanceof StartError) throw error;
    const code = errorCode(error);
    const reason = (code !== null && REASONS[code]) || String(error);
    throw new StartError(`Cannot write to the data folder ${path}: ${reason}.`, { cause: error });
  }
}

/**
 * Takes SQLite's exclusive lock on an empty database. Unlike a file with a process id in it, the
 * kernel drops it with the process, however that ends, and no reused id can hold it.
 */
function lock(path: string): () => void {
  const database = new DatabaseSync(join(path, "lock.db"), { timeout: LOCK_PATIENCE_MS });
  try {
    database.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    database.close();
    if (!String(error).includes("locked")) throw error;
    throw new StartError(`The data folder ${path} is in use by ${describeHolder(path)}.`, {
      cause: error,
    });
  }
  return () => database.close();
}

function describeHolder(path: string): string {
  try {
    const holder: unknown = JSON.parse(readFileSync(join(path, "node.json"), "utf8"));
    if (holder !== null && typeof holder === "object" && "pid" in holder && "url" in holder)
      return `process ${String(holder.pid)}, which serves ${String(holder.url)}`;
  } catch {
    // It may still be starting: then it has not said who it is.
  }
  return "another process";
}

/** Replaces a small private file (mode 0600): all of it is on disk before its name is. */
export function writeWhole(path: string, text: string): void {
  const next = `${path}.next`;
  const file = openSync(next, "w", 0o600);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  // The mode above does not apply to a file that a crash left behind.
  chmodSync(next, 0o600);
  renameSync(next, path);
  syncFolder(dirname(path));
}

/** Makes a rename itself durable. */
function syncFolder(path: string): void {
  const folder = openSync(path, "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
