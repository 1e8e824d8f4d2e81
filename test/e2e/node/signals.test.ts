/** How a node ends: cleanly when asked, and without a trace when killed. */
import { once } from "node:events";
import { request } from "node:http";
import { text } from "node:stream/consumers";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { isAlive, type RunningNode, runtimePids, startNode } from "../../support/node.ts";
import { compilerRun, listFindings } from "./traffic.ts";

let node: RunningNode;
beforeAll(async () => {
  node = await startNode();
});
afterAll(() => node.dispose());
/** One folder for all tests, as one node has over its life. */
const startAgain = () => (runtimePids(node.dataDir).length === 0 ? node.start() : undefined);
beforeEach(startAgain);

test.each(["SIGTERM", "SIGINT"] as const)(
  "%s ends it with 0 and no runtime behind",
  async (signal) => {
    const pids = runtimePids(node.dataDir);
    expect(pids).toHaveLength(2);
    expect(await node.kill(signal)).toMatchObject({ code: 0, stderr: "" });
    expect(pids.filter(isAlive)).toEqual([]);
  },
);

test("SIGTERM lets a request in flight finish, and takes no new one", async () => {
  const body = JSON.stringify(compilerRun({ host: "h1", container: "c0ffee000001", events: 2 }));
  const upload = request(`${node.url}/v1/events`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${node.credentials.agentKey}`,
      "content-type": "application/json",
      "content-length": String(Buffer.byteLength(body)),
    },
  });
  const answer = once(upload, "response");
  answer.catch(() => undefined);
  upload.write(body.slice(0, 20));
  await eventually("the upload has begun", () => upload.socket?.bytesWritten);
  // An answer to a later request shows that the node has seen the earlier one.
  await fetch(`${node.url}/healthz`);
  const ended = node.kill("SIGTERM");
  // The runtime keeps the port to its end: who calls meanwhile waits, and is turned away then.
  await eventually("nothing new is answered", () =>
    fetch(`${node.url}/healthz`, { signal: AbortSignal.timeout(300) }).then(
      () => false,
      () => true,
    ),
  );
  upload.end(body.slice(20));
  const [response] = await answer;
  expect(response.statusCode).toBe(200);
  expect(JSON.parse(await text(response))).toMatchObject({ received: 2, accepted: 2 });
  expect(await ended).toMatchObject({ code: 0 });
});

test("kill -9 leaves no runtime on the port, and the next start works at once", async () => {
  const pids = runtimePids(node.dataDir);
  const answer = await node.intake(
    compilerRun({ host: "h2", container: "c0ffee000002", events: 5 }),
  );
  expect(answer.status).toBe(200);
  await node.kill("SIGKILL");
  await node.start();
  expect(pids.filter(isAlive)).toEqual([]);
  const [finding] = await eventually("the acknowledged events are there", async () => {
    const found = await listFindings(node, "host=h2");
    return found.length > 0 && found;
  });
  expect(finding).toMatchObject({ count: 5 });
});

test("a runtime that dies is started again, and says so", async () => {
  const [, workerd] = runtimePids(node.dataDir);
  if (workerd === undefined) throw new Error("no runtime");
  process.kill(workerd, "SIGKILL");
  await eventually("it says so", () => node.output.includes("was started again"), {
    withinMs: 30_000,
  });
  expect((await fetch(`${node.url}/healthz`)).status).toBe(200);
});

describe("npm start", () => {
  let byNpm: RunningNode;
  beforeEach(async () => {
    byNpm = await startNode({ npm: true });
  });
  afterEach(() => byNpm.dispose());

  test("passes SIGTERM on, and ends with 0", async () => {
    const pids = runtimePids(byNpm.dataDir);
    expect(await byNpm.kill("SIGTERM")).toMatchObject({ code: 0 });
    expect(pids.filter(isAlive)).toEqual([]);
  });

  test("takes the node with it when it is killed", async () => {
    const pids = runtimePids(byNpm.dataDir);
    expect(pids).toHaveLength(2);
    await byNpm.kill("SIGKILL");
    await eventually("the runtime is gone", () => pids.every((pid) => !isAlive(pid)));
    await byNpm.start();
    expect((await fetch(`${byNpm.url}/healthz`)).status).toBe(200);
  });
});
