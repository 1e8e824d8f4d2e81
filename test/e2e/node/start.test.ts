/** The first start, and every one after it, as DESIGN (Run) promises them. */
import { execFile } from "node:child_process";
import { statSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { type NodeCredentials, type RunningNode, startNode } from "../../support/node.ts";
import { compilerRun, listFindings } from "./traffic.ts";

let node: RunningNode;
let firstOutput: string;

beforeAll(async () => {
  node = await startNode();
  firstOutput = node.output;
});
afterAll(() => node.dispose());

const mode = (...path: string[]) =>
  (statSync(join(node.dataDir, ...path)).mode & 0o777).toString(8);

test("the data folder and the secrets in it are private", () => {
  expect(mode()).toBe("700");
  expect(mode("credentials.json")).toBe("600");
  expect(mode("secrets.json")).toBe("600");
});

test("the credentials are printed, and name this node", () => {
  const { url, agentKey, apiToken, signInUrl } = node.credentials;
  expect(url).toBe(node.url);
  for (const text of [agentKey, apiToken, signInUrl]) expect(firstOutput).toContain(text);
});

test("the printed curl line sends an event that opens a finding", async () => {
  const line = firstOutput.split("\n").find((text) => text.trim().startsWith("curl "));
  const { stdout } = await promisify(execFile)("sh", ["-c", `${line?.trim()} --silent`]);
  expect(JSON.parse(stdout)).toMatchObject({ received: 1, accepted: 1, rejected: [] });
  const [finding] = await eventually("the finding is listed", async () => {
    const found = await listFindings(node, "rule=compiler-in-container");
    return found.length > 0 && found;
  });
  expect(finding).toMatchObject({ status: "open", count: 1 });
});

test("static files are served, and nothing else in their place", async () => {
  const style = await fetch(`${node.url}/static/app.css`);
  expect(style.status).toBe(200);
  expect(style.headers.get("content-type")).toContain("text/css");
  const again = await fetch(`${node.url}/static/app.css`, {
    headers: { "if-none-match": style.headers.get("etag") ?? "" },
  });
  expect(again.status).toBe(304);
  expect((await fetch(`${node.url}/static/none.css`)).status).toBe(404);
  expect((await fetch(`${node.url}/static/..%2f..%2fpackage.json`)).status).toBe(404);
});

test("a restart keeps keys and findings, and makes a new sign-in link", async () => {
  const before: NodeCredentials = node.credentials;
  const findings = await listFindings(node);
  await node.restart();
  expect(node.credentials).toEqual({ ...before, signInUrl: node.credentials.signInUrl });
  expect(node.credentials.signInUrl).not.toBe(before.signInUrl);
  expect(await listFindings(node)).toEqual(findings);
  expect(node.output, "keys are shown once").not.toContain(before.agentKey);
  expect(node.output).toContain(node.credentials.signInUrl);
});

test("the runtime is silent unless something is wrong", async () => {
  await node.intake(compilerRun({ host: "quiet", container: "c0ffee000002", events: 3 }));
  expect(node.output).not.toMatch(/miniflare|workerd|warn|\[mf/i);
});
