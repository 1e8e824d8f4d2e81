/** The node's one secret: made at the first start, kept in the data folder, never printed. */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { writeWhole } from "./data-dir.ts";
import { errorCode, StartError } from "./start-error.ts";

const SECRET_BYTES = 32;

const fileSchema = z.strictObject({
  version: z.literal(1),
  secret: z.string().regex(/^[0-9a-f]{64}$/),
});

export interface NodeSecret {
  secret: string;
  /** Whether this start made it: then all keys are new. */
  isNew: boolean;
}

export function openSecret(dataDir: string): NodeSecret {
  const known = readSecret(dataDir);
  if (known !== null) return { secret: known, isNew: false };
  const secret = randomBytes(SECRET_BYTES).toString("hex");
  writeWhole(pathIn(dataDir), `${JSON.stringify({ version: 1, secret })}\n`);
  return { secret, isNew: true };
}

/** The secret of a node that has been started before; null where there is none. */
export function readSecret(dataDir: string): string | null {
  const path = pathIn(dataDir);
  const text = readIfThere(path);
  return text === null ? null : parse(path, text);
}

function pathIn(dataDir: string): string {
  return join(dataDir, "secrets.json");
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return null;
    throw new StartError(`Cannot read ${path}: ${errorCode(error) ?? String(error)}.`, {
      cause: error,
    });
  }
}

function parse(path: string, text: string): string {
  try {
    return fileSchema.parse(JSON.parse(text)).secret;
  } catch (error) {
    throw new StartError(
      `${path} is damaged. Restore it from a backup; if you remove it, the next start makes new keys and every old key stops working.`,
      { cause: error },
    );
  }
}
