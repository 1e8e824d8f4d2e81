/**
 * D1 migrations at start, in wrangler's own table and under wrangler's own names, so that
 * `wrangler d1 migrations` and the node agree on what has been applied.
 * Contract: a file is applied whole and recorded in the same transaction, or not at all.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { writeWhole } from "./data-dir.ts";
import { StartError } from "./start-error.ts";

export interface Statement {
  sql: string;
  params?: readonly string[];
}

/** D1 as the node reaches it. */
export interface Database {
  /** Carries out all of them or none; answers the rows of each. */
  batch(statements: readonly Statement[]): Promise<Record<string, unknown>[][]>;
}

/**
 * A note beside the database of what it has, so that a start with nothing to migrate need not run the
 * runtime twice. Only a hint: the table is asked at every start.
 */
export function migrationNote(path: string, dir: string): { isCurrent: boolean; write(): void } {
  const current = `${JSON.stringify(migrationFiles(dir))}\n`;
  return {
    isCurrent: existsSync(path) && readFileSync(path, "utf8") === current,
    write: () => writeWhole(path, current),
  };
}

const CREATE_TABLE = `CREATE TABLE IF NOT EXISTS d1_migrations(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT UNIQUE,
  applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL
)`;
const BREAKPOINT = "--> statement-breakpoint";

/** Applies what is missing, in the order of the file names; returns the names. */
export async function migrate(database: Database, dir: string): Promise<string[]> {
  const files = migrationFiles(dir);
  const [, rows = []] = await database.batch([
    { sql: CREATE_TABLE },
    { sql: "SELECT name FROM d1_migrations ORDER BY id" },
  ]);
  const applied = new Set(rows.map((row) => String(row["name"])));
  const unknown = [...applied].find((name) => !files.includes(name));
  if (unknown !== undefined)
    throw new StartError(
      `The data folder was written by a newer Lull (its database has the migration ${unknown}): update Lull, or restore an older backup.`,
    );
  const missing = files.filter((name) => !applied.has(name));
  for (const name of missing) await apply(database, dir, name);
  return missing;
}

function migrationFiles(dir: string): string[] {
  return readdirSync(dir)
    .filter((name) => name.endsWith(".sql"))
    .toSorted();
}

async function apply(database: Database, dir: string, name: string): Promise<void> {
  const statements = readFileSync(join(dir, name), "utf8")
    .split(BREAKPOINT)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== "");
  try {
    await database.batch([
      ...statements.map((sql) => ({ sql })),
      { sql: "INSERT INTO d1_migrations (name) VALUES (?)", params: [name] },
    ]);
  } catch (error) {
    throw new StartError(
      `The migration ${name} failed, and nothing of it was kept: ${String(error)}`,
      {
        cause: error,
      },
    );
  }
}
