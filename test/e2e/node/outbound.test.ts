/** The single node's way out: public addresses only, unless it is told otherwise. */
import { once } from "node:events";
import { mkdirSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { Runtime } from "../../../scripts/node/runtime.ts";
import { readWrangler } from "../../../scripts/node/wrangler.ts";
import { newDataDir } from "../../support/node.ts";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

/** A Worker that fetches what it is told to and answers with what became of that. */
const PROBE = `
  import { DurableObject } from "cloudflare:workers";
  export class HostActor extends DurableObject {}
  export class LedgerActor extends DurableObject {}
  export class EndpointActor extends DurableObject {}
  export class TenantActor extends DurableObject {}
  export default {
    async fetch(request) {
      const target = new URL(request.url).searchParams.get("to");
      const outcome = await fetch(target).then((r) => "status " + r.status, () => "refused");
      return new Response(outcome);
    },
  };`;

let target: Server;
let port: number;
let asked = 0;
let runtime: Runtime | null = null;
let dataDir: string;
const tmpdirBefore = process.env["TMPDIR"];

beforeAll(async () => {
  target = createServer((_, response) => {
    asked += 1;
    response.end("inside");
  }).listen(0, "127.0.0.1");
  await once(target, "listening");
  const address = target.address();
  port = address !== null && typeof address === "object" ? address.port : 0;
});
afterAll(() => target.close());
afterEach(async () => {
  await runtime?.stop();
  // The runtime took it for itself.
  if (tmpdirBefore === undefined) delete process.env["TMPDIR"];
  else process.env["TMPDIR"] = tmpdirBefore;
  rmSync(dirname(dataDir), { recursive: true, force: true });
});

async function start(allowPrivateEndpoints: boolean): Promise<string> {
  dataDir = newDataDir();
  const tmp = join(dataDir, "tmp");
  mkdirSync(tmp, { recursive: true });
  runtime = await Runtime.start(
    {
      root: ROOT,
      settings: {
        dataDir,
        host: "127.0.0.1",
        port: 0,
        allowPrivateEndpoints,
        dailyEventQuota: undefined,
        publicUrl: "http://localhost",
      },
      dataDir: { path: dataDir, tmp },
      wrangler: readWrangler(ROOT),
      script: PROBE,
      secret: "0".repeat(64),
      log: () => undefined,
    },
    "open",
  );
  return runtime.origin();
}

async function ask(origin: string, to: string): Promise<string> {
  const response = await fetch(`${origin}/?to=${encodeURIComponent(to)}`);
  return response.text();
}

test("private addresses are refused, by number and by name", async () => {
  const origin = await start(false);
  const before = asked;
  for (const host of ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0"])
    expect(await ask(origin, `http://${host}:${port}/`), host).toBe("refused");
  for (const host of ["10.0.0.1", "192.168.0.1", "169.254.169.254", "[fd00:ec2::254]"])
    expect(await ask(origin, `http://${host}/`), host).toBe("refused");
  expect(asked).toBe(before);
});

test("LULL_ALLOW_PRIVATE_ENDPOINTS lets them through", async () => {
  const origin = await start(true);
  expect(await ask(origin, `http://127.0.0.1:${port}/`)).toBe("status 200");
});
