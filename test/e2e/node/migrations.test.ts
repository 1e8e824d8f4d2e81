/** Migrations at start: whole files or nothing, and recorded as wrangler records them. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Database, migrate } from "../../../scripts/node/migrations.ts";
import { Runtime } from "../../../scripts/node/runtime.ts";
import { readWrangler } from "../../../scripts/node/wrangler.ts";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const EMPTY_WORKER = `
  import { DurableObject } from "cloudflare:workers";
  export class HostActor extends DurableObject {}
  export class LedgerActor extends DurableObject {}
  export class EndpointActor extends DurableObject {}
  export class TenantActor extends DurableObject {}
  export default { fetch: () => new Response("") };`;

let folder: string;
let dir: string;
let runtime: Runtime;
let database: Database;
const tmpdirBefore = process.env["TMPDIR"];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "lull-test-"));
  dir = join(folder, "migrations");
  const tmp = join(folder, "tmp");
  for (const path of [dir, tmp]) mkdirSync(path);
  runtime = await Runtime.start(
    {
      root: ROOT,
      settings: {
        dataDir: folder,
        host: "127.0.0.1",
        port: 0,
        allowPrivateEndpoints: false,
        dailyEventQuota: undefined,
        publicUrl: "http://localhost",
      },
      dataDir: { path: folder, tmp },
      wrangler: readWrangler(ROOT),
      script: EMPTY_WORKER,
      secret: "0".repeat(64),
      log: () => undefined,
    },
    "closed",
  );
  database = runtime.database;
});
afterAll(async () => {
  await runtime.stop();
  if (tmpdirBefore === undefined) delete process.env["TMPDIR"];
  else process.env["TMPDIR"] = tmpdirBefore;
  rmSync(folder, { recursive: true, force: true });
});

const write = (name: string, ...statements: string[]) =>
  writeFileSync(join(dir, name), statements.join("\n--> statement-breakpoint\n"));

async function names(sql: string): Promise<string[]> {
  const [rows = []] = await database.batch([{ sql }]);
  return rows.map((row) => String(row["name"]));
}
const applied = () => names("SELECT name FROM d1_migrations ORDER BY id");
const tables = () =>
  names("SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'box%' ORDER BY name");

test("files are applied once, in the order of their names, drizzle's other files apart", async () => {
  write("0001_more.sql", "ALTER TABLE box_a ADD COLUMN size INTEGER;");
  write("0000_first.sql", "CREATE TABLE box_a (id TEXT);", "CREATE TABLE box_b (id TEXT);");
  mkdirSync(join(dir, "meta"));
  expect(await migrate(database, dir)).toEqual(["0000_first.sql", "0001_more.sql"]);
  expect(await migrate(database, dir)).toEqual([]);
  expect(await applied()).toEqual(["0000_first.sql", "0001_more.sql"]);
  expect(await tables()).toEqual(["box_a", "box_b"]);
});

test("a file that fails half-way leaves nothing, and is tried again", async () => {
  write("0002_broken.sql", "CREATE TABLE box_c (id TEXT);", "INSERT INTO nowhere VALUES (1);");
  await expect(migrate(database, dir)).rejects.toThrow(/0002_broken\.sql failed/);
  expect(await tables()).not.toContain("box_c");
  write("0002_broken.sql", "CREATE TABLE box_c (id TEXT);");
  expect(await migrate(database, dir)).toEqual(["0002_broken.sql"]);
});

test("a database of a newer Lull is refused", async () => {
  rmSync(join(dir, "0002_broken.sql"));
  await expect(migrate(database, dir)).rejects.toThrow(/written by a newer Lull .*0002_broken/);
});
