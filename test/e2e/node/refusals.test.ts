/** A start that cannot be says why in one line, and leaves nothing running. */
import { execFileSync, spawnSync } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type Exit,
  freePort,
  newDataDir,
  type RunningNode,
  runNode,
  startNode,
} from "../../support/node.ts";

const RUN = fileURLToPath(new URL("../../../scripts/run.mjs", import.meta.url));

/** The machine's own Node, where it is older than the one that npm installs. */
const oldNode =
  (process.env["PATH"] ?? "")
    .split(delimiter)
    .filter((folder) => !folder.includes("node_modules"))
    .map((folder) => join(folder, "node"))
    .filter((path) => existsSync(path))
    .find((path) => /^v(?:1\d|2[0-3])\./.test(execFileSync(path, ["-v"], { encoding: "utf8" }))) ??
  null;

function expectOneLine(exit: Exit, text: RegExp): void {
  expect(exit).toMatchObject({ code: 1, signal: null, stdout: "" });
  expect(exit.stderr).toMatch(text);
  expect(exit.stderr.trimEnd().split("\n")).toHaveLength(1);
}

describe("beside a running node", () => {
  let node: RunningNode;
  beforeAll(async () => {
    node = await startNode();
  });
  afterAll(() => node.dispose());

  test("its data folder is refused, with the process that has it", async () => {
    const exit = await runNode({ dataDir: node.dataDir, port: await freePort() });
    expectOneLine(exit, new RegExp(`in use by process ${node.pid}, which serves ${node.url}`));
    expect((await fetch(`${node.url}/healthz`)).status).toBe(200);
  });
});

describe("alone", () => {
  let dataDir: string;
  let taken: Server;
  beforeAll(async () => {
    dataDir = newDataDir();
    taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
  });
  afterAll(() => {
    taken.close();
    rmSync(dirname(dataDir), { recursive: true, force: true });
  });

  test("a port in use is refused", async () => {
    const address = taken.address();
    const port = address !== null && typeof address === "object" ? address.port : 0;
    const exit = await runNode({ dataDir, port });
    expectOneLine(exit, new RegExp(`^127\\.0\\.0\\.1:${port} is in use`));
  });

  test("a port that is none is refused", async () => {
    expectOneLine(await runNode({ dataDir, port: 0, env: { PORT: "http" } }), /PORT is not a port/);
  });

  test("a data folder that cannot be written is refused", async () => {
    const file = join(dirname(dataDir), "file");
    writeFileSync(file, "");
    const exit = await runNode({ dataDir: join(file, "data"), port: 0 });
    expectOneLine(exit, /Cannot write to the data folder .*: a part of the path is a file/);
  });

  test.skipIf(!existsSync("/proc"))("so is one that no folder can be made for", async () => {
    const exit = await runNode({ dataDir: "/proc/lull", port: 0 });
    expectOneLine(
      exit,
      /Cannot write to the data folder \/proc\/lull: a part of the path does not exist/,
    );
  });

  test.each([
    ["empty", ""],
    ["cut off", '{"version":1,"secret":"ab'],
    ["of another shape", '{"version":1,"secret":"short"}'],
  ])("a secrets file that is %s is refused and left as it is", async (_, text) => {
    mkdirSync(dataDir, { recursive: true });
    writeFileSync(join(dataDir, "secrets.json"), text);
    expectOneLine(await runNode({ dataDir, port: 0 }), /secrets\.json is damaged\. Restore it/);
  });
});

describe("the wrong Node", () => {
  test.skipIf(oldNode === null)("is named in one line", () => {
    const { status, stdout, stderr } = spawnSync(oldNode ?? "", [RUN, "start"], {
      encoding: "utf8",
    });
    expectOneLine({ code: status, signal: null, stdout, stderr }, /runs under Node 24, not /);
  });

  test("or nothing installed: either way it says what to do", () => {
    const folder = mkdtempSync(join(tmpdir(), "lull-test-"));
    mkdirSync(join(folder, "scripts"));
    copyFileSync(RUN, join(folder, "scripts/run.mjs"));
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(folder, "scripts/run.mjs"), "start"],
      { encoding: "utf8" },
    );
    rmSync(folder, { recursive: true });
    expectOneLine({ code: status, signal: null, stdout, stderr }, /run `npm ci` first/);
  });
});
