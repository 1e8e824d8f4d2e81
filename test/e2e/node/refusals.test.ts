/** A start that cannot be says why in one line, and leaves nothing running. */
import { once } from "node:events";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type Exit,
  freePort,
  newDataDir,
  type RunningNode,
  runNode,
  startNode,
} from "../../support/node.ts";

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
